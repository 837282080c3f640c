#include "minerva/sharing/codebook_search.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <string>

#include "cluster_problem.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/network/quantized_graph.hpp"
#include "minerva/sharing/codebooks.hpp"
#include "minerva/sharing/codebooks_file.hpp"

namespace minerva::sharing {
namespace {

std::vector<std::int16_t> draw_weights(KeyedRandom& random, int count, int reach) {
  std::vector<std::int16_t> weights;
  for (int k = 0; k < count; ++k) {
    const auto code = static_cast<int>(random.below(static_cast<std::uint64_t>(2 * reach + 1)));
    weights.push_back(static_cast<std::int16_t>(code - reach));
  }
  return weights;
}

std::int64_t error_with(const std::vector<std::int16_t>& weights, const std::vector<int>& entries) {
  std::int64_t error = 0;
  for (const int weight : weights) {
    int least = std::numeric_limits<int>::max();
    for (const int entry : entries) least = std::min(least, std::abs(entry - weight));
    error += std::int64_t{least} * least;
  }
  return error;
}

/// The least error of all sets of `count` entries from [low, high] beside `chosen`.
std::int64_t least_error(const std::vector<std::int16_t>& weights, std::vector<int> chosen, int low,
                         int high, int count) {
  if (count == 0) return error_with(weights, chosen);
  std::int64_t least = error_with(weights, chosen.empty() ? std::vector<int>{low} : chosen);
  for (int entry = low; entry <= high; ++entry) {
    std::vector<int> more = chosen;
    more.push_back(entry);
    least = std::min(least, least_error(weights, more, entry + 1, high, count - 1));
  }
  return least;
}

TEST(Codebooks, FreeEntriesHaveTheLeastErrorOfAllSets) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    KeyedRandom random(seed, Stream::test, 501);
    const std::vector<std::int16_t> weights =
        draw_weights(random, 2 + static_cast<int>(random.below(12)), 6);
    for (int entries = 2; entries <= 4; ++entries) {
      const Codebook codebook = least_squares_codebook(weights, entries, false);
      // Entries that are not used are 0, and may be the nearest of some weight by luck.
      EXPECT_LE(squared_error(weights, codebook), least_error(weights, {}, -6, 6, entries))
          << "seed " << seed << ", " << entries << " entries";
      EXPECT_EQ(codebook.bits(), entries == 2 ? 1 : 2);
    }
    const Codebook two = least_squares_codebook(weights, 2, false);
    const bool one_code = std::count(weights.begin(), weights.end(), weights[0]) ==
                          static_cast<std::ptrdiff_t>(weights.size());
    if (!one_code) {
      EXPECT_EQ(squared_error(weights, two), least_error(weights, {}, -6, 6, 2)) << "seed " << seed;
    }
  }
}

TEST(Codebooks, WithAZeroEntryTheSidesAreTheBestOfTheirSides) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    KeyedRandom random(seed, Stream::test, 502);
    const std::vector<std::int16_t> weights =
        draw_weights(random, 3 + static_cast<int>(random.below(12)), 6);
    std::vector<std::int16_t> below, above;
    for (const std::int16_t w : weights) (w < 0 ? below : above).push_back(w);
    for (const int entries : {3, 4, 5}) {
      const Codebook codebook = least_squares_codebook(weights, entries, true);
      EXPECT_EQ(codebook.entry(0), 0);
      EXPECT_EQ(squared_error(below, codebook), least_error(below, {0}, -6, -1, entries / 2));
      EXPECT_EQ(squared_error(above, codebook), least_error(above, {0}, 1, 6, (entries - 1) / 2));
      // An index has the sign of its weight, and a larger one a weight that is no smaller.
      const int end = codebook.lowest_index() + static_cast<int>(codebook.entries.size());
      for (int index = codebook.lowest_index(); index < end; ++index) {
        const int entry = codebook.entry(index);
        if (entry != 0) {
          EXPECT_EQ(entry < 0, index < 0);
        }
        if (index + 1 < end && entry != 0 && codebook.entry(index + 1) != 0) {
          EXPECT_LT(entry, codebook.entry(index + 1));
        }
      }
    }
  }
}

TEST(Codebooks, OfOneSideAreStillCodebooksWithZeroAtIndex0) {
  const std::vector<std::int16_t> weights = {3, 3, 5, 9, 12, 20, 31, 40, 41, 60, 61, 62, 63};
  const Codebook codebook = least_squares_codebook(weights, 16, true);
  EXPECT_EQ(codebook.bits(), 4);
  EXPECT_EQ(codebook.entry(0), 0);
  for (int index = -8; index <= 0; ++index) EXPECT_EQ(codebook.entry(index), 0);
  for (int index = 0; index < 7; ++index) {
    EXPECT_LT(codebook.entry(index), codebook.entry(index + 1));
  }
}

TEST(Codebooks, OfSignsHaveThePowerOfTwoWithTheLeastError) {
  KeyedRandom random(5, Stream::test, 503);
  for (int k = 0; k < 20; ++k) {
    const std::vector<std::int16_t> weights = draw_weights(random, 30, 20 + 5 * k);
    for (const bool ternary : {true, false}) {
      const Codebook codebook = sign_codebook(weights, {1, 7}, ternary);
      ASSERT_TRUE(sign_weight_shift(codebook));
      std::int64_t least = std::numeric_limits<std::int64_t>::max();
      for (int s = 1; s <= 64; s *= 2) {
        least = std::min(least, error_with(weights, ternary ? std::vector<int>{-s, 0, s}
                                                            : std::vector<int>{-s, s}));
      }
      EXPECT_EQ(squared_error(weights, codebook), least);
      EXPECT_EQ(codebook.bits(), ternary ? 2 : 1);
    }
  }
}

class CodebookSearch : public ::testing::Test {
 protected:
  const ClusterProblem problem_ = cluster_problem(1);
  const GraphNetwork network_ = graph_network(problem_.network);
  const QuantizationPlan plan_ = uniform_plan(2, {{2, 6}, {3, 5}, {3, 8}});
  FixedEvaluator evaluator_{problem_.samples, problem_.reference, 1};

  std::int64_t unshared_wrong() {
    return evaluator_.evaluate(quantize_graph(network_, plan_)).wrong;
  }
  SharingResult search(std::int64_t most_wrong, const SharingOptions& options) {
    return search_codebooks(network_, plan_, {}, evaluator_, most_wrong, options);
  }
};

TEST_F(CodebookSearch, ChoosesTheNarrowestIndicesWithinTheBound) {
  SharingOptions options;
  options.weights = SharedWeights::shared;
  options.entries = {4, 2, 16, 8};
  const SharingResult all = search(400, options);
  ASSERT_EQ(all.candidates.size(), 4U);
  EXPECT_EQ(all.candidates[0].entries, 16);
  EXPECT_EQ(*all.chosen, 3U);  // everything is within the bound, so that the least one is taken
  for (std::size_t k = 0; k < 4; ++k) {
    const SharingCandidate& candidate = all.candidates[k];
    EXPECT_EQ(candidate.index_bits, 4 - static_cast<int>(k));
    // Evaluated as a plan of its own is.
    EXPECT_EQ(candidate.evaluation.wrong,
              evaluator_.evaluate(quantize_graph(network_, candidate.plan)).wrong);
  }
  EXPECT_LT(all.candidates[0].evaluation.divergence, all.candidates[3].evaluation.divergence);
  const SharingResult bounded = search(all.candidates[1].evaluation.wrong, options);
  ASSERT_TRUE(bounded.chosen);
  const SharingCandidate& chosen = bounded.candidates[*bounded.chosen];
  EXPECT_LE(chosen.evaluation.wrong, all.candidates[1].evaluation.wrong);
  for (const SharingCandidate& other : bounded.candidates) {
    if (other.index_bits < chosen.index_bits) {
      EXPECT_FALSE(other.within);
    }
  }
  EXPECT_FALSE(search(-1, options).chosen);
}

TEST_F(CodebookSearch, EveryWeightIsAnEntryAndTheNearestOne) {
  SharingOptions options;
  options.weights = SharedWeights::shared;
  const QuantizationPlan shared = plan_with_codebooks(network_, plan_, options, 8);
  const QuantizedGraph before = quantize_graph(network_, plan_);
  const QuantizedGraph after = quantize_graph(network_, shared);
  for (int k = 0; k < 2; ++k) {
    const Codebook& codebook = after.layer(k).formats.codebook;
    ASSERT_EQ(codebook.bits(), 3);
    for (std::size_t at = 0; at < before.layer(k).weights.size(); ++at) {
      ASSERT_EQ(after.layer(k).weights[at], codebook.nearest(before.layer(k).weights[at]));
      ASSERT_EQ(codebook.entry(after.layer(k).stored_word(at)), after.layer(k).weights[at]);
    }
  }
  EXPECT_EQ(after.layer(0).biases, before.layer(0).biases);
  const DatapathWidths widths = graph_datapath_widths(network_.graph, shared);
  EXPECT_EQ(widths.stored_weight_bits(), 3);
  EXPECT_EQ(widths.weight_bits, 8);
  EXPECT_EQ(widths.codebook_entries(), 16);
}

TEST_F(CodebookSearch, AFileGivesThePlanBackAndNamesWhatDoesNotFit) {
  SharingOptions options;
  options.weights = SharedWeights::shared;
  const QuantizationPlan shared = plan_with_codebooks(network_, plan_, options, 4);
  const std::string text = codebooks_to_json(shared);
  QuantizationPlan read = plan_;
  add_codebooks(text, "c.json", network_.graph, read);
  EXPECT_TRUE(read.layers == shared.layers);
  const auto refusal = [&](const std::string& changed, QuantizationPlan plan) {
    try {
      add_codebooks(changed, "c.json", network_.graph, plan);
    } catch (const UserError& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  QuantizationPlan wider = plan_;
  wider.layers[1].weight = {2, 7};
  EXPECT_EQ(refusal(text, wider), "c.json: layers[1].W = 'Q2.6': the plan has W Q2.7");
  QuantizationPlan longer = plan_;
  longer.layers.push_back(longer.layers.back());
  EXPECT_EQ(refusal(text, longer), "c.json: layers = '2 codebooks': the network has 3 layers");
  EXPECT_EQ(
      refusal(R"({"schema": "minerva-codebooks-1", "layers": [{"W": [2, 6], "entries": [1, 2]},
                        {"W": [2, 6], "entries": [200, 2]}]})",
              plan_),
      "c.json: layers[1].entries = '200': needs -128 to 127, a code of Q2.6");
  EXPECT_NE(
      refusal(R"({"schema": "minerva-codebooks-1", "layers": [{"W": [2, 6], "entries": [1, 2]},
                        {"W": [2, 6], "entries": []}]})",
              plan_)
          .find("has no codebook"),
      std::string::npos);
}

TEST_F(CodebookSearch, OptionsNameTheirKey) {
  const auto refusal = [](const std::vector<int>& entries) {
    SharingOptions options;
    options.entries = entries;
    try {
      check_options(options);
    } catch (const UserError& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EXPECT_EQ(refusal({16, 2, 5}), "accepted");
  EXPECT_NE(refusal({17}).find("sharing.entries = '17'"), std::string::npos);
  EXPECT_NE(refusal({4, 4}).find("needs each size once"), std::string::npos);
  EXPECT_NE(refusal({}).find("needs a size"), std::string::npos);
}

}  // namespace
}  // namespace minerva::sharing
