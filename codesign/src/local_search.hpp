#pragma once
#include <cstdint>
#include <vector>

#include "minerva/codesign/design_scores.hpp"

namespace minerva::codesign {

/// A design that the local search has judged.
struct JudgedDesign {
  std::vector<int> theta_codes;
  ScoredDesign scored;
};

/// What the local search of one trained network starts from.
struct LocalSearch {
  Design design;                 ///< network and plan
  std::vector<int> first_codes;  ///< thresholds to begin with, codes of each layer's inputs
  int most_theta_code = 1;
  double most_fault_rate = 0;
  Mitigation mitigation;  ///< of supplies with faults
  int maps = 1;
  double most_wrong = 0;  ///< designs with more wrong samples are of no interest
};

/// Judges a network at every supply and on every machine, and again with thresholds raised one
/// layer and one code at a time: the step that costs the fewest wrong samples for the energy that
/// it saves comes first, and steps end where none saves energy within `most_wrong`. @param judged
/// is incremented with every evaluation
std::vector<JudgedDesign> search_locally(const LocalSearch& search, DesignScores& scores,
                                         std::int64_t& judged);

}  // namespace minerva::codesign
