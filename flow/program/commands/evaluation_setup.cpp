#include "evaluation_setup.hpp"

#include "faultsim_stage.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/design/design_json.hpp"
#include "minerva/engine/fixed_engine.hpp"
#include "minerva/faultsim/fault_map.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/network/quantize_network.hpp"

namespace minerva::flow {

EvaluationSetup set_up_evaluation(RunContext& run, std::int64_t samples, const char* samples_key) {
  const faultsim::FaultStage& o = run.state<faultsim::FaultStage>();
  EvaluationSetup setup;
  const Network& network = run.network();
  const QuantizationPlan& plan = run.design().plan;
  setup.network = quantize_network(network, plan, run.design().thresholds);
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
  setup.faults = rate > 0;
  if (setup.faults) {
    faultsim::inject_faults(setup.network, o.faults.seed, static_cast<std::uint64_t>(o.fault_map),
                            rate);
  } else {
    setup.network.mitigation = {};
  }
  setup.point = run.machine_point(datapath_widths(plan, setup.network.topology()));
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
  const std::ptrdiff_t n_in = setup.network.layers.front().n_in;
  for (std::ptrdiff_t s = 0; s < setup.samples.size(); ++s) {
    each.emplace_back(all.begin() + s * n_in, all.begin() + (s + 1) * n_in);
  }
  return each;
}

}  // namespace minerva::flow
