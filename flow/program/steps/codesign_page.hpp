#pragma once
#include <string>

#include "codesign_output.hpp"

namespace minerva::flow {

/// The page of a joint search: the frontier with its bound and the run beside it, on which a point
/// opens its energy by part, the points as a table, what each mechanism contributes, and the
/// rounds.
std::string codesign_page(const CodesignOutcome& outcome, const codesign::CodesignOptions& options);

}  // namespace minerva::flow
