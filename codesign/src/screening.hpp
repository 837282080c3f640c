#pragma once
#include <optional>
#include <string>

#include "minerva/codesign/candidates.hpp"
#include "minerva/codesign/design_scores.hpp"

namespace minerva::codesign {

/// The cheapest question about a candidate, asked before anything is trained.
struct Screening {
  /// Energy of a prediction that skips every input, on the machine and at the supply of least
  /// energy: no training of the candidate is below it. Nothing: no machine can run the candidate.
  std::optional<double> least_energy_nj;
  std::string why;  ///< where there is nothing
};

/// @param inputs words that the candidate's network reads
Screening screen(const Candidate& candidate, int inputs, int classes,
                 const std::vector<SramPoint>& supplies, const Mitigation& mitigation,
                 const std::vector<DesignPoint>& machines, const DesignScores& scores);

}  // namespace minerva::codesign
