#pragma once
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include "design_space_section.hpp"
#include "fault_section.hpp"
#include "minerva/comparison/comparison.hpp"
#include "minerva/published/figures.hpp"
#include "prune_section.hpp"
#include "quantize_section.hpp"

namespace minerva {

/// A bar of the book's Fig. 4.11, and what the text says of it as a mean over the five sets (Sec.
/// 4.4 and 4.5): the power of the bar before over this one's; of the variants, of stage 5.
struct ComparedBar {
  const char* row;  ///< id of the stage, or name of the variant
  const char* column;
  const char* heading;
  double book_factor;  ///< 0: none
};
constexpr std::array<ComparedBar, 6> kComparedBars = {
    {{dse::kDseStage, "baseline_mw", "2 baseline", 0},
     {quantize::kQuantizeStage, "quantization_mw", "3 quanti-\nzation",
      published::kMeanQuantizationFactor.value},
     {prune::kPruneStage, "pruning_mw", "4 pruning", published::kMeanPruningFactor.value},
     {faultsim::kFaultsStage, "fault_mitigation_mw", "5 low\nvoltage",
      published::kMeanFaultFactor.value},
     {"ROM weights", "rom_mw", "ROM", published::kMeanRomFactor.value},
     {"programmable", "programmable_mw", "program-\nmable",
      1 / published::kMeanProgrammableRatio.value}}};

/// Nothing where the run has no such bar.
std::optional<double> power_mw(const RunSummary& summary, const ComparedBar& bar);
/// Power of what bar `b` of kComparedBars is measured against over the bar's own.
std::optional<double> factor_of(const RunSummary& summary, std::size_t b);
/// The first bar's power over that of the last stage.
std::optional<double> whole_factor(const RunSummary& summary);

/// Whether every run is on a data set of the book, so that the book's means stand beside theirs.
bool all_of_the_book(const std::vector<ComparedRun>& runs);

/// Geometric mean of the runs that have the factor.
template <typename Factor>
std::optional<double> mean_factor(const std::vector<ComparedRun>& runs, const Factor& factor) {
  double sum = 0;
  int count = 0;
  for (const ComparedRun& run : runs) {
    if (const std::optional<double> f = factor(run.summary)) {
      sum += std::log(*f);
      ++count;
    }
  }
  if (count == 0) return std::nullopt;
  return std::exp(sum / count);
}

}  // namespace minerva
