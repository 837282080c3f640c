#include "minerva/base/errors.hpp"

#include <gtest/gtest.h>

namespace minerva {
namespace {

std::string said(const std::string& where, const std::string& value, const std::string& allowed) {
  return UserError(where, value, allowed).what();
}

TEST(UserErrors, NamePlaceValueAndWhatIsAllowed) {
  EXPECT_EQ(said("a.key", "7", "needs 1 to 6"), "a.key = '7': needs 1 to 6");
  EXPECT_EQ(said("file.csv", "", "is empty"), "file.csv: is empty");
}

TEST(UserErrors, StayOnOneLineWhateverWasRead) {
  EXPECT_EQ(said("a\nb", "c\r\td", "needs \x1b[31m"), R"(a\x0ab = 'c\x0d\x09d': needs \x1b[31m)");
  EXPECT_EQ(said("k", std::string("\0\x7f", 2), "needs text"), R"(k = '\x00\x7f': needs text)");
  EXPECT_EQ(said("Müller", "ä", "needs é"), "Müller = 'ä': needs é");
}

TEST(UserErrors, ShowBeginAndEndOfALongText) {
  const std::string value(160, 'v');
  EXPECT_EQ(said("k", value, "needs less"), "k = '" + value + "': needs less");
  EXPECT_EQ(said("k", std::string(100000, 'a') + std::string(100000, 'z'), "needs less"),
            "k = '" + std::string(80, 'a') + " ... " + std::string(80, 'z') + "': needs less");
  std::string umlauts = "a";  // the cut would fall into the middle of one
  for (int i = 0; i < 200; ++i) umlauts += "ü";
  EXPECT_EQ(said("k", umlauts, "x").size(), 5 + 79 + 5 + 80 + 1 + 3);
  EXPECT_LT(said(std::string(100000, 'w'), "v", "needs less").size(), 600U);
}

}  // namespace
}  // namespace minerva
