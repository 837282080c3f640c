#include <gtest/gtest.h>

#include <cstdlib>

#include "minerva/workloads/babi.hpp"
#include "minerva/workloads/sentence_pairs.hpp"
#include "minerva/workloads/spoken_digits.hpp"

// The files that Fathom's workloads read, with the sizes that their sources give.
namespace minerva::workloads {
namespace {

/// The data folder of the real data; empty: tests on it are skipped.
std::string data_folder() {
  const char* folder = std::getenv("MINERVA_DATA_DIR");
  const std::string path = folder == nullptr ? "" : std::string(folder) + "/fathom";
  return path;
}

#define NEEDS_DATA()                      \
  const std::string data = data_folder(); \
  if (data.empty()) GTEST_SKIP() << "MINERVA_DATA_DIR does not say where the data are"

TEST(WorkloadDataFiles, BabiHasTheSizesOfItsAuthors) {
  NEEDS_DATA();
  const std::string task = data + "/babi/qa1_single-supporting-fact_";
  const BabiTask babi = read_babi(task + "train.txt.gz", task + "test.txt.gz");
  EXPECT_EQ(babi.train.size(), 10000u);
  EXPECT_EQ(babi.test.size(), 1000u);
  EXPECT_EQ(babi.words.size(), 20u);
  EXPECT_EQ(babi.sentence_words, 6);
  EXPECT_EQ(babi.longest_story, 10);
}

TEST(WorkloadDataFiles, VersesFillTheBuckets) {
  NEEDS_DATA();
  const SentencePairs pairs = read_sentence_pairs(data + "/verses/verses-en-es.tsv.gz", 40000);
  std::size_t all = pairs.too_long;
  for (const auto& bucket : pairs.buckets) all += bucket.size();
  EXPECT_EQ(all, 31077u);
  EXPECT_GT(pairs.buckets[3].size(), 15000u);
  EXPECT_LT(pairs.buckets[0].size(), 50u);
  EXPECT_GT(pairs.target_words.size(), pairs.source_words.size()) << "Spanish has more forms";
}

TEST(WorkloadDataFiles, SpokenDigitsAreNineHundred) {
  NEEDS_DATA();
  const SpokenDigits digits = read_spoken_digits(data + "/spoken-digits");
  EXPECT_EQ(digits.train.size(), 600u);
  EXPECT_EQ(digits.test.size(), 300u);
  EXPECT_LE(digits.longest_frames, 131);
  double sum = 0;
  double squares = 0;
  double count = 0;
  for (const SpokenDigit& each : digits.train) {
    for (const float value : each.features) {
      sum += value;
      squares += static_cast<double>(value) * value;
      count += 1;
    }
  }
  EXPECT_NEAR(sum / count, 0, 1e-4);
  EXPECT_NEAR(squares / count, 1, 1e-3);
}

}  // namespace
}  // namespace minerva::workloads
