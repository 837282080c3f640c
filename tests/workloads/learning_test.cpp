#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <vector>

#include "program.hpp"

// Each workload learns on its real data: shortened runs of those of docs/fathom.md, and the longer
// ones where MINERVA_LEARNING=whole asks for them (ctest --preset slow). The bars leave room for
// other CPUs, on which LibTorch rounds otherwise.
namespace minerva::workloads {
namespace {

using minerva::test::run_in;
using minerva::test::TemporaryFolder;

bool wants_whole_runs() {
  const char* asked = std::getenv("MINERVA_LEARNING");
  return asked != nullptr && std::string(asked) == "whole";
}

class Learning : public testing::Test {
 protected:
  void SetUp() override {
    if (std::getenv("MINERVA_DATA_DIR") == nullptr) {
      GTEST_SKIP() << "MINERVA_DATA_DIR does not say where the data are";
    }
  }
};

class WholeLearning : public Learning {
 protected:
  void SetUp() override {
    Learning::SetUp();
    if (!wants_whole_runs()) GTEST_SKIP() << "takes minutes; MINERVA_LEARNING=whole runs it";
  }
};

struct Scores {
  std::vector<double> values;
  double of_nothing_learnt = 0;
};

Scores scores_of(const std::string& arguments) {
  const TemporaryFolder folder;
  const auto result =
      run_in(folder.path(), std::string(MINERVA_FATHOM) + " run " + arguments + " --json --quiet");
  EXPECT_EQ(result.exit_code, 0) << result.standard_error;
  Scores scores;
  if (result.exit_code != 0) return scores;
  const auto run = nlohmann::json::parse(result.standard_output);
  for (const auto& each : run["scores"]) {
    scores.values.push_back(each["value"]);
    scores.of_nothing_learnt = each["reference"];
  }
  return scores;
}

TEST_F(Learning, MemnetAnswersQuestions) {
  const Scores scores = scores_of("memnet --steps 1250 --score-every 1250");
  ASSERT_EQ(scores.values.size(), 1u);
  EXPECT_GT(scores.values[0], 97) << "right of 1,000 questions, %";
}

TEST_F(Learning, AutoencBoundFallsEachEpoch) {
  const Scores scores = scores_of("autoenc --steps 938 --score-every 469");
  ASSERT_EQ(scores.values.size(), 2u);
  EXPECT_LT(scores.values[1], scores.values[0]);
  EXPECT_LT(scores.values[1], 0.95 * scores.of_nothing_learnt);
}

TEST_F(Learning, Seq2seqFindsWordsLikely) {
  const Scores scores = scores_of("seq2seq --small --batch 32 --steps 300 --score-every 150");
  ASSERT_EQ(scores.values.size(), 2u);
  EXPECT_LT(scores.values[1], scores.values[0]);
  EXPECT_LT(scores.values[1], 0.5 * scores.of_nothing_learnt);
}

TEST_F(Learning, ResidualTellsImagesApart) {
  const Scores scores = scores_of("residual --small --batch 32 --rate 0.002 --steps 600 --score");
  ASSERT_EQ(scores.values.size(), 1u);
  EXPECT_GT(scores.values[0], 3 * scores.of_nothing_learnt);
}

TEST_F(WholeLearning, SpeechHearsPhonemes) {
  const Scores scores =
      scores_of("speech --small --batch 32 --rate 0.005 --steps 3000 --score-every 1000");
  ASSERT_EQ(scores.values.size(), 3u);
  EXPECT_LT(scores.values[2], 0.6 * scores.of_nothing_learnt);
}

TEST_F(WholeLearning, DeepqPlaysThreeTimesBetterThanChance) {
  const Scores scores = scores_of("deepq --small --batch 32 --rate 0.001 --steps 19800 --score");
  ASSERT_EQ(scores.values.size(), 1u);
  EXPECT_GT(scores.values[0], 3 * scores.of_nothing_learnt);
}

}  // namespace
}  // namespace minerva::workloads
