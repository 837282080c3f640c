#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "data_files.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/data/load_dataset.hpp"

namespace minerva {
namespace {

class SplitTest : public test::FilesTest {};

/// Samples of a part by class; the input is the sample's row.
std::map<std::int32_t, std::vector<int>> rows_by_class(const Samples& part) {
  std::map<std::int32_t, std::vector<int>> rows;
  for (Eigen::Index s = 0; s < part.size(); ++s) {
    rows[part.labels[static_cast<std::size_t>(s)]].push_back(
        static_cast<int>(part.inputs.dense()(0, s)));
  }
  return rows;
}

std::set<int> rows_of(const Samples& part) {
  std::set<int> rows;
  for (Eigen::Index s = 0; s < part.size(); ++s) {
    rows.insert(static_cast<int>(part.inputs.dense()(0, s)));
  }
  return rows;
}

TEST_F(SplitTest, HoldsOutExactlyInProportionAndLeavesEveryClassInTraining) {
  int capped = 0;  // cases in which a class may not give its share
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    KeyedRandom random(seed, Stream::test);
    const std::size_t classes = 2 + random.below(8);
    std::vector<std::int32_t> labels;
    for (std::size_t c = 0; c < classes; ++c) {
      const std::size_t count = random.below(3) == 0 ? 1 + random.below(3) : 1 + random.below(80);
      labels.insert(labels.end(), count, static_cast<std::int32_t>(c));
    }
    for (std::size_t i = labels.size(); i > 1; --i) {
      std::swap(labels[i - 1], labels[random.below(i)]);
    }
    std::string text;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      text += std::to_string(i) + "," + std::to_string(labels[i]) + "\n";
    }
    if (labels.size() < classes + 2) continue;
    DataOptions options;
    options.set = "csv";
    options.train_file = write("all.csv", text);
    options.scaling = InputScaling::none;
    options.split_seed = seed;
    const std::size_t free = labels.size() - classes;
    options.test_samples = static_cast<int>(1 + random.below(free / 2));
    options.validation_samples =
        static_cast<int>(1 + random.below(free - static_cast<std::size_t>(options.test_samples)));
    const Dataset data = load_dataset(options);
    ASSERT_EQ(data.test.size(), options.test_samples);
    ASSERT_EQ(data.validation.size(), options.validation_samples);
    std::set<int> all = rows_of(data.train);
    EXPECT_EQ(rows_by_class(data.train).size(), classes);
    all.merge(rows_of(data.validation));
    all.merge(rows_of(data.test));
    EXPECT_EQ(all.size(), labels.size());
    std::map<std::int32_t, std::size_t> counts;
    for (const std::int32_t label : labels) ++counts[label];
    bool any_capped = false;
    auto tested = rows_by_class(data.test);
    for (const auto& [label, count] : counts) {
      const double share =
          static_cast<double>(count) * options.test_samples / static_cast<double>(labels.size());
      any_capped = any_capped || std::ceil(share) > static_cast<double>(count - 1);
    }
    capped += any_capped ? 1 : 0;
    for (const auto& [label, count] : counts) {
      if (any_capped) break;
      const double share =
          static_cast<double>(count) * options.test_samples / static_cast<double>(labels.size());
      EXPECT_LT(std::fabs(static_cast<double>(tested[label].size()) - share), 1) << label;
    }
    for (const Samples* part : {&data.train, &data.validation, &data.test}) {
      int last = -1;  // the order of the file
      for (Eigen::Index s = 0; s < part->size(); ++s) {
        const int row = static_cast<int>(part->inputs.dense()(0, s));
        EXPECT_GT(row, last);
        last = row;
        EXPECT_EQ(part->labels[static_cast<std::size_t>(s)], labels[static_cast<std::size_t>(row)]);
      }
    }
  }
  EXPECT_GT(capped, 5);
  EXPECT_LT(capped, 55);
}

TEST_F(SplitTest, ChoosesAnySampleOfAClassAlike) {
  // 100 of 400 are held out under 400 seeds: each sample 100 times, sigma sqrt(400 / 4 * 3 / 4).
  std::string text;
  for (int i = 0; i < 400; ++i) text += std::to_string(i) + "," + std::to_string(i % 2) + "\n";
  DataOptions options;
  options.set = "csv";
  options.train_file = write("all.csv", text);
  options.test_file = options.train_file;
  options.scaling = InputScaling::none;
  options.validation_samples = 100;
  std::vector<int> held(400);
  for (options.split_seed = 1; options.split_seed <= 400; ++options.split_seed) {
    for (const int row : rows_of(load_dataset(options).validation)) {
      ++held[static_cast<std::size_t>(row)];
    }
  }
  const double sigma = std::sqrt(400 * 0.25 * 0.75);
  for (const int times : held) EXPECT_NEAR(times, 100, 5 * sigma);
}

}  // namespace
}  // namespace minerva
