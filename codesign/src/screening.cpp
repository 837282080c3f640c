#include "screening.hpp"

#include <algorithm>

#include "minerva/codesign/calibrated_plan.hpp"

namespace minerva::codesign {
namespace {

/// Layers of the candidate without numbers, in formats of its widths: cost depends on no number.
Design blank_design(const Candidate& candidate, int inputs, int classes) {
  std::vector<int> widths{inputs};
  widths.insert(widths.end(), candidate.hidden.begin(), candidate.hidden.end());
  widths.push_back(classes);
  GraphNetwork network{LayerGraph(Topology(widths)), {}, ""};
  for (std::size_t k = 0; k + 1 < widths.size(); ++k) {
    network.layers.push_back(
        {Eigen::MatrixXf::Zero(widths[k + 1], widths[k]), Eigen::VectorXf::Zero(widths[k + 1])});
  }
  const SignalWidths& w = candidate.widths;
  const int product_bits = w.product_bits > 0
                               ? w.product_bits
                               : whole_product_bits(w.weight_bits, w.activation_bits, true);
  LayerFormats formats;
  formats.weight = {1, w.weight_bits - 1};
  formats.activation = {1, w.activation_bits - 1};
  formats.product = {1, product_bits - 1};
  Design design;
  design.network = std::make_shared<const GraphNetwork>(std::move(network));
  design.plan = uniform_plan(static_cast<int>(widths.size()) - 1, formats);
  design.thresholds =
      thresholds_of_codes(design.plan, std::vector<int>(design.plan.layers.size(), 1));
  return design;
}

}  // namespace

Screening screen(const Candidate& candidate, int inputs, int classes,
                 const std::vector<SramPoint>& supplies, const Mitigation& mitigation,
                 const std::vector<DesignPoint>& machines, const DesignScores& scores) {
  const Design blank = blank_design(candidate, inputs, classes);
  Screening screening;
  for (const DesignPoint& machine : machines) {
    ActivityProfile skipped;
    skipped.chunk = machine.inputs_per_cycle();
    skipped.samples = 1;
    skipped.layers.resize(blank.plan.layers.size());
    for (const SramPoint& supply : supplies) {
      const auto cost =
          scores.cost_on(at_supply(blank, supply, mitigation), machine, skipped, screening.why);
      if (!cost) continue;
      screening.least_energy_nj =
          std::min(screening.least_energy_nj.value_or(cost->energy_nj), cost->energy_nj);
    }
  }
  return screening;
}

}  // namespace minerva::codesign
