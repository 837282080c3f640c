#include "evaluation_setup.hpp"

#include "chip_in_machine.hpp"
#include "faultsim_stage.hpp"
#include "minerva/accelsim/fault_tables.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/design/design_json.hpp"
#include "minerva/faultsim/fault_map.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/network/quantize_network.hpp"
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

void inject_chip(EvaluationSetup& setup, const faultsim::FaultStage& o) {
  if (!o.faults_file.empty() || o.fault_rate > 0) {
    throw UserError(o.faults_file.empty() ? "faults.rate" : "faults.file",
                    o.faults_file.empty() ? number_text(o.fault_rate) : o.faults_file,
                    "needs to be left out with faults.map_file, whose faults are not drawn");
  }
  faultsim::ChipMap map = faultsim::read_chip_map(o.map_file);
  if (o.voltage_v == 0) {  // so in the config of a run, whose stage 5 takes every voltage
    log_info("faults.voltage_v is not given: evaluated without the faults of " +
             printable(o.map_file));
    setup.network.mitigation = {};
    return;
  }
  const double voltage = map.measured(o.voltage_v, "faults.voltage_v");
  const faultsim::ChipFaults chip =
      faultsim::place_chip(std::move(map), o.map_file, setup.network, setup.point);
  const std::int64_t wrong = chip.inject(setup.network, voltage);
  setup.faults = true;
  log_info(
      printable(o.map_file) + ": " + std::to_string(wrong) + " bits of weights read wrong at " +
      number_text(voltage) + " V, " + std::to_string(chip.elsewhere()) + " of " +
      std::to_string(chip.map().faults.size()) + " faulty cells store no bit of a weight" +
      (chip.map().conditions.empty() ? "" : "; " + printable(chip.map().conditions, kWholeText)));
}

}  // namespace

EvaluationSetup set_up_evaluation(RunContext& run, std::int64_t samples, const char* samples_key) {
  const faultsim::FaultStage& o = run.state<faultsim::FaultStage>();
  EvaluationSetup setup;
  const Network& network = run.network();
  const QuantizationPlan& plan = run.design().plan;
  setup.network = quantize_network(network, plan, run.design().thresholds);
  setup.point = run.machine_point(datapath_widths(plan, setup.network.topology()));
  double rate = o.fault_rate;
  setup.network.mitigation = o.mitigation;
  if (!o.faults_file.empty()) {
    const FaultSetting file = faults_from_json(read_file(o.faults_file), o.faults_file);
    setup.network.mitigation = file.mitigation;
    rate = file.sram.fault_rate;
    if (rate > kMaxFaultRate) {
      throw UserError(o.faults_file + ": rate", number_text(rate),
                      "needs 0 to " + number_text(kMaxFaultRate));
    }
  }
  if (!o.map_file.empty()) {
    inject_chip(setup, o);
  } else {
    if (o.voltage_v > 0) {
      throw UserError("faults.voltage_v", number_text(o.voltage_v),
                      "needs faults.map_file, the map of a chip; drawn faults have faults.rate");
    }
    inject_drawn_map(setup, run, rate);
  }
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

}  // namespace minerva::flow
