#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <numeric>
#include <sstream>

#include "minerva/base/errors.hpp"
#include "program.hpp"
#include "submit_slurm.hpp"

// The scripts that go to Slurm, run by a shell as Slurm would run them.
namespace minerva::flow {
namespace {

using test::ProgramResult;
using test::run_in;
using test::TemporaryFolder;

SubmitJob job_in(const std::string& folder, std::vector<std::size_t> missing) {
  return {folder + "/plan", folder + "/minerva", std::move(missing), 2, true};
}

std::vector<std::size_t> first_numbers(int count) {
  std::vector<std::size_t> numbers(static_cast<std::size_t>(count));
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

TEST(SubmitScripts, RangesAreCompact) {
  EXPECT_EQ(number_ranges({}), "");
  EXPECT_EQ(number_ranges({4}), "4");
  EXPECT_EQ(number_ranges({0, 1, 2, 3, 4, 5, 6, 7, 9}), "0-7,9");
  EXPECT_EQ(number_ranges({1, 3, 4, 10}), "1,3-4,10");
}

/// The shards that a script's array line and offset come to.
std::vector<std::size_t> shards_of(const SlurmScript& script, int& largest_index) {
  const auto between = [&](const std::string& begin, const std::string& end) {
    const std::size_t at = script.text.find(begin);
    EXPECT_NE(at, std::string::npos) << begin << " in " << script.text;
    const std::size_t from = at + begin.size();
    return script.text.substr(from, script.text.find_first_of(end, from) - from);
  };
  const int offset = std::stoi(between("shard=$((", " "));
  std::vector<std::size_t> shards;
  std::istringstream ranges(between("#SBATCH --array=", "%\n"));
  for (std::string range; std::getline(ranges, range, ',');) {
    const std::size_t dash = range.find('-');
    const int first = std::stoi(range);
    const int last = dash == std::string::npos ? first : std::stoi(range.substr(dash + 1));
    for (int i = first; i <= last; ++i) shards.push_back(offset + i);
    largest_index = std::max(largest_index, last);
  }
  return shards;
}

TEST(SubmitScripts, ArraysStayBelowTheLimitAndHoldEveryMissingShardOnce) {
  for (const int limit : {1, 9, 10, 11, 999, 1001, 10001, 4000001}) {
    std::vector<std::size_t> missing = first_numbers(2345);
    missing.erase(missing.begin() + 17);
    missing.erase(missing.begin() + 1000, missing.begin() + 2100);
    std::vector<std::size_t> found;
    std::string names;
    for (const SlurmScript& script : work_scripts(job_in("/d", missing), {}, limit)) {
      int largest_index = 0;
      const std::vector<std::size_t> shards = shards_of(script, largest_index);
      EXPECT_EQ(shards, script.shards);
      EXPECT_LT(largest_index, limit);
      found.insert(found.end(), shards.begin(), shards.end());
      EXPECT_EQ(names.find(script.file + "\n"), std::string::npos) << script.file;
      names += script.file + "\n";
    }
    EXPECT_EQ(found, missing) << "limit " << limit;
  }
  // A limit of 1001 is cut at 1000, so that the digits of index and block make up the number.
  const auto scripts = work_scripts(job_in("/d", {3, 999, 1000, 3004}), {}, 1001);
  ASSERT_EQ(scripts.size(), 3U);
  EXPECT_NE(scripts[0].text.find("/d/plan/slurm/shard-000%3a.out\"\n"), std::string::npos);
  EXPECT_NE(scripts[2].text.find("/d/plan/slurm/shard-003%3a.out\"\n"), std::string::npos);
  EXPECT_EQ(scripts[2].file, "/d/plan/slurm/work-3.sh");
  EXPECT_TRUE(work_scripts(job_in("/d", {}), {}, 1001).empty());
}

TEST(SubmitScripts, WhatIsAskedForStandsInTheScripts) {
  SlurmRequest request{"1-02:00", "4G", "short,long", "lab", 5};
  SubmitJob job = job_in("/a b", {0, 1});
  const std::string asked =
      "#SBATCH --open-mode=append\n#SBATCH --requeue\n#SBATCH --ntasks=1\n"
      "#SBATCH --cpus-per-task=2\n";
  const std::string given =
      "#SBATCH --time=1-02:00\n#SBATCH --mem=4G\n#SBATCH --partition=short,long\n"
      "#SBATCH --account=lab\n";
  const std::string work = work_scripts(job, request, 1001)[0].text;
  EXPECT_NE(work.find(asked + "#SBATCH --array=0-1%5\n" + given), std::string::npos) << work;
  EXPECT_NE(merge_script(job, request).text.find(asked + given), std::string::npos);
  for (const std::string& script :
       {work_scripts(job, {}, 1001)[0].text, merge_script(job, {}).text}) {
    for (const char* option : {"--time", "--mem", "--partition", "--account", "%"}) {
      const std::string head = script.substr(0, script.find("/a b/minerva"));
      if (std::string(option) == "%") {
        EXPECT_EQ(head.find("--array=0-1%"), std::string::npos);
      } else {
        EXPECT_EQ(head.find(option), std::string::npos) << option;
      }
    }
  }
  EXPECT_EQ(sbatch_words(merge_script(job, {}), {"7", "8"}),
            (std::vector<std::string>{"sbatch", "--parsable", "--dependency=afterok:7:8",
                                      "--kill-on-invalid-dep=yes", "/a b/plan/slurm/merge.sh"}));
  EXPECT_EQ(sbatch_words(merge_script(job, {}), {}),
            (std::vector<std::string>{"sbatch", "--parsable", "/a b/plan/slurm/merge.sh"}));
}

TEST(SubmitScripts, ValuesAreOneWordOrRefused) {
  for (const char* good : {"10", "1-00:00:00", "4000M", "a,b", "user@lab", "long_1"}) {
    EXPECT_NO_THROW(check_slurm_word("--time", good)) << good;
  }
  for (const char* bad : {"", "1 h", "a\nb", "a;b", "$x", "--wrap=x", "a'b", "a\"b", "a#b", "%4"}) {
    EXPECT_THROW(check_slurm_word("--time", bad), UserError) << bad;
  }
  EXPECT_NO_THROW(check_slurm_path("/it's \"a\" 50% dir $x"));
  EXPECT_THROW(check_slurm_path("/a\\b"), UserError);
  EXPECT_THROW(check_slurm_path("/a\nb"), UserError);
}

/// A folder with a name that needs quotes, a program in it that notes its arguments down, and a
/// scontrol that does.
class RunScripts : public testing::Test {
 protected:
  RunScripts() : inner_(outer_.path() + "/it's \"a\" 50% $dir `x` #y") {
    std::filesystem::create_directories(inner_ + "/plan");
    program("minerva",
            "here=${0%/*}; for word; do echo \"<$word>\"; done > \"$here/words\"; exit $(cat "
            "\"$here/code\")");
    program("bin/scontrol", "echo \"$@\" >> '" + outer_.path() + "/requeues'");
  }
  void program(const std::string& name, const std::string& text) {
    const std::string path = inner_ + "/" + name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << "#!/bin/sh\n" << text << "\n";
    ::chmod(path.c_str(), 0755);
  }
  ProgramResult run(const SlurmScript& script, const std::string& code,
                    const std::string& variables) {
    std::filesystem::remove(outer_.path() + "/requeues");
    std::ofstream(inner_ + "/code") << code;
    outer_.write("script.sh", script.text);
    return run_in(outer_.path(),
                  "PATH=" + shell_word(inner_ + "/bin") + ":$PATH " + variables + " sh script.sh");
  }
  std::string requeues() const { return outer_.has("requeues") ? outer_.read("requeues") : ""; }
  std::string noted(const std::string& name) const { return test::read_whole(inner_ + "/" + name); }

  TemporaryFolder outer_;
  std::string inner_;
};

TEST_F(RunScripts, ATaskWorksOnItsShardWhateverThePathsHold) {
  const auto scripts = work_scripts(job_in(inner_, {7, 1008}), {}, 1001);
  const ProgramResult r = run(scripts[1], "0", "SLURM_ARRAY_JOB_ID=12 SLURM_ARRAY_TASK_ID=8");
  EXPECT_EQ(r.exit_code, 0) << r.standard_error;
  EXPECT_EQ(r.standard_error, "");
  EXPECT_EQ(noted("words"), "<work>\n<" + inner_ + "/plan>\n<--shard>\n<1008>\n<--threads>\n<2>\n");
  EXPECT_EQ(requeues(), "");
  EXPECT_EQ(run(merge_script(job_in(inner_, {}), {}), "0", "SLURM_JOB_ID=13").exit_code, 0);
  EXPECT_EQ(noted("words"), "<merge>\n<" + inner_ + "/plan>\n<--threads>\n<2>\n");
}

TEST_F(RunScripts, AKilledWorkerIsAskedForAgainThreeTimesAndAMistakeNever) {
  const SlurmScript work = work_scripts(job_in(inner_, {0, 1, 2}), {}, 1001)[0];
  const std::string task = "SLURM_ARRAY_JOB_ID=12 SLURM_ARRAY_TASK_ID=2 ";
  for (const char* restarts : {"", "SLURM_RESTART_COUNT=1", "SLURM_RESTART_COUNT=2"}) {
    const ProgramResult r = run(work, "137", task + restarts);
    EXPECT_EQ(r.exit_code, 137);
    EXPECT_EQ(requeues(), "requeue 12_2\n") << restarts;
    EXPECT_NE(r.standard_error.find("signal 9"), std::string::npos);
  }
  EXPECT_EQ(run(work, "137", task + "SLURM_RESTART_COUNT=3").exit_code, 137);
  EXPECT_EQ(requeues(), "");
  for (const char* code : {"1", "2", "128"}) {
    EXPECT_EQ(run(work, code, task).exit_code, std::stoi(code));
    EXPECT_EQ(requeues(), "") << code;
  }
  EXPECT_EQ(run(merge_script(job_in(inner_, {}), {}), "139", "SLURM_JOB_ID=13").exit_code, 139);
  EXPECT_EQ(requeues(), "requeue 13\n");
}

}  // namespace
}  // namespace minerva::flow
