#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "minerva/base/checksum.hpp"
#include "minerva/json/digest.hpp"
#include "minerva/json/fields.hpp"
#include "minerva/json/strict_parser.hpp"
#include "minerva/json/text_limits.hpp"
#include "sealed.hpp"
#include "text_checks.hpp"

namespace minerva::json {
namespace {

std::string error_with(const std::string& text, const TextLimits& limits = {}) {
  return error_of([&] { check_limits(text, "f.json", limits); });
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

TEST(JsonLimits, AreNamedWithTheFile) {
  TextLimits limits;
  limits.bytes = 40;
  limits.depth = 3;
  limits.members = 2;
  limits.values = 8;
  EXPECT_EQ(error_with("{\"a\": [1, [2, 3]], \"b\": 4}", limits), "(no error)");
  EXPECT_EQ(error_with(std::string(41, ' '), limits),
            "f.json = '41 bytes': needs at most 40 bytes of JSON");
  EXPECT_EQ(error_with("[[[[", limits),
            "f.json: needs at most 3 arrays and objects within each other");
  EXPECT_EQ(error_with("{\"a\":1,\"b\":2,\"c\":3}", limits),
            "f.json: needs at most 2 members of an object");
  EXPECT_EQ(error_with("[1,2,3,4,5,6,7,8,9]", limits), "f.json: needs at most 8 values of JSON");
}

TEST(JsonLimits, DoNotCountWhatStandsInStrings) {
  TextLimits limits;
  limits.depth = 1;
  limits.members = 1;
  limits.values = 3;
  EXPECT_EQ(error_with(R"({"[[{{,,": "\"[[,,\\"})", limits), "(no error)");
  EXPECT_EQ(error_with(R"({"a\": [[ )", limits), "(no error)");  // no JSON: the parser's to refuse
}

TEST(JsonLimits, DeepNestingCostsNeitherTimeNorMemory) {
  for (const char* bracket : {"[", "{\"a\":"}) {
    const std::string text = repeated(bracket, 5'000'000);
    EXPECT_EQ(error_of([&] { parse(text, "f.json"); }),
              "f.json: needs at most 30 arrays and objects within each other");
  }
}

TEST(JsonLimits, TimeGrowsWithTheLengthOfATextOfManyObjects) {
  const auto seconds_of = [](std::size_t objects) {
    const std::string text = "{\"a\":[" + repeated("{},", objects) + "{}]}";
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(parse(text, "f.json").at("a").size(), objects + 1);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  const double few = seconds_of(20'000);
  const double many = seconds_of(200'000);
  // Ten times the objects: the square would be a hundred times the time.
  EXPECT_LT(many, 40 * std::max(few, 0.002));
}

TEST(StrictParser, HandsOutRepeatedMembersAndMistakes) {
  EXPECT_EQ(error_of([] { parse(R"({"a":{"b":1,"b":2}})", "f.json"); }),
            "f.json: b: member stands twice");
  EXPECT_EQ(error_of([] { parse(R"({"a":1,"\u0061":2})", "f.json"); }),
            "f.json: a: member stands twice");
  EXPECT_TRUE(contains(error_of([] { parse("{\"a\":}", "f.json"); }), "f.json: is not JSON"));
  EXPECT_TRUE(contains(error_of([] { parse("{\"a\":1} 2", "f.json"); }), "f.json: is not JSON"));
  EXPECT_TRUE(contains(error_of([] { parse("[1]", "f.json"); }), "needs an object"));
  const Json value = parse(R"({"z":[1,-2,0.5,true,null,"t"],"a":{}})", "f.json");
  EXPECT_EQ(value.dump(), R"({"z":[1,-2,0.5,true,null,"t"],"a":{}})");  // in the file's order
}

TEST(JsonDigest, StandsInTheFirstLineAndTellsEveryChange) {
  const std::string text = dump_with_digest({{"schema", "s"}, {"n", 1}});
  const std::string rest = "{\n \"schema\": \"s\",\n \"n\": 1\n}\n";
  EXPECT_EQ(text,
            "{\n \"sha256\": \"" + sha256(rest.data(), rest.size()) + "\",\n" + rest.substr(2));
  EXPECT_EQ(sealed_json(rest), text);
  const auto error = [](const std::string& changed) {
    return error_of([&] { check_digest(changed, "f.json"); });
  };
  EXPECT_EQ(error(text), "(no error)");
  EXPECT_EQ(error(rest), "f.json: is damaged: does not begin with its checksum");
  EXPECT_EQ(error(""), "f.json: is damaged: does not begin with its checksum");
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = text;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      ASSERT_TRUE(contains(error(changed), "f.json: is damaged")) << i << ", bit " << bit;
    }
    ASSERT_TRUE(contains(error(text.substr(0, i)), "f.json: is damaged")) << i;
  }
}

}  // namespace
}  // namespace minerva::json
