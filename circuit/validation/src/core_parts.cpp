#include "minerva/circuit/core_parts.hpp"

#include <algorithm>
#include <set>

namespace minerva::circuit {
namespace {

bool has(const std::string& name, const char* text) { return name.find(text) != std::string::npos; }

/// Yosys marks names of the source with a backslash at each level.
std::string without_marks(std::string name) {
  name.erase(std::remove(name.begin(), name.end(), '\\'), name.end());
  return name;
}

CorePart part_of_instance(const Instance& instance) {
  const std::string name = without_marks(instance.name);
  if (has(name, ".cell_of_register.")) return CorePart::clock_gates;
  if (name.rfind("datapath.", 0) != 0) return CorePart::sequencer;
  // Which weights earlier positions of a tile have read: flags of F1, and their registers.
  if (has(name, ".reads_once.")) return CorePart::selection_and_skipping;
  // Flags that say whether a stage has a lane's own word.
  if (has(name, ".own_word.") && !has(name, ".register.")) return CorePart::lane_words;
  if (instance.cell->flip_flop) return CorePart::registers;
  if (has(name, ".multiplier.")) return CorePart::multipliers;
  if (has(name, ".multiply.") && has(name, ".rounding.")) return CorePart::product_rounding;
  if (has(name, ".adder.") || has(name, ".accumulation.")) return CorePart::adders;
  if (has(name, ".comparator.") || has(name, ".larger.")) return CorePart::comparators;
  for (const char* of : {".word_drive.", ".flag_drive.", ".word_copy.", ".flag_copy."}) {
    if (has(name, of)) return CorePart::operand_buffers;
  }
  if (has(name, ".write_back.")) return CorePart::write_multiplexer;
  // What gated_register has besides flip-flops where there are no clock gates.
  for (const char* of : {".fetched.", ".weight.", ".register.", ".accumulators.", ".results."}) {
    if (has(name, of)) return CorePart::registers;
  }
  if (has(name, ".presets.") || has(name, ".activate.")) {
    return CorePart::accumulator_multiplexers_and_rectifiers;
  }
  if (has(name, ".fetch_weights.")) return CorePart::mask_multiplexers;
  if (has(name, ".updated.") || has(name, ".taken_sum.")) return CorePart::accumulator_choice;
  return CorePart::selection_and_skipping;
}

constexpr const char* kLanes = "datapath.lanes[";

}  // namespace

const char* to_string(CorePart part) {
  switch (part) {
    case CorePart::multipliers:
      return "multipliers";
    case CorePart::product_rounding:
      return "product rounding";
    case CorePart::adders:
      return "adders";
    case CorePart::accumulator_multiplexers_and_rectifiers:
      return "accumulator multiplexers, rectifiers";
    case CorePart::registers:
      return "registers";
    case CorePart::clock_gates:
      return "clock gates";
    case CorePart::clock_network:
      return "clock network";
    case CorePart::comparators:
      return "comparators";
    case CorePart::mask_multiplexers:
      return "mask multiplexers";
    case CorePart::operand_buffers:
      return "operand buffers";
    case CorePart::write_multiplexer:
      return "write multiplexer";
    case CorePart::sequencer:
      return "sequencer";
    case CorePart::selection_and_skipping:
      return "selection and skipping";
    case CorePart::lane_words:
      return "words of pools and added tensors";
    case CorePart::accumulator_choice:
      return "choice of accumulators";
    case CorePart::memory_words:
      return "words of memories";
  }
  return "";
}

std::vector<Component> components_of(CorePart part) {
  switch (part) {
    case CorePart::multipliers:
      return {Component::multipliers};
    case CorePart::product_rounding:
      return {Component::product_rounding, Component::saturation_multiplexers};
    case CorePart::adders:
      return {Component::adders};
    case CorePart::accumulator_multiplexers_and_rectifiers:
      return {Component::accumulator_multiplexers, Component::rectifiers,
              Component::rounding_adders};
    case CorePart::registers:
      return {Component::registers};
    case CorePart::clock_gates:
      return {Component::clock_gates};
    case CorePart::clock_network:
      return {Component::clock_network};
    case CorePart::comparators:
      return {Component::comparators};
    case CorePart::mask_multiplexers:
      return {Component::mask_multiplexers};
    case CorePart::operand_buffers:
      return {Component::operand_buffers, Component::wires};
    case CorePart::write_multiplexer:
      return {Component::write_multiplexer};
    case CorePart::sequencer:
      return {Component::sequencer};
    case CorePart::selection_and_skipping:
      return {Component::selection};
    case CorePart::lane_words:
    case CorePart::accumulator_choice:
    case CorePart::memory_words:
      return {};
  }
  return {};
}

bool is_of_maps(CorePart part) {
  return part == CorePart::lane_words || part == CorePart::accumulator_choice;
}

const char* to_string(ControlPart part) {
  switch (part) {
    case ControlPart::walk:
      return "walk through layers and chunks";
    case ControlPart::positions:
      return "steps of positions";
    case ControlPart::operations:
      return "chunks on their way";
    case ControlPart::weight_stream:
      return "weights from off chip";
    case ControlPart::write_control:
      return "write control";
    case ControlPart::addresses:
      return "addresses of memories";
    case ControlPart::layer_tables:
      return "tables of layers";
  }
  return "";
}

ControlPart control_part_of(const Instance& instance) {
  const std::string name = without_marks(instance.name);
  const auto begins = [&](const char* text) { return name.rfind(text, 0) == 0; };
  for (const char* table : {"of_f1.", "sequencer.of_f1.", "sequencer.order.",
                            "sequencer.step.of_layer.", "of_lanes."}) {
    if (begins(table)) return ControlPart::layer_tables;
  }
  if (begins("sequencer.step.")) return ControlPart::positions;
  if (begins("sequencer.pipeline.")) return ControlPart::operations;
  if (begins("sequencer.off_chip.stream.of_stream.")) return ControlPart::layer_tables;
  if (begins("sequencer.off_chip.stream.")) return ControlPart::weight_stream;
  if (begins("control.")) return ControlPart::write_control;
  // Counters of rows and banks, too.
  for (const char* counter :
       {"sequencer.weights.", "sequencer.inputs.", "sequencer.activations.", "sequencer.writes."}) {
    if (begins(counter)) return ControlPart::addresses;
  }
  return begins("sequencer.") ? ControlPart::walk : ControlPart::addresses;
}

int lane_of(const Instance& instance) {
  const std::string name = without_marks(instance.name);
  const std::string mark = kLanes;
  if (name.rfind(mark, 0) != 0) return -1;
  return std::stoi(name.substr(mark.size()));
}

std::string name_in_lane(const Instance& instance) {
  const std::string name = without_marks(instance.name);
  return name.substr(name.find(']') + 1);
}

std::vector<CorePart> parts_of(const Netlist& core) {
  std::vector<CorePart> parts;
  for (const Instance& instance : core.instances) parts.push_back(part_of_instance(instance));
  return parts;
}

std::vector<double> core_wires_ff(const Netlist& core, int lanes,
                                  const MeasurementOptions& options) {
  std::vector<double> wires_ff;
  for (std::size_t n = 0; n < core.nets.size(); ++n) {
    const Net& net = core.nets[n];
    if (is_clock_net(core, static_cast<int>(n))) {
      wires_ff.push_back(static_cast<double>(net.sinks.size() - 1) * options.wire_ff);
      continue;
    }
    const int from = net.driver.instance < 0
                         ? -1
                         : lane_of(core.instances[static_cast<std::size_t>(net.driver.instance)]);
    std::set<int> to;
    bool outside = false;
    for (const InstancePin& sink : net.sinks) {
      const int lane = lane_of(core.instances[static_cast<std::size_t>(sink.instance)]);
      if (lane < 0) {
        outside = true;
      } else {
        to.insert(lane);
      }
    }
    double passed = to.size() > 1 ? static_cast<double>(to.size()) : 0;
    if (from >= 0 && outside) passed = 0.5 * lanes;
    wires_ff.push_back(passed * options.lane_pitch_ff);
  }
  return wires_ff;
}

}  // namespace minerva::circuit
