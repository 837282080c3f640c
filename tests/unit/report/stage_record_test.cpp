#include "minerva/report/stage_record.hpp"

#include <gtest/gtest.h>

#include "minerva/base/errors.hpp"
#include "run_with_sections.hpp"
#include "sealed.hpp"

namespace minerva {
namespace {

StageRecord record() {
  StageRecord r;
  r.stage = "quantize";
  r.question = {{"quantize.rounding", "half_up", false},
                {"the network", std::string(64, 'a'), true},
                {"quantize.plan_file", "", false}};
  r.files = {{"plan.json", std::string(64, 'b')}};
  StageRow row;
  row.stage = "quantize";
  row.name = "3 quantization";
  row.power_mw = 0.1;  // no binary fraction: must come back to the last bit
  r.part.rows = {row};
  r.part.notes = {{"3 quantize", "A note."}};
  quantize::QuantizeSection section;
  section.method = "Searched.";
  r.part.section = to_json(section);
  return r;
}

TEST(StageRecord, ReadsBackAsWritten) {
  const std::string text = stage_record_to_json(record());
  const StageRecord back = stage_record_from_json(text, "r.json", all_reports());
  EXPECT_EQ(back.stage, "quantize");
  EXPECT_TRUE(back.question == record().question);
  ASSERT_EQ(back.files.size(), 1U);
  EXPECT_EQ(back.files[0].name, "plan.json");
  EXPECT_EQ(back.part.rows.at(0).power_mw, 0.1);
  EXPECT_EQ(back.part.notes.at(0).text, "A note.");
  EXPECT_FALSE(back.part.network.has_value());
  EXPECT_EQ(back.part.section, record().part.section);
  EXPECT_EQ(stage_record_to_json(back), text);
}

TEST(StageRecord, RefusesWhatIsNone) {
  const auto error_of = [](const std::string& text) {
    try {
      stage_record_from_json(text, "r.json", all_reports());
    } catch (const UserError& error) {
      return std::string(error.what());
    }
    return std::string("(no error)");
  };
  EXPECT_EQ(error_of("{").rfind("r.json", 0), 0U);
  EXPECT_NE(error_of("{\"schema\": \"other\"}").find("minerva-stage-5"), std::string::npos);
  EXPECT_NE(error_of("{\"schema\": \"minerva-stage-5\"}").find("checksum"), std::string::npos);
  EXPECT_NE(
      error_of(sealed_json("{\n \"schema\": \"minerva-stage-5\"\n}\n")).find("stage: is missing"),
      std::string::npos);
  std::string text = stage_record_to_json(record());
  text.replace(text.find("\"half_up\""), 9, "12345");
  EXPECT_NE(error_of(sealed_json(text)).find("question.quantize.rounding"), std::string::npos)
      << error_of(text);
  text = stage_record_to_json(record());
  text.replace(text.find("\"Searched.\""), 11, "12345");
  EXPECT_NE(error_of(sealed_json(text)).find("r.json: part.section.method"), std::string::npos)
      << error_of(text);
  StageRecord mixed = record();
  mixed.part.rows[0].stage = "prune";
  text = stage_record_to_json(mixed);
  EXPECT_NE(error_of(text).find("r.json: part.rows[0].stage"), std::string::npos) << error_of(text);
}

TEST(StageRecord, AChangedByteAnywhereIsFound) {
  const std::string text = stage_record_to_json(record());
  const auto taken = [](const std::string& changed) {
    try {
      stage_record_from_json(changed, "r.json", all_reports());
    } catch (const UserError& error) {
      EXPECT_EQ(std::string(error.what()).rfind("r.json", 0), 0U) << error.what();
      return false;
    }
    return true;
  };
  ASSERT_TRUE(taken(text));
  ASSERT_EQ(sealed_json(text), text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const int bit : {0, 1, 4, 5}) {  // other digits, other letters, blanks
      std::string changed = text;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      ASSERT_FALSE(taken(changed)) << "byte " << i << ", bit " << bit;
    }
    ASSERT_FALSE(taken(text.substr(0, i))) << "cut at " << i;
    ASSERT_FALSE(taken(text.substr(0, i) + text.substr(i + 1))) << "without byte " << i;
  }
  ASSERT_FALSE(taken(text + "\n"));
}

TEST(StageRecord, RefusesCountsThatCannotBe) {
  StageRecord forged = record();
  NetworkSummary& network = forged.part.network.emplace();
  network.topology = LayerGraph(Topology{{4, 3, 2}});
  network.validation_samples = network.test_samples = 100;
  network.test_wrong = 101;
  try {
    stage_record_from_json(stage_record_to_json(forged), "r.json", all_reports());
    FAIL() << "more wrong samples than there are";
  } catch (const UserError& error) {
    EXPECT_STREQ(error.what(),
                 "r.json: part.network.test_wrong = '101': needs 0 to the number of samples, 100");
  }
}

TEST(StageRecord, SaysWhatChanged) {
  const StageQuestion before = record().question;
  EXPECT_EQ(question_difference(before, before), "");
  StageQuestion now = before;
  now[0].value = "truncate";
  EXPECT_EQ(question_difference(before, now), "quantize.rounding is truncate, was half_up");
  now[1].value = std::string(64, 'c');
  now[2].value = "p.json";
  EXPECT_EQ(question_difference(before, now),
            "quantize.rounding is truncate, was half_up; the network is another; "
            "quantize.plan_file is p.json, was empty");
  now.push_back({"x", "1", false});
  EXPECT_NE(question_difference(before, now).find("; and 1 more"), std::string::npos);
  EXPECT_EQ(question_difference(before, {before[0], before[2]}), "the network is gone");
  // A digest where a value was, of the same text, is a change too.
  EXPECT_NE(question_difference({{"a", "1", false}}, {{"a", "1", true}}), "");
}

TEST(StageRecord, PartsJoinInTheirOrder) {
  StagePart first;
  first.network.emplace();
  first.network->topology = LayerGraph(Topology{{4, 3, 2}});
  first.network->origin = "trained";
  first.notes = {{"1 train", "one"}};
  RunSummary whole;
  add_part(whole, "train", first);
  add_part(whole, "quantize", record().part);
  EXPECT_EQ(whole.network.origin, "trained");
  ASSERT_EQ(whole.notes.size(), 2U);
  EXPECT_EQ(whole.notes[0].text, "one");
  EXPECT_EQ(whole.notes[1].text, "A note.");
  EXPECT_EQ(whole.stages.at(0).power_mw, 0.1);
  ASSERT_EQ(whole.sections.size(), 1U);
  EXPECT_EQ(quantize::quantize_section(whole).method, "Searched.");
  EXPECT_EQ(whole.section("train"), "");
}

}  // namespace
}  // namespace minerva
