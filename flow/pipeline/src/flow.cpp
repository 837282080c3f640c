#include "flow.hpp"

#include <omp.h>

#include <algorithm>
#include <cstdlib>

#include "design_space_file.hpp"
#include "key_effects.hpp"
#include "minerva/run/logging.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/report/summary_report.hpp"
#include "stage_reports.hpp"

// The order of the stages: which are done, and which are done again.
namespace minerva::flow {
namespace {

constexpr std::size_t kMostChangesNamed = 8;

std::array<Stage, kStages>::const_iterator find_stage(Stage stage) {
  return std::find(kAllStages.begin(), kAllStages.end(), stage);
}

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

Flow::Flow(FlowOptions options, std::string config_path, RunDirectory* directory)
    : options_(std::move(options)), config_path_(std::move(config_path)), directory_(directory) {
  threads_ = options_.run.threads > 0 ? options_.run.threads : omp_get_max_threads();
  if (options_.data.dir.empty()) {
    if (const char* folder = std::getenv("MINERVA_DATA_DIR")) options_.data.dir = folder;
  }
}

template <typename Function>
void Flow::stoppable(const Function& function) {
  try {
    function();
  } catch (const Interrupted& stop) {
    if (!begun_) throw RunStopped(stop.signal, "stopped before the first stage; nothing changed");
    write_summary();
    std::string done;
    for (const Stage stage : kAllStages) {
      if (settled_[static_cast<std::size_t>(stage)])
        done += (done.empty() ? "" : ", ") + label_of(stage);
    }
    throw RunStopped(stop.signal, "stopped in stage " + label_of(stage_) +
                                      "; done: " + (done.empty() ? "none" : done) +
                                      "; the same command goes on there");
  }
}

void Flow::adopt_config() {
  const std::vector<ConfigChange> changes = directory_->changes();
  if (!changes.empty()) {
    const bool has_results = std::any_of(records_.begin(), records_.end(),
                                         [](const auto& record) { return record.has_value(); });
    for (const ConfigChange& change : changes) {
      const std::vector<std::string>& data = keys_of_data_set();
      if (!has_results || std::find(data.begin(), data.end(), change.key) == data.end()) continue;
      throw UserError(directory_->path(), "",
                      "holds a run of another data set: " + change.key + " is " + change.there +
                          " there and " + change.here + " here; needs a new folder");
    }
    log_warning("the config has changed since this folder was written: " + changes_text(changes));
    // Before the config changes: a summary never stands beside a config that it is not of.
    remove_summary();
  }
  directory_->adopt_config();
}

/// Before anything is trained for a machine that the technology cannot answer for.
void Flow::check_clock_periods() {
  for (const double period_ns : options_.space.clock_periods_ns) {
    technology().check_clock_period(period_ns, "dse.clock_period_ns");
  }
  if (options_.baseline == Baseline::named) {
    technology().check_clock_period(options_.point.clock_period_ns, "design.clock_period_ns");
  }
}

void Flow::begin() {
  expects(directory_ != nullptr, "a stage needs a run directory");
  if (!explores_alone()) data();
  check_clock_periods();
  if (!options_.network_file.empty() && !explores_alone()) network();
  read_records();
  throw_if_interrupted();
  adopt_config();
  begun_ = true;
}

/// Of a directory that is only read: its config is this one's, or it could not have been opened.
void Flow::begin_reading() {
  if (!explores_alone()) data();
  check_clock_periods();
  if (!options_.network_file.empty() && !explores_alone()) network();
  read_records();
  begun_ = true;
}

void Flow::compute(Stage stage) {
  switch (stage) {
    case Stage::train:
      return do_train();
    case Stage::noise:
      return do_noise();
    case Stage::design_space:
      return do_explore();
    case Stage::quantize:
      return do_quantize();
    case Stage::prune:
      return do_prune();
    case Stage::faults:
      return do_faults();
  }
}

void Flow::settle(Stage stage) {
  throw_if_interrupted();
  stage_ = stage;
  const StageQuestion asked = question(stage);
  const std::string why = why_again(stage, asked);
  const auto index = static_cast<std::size_t>(stage);
  if (stage == Stage::design_space && why.empty()) {
    dse::DesignSpaceFile::remove_unfinished(directory_->path(), "design_space.csv");
  }
  if (why.empty()) {
    log_info("stage " + label_of(stage) + ": kept, nothing that it depends on has changed");
    settled_[index] = true;
    return;
  }
  log_info("stage " + label_of(stage) + ": " + why);
  summary_ = {};
  written_.clear();
  compute(stage);
  keep_record(stage, asked);
  settled_[index] = true;
  write_summary();
}

void Flow::drop(Stage stage, const std::string& why) {
  const auto index = static_cast<std::size_t>(stage);
  bool removed = records_[index].has_value();
  for (const std::string& name : files_of(stage)) {
    removed = removed || directory_->has(name);
    directory_->remove(name);
  }
  forget_record(stage);
  if (removed) log_info("stage " + label_of(stage) + ": its results are removed, " + why);
}

void Flow::do_all() {
  all_ = true;
  begin();
  settle(Stage::train);
  if (needs_noise()) {
    settle(Stage::noise);
  } else {
    drop(Stage::noise, "budget.sigma_percent is given");
  }
  settle(Stage::design_space);
  settle(Stage::quantize);
  settle(Stage::prune);
  if (options_.weight_storage == WeightStorage::rom) {
    drop(Stage::faults, "weights are in ROM");
  } else {
    settle(Stage::faults);
  }
  write_summary();
}

void Flow::find_current(StageIterator begin, StageIterator end) {
  for (StageIterator other = begin; other != end; ++other) {
    const auto index = static_cast<std::size_t>(*other);
    std::string why;
    if (settled_[index] || !records_[index]) continue;
    if (is_current(*other, &why)) {
      settled_[index] = true;
    } else {
      log_info("stage " + label_of(*other) + ": not in the summary, " + why);
    }
  }
}

void Flow::find_earlier(Stage stage) {
  if (explores_alone()) return;
  const bool writes = !directory_->reads_only();
  // What files given by the user stand for is no work.
  if (writes && stage != Stage::train && !options_.network_file.empty()) settle(Stage::train);
  if (writes && stage > Stage::design_space && needs_noise() && !options_.noise_file.empty()) {
    settle(Stage::noise);
  }
  find_current(kAllStages.begin(), find_stage(stage));
}

StageQuestion Flow::prepare(Stage stage) {
  expects(directory_ != nullptr, "a stage needs a run directory");
  if (stage != Stage::design_space) refuse_topology_of_its_own();
  if (stage == Stage::faults) refuse_rom();
  if (directory_->reads_only()) {
    begin_reading();
  } else {
    begin();
  }
  find_earlier(stage);
  return question(stage);
}

void Flow::do_alone(Stage stage) {
  begin();
  find_earlier(stage);
  settle(stage);
  if (!explores_alone()) find_current(find_stage(stage) + 1, kAllStages.end());
  write_summary();
}

void Flow::refuse_topology_of_its_own() const {
  if (!explores_alone()) return;
  throw UserError("dse.topology", options_.explored_topology_text,
                  "needs to be empty in a run of all stages, which explores the trained network; "
                  "minerva dse explores a topology alone");
}

void Flow::train() {
  refuse_topology_of_its_own();
  stoppable([&] { do_alone(Stage::train); });
}

void Flow::refuse_given_noise() const {
  if (options_.noise_file.empty()) return;
  throw UserError("noise.file", options_.noise_file,
                  "needs to be empty to measure the noise; with it, the stages read the file");
}

void Flow::noise() {
  refuse_topology_of_its_own();
  refuse_given_noise();
  stoppable([&] { do_alone(Stage::noise); });
}

void Flow::explore() {
  stoppable([&] { do_alone(Stage::design_space); });
}

void Flow::quantize() {
  refuse_topology_of_its_own();
  stoppable([&] { do_alone(Stage::quantize); });
}

void Flow::prune() {
  refuse_topology_of_its_own();
  stoppable([&] { do_alone(Stage::prune); });
}

void Flow::refuse_rom() const {
  if (options_.weight_storage != WeightStorage::rom) return;
  throw UserError("design.weight_storage", "rom",
                  "needs sram for stage 5: a ROM has no bit cells that fail at low voltage");
}

void Flow::faults() {
  refuse_topology_of_its_own();
  refuse_rom();
  stoppable([&] { do_alone(Stage::faults); });
}

void Flow::run() {
  refuse_topology_of_its_own();
  stoppable([&] { do_all(); });
}

void Flow::report() {
  expects(directory_ != nullptr, "a report needs a run directory");
  if (!directory_->changes().empty()) {
    throw UserError(directory_->path(), "",
                    "holds a run of another config: " + changes_text(directory_->changes()) +
                        "; needs the same config");
  }
  if (directory_->has("summary.json")) {
    whole_ =
        summary_from_json(directory_->read("summary.json"), directory_->path_of("summary.json"),
                          stage_reports());
  }
  if (whole_.stages.empty() && whole_.sections.empty()) {
    throw UserError(directory_->path(), "", "holds no finished stage to report on");
  }
  write_files_of_summary();
}

}  // namespace minerva::flow
