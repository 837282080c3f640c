#include <algorithm>
#include <cmath>
#include <optional>

#include "minerva/workloads/arcade_play.hpp"
#include "minerva/workloads/streams.hpp"
#include "models.hpp"
#include "replay_memory.hpp"

// Deep Q learning (Mnih et al., Nature 2015): three convolutions and two dense layers give the
// value of each action; experience replay, a target network, epsilon-greedy play. The game and the
// memory are in next_batch, outside of a step.
namespace minerva::workloads {
namespace {

constexpr double kDiscount = 0.99;
constexpr double kLargestError = 1;
constexpr double kFinalExploration = 0.1;
constexpr int kTestEpisodes = 10;

struct DeepQSizes {
  int side;
  std::int64_t filters[3];
  std::int64_t hidden;
  std::size_t replay;
  std::size_t replay_start;  ///< random actions before the first update
  int actions_an_update;
  std::int64_t target_updates;  ///< updates between two copies of the network
  double exploration_actions;   ///< until the final exploration
};
/// Of the article and of Fathom's code; the start of the replay memory is shortened from 50,000
/// actions, so that a profile begins within seconds.
constexpr DeepQSizes kFullDeepQ{84, {32, 64, 64}, 512, 1000000, 500, 4, 10000, 250000};
/// Learns within minutes: assumption.
constexpr DeepQSizes kSmallDeepQ{44, {8, 16, 16}, 64, 20000, 200, 1, 250, 4000};

class DeepQ : public TorchWorkload {
 public:
  using TorchWorkload::TorchWorkload;

  std::string shape_text() const override {
    const std::string side = std::to_string(sizes().side);
    return side + "x" + side + "x4, " + std::to_string(actions()) + " actions";
  }

  void next_batch() override {
    do {
      for (int i = 0; i < sizes().actions_an_update; ++i) play_one_action();
    } while (replay_->size() <
             std::max<std::size_t>(sizes().replay_start, static_cast<std::size_t>(batch_)));
    KeyedRandom random(options_.seed, kReplayStream, draws_++);
    std::vector<float> states;
    std::vector<float> next_states;
    std::vector<std::int64_t> taken;
    std::vector<float> rewards;
    std::vector<float> going_on;
    for (int i = 0; i < batch_; ++i) {
      const ReplayMemory::Transition each = replay_->draw(random);
      states.insert(states.end(), each.state.begin(), each.state.end());
      next_states.insert(next_states.end(), each.next_state.begin(), each.next_state.end());
      taken.push_back(each.action);
      rewards.push_back(each.reward);
      going_on.push_back(each.terminal ? 0.0F : 1.0F);
    }
    const std::vector<std::int64_t> shape{batch_, ReplayMemory::kFrames, sizes().side,
                                          sizes().side};
    put(inputs_, "states", float_tensor(states, shape));
    put(inputs_, "next states", float_tensor(next_states, shape));
    put(labels_, "actions", index_tensor(taken, {batch_}));
    put(labels_, "rewards", float_tensor(rewards, {batch_}));
    put(labels_, "going on", float_tensor(going_on, {batch_}));
  }

  Score score(std::int64_t most_examples) override {
    const int episodes =
        most_examples > 0 ? static_cast<int>(std::min<std::int64_t>(most_examples, kTestEpisodes))
                          : kTestEpisodes;
    ScoredGames games{options_.seed, sizes().side, episodes};
    const Policy policy = [&](const std::vector<float>& state) { return best_action(state); };
    const double own = mean_score(games, policy);
    games.exploration = 1;
    return {"mean score of an episode", own, mean_score(games, policy), "a random player",
            episodes};
  }

 protected:
  const DeepQSizes& sizes() const { return options_.small ? kSmallDeepQ : kFullDeepQ; }
  int actions() const { return PaddleGame(0).minimal_action_count(); }

  void build() override {
    const DeepQSizes& s = sizes();
    const auto add = [&](const std::string& name, const std::vector<std::int64_t>& shape,
                         std::int64_t fan_in, std::int64_t out) {
      add_normal(name + " weights", shape, std::sqrt(2.0 / static_cast<double>(fan_in)));
      add_biases(name + " biases", out);
    };
    std::int64_t in = ReplayMemory::kFrames;
    std::int64_t side = s.side;
    for (std::size_t i = 0; i < kConvolutions; ++i) {
      const std::int64_t out = s.filters[i];
      add("conv" + std::to_string(i + 1), {out, in, kSides[i], kSides[i]},
          in * kSides[i] * kSides[i], out);
      side = (side - kSides[i]) / kStrides[i] + 1;
      in = out;
    }
    add("dense1", {side * side * in, s.hidden}, side * side * in, s.hidden);
    add("dense2", {s.hidden, actions()}, s.hidden, actions());
    game_.emplace(options_.seed);
    frames_.emplace(s.side);
    replay_.emplace(s.replay, static_cast<std::size_t>(s.side) * static_cast<std::size_t>(s.side));
    played_ = 0;
    draws_ = 0;
    begins_ = true;
    copy_to_target();
    // The state before the first action is that of an empty memory: one idle action.
    see_first_frame();
  }

  Tensor values(const Tensor& states, const std::vector<Tensor>& weights) const {
    Tensor x = states;
    for (std::size_t i = 0; i < kConvolutions; ++i) {
      x = at::relu(convolution(x, weights[2 * i], weights[2 * i + 1], kStrides[i], 0));
    }
    x = at::relu(dense(x.flatten(1), weights[6], weights[7]));
    return dense(x, weights[8], weights[9]);
  }

  std::vector<Tensor> own_weights() const {
    std::vector<Tensor> weights;
    for (const Parameter& each : parameters_) weights.push_back(each.value);
    return weights;
  }

  Tensor training_loss() override {
    Tensor target;
    {
      const at::NoGradGuard no_gradient;
      const Tensor best = at::amax(values(inputs_[1].second, target_), {1});
      target = labels_[1].second + labels_[2].second * best * kDiscount;
      put(outputs_, "targets", target);
    }
    const Tensor all = values(inputs_[0].second, own_weights());
    put(outputs_, "values", all);
    const Tensor taken = at::gather(all, 1, labels_[0].second.unsqueeze(1)).squeeze(1);
    // Half of the square up to an error of 1, linear beyond it; a sum over the batch (reduction 2).
    return at::huber_loss(taken, target, 2, kLargestError);
  }

  void forward_only() override {
    put(outputs_, "values", values(inputs_[0].second, own_weights()));
  }

  void update() override {
    {
      RECORD_USER_SCOPE("op:ApplyRMSProp");
      RmsPropConstants constants;
      constants.rate = rate(constants.rate);
      for (Parameter& each : parameters_) {
        if (!each.state1.defined()) each.state1 = at::ones_like(each.value);
        const Tensor gradient = each.value.grad().contiguous();
        apply_rmsprop(each.value.data_ptr<float>(), gradient.data_ptr<float>(),
                      each.state1.data_ptr<float>(), each.value.numel(), constants,
                      options_.threads);
      }
    }
    if (updates_ % sizes().target_updates == 0) copy_to_target();
  }

 private:
  static constexpr std::size_t kConvolutions = 3;
  static constexpr std::int64_t kSides[kConvolutions] = {8, 4, 3};
  static constexpr std::int64_t kStrides[kConvolutions] = {4, 2, 1};

  void copy_to_target() {
    target_.clear();
    for (const Parameter& each : parameters_) target_.push_back(each.value.detach().clone());
  }

  void see_first_frame() {
    frames_->clear();
    play_action(*game_, *frames_, 0);
    begins_ = true;
  }

  int best_action(const std::vector<float>& state) const {
    const at::NoGradGuard no_gradient;
    const Tensor x = float_tensor(state, {1, ReplayMemory::kFrames, sizes().side, sizes().side});
    return static_cast<int>(at::argmax(values(x, own_weights()), 1).item<std::int64_t>());
  }

  double exploration() const {
    if (replay_->size() < sizes().replay_start) return 1;
    const double share = std::min(1.0, static_cast<double>(played_) / sizes().exploration_actions);
    return 1 - share * (1 - kFinalExploration);
  }

  void play_one_action() {
    KeyedRandom random(options_.seed, kExplorationStream, played_);
    const auto count = static_cast<std::uint64_t>(actions());
    const int action = random.uniform() < exploration() ? static_cast<int>(random.below(count))
                                                        : best_action(state_of(*frames_));
    const std::vector<std::uint8_t> frame = frames_->newest();
    const int reward = play_action(*game_, *frames_, action);
    const bool terminal = game_->game_over();
    replay_->add(frame, action, reward, terminal, begins_);
    begins_ = false;
    ++played_;
    if (terminal) {
      game_->reset_game();
      see_first_frame();
    }
  }

  std::optional<PaddleGame> game_;
  std::optional<FrameStack> frames_;
  std::optional<ReplayMemory> replay_;
  std::uint64_t played_ = 0;
  std::uint64_t draws_ = 0;
  bool begins_ = true;
  std::vector<Tensor> target_;
};

}  // namespace

std::unique_ptr<Workload> make_deepq(const WorkloadFacts& facts, const WorkloadOptions& options) {
  return std::make_unique<DeepQ>(facts, options);
}

}  // namespace minerva::workloads
