#include "minerva/report/stage_record.hpp"

#include <algorithm>

#include "minerva/json/digest.hpp"
#include "section_json.hpp"
#include "summary_fields.hpp"

namespace minerva {

// Found by the archives through its argument, so not in an unnamed namespace.
template <typename Archive>
void fields(Archive& archive, StagePart& value) {
  archive("title", value.title);      // absent unless the stage works alone
  archive("network", value.network);  // absent unless the stage settles it
  archive("rows", value.rows);
  archive("variants", value.variants);
  archive("verification", value.verification);
  archive("notes", value.notes);
}

namespace {

constexpr const char* kSchema = "minerva-stage-5";
constexpr std::size_t kMostNamed = 3;

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
  object["part"] = json::write_any(record.part);
  if (!record.part.section.empty()) {
    object["part"]["section"] = json::parse(record.part.section, "section of " + record.stage);
  }
  return json::dump_with_digest(object);
}

StageRecord stage_record_from_json(const std::string& text, const std::string& file,
                                   const std::vector<StageReport>& reports) {
  const json::Json object = json::parse(text, file);
  json::check_schema(object, kSchema, {file, ""});
  json::check_digest(text, file);
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
  const json::Json& part = object_member("part");
  const json::Place place{file, "part"};
  json::read_struct(part, record.part, place, {"section"});
  if (record.part.network) check_counts(*record.part.network, place.member("network"));
  for (std::size_t i = 0; i < record.part.rows.size(); ++i) {
    const std::string& of_row = record.part.rows[i].stage;
    if (of_row == record.stage) continue;
    throw UserError(place.member("rows").element(i).member("stage").text(), of_row,
                    "needs the record's own stage, " + record.stage);
  }
  if (const auto section = part.find("section"); section != part.end()) {
    record.part.section = section_text(*section, record.stage, place.member("section"), reports);
  }
  return record;
}

void add_part(RunSummary& summary, const std::string& stage, const StagePart& part) {
  const auto append = [](auto& all, const auto& more) {
    all.insert(all.end(), more.begin(), more.end());
  };
  if (part.title) summary.title = *part.title;
  if (part.network) summary.network = *part.network;
  append(summary.stages, part.rows);
  append(summary.variants, part.variants);
  append(summary.verification, part.verification);
  append(summary.notes, part.notes);
  if (!part.section.empty()) summary.sections.push_back({stage, part.section});
}

}  // namespace minerva
