#include "minerva/config/suggestions.hpp"

#include <gtest/gtest.h>

namespace minerva {
namespace {

using Words = std::vector<std::string>;

TEST(Suggestions, DistanceCountsLettersAndSwapsOfNeighbours) {
  EXPECT_EQ(spelling_distance("", ""), 0U);
  EXPECT_EQ(spelling_distance("", "abc"), 3U);
  EXPECT_EQ(spelling_distance("abc", ""), 3U);
  EXPECT_EQ(spelling_distance("epochs", "epochs"), 0U);
  EXPECT_EQ(spelling_distance("epoch", "epochs"), 1U);
  EXPECT_EQ(spelling_distance("eopchs", "epochs"), 1U);  // two by Levenshtein
  EXPECT_EQ(spelling_distance("opechs", "epochs"), 2U);  // no neighbours
  EXPECT_EQ(spelling_distance("ca", "abc"), 3U);         // no letter is touched twice
  EXPECT_EQ(spelling_distance("kitten", "sitting"), 3U);
}

TEST(Suggestions, OnlyTheNearestAndOnlyWhenNear) {
  const Words known = {"run", "train", "tech", "report", "prune"};
  EXPECT_EQ(nearest_words("tran", known), (Words{"train"}));
  EXPECT_EQ(nearest_words("rnu", known), (Words{"run"}));
  EXPECT_EQ(nearest_words("zzzzzzzz", known), Words{});
  EXPECT_EQ(nearest_words("", known), Words{});
  EXPECT_EQ(nearest_words("bat", {"bit", "hat", "word"}), (Words{"bit", "hat"}));
  EXPECT_EQ(nearest_words("bat", {"hat", "hat"}), (Words{"hat"}));
  // Every letter another: no help.
  EXPECT_EQ(nearest_words("x", {"a", "b"}), Words{});
}

TEST(Suggestions, SeveralAreJoined) {
  EXPECT_EQ(did_you_mean({}), "");
  EXPECT_EQ(did_you_mean({"a"}), "; did you mean a?");
  EXPECT_EQ(did_you_mean({"a", "b", "c"}), "; did you mean a, b or c?");
}

}  // namespace
}  // namespace minerva
