#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include "measured_machine.hpp"
#include "minerva/accelsim/technology_report.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/base/errors.hpp"

// A file that was damaged somewhere is refused as the user's mistake, or read; and what was read
// answers or refuses in the same way.
namespace minerva {
namespace {

constexpr std::uint64_t kSeed = 711;
constexpr int kCases = 300;

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Replaces, removes or repeats a few characters or a line.
std::string damaged(std::string text, KeyedRandom& random) {
  const std::string characters = "0123456789.-eEx[]|_ \nabz";
  for (std::uint64_t times = 1 + random.below(3); times > 0; --times) {
    const std::size_t at = random.below(text.size());
    const std::size_t line = text.rfind('\n', at) == std::string::npos ? 0 : text.rfind('\n', at);
    const std::size_t end = std::min(text.find('\n', line + 1), text.size());
    switch (random.below(4)) {
      case 0:
        text[at] = characters[random.below(characters.size())];
        break;
      case 1:
        text.erase(at, 1 + random.below(4));
        break;
      case 2:
        text.erase(line, end - line);
        break;
      default:
        text.insert(end, text.substr(line, end - line));
    }
  }
  return text;
}

class DamagedTechnology : public testing::TestWithParam<const char*> {};

TEST_P(DamagedTechnology, IsRefusedOrAnswers) {
  const std::string whole =
      text_of(std::string(MINERVA_SOURCE_DIR) + "/configs/tech/" + GetParam() + ".cfg");
  const std::string path = testing::TempDir() + "minerva_damaged_" + GetParam() + ".cfg";
  int refused = 0;
  for (int k = 0; k < kCases; ++k) {
    SCOPED_TRACE("seed " + std::to_string(kSeed) + ", case " + std::to_string(k));
    KeyedRandom random(kSeed, Stream::test, static_cast<std::uint64_t>(k));
    std::ofstream(path) << damaged(whole, random);
    try {
      const Technology technology = read_technology(path);
      const PpaFigures figures = estimate_figures(reference_design(technology), technology);
      EXPECT_GE(figures.power_mw, 0);
      EXPECT_GT(figures.area_mm2, 0);
    } catch (const UserError& error) {
      ++refused;
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
    }
  }
  std::remove(path.c_str());
  EXPECT_GT(refused, kCases / 4);  // most damage hits a name, a number or a unit, some a text
  EXPECT_LT(refused, kCases);
}

INSTANTIATE_TEST_SUITE_P(Technologies, DamagedTechnology, testing::Values("public40", "nangate45"),
                         [](const testing::TestParamInfo<const char*>& i) {
                           return std::string(i.param);
                         });

}  // namespace
}  // namespace minerva
