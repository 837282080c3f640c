#include "waveform.hpp"

#include <cmath>

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "weight_stream.hpp"

namespace minerva {
namespace {

constexpr const char* kSuffix = ".vcd";  // SystemC adds it
constexpr int kIndexBits = 32;           // of a channel's number, which no register holds

std::string without_suffix(const std::string& path) {
  const std::string suffix = kSuffix;
  expects(path.size() > suffix.size() &&
              path.compare(path.size() - suffix.size(), suffix.size(), suffix) == 0,
          "a waveform's path ends in .vcd");
  return path.substr(0, path.size() - suffix.size());
}

}  // namespace

sc_core::sc_time Waveform::cycle_time(double clock_period_ns) {
  const double picoseconds = std::round(clock_period_ns * 1000);
  if (picoseconds < 2 || std::abs(picoseconds - clock_period_ns * 1000) > 1e-6) {
    throw UserError("design.clock_period_ns", number_text(clock_period_ns),
                    "needs a whole number of picoseconds, 2 or more, for a waveform");
  }
  return {picoseconds, sc_core::SC_PS};
}

Waveform::Waveform(const sc_core::sc_module_name&, MachineState& machine,
                   const std::vector<std::unique_ptr<LaneModule>>& lanes,
                   const WaveformOptions& options)
    : machine_(machine), options_(options), falling_edge_("falling_edge") {
  const int count = static_cast<int>(lanes.size());
  if (options.lane < -1 || options.lane >= count) {
    throw UserError(
        "simulate.vcd_lanes", std::to_string(options.lane),
        "needs -1 (all) to " + std::to_string(count - 1) + ", the last of design.lanes");
  }
  expects(0 <= options.first_cycle && options.first_cycle < options.end_cycle,
          "a waveform shows a cycle or more");
  SC_HAS_PROCESS(Waveform);
  SC_METHOD(rise);
  sensitive << machine_.clock_edge;
  dont_initialize();
  SC_METHOD(fall);
  sensitive << falling_edge_;
  dont_initialize();
  trace_shared();
  for (int i = 0; i < count; ++i) {
    if (options.lane != -1 && options.lane != i) continue;
    trace_lane(lanes[static_cast<std::size_t>(i)]->places(), "lane_" + std::to_string(i));
  }
  if (options_.first_cycle == 0) open();
}

Waveform::~Waveform() { close(); }

void Waveform::open() {
  file_ = sc_core::sc_create_vcd_trace_file(without_suffix(options_.path).c_str());
  file_->set_time_unit(1, sc_core::SC_PS);
  traced_.write_to(file_);
}

void Waveform::close() {
  if (file_ == nullptr) return;
  // The kernel warns of a file that saw no cycle, as of a machine that is ended before it ran; a
  // destructor must not throw it on.
  const auto previous = sc_core::sc_report_handler::get_handler();
  sc_core::sc_report_handler::set_handler(
      [](const sc_core::sc_report&, const sc_core::sc_actions&) {});
  sc_core::sc_close_vcd_trace_file(file_);
  sc_core::sc_report_handler::set_handler(previous);
  file_ = nullptr;
}

void Waveform::rise() {
  if (edges_ == options_.end_cycle) close();  // with the time of this edge as its last
  ++edges_;
  clock_ = true;
  falling_edge_.notify(machine_.cycle_time / 2);
}

void Waveform::fall() {
  clock_ = false;
  if (edges_ == options_.first_cycle) open();
}

void Waveform::trace_operation(const Operation& op, const std::string& name) {
  const ControlWidths& control = machine_.structure.control;
  const auto number = [&](const auto& value, const char* suffix, int bits) {
    // Signed in the kernel, so one bit more than their largest value has.
    traced_.add(value, name + suffix, bits + 1, WaveformRadix::signed_decimal);
  };
  traced_.add_flag(op.valid, name + ".valid");
  traced_.add_flag(op.first, name + ".first");
  traced_.add_flag(op.last, name + ".last");
  number(op.group, ".group", control.group_bits);
  number(op.first_input, ".first_input", control.input_bits);
  if (control.position_bits > 0) number(op.position, ".position", control.position_bits);
  if (control.accumulator_bits > 0) {
    number(op.accumulator, ".accumulator", control.accumulator_bits);
  }
  traced_.add(op.kept, name + ".kept", machine_.broadcast_words, WaveformRadix::bits);
}

void Waveform::trace_shared() {
  const auto words = [&](const Registers<int>& registers, const std::string& name) {
    for (std::size_t k = 0; k < registers.size(); ++k) {
      traced_.add(registers[k].read(), name + ".x_" + std::to_string(k),
                  machine_.structure.widths.activation_bits, WaveformRadix::signed_decimal);
    }
  };
  traced_.begin_stage(stage_heading::kClock);
  traced_.add_flag(clock_, "clock");
  traced_.add(machine_.layer, "layer", machine_.structure.control.layer_bits + 1,
              WaveformRadix::signed_decimal);
  traced_.begin_stage(stage_heading::kFetched);
  trace_operation(machine_.fetched.read(), "fetched");
  words(machine_.fetched_words, "fetched");
  words(machine_.queued_words, "queue");  // of a machine that reads ahead, its places
  for (std::size_t k = 0; k < machine_.multiply.size(); ++k) {
    traced_.begin_stage(stage_heading::multiply(k + 1));
    trace_operation(machine_.multiply[k].read(), "multiply_" + std::to_string(k + 1));
  }
  traced_.begin_stage(stage_heading::multiply(1));
  words(machine_.multiply_words, "multiply_1");
  traced_.begin_stage(stage_heading::kControl);
  if (machine_.stream != nullptr) {
    traced_.add(machine_.stream->loaded().loads, "stream.loads", kIndexBits,
                WaveformRadix::signed_decimal);
  }
  traced_.add_flag(machine_.hold.read(), "control.hold");
  traced_.add_flag(machine_.take.read(), "control.take");
  traced_.add_flag(machine_.writing.read(), "control.write");
  traced_.add(machine_.write_lane.read(), "control.write_lane", kIndexBits,
              WaveformRadix::signed_decimal);
}

void Waveform::trace_lane(const LaneRegisterPlaces& lane, const std::string& name) {
  const DatapathWidths& widths = machine_.structure.widths;
  const auto word = [&](const auto& value, const std::string& suffix, int bits) {
    traced_.add(value, name + suffix, bits, WaveformRadix::signed_decimal);
  };
  traced_.begin_stage(stage_heading::multiply(1));
  for (std::size_t k = 0; k < lane.weights.size(); ++k) {
    word(*lane.weights[k], ".weight_" + std::to_string(k), widths.weight_bits);
  }
  for (std::size_t k = 0; k < lane.sums.size(); ++k) {
    traced_.begin_stage(stage_heading::multiply(k + 2));
    word(*lane.sums[k], ".sum_" + std::to_string(k + 1), widths.accumulator_bits);
  }
  traced_.begin_stage(stage_heading::kAccumulator);
  for (std::size_t i = 0; i < lane.accumulators.size(); ++i) {
    const std::string number = lane.accumulators.size() == 1 ? "" : "_" + std::to_string(i);
    word(*lane.accumulators[i], ".accumulator" + number, widths.accumulator_bits);
    word(*lane.accumulator_neurons[i], ".accumulator_neuron" + number, kIndexBits);
  }
  traced_.begin_stage(stage_heading::kResult);
  word(*lane.result, ".result", widths.accumulator_bits);
  word(*lane.result_neuron, ".result_neuron", kIndexBits);
}

}  // namespace minerva
