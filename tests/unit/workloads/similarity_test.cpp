#include "minerva/workloads/similarity.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "minerva/workloads/comparison.hpp"
#include "minerva/workloads/published_profile.hpp"

namespace minerva::workloads {
namespace {

using Names = std::vector<std::string>;

TEST(CosineDistance, OfAnglesThatAreKnown) {
  EXPECT_DOUBLE_EQ(cosine_distance({1, 0}, {0, 2}), 1);
  EXPECT_NEAR(cosine_distance({1, 2, 3}, {10, 20, 30}), 0, 1e-15);
  EXPECT_NEAR(cosine_distance({1, 0}, {1, 1}), 1 - std::sqrt(0.5), 1e-15);
  EXPECT_DOUBLE_EQ(cosine_distance({1, 0}, {-1, 0}), 2);
}

TEST(CentroidLinkage, JoinsTheNearestAndThenTheirCentroid) {
  // 0 and 2 have one direction; 3 is nearer to their centroid than 1 is.
  const std::vector<Join> joins = centroid_linkage({{1, 0}, {0, 1}, {2, 0}, {1, 0.5}});
  ASSERT_EQ(joins.size(), 3u);
  EXPECT_EQ(joins[0].first, 0u);
  EXPECT_EQ(joins[0].second, 2u);
  EXPECT_NEAR(joins[0].distance, 0, 1e-15);
  EXPECT_EQ(joins[1].first, 3u);
  EXPECT_EQ(joins[1].second, 4u);
  EXPECT_NEAR(joins[1].distance, 1 - 1 / std::sqrt(1.25), 1e-15);
  // The centroid of (1, 0), (2, 0) and (1, 0.5) is (4/3, 1/6).
  EXPECT_NEAR(joins[2].distance, 1 - (1.0 / 6) / std::hypot(4.0 / 3, 1.0 / 6), 1e-15);
  EXPECT_EQ(joins[2].leaves, 4u);
  EXPECT_EQ(leaf_order(joins), (std::vector<std::size_t>{1, 3, 0, 2}));
}

/// Distances of the joins of Fig. 3's rows, recomputed from the printed table by another program to
/// three digits.
struct Oracle {
  Names workloads;
  double distance;
};

void expect_joins(const SimilarityTree& tree, const std::vector<Oracle>& oracle) {
  ASSERT_EQ(tree.joins.size(), oracle.size());
  for (std::size_t k = 0; k < oracle.size(); ++k) {
    EXPECT_EQ(names_below(tree.joins, tree.names, k), oracle[k].workloads) << k;
    EXPECT_NEAR(tree.joins[k].distance, oracle[k].distance, 0.0005) << k;
  }
}

TEST(PublishedTree, JoinsAsThePaperSays) {
  expect_joins(
      published_tree(false),
      {{{"residual", "vgg"}, .003},
       {{"residual", "vgg", "alexnet"}, .015},
       {{"speech", "autoenc"}, .026},
       {{"residual", "vgg", "alexnet", "deepq"}, .042},
       {{"seq2seq", "memnet"}, .110},
       // Sec. V-C of the paper: about 0.4.
       {{"seq2seq", "memnet", "speech", "autoenc"}, .436},
       {{"seq2seq", "memnet", "speech", "autoenc", "residual", "vgg", "alexnet", "deepq"}, .923}});
}

TEST(PublishedTree, ByClassHasTheSameGroups) {
  const SimilarityTree tree = published_tree(true);
  ASSERT_EQ(tree.joins.size(), 7u);
  const std::vector<double> oracle = {.000, .004, .009, .040, .082, .452, .956};
  for (std::size_t k = 0; k < oracle.size(); ++k) {
    EXPECT_NEAR(tree.joins[k].distance, oracle[k], 0.0006) << k;
  }
  EXPECT_EQ(names_below(tree.joins, tree.names, 5),
            (Names{"seq2seq", "memnet", "speech", "autoenc"}));
}

TEST(PublishedProfiles, HaveEightRowsOfAtMostAHundredPercent) {
  ASSERT_EQ(published_profiles().size(), 8u);
  for (const PublishedProfile& row : published_profiles()) {
    int sum = 0;
    for (const int percent : row.percent) sum += percent;
    EXPECT_GE(sum, 90) << row.workload;  // the paper's own bounds, Sec. V-B
    EXPECT_LE(sum, 100) << row.workload;
  }
  // The classes of seq2seq's row, summed by hand.
  const std::vector<double> classes = class_shares(published_shares(published_profiles()[0]));
  const std::vector<double> expected = {.40, .32, .02, 0, 0, 0, .24};
  for (std::size_t c = 0; c < expected.size(); ++c) EXPECT_NEAR(classes[c], expected[c], 1e-12);
}

}  // namespace
}  // namespace minerva::workloads
