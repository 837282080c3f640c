#include "comparison_bars.hpp"

#include <algorithm>

#include "minerva/published/book_workloads.hpp"

namespace minerva {
namespace {

constexpr std::size_t kStageBars = 4;  // the others are variants of the last stage

}  // namespace

std::optional<double> power_mw(const RunSummary& s, const ComparedBar& bar) {
  for (const StageRow& stage : s.stages) {
    if (stage.stage == bar.row && stage.power_mw > 0) return stage.power_mw;
  }
  for (const VariantRow& variant : s.variants) {
    if (variant.name == bar.row) return variant.power_mw;
  }
  return std::nullopt;
}

std::optional<double> factor_of(const RunSummary& s, std::size_t b) {
  if (b == 0) return std::nullopt;
  const auto before = power_mw(s, kComparedBars[b < kStageBars ? b - 1 : kStageBars - 1]);
  const auto own = power_mw(s, kComparedBars[b]);
  if (!before || !own) return std::nullopt;
  return *before / *own;
}

std::optional<double> whole_factor(const RunSummary& s) {
  const auto first = power_mw(s, kComparedBars.front());
  const auto last = power_mw(s, kComparedBars[kStageBars - 1]);
  if (!first || !last) return std::nullopt;
  return *first / *last;
}

bool all_of_the_book(const std::vector<ComparedRun>& runs) {
  return std::all_of(runs.begin(), runs.end(), [](const ComparedRun& run) {
    return book_workload(run.summary.provenance.data_name) != nullptr;
  });
}

}  // namespace minerva
