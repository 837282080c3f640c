#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <random>
#include <thread>

#include "minerva/cluster/plan_folder.hpp"
#include "program.hpp"
#include "run_folder.hpp"
#include "sealed.hpp"

// Trainings and whole runs, cut into shards, done anyhow, and merged: the bytes of one machine.
namespace minerva::test {
namespace {

namespace fs = std::filesystem;

const std::string kSupport = std::string(MINERVA_SOURCE_DIR) + "/tests/support/";
const std::string kTiny = kSupport + "tiny.cfg";
const std::string kQuick = kSupport + "quick.cfg";

/// A folder for one machine and one for the plan, in which paths are the same, since a config names
/// its run's folder: plan/run.
class Sharded : public testing::Test {
 protected:
  Sharded() {
    const char* given = std::getenv("MINERVA_SEED");
    const unsigned seed = given != nullptr ? static_cast<unsigned>(std::atoi(given))
                                           : std::random_device()() % 1000000;
    std::printf("MINERVA_SEED=%u\n", seed);
    random_.seed(seed);
    fs::create_directories(one_);
    fs::create_directories(many_);
  }

  static ProgramResult in(const std::string& folder, const std::string& arguments) {
    return run_minerva(folder, arguments);
  }
  void ok(const std::string& folder, const std::string& arguments) {
    const ProgramResult r = in(folder, arguments);
    ASSERT_EQ(r.exit_code, 0) << arguments << "\n" << r.standard_error;
  }
  std::string work(std::size_t shard) {
    return "work plan --shard " + std::to_string(shard) + " --threads " +
           std::to_string(1 + random_() % 3);
  }
  /// Does all shards in any order.
  void work_all() {
    const PlanFolder plan(many_ + "/plan");
    std::vector<std::size_t> order(plan.shards());
    for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
    std::shuffle(order.begin(), order.end(), random_);
    for (const std::size_t k : order) ok(many_, work(k));
  }
  /// Starts a shard and ends it by SIGKILL once `reached` says so; true when it was killed.
  bool kill_when(std::size_t shard, const std::function<bool()>& reached) {
    const pid_t worker = start_minerva(
        many_, {"work", "plan", "--shard", std::to_string(shard), "--threads", "2"}, "log");
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!reached() && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ::kill(worker, SIGKILL);
    return exit_code_of(worker) == 128 + SIGKILL;
  }
  bool work_holds(std::size_t shard, const std::string& ending) const {
    std::error_code ignored;
    const std::string folder = PlanFolder(many_ + "/plan").work_path(shard);
    for (fs::recursive_directory_iterator at(folder, ignored), last; at != last;
         at.increment(ignored)) {
      const std::string name = at->path().string();
      if (name.size() > ending.size() && name.front() != '.' &&
          name.compare(name.size() - ending.size(), ending.size(), ending) == 0) {
        return true;
      }
      if (ignored) return false;
    }
    return false;
  }
  /// The plan's shard, with another content of one of its parts.
  void change_part(std::size_t shard, const std::string& ending,
                   const std::function<std::string(const std::string& name, std::string)>& change) {
    const PlanFolder plan(many_ + "/plan");
    ShardReader from = *plan.open(shard);
    const std::string changed = many_ + "/changed";
    {
      ShardWriter to(changed, plan.id(shard));
      bool found = false;
      for (const ShardPart& part : from.parts()) {
        const bool here = !found && part.name.size() > ending.size() &&
                          part.name.substr(part.name.size() - ending.size()) == ending;
        to.add(part.name, here ? change(part.name, from.read(part.name)) : from.read(part.name));
        found |= here;
      }
      ASSERT_TRUE(found) << ending;
      to.finish();
    }
    fs::rename(changed, plan.shard_path(shard));
  }
  void expect_same() {
    EXPECT_EQ(difference(everything_in(one_ + "/plan/run"), everything_in(many_ + "/plan/run")),
              "");
  }
  /// A merge that is refused names `what` and leaves every file as it is.
  void expect_refused(const std::vector<std::string>& what) {
    const auto before = everything_in(many_);
    const ProgramResult r = in(many_, "merge plan");
    EXPECT_EQ(r.exit_code, 2) << r.standard_error;
    for (const std::string& text : what) {
      EXPECT_NE(r.standard_error.find(text), std::string::npos) << text << ": " << r.standard_error;
    }
    EXPECT_EQ(difference(before, everything_in(many_)), "");
  }

  const TemporaryFolder folder_;
  const std::string one_ = folder_.path() + "/one";
  const std::string many_ = folder_.path() + "/many";
  std::mt19937 random_;
};

/// "validation_wrong N" of a training's record, with another count.
std::string other_count(std::string record) {
  const std::string label = "\nvalidation_wrong ";
  const std::size_t at = record.find(label) + label.size();
  record[at] = record[at] == '1' ? '2' : '1';
  return sealed_record(record);
}

TEST_F(Sharded, NoiseWithAKilledWorkerIsThatOfOneMachine) {
  const std::string options = kTiny +
                              " --sweep.search=none --noise.seeds=5 --training.hidden=32,32 "
                              "--training.epochs=60 --training.checkpoint_seconds=0.02";
  ok(one_, "train " + options + " --out plan/run");
  ok(one_, "noise " + options + " --out plan/run");
  ok(many_, "plan " + options + " --of noise --shards 3 --out plan");
  ASSERT_TRUE(kill_when(1, [&] { return work_holds(1, ".checkpoint"); }));
  EXPECT_TRUE(work_holds(1, ".checkpoint")) << "killed too late to leave a training under way";
  expect_refused({"are missing"});
  work_all();
  ok(many_, "merge plan");
  expect_same();
  // Again means trained again, though the run's folder now holds the training.
  const ProgramResult again = in(many_, "work plan --shard 0 --again");
  EXPECT_EQ(again.exit_code, 0) << again.standard_error;
  EXPECT_NE(again.standard_error.find(" s in all"), std::string::npos) << again.standard_error;
  // Killed on its way, a merge would find some of it done.
  fs::remove(many_ + "/plan/run/stages/noise.json");
  fs::remove(many_ + "/plan/run/noise.json");
  ok(many_, "merge plan");
  expect_same();
}

TEST_F(Sharded, AGridWithADivergingPointAndThenTheNoise) {
  // Diverges after its first epoch, so that a last good checkpoint is kept.
  const std::string options = kTiny +
                              " --sweep.topologies= --sweep.hidden_layers=1 --sweep.nodes=16,8 "
                              "--sweep.learning_rate=1e-3,40 --sweep.seeds=2 --sweep.epochs=4 "
                              "--training.optimizer=sgd --training.momentum=0 --training.l2=0.03 "
                              "--training.warmup_epochs=3 --training.schedule=constant "
                              "--training.learning_rate=0.01";
  ok(one_, "train " + options + " --out plan/run");
  ok(many_, "plan " + options + " --of train --shards 4 --out plan");
  work_all();
  // What a run of the user's left there says another thing.
  const PlanFolder plan(many_ + "/plan");
  const ShardReader shard = *plan.open(2);
  const std::string name = "/plan/run/trainings/" + shard.parts().front().name;
  fs::create_directories(many_ + "/plan/run/trainings");
  const auto write = [&](const std::string& bytes) {
    std::ofstream(many_ + name, std::ios::binary) << bytes;
  };
  const std::string record = ShardReader(shard.path()).read(shard.parts().front().name);
  write(other_count(record));
  expect_refused({name.substr(1), "is another result than that of", shard.path()});
  write(record);
  ok(many_, "merge plan");
  expect_same();
  bool checkpoint = false;
  for (const auto& [file, bytes] : everything_in(one_)) {
    checkpoint |= file.find(".checkpoint") != std::string::npos;
  }
  EXPECT_TRUE(checkpoint) << "needs a training that diverged after an epoch";

  // The noise of that run, which shares its first training.
  ok(one_, "noise plan/run");
  ok(many_, "plan plan/run --of noise --shards 2 --out plan2");
  for (const char* k : {"1", "0"}) ok(many_, std::string("work plan2 --shard ") + k);
  ok(many_, "merge plan2");
  expect_same();
}

TEST_F(Sharded, WhatWaitsForOtherTrainingsIsRefused) {
  const auto refused = [&](const std::string& options, const std::string& expected) {
    const ProgramResult r = in(many_, "plan " + kTiny + " --shards 2 --out plan " + options);
    EXPECT_EQ(r.exit_code, 2);
    EXPECT_NE(r.standard_error.find(expected), std::string::npos) << r.standard_error;
    EXPECT_FALSE(fs::exists(many_ + "/plan/manifest.json"));
  };
  refused("--of train --sweep.search=halving", "sweep.search = 'halving': needs grid or random");
  refused("--of noise", "sweep.search = 'grid': needs its trainings first");
  refused("--of noise --noise.file=x", "noise.file = 'x': needs to be empty");
  refused("--of train --network " + std::string(MINERVA_SOURCE_DIR) +
              "/tests/golden/network.safetensors",
          "needs to be empty in a plan of train");
}

TEST_F(Sharded, RunsWithAKilledWorkerAndAFailingRunAreThoseOfOneMachine) {
  for (const std::string& folder : {one_, many_}) {
    // Stage 4 refuses it, when the trainings are done.
    std::ofstream(folder + "/one_layer.json")
        << R"({"schema":"minerva-thresholds-1","theta":[0.5]})";
  }
  // The later seed first: its network is one of the trainings that the second run takes away.
  const std::string options = kQuick +
                              " --sweep.search=none --noise.seeds=2 --over training.seed=2,1 "
                              "--over 'prune.thresholds_file=one_layer.json;;' ";
  const ProgramResult one = in(one_, "sweep " + options + "--out plan/run");
  EXPECT_EQ(one.exit_code, 2) << one.standard_error;
  ok(many_, "plan " + options + "--shards 3 --out plan");
  // Shard 0 has a run that fails and one that does not.
  ASSERT_TRUE(kill_when(0, [&] { return work_holds(0, "plan.json"); }));
  work_all();
  // The same training of two shards: a different count of one is seen, and both are named.
  const PlanFolder plan(many_ + "/plan");
  std::string other;
  const ShardReader first = *plan.open(1);
  for (const ShardPart& part : first.parts()) {
    if (part.name.rfind("trainings/", 0) == 0 && plan.open(2)->find(part.name) != nullptr &&
        part.name.find(".txt") != std::string::npos) {
      other = part.name;
    }
  }
  ASSERT_NE(other, "") << "needs a training that two shards did";
  const std::string right = read_whole(plan.shard_path(2));
  change_part(2, other.substr(other.find('/')),
              [](const std::string&, std::string bytes) { return other_count(bytes); });
  expect_refused(
      {plan.shard_path(1) + ": " + other, "is another result than that of " + plan.shard_path(2)});
  std::ofstream(plan.shard_path(2), std::ios::binary) << right;

  // Killed on its way, a merge goes on; a file of another content is not overwritten.
  const std::string summary = "/plan/run/training.seed=1+prune.thresholds_file=empty/summary.json";
  const ProgramResult merged = in(many_, "merge plan");
  EXPECT_EQ(merged.exit_code, 2) << merged.standard_error;
  EXPECT_EQ(merged.standard_output, one.standard_output);
  expect_same();
  fs::remove(many_ + summary);
  EXPECT_EQ(in(many_, "merge plan").exit_code, 2);
  expect_same();
  std::ofstream(many_ + summary) << "{}";
  expect_refused({summary.substr(1), "is there with another content than in"});

  // The config of a run stands for one, and the sweep has a folder of its own.
  ok(many_,
     "plan 'plan/run/training.seed=1+prune.thresholds_file=empty' --over noise.seeds=3,4 "
     "--shards 2 --out plan2");
  EXPECT_EQ(PlanFolder(many_ + "/plan2").plan().run, "plan2/run");
  // What a run reads is part of the plan.
  std::ofstream(many_ + "/one_layer.json") << "{}";
  expect_refused({"was planned for something else: one_layer.json"});
}

TEST_F(Sharded, ARunThatDivergesNamesTheFilesOfItsSweep) {
  const std::string options = kQuick +
                              " --sweep.search=none --budget.sigma_percent=0.5 "
                              "--training.optimizer=sgd --training.momentum=0 --training.l2=0.03 "
                              "--training.warmup_epochs=3 --training.schedule=constant "
                              "--training.epochs=5 --over training.learning_rate=0.01,40 ";
  for (const std::string& cache : {std::string(), std::string("--training.cache_dir=cache ")}) {
    const ProgramResult one = in(one_, "sweep " + options + cache + "--out plan/run");
    EXPECT_EQ(one.exit_code, 2) << one.standard_error;
    EXPECT_NE(one.standard_output.find(".checkpoint"), std::string::npos);
    ok(many_, "plan " + options + cache + "--shards 2 --out plan");
    work_all();
    const ProgramResult merged = in(many_, "merge plan");
    EXPECT_EQ(merged.exit_code, 2) << merged.standard_error;
    EXPECT_EQ(merged.standard_output, one.standard_output);
    expect_same();
    if (!cache.empty()) {
      EXPECT_EQ(difference(everything_in(one_ + "/cache"), everything_in(many_ + "/cache")), "");
    }
    fs::remove_all(one_ + "/plan");
    fs::remove_all(many_ + "/plan");
  }
}

}  // namespace
}  // namespace minerva::test
