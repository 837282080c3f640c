#pragma once
#include <string>

#include "design_space_section.hpp"
#include "minerva/report/stage_report.hpp"

namespace minerva::redesign {

/// One sentence: the machine that would be built, beside that of the last stage.
std::string choice_text(const dse::DesignSpaceSection& space);

/// What the report makes of the stage's section, which is that of a design space.
StageReport redesign_report();

}  // namespace minerva::redesign
