#include "minerva/circuit/validation.hpp"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <nlohmann/json.hpp>

#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/base/parallel.hpp"
#include "minerva/base/range.hpp"
#include "minerva/base/text.hpp"
#include "minerva/circuit/synthesis.hpp"
#include "minerva/engine/graph_trace.hpp"
#include "minerva/files/atomic_file.hpp"

namespace minerva::circuit {
namespace {

using Json = nlohmann::ordered_json;

/// Raised when the same inputs come to be simulated otherwise.
constexpr const char* kSimulation = "minerva-core-prediction-3";
constexpr std::int64_t kFurtherCycles = 1000;  // before a machine that does not end is stopped

Json to_json(const CorePrediction& prediction) {
  Json document = {{"cycles", prediction.cycles},   {"transitions", prediction.transitions},
                   {"time_ns", prediction.time_ns}, {"outputs", prediction.outputs},
                   {"parts", Json::array()},        {"control", Json::array()}};
  const auto add = [&](const char* list, const PartEnergy& part) {
    document[list].push_back({part.internal_fj, part.switching_fj, part.leakage_fj});
  };
  for (const PartEnergy& part : prediction.parts) add("parts", part);
  for (const PartEnergy& part : prediction.control) add("control", part);
  return document;
}

CorePrediction from_json(const std::string& text, const std::string& where) {
  CorePrediction prediction;
  try {
    const Json document = Json::parse(text);
    document.at("cycles").get_to(prediction.cycles);
    document.at("transitions").get_to(prediction.transitions);
    document.at("time_ns").get_to(prediction.time_ns);
    document.at("outputs").get_to(prediction.outputs);
    const auto take = [&](const char* list, std::size_t p, PartEnergy& energy) {
      const Json& part = document.at(list).at(p);
      part.at(0).get_to(energy.internal_fj);
      part.at(1).get_to(energy.switching_fj);
      part.at(2).get_to(energy.leakage_fj);
    };
    for (std::size_t p = 0; p < kCoreParts; ++p) take("parts", p, prediction.parts[p]);
    for (std::size_t p = 0; p < kControlParts; ++p) take("control", p, prediction.control[p]);
  } catch (const Json::exception&) {
    throw UserError(where, "",
                    "needs the figures of a prediction; remove the file and they are "
                    "simulated again");
  }
  return prediction;
}

/// All that a prediction depends on but its netlist: conditions, contents of memories, inputs, and
/// the wires of a layout.
class PredictionKeys {
 public:
  PredictionKeys(const std::vector<ExportedFile>& files, const std::string& netlist_key,
                 const MeasurementOptions& conditions, const std::string& wires) {
    for (const std::string& text : {std::string(kSimulation), netlist_key,
                                    exact_text(conditions.clock_ns), exact_text(conditions.wire_ff),
                                    conditions.wire_load, exact_text(conditions.lane_pitch_ff)}) {
      add(text);
    }
    for (const ExportedFile& file : files) {
      const bool memory = file.name.rfind("weights_", 0) == 0 ||
                          file.name.rfind("biases_", 0) == 0 || file.name.rfind("faults_", 0) == 0;
      if (!memory) continue;
      add(file.name);
      add(file.bytes);
    }
    if (!wires.empty()) add(wires);
    shared_ = shared_digest_.finish();
  }

  std::string of(const std::vector<std::int16_t>& input) const {
    Sha256 digest;
    digest.add(shared_.data(), shared_.size());
    digest.add(input.data(), input.size() * sizeof input.front());
    return digest.finish();
  }

 private:
  void add(const std::string& text) {
    shared_digest_.add(text.data(), text.size());
    shared_digest_.add("\n", 1);
  }

  Sha256 shared_digest_;
  std::string shared_;
};

}  // namespace

double CoreFigures::dynamic_fj() const {
  double sum = 0;
  for (const PartEnergy& part : parts) sum += part.dynamic_fj();
  return sum;
}
double CoreFigures::leakage_fj() const {
  double sum = 0;
  for (const PartEnergy& part : parts) sum += part.leakage_fj;
  return sum;
}
double CoreFigures::total_area_um2() const {
  double sum = 0;
  for (const double area : area_um2) sum += area;
  return sum;
}

struct CoreValidation::State {
  explicit State(const ValidationOptions& asked)
      : options(asked), library(read_cell_library(asked.library_file)) {
    if (!options.conditions.wire_load.empty()) library.wire_load(options.conditions.wire_load);
    if (options.laid_out) {
      expects(options.conditions.wire_load.empty(), "a layout and a wire-load table");
      LayoutOptions layout = options.layout;
      layout.folder = options.folder;
      tools = std::make_unique<LayoutTools>(layout);
    }
    require_flip_flop(library);
    require_gates(library);
    cells = unit_cells_of(library);
    synthesis = std::make_unique<Synthesis>(options.library_file, options.conditions.clock_ns,
                                            options.folder);
    notes = library.notes;
    if (cells.gate.name.empty()) {
      notes.push_back(
          "the library has no clock gate: registers have a multiplexer before each flip-flop");
    }
    if (cells.buffer.name.empty()) {
      notes.push_back("the library has no buffer: broadcast words reach the lanes by wires alone");
    }
  }

  ValidationOptions options;
  CellLibrary library;
  UnitCells cells;
  std::unique_ptr<LayoutTools> tools;  ///< nullptr: nothing is laid out
  std::unique_ptr<Synthesis> synthesis;
  std::vector<std::string> notes;
};

CoreValidation::CoreValidation(const ValidationOptions& options)
    : state_(std::make_unique<State>(options)) {}
CoreValidation::~CoreValidation() = default;

const std::string& CoreValidation::library_name() const { return state_->library.name; }
double CoreValidation::voltage_v() const { return state_->library.voltage_v; }
double CoreValidation::temperature_c() const { return state_->library.temperature_c; }
const std::string& CoreValidation::synthesis() const { return state_->synthesis->version(); }
const std::vector<std::string>& CoreValidation::notes() const { return state_->notes; }

namespace {

/// The netlist of a core. A signal to the terminal's processes ends Yosys, too.
std::string netlist_text(const Synthesis& synthesis, const std::string& verilog) {
  try {
    return synthesis.netlist_json(verilog, "core", Hierarchy::kept);
  } catch (const UserError&) {
    throw_if_interrupted();
    throw;
  }
}

/// Compares what a netlist did with inference.
void check_prediction(const CorePrediction& prediction, const QuantizedGraph& network,
                      const std::vector<std::int16_t>& input, std::int64_t expected_cycles,
                      std::size_t sample, const std::string& netlist) {
  const std::string place = "prediction " + std::to_string(sample + 1);
  if (prediction.cycles != expected_cycles) {
    throw UserError(netlist, place,
                    "takes " + std::to_string(prediction.cycles) + " cycles in gates and " +
                        std::to_string(expected_cycles) +
                        " by the closed form: the cells or the synthesis are wrong, or --clock is "
                        "too short for half a cycle");
  }
  const GraphTrace trace = trace_graph(network, input.data());
  if (prediction.outputs != trace.accumulators.back()) {
    throw UserError(netlist, place,
                    "has other outputs in gates than in inference: the cells or the synthesis are "
                    "wrong, or --clock is too short for half a cycle");
  }
}

}  // namespace

/// A machine in gates with all that a prediction needs.
struct CoreValidation::MappedCore {
  const QuantizedGraph& network;
  const std::vector<std::vector<std::int16_t>>& inputs;
  std::vector<ExportedFile> files;
  std::string key;  ///< of the netlist
  Netlist netlist;
  std::vector<double> wires_ff;  ///< assumed
  std::int64_t cycles = 0;       ///< of a prediction
};

CoreValidation::MappedCore CoreValidation::map(
    const QuantizedGraph& network, const MachineConfiguration& machine,
    const std::vector<std::vector<std::int16_t>>& inputs) const {
  const State& s = *state_;
  RtlOptions rtl;
  rtl.clock_gates = !s.cells.gate.name.empty();
  MappedCore core{network, inputs, rtl_files(network, machine, inputs, rtl), "", {}, {}, 0};
  UnitCells cells = s.cells;
  cells.driver = broadcast_driver(s.library, machine.point.lanes, s.options.conditions);
  const std::string verilog = core_verilog(core.files, cells);
  core.key = s.synthesis->key(verilog, "core", Hierarchy::kept);
  core.netlist = netlist_from_json(netlist_text(*s.synthesis, verilog),
                                   s.options.folder + "/" + core.key + ".netlist.json", s.library);
  core.wires_ff = core_wires_ff(core.netlist, machine.point.lanes, s.options.conditions);
  core.cycles = total_cycles(network.graph, machine.point);
  return core;
}

CoreFigures CoreValidation::run(const QuantizedGraph& network, const MachineConfiguration& machine,
                                const std::vector<std::vector<std::int16_t>>& inputs,
                                const ValidationProgress& progress) const {
  const MappedCore core = map(network, machine, inputs);
  return simulate(core, core.wires_ff, "", progress);
}

RoutedCoreFigures CoreValidation::run_routed(const QuantizedGraph& network,
                                             const MachineConfiguration& machine,
                                             const std::vector<std::vector<std::int16_t>>& inputs,
                                             const ValidationProgress& progress) const {
  expects(state_->tools != nullptr, "run_routed: nothing is laid out");
  const MappedCore core = map(network, machine, inputs);
  RoutedCoreFigures routed;
  routed.wires = route_core(core.netlist, *state_->options.laid_out, *state_->tools,
                            state_->options.conditions, core.wires_ff);
  std::string wires;
  for (const double each_ff : routed.wires.further_ff) wires += exact_text(each_ff) + " ";
  routed.figures = simulate(core, routed.wires.further_ff, wires, progress);
  return routed;
}

CoreFigures CoreValidation::simulate(const MappedCore& mapped,
                                     const std::vector<double>& further_ff,
                                     const std::string& wires,
                                     const ValidationProgress& progress) const {
  const State& s = *state_;
  const Netlist& core = mapped.netlist;
  const std::vector<std::vector<std::int16_t>>& inputs = mapped.inputs;
  const CircuitBench bench(core, s.library, s.options.conditions, further_ff);
  const std::vector<CorePart> parts = parts_of(core);
  const CoreMemories memories(mapped.files);
  const PredictionKeys keys(mapped.files, mapped.key, s.options.conditions, wires);
  const std::int64_t cycles = mapped.cycles;

  const auto total = static_cast<std::int64_t>(inputs.size());
  std::vector<CorePrediction> predictions(inputs.size());
  std::atomic<std::int64_t> done{0}, reused{0};
  std::mutex reporting;
  for_each_index(total, s.options.threads, 1, [&](std::int64_t k) {
    throw_if_interrupted();
    const auto at = static_cast<std::size_t>(k);
    const std::string file = s.options.folder + "/" + keys.of(inputs[at]) + ".core.json";
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored)) {
      predictions[at] = from_json(read_file(file), file);
      ++reused;
    } else {
      predictions[at] =
          simulate_prediction(core, bench, parts, memories, k, cycles + kFurtherCycles);
      check_prediction(predictions[at], mapped.network, inputs[at], cycles, at, core.file);
      write_file(file, to_json(predictions[at]).dump(1) + "\n");
    }
    const std::lock_guard<std::mutex> lock(reporting);
    progress(++done, total, reused);
  });

  CoreFigures figures;
  figures.cells = static_cast<int>(core.instances.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Cell& cell = *core.instances[i].cell;
    figures.area_um2[static_cast<std::size_t>(parts[i])] += cell.area_um2;
    figures.flip_flops[static_cast<std::size_t>(parts[i])] += cell.flip_flop ? 1 : 0;
    if (parts[i] != CorePart::sequencer) continue;
    ControlFigures& control =
        figures.control[static_cast<std::size_t>(control_part_of(core.instances[i]))];
    control.area_um2 += cell.area_um2;
    control.flip_flops += cell.flip_flop ? 1 : 0;
  }
  figures.longest_path_ns = bench.longest_path_ns();
  figures.longest_path_end = bench.longest_path_end();
  std::string& end = figures.longest_path_end;  // without the marks of Yosys
  end.erase(std::remove(end.begin(), end.end(), '\\'), end.end());
  figures.cycle_ns = static_cast<double>(bench.interval_fs()) * 1e-6;
  figures.cycles = cycles;
  const auto count = static_cast<double>(inputs.size());
  for (const CorePrediction& prediction : predictions) {
    figures.transitions += prediction.transitions;
    double dynamic_fj = 0;
    for (std::size_t p = 0; p < kCoreParts; ++p) {
      PartEnergy& mean = figures.parts[p];
      mean.internal_fj += prediction.parts[p].internal_fj / count;
      mean.switching_fj += prediction.parts[p].switching_fj / count;
      mean.leakage_fj += prediction.parts[p].leakage_fj / count;
      dynamic_fj += prediction.parts[p].dynamic_fj();
    }
    for (std::size_t p = 0; p < kControlParts; ++p) {
      PartEnergy& mean = figures.control[p].energy;
      mean.internal_fj += prediction.control[p].internal_fj / count;
      mean.switching_fj += prediction.control[p].switching_fj / count;
      mean.leakage_fj += prediction.control[p].leakage_fj / count;
    }
    const bool first = &prediction == &predictions.front();
    figures.lowest_fj = first ? dynamic_fj : std::min(figures.lowest_fj, dynamic_fj);
    figures.highest_fj = std::max(figures.highest_fj, dynamic_fj);
  }
  return figures;
}

}  // namespace minerva::circuit
