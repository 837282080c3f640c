#include "minerva/training/checkpoint.hpp"

#include <gtest/gtest.h>

#include "minerva/base/errors.hpp"
#include "minerva/engine/float_engine.hpp"
#include "minerva/training/noise.hpp"
#include "minerva/training/training_cache.hpp"
#include "training_problem.hpp"

namespace minerva::training {
namespace {

/// The program's sudden end.
struct Killed {};

/// A store whose clock rises by one second a look and which ends the program after a number of
/// saved checkpoints.
class MortalStore : public MemoryStore {
 public:
  void save(const std::string& name, const std::string& bytes) override {
    MemoryStore::save(name, bytes);
    if (name.find(".checkpoint") != std::string::npos && --checkpoints_left == 0) throw Killed{};
  }
  double seconds() const override { return ++now_; }
  int checkpoints_left = -1;  ///< negative: lives on

 private:
  mutable double now_ = 0;
};

/// Every option that keeps a state of its own.
std::vector<TrainingOptions> recipes() {
  std::vector<TrainingOptions> all(5, small_options());
  all[1].optimizer = Optimizer::rmsprop;
  all[1].schedule = Schedule::step;
  all[1].step_epochs = 2;
  all[2].optimizer = Optimizer::nesterov;
  all[2].learning_rate = 0.03;
  all[2].warmup_epochs = 2;
  all[3].faults.rate = 0.02;
  all[3].faults.steps_per_map = 5;
  all[3].regularization.input_dropout_fraction = 0.2;
  all[4].patience_epochs = 2;
  all[4].clip_norm = 1;
  all[4].epochs = 6;
  return all;
}

/// Trains and dies after each checkpoint, again and again, until it lives to the end.
GraphNetwork train_in_pieces(const Dataset& data, const TrainingOptions& options,
                             CheckpointRule rule, int* deaths, std::string* record) {
  MortalStore store;
  for (*deaths = 0;; ++*deaths) {
    store.checkpoints_left = 1;
    try {
      TrainingCache cache(data, store, rule);
      *record = record_text(cache.train(options, 0, KeepNetwork::yes).record);
      return cache.network(options);
    } catch (const Killed&) {
    }
  }
}

std::string record_of_whole(const Dataset& data, const TrainingOptions& options) {
  MemoryStore store;
  return record_text(TrainingCache(data, store, {}).train(options, 0, KeepNetwork::no).record);
}

TEST(Checkpoint, KilledAtEveryEpochATrainingEndsInTheSameBits) {
  const Dataset data = small_digits();
  for (const TrainingOptions& options : recipes()) {
    const TrainedNetwork whole = train(data, options);
    int deaths = 0;
    std::string record;
    const GraphNetwork pieces = train_in_pieces(data, options, {1, 0}, &deaths, &record);
    EXPECT_EQ(record, record_of_whole(data, options));
    EXPECT_TRUE(same_bits(whole.network, pieces)) << whole.network.trained_by;
    EXPECT_EQ(deaths, static_cast<int>(whole.history.size()) - 1) << "the last epoch saves none";
  }
}

TEST(Checkpoint, KilledWithinEpochsATrainingEndsInTheSameBits) {
  const Dataset data = small_digits();
  for (const TrainingOptions& options : recipes()) {
    int deaths = 0;
    std::string record;  // with the loss of every epoch
    const GraphNetwork pieces =
        train_in_pieces(data, options, {0, 8}, &deaths, &record);  // every 8 steps of 21
    EXPECT_EQ(record, record_of_whole(data, options));
    EXPECT_TRUE(same_bits(train(data, options).network, pieces)) << pieces.trained_by;
    EXPECT_GT(deaths, 5);
  }
}

TEST(Checkpoint, HistoryAndRecordAreThoseOfAnUninterruptedTraining) {
  const Dataset data = small_digits();
  MortalStore killed;
  MemoryStore lucky;
  killed.checkpoints_left = 3;
  TrainingCache cache(data, killed, {1, 0});
  EXPECT_THROW(cache.train(small_options(), 0, KeepNetwork::no), Killed);
  const TrainingCache::Result rest = cache.train(small_options(), 0, KeepNetwork::no);
  EXPECT_EQ(rest.epochs_trained, 1);
  const TrainingRecord whole =
      TrainingCache(data, lucky, {}).train(small_options(), 0, KeepNetwork::no).record;
  EXPECT_EQ(record_text(rest.record), record_text(whole));
  EXPECT_EQ(whole.history.size(), 4U);
  ASSERT_TRUE(whole.validation_wrong.has_value());
  const GraphNetwork network = train(data, small_options()).network;
  EXPECT_EQ(*whole.validation_wrong, count_wrong(network, data.validation));
  EXPECT_FALSE(whole.test_wrong.has_value());
}

TEST(Checkpoint, ReadsBackToTheSameBytes) {
  const Dataset data = small_digits();
  TrainingOptions options = small_options();
  options.patience_epochs = 3;
  Trainer trainer(data, options);
  for (int i = 0; i < 30; ++i) trainer.step();
  const std::string key(64, 'a');
  const std::string bytes = checkpoint_bytes(key, trainer.state());
  const TrainingState back = state_from_checkpoint(bytes, key, "file");
  EXPECT_EQ(checkpoint_bytes(key, back), bytes);
  EXPECT_EQ(back.step, 30U);
  EXPECT_EQ(back.next_sample, 9 * 50);
  EXPECT_EQ(back.best, trainer.state().best);
}

void expect_error(const std::function<void()>& act, const std::string& word) {
  try {
    act();
    FAIL() << "nothing was refused";
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
  }
}

TEST(Checkpoint, DamageAndForeignKeysAreRefused) {
  const Dataset data = small_digits();
  Trainer trainer(data, small_options());
  const std::string key(64, 'a');
  const std::string good = checkpoint_bytes(key, trainer.state());
  const auto read = [&](const std::string& bytes, const std::string& asked) {
    return [=] { state_from_checkpoint(bytes, asked, "the.checkpoint"); };
  };
  expect_error(read(good, std::string(64, 'b')), "other options or data");
  std::string flipped = good;
  flipped[good.size() / 2] = static_cast<char>(flipped[good.size() / 2] ^ 1);
  expect_error(read(flipped, key), "the.checkpoint");
  expect_error(read(good.substr(0, good.size() - 1), key), "the.checkpoint");
  expect_error(read(good.substr(0, 50), key), "the.checkpoint");
  expect_error(read("", key), "the.checkpoint");
  expect_error([&] { record_from_text("minerva-training-2\nkey ", key, "the.txt"); }, "the.txt");
  TrainingRecord record;
  record.key = key;
  record.recipe = "a recipe of words";
  const std::string text = record_text(record);
  EXPECT_EQ(record_text(record_from_text(text, key, "the.txt")), text);
  expect_error([&] { record_from_text(text, std::string(64, 'b'), "the.txt"); }, "other options");
  expect_error([&] { record_from_text(text.substr(0, text.size() - 5), key, "the.txt"); },
               "the.txt");
}

TEST(TrainingCache, KeysFollowOptionsAndData) {
  const Dataset data = small_digits();
  MemoryStore store;
  TrainingCache cache(data, store, {});
  const std::string key = cache.key_of(small_options());
  EXPECT_EQ(key.size(), 64U);
  TrainingOptions other = small_options();
  other.regularization.l2 = 2e-6;
  EXPECT_NE(cache.key_of(other), key);
  other = small_options();
  other.seed = 2;
  EXPECT_NE(cache.key_of(other), key);
  Dataset changed = data;
  changed.train.inputs.dense()(5, 700) += 1.0F / 256;
  EXPECT_NE(TrainingCache(changed, store, {}).key_of(small_options()), key);
  changed = data;
  changed.validation.labels[3] = (changed.validation.labels[3] + 1) % 10;
  EXPECT_NE(TrainingCache(changed, store, {}).key_of(small_options()), key);
  EXPECT_EQ(TrainingCache(small_digits(), store, {5, 1.0}).key_of(small_options()), key);
}

TEST(TrainingCache, EveryOptionIsInTheKey) {
  const std::string base = option_text(TrainingOptions{});
  const auto differs = [&](auto change) {
    TrainingOptions o;
    change(o);
    return option_text(o) != base;
  };
  EXPECT_TRUE(differs([](auto& o) { o.hidden = {256}; }));
  EXPECT_TRUE(differs([](auto& o) { o.optimizer = Optimizer::sgd; }));
  EXPECT_TRUE(differs([](auto& o) { o.learning_rate = std::nextafter(2e-3, 1); }));
  EXPECT_TRUE(differs([](auto& o) { o.momentum = 0; }));
  EXPECT_TRUE(differs([](auto& o) { o.mean_decay = 0; }));
  EXPECT_TRUE(differs([](auto& o) { o.variance_decay = 0; }));
  EXPECT_TRUE(differs([](auto& o) { o.rmsprop_decay = 0; }));
  EXPECT_TRUE(differs([](auto& o) { o.epsilon = 1; }));
  EXPECT_TRUE(differs([](auto& o) { o.clip_norm = 1; }));
  EXPECT_TRUE(differs([](auto& o) { o.regularization.l1 = 0; }));
  EXPECT_TRUE(differs([](auto& o) { o.regularization.l2 = 0; }));
  EXPECT_TRUE(differs([](auto& o) { o.regularization.activation_l1 = 0; }));
  EXPECT_TRUE(differs([](auto& o) { o.regularization.dropout_fraction = 0; }));
  EXPECT_TRUE(differs([](auto& o) { o.regularization.input_dropout_fraction = 0.1; }));
  EXPECT_TRUE(differs([](auto& o) { o.batch_size = 1; }));
  EXPECT_TRUE(differs([](auto& o) { o.epochs = 1; }));
  EXPECT_TRUE(differs([](auto& o) { o.schedule = Schedule::step; }));
  EXPECT_TRUE(differs([](auto& o) { o.warmup_epochs = 1; }));
  EXPECT_TRUE(differs([](auto& o) { o.step_epochs = 1; }));
  EXPECT_TRUE(differs([](auto& o) { o.step_factor = 1; }));
  EXPECT_TRUE(differs([](auto& o) { o.patience_epochs = 1; }));
  EXPECT_TRUE(differs([](auto& o) { o.initialization = Initialization::glorot; }));
  EXPECT_TRUE(differs([](auto& o) { o.initial_distribution = InitialDistribution::uniform; }));
  EXPECT_TRUE(differs([](auto& o) { o.faults.rate = 0.1; }));
  EXPECT_TRUE(differs([](auto& o) { o.faults.format = "Q1.6"; }));
  EXPECT_TRUE(differs([](auto& o) { o.faults.masking = Masking::word; }));
  EXPECT_TRUE(differs([](auto& o) { o.faults.sign = SignPolicy::hardened; }));
  EXPECT_TRUE(differs([](auto& o) { o.faults.steps_per_map = 2; }));
  EXPECT_TRUE(differs([](auto& o) { o.seed = 2; }));
}

TEST(TrainingCache, ACheckpointUnderAnotherNameIsRefused) {
  const Dataset data = small_digits();
  MortalStore store;
  store.checkpoints_left = 1;
  TrainingCache cache(data, store, {1, 0});
  EXPECT_THROW(cache.train(small_options(), 0, KeepNetwork::no), Killed);
  TrainingOptions other = small_options();
  other.seed = 5;
  const auto bytes = store.load(cache.key_of(small_options()) + ".checkpoint");
  ASSERT_TRUE(bytes.has_value());
  store.save(cache.key_of(other) + ".checkpoint", *bytes);
  expect_error([&] { cache.train(other, 0, KeepNetwork::no); }, "other options or data");
}

/// Diverges in a later epoch: the warm-up is tame.
TrainingOptions diverging_later() {
  TrainingOptions options = diverging_options();
  options.learning_rate = 40;
  options.momentum = 0;
  options.warmup_epochs = 3;
  options.regularization.l2 = 0.03;
  return options;
}

TEST(TrainingCache, DivergenceKeepsTheLastGoodCheckpointAndSaysWhere) {
  const Dataset data = small_digits();
  for (const CheckpointRule rule : {CheckpointRule{0, 0}, CheckpointRule{0, 3}}) {
    MortalStore store;
    TrainingCache cache(data, store, rule);
    const TrainingOptions options = diverging_later();
    const std::string name = cache.key_of(options) + ".checkpoint";
    std::string message;
    int epoch = 0;
    try {
      cache.train(options, 0, KeepNetwork::no);
      FAIL() << "did not diverge";
    } catch (const TrainingDiverged& diverged) {
      message = diverged.what();
      epoch = diverged.epoch;
    }
    ASSERT_GT(epoch, 1);
    EXPECT_NE(message.find("epoch " + std::to_string(epoch) + ", step "), std::string::npos);
    EXPECT_NE(message.find("after epoch " + std::to_string(epoch - 1) + ", is " + name),
              std::string::npos)
        << message;
    const TrainingState kept =
        state_from_checkpoint(*store.load(name), cache.key_of(options), "checkpoint");
    EXPECT_EQ(kept.epochs_done(), epoch - 1);
    Trainer whole(data, options);
    while (whole.state().epochs_done() < epoch - 1) whole.step();
    EXPECT_EQ(kept.parameters, whole.state().parameters);
    // Asked again, it says the same without training.
    int epochs_seen = 0;
    try {
      cache.train(options, 0, KeepNetwork::no, [&](const EpochRecord&) { ++epochs_seen; });
      FAIL() << "forgot that it diverged";
    } catch (const TrainingDiverged& diverged) {
      EXPECT_EQ(diverged.what(), message);
      EXPECT_EQ(diverged.epoch, epoch);
    }
    EXPECT_EQ(epochs_seen, 0);
  }
}

TEST(TrainingCache, NoiseOfMoreSeedsTrainsOnlyTheNewOnes) {
  const Dataset data = small_digits();
  MemoryStore store;
  TrainingCache cache(data, store, {});
  const NoiseMeasurement three = measure_noise(cache, small_options(), 3, 1, 2);
  EXPECT_EQ(three.trainings_reused, 0);
  const NoiseMeasurement five = measure_noise(cache, small_options(), 5, 1, 2);
  EXPECT_EQ(five.trainings_reused, 3);
  const NoiseMeasurement fresh = measure_noise(data, small_options(), 5, 1, 2);
  EXPECT_EQ(fresh.trainings_reused, 0);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(five.noise.runs[i].validation_wrong, fresh.noise.runs[i].validation_wrong);
    EXPECT_EQ(five.noise.runs[i].test_wrong, fresh.noise.runs[i].test_wrong);
  }
  EXPECT_TRUE(same_bits(five.first.network, fresh.first.network));
  TrainingOptions second = small_options();
  second.seed = 2;
  EXPECT_FALSE(store.load(cache.key_of(second) + ".network").has_value()) << "room is given back";
}

}  // namespace
}  // namespace minerva::training
