#pragma once
#include <string>
#include <vector>

#include "minerva/dse/explored_point.hpp"
#include "minerva/dse/space.hpp"

namespace minerva::dse {

/// The constraints of "area_mm2 <= 3, predictions_per_s >= 10000"; an empty text has none. Throws
/// UserError naming `key` and the item for an unknown name (listing those there are), an unknown
/// relation, and a limit that is no number.
std::vector<Constraint> parse_constraints(const std::string& text, const std::string& key);

/// The objectives of "time_us, power_mw": 2 to 5 different ones. Throws UserError naming `key`.
std::vector<Objective> parse_objectives(const std::string& text, const std::string& key);

/// All that the rows of an exploration depend on, but for the technology's file, as one text.
std::string problem_text(const Problem& problem, const Space& space);

}  // namespace minerva::dse
