#include <algorithm>

#include "flow.hpp"
#include "key_effects.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/run/logging.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/interchange/network_file.hpp"
#include "minerva/data/samples_key.hpp"
#include "minerva/design/design_json.hpp"
#include "provenance.hpp"
#include "stage_reports.hpp"

// What a stage depends on, and whether what the run directory holds of it still answers that.
namespace minerva::flow {
namespace {

constexpr const char* kNetworkPart = "the network";
constexpr const char* kPlanPart = "the plan";

/// Raise a stage's number with every change after which the same question has another answer.
int arithmetic_version(Stage stage) {
  constexpr int kVersions[kStages] = {1, 1, 1, 1, 1, 2};
  return kVersions[static_cast<std::size_t>(stage)];
}

std::string record_name(Stage stage) {
  return std::string(RunDirectory::kRecords) + "/" + command_of(stage) + ".json";
}

std::string digest(const std::string& text) { return sha256(text.data(), text.size()); }

void ask_file(StageQuestion& question, const std::string& key, const std::string& path) {
  if (!path.empty()) question.push_back({"the file of " + key, sha256_of_file(path), true});
}

/// The values of the keys that a stage reads, as the user gave them.
StageQuestion key_values(Stage stage, const FlowOptions& options) {
  FlowOptions reflected;
  Settings settings;
  add_settings(settings, reflected);
  reflected = options;
  StageQuestion question;
  for (const std::string& key : keys_read_by(stage)) {
    question.push_back({key, settings.text(key), false});
  }
  return question;
}

}  // namespace

void Flow::ask_data(StageQuestion& question, bool training_too) {
  if (sample_keys_[0].empty()) {
    const Dataset& set = data();
    sample_keys_ = {digest(samples_key(set.train)), digest(samples_key(set.validation)),
                    digest(samples_key(set.test))};
  }
  if (training_too) {
    question.push_back({"the training samples", sample_keys_[0], true});
    question.push_back({"classes", std::to_string(data().classes), false});
  }
  question.push_back({"the validation samples", sample_keys_[1], true});
  question.push_back({"the test samples", sample_keys_[2], true});
}

void Flow::ask_accelerator(StageQuestion& question) {
  network();
  question.push_back({kNetworkPart, part(Stage::train).network->sha256, true});
  ask_data(question, false);
  technology();
  question.push_back({"the technology", technology_sha256_, true});
}

void Flow::ask_bound(StageQuestion& question, const std::string& name, double share) {
  question.push_back({name, std::to_string(most_wrong(share)), false});
}

StageQuestion Flow::question(Stage stage) {
  StageQuestion question = {
      {"minerva", program_version(), false},
      {"arithmetic of the stage", std::to_string(arithmetic_version(stage)), false}};
  for (QuestionPart& part : key_values(stage, options_)) question.push_back(std::move(part));
  const BudgetOptions& shares = options_.budget;
  const auto ask_design_point = [&] {
    question.push_back({"the design point", digest(design_point_to_json(asked_point())), true});
  };
  const auto ask_plan = [&] {
    question.push_back({kPlanPart, digest(plan_to_json({plan(false), {}})), true});
  };
  switch (stage) {
    case Stage::train:
      ask_data(question, true);
      ask_file(question, "network.file", options_.network_file);
      break;
    case Stage::noise:
      ask_data(question, true);
      ask_file(question, "noise.file", options_.noise_file);
      question.push_back(
          {"the training settled", digest(training::option_text(noise_training())), true});
      break;
    case Stage::design_space:
      if (explores_alone()) {
        technology();
        question.push_back({"the technology", technology_sha256_, true});
      } else {
        ask_accelerator(question);
      }
      ask_file(question, "design.file", options_.design_file);
      break;
    case Stage::quantize:
      ask_accelerator(question);
      ask_design_point();
      if (options_.plan_file.empty()) {
        ask_bound(question, "most wrong samples", shares.share_quantize);
        ask_bound(question, "most wrong samples of the whole budget", 1);
      } else {
        ask_bound(question, "most wrong samples in the end", shares.share_faults);
      }
      ask_file(question, "quantize.plan_file", options_.plan_file);
      break;
    case Stage::prune:
      ask_accelerator(question);
      ask_design_point();
      ask_plan();
      ask_bound(question, "most wrong samples", shares.share_prune);
      ask_bound(question, "most wrong samples in the end", shares.share_faults);
      ask_file(question, "prune.thresholds_file", options_.thresholds_file);
      break;
    case Stage::faults:
      ask_accelerator(question);
      ask_design_point();
      ask_plan();
      question.push_back(
          {"the set of thresholds", digest(thresholds_to_json(thresholds(plan(false)))), true});
      ask_bound(question, "most wrong samples", shares.share_faults);
      break;
  }
  return question;
}

void Flow::read_records() {
  for (const Stage stage : kAllStages) {
    const std::string name = record_name(stage);
    if (!directory_->has(name)) continue;
    try {
      StageRecord record = stage_record_from_json(directory_->read(name),
                                                  directory_->path_of(name), stage_reports());
      if (record.stage != command_of(stage)) {
        throw UserError(directory_->path_of(name) + ": stage", record.stage,
                        std::string("needs ") + command_of(stage));
      }
      if (stage == Stage::train && !record.part.network) {
        throw UserError(directory_->path_of(name) + ": part.network", "", "is missing");
      }
      records_[static_cast<std::size_t>(stage)] = std::move(record);
    } catch (const UserError& error) {
      log_warning(std::string(error.what()) + "; stage " + label_of(stage) + " counts as not done");
    }
  }
}

std::string Flow::damage(const StageRecord& record) const {
  for (const RecordedFile& file : record.files) {
    if (!directory_->has(file.name)) return "its " + file.name + " is missing";
    if (sha256_of_file(directory_->path_of(file.name)) != file.sha256) {
      return "its " + file.name + " is not what the stage wrote";
    }
  }
  return "";
}

std::string Flow::why_again(Stage stage, const StageQuestion& now) const {
  const auto& record = records_[static_cast<std::size_t>(stage)];
  if (!record) return "not done yet";
  std::string why = question_difference(record->question, now);
  if (why.empty()) why = damage(*record);
  return why.empty() ? "" : "again, " + why;
}

bool Flow::is_current(Stage stage, std::string* why) {
  const auto index = static_cast<std::size_t>(stage);
  if (settled_[index]) return true;
  std::string reason = "not done yet";
  if (records_[index]) {
    try {
      reason = question_difference(records_[index]->question, question(stage));
      if (reason.empty()) reason = damage(*records_[index]);
    } catch (const UserError& error) {
      reason = error.what();  // an earlier stage is missing
    }
  }
  if (why != nullptr) *why = reason;
  return reason.empty();
}

bool Flow::fits_reader(Stage stage, std::string& why) {
  const StageRecord& record = *records_[static_cast<std::size_t>(stage)];
  why = damage(record);
  for (const QuestionPart& now : key_values(stage, options_)) {
    if (!why.empty()) return false;
    for (const QuestionPart& then : record.question) {
      if (then.name == now.name) why = question_difference({then}, {now});
    }
  }
  for (const QuestionPart& then : record.question) {
    if (!why.empty()) return false;
    if (then.name == kNetworkPart) {
      why =
          question_difference({then}, {{kNetworkPart, digest(serialize_network(network())), true}});
    } else if (then.name == kPlanPart) {
      why =
          question_difference({then}, {{kPlanPart, digest(plan_to_json({plan(true), {}})), true}});
    }
  }
  return why.empty();
}

std::optional<std::string> Flow::result_of(Stage stage, const std::string& name) {
  if (directory_ == nullptr) return std::nullopt;
  const bool reads = !begun_;
  const auto index = static_cast<std::size_t>(stage);
  if (reads && !records_[index]) read_records();
  if (!records_[index]) return std::nullopt;
  std::string why;
  if (!(reads ? fits_reader(stage, why) : is_current(stage, &why))) {
    throw UserError(directory_->path_of(name), "",
                    "is not of this config: " + why + "; needs minerva " + command_of(stage) +
                        " or minerva run first");
  }
  return directory_->read(name);
}

void Flow::keep_record(Stage stage, const StageQuestion& asked) {
  // First what the stage did not write this time, then the record, which makes it all count.
  for (const std::string& name : files_of(stage)) {
    const bool kept = std::any_of(written_.begin(), written_.end(),
                                  [&](const RecordedFile& file) { return file.name == name; });
    if (!kept) directory_->remove(name);
  }
  make_folder(directory_->path_of(RunDirectory::kRecords));
  summary_.section = section_text();
  const StageRecord record{command_of(stage), asked, written_, summary_};
  const std::string text = stage_record_to_json(record);
  directory_->write(record_name(stage), text);
  // As a later process will read it.
  records_[static_cast<std::size_t>(stage)] =
      stage_record_from_json(text, directory_->path_of(record_name(stage)), stage_reports());
}

void Flow::forget_record(Stage stage) {
  if (directory_->has(record_name(stage))) directory_->remove(record_name(stage));
  records_[static_cast<std::size_t>(stage)].reset();
}

std::string Flow::section_text() const {
  switch (stage_) {
    case Stage::train:
      return summary_.training.sweep.empty() ? "" : to_json(summary_.training);
    case Stage::noise:
      return to_json(summary_.noise);
    case Stage::design_space:
      return to_json(summary_.design_space);
    case Stage::quantize:
      return to_json(summary_.plan);
    case Stage::prune:
      return to_json(summary_.pruning);
    case Stage::faults:
      return to_json(summary_.faults);
  }
  return "";
}

std::vector<training::SweepRow> Flow::swept_points() const {
  const auto& record = records_[static_cast<std::size_t>(Stage::train)];
  if (!record || record->part.section.empty()) return {};
  return training::training_section_from_json(record->part.section, record_name(Stage::train))
      .sweep;
}

const StagePart& Flow::part(Stage stage) const {
  const auto& record = records_[static_cast<std::size_t>(stage)];
  expects(record.has_value(), "a stage that was not done has no part of the summary");
  return record->part;
}

}  // namespace minerva::flow
