#include "local_search.hpp"

#include <algorithm>
#include <optional>

#include "minerva/base/interruption.hpp"
#include "minerva/codesign/calibrated_plan.hpp"

namespace minerva::codesign {
namespace {

/// Error and energy at the nominal supply, which steps are compared with.
struct Nominal {
  double wrong = 0;
  double energy_nj = 0;
};

Design with_codes(const LocalSearch& search, const std::vector<int>& codes,
                  const SramPoint& supply) {
  Design design = search.design;
  design.thresholds = thresholds_of_codes(design.plan, codes);
  return at_supply(std::move(design), supply, search.mitigation);
}

/// The layer whose threshold is raised next; nothing: no step saves energy.
std::optional<std::size_t> next_layer(const LocalSearch& search, DesignScores& scores,
                                      const std::vector<int>& codes, const SramPoint& supply,
                                      const Nominal& now, std::int64_t& judged) {
  std::optional<std::size_t> best;
  double best_price = 0;
  for (std::size_t k = 0; k < codes.size(); ++k) {
    const std::int64_t largest = search.design.plan.layers[k].activation.max_code();
    if (codes[k] >= search.most_theta_code || codes[k] >= largest) continue;
    std::vector<int> raised = codes;
    ++raised[k];
    ++judged;
    std::string why;
    const auto scored = scores.best_machine(with_codes(search, raised, supply), 1, why);
    if (!scored || scored->wrong > search.most_wrong) continue;
    const double saved_nj = now.energy_nj - scored->cost.energy_nj;
    if (saved_nj <= 0) continue;
    const double price = std::max(scored->wrong - now.wrong, 0.0) / saved_nj;
    if (best && price >= best_price) continue;
    best = k;
    best_price = price;
  }
  return best;
}

}  // namespace

std::vector<JudgedDesign> search_locally(const LocalSearch& search, DesignScores& scores,
                                         std::int64_t& judged) {
  const std::vector<SramPoint> supplies = scores.supplies(search.most_fault_rate);
  std::vector<int> codes = search.first_codes;
  std::vector<JudgedDesign> all;
  while (true) {
    std::optional<Nominal> now;
    for (const SramPoint& supply : supplies) {
      throw_if_interrupted();
      ++judged;
      std::string why;
      for (ScoredDesign& scored :
           scores.all_machines(with_codes(search, codes, supply), search.maps, why)) {
        const bool nominal = supply.fault_rate <= 0;
        if (nominal && (!now || scored.cost.energy_nj < now->energy_nj)) {
          now = Nominal{scored.wrong, scored.cost.energy_nj};
        }
        if (scored.wrong > search.most_wrong) continue;
        all.push_back({codes, std::move(scored)});
      }
    }
    if (!now) return all;  // no machine can run it
    const auto layer = next_layer(search, scores, codes, supplies.front(), *now, judged);
    if (!layer) return all;
    ++codes[*layer];
  }
}

}  // namespace minerva::codesign
