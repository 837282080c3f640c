#include <algorithm>

#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/design/design_json.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/flow/provenance.hpp"
#include "minerva/flow/run_context.hpp"
#include "minerva/flow/run_data.hpp"
#include "minerva/interchange/network_file.hpp"
#include "minerva/run/logging.hpp"

// What a stage's result depends on, and whether what the run directory holds of it is up to date.
namespace minerva::flow {
namespace {

constexpr const char* kNetworkPart = "the network";
constexpr const char* kPlanPart = "the plan";

std::string record_name(const StageDefinition& stage) {
  return std::string(RunDirectory::kRecords) + "/" + stage.id + ".json";
}

std::string digest(const std::string& text) { return sha256(text.data(), text.size()); }

/// The values of the keys that a stage reads, as the user gave them.
StageQuestion key_values(const StageDefinition& stage, const Settings& settings) {
  StageQuestion question;
  for (const std::string& key : settings.keys_read_by(stage.id)) {
    question.push_back({key, settings.text(key), false});
  }
  return question;
}

/// Sets the stage that questions are of, for as long as it lives.
class AskedStage {
 public:
  AskedStage(std::size_t& at, std::size_t stage) : at_(at), before_(at) { at_ = stage; }
  ~AskedStage() { at_ = before_; }
  AskedStage(const AskedStage&) = delete;
  AskedStage& operator=(const AskedStage&) = delete;

 private:
  std::size_t& at_;
  std::size_t before_;
};

}  // namespace

void RunContext::ask_data(StageQuestion& question, bool training_too) {
  if (sample_keys_[0].empty()) {
    const Dataset& set = data();
    sample_keys_ = {digest_of(set.train), digest_of(set.validation), digest_of(set.test)};
  }
  if (training_too) {
    question.push_back({kTrainingSamplesPart, sample_keys_[0], true});
    question.push_back({"classes", std::to_string(data().classes), false});
  }
  question.push_back({"the validation samples", sample_keys_[1], true});
  question.push_back({"the test samples", sample_keys_[2], true});
}

void RunContext::ask_accelerator(StageQuestion& question) {
  network();
  question.push_back({kNetworkPart, counted_network().sha256, true});
  ask_data(question, false);
  ask_technology(question);
}

void RunContext::ask_bound(StageQuestion& question, const std::string& name, double share) {
  question.push_back({name, std::to_string(most_wrong(share)), false});
}

void RunContext::ask_test_bound(StageQuestion& question, double share) {
  question.push_back({"most wrong test samples", std::to_string(most_wrong_on_test(share)), false});
}

void RunContext::ask_design_point(StageQuestion& question) {
  question.push_back({"the design point", digest(design_point_to_json(design().point)), true});
}

void RunContext::ask_plan(StageQuestion& question) {
  question.push_back({kPlanPart, digest(plan_to_json({design().plan, {}})), true});
}

void RunContext::ask_thresholds(StageQuestion& question) {
  question.push_back(
      {"the set of thresholds", digest(thresholds_to_json(design().thresholds)), true});
}

void RunContext::ask_file(StageQuestion& question, const std::string& key,
                          const std::string& path) {
  if (!path.empty()) question.push_back({"the file of " + key, sha256_of_file(path), true});
}

void RunContext::ask_technology(StageQuestion& question) {
  question.push_back({"the technology", technology_sha256(), true});
}

StageQuestion RunContext::question(std::size_t stage) {
  const AskedStage asked(at_, stage);
  const StageDefinition& definition = config_.stages()[stage];
  StageQuestion question = {
      {"minerva", program_version(), false},
      {"arithmetic of the stage", std::to_string(definition.arithmetic_version), false}};
  for (QuestionPart& part : key_values(definition, config_.settings())) {
    question.push_back(std::move(part));
  }
  if (definition.depends_on) definition.depends_on(*this, question);
  return question;
}

void RunContext::read_records() {
  for (std::size_t stage = 0; stage < records_.size(); ++stage) {
    const std::string name = record_name(config_.stages()[stage]);
    if (!directory_->has(name)) continue;
    try {
      StageRecord record = stage_record_from_json(directory_->read(name), directory_->path_of(name),
                                                  config_.reports());
      if (record.stage != config_.stages()[stage].id) {
        throw UserError(directory_->path_of(name) + ": stage", record.stage,
                        "needs " + config_.stages()[stage].id);
      }
      const std::vector<std::string>& may_be = config_.stages()[stage].files;
      for (const RecordedFile& file : record.files) {
        if (std::find(may_be.begin(), may_be.end(), file.name) != may_be.end()) continue;
        throw UserError(directory_->path_of(name) + ": files", file.name,
                        "is no file of this stage: needs one of " + joined(may_be));
      }
      records_[stage] = std::move(record);
    } catch (const UserError& error) {
      log_warning(std::string(error.what()) + "; stage " + label_of(config_.stages()[stage]) +
                  " counts as not done");
    }
  }
}

std::string RunContext::damage(const StageRecord& record) const {
  for (const RecordedFile& file : record.files) {
    if (!directory_->has(file.name)) return "its " + file.name + " is missing";
    if (sha256_of_file(directory_->path_of(file.name)) != file.sha256) {
      return "its " + file.name + " is not what the stage wrote";
    }
  }
  return "";
}

std::string RunContext::why_again(std::size_t stage, const StageQuestion& now) const {
  const auto& record = records_[stage];
  if (!record) return "not done yet";
  std::string why = question_difference(record->question, now);
  if (why.empty()) why = damage(*record);
  return why.empty() ? "" : "again, " + why;
}

bool RunContext::is_current(std::size_t stage, std::string* why) {
  if (settled_[stage]) return true;
  std::string reason = "not done yet";
  if (records_[stage]) {
    try {
      reason = question_difference(records_[stage]->question, question(stage));
      if (reason.empty()) reason = damage(*records_[stage]);
    } catch (const UserError& error) {
      reason = error.what();  // an earlier stage is missing
    }
  }
  if (why != nullptr) *why = reason;
  return reason.empty();
}

bool RunContext::fits_reader(std::size_t stage, std::string& why) {
  const AskedStage asked(at_, stage);
  // A copy: the design below may ask for a stage that has no record, and all are then read again.
  const StageRecord record = *records_[stage];
  why = damage(record);
  for (const QuestionPart& now : key_values(config_.stages()[stage], config_.settings())) {
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
      why = question_difference({then},
                                {{kPlanPart, digest(plan_to_json({design().plan, {}})), true}});
    }
  }
  return why.empty();
}

std::optional<std::string> RunContext::result_of(std::size_t stage, const std::string& name) {
  if (directory_ == nullptr) return std::nullopt;
  const bool reads = !begun_;
  if (reads && !records_[stage]) read_records();
  if (!records_[stage]) return std::nullopt;
  std::string why;
  if (!(reads ? fits_reader(stage, why) : is_current(stage, &why))) {
    throw UserError(directory_->path_of(name), "",
                    "is not of this config: " + why + "; needs minerva " +
                        config_.stages()[stage].id + " or minerva run first");
  }
  return directory_->read(name);
}

std::optional<std::string> RunContext::given_or_result(const std::string& option_path,
                                                       const std::string& stage,
                                                       const std::string& name,
                                                       std::string& where) {
  if (!option_path.empty()) {
    where = option_path;
    return read_file(option_path);
  }
  auto text = result_of(config_.index_of(stage), name);
  if (text) where = directory_->path_of(name);
  return text;
}

bool RunContext::is_done(const std::string& stage) {
  const std::size_t index = config_.index_of(stage);
  return begun_ && records_[index].has_value() && is_current(index);
}

const StageRecord* RunContext::record(const std::string& stage) const {
  const std::optional<StageRecord>& record = records_[config_.index_of(stage)];
  return record ? &*record : nullptr;
}

void RunContext::keep_record(std::size_t stage, const StageQuestion& asked) {
  // First what the stage did not write this time, then the record, which makes it all count.
  for (const std::string& name : config_.stages()[stage].files) {
    const bool kept = std::any_of(written_.begin(), written_.end(),
                                  [&](const RecordedFile& file) { return file.name == name; });
    if (!kept) directory_->remove(name);
  }
  const StageRecord record{config_.stages()[stage].id, asked, written_, part_};
  const std::string text = stage_record_to_json(record);
  directory_->write(record_name(config_.stages()[stage]), text);
  // As a later process will read it.
  records_[stage] = stage_record_from_json(
      text, directory_->path_of(record_name(config_.stages()[stage])), config_.reports());
  if (config_.stages()[stage].load_noise) noise_.reset();
  forget_designs_after(stage);
}

void RunContext::forget_record(std::size_t stage) {
  if (directory_->has(record_name(config_.stages()[stage])))
    directory_->remove(record_name(config_.stages()[stage]));
  records_[stage].reset();
  forget_designs_after(stage);
}

const StagePart& RunContext::part_of(std::size_t stage) const {
  const auto& record = records_[stage];
  expects(record.has_value(), "a stage that was not done has no part of the summary");
  return record->part;
}

}  // namespace minerva::flow
