#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/base/text.hpp"
#include "minerva/training/noise.hpp"
#include "minerva/training/planned_trainings.hpp"
#include "program.hpp"
#include "text_checks.hpp"
#include "training_folder.hpp"
#include "training_problem.hpp"

// Programs that share a folder of trainings, each with a TrainingFolder of its own, at the moments
// at which they could get in each other's way.
namespace minerva::training {
namespace {

/// Calls back once, after the save number `time` of a name with this ending.
class InterruptedFolder : public TrainingFolder {
 public:
  InterruptedFolder(const std::string& path, std::string ending, int time,
                    std::function<void()> act)
      : TrainingFolder(path), ending_(std::move(ending)), time_(time), act_(std::move(act)) {}
  void save(const std::string& name, const std::string& bytes) override {
    TrainingFolder::save(name, bytes);
    if (ends_with(name, ending_) && --time_ == 0) act_();
  }
  bool has_called() const { return time_ <= 0; }

 private:
  std::string ending_;
  int time_;
  std::function<void()> act_;
};

class SharedTrainings : public testing::Test {
 protected:
  std::string path() const { return folder_.path() + "/trainings"; }
  std::vector<std::string> networks() const {
    std::vector<std::string> found;
    for (const std::string& name : folder_.names()) {
      if (ends_with(name, ".network")) found.push_back(name);
    }
    return found;
  }
  /// Another program that measures the noise, from the first seed on.
  void measure_elsewhere(std::uint64_t first_seed = 7) const {
    TrainingFolder store(path());
    TrainingCache cache(data_, store, {});
    measure_noise(cache, small_options(), 2, first_seed, 1);
  }
  void expect_whole(const NoiseMeasurement& found) const {
    const NoiseMeasurement expected = measure_noise(data_, small_options(), 2, 7, 1);
    for (std::size_t i = 0; i < expected.noise.runs.size(); ++i) {
      EXPECT_EQ(found.noise.runs[i].validation_wrong, expected.noise.runs[i].validation_wrong);
      EXPECT_EQ(found.noise.runs[i].test_wrong, expected.noise.runs[i].test_wrong);
    }
    EXPECT_TRUE(same_bits(found.first.network, expected.first.network));
  }

  test::TemporaryFolder folder_;
  Dataset data_ = small_digits();
};

TEST_F(SharedTrainings, ANetworkInUseIsNotTakenAway) {
  // Another program does all of it, and drops its networks, between two steps of this one: after
  // the network of the second seed was saved, for example, and before its record is.
  for (const char* ending : {".network", ".txt"}) {
    for (const int time : {1, 2}) {
      SCOPED_TRACE(std::string(ending) + " " + std::to_string(time));
      std::filesystem::remove_all(path());
      InterruptedFolder store(path(), ending, time, [this] { measure_elsewhere(); });
      TrainingCache cache(data_, store, {});
      expect_whole(measure_noise(cache, small_options(), 2, 7, 1));
      EXPECT_TRUE(store.has_called());
      EXPECT_EQ(networks().size(), 1U) << "the first seed's";
    }
  }
}

TEST_F(SharedTrainings, TheFirstSeedOfOneIsTheSecondOfAnother) {
  InterruptedFolder store(path(), ".network", 1, [this] { measure_elsewhere(6); });
  TrainingCache cache(data_, store, {});
  expect_whole(measure_noise(cache, small_options(), 2, 7, 1));
  EXPECT_EQ(networks().size(), 2U) << "the first seeds' of both";
}

TEST_F(SharedTrainings, WhatOneKnowsTheOtherDoesNotForget) {
  TrainingFolder store(path());
  TrainingCache cache(data_, store, {});
  TrainingOptions options = small_options();
  options.seed = 8;
  bool done = false;
  cache.train(options, 0, KeepNetwork::no, [&](const EpochRecord&) {
    if (!std::exchange(done, true)) measure_elsewhere();
  });
  EXPECT_TRUE(cache.known(options).test_wrong.has_value());
}

TEST_F(SharedTrainings, AFolderThatIsRemovedIsNamed) {
  TrainingFolder store(path());
  TrainingCache cache(data_, store, {});
  cache.train(small_options(), 0, KeepNetwork::yes);
  std::filesystem::remove_all(path());
  EXPECT_TRUE(contains(error_of([&] { cache.network(small_options()); }),
                       "was removed or damaged while this run needed it"));
  TrainingOptions options = small_options();
  options.seed = 8;
  EXPECT_TRUE(contains(error_of([&] { cache.train(options, 0, KeepNetwork::no); }),
                       path() + ": was removed"));
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(SharedTrainings, ACheckpointOfAKilledProgramGoesWithTheNextLook) {
  TrainingFolder store(path());
  TrainingCache cache(data_, store, {});
  cache.train(small_options(), 0, KeepNetwork::no);
  const std::string left = checkpoint_name(cache.key_of(small_options()));
  folder_.write("trainings/" + left, "killed before it was removed");
  cache.train(small_options(), 0, KeepNetwork::no);
  EXPECT_FALSE(folder_.has("trainings/" + left));
}

TEST_F(SharedTrainings, ASignalAtTheLastCountLosesNoTraining) {
  TrainingFolder store(path());
  TrainingCache cache(data_, store, {});
  const TrainingOptions options = small_options();
  EXPECT_THROW(cache.train(options, 0, KeepNetwork::no,
                           [&](const EpochRecord& epoch) {
                             if (epoch.epoch == options.epochs) request_interruption(2);
                           }),
               Interrupted);
  clear_interruption();
  EXPECT_EQ(cache.train(options, 0, KeepNetwork::no).epochs_trained, 0);
  EXPECT_TRUE(cache.known(options).finished);
}

}  // namespace
}  // namespace minerva::training
