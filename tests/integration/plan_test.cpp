#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <random>

#include "program.hpp"
#include "run_folder.hpp"

// Plans of a design space: shards computed in any order, by any number of threads, killed and
// damaged, merge to the bytes of one machine or not at all.
namespace minerva::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

/// A space of several thousand machines, some outside the constraint, frontier in SystemC.
const char* const kSpace =
    "[dse]\n"
    "topology = 12-8-6-4\n"
    "lanes = 1..16\n"
    "macs_per_lane = 1..8 times 2\n"
    "weight_bandwidth = 1..8 times 2\n"
    "activation_bandwidth = 1..8 times 2\n"
    "write_ports = 0, 1, 2\n"
    "clock_period_ns = 1..6\n"
    "constraints = area_mm2 <= 0.6\n"
    "verify_samples = 1\n";

std::string shard_file(const std::string& plan, int shard) {
  for (const auto& entry : fs::directory_iterator(plan + "/shards")) {
    if (std::stoi(entry.path().filename().string()) == shard) return entry.path().string();
  }
  return "";
}

void flip_a_bit(const std::string& path, std::size_t at) {
  std::string bytes = read_whole(path);
  bytes[at] = static_cast<char>(bytes[at] ^ 1);
  std::ofstream(path, std::ios::binary) << bytes;
}

/// Two folders with the config in them: one for a plan, one for a machine alone, so that relative
/// paths in the files are the same.
class PlanTest : public ::testing::Test {
 protected:
  PlanTest() {
    folder_.write("space.cfg", kSpace);
    alone_.write("space.cfg", kSpace);
  }
  ProgramResult run(const std::string& arguments) const {
    return run_minerva(folder_.path(), arguments);
  }
  ProgramResult work(int shard, const std::string& more = "") const {
    return run("work plan --shard " + std::to_string(shard) + " " + more);
  }
  std::string plan() const { return folder_.path() + "/plan"; }
  /// Of a machine that knows nothing of plans.
  std::map<std::string, std::string> one_machine() const {
    const ProgramResult r = run_minerva(alone_.path(), "dse space.cfg --out plan/run");
    EXPECT_EQ(r.exit_code, 0) << r.standard_error;
    return everything_in(alone_.path() + "/plan/run");
  }
  void expect_merged_as_on_one_machine() const {
    const ProgramResult merged = run("merge plan");
    ASSERT_EQ(merged.exit_code, 0) << merged.standard_error;
    const auto there = everything_in(plan() + "/run");
    const auto expected = one_machine();
    EXPECT_EQ(difference(there, expected), "");
    EXPECT_EQ(there.size(), expected.size());
    EXPECT_GT(expected.count("design_space.csv"), 0U);
  }

  TemporaryFolder folder_;
  TemporaryFolder alone_;
};

TEST_F(PlanTest, AnyOrderAndAnyNumberOfThreadsGiveTheBytesOfOneMachine) {
  const ProgramResult planned = run("plan space.cfg --shards 11 --out plan");
  ASSERT_EQ(planned.exit_code, 0) << planned.standard_error;
  std::vector<int> order = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  std::shuffle(order.begin(), order.end(), std::mt19937(7));
  for (const int k : order) {
    const ProgramResult worked = work(k, "--threads " + std::to_string(1 + k % 3));
    ASSERT_EQ(worked.exit_code, 0) << worked.standard_error;
  }
  EXPECT_TRUE(fs::is_empty(plan() + "/work"));
  expect_merged_as_on_one_machine();
}

TEST_F(PlanTest, SharesWithoutAMachineMergeToo) {
  // Weights wider than activations are no machine: most of these 25 shares hold none.
  for (const TemporaryFolder* in : {&folder_, &alone_}) {
    in->write("space.cfg",
              "[dse]\ntopology = 12-8-6-4\nlanes = 1,2\nmacs_per_lane = 1,4\n"
              "weight_bandwidth = 1..8 times 2\nactivation_bandwidth = 1,2\n"
              "clock_period_ns = 1..6\nverify_samples = 0\n");
  }
  ASSERT_EQ(run("plan space.cfg --shards 25 --out plan").exit_code, 0);
  int empty = 0;
  for (int k = 0; k < 25; ++k) {
    ASSERT_EQ(work(k).exit_code, 0);
    empty += read_whole(shard_file(plan(), k)).find("\nlegal 0\n") != std::string::npos ? 1 : 0;
  }
  EXPECT_GT(empty, 5);
  expect_merged_as_on_one_machine();
}

TEST_F(PlanTest, IsTheSameWhoeverMakesIt) {
  ASSERT_EQ(run("plan space.cfg --shards 5 --out plan").exit_code, 0);
  const auto before = everything_in(plan());
  const ProgramResult again = run("plan space.cfg --shards 5 --out plan");
  EXPECT_EQ(again.exit_code, 0) << again.standard_error;
  EXPECT_NE(again.standard_error.find("holds this plan already"), std::string::npos);
  EXPECT_EQ(everything_in(plan()), before);
  const ProgramResult other = run("plan space.cfg --shards 6 --out plan");
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_EQ(everything_in(plan()), before);
}

TEST_F(PlanTest, AShardThatIsThereIsNotComputedAgain) {
  ASSERT_EQ(run("plan space.cfg --shards 3 --out plan").exit_code, 0);
  ASSERT_EQ(work(1).exit_code, 0);
  const auto written = fs::last_write_time(shard_file(plan(), 1));
  const ProgramResult second = work(1);
  EXPECT_EQ(second.exit_code, 0);
  EXPECT_NE(second.standard_error.find("is there already"), std::string::npos);
  const ProgramResult compared = work(1, "--again");
  EXPECT_EQ(compared.exit_code, 0);
  EXPECT_NE(compared.standard_error.find("the same bytes"), std::string::npos);
  EXPECT_EQ(fs::last_write_time(shard_file(plan(), 1)), written);
}

TEST_F(PlanTest, AWorkerThatWasKilledLeavesNothingThatCounts) {
  ASSERT_EQ(run("plan space.cfg --shards 1 --out plan").exit_code, 0);
  int killed = 0;
  for (int i = 0; i < 8; ++i) {
    const pid_t worker =
        start_minerva(folder_.path(), {"work", "plan", "--shard", "0"}, "log" + std::to_string(i));
    ::usleep(static_cast<useconds_t>(3000 * i));
    ::kill(worker, SIGKILL);
    if (exit_code_of(worker) != 128 + SIGKILL) break;  // it was done before
    ++killed;
    const Json status = Json::parse(run("status plan --json").standard_output);
    ASSERT_EQ(status["running"], Json::array());
    if (status["there"] == 1) break;
    ASSERT_EQ(status["missing"], Json::array({0}));
    ASSERT_EQ(run("merge plan").exit_code, 2);
  }
  EXPECT_GT(killed, 0);
  ASSERT_EQ(work(0).exit_code, 0);
  expect_merged_as_on_one_machine();
}

TEST_F(PlanTest, TwoWorkersOfOneShardLeaveOneResult) {
  ASSERT_EQ(run("plan space.cfg --shards 2 --out plan").exit_code, 0);
  std::vector<pid_t> workers;
  for (int i = 0; i < 6; ++i) {
    workers.push_back(start_minerva(
        folder_.path(), {"work", "plan", "--shard", i % 2 == 0 ? "0" : "1", "--threads", "1"},
        "log" + std::to_string(i)));
  }
  for (const pid_t worker : workers) EXPECT_EQ(exit_code_of(worker), 0);
  EXPECT_EQ(std::distance(fs::directory_iterator(plan() + "/shards"), fs::directory_iterator()), 2);
  expect_merged_as_on_one_machine();
}

TEST_F(PlanTest, ADamagedShardIsNamedMovedAsideAndComputedAgain) {
  ASSERT_EQ(run("plan space.cfg --shards 3 --out plan").exit_code, 0);
  for (int k = 0; k < 3; ++k) ASSERT_EQ(work(k).exit_code, 0);
  const std::string good = read_whole(shard_file(plan(), 2));
  flip_a_bit(shard_file(plan(), 2), 500);
  const auto before = everything_in(plan());
  const ProgramResult refused = run("merge plan");
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_NE(refused.standard_error.find("shard 2: "), std::string::npos) << refused.standard_error;
  EXPECT_NE(refused.standard_error.find("is damaged"), std::string::npos);
  EXPECT_EQ(everything_in(plan()), before);
  EXPECT_FALSE(fs::exists(plan() + "/run/summary.json"));
  EXPECT_EQ(Json::parse(run("status plan --verify --json").standard_output)["damaged"],
            Json::array({2}));
  EXPECT_EQ(Json::parse(run("status plan --json").standard_output)["there"], 3);
  ASSERT_EQ(work(2).exit_code, 0);
  EXPECT_EQ(read_whole(shard_file(plan(), 2)), good);
  EXPECT_EQ(std::distance(fs::directory_iterator(plan() + "/damaged"), fs::directory_iterator()),
            1);
  expect_merged_as_on_one_machine();
}

TEST_F(PlanTest, MissingAndForeignShardsAreNamedAndNothingIsWritten) {
  ASSERT_EQ(run("plan space.cfg --shards 4 --out plan").exit_code, 0);
  for (const int k : {0, 2}) ASSERT_EQ(work(k).exit_code, 0);
  const auto before = everything_in(plan());
  const ProgramResult missing = run("merge plan");
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_NE(missing.standard_error.find("shards 1,3 are missing"), std::string::npos)
      << missing.standard_error;
  EXPECT_EQ(everything_in(plan()), before);
  for (const int k : {1, 3}) ASSERT_EQ(work(k).exit_code, 0);
  // The same share of another plan has another name.
  ASSERT_EQ(run("plan space.cfg --shards 4 --out other --dse.clock_period_ns=1,2").exit_code, 0);
  ASSERT_EQ(run("work other --shard 1").exit_code, 0);
  const std::string foreign = shard_file(folder_.path() + "/other", 1);
  fs::copy(foreign, plan() + "/shards");
  const ProgramResult refused = run("merge plan");
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_NE(refused.standard_error.find(fs::path(foreign).filename().string() + " is foreign"),
            std::string::npos)
      << refused.standard_error;
  fs::remove(plan() + "/shards/" + fs::path(foreign).filename().string());
  // Its bytes under this plan's name are not taken either.
  const std::string kept = read_whole(shard_file(plan(), 1));
  const std::string name = shard_file(plan(), 1);
  fs::copy(foreign, name, fs::copy_options::overwrite_existing);
  EXPECT_EQ(run("merge plan").exit_code, 2);
  std::ofstream(name, std::ios::binary) << kept;
  expect_merged_as_on_one_machine();
}

TEST_F(PlanTest, TwoDifferentResultsOfAShardAreBothKeptAndNeitherMerged) {
  ASSERT_EQ(run("plan space.cfg --shards 2 --out plan").exit_code, 0);
  for (int k = 0; k < 2; ++k) ASSERT_EQ(work(k).exit_code, 0);
  // A whole file of the right name with other bytes: what a machine that computes wrongly leaves.
  const std::string file = shard_file(plan(), 0);
  const std::string good = read_whole(file);
  const std::string id = good.substr(16, 64);
  const ProgramResult made = run_in(folder_.path(), R"(python3 - ')" + file + R"(' <<'EOF'
import hashlib, sys
path = sys.argv[1]
data = open(path, 'rb').read()
head, end = data[:81], data[-90:]
offset = int(end[4:24])
body = data[81:offset].replace(b'legal ', b'legal 1', 1)
lines = data[offset:-90].decode().splitlines()
index, at = b'', 0
for line in lines:
    size, digest, name = line.split(' ', 2)
    size = int(size) + (1 if name == 'range.txt' else 0)
    part = body[at:at + size]
    at += size
    index += f'{size} {hashlib.sha256(part).hexdigest()} {name}\n'.encode()
trailer = b'end %020d ' % (81 + len(body)) + hashlib.sha256(head + index).hexdigest().encode() + b'\n'
open(path, 'wb').write(head + body + index + trailer)
EOF
)");
  ASSERT_EQ(made.exit_code, 0) << made.standard_error;
  EXPECT_EQ(Json::parse(run("status plan --verify --json").standard_output)["there"], 2);
  // The merge counts what it can count itself.
  const ProgramResult refused = run("merge plan");
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_NE(refused.standard_error.find("each of its machines once"), std::string::npos)
      << refused.standard_error;
  const ProgramResult compared = work(0, "--again");
  EXPECT_EQ(compared.exit_code, 1) << compared.standard_error;
  EXPECT_NE(compared.standard_error.find("two different results"), std::string::npos);
  EXPECT_EQ(read_whole(file + ".other.1"), good);
  const ProgramResult merged = run("merge plan");
  EXPECT_EQ(merged.exit_code, 2);
  EXPECT_NE(merged.standard_error.find(".other"), std::string::npos) << merged.standard_error;
  fs::rename(file + ".other.1", file);
  expect_merged_as_on_one_machine();
}

TEST_F(PlanTest, WhatItRestsOnMustBeAsItWasPlanned) {
  fs::copy(std::string(MINERVA_SOURCE_DIR) + "/configs/tech/public40.cfg",
           folder_.path() + "/mine.cfg");
  ASSERT_EQ(run("plan space.cfg --tech.file=mine.cfg --shards 2 --out plan").exit_code, 0);
  std::ofstream(folder_.path() + "/mine.cfg", std::ios::app) << "# another\n";
  const ProgramResult technology = work(0);
  EXPECT_EQ(technology.exit_code, 2);
  EXPECT_NE(technology.standard_error.find("the technology"), std::string::npos)
      << technology.standard_error;
  EXPECT_EQ(shard_file(plan(), 0), "");
}

TEST_F(PlanTest, WorkersFindItFromAnywhere) {
  ASSERT_EQ(run("plan space.cfg --shards 2 --out plan").exit_code, 0);
  for (const char* k : {"0", "1"}) {
    const ProgramResult r = run_minerva("/", "work '" + plan() + "' --shard " + k);
    ASSERT_EQ(r.exit_code, 0) << r.standard_error;
  }
  ASSERT_EQ(run_minerva("/", "merge '" + plan() + "'").exit_code, 0);
  EXPECT_EQ(difference(everything_in(plan() + "/run"), one_machine()), "");
}

}  // namespace
}  // namespace minerva::test
