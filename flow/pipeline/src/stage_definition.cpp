#include "minerva/flow/stage_definition.hpp"

namespace minerva::flow {

std::string label_of(const StageDefinition& stage) {
  return std::to_string(stage.number) + " " + stage.id;
}

}  // namespace minerva::flow
