#pragma once
#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace minerva::flow {

/// The stages in the order in which they are done. Training and its noise are two, since a noise
/// measured elsewhere, or a given sigma, may stand for the second.
enum class Stage { train, noise, design_space, quantize, prune, faults };
constexpr std::size_t kStages = 6;
constexpr std::array<Stage, kStages> kAllStages = {
    Stage::train, Stage::noise, Stage::design_space, Stage::quantize, Stage::prune, Stage::faults};

/// The command that does it alone: "dse".
const char* command_of(Stage stage);
/// "2 dse", as messages and notes name it.
std::string label_of(Stage stage);
/// Every file that the stage may leave in the run directory, besides its record.
const std::vector<std::string>& files_of(Stage stage);

}  // namespace minerva::flow
