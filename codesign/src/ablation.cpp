#include "minerva/codesign/ablation.hpp"

#include <algorithm>

#include "minerva/base/errors.hpp"
#include "search_run.hpp"

namespace minerva::codesign {
namespace {

/// One candidate, one round and nothing behind the frontier.
SearchSetup alone(const SearchSetup& setup, const Candidate& candidate) {
  SearchSetup one = setup;
  CodesignOptions& o = one.options;
  o.topologies = hidden_text(candidate.hidden);
  o.inputs = candidate.inputs;
  o.weight_bits = {candidate.widths.weight_bits};
  o.activation_bits = {candidate.widths.activation_bits};
  o.product_bits = {candidate.widths.product_bits};
  o.method = SearchMethod::halving;
  o.first_epochs = setup.fine_tuning.epochs;
  o.confirming_seeds = 0;
  one.most_energy_nj = 0;
  one.verified_samples = 0;
  return one;
}

void switch_off(Mechanism mechanism, SearchSetup& setup) {
  switch (mechanism) {
    case Mechanism::distortions:
      setup.training.augmentation = {};
      return;
    case Mechanism::teacher:
      setup.fine_tuning.teacher_share = 0;
      return;
    case Mechanism::fault_training:
      setup.fine_tuning.fault_rate = 0;
      return;
    case Mechanism::activation_l1:
      setup.training.regularization.activation_l1 = 0;
      setup.fine_tuning.activation_l1 = 0;
      return;
    case Mechanism::left_out:
      setup.options.inputs = "all";
      return;
    case Mechanism::narrow_words:
      setup.options.weight_bits = {kWideBits};
      setup.options.activation_bits = {kWideBits};
      setup.options.product_bits = {0};
      return;
    case Mechanism::skipping:
      setup.fine_tuning.theta_code = 0;
      setup.options.most_theta_code = 0;
      return;
    case Mechanism::low_voltage:
      setup.options.most_fault_rate = 0;
      return;
    case Mechanism::machine:
      setup.given_machine_alone = true;
      return;
  }
}

AblationRow row_of(std::optional<Mechanism> without, const SearchSetup& setup) {
  const SearchResult result = run_search(setup);
  AblationRow row;
  row.without = without;
  if (result.chosen && setup.most_wrong) row.within = result.points[*result.chosen];
  row.least_error = *std::min_element(
      result.points.begin(), result.points.end(),
      [](const auto& a, const auto& b) { return a.validation_wrong < b.validation_wrong; });
  return row;
}

}  // namespace

std::vector<AblationRow> ablate(const SearchSetup& setup, const SearchResult& result) {
  expects(result.chosen.has_value(), "an ablation is that of a chosen point");
  const Candidate& candidate = result.candidates[result.points[*result.chosen].candidate];
  const std::vector<Mechanism> mechanisms =
      parse_mechanisms(setup.options.ablation, "codesign.ablation");
  if (mechanisms.empty()) return {};
  const SearchSetup whole = alone(setup, candidate);
  std::vector<AblationRow> rows{row_of(std::nullopt, whole)};
  for (const Mechanism mechanism : mechanisms) {
    if (setup.log)
      setup.log("the chosen network without " + std::string(minerva::to_string(mechanism)));
    SearchSetup without = whole;
    switch_off(mechanism, without);
    rows.push_back(row_of(mechanism, without));
  }
  return rows;
}

}  // namespace minerva::codesign
