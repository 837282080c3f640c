#include "minerva/workloads/arcade_play.hpp"

#include "minerva/workloads/streams.hpp"

namespace minerva::workloads {
namespace {

/// Of a random player at the beginning of an episode, so that games differ.
constexpr int kMostIdleActions = 8;

}  // namespace

int play_action(ArcadeEnvironment& game, FrameStack& frames, int action) {
  std::vector<std::uint8_t> before = game.screen_grayscale();
  int reward = 0;
  for (int i = 0; i < kFrameSkip && !game.game_over(); ++i) {
    if (i == kFrameSkip - 1) before = game.screen_grayscale();
    reward += game.act(action);
  }
  frames.add(before, game.screen_grayscale());
  return reward;
}

std::vector<float> state_of(const FrameStack& frames) {
  std::vector<float> state;
  for (const auto& frame : frames.frames()) {
    for (const std::uint8_t point : frame) state.push_back(static_cast<float>(point) / 255.0F);
  }
  return state;
}

std::vector<double> episode_scores(const ScoredGames& games, const Policy& policy,
                                   std::vector<std::vector<float>>* seen) {
  PaddleGame game(games.seed + 1);  // other games than those of the training with this seed
  const auto actions = static_cast<std::uint64_t>(game.minimal_action_count());
  FrameStack frames(games.side);
  std::vector<double> scores;
  for (int episode = 0; episode < games.episodes; ++episode) {
    KeyedRandom random(games.seed, kExplorationStream,
                       mix_keys(static_cast<std::uint64_t>(episode), 1));
    game.reset_game();
    frames.clear();
    for (std::uint64_t i = random.below(kMostIdleActions); i-- > 0;) play_action(game, frames, 0);
    std::int64_t score = 0;
    while (!game.game_over()) {
      int action = 0;
      if (random.uniform() < games.exploration) {
        action = static_cast<int>(random.below(actions));
      } else {
        const std::vector<float> state = state_of(frames);
        if (seen != nullptr) seen->push_back(state);
        action = policy(state);
      }
      score += play_action(game, frames, action);
    }
    scores.push_back(static_cast<double>(score));
  }
  return scores;
}

double mean_score(const ScoredGames& games, const Policy& policy,
                  std::vector<std::vector<float>>* seen) {
  double sum = 0;  // of whole numbers, which are exact
  for (const double score : episode_scores(games, policy, seen)) sum += score;
  return sum / games.episodes;
}

}  // namespace minerva::workloads
