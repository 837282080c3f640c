#include "submit_local.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "minerva/base/interruption.hpp"
#include "minerva/flow/pipeline.hpp"
#include "program.hpp"

// Processes of this machine that work on shards: here a script in place of the program.
namespace minerva::flow {
namespace {

using test::TemporaryFolder;

class LocalWorkers : public testing::Test {
 protected:
  /// `script` sees the number of its shard as $4 and the plan as $2.
  SubmitJob job(const std::string& script, std::vector<std::size_t> missing) {
    folder_.write("minerva", "#!/bin/sh\n" + script + "\n");
    ::chmod((folder_.path() + "/minerva").c_str(), 0755);
    std::filesystem::create_directories(folder_.path() + "/plan");
    return {folder_.path() + "/plan", folder_.path() + "/minerva", std::move(missing), 3, true};
  }
  std::string log(std::size_t shard) const {
    return folder_.read("plan/local/" + shard_log_name(shard) + ".out");
  }
  TemporaryFolder folder_;
};

TEST_F(LocalWorkers, EveryShardIsWorkedOnOnceAndNeverMoreAtATimeThanAsked) {
  // Each notes how many were at work beside it.
  const SubmitJob work = job(
      "echo \"$@\"; touch $2/busy.$4; ls $2 | grep -c busy >> $2/most; sleep 0.1; rm $2/busy.$4",
      {0, 1, 2, 5, 9});
  EXPECT_TRUE(run_workers(work, 2).empty());
  for (const std::size_t shard : work.missing) {
    EXPECT_EQ(log(shard),
              "work " + work.folder + " --shard " + std::to_string(shard) + " --threads 3\n");
  }
  EXPECT_FALSE(folder_.has("plan/local/shard-000003.out"));
  EXPECT_EQ(folder_.read("plan/most").find_first_not_of("12\n"), std::string::npos);
  EXPECT_NE(folder_.read("plan/most").find('2'), std::string::npos);
}

TEST_F(LocalWorkers, AKilledWorkerIsStartedAgainThreeTimesAndAMistakeLeavesTheOthersGoing) {
  const SubmitJob work =
      job("echo start; case $4 in\n"
          "1) [ -e $2/once ] || { touch $2/once; kill -9 $$; };;\n"
          "2) kill -9 $$;;\n"
          "3) echo wrong >&2; exit 2;;\n"
          "esac; echo done",
          {0, 1, 2, 3, 4});
  const auto failed = run_workers(work, 1);
  ASSERT_EQ(failed.size(), 2U);
  EXPECT_EQ(failed[0].shard, 2U);
  EXPECT_EQ(failed[0].exit_code, 137);
  EXPECT_EQ(failed[1].shard, 3U);
  EXPECT_EQ(failed[1].exit_code, 2);
  EXPECT_EQ(log(0), "start\ndone\n");
  EXPECT_EQ(log(1), "start\nstart\ndone\n");
  EXPECT_EQ(log(2), "start\nstart\nstart\nstart\n");
  EXPECT_EQ(log(3), "start\nwrong\n");
  EXPECT_EQ(test::read_whole(failed[1].log), log(3));
  EXPECT_EQ(log(4), "start\ndone\n");
}

TEST_F(LocalWorkers, AStopReachesEveryWorkerAndStartsNoMore) {
  const SubmitJob work = job(
      "trap 'echo stopped; exit 130' INT; echo start; touch $2/at.$4; while :; do sleep 0.02; done",
      {0, 1, 2});
  std::thread asks([&] {
    while (!folder_.has("plan/at.0") || !folder_.has("plan/at.1")) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    request_interruption(SIGINT);
  });
  try {
    run_workers(work, 2);
    ADD_FAILURE() << "went on";
  } catch (const RunStopped& stop) {
    EXPECT_EQ(stop.signal, SIGINT);
  }
  asks.join();
  clear_interruption();
  EXPECT_EQ(log(0), "start\nstopped\n");
  EXPECT_EQ(log(1), "start\nstopped\n");
  EXPECT_FALSE(folder_.has("plan/local/shard-000002.out"));
}

TEST_F(LocalWorkers, TheMergesExitCodeIsPassedOn) {
  const SubmitJob work = job("echo \"$@\"; exit 2", {});
  EXPECT_EQ(run_merge(work, {"--quiet"}, folder_.path() + "/log"), 2);
  EXPECT_EQ(folder_.read("log"), "merge " + work.folder + " --quiet\n");
}

}  // namespace
}  // namespace minerva::flow
