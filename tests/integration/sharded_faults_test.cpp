#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "minerva/cluster/plan_folder.hpp"
#include "program.hpp"
#include "run_folder.hpp"

// Fault maps cut into shards, done in any order at any number of threads, and merged: the bytes of
// one machine.
namespace minerva::test {
namespace {

namespace fs = std::filesystem;

const std::string kQuick = std::string(MINERVA_SOURCE_DIR) + "/tests/support/quick.cfg";
// A seventh mitigation beside the six that are always compared, and other maps than the run's.
const std::string kStudy =
    " --faults.masking=word --faults.sign=protected --faults.maps_max=9 --faults.seed=3";

/// "evaluated 97 maps" of a merge's log, or "97 maps evaluated" of each mitigation's line, summed.
int sum_before(const std::string& text, const std::string& words) {
  int sum = 0;
  for (std::size_t at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) {
    const std::size_t begin = text.find_last_of(" ", at - 1) + 1;
    sum += std::stoi(text.substr(begin, at - begin));
  }
  return sum;
}

/// A finished run, "run", in a folder for one machine and in one for the plan: a config names its
/// run's folder, so that paths must be the same.
class ShardedFaults : public testing::Test {
 protected:
  void SetUp() override {
    ok(folder_.path(), "run " + kQuick + " --out run");
    start(one_);
    start(many_);
  }
  void start(const std::string& folder) {
    fs::remove_all(folder);
    fs::create_directories(folder);
    fs::copy(folder_.path() + "/run", folder + "/run", fs::copy_options::recursive);
  }
  static ProgramResult ok(const std::string& folder, const std::string& arguments) {
    ProgramResult r = run_minerva(folder, arguments);
    EXPECT_EQ(r.exit_code, 0) << arguments << "\n" << r.standard_error;
    return r;
  }
  void work(std::size_t shard, const std::string& threads) {
    ok(many_, "work plan --shard " + std::to_string(shard) + " --threads " + threads);
  }

  const TemporaryFolder folder_;
  const std::string one_ = folder_.path() + "/one";
  const std::string many_ = folder_.path() + "/many";
};

TEST_F(ShardedFaults, LeaveTheBytesOfOneMachine) {
  const ProgramResult alone = ok(one_, "faults --out run" + kStudy);
  const auto expected = everything_in(one_ + "/run");
  ASSERT_NE(expected.count("yield.csv"), 0U);
  ASSERT_NE(expected.count("stages/faults.json"), 0U);
  std::mt19937 random(1);
  for (const std::size_t shards : {1, 5, 63}) {
    start(many_);
    const ProgramResult planned =
        ok(many_, "plan run --of faults --out plan --shards " + std::to_string(shards) + kStudy);
    // Seven mitigations of 9 maps.
    EXPECT_NE(planned.standard_output.find("63 fault maps"), std::string::npos);
    std::vector<std::size_t> order(shards);
    for (std::size_t k = 0; k < shards; ++k) order[k] = k;
    std::shuffle(order.begin(), order.end(), random);
    for (const std::size_t k : order) work(k, k % 2 == 0 ? "1" : "3");
    const ProgramResult merged = ok(many_, "merge plan");
    EXPECT_EQ(difference(expected, everything_in(many_ + "/run")), "") << shards << " shards";
    EXPECT_EQ(merged.standard_output, alone.standard_output);
    // Each map's own search is not done again.
    const int saved = sum_before(alone.standard_error, " maps evaluated") -
                      sum_before(merged.standard_error, " maps evaluated");
    EXPECT_GT(saved, 63);
    EXPECT_EQ(sum_before(merged.standard_error, " maps beside"),
              sum_before(merged.standard_error, " maps evaluated"));
  }
}

TEST_F(ShardedFaults, AShardIsTheSameBytesAtAnyNumberOfThreads) {
  ok(many_, "plan run --of faults --out plan --shards 4" + kStudy);
  const PlanFolder plan(many_ + "/plan");
  work(1, "1");
  const std::string bytes = read_whole(plan.shard_path(1));
  fs::remove(plan.shard_path(1));
  work(1, "3");
  EXPECT_EQ(read_whole(plan.shard_path(1)), bytes);
  EXPECT_NE(bytes.find("mitigation,map,rate_index,wrong\n"), std::string::npos);
}

TEST_F(ShardedFaults, AShardOfOtherMapsIsNotMerged) {
  ok(many_, "plan run --of faults --out plan --shards 7" + kStudy);  // one a mitigation
  for (std::size_t k = 0; k < 7; ++k) work(k, "2");
  const PlanFolder plan(many_ + "/plan");
  const std::string good = plan.open(0)->read("counts.csv");
  const std::string head = "mitigation,map,rate_index,wrong\n";
  const auto before = everything_in(many_ + "/run");
  const auto refused = [&](const std::string& counts, const std::string& why) {
    const std::string forged = many_ + "/forged";
    ShardWriter writer(forged, plan.id(0));  // whole, and of the right name
    writer.add("counts.csv", counts);
    writer.finish();
    fs::rename(forged, plan.shard_path(0));
    const ProgramResult r = run_minerva(many_, "merge plan");
    EXPECT_EQ(r.exit_code, 2) << why;
    EXPECT_NE(r.standard_error.find(why), std::string::npos) << r.standard_error;
    EXPECT_EQ(difference(before, everything_in(many_ + "/run")), "") << why;
  };
  const std::string other_maps = "holds other fault maps than its share of the plan";
  refused(head, other_maps);
  refused(good.substr(0, good.find("\n0,8,") + 1), other_maps);
  refused(good + "1,0,1,5\n", other_maps);
  refused(good + "0,9,1,5\n", "holds a count of no fault map of the plan");
  refused(good + good.substr(good.rfind("0,8,")), "holds a count of no fault map of the plan");
  refused(good + "7,0,1,5\n", "holds a count of no fault map of the plan");
  refused(good + "0,8,1000,5\n", "holds a count of no fault map of the plan");
  refused(good + "0,8,1,-5\n", "holds a count of no fault map of the plan");
  refused(good.substr(0, good.rfind(',') + 1) + "101\n",
          "'101 wrong': needs 0 to the number of samples, 100");
  refused(good + "0,8,1\n", "holds no counts of fault maps");
  refused("", "holds no counts of fault maps");
}

TEST_F(ShardedFaults, NeedTheStagesBeforeAndWeightsInSram) {
  const ProgramResult early =
      run_minerva(many_, "plan " + kQuick + " --of faults --shards 2 --out other");
  EXPECT_EQ(early.exit_code, 2);
  EXPECT_NE(early.standard_error.find("minerva train"), std::string::npos) << early.standard_error;
  const ProgramResult rom =
      run_minerva(many_, "plan run --of faults --shards 2 --out other --design.weight_storage=rom");
  EXPECT_EQ(rom.exit_code, 2);
  EXPECT_NE(rom.standard_error.find("needs sram for stage 5"), std::string::npos)
      << rom.standard_error;
  EXPECT_FALSE(fs::exists(many_ + "/other/manifest.json"));
}

}  // namespace
}  // namespace minerva::test
