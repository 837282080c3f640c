#include "minerva/cluster/shard_plan.hpp"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/json/digest.hpp"
#include "minerva/json/strict_parser.hpp"

namespace minerva {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kPlanSchema = "minerva-shard-plan-3";

std::string digest(const std::string& text) { return sha256(text.data(), text.size()); }

/// One text of a question, in which no two questions are alike.
std::string question_text(const StageQuestion& question) {
  std::string text;
  for (const QuestionPart& part : question) {
    for (const std::string& word : {part.name, part.value}) {
      text += std::to_string(word.size()) + ":" + word;
    }
  }
  return text;
}

const Json& member(const Json& object, const char* name, const std::string& file) {
  const auto found = object.find(name);
  if (found == object.end()) throw UserError(file + ": " + name, "", "is missing");
  return *found;
}

std::string text_of(const Json& object, const char* name, const std::string& file) {
  const Json& value = member(object, name, file);
  if (!value.is_string()) throw UserError(file + ": " + name, value.dump(), "needs a text");
  return value.get<std::string>();
}

std::vector<std::string> texts_of(const Json& object, const char* name, const std::string& file) {
  const Json& list = member(object, name, file);
  std::vector<std::string> texts;
  if (!list.is_array()) throw UserError(file + ": " + name, "", "needs a list of texts");
  for (const Json& value : list) {
    if (!value.is_string()) {
      throw UserError(file + ": " + name, value.dump(), "needs a list of texts");
    }
    texts.push_back(value.get<std::string>());
  }
  return texts;
}

StageQuestion question_of(const Json& object, const std::string& file) {
  StageQuestion question;
  const Json& list = member(object, "question", file);
  if (!list.is_array()) throw UserError(file + ": question", "", "needs a list");
  for (const Json& part : list) {
    if (!part.is_object()) throw UserError(file + ": question", part.dump(), "needs objects");
    const Json& is_digest = member(part, "digest", file);
    if (!is_digest.is_boolean()) {
      throw UserError(file + ": question: digest", is_digest.dump(), "needs true or false");
    }
    question.push_back(
        {text_of(part, "name", file), text_of(part, "value", file), is_digest.get<bool>()});
  }
  return question;
}

/// Throws unless the shares hold units 0 to units - 1, each once.
void check_shares(const ShardPlan& plan, const std::string& file) {
  std::vector<UnitRange> all;
  for (const Share& share : plan.shares) all.insert(all.end(), share.begin(), share.end());
  std::sort(all.begin(), all.end(),
            [](const UnitRange& a, const UnitRange& b) { return a.first < b.first; });
  std::uint64_t next = 0;
  for (const UnitRange& range : all) {
    if (range.first != next) break;
    next = range.end;
  }
  std::uint64_t held = 0;
  for (const UnitRange& range : all) held += range.end - range.first;
  if (next != plan.units || held != plan.units) {
    throw UserError(file + ": shards", "",
                    "need to hold each of " + std::to_string(plan.units) + " units once");
  }
}

}  // namespace

std::vector<std::string> ShardPlan::ids() const {
  const std::string asked = digest(question_text(question));
  std::vector<std::string> names;
  names.reserve(shares.size());
  for (const Share& share : shares) {
    names.push_back(digest("minerva-shard-1\n" + command + "\n" + asked + "\n" + unit + " " +
                           to_string(share) + "\n"));
  }
  return names;
}

std::string shard_plan_to_json(const ShardPlan& plan) {
  Json out;
  out["schema"] = kPlanSchema;
  out["program"] = plan.program;
  out["command"] = plan.command;
  out["config"] = plan.config;
  out["folder"] = plan.folder;
  out["run"] = plan.run;
  out["data_folder"] = plan.data_folder;
  out["over"] = plan.over;
  out["config_sha256"] = plan.config_sha256;
  out["question"] = Json::array();
  for (const QuestionPart& part : plan.question) {
    out["question"].push_back(
        {{"name", part.name}, {"value", part.value}, {"digest", part.is_digest}});
  }
  out["unit"] = plan.unit;
  out["units"] = plan.units;
  out["shards"] = Json::array();
  for (const Share& share : plan.shares) out["shards"].push_back(to_string(share));
  try {
    out.dump();
  } catch (const Json::exception&) {
    throw UserError("plan", "", "needs names of files and folders in UTF-8");
  }
  return json::dump_with_digest(out);
}

ShardPlan shard_plan_from_json(const std::string& text, const std::string& file) {
  Json in;
  json::TextLimits limits;
  limits.depth = 3;  // a plan's texts lie in objects of a list of the object
  try {
    in = json::parse_strictly(text, file, limits, [&](const std::string& name) {
      throw UserError(file + ": " + name, "", "member stands twice");
    });
  } catch (const Json::parse_error& error) {
    throw UserError(file, "", "is no JSON, at byte " + std::to_string(error.byte));
  } catch (const Json::exception&) {
    throw UserError(file, "", "is no JSON: holds a number that is out of range");
  }
  if (!in.is_object()) throw UserError(file, "", "needs an object");
  const std::string schema = text_of(in, "schema", file);
  if (schema != kPlanSchema) {
    throw UserError(file + ": schema", schema,
                    std::string("needs ") + kPlanSchema +
                        ": plan again with this program, or work with the one that planned");
  }
  json::check_digest(text, file);
  ShardPlan plan;
  plan.program = text_of(in, "program", file);
  plan.command = text_of(in, "command", file);
  plan.config = text_of(in, "config", file);
  plan.folder = text_of(in, "folder", file);
  plan.run = text_of(in, "run", file);
  plan.data_folder = text_of(in, "data_folder", file);
  plan.over = texts_of(in, "over", file);
  plan.config_sha256 = text_of(in, "config_sha256", file);
  plan.question = question_of(in, file);
  plan.unit = text_of(in, "unit", file);
  const Json& units = member(in, "units", file);
  if (!units.is_number_unsigned()) {
    throw UserError(file + ": units", units.dump(), "needs a whole number");
  }
  plan.units = units.get<std::uint64_t>();
  for (const std::string& share : texts_of(in, "shards", file)) {
    plan.shares.push_back(parse_share(share, file + ": shards"));
  }
  check_shares(plan, file);
  return plan;
}

std::string shard_file_name(std::size_t shard, const std::string& id) {
  char number[32];
  std::snprintf(number, sizeof number, "%06zu", shard);
  return std::string(number) + "-" + id.substr(0, 16) + ".shard";
}

}  // namespace minerva
