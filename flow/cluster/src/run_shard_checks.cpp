#include "run_shard_checks.hpp"

#include <algorithm>
#include <set>

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/interchange/network_file.hpp"
#include "minerva/report/summary_report.hpp"

namespace minerva::flow {
namespace {

constexpr const char* kSummary = "summary.json";
constexpr const char* kPage = "report.html";
constexpr const char* kNetwork = "network.safetensors";

/// The parts of a shard that are files of one run.
class RunFiles {
 public:
  RunFiles(ShardReader& shard, const std::string& run_name)
      : shard_(shard), prefix_(run_name + "/") {}

  const ShardPart* find(const std::string& file) const { return shard_.find(prefix_ + file); }
  std::string read(const std::string& file) { return shard_.read(prefix_ + file); }
  std::string place_of(const std::string& file) const {
    return shard_.path() + ": " + prefix_ + file;
  }
  [[noreturn]] void refuse(const std::string& file, const std::string& why) const {
    throw UserError(place_of(file), "", why);
  }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const ShardPart& part : shard_.parts()) {
      if (part.name.rfind(prefix_, 0) == 0) names.push_back(part.name.substr(prefix_.size()));
    }
    return names;
  }

 private:
  ShardReader& shard_;
  std::string prefix_;
};

std::string record_name(const std::string& stage) {
  return std::string(RunDirectory::kRecords) + "/" + stage + ".json";
}

std::set<std::string> possible_names(const RunConfig& config) {
  std::set<std::string> names = {RunDirectory::kConfigName, kSummary, kPage};
  for (const NamedFile& file : csv_files({}, config.reports())) names.insert(file.name);
  for (const StageDefinition& stage : config.stages()) {
    names.insert(stage.files.begin(), stage.files.end());
    names.insert(record_name(stage.id));
  }
  return names;
}

void check_names(const RunFiles& files, const RunConfig& config, bool is_done) {
  const std::set<std::string> possible = possible_names(config);
  for (const std::string& name : files.names()) {
    if (possible.count(name) != 0) continue;
    // What a stage that failed has begun.
    const bool begun = std::any_of(possible.begin(), possible.end(), [&](const auto& whole) {
      return name == whole + ".part" || name == whole + ".checkpoint";
    });
    if (is_done || !begun) files.refuse(name, "is no file that a run of this config leaves");
  }
}

StageRecord checked_record(RunFiles& files, const StageDefinition& stage, const RunConfig& config) {
  const std::string name = record_name(stage.id);
  StageRecord record =
      stage_record_from_json(files.read(name), files.place_of(name), config.reports());
  if (record.stage != stage.id) files.refuse(name, "is the record of stage " + record.stage);
  for (const RecordedFile& file : record.files) {
    const bool known =
        std::find(stage.files.begin(), stage.files.end(), file.name) != stage.files.end();
    if (!known) files.refuse(name, "names " + printable(file.name) + ", which is no file of it");
    const ShardPart* part = files.find(file.name);
    if (part == nullptr) files.refuse(file.name, "is missing, but its stage's record names it");
    if (part->sha256 != file.sha256) {
      files.refuse(file.name, "is not what its stage wrote, by the stage's record");
    }
  }
  return record;
}

bool same_row(const StageRow& a, const StageRow& b) {
  return a.stage == b.stage && a.name == b.name && a.detail == b.detail &&
         a.validation_wrong == b.validation_wrong && a.test_wrong == b.test_wrong &&
         a.power_mw == b.power_mw && a.energy_per_prediction_nj == b.energy_per_prediction_nj &&
         a.predictions_per_s == b.predictions_per_s && a.area_mm2 == b.area_mm2;
}

void check_rows(const RunFiles& files, const RunSummary& summary,
                const std::vector<StageRecord>& records) {
  std::vector<StageRow> rows;
  for (const StageRecord& record : records) {
    rows.insert(rows.end(), record.part.rows.begin(), record.part.rows.end());
    if (summary.section(record.stage) != record.part.section) {
      files.refuse(kSummary, "has another section of stage " + record.stage + " than its record");
    }
  }
  for (const SummarySection& section : summary.sections) {
    const bool recorded =
        std::any_of(records.begin(), records.end(),
                    [&](const StageRecord& record) { return record.stage == section.stage; });
    if (!recorded) files.refuse(record_name(section.stage), "is missing");
  }
  if (!std::equal(rows.begin(), rows.end(), summary.stages.begin(), summary.stages.end(),
                  same_row)) {
    files.refuse(kSummary, "has other rows than the records of its stages");
  }
}

void check_tables(RunFiles& files, const RunSummary& summary, const RunConfig& config) {
  std::vector<NamedFile> follow = csv_files(summary, config.reports());
  follow.push_back({kPage, to_html(summary, config.reports())});
  for (const NamedFile& file : follow) {
    if (files.find(file.name) == nullptr) files.refuse(file.name, "is missing");
    if (files.read(file.name) != file.bytes) {
      files.refuse(file.name, "does not follow from the run's summary");
    }
  }
}

}  // namespace

void check_run_files(ShardReader& shard, const std::string& run_name, const RunConfig& config,
                     const RunOutcome& outcome) {
  RunFiles files(shard, run_name);
  const bool is_done = outcome.state == SweptRun::State::done;
  check_names(files, config, is_done);
  if (is_done && files.find(RunDirectory::kConfigName) == nullptr) {
    files.refuse(RunDirectory::kConfigName, "is missing");
  }
  if (files.find(RunDirectory::kConfigName) != nullptr &&
      files.read(RunDirectory::kConfigName) != config.settings().resolved()) {
    files.refuse(RunDirectory::kConfigName, "is not the config of this run of the plan");
  }
  std::vector<StageRecord> records;
  for (const StageDefinition& stage : config.stages()) {
    if (files.find(record_name(stage.id)) == nullptr) continue;
    records.push_back(checked_record(files, stage, config));
  }
  if (files.find(kNetwork) != nullptr) {
    read_safetensors(files.read(kNetwork), files.place_of(kNetwork));
  }
  if (files.find(kSummary) == nullptr) {
    if (is_done) files.refuse(kSummary, "is missing");
    return;
  }
  const RunSummary summary =
      summary_from_json(files.read(kSummary), files.place_of(kSummary), config.reports());
  if (is_done) check_rows(files, summary, records);
  check_tables(files, summary, config);
}

}  // namespace minerva::flow
