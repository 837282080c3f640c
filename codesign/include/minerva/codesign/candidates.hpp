#pragma once
#include <string>
#include <vector>

#include "minerva/codesign/options.hpp"
#include "minerva/design/design_point.hpp"

namespace minerva::codesign {

/// A network to be trained for its hardware: what must be settled before a training.
struct Candidate {
  std::vector<int> hidden;
  std::string inputs;  ///< as data.inputs
  SignalWidths widths;
};
/// "grid:2:24 160-128 W3 X3 P5", with P as the products need it where it is 0.
std::string to_string(const Candidate& candidate);

/// Every combination of topologies, inputs and widths, in the order of the keys. Throws UserError
/// naming the key of a list that cannot be read.
std::vector<Candidate> candidates_of(const CodesignOptions& options);

/// Every combination of lanes, multipliers, write ports and clock periods, without multiplier
/// stages (0), which follow from the widths.
std::vector<DesignPoint> machines_of(const CodesignOptions& options);

/// Throws UserError naming section [codesign] unless something may be chosen: a candidate, a
/// machine, a threshold or a voltage.
void check_free_parameters(const CodesignOptions& options);

}  // namespace minerva::codesign
