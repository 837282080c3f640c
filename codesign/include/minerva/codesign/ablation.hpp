#pragma once
#include <optional>
#include <vector>

#include "minerva/codesign/search.hpp"

namespace minerva::codesign {

/// What the chosen network reaches when one mechanism is switched off.
struct AblationRow {
  std::optional<Mechanism> without;  ///< nothing: every mechanism is on
  /// Of least energy within the bound; nothing: no point is within it.
  std::optional<FrontierPoint> within;
  FrontierPoint least_error;
};

/// Trains and searches the candidate of the chosen point again: first with every mechanism, then
/// without each of CodesignOptions::ablation. Each row has the candidate's own local search over
/// thresholds, supplies and machines, so a mechanism that is missed may be made up for by others.
/// Trainings that the search has stored are taken from there. The bound is that of the setup;
/// `result` must have a chosen point. Throws what search() throws.
std::vector<AblationRow> ablate(const SearchSetup& setup, const SearchResult& result);

}  // namespace minerva::codesign
