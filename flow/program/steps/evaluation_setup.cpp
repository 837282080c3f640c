#include "evaluation_setup.hpp"

#include "chip_in_machine.hpp"
#include "faultsim_stage.hpp"
#include "minerva/accelsim/fault_tables.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/design/design_json.hpp"
#include "minerva/engine/fixed_engine.hpp"
#include "minerva/faultsim/fault_map.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/network/quantized_graph.hpp"
#include "minerva/run/logging.hpp"

namespace minerva::flow {

namespace {

void inject_drawn_map(EvaluationSetup& setup, RunContext& run, double rate) {
  const faultsim::FaultStage& o = run.state<faultsim::FaultStage>();
  setup.faults = rate > 0;
  if (!setup.faults) {
    setup.network.mitigation = {};
    return;
  }
  faultsim::inject_faults(setup.network, o.faults.seed, static_cast<std::uint64_t>(o.fault_map),
                          rate, 1, fault_tables(run.technology()).front().criterion);
}

/// @param text of the map, from `file`
void inject_chip(EvaluationSetup& setup, const faultsim::FaultStage& o, const std::string& text,
                 const std::string& file) {
  if (o.fault_rate > 0) {
    throw UserError("faults.rate", number_text(o.fault_rate),
                    "needs to be left out with the map of a chip, whose faults are not drawn");
  }
  faultsim::ChipMap map = faultsim::chip_map_from_text(text, file);
  const double voltage = map.measured(o.voltage_v, "faults.voltage_v");
  setup.network.mitigation = o.mitigation;
  const faultsim::ChipFaults chip =
      faultsim::place_chip(std::move(map), file, setup.network, setup.point);
  const std::int64_t wrong = chip.inject(setup.network, voltage);
  setup.faults = true;
  log_info(
      printable(file) + ": " + std::to_string(wrong) + " bits of weights read wrong at " +
      number_text(voltage) + " V, " + std::to_string(chip.elsewhere()) + " of " +
      std::to_string(chip.map().faults.size()) + " faulty cells store no bit of a weight" +
      (chip.map().conditions.empty() ? "" : "; " + printable(chip.map().conditions, kWholeText)));
}

/// The faults of a file: rate and mitigation of stage 5, or the map of a chip.
void inject_faults_of_file(EvaluationSetup& setup, RunContext& run, const std::string& path) {
  const faultsim::FaultStage& o = run.state<faultsim::FaultStage>();
  const std::string text = read_file(path);
  if (faultsim::is_chip_map(text)) {
    inject_chip(setup, o, text, path);
    return;
  }
  if (o.voltage_v > 0) {
    throw UserError("faults.voltage_v", number_text(o.voltage_v),
                    "needs the map of a chip as faults.file, and " + path + " is none");
  }
  const FaultSetting file = faults_from_json(text, path);
  if (file.sram.fault_rate > kMaxFaultRate) {
    throw UserError(path + ": rate", number_text(file.sram.fault_rate),
                    "needs 0 to " + number_text(kMaxFaultRate));
  }
  setup.network.mitigation = file.mitigation;
  inject_drawn_map(setup, run, file.sram.fault_rate);
}

/// No faults, drawn ones, or those of files, as the keys say.
void inject_faults_of_keys(EvaluationSetup& setup, RunContext& run) {
  const faultsim::FaultStage& o = run.state<faultsim::FaultStage>();
  if (!o.faults_file.empty()) {
    inject_faults_of_file(setup, run, o.faults_file);
    return;
  }
  if (o.voltage_v > 0) {
    if (o.map_file.empty()) {
      throw UserError("faults.voltage_v", number_text(o.voltage_v),
                      "needs the map of a chip, faults.file or faults.map_file; drawn faults have "
                      "faults.rate");
    }
    inject_chip(setup, o, read_file(o.map_file), o.map_file);
    return;
  }
  if (!o.map_file.empty()) {  // so in a run of stage 5 on a chip, which takes every voltage
    log_info("faults.voltage_v is not given: the faults of the chip of " + printable(o.map_file) +
             " are left out");
  }
  setup.network.mitigation = o.mitigation;
  inject_drawn_map(setup, run, o.fault_rate);
}

}  // namespace

QuantizedNetwork EvaluationSetup::chain() const {
  require_dense_chain(network.graph, "codes and the machine in gates");
  return chain_network(network);
}

EvaluationSetup set_up_evaluation(RunContext& run, std::int64_t samples, const char* samples_key) {
  EvaluationSetup setup;
  const GraphNetwork& network = run.network();
  const QuantizationPlan& plan = run.design().plan;
  setup.network = quantize_graph(network, plan, run.design().thresholds);
  setup.point = run.machine_point(graph_datapath_widths(network.graph, plan));
  inject_faults_of_keys(setup, run);
  const Dataset& set = run.data();
  const SamplePart part_asked = run.options().evaluation.part;
  const Samples& part = part_asked == SamplePart::train        ? set.train
                        : part_asked == SamplePart::validation ? set.validation
                                                               : set.test;
  if (samples > part.size()) {
    throw UserError(samples_key, std::to_string(samples),
                    "needs at most " + std::to_string(part.size()) + ", the samples of the " +
                        to_string(part_asked) + " part of " + set.name);
  }
  setup.samples = samples > 0 ? part.head(samples) : part;
  return setup;
}

std::vector<std::vector<std::int16_t>> codes_of_each(const EvaluationSetup& setup) {
  const std::vector<std::int16_t> all =
      input_codes(setup.samples.inputs, setup.network.layers.front().formats.activation,
                  setup.network.rounding);
  std::vector<std::vector<std::int16_t>> each;
  const std::ptrdiff_t n_in = setup.network.graph.inputs();
  for (std::ptrdiff_t s = 0; s < setup.samples.size(); ++s) {
    each.emplace_back(all.begin() + s * n_in, all.begin() + (s + 1) * n_in);
  }
  return each;
}

}  // namespace minerva::flow
