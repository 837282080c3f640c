#include "confirmation.hpp"

#include <algorithm>

#include "minerva/accelsim/completed_point.hpp"
#include "minerva/accelsim/fault_tables.hpp"
#include "minerva/accelsim/ppa.hpp"
#include "minerva/accelsim/verify_points.hpp"
#include "minerva/engine/evaluate.hpp"
#include "minerva/engine/fixed_engine.hpp"
#include "minerva/faultsim/fault_map.hpp"

namespace minerva::codesign {
namespace {

DesignScores scores_on(const Samples& samples, const SearchSetup& setup) {
  return DesignScores(samples, setup.technology, {}, setup.fault_seed, setup.threads);
}

/// The first fault map of the point's supply, cycle by cycle.
std::vector<std::string> differences_in_systemc(const Design& design, const SearchSetup& setup,
                                                const Samples& samples) {
  if (setup.verified_samples == 0) return {};
  QuantizedGraph network = quantized(design);
  if (design.supply.fault_rate > 0) {
    faultsim::inject_faults(network, setup.fault_seed, 0, design.supply.fault_rate, setup.threads,
                            fault_tables(setup.technology).front().criterion);
  }
  const Samples some = samples.head(setup.verified_samples);
  const std::vector<std::int16_t> codes =
      input_codes(some.inputs, network.layers.front().formats.activation, network.rounding);
  const std::ptrdiff_t words = network.graph.inputs();
  std::vector<std::vector<std::int16_t>> inputs;
  for (std::ptrdiff_t s = 0; s < some.size(); ++s) {
    inputs.emplace_back(codes.begin() + s * words, codes.begin() + (s + 1) * words);
  }
  return verify_points(network, {design.point}, inputs, setup.simulation_model, 1).front();
}

/// Energy of a prediction by part: mW times us.
std::vector<NamedNumber> parts_of(const Design& design, const ActivityProfile& activity,
                                  const Technology& technology) {
  const Design built = completed_design(design, technology);
  const PpaEstimate figures =
      estimate(machine_configuration(built), activity, design.supply, technology);
  const double time_us = 1e6 / figures.predictions_per_s;
  std::vector<NamedNumber> parts;
  for (const PowerPart& part : figures.power) {
    parts.push_back({part.name, (part.dynamic_mw + part.leakage_mw) * time_us});
  }
  return parts;
}

}  // namespace

BothErrors errors_on_both_sets(const Design& design, const SearchSetup& setup,
                               const Dataset& data) {
  return {scores_on(data.validation, setup).error_of(design, setup.options.final_maps),
          scores_on(data.test, setup).error_of(design, setup.options.final_maps)};
}

void confirm(FrontierPoint& point, const SearchSetup& setup, const Dataset& data,
             const Mitigation& mitigation) {
  DesignScores validation = scores_on(data.validation, setup);
  DesignScores test = scores_on(data.test, setup);
  const Design clean = at_supply(point.design, validation.supplies(0).front(), mitigation);
  const SampledError tuned = validation.error_of(point.design, setup.options.final_maps);
  const SampledError held_out = test.error_of(point.design, setup.options.final_maps);
  point.parts_nj = parts_of(point.design, tuned.activity, setup.technology);
  point.validation_wrong = tuned.wrong;
  point.validation_deviation = tuned.deviation;
  point.test_wrong = held_out.wrong;
  point.test_deviation = held_out.deviation;
  point.validation_clean = static_cast<std::int64_t>(validation.error_of(clean, 1).wrong);
  point.test_clean = static_cast<std::int64_t>(test.error_of(clean, 1).wrong);
  Design given = point.design;
  given.point = setup.given_machine;
  given.point.multiplier_stages = std::max(given.point.multiplier_stages, 1);
  const SampledError there = validation.error_of(given, setup.options.final_maps);
  std::string why;
  const auto cost = validation.cost_on(given, setup.given_machine, there.activity, why);
  if (cost) point.energy_on_given_machine_nj = cost->energy_nj;
  point.differences = differences_in_systemc(point.design, setup, data.validation);
}

}  // namespace minerva::codesign
