#include "minerva/json/digest.hpp"
#include "minerva/report/summary_report.hpp"
#include "section_json.hpp"
#include "summary_fields.hpp"

namespace minerva {

// Found by the archives through its argument, so not in an unnamed namespace.
template <typename Archive>
void fields(Archive& archive, RunSummary& value) {
  archive("title", value.title);
  archive("provenance", value.provenance);
  archive("network", value.network);
  archive("budget", value.budget);
  archive("stages", value.stages);
  archive("variants", value.variants);
  archive("verification", value.verification);
  archive("notes", value.notes);
}

namespace {

constexpr const char* kSummarySchema = "minerva-summary-10";
constexpr const char* kSchemaOfAnySummary = "minerva-summary-";

/// A summary of another version of the program is a run directory of another version.
void refuse_other_versions(const json::Json& object, const std::string& file) {
  const auto found = object.find("schema");
  if (found == object.end() || !found->is_string()) return;
  const std::string schema = *found;
  if (schema == kSummarySchema || schema.rfind(kSchemaOfAnySummary, 0) != 0) return;
  throw UserError(file + ": schema", schema,
                  std::string("needs ") + kSummarySchema +
                      ": another version of minerva wrote this run directory; run the same command "
                      "again with a new --out (training.cache_dir can name the trainings folder of "
                      "the old one, so that its trainings are reused)");
}

}  // namespace

const std::string& RunSummary::section(const std::string& stage) const {
  static const std::string none;
  for (const SummarySection& section : sections) {
    if (section.stage == stage) return section.json;
  }
  return none;
}

const StageReport* report_of(const std::string& stage, const std::vector<StageReport>& reports) {
  for (const StageReport& report : reports) {
    if (report.stage == stage) return &report;
  }
  return nullptr;
}

std::string section_text(const json::Json& section, const std::string& stage,
                         const json::Place& place, const std::vector<StageReport>& reports) {
  const StageReport* report = report_of(stage, reports);
  if (report == nullptr) {
    std::string known;
    for (const StageReport& each : reports) known += (known.empty() ? "" : ", ") + each.stage;
    throw UserError(place.text(), stage, "is a section of no stage; stages: " + known);
  }
  if (!section.is_object()) place.reject(section, "needs an object");
  std::string text = json::dump_line(section);
  report->check(text, place.file, place.path);
  return text;
}

std::string summary_to_json(const RunSummary& summary) {
  json::Json object = {{"schema", kSummarySchema}};
  object.update(json::write_any(summary));
  json::Json& sections = object["sections"] = json::Json::object();
  for (const SummarySection& section : summary.sections) {
    expects(!sections.contains(section.stage), "a summary has one section a stage");
    sections[section.stage] = json::parse(section.json, "section of " + section.stage);
  }
  return json::dump_with_digest(object);
}

RunSummary summary_from_json(const std::string& text, const std::string& file,
                             const std::vector<StageReport>& reports) {
  const json::Json object = json::parse(text, file);
  refuse_other_versions(object, file);
  const json::Place top{file, ""};
  json::check_schema(object, kSummarySchema, top);
  json::check_digest(text, file);
  RunSummary summary;
  json::read_struct(object, summary, top, {"schema", json::kDigestMember, "sections"});
  check_counts(summary.network, top.member("network"));
  for (std::size_t i = 0; i < summary.stages.size(); ++i) {
    check_counts(summary.stages[i], summary.network, top.member("stages").element(i));
  }
  const json::Place place = top.member("sections");
  const auto sections = object.find("sections");
  if (sections == object.end()) throw UserError(place.text(), "", "is missing");
  if (!sections->is_object()) place.reject(*sections, "needs an object");
  for (const auto& section : sections->items()) {
    summary.sections.push_back({section.key(), section_text(section.value(), section.key(),
                                                            place.member(section.key()), reports)});
  }
  return summary;
}

}  // namespace minerva
