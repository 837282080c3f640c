#include "submit_sbatch.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "minerva/base/errors.hpp"
#include "program.hpp"

// What is said to Slurm and what its answers lead to; scripts stand for its programs.
namespace minerva::flow {
namespace {

using test::TemporaryFolder;

class Sbatch : public testing::Test {
 protected:
  Sbatch() : path_(std::getenv("PATH")) {
    ::setenv("PATH", (folder_.path() + "/bin:/usr/bin:/bin").c_str(), 1);
    ::setenv("SBATCH_WAIT", "1", 1);
    ::setenv("SBATCH_PARTITION", "elsewhere", 1);
    std::filesystem::create_directories(folder_.path() + "/plan");
    program("scontrol", "echo 'MaxArraySize            = 11'");
    program("squeue", "cat $0.rows 2>/dev/null; exit 0");
    // Takes scripts under ascending numbers until one is to be refused.
    program("sbatch",
            "echo \"$@ wait=$SBATCH_WAIT partition=$SBATCH_PARTITION\" >> $0.calls\n"
            "n=$(wc -l < $0.calls)\n"
            "[ $n = \"$(cat $0.refuse 2>/dev/null)\" ] && { echo 'sbatch: error: Batch job "
            "submission failed: Invalid account' >&2; exit 1; }\n"
            "echo $((40 + n))");
  }
  ~Sbatch() override {
    ::setenv("PATH", path_.c_str(), 1);
    ::unsetenv("SBATCH_WAIT");
    ::unsetenv("SBATCH_PARTITION");
  }
  void program(const std::string& name, const std::string& text) {
    ::chmod(folder_.write("bin/" + name, "#!/bin/sh\n" + text + "\n").c_str(), 0755);
  }
  SubmitJob job(std::vector<std::size_t> missing) const {
    return {folder_.path() + "/plan", "/bin/minerva", std::move(missing), 1, true};
  }
  std::string calls() const {
    return folder_.has("bin/sbatch.calls") ? folder_.read("bin/sbatch.calls") : "";
  }
  /// The message of the mistake that submitting comes to.
  std::string refusal(const SubmitJob& job) {
    try {
      submit_to_slurm(job, {});
    } catch (const UserError& error) {
      return error.what();
    }
    return "";
  }

  TemporaryFolder folder_;
  std::string path_;
};

TEST_F(Sbatch, ArraysThenTheMergeBehindThem) {
  SlurmRequest request;
  request.partition = "here";
  const auto jobs = submit_to_slurm(job({0, 1, 9, 12}), request);
  ASSERT_EQ(jobs.size(), 3U);
  EXPECT_EQ(jobs[1].id, "42");
  EXPECT_EQ(jobs[1].shards, std::vector<std::size_t>{12});
  const std::string slurm = folder_.path() + "/plan/slurm/";
  // Neither the wait nor the partition of the environment reaches sbatch.
  const std::string rest = " wait= partition=\n";
  EXPECT_EQ(calls(), "--parsable " + slurm + "work-0.sh" + rest + "--parsable " + slurm +
                         "work-1.sh" + rest +
                         "--parsable --dependency=afterok:41:42 --kill-on-invalid-dep=yes " +
                         slurm + "merge.sh" + rest);
  EXPECT_NE(folder_.read("plan/slurm/work-0.sh").find("--array=0-1,9\n"), std::string::npos);
  const std::string noted = folder_.read("plan/slurm/jobs.json");
  for (const char* id : {"\"41\"", "\"42\"", "\"43\"", "\"0-1,9\""}) {
    EXPECT_NE(noted.find(id), std::string::npos) << id;
  }
}

TEST_F(Sbatch, WithoutMissingShardsTheMergeAlone) {
  EXPECT_EQ(submit_to_slurm(job({}), {}).size(), 1U);
  EXPECT_EQ(calls().find("dependency"), std::string::npos);
  SubmitJob neither = job({});
  neither.merges = false;
  EXPECT_TRUE(submit_to_slurm(neither, {}).empty());
}

TEST_F(Sbatch, ARefusalAtOnceLeavesNothing) {
  folder_.write("bin/sbatch.refuse", "1");
  EXPECT_EQ(refusal(job({0})),
            "sbatch = 'Batch job submission failed: Invalid account': refused work-0.sh");
  EXPECT_FALSE(folder_.has("plan/slurm"));
}

TEST_F(Sbatch, ARefusalInBetweenSaysWhatWasSubmittedAndKeepsWhatStoodThere) {
  folder_.write("bin/sbatch.refuse", "2");
  folder_.write("plan/slurm/work-1.sh", "of an earlier submit");
  const std::string said = refusal(job({0, 12}));
  EXPECT_NE(said.find("Invalid account"), std::string::npos) << said;
  EXPECT_NE(said.find("refused work-1.sh; submitted before it: 41"), std::string::npos) << said;
  EXPECT_NE(said.find("scancel 41"), std::string::npos) << said;
  EXPECT_EQ(folder_.read("plan/slurm/work-1.sh"), "of an earlier submit");
  EXPECT_NE(folder_.read("plan/slurm/jobs.json").find("\"41\""), std::string::npos);
  EXPECT_FALSE(folder_.has("plan/slurm/merge.sh"));
}

TEST_F(Sbatch, JobsInTheQueueAreNotSubmittedTwice) {
  submit_to_slurm(job({0, 12}), {});
  const std::string before = calls();
  const std::string noted = folder_.read("plan/slurm/jobs.json");
  folder_.write("bin/squeue.rows",
                "42 minerva-plan-work-1\n42 minerva-plan-work-1\n43 minerva-plan-merge\n");
  const std::string said = refusal(job({0, 12}));
  EXPECT_NE(said.find("jobs 42 43 of an earlier submit are still in the queue"), std::string::npos)
      << said;
  EXPECT_NE(said.find("scancel 42 43"), std::string::npos) << said;
  EXPECT_EQ(calls(), before);
  EXPECT_EQ(folder_.read("plan/slurm/jobs.json"), noted);
  // A number that has come round to another's job does not hold anybody up.
  folder_.write("bin/squeue.rows", "42 somebody-else\n");
  EXPECT_EQ(refusal(job({0})), "");
  program("squeue", "echo 'slurm_load_jobs error: Invalid job id specified' >&2; exit 1");
  EXPECT_EQ(refusal(job({0})), "");
  program("squeue", "echo 'Unable to contact slurm controller' >&2; exit 1");
  EXPECT_NE(refusal(job({0})).find("Unable to contact slurm controller"), std::string::npos);
  folder_.write("plan/slurm/jobs.json", "{");
  EXPECT_NE(refusal(job({0})).find("jobs.json: is not what minerva submit wrote"),
            std::string::npos);
}

TEST_F(Sbatch, WithoutSlurmNothingIsWritten) {
  for (const char* name : {"scontrol", "sbatch", "squeue"}) {
    std::filesystem::remove(folder_.path() + "/bin/" + name);
  }
  ::setenv("PATH", (folder_.path() + "/bin").c_str(), 1);
  EXPECT_NE(refusal(job({0})).find("scontrol: not found; needs"), std::string::npos);
  EXPECT_FALSE(folder_.has("plan/slurm"));
  EXPECT_FALSE(max_array_size());
  ::setenv("PATH", (folder_.path() + "/bin:/usr/bin:/bin").c_str(), 1);
  program("scontrol", "echo 'MaxArraySize = 0'");
  EXPECT_NE(refusal(job({0})).find("MaxArraySize = '0'"), std::string::npos);
  program("scontrol", "echo 'slurm_load_ctl_conf error: Connection refused' >&2; exit 1");
  EXPECT_NE(refusal(job({0})).find("Connection refused"), std::string::npos);
  EXPECT_FALSE(folder_.has("plan/slurm"));
}

TEST_F(Sbatch, ADryRunShowsScriptsAndLinesAndWritesNothing) {
  const std::string text = dry_run_text(job({0, 12}), {}, 11);
  const std::string slurm = folder_.path() + "/plan/slurm/";
  for (const char* name : {"work-0.sh", "work-1.sh", "merge.sh"}) {
    EXPECT_NE(text.find("# " + slurm + name + "\n#!/bin/sh\n"), std::string::npos) << name;
  }
  EXPECT_NE(text.find("\nsbatch --parsable " + slurm +
                      "work-1.sh\nsbatch --parsable "
                      "--dependency=afterok:JOB_OF_work-0:JOB_OF_work-1 "),
            std::string::npos)
      << text;
  EXPECT_EQ(calls(), "");
  EXPECT_FALSE(folder_.has("plan/slurm"));
}

}  // namespace
}  // namespace minerva::flow
