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

TEST(Text, PrintableTextCannotMoveATerminal) {
  EXPECT_EQ(printable("M\u00fcller \xe2\x82\xac \xf0\x9f\x99\x82"),
            "M\u00fcller \xe2\x82\xac \xf0\x9f\x99\x82");
  EXPECT_EQ(printable("a\nb\tc\x1b[31m\x7f"), R"(a\x0ab\x09c\x1b[31m\x7f)");
  // C1 controls, as characters and as bytes that are no UTF-8.
  EXPECT_EQ(printable("\xc2\x9b"
                      "2J"),
            R"(\xc2\x9b2J)");
  EXPECT_EQ(printable("\x9b"
                      "2J"),
            R"(\x9b2J)");
  // Overlong, cut short, a surrogate, beyond Unicode.
  EXPECT_EQ(printable("\xc0\x9b"), R"(\xc0\x9b)");
  EXPECT_EQ(printable("\xe2\x82"), R"(\xe2\x82)");
  EXPECT_EQ(printable("\xed\xa0\x80"), R"(\xed\xa0\x80)");
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), R"(\xf4\x90\x80\x80)");
  // What turns the direction of writing shows a name as another one.
  EXPECT_EQ(printable("a\u202eb\u2066c\u2028"), R"(a\xe2\x80\xaeb\xe2\x81\xa6c\xe2\x80\xa8)");
  EXPECT_EQ(printable_lines("a\n\tb\x1b\n"), "a\n\tb\\x1b\n");
}

TEST(Text, PrintableTextIsShortened) {
  EXPECT_EQ(printable(std::string(81, 'x')), std::string(40, 'x') + " ... " + std::string(40, 'x'));
  EXPECT_EQ(printable(std::string(300, 'x'), kWholeText), std::string(300, 'x'));
  EXPECT_EQ(printable("\x1b\x1b\x1b", 2), R"(\x1b ... \x1b)");
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
