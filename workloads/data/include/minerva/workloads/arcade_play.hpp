#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "minerva/workloads/arcade.hpp"

namespace minerva::workloads {

/// Frames that an action lasts (Mnih et al., Nature 2015).
inline constexpr int kFrameSkip = 4;

/// Plays one action and adds what is seen of it to the frames. @return the reward
int play_action(ArcadeEnvironment& game, FrameStack& frames, int action);

/// What a player sees: the frames of a stack, the oldest first, brightness from 0 to 1.
std::vector<float> state_of(const FrameStack& frames);

/// Episodes of the paddle game that are played to be scored. Equal values play equal games.
struct ScoredGames {
  std::uint64_t seed = 1;
  int side = 84;
  int episodes = 10;
  double exploration = 0.05;  ///< share of random actions (Mnih et al.)
};
/// The action that a player chooses.
using Policy = std::function<int(const std::vector<float>& state)>;
/// Score of each episode. The chance of an episode depends on its number alone, not on how long the
/// ones before it were. @param seen every state in which the policy was asked; may be null
std::vector<double> episode_scores(const ScoredGames& games, const Policy& policy,
                                   std::vector<std::vector<float>>* seen = nullptr);
/// Their mean.
double mean_score(const ScoredGames& games, const Policy& policy,
                  std::vector<std::vector<float>>* seen = nullptr);

}  // namespace minerva::workloads
