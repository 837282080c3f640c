#include "minerva/report/stage_record.hpp"

#include <algorithm>

#include "minerva/json/fields.hpp"
#include "minerva/report/summary_report.hpp"

namespace minerva {
namespace {

constexpr const char* kSchema = "minerva-stage-1";
constexpr std::size_t kMostNamed = 3;

json::Json summary_object(const RunSummary& summary) {
  return json::Json::parse(summary_to_json(summary));
}

const json::Json& empty_summary() {
  static const json::Json empty = summary_object({});
  return empty;
}

/// The members that differ from those of an empty summary.
json::Json filled_members(const RunSummary& part) {
  json::Json filled = json::Json::object();
  const json::Json whole = summary_object(part);
  for (const auto& member : whole.items()) {
    const auto found = empty_summary().find(member.key());
    if (found == empty_summary().end() || *found != member.value()) {
      filled[member.key()] = member.value();
    }
  }
  return filled;
}

/// A summary with these members and those of an empty one.
RunSummary summary_of(const json::Json& filled, const std::string& file) {
  json::Json whole = empty_summary();
  for (const auto& member : filled.items()) whole[member.key()] = member.value();
  const bool has_network = filled.contains("network");
  // No summary.json is without a network, so its reader asks for one.
  if (!has_network) whole["network"]["topology"] = "1-1";
  RunSummary summary = summary_from_json(whole.dump(), file);
  if (!has_network) summary.network = {};
  return summary;
}

const QuestionPart* part_named(const StageQuestion& question, const std::string& name) {
  const auto found = std::find_if(question.begin(), question.end(),
                                  [&](const QuestionPart& part) { return part.name == name; });
  return found == question.end() ? nullptr : &*found;
}

std::string shown(const QuestionPart& part) { return part.value.empty() ? "empty" : part.value; }

/// "X is 2, was 1".
std::string change_text(const QuestionPart* before, const QuestionPart* now) {
  if (before == nullptr) {
    return now->name + (now->is_digest ? " is new" : " is " + shown(*now) + ", was not asked");
  }
  if (now == nullptr) {
    return before->name +
           (before->is_digest ? " is gone" : " was " + shown(*before) + ", is not asked");
  }
  if (now->is_digest) return now->name + " is another";
  return now->name + " is " + shown(*now) + ", was " + shown(*before);
}

}  // namespace

std::string question_difference(const StageQuestion& before, const StageQuestion& now) {
  std::vector<std::string> changes;
  for (const QuestionPart& part : now) {
    const QuestionPart* old = part_named(before, part.name);
    if (old == nullptr || !(*old == part)) changes.push_back(change_text(old, &part));
  }
  for (const QuestionPart& part : before) {
    if (part_named(now, part.name) == nullptr) changes.push_back(change_text(&part, nullptr));
  }
  std::string text;
  for (std::size_t i = 0; i < std::min(changes.size(), kMostNamed); ++i) {
    text += (i == 0 ? "" : "; ") + changes[i];
  }
  if (changes.size() > kMostNamed) {
    text += "; and " + std::to_string(changes.size() - kMostNamed) + " more";
  }
  return text;
}

std::string stage_record_to_json(const StageRecord& record) {
  json::Json object = {{"schema", kSchema}, {"stage", record.stage}};
  json::Json question = json::Json::object();
  for (const QuestionPart& part : record.question) {
    question[part.name] =
        part.is_digest ? json::Json{{"sha256", part.value}} : json::Json(part.value);
  }
  json::Json files = json::Json::object();
  for (const RecordedFile& file : record.files) files[file.name] = file.sha256;
  object["question"] = question;
  object["files"] = files;
  object["summary"] = filled_members(record.part);
  return json::dump(object);
}

StageRecord stage_record_from_json(const std::string& text, const std::string& file) {
  const json::Json object = json::parse(text, file);
  json::check_schema(object, kSchema, {file, ""});
  StageRecord record;
  const auto member = [&](const char* name) -> const json::Json& {
    const auto found = object.find(name);
    if (found == object.end()) throw UserError(file + ": " + name, "", "is missing");
    return *found;
  };
  const auto object_member = [&](const char* name) -> const json::Json& {
    const json::Json& value = member(name);
    if (!value.is_object()) throw UserError(file + ": " + name, "", "needs an object");
    return value;
  };
  const auto text_of = [&](const json::Json& value, const std::string& path) {
    if (!value.is_string()) throw UserError(file + ": " + path, value.dump(), "needs a text");
    return value.get<std::string>();
  };
  record.stage = text_of(member("stage"), "stage");
  for (const auto& part : object_member("question").items()) {
    const std::string path = "question." + part.key();
    const bool digest = part.value().is_object() && part.value().contains("sha256");
    record.question.push_back(
        {part.key(), text_of(digest ? part.value()["sha256"] : part.value(), path), digest});
  }
  for (const auto& entry : object_member("files").items()) {
    record.files.push_back({entry.key(), text_of(entry.value(), "files." + entry.key())});
  }
  record.part = summary_of(object_member("summary"), file);
  return record;
}

RunSummary joined_summary(const std::vector<const RunSummary*>& parts) {
  json::Json whole = json::Json::object();
  for (const RunSummary* part : parts) {
    const json::Json filled = filled_members(*part);
    for (const auto& member : filled.items()) {
      json::Json& there = whole[member.key()];
      if (there.is_array() && member.value().is_array()) {
        for (const json::Json& element : member.value()) there.push_back(element);
      } else {
        there = member.value();
      }
    }
  }
  return summary_of(whole, "summary");
}

}  // namespace minerva
