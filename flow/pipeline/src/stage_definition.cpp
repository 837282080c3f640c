#include "minerva/flow/stage_definition.hpp"

namespace minerva::flow {

std::vector<std::string> sections_of_a_stage(const std::vector<std::string>& more) {
  std::vector<std::string> sections = {"run",    "data", "network", "noise",
                                       "budget", "tech", "dse",     "design"};
  sections.insert(sections.end(), more.begin(), more.end());
  return sections;
}

std::string label_of(const StageDefinition& stage) {
  return std::to_string(stage.number) + " " + stage.id;
}

}  // namespace minerva::flow
