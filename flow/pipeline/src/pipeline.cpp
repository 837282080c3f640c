#include "minerva/flow/pipeline.hpp"

#include <algorithm>

#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/report/summary_report.hpp"
#include "minerva/run/logging.hpp"

// The order of the stages: which are done, and which are done again.
namespace minerva::flow {
namespace {

constexpr std::size_t kMostChangesNamed = 8;

std::string changes_text(const std::vector<ConfigChange>& changes) {
  std::string text;
  for (std::size_t i = 0; i < std::min(changes.size(), kMostChangesNamed); ++i) {
    text += (i == 0 ? "" : ", ") + changes[i].key + " is " + changes[i].here + ", was " +
            changes[i].there;
  }
  if (changes.size() > kMostChangesNamed) {
    text += ", and " + std::to_string(changes.size() - kMostChangesNamed) + " keys more";
  }
  return text;
}

}  // namespace

Pipeline::Pipeline(RunConfig config, std::string config_path, RunDirectory* directory)
    : context_(std::move(config), std::move(config_path), directory) {}

void Pipeline::stoppable(const std::function<void()>& work) {
  try {
    work();
  } catch (const Interrupted& stop) {
    if (!context_.begun_) {
      throw RunStopped(stop.signal, "stopped before the first stage; nothing changed");
    }
    context_.write_summary();
    std::string done;
    for (std::size_t i = 0; i < stages().size(); ++i) {
      if (context_.settled_[i]) done += (done.empty() ? "" : ", ") + label_of(stages()[i]);
    }
    const std::size_t at = std::min(context_.at_, stages().size() - 1);
    throw RunStopped(stop.signal, "stopped in stage " + label_of(stages()[at]) +
                                      "; done: " + (done.empty() ? "none" : done) +
                                      "; the same command goes on there");
  }
}

void Pipeline::adopt_config() {
  RunDirectory& directory = *context_.directory_;
  const std::vector<ConfigChange> changes = directory.changes();
  if (!changes.empty()) {
    const bool has_results = std::any_of(context_.records_.begin(), context_.records_.end(),
                                         [](const auto& record) { return record.has_value(); });
    for (const ConfigChange& change : changes) {
      const std::vector<std::string>& data = keys_of_data_set();
      if (!has_results || std::find(data.begin(), data.end(), change.key) == data.end()) continue;
      throw UserError(directory.path(), "",
                      "holds a run of another data set: " + change.key + " is " + change.there +
                          " there and " + change.here + " here; needs a new folder");
    }
    log_warning("the config has changed since this folder was written: " + changes_text(changes));
    // Before the config changes: a summary never stands beside a config that it is not of.
    context_.remove_summary();
  }
  directory.adopt_config();
}

/// Before anything is trained for a machine that the technology cannot answer for. A check sees the
/// design as keys and given files say it: results in the directory may still be of another config.
void Pipeline::check_early() {
  if (!context_.works_alone()) context_.data();
  const std::size_t at = context_.at_;
  context_.at_ = 0;
  for (const StageDefinition& stage : stages()) {
    if (stage.check_early) stage.check_early(context_);
  }
  context_.at_ = at;
}

void Pipeline::begin() {
  expects(context_.directory_ != nullptr, "a stage needs a run directory");
  check_early();
  context_.read_records();
  throw_if_interrupted();
  adopt_config();
  context_.begun_ = true;
}

/// Of a directory that is only read: its config is this one's, or it could not have been opened.
void Pipeline::begin_reading() {
  check_early();
  context_.read_records();
  context_.begun_ = true;
}

void Pipeline::settle(std::size_t stage) {
  throw_if_interrupted();
  const StageDefinition& definition = stages()[stage];
  context_.at_ = stage;
  const StageQuestion asked = context_.question(stage);
  const std::string why = context_.why_again(stage, asked);
  if (why.empty()) {
    if (definition.remove_unfinished) definition.remove_unfinished(context_);
    log_info("stage " + label_of(definition) + ": kept, nothing that it depends on has changed");
    context_.settled_[stage] = true;
    return;
  }
  const bool first_time = !context_.records_[stage].has_value();
  log_info("stage " + label_of(definition) + ": " + (first_time ? "starting" : why));
  context_.part_ = {};
  context_.written_.clear();
  Design design = definition.run(context_, context_.design());
  context_.keep_record(stage, asked);
  context_.set_design_after(stage, std::move(design));
  context_.settled_[stage] = true;
  context_.write_summary();
}

void Pipeline::drop(std::size_t stage, const std::string& reason) {
  const StageDefinition& definition = stages()[stage];
  bool removed = context_.records_[stage].has_value();
  for (const std::string& name : definition.files) {
    removed = removed || context_.directory_->has(name);
    context_.directory_->remove(name);
  }
  context_.forget_record(stage);
  if (removed) {
    log_info("stage " + label_of(definition) + ": its results are removed, " + reason);
  }
}

void Pipeline::do_all() {
  context_.does_all_ = true;
  begin();
  for (std::size_t i = 0; i < stages().size(); ++i) {
    const LeftOut left = stages()[i].left_out ? stages()[i].left_out(context_) : LeftOut{};
    if (left.reason.empty()) {
      settle(i);
      if (stages()[i].check_left) stages()[i].check_left(context_);
    } else {
      drop(i, left.reason);
    }
  }
  context_.write_summary();
}

void Pipeline::find_current(std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) {
    std::string why;
    if (context_.settled_[i] || !context_.records_[i]) continue;
    if (context_.is_current(i, &why)) {
      context_.settled_[i] = true;
    } else {
      log_info("stage " + label_of(stages()[i]) + ": not in the summary, " + why);
    }
  }
}

void Pipeline::find_earlier(std::size_t stage) {
  if (context_.works_alone()) return;
  if (!context_.directory_->reads_only()) {
    for (const std::string& id : stages()[stage].needs) {
      const std::size_t earlier = context_.config_.index_of(id);
      const StageDefinition& definition = stages()[earlier];
      const bool left_out = definition.left_out && !definition.left_out(context_).reason.empty();
      // What files given by the user stand for is no work.
      if (!left_out && definition.is_given && definition.is_given(context_)) settle(earlier);
    }
  }
  find_current(0, stage);
  context_.at_ = stage;
  for (const std::string& id : stages()[stage].needs) {
    const std::size_t earlier = context_.config_.index_of(id);
    if (context_.settled_[earlier] && stages()[earlier].check_left) {
      stages()[earlier].check_left(context_);
    }
  }
}

void Pipeline::refuse_own_topology() const {
  for (const StageDefinition& stage : stages()) {
    if (stage.own_topology && stage.own_topology().layers() > 0) stage.refuse_own_topology();
  }
}

StageQuestion Pipeline::prepare(const std::string& id) {
  expects(context_.directory_ != nullptr, "a stage needs a run directory");
  const std::size_t stage = context_.config_.index_of(id);
  const StageDefinition& definition = stages()[stage];
  if (!definition.own_topology) refuse_own_topology();
  if (definition.check_alone) definition.check_alone(context_);
  if (context_.directory_->reads_only()) {
    begin_reading();
  } else {
    begin();
  }
  find_earlier(stage);
  return context_.question(stage);
}

void Pipeline::prepare_records() {
  expects(context_.directory_ != nullptr, "a stage needs a run directory");
  refuse_own_topology();
  if (context_.directory_->reads_only()) {
    begin_reading();
  } else {
    begin();
  }
}

void Pipeline::do_alone(std::size_t stage) {
  begin();
  find_earlier(stage);
  settle(stage);
  if (!context_.works_alone()) find_current(stage + 1, stages().size());
  context_.at_ = stage;
  context_.write_summary();
}

void Pipeline::run_stage(const std::string& id) {
  const std::size_t stage = context_.config_.index_of(id);
  const StageDefinition& definition = stages()[stage];
  if (!definition.own_topology) refuse_own_topology();
  if (definition.check_alone) definition.check_alone(context_);
  stoppable([&] { do_alone(stage); });
}

void Pipeline::run() {
  refuse_own_topology();
  stoppable([&] { do_all(); });
}

void Pipeline::report() {
  RunDirectory* directory = context_.directory_;
  expects(directory != nullptr, "a report needs a run directory");
  if (!directory->changes().empty()) {
    throw UserError(directory->path(), "",
                    "holds a run of another config: " + changes_text(directory->changes()) +
                        "; needs the same config");
  }
  RunSummary& whole = context_.whole_;
  if (directory->has("summary.json")) {
    whole = summary_from_json(directory->read("summary.json"), directory->path_of("summary.json"),
                              context_.config_.reports());
  }
  throw_if_interrupted();
  if (whole.stages.empty() && whole.sections.empty()) {
    throw UserError(directory->path(), "", "holds no finished stage to report on");
  }
  context_.write_files_of_summary();
}

}  // namespace minerva::flow
