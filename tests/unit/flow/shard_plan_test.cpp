#include "minerva/cluster/shard_plan.hpp"

#include <gtest/gtest.h>

#include <set>

#include "sealed.hpp"
#include "text_checks.hpp"

namespace minerva {
namespace {

ShardPlan small_plan() {
  ShardPlan plan;
  plan.program = "1.0.0";
  plan.command = "dse";
  plan.config = "configs/flows/million.cfg";
  plan.folder = "/home/user";
  plan.run = "plans/million/run";
  plan.data_folder = "";
  plan.over = {};
  plan.config_sha256 = std::string(64, '0');
  plan.question = {{"minerva", "1.0.0", false}, {"dse.lanes", "1,2", false}};
  plan.unit = "combinations";
  plan.units = 10;
  plan.shares = even_shares(10, 3);
  return plan;
}

TEST(ShardPlan, ReadsBackAsWritten) {
  ShardPlan plan = small_plan();
  plan.over = {"quantize.rounding=half_up,truncate"};
  const ShardPlan read = shard_plan_from_json(shard_plan_to_json(plan), "manifest.json");
  EXPECT_EQ(shard_plan_to_json(read), shard_plan_to_json(plan));
  EXPECT_EQ(read.ids(), plan.ids());
  EXPECT_EQ(read.shares, plan.shares);
  EXPECT_EQ(read.question, plan.question);
}

TEST(ShardPlan, NamesAShardByItsQuestionAndShareAlone) {
  const ShardPlan plan = small_plan();
  const std::vector<std::string> ids = plan.ids();
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 3U);
  ShardPlan elsewhere = plan;
  elsewhere.folder = "/elsewhere";
  elsewhere.run = "run";
  elsewhere.data_folder = "/data";
  elsewhere.config = "other.cfg";
  EXPECT_EQ(elsewhere.ids(), ids);
  // A shard that another cut has, too, is the same shard.
  ShardPlan finer = plan;
  finer.shares = {plan.shares[0], plan.shares[1], {{7, 8}}, {{8, 10}}};
  EXPECT_EQ(finer.ids()[0], ids[0]);
  EXPECT_EQ(finer.ids()[1], ids[1]);
  EXPECT_NE(finer.ids()[2], ids[2]);
  ShardPlan other = plan;
  other.question[1].value = "1,4";
  ShardPlan moved = plan;
  moved.question[1] = {"dse.lanes1", ",2", false};
  ShardPlan command = plan;
  command.command = "noise";
  for (const ShardPlan& changed : {other, moved, command}) {
    for (std::size_t k = 0; k < 3; ++k) EXPECT_NE(changed.ids()[k], ids[k]);
  }
}

TEST(ShardPlan, RefusesAnotherSchemaByNameAndSaysWhatToDo) {
  const std::string text =
      replaced(shard_plan_to_json(small_plan()), "minerva-shard-plan-3", "minerva-shard-plan-4");
  const std::string error = error_of([&] { shard_plan_from_json(text, "manifest.json"); });
  EXPECT_TRUE(contains(error, "manifest.json: schema = 'minerva-shard-plan-4'")) << error;
  EXPECT_TRUE(contains(error, "plan again")) << error;
}

TEST(ShardPlan, RefusesSharesThatDoNotHoldEveryUnitOnce) {
  const std::string text = shard_plan_to_json(small_plan());
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{"\"0-3\"", "\"0-2\""},
                                                        {"\"0-3\"", "\"0-4\""},
                                                        {"\"7-9\"", "\"7-10\""},
                                                        {"\"7-9\"", "\"4-6\""},
                                                        {"\"units\": 10", "\"units\": 11"},
                                                        {"\"units\": 10", "\"units\": 9"}}) {
    const std::string changed = sealed_json(replaced(text, from, to));
    const std::string error = error_of([&] { shard_plan_from_json(changed, "manifest.json"); });
    EXPECT_TRUE(contains(error, "each of")) << error;
  }
}

TEST(ShardPlan, RefusesMissingMembersAndOtherTypes) {
  const std::string text = shard_plan_to_json(small_plan());
  for (const std::string name :
       {"schema", "program", "command", "config", "folder", "run", "data_folder", "over",
        "config_sha256", "question", "unit", "units", "shards"}) {
    const std::string gone = sealed_json(replaced(text, "\"" + name + "\":", "\"x" + name + "\":"));
    EXPECT_TRUE(
        contains(error_of([&] { shard_plan_from_json(gone, "m.json"); }), "m.json: " + name))
        << name;
    const std::string number =
        sealed_json(replaced(text, "\"" + name + "\": ", "\"" + name + "\": -1.5, \"y\": "));
    EXPECT_TRUE(
        contains(error_of([&] { shard_plan_from_json(number, "m.json"); }), "m.json: " + name))
        << name;
  }
  for (const std::string bad : {"", "{", "[]", "null", "{\"schema\":1}"}) {
    EXPECT_TRUE(contains(error_of([&] { shard_plan_from_json(bad, "m.json"); }), "m.json")) << bad;
  }
}

TEST(ShardPlan, AChangedByteAnywhereIsFound) {
  const std::string text = shard_plan_to_json(small_plan());
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const int bit : {0, 1, 4, 5}) {
      std::string changed = text;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      const std::string error = error_of([&] { shard_plan_from_json(changed, "m.json"); });
      ASSERT_EQ(error.rfind("m.json", 0), 0U) << "byte " << i << ", bit " << bit << ": " << error;
    }
  }
}

TEST(ShardPlan, TakesNoMoreThanItsLimits) {
  const auto error_with = [](const std::string& text) {
    return error_of([&] { shard_plan_from_json(text, "m.json"); });
  };
  EXPECT_EQ(error_with(std::string(100000, '[')),
            "m.json: needs at most 3 arrays and objects within each other");
  EXPECT_EQ(error_with("{\"schema\": \"a\", \"schema\": \"b\"}"),
            "m.json: schema: member stands twice");
}

TEST(ShardFileName, HasNumberAndContent) {
  EXPECT_EQ(shard_file_name(12, "3fa9c1d2e4b5a6970000"), "000012-3fa9c1d2e4b5a697.shard");
}

}  // namespace
}  // namespace minerva
