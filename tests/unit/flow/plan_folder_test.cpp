#include "minerva/cluster/plan_folder.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "minerva/files/atomic_file.hpp"
#include "program.hpp"
#include "text_checks.hpp"

namespace minerva {
namespace {

using test::TemporaryFolder;

ShardPlan plan_of(std::size_t shards) {
  ShardPlan plan;
  plan.program = "1.0.0";
  plan.command = "dse";
  plan.folder = "/";
  plan.run = "run";
  plan.question = {{"minerva", "1.0.0", false}};
  plan.unit = "combinations";
  plan.units = shards;
  plan.shares = even_shares(shards, shards);
  return plan;
}

void write_shard(const std::string& path, const std::string& id, const std::string& bytes) {
  ShardWriter writer(path, id);
  writer.add("part", bytes);
  writer.finish();
}

void write_plan(const std::string& path, const ShardPlan& plan, const std::string& config) {
  PlanFolder::write(lock_folder(path), plan, config);
}

TEST(PlanFolder, HoldsOnePlan) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/plan";
  write_plan(path, plan_of(3), "[run]\n");
  const PlanFolder read(path);
  EXPECT_EQ(read.shards(), 3U);
  const std::string before = test::read_whole(path + "/manifest.json");
  write_plan(path, plan_of(3), "[run]\n");  // the same again
  EXPECT_TRUE(contains(error_of([&] { write_plan(path, plan_of(4), "[run]\n"); }),
                       "holds another plan"));
  EXPECT_TRUE(contains(error_of([&] { write_plan(path, plan_of(3), "[data]\n"); }),
                       "holds another plan"));
  EXPECT_EQ(test::read_whole(path + "/manifest.json"), before);
}

TEST(PlanFolder, RefusesAFolderOfOtherFilesAndAConfigThatChanged) {
  const TemporaryFolder folder;
  folder.write("thesis.tex", "x");
  EXPECT_TRUE(
      contains(error_of([&] { write_plan(folder.path(), plan_of(3), ""); }), "thesis.tex"));
  EXPECT_FALSE(folder.has("manifest.json"));
  EXPECT_TRUE(
      contains(error_of([&] { const PlanFolder none(folder.path()); }), "needs the folder"));
  const std::string path = folder.path() + "/plan";
  write_plan(path, plan_of(3), "[run]\n");
  std::ofstream(path + "/config.cfg") << "[run]\nthreads = 2\n";
  EXPECT_TRUE(contains(error_of([&] { const PlanFolder changed(path); }),
                       "is not the config that was planned"));
}

TEST(PlanStatus, TellsWhatIsThereRunningMissingDamagedAndForeign) {
  const TemporaryFolder scratch;
  const std::string path = scratch.path() + "/plan";
  write_plan(path, plan_of(7), "");
  const PlanFolder folder(path);
  for (const std::size_t k : {0U, 1U, 2U, 3U}) {
    write_shard(folder.shard_path(k), folder.id(k), "bytes");
  }
  // 1: a byte of its part; 2: cut short; 3: another shard's; 4: under way; 5: left by a kill.
  std::string bytes = test::read_whole(folder.shard_path(1));
  bytes[bytes.find("bytes")] = 'B';
  std::ofstream(folder.shard_path(1), std::ios::binary) << bytes;
  std::filesystem::resize_file(folder.shard_path(2), 100);
  std::filesystem::remove(folder.shard_path(3));
  write_shard(folder.shard_path(3), folder.id(6), "bytes");
  make_folder(folder.work_path(4));
  const FolderLock lock(folder.work_path(4));
  make_folder(folder.work_path(5));
  { const FolderLock killed(folder.work_path(5)); }
  std::ofstream(path + "/shards/000000-0123456789abcdef.shard") << "x";

  const PlanStatus quick = look_at(folder, Look::at_ends);
  EXPECT_EQ(quick.shards[1].state, ShardState::there);  // only every byte tells
  const PlanStatus status = look_at(folder, Look::at_all);
  const std::vector<ShardState> states = {
      ShardState::there,   ShardState::damaged, ShardState::damaged, ShardState::damaged,
      ShardState::running, ShardState::missing, ShardState::missing};
  for (std::size_t k = 0; k < states.size(); ++k) {
    EXPECT_EQ(status.shards[k].state, states[k]) << k << ": " << status.shards[k].note;
    if (k != 1) {
      EXPECT_EQ(quick.shards[k].state, states[k]) << k;
    }
  }
  EXPECT_TRUE(contains(status.shards[4].note, "process " + std::to_string(::getpid())));
  EXPECT_EQ(status.foreign, std::vector<std::string>{"000000-0123456789abcdef.shard"});
  EXPECT_EQ(status.wanting(), (std::vector<std::size_t>{1, 2, 3, 4, 5, 6}));
}

}  // namespace
}  // namespace minerva
