#pragma once
#include <string>
#include <vector>

#include "minerva/json/fields.hpp"
#include "minerva/report/stage_report.hpp"

namespace minerva {

/// The report of a stage; null when there is none.
const StageReport* report_of(const std::string& stage, const std::vector<StageReport>& reports);

/// The text of a section that stands at `place` in a file, checked by the report of its stage.
/// UserError names the place when the stage is unknown or the section is not what it writes.
std::string section_text(const json::Json& section, const std::string& stage,
                         const json::Place& place, const std::vector<StageReport>& reports);

}  // namespace minerva
