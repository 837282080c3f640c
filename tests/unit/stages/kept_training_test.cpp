#include "minerva/training/kept_training.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "minerva/base/errors.hpp"
#include "minerva/training/noise.hpp"
#include "minerva/training/sweep.hpp"
#include "sealed.hpp"
#include "training_problem.hpp"

// Trainings done in several places and brought together.
namespace minerva::training {
namespace {

using Files = std::map<std::string, std::string>;

/// A store that tells what it holds.
class OpenStore : public TrainingStore {
 public:
  std::optional<std::string> load(const std::string& name) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = files.find(name);
    if (found == files.end()) return std::nullopt;
    return found->second;
  }
  void save(const std::string& name, const std::string& bytes) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    files[name] = bytes;
  }
  void remove(const std::string& name) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    files.erase(name);
  }
  std::string place_of(const std::string& name) const override { return "store/" + name; }
  double seconds() const override { return 0; }
  void warn(const std::string& what) override { warnings.push_back(what); }

  Files files;
  std::vector<std::string> warnings;

 private:
  std::mutex mutex_;
};

std::string refusal(const std::function<void()>& act) {
  try {
    act();
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

/// Deals the trainings to `shares` stores of their own, and brings what they keep into `to`.
void do_in_shares(const Dataset& data, const std::vector<PlannedTraining>& trainings, int shares,
                  TrainingStore& to) {
  for (int share = 0; share < shares; ++share) {
    std::vector<PlannedTraining> own;
    for (std::size_t i = 0; i < trainings.size(); ++i) {
      if (static_cast<int>(i) % shares == share) own.push_back(trainings[i]);
    }
    OpenStore store;
    TrainingCache cache(data, store, {});
    do_trainings(cache, own, Divergence::is_a_result, 1 + share % 2);
    for (const PlannedTraining& training : own) {
      const std::string key = cache.key_of(training.options);
      const std::vector<TrainingFile> files = kept_files(store, key, training);
      check_kept(files, key, training, data, "a shard");
      adopt(to, plan_adoption(to, files, key, "a shard"));
    }
  }
}

TEST(KeptTraining, NoiseInSharesLeavesWhatOnePlaceLeaves) {
  const Dataset data = small_digits();
  OpenStore one;
  TrainingCache whole(data, one, {});
  const NoiseMeasurement expected = measure_noise(whole, small_options(), 5, 7, 2);
  EXPECT_EQ(one.files.size(), 6U);  // five records and a network
  for (const int shares : {1, 2, 3, 5}) {
    OpenStore merged;
    do_in_shares(data, noise_trainings(data, small_options(), 5, 7), shares, merged);
    TrainingCache cache(data, merged, {});
    EXPECT_EQ(merged.files, one.files) << shares;
    const NoiseMeasurement found = measure_noise(cache, small_options(), 5, 7, 2);
    EXPECT_EQ(found.trainings_reused, 5);
    EXPECT_EQ(merged.files, one.files) << shares;
    EXPECT_TRUE(same_bits(found.first.network, expected.first.network));
    for (std::size_t i = 0; i < 5; ++i) {
      EXPECT_EQ(found.noise.runs[i].test_wrong, expected.noise.runs[i].test_wrong);
    }
  }
}

/// Four points, two of which diverge, with two seeds each.
SweepOptions space_with_divergence() {
  SweepOptions space;
  space.hidden = {{12}, {20}};
  space.learning_rates = {0.001, 40};
  space.seeds = 2;
  return space;
}

/// Where the learning rate is 40, it exceeds what an l2 of 0.03 bears (1 / l2) only at the end of a
/// warm-up of three epochs: the training diverges later, and a last good checkpoint is kept.
TrainingOptions base_options() {
  TrainingOptions base = diverging_options();
  base.momentum = 0;
  base.regularization.l2 = 0.03;
  base.warmup_epochs = 3;
  return base;
}

TEST(KeptTraining, ASweepWithDivergingPointsInSharesLeavesWhatOnePlaceLeaves) {
  const Dataset data = small_digits();
  OpenStore one;
  TrainingCache whole(data, one, {});
  const SweepResult expected = sweep(whole, base_options(), space_with_divergence(), 2);
  OpenStore merged;
  do_in_shares(data, sweep_trainings(data, space_with_divergence(), base_options()), 3, merged);
  EXPECT_EQ(merged.files, one.files);
  TrainingCache cache(data, merged, {});
  const SweepResult found = sweep(cache, base_options(), space_with_divergence(), 1);
  EXPECT_EQ(found.trainings_reused, 8);
  EXPECT_EQ(found.chosen, expected.chosen);
  EXPECT_EQ(merged.files, one.files);
  int diverged = 0;
  int checkpoints = 0;
  for (const auto& [name, bytes] : merged.files) {
    diverged += bytes.find("\ndiverged 0 0\n") == std::string::npos &&
                        name.find(".txt") != std::string::npos
                    ? 1
                    : 0;
    checkpoints += name.find(".checkpoint") != std::string::npos ? 1 : 0;
  }
  EXPECT_EQ(diverged, 4);
  EXPECT_GE(checkpoints, 1) << "needs a case with a last good epoch";
}

TEST(KeptTraining, WhatIsKeptDependsOnTheTrainingAlone) {
  const Dataset data = small_digits();
  PlannedTraining plain;
  plain.options = small_options();
  OpenStore little;
  OpenStore much;
  TrainingCache first(data, little, {});
  TrainingCache second(data, much, {});
  do_trainings(first, {plain}, Divergence::ends, 1);
  measure_noise(second, small_options(), 2, small_options().seed, 1);  // with test error, network
  const std::string key = first.key_of(plain.options);
  ASSERT_NE(little.files.at(key + ".txt"), much.files.at(key + ".txt"));
  const auto a = kept_files(little, key, plain);
  const auto b = kept_files(much, key, plain);
  ASSERT_EQ(a.size(), 1U);
  ASSERT_EQ(b.size(), 1U);
  EXPECT_EQ(a[0].bytes, b[0].bytes);
  // Brought to where more is known, it takes nothing away.
  const Files before = much.files;
  adopt(much, plan_adoption(much, a, key, "a shard"));
  EXPECT_EQ(much.files, before);
}

class Adopted : public testing::Test {
 protected:
  void SetUp() override {
    training_.options = small_options();
    training_.keeps_network = true;
    training_.counts_test = true;
    OpenStore store;
    TrainingCache cache(data_, store, {});
    do_trainings(cache, {training_}, Divergence::ends, 2);
    key_ = cache.key_of(training_.options);
    files_ = kept_files(store, key_, training_);
    whole_ = store.files;
    ASSERT_EQ(files_.size(), 2U);
  }
  std::string refused(std::vector<TrainingFile> files) {
    return refusal([&] { check_kept(files, key_, training_, data_, "000003.shard"); });
  }
  std::string contradicted(const Files& there) {
    OpenStore store;
    store.files = there;
    const std::string text = refusal([&] { plan_adoption(store, files_, key_, "000003.shard"); });
    EXPECT_EQ(store.files, there);
    return text;
  }

  const Dataset data_ = small_digits();
  PlannedTraining training_;
  std::string key_;
  std::vector<TrainingFile> files_;
  Files whole_;
};

TEST_F(Adopted, ATrainingUnderWayIsBroughtToItsEnd) {
  OpenStore store;
  TrainingCache cache(data_, store, {});
  cache.train(training_.options, 2, KeepNetwork::no);
  ASSERT_EQ(store.files.count(key_ + ".checkpoint"), 1U);
  adopt(store, plan_adoption(store, files_, key_, "a shard"));
  EXPECT_EQ(store.files, whole_);
}

TEST_F(Adopted, OneWithoutTestErrorGetsIt) {
  OpenStore store;
  TrainingCache cache(data_, store, {});
  cache.train(training_.options, 0, KeepNetwork::no);
  adopt(store, plan_adoption(store, files_, key_, "a shard"));
  EXPECT_EQ(store.files, whole_);
}

TEST_F(Adopted, OfTwoThatAreUnderWayTheLongerOneCounts) {
  // As searches leave them that drop points early.
  const auto after = [&](int epochs, bool with_checkpoint) {
    OpenStore store;
    TrainingCache cache(data_, store, {});
    cache.train(training_.options, epochs, KeepNetwork::no);
    if (!with_checkpoint) cache.drop_checkpoint(training_.options);
    return store.files;
  };
  const auto brought = [&](const Files& there, const Files& here) {
    OpenStore store;
    store.files = there;
    std::vector<TrainingFile> files;
    for (const auto& [name, bytes] : here) files.push_back({name, bytes});
    adopt(store, plan_adoption(store, files, key_, "a shard"));
    return store.files;
  };
  const Files shorter = after(1, false);
  const Files longer = after(3, false);
  ASSERT_NE(shorter, longer);
  EXPECT_EQ(brought(shorter, longer), longer);
  EXPECT_EQ(brought(longer, shorter), longer);
  EXPECT_EQ(brought(longer, longer), longer);
  EXPECT_EQ(brought(whole_, longer), whole_);
  EXPECT_EQ(brought(longer, whole_), whole_);
  EXPECT_EQ(brought(after(3, true), whole_), whole_);
  // The shorter one is no beginning of the longer one.
  Files other = shorter;
  std::string& record = other.at(key_ + ".txt");
  // Its epoch 1 counts one wrong sample more or less.
  const std::size_t count_end = record.find(' ', record.find(' ', record.find("\n1 ") + 3) + 1);
  char& digit = record[count_end - 1];
  digit = digit == '9' ? '8' : static_cast<char>(digit + 1);
  record = sealed_record(record);
  EXPECT_NE(refusal([&] { brought(other, longer); }).find("another result"), std::string::npos);
  EXPECT_NE(refusal([&] { brought(longer, other); }).find("another result"), std::string::npos);
  EXPECT_NE(refusal([&] { brought(whole_, other); }).find("another result"), std::string::npos);
}

TEST_F(Adopted, AContradictionIsNamedAndChangesNothing) {
  const auto changed = [&](const std::string& name, const std::string& from,
                           const std::string& to) {
    Files files = whole_;
    std::string& bytes = files.at(key_ + name);
    bytes.replace(bytes.find(from), from.size(), to);
    bytes = sealed_record(bytes);
    return files;
  };
  const TrainingRecord record = record_from_text(whole_.at(key_ + ".txt"), key_, "");
  const auto wrong = [](const char* label, std::int64_t count) {
    return std::string(label) + " " + std::to_string(count) + "\n";
  };
  const std::int64_t test = *record.test_wrong;
  const std::int64_t validation = *record.validation_wrong;
  for (const Files& there :
       {changed(".txt", wrong("test_wrong", test), wrong("test_wrong", test + 1)),
        changed(".txt", wrong("validation_wrong", validation),
                wrong("validation_wrong", validation + 1))}) {
    const std::string text = contradicted(there);
    EXPECT_NE(text.find("store/" + key_ + ".txt"), std::string::npos) << text;
    EXPECT_NE(text.find("another result than that of 000003.shard"), std::string::npos) << text;
  }
  Files other_network = whole_;
  TrainingState state = state_from_checkpoint(whole_.at(key_ + ".network"), key_, "");
  state.parameters.front() += 1;
  other_network.at(key_ + ".network") = checkpoint_bytes(key_, state);
  EXPECT_NE(contradicted(other_network).find(".network"), std::string::npos);
  EXPECT_EQ(contradicted(whole_), "");
}

TEST_F(Adopted, OnlyWhatWasAskedForIsTaken) {
  EXPECT_EQ(refused(files_), "");
  EXPECT_NE(refused({files_[0]}).find(".network"), std::string::npos);
  EXPECT_NE(refused({files_[1]}).find(".txt"), std::string::npos);
  std::vector<TrainingFile> files = files_;
  files.push_back({key_ + ".checkpoint", files_[1].bytes});
  EXPECT_NE(refused(files).find("is not asked for"), std::string::npos);
  files = files_;
  files[1].bytes[files[1].bytes.size() / 2] ^= 1;
  EXPECT_NE(refused(files).find("000003.shard: " + key_ + ".network: is damaged"),
            std::string::npos)
      << refused(files);
  // The record of another training under this name.
  files = files_;
  files[0].bytes.replace(files[0].bytes.find(key_), 1, key_[0] == '0' ? "1" : "0");
  files[0].bytes = sealed_record(files[0].bytes);
  EXPECT_NE(refused(files).find("other options or data"), std::string::npos) << refused(files);
  // One that is not at its end.
  OpenStore store;
  TrainingCache cache(data_, store, {});
  cache.train(training_.options, 2, KeepNetwork::no);
  files = files_;
  files[0].bytes = store.files.at(key_ + ".txt");
  EXPECT_NE(refused(files).find("not at its end"), std::string::npos) << refused(files);
  PlannedTraining without_test = training_;
  without_test.counts_test = false;
  EXPECT_NE(
      refusal([&] { check_kept(files_, key_, without_test, data_, "s"); }).find("a test error"),
      std::string::npos);
}

TEST_F(Adopted, WhatAStoreKnowsIsNotDoneAgain) {
  OpenStore from;
  from.files = whole_;
  OpenStore to;
  copy_training(from, to, key_);
  EXPECT_EQ(to.files, whole_);
  TrainingCache cache(data_, to, {});
  EXPECT_TRUE(do_trainings(cache, {training_}, Divergence::ends, 1).front().reused);
  from.files.at(key_ + ".network").back() ^= 1;
  OpenStore other;
  copy_training(from, other, key_);
  EXPECT_EQ(other.files.count(key_ + ".network"), 0U);
  ASSERT_EQ(from.warnings.size(), 1U);
  EXPECT_EQ(from.warnings[0], "store/" + key_ + ".network: is damaged; it counts as absent");
}

TEST_F(Adopted, ADamagedFileOfTheStoreIsReplaced) {
  for (const char* ending : {".txt", ".network"}) {
    OpenStore store;
    store.files = whole_;
    std::string& bytes = store.files.at(key_ + ending);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    adopt(store, plan_adoption(store, files_, key_, "a shard"));
    EXPECT_EQ(store.files, whole_) << ending;
    ASSERT_FALSE(store.warnings.empty()) << ending;
    EXPECT_NE(store.warnings[0].find("store/" + key_ + ending), std::string::npos);
  }
}

/// Forged files have the right names, keys and checksums.
class Forged : public Adopted {
 protected:
  std::string with_record(const std::function<void(TrainingRecord&)>& change) {
    TrainingRecord record = record_from_text(files_[0].bytes, key_, "");
    change(record);
    std::vector<TrainingFile> files = files_;
    files[0].bytes = record_text(record);
    return refused(files);
  }
  std::string with_network(const std::function<void(TrainingState&)>& change) {
    TrainingState state = state_from_checkpoint(files_[1].bytes, key_, "");
    change(state);
    std::vector<TrainingFile> files = files_;
    files[1].bytes = checkpoint_bytes(key_, state);
    return refused(files);
  }
  void expect(const std::string& error, const std::string& file, const std::string& what) {
    EXPECT_EQ(error.rfind("000003.shard: " + key_ + file, 0), 0U) << error;
    EXPECT_NE(error.find(what), std::string::npos) << error;
    EXPECT_EQ(error.find('\n'), std::string::npos);
  }
};

TEST_F(Forged, RecordsWithContentsThatCannotBeAreRefused) {
  ASSERT_EQ(with_record([](TrainingRecord&) {}), "");
  const auto refuses = [&](const std::function<void(TrainingRecord&)>& change,
                           const std::string& what) { expect(with_record(change), ".txt", what); };
  refuses([](TrainingRecord& r) { r.recipe += "x"; }, "is of another recipe");
  refuses([](TrainingRecord& r) { r.history.pop_back(); }, "");
  refuses([](TrainingRecord& r) { r.history.erase(r.history.begin()); }, "epoch 1 in its place");
  refuses([](TrainingRecord& r) { std::swap(r.history[0], r.history[1]); }, "in its place");
  refuses([](TrainingRecord& r) { r.history.push_back(r.history.back()); }, "more epochs");
  refuses([](TrainingRecord& r) { r.history[1].validation_wrong = 100000; }, "wrong samples");
  refuses([](TrainingRecord& r) { r.history[1].validation_wrong = -1; }, "wrong samples");
  refuses([](TrainingRecord& r) { r.best_epoch = r.best_epoch == 1 ? 2 : 1; }, "best epoch");
  refuses([](TrainingRecord& r) { r.validation_wrong = 100000; }, "wrong samples");
  refuses([](TrainingRecord& r) { r.test_wrong = 100000; }, "wrong samples");
  // In range, but not what the network has.
  refuses([](TrainingRecord& r) { *r.validation_wrong += 1; }, "but its network has");
  refuses([](TrainingRecord& r) { *r.test_wrong += 1; }, "but its network has");
  refuses([](TrainingRecord& r) { r.diverged_epoch = 3; }, "is finished and has diverged");
  refuses([](TrainingRecord& r) { r.diverged_step = 3; }, "step of no epoch");
}

TEST_F(Forged, NetworksWithContentsThatCannotBeAreRefused) {
  ASSERT_EQ(with_network([](TrainingState&) {}), "");
  const auto refuses = [&](const std::function<void(TrainingState&)>& change,
                           const std::string& what) {
    expect(with_network(change), ".network", what);
  };
  refuses([](TrainingState& s) { s.parameters.pop_back(); }, "parameters where the training has");
  refuses([](TrainingState& s) { s.parameters.push_back(0); }, "parameters where the training has");
  refuses([](TrainingState& s) { s.parameters[7] = std::nanf(""); }, "not finite");
  refuses([](TrainingState& s) { s.parameters[7] = INFINITY; }, "not finite");
  refuses([](TrainingState& s) { s.best = s.parameters; }, "more than a network");
  refuses([](TrainingState& s) { s.step = 1; }, "more than a network");
  // Finite and of the right size: its record says otherwise.
  expect(with_network([](TrainingState& s) {
           for (float& parameter : s.parameters) parameter = -parameter;
         }),
         ".txt", "but its network has");
}

TEST_F(Forged, ACacheDoesSuchATrainingAgain) {
  const auto done_again = [&](const Files& files) {
    OpenStore store;
    store.files = files;
    TrainingCache cache(data_, store, {});
    do_trainings(cache, {training_}, Divergence::ends, 1);
    EXPECT_EQ(store.files, whole_);
    EXPECT_EQ(store.warnings.size(), 1U);
    return store.warnings.empty() ? "" : store.warnings[0];
  };
  Files files = whole_;
  TrainingState state = state_from_checkpoint(whole_.at(key_ + ".network"), key_, "");
  state.parameters.pop_back();
  files.at(key_ + ".network") = checkpoint_bytes(key_, state);
  EXPECT_NE(done_again(files).find(".network: holds "), std::string::npos);
  files = whole_;
  std::string& text = files.at(key_ + ".txt");
  const std::size_t at = text.find("\nvalidation_wrong ") + 18;
  text[at] = text[at] == '1' ? '2' : '1';
  EXPECT_NE(done_again(files).find(".txt: is damaged; it counts as absent"), std::string::npos);
  files.at(key_ + ".txt").replace(0, 18, "minerva-training-1");
  EXPECT_NE(done_again(files).find("of this program's version"), std::string::npos);
}

TEST_F(Forged, AnyChangedByteOfARecordIsFound) {
  const std::string text = files_[0].bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = text;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      ASSERT_THROW(record_from_text(changed, key_, "r.txt"), DamagedTraining)
          << "byte " << i << ", bit " << bit;
    }
    ASSERT_THROW(record_from_text(text.substr(0, i), key_, "r.txt"), DamagedTraining) << i;
  }
}

TEST(PlannedTrainings, HalvingCannotBeCut) {
  SweepOptions space = space_with_divergence();
  space.search = SweepSearch::halving;
  const std::string text =
      refusal([&] { sweep_trainings(small_digits(), space, small_options()); });
  EXPECT_NE(text.find("sweep.search = 'halving': needs grid or random"), std::string::npos) << text;
}

TEST(PlannedTrainings, AreThoseOfTheSweep) {
  const Dataset data = small_digits();
  SweepOptions space = space_with_divergence();
  space.learning_rates = {0.001};
  const auto trainings = sweep_trainings(data, space, small_options());
  ASSERT_EQ(trainings.size(), 4U);
  EXPECT_EQ(trainings[0].options.hidden, std::vector<int>{12});
  EXPECT_EQ(trainings[1].options.seed, small_options().seed + 1);
  EXPECT_EQ(trainings[2].options.hidden, std::vector<int>{20});
  EXPECT_EQ(trainings[2].weights, 20 * (data.inputs() + data.classes));
}

}  // namespace
}  // namespace minerva::training
