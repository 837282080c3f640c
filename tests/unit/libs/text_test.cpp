#include "minerva/base/text.hpp"

#include <gtest/gtest.h>

#include "minerva/base/enum_names.hpp"

namespace minerva {
namespace {

TEST(Text, NumbersHaveTheDigitsAskedFor) {
  EXPECT_EQ(number_text(0.7), "0.7");
  EXPECT_EQ(number_text(1e-7), "1e-07");
  EXPECT_EQ(number_text(1234567), "1.23457e+06");
  EXPECT_EQ(number_text(1234567, 3), "1.23e+06");
  EXPECT_EQ(fixed_text(2.0 / 3, 2), "0.67");
  EXPECT_EQ(fixed_text(-1, 0), "-1");
}

TEST(Text, JoinedAndTrimmed) {
  EXPECT_EQ(joined({}), "");
  EXPECT_EQ(joined({"a"}), "a");
  EXPECT_EQ(joined({"", "b", "c"}, "-"), "b-c");
  EXPECT_EQ(trimmed(" \ta b\t "), "a b");
  EXPECT_EQ(trimmed("a\r", " \t\r"), "a");
  EXPECT_EQ(trimmed("a\r"), "a\r");
  EXPECT_EQ(trimmed("  \t"), "");
  EXPECT_EQ(trimmed(""), "");
}

enum class Colour { red, green, unnamed };
constexpr EnumNames<Colour, 2> enum_names(Colour) {
  return {{{Colour::red, "red"}, {Colour::green, "leaf green"}}};
}

TEST(EnumNames, ValueAndTextFollowFromOneTable) {
  static_assert(enum_names(Colour{}).size() == 2);
  EXPECT_STREQ(to_string(Colour::green), "leaf green");
  EXPECT_STREQ(to_string(Colour::unnamed), "");
  EXPECT_EQ(parse_enum<Colour>("leaf green", "key"), Colour::green);
  try {
    parse_enum<Colour>("blue", "paint.colour");
    FAIL() << "took a name that there is not";
  } catch (const UserError& error) {
    EXPECT_STREQ(error.what(), "paint.colour = 'blue': needs one of red, leaf green");
  }
}

}  // namespace
}  // namespace minerva
