#include "stage.hpp"

namespace minerva::flow {

const char* command_of(Stage stage) {
  switch (stage) {
    case Stage::train:
      return "train";
    case Stage::noise:
      return "noise";
    case Stage::design_space:
      return "dse";
    case Stage::quantize:
      return "quantize";
    case Stage::prune:
      return "prune";
    case Stage::faults:
      return "faults";
  }
  return "";
}

std::string label_of(Stage stage) {
  constexpr int kNumbers[kStages] = {1, 1, 2, 3, 4, 5};
  return std::to_string(kNumbers[static_cast<std::size_t>(stage)]) + " " + command_of(stage);
}

const std::vector<std::string>& files_of(Stage stage) {
  static const std::array<std::vector<std::string>, kStages> files = {{
      {"network.safetensors", "training.csv"},
      {"noise.json"},
      {"design_space.csv", "design_point.json"},
      {"plan.json"},
      {"thresholds.json", "activation_histogram.csv"},
      {"faults.json", "yield.csv"},
  }};
  return files[static_cast<std::size_t>(stage)];
}

}  // namespace minerva::flow
