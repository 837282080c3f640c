#pragma once
#include <cstddef>
#include <functional>
#include <string>

#include "minerva/flow/run_context.hpp"

namespace minerva::flow {

/// The stages of a config in their order, over one run directory. A stage that is done leaves its
/// files and a record of what it depended on; it is done again when that has changed, and not
/// otherwise. The pipeline knows the stages by their definitions alone.
class Pipeline {
 public:
  /// As RunContext.
  Pipeline(RunConfig config, std::string config_path, RunDirectory* directory);

  RunContext& context() { return context_; }
  const RunContext& context() const { return context_; }

  // Each throws RunStopped when a signal asked it to end.
  /// All stages, but for those that the config leaves out. Throws VerificationFailure when the
  /// models of the accelerator disagree.
  void run();
  /// One stage, from what earlier ones left in the directory.
  void run_stage(const std::string& id);
  /// The page and the CSV files again, from summary.json.
  void report();

  /// Makes ready for a stage: does earlier ones that files of the user stand for and finds what the
  /// others left. Over a directory that is only read it changes nothing. Returns all that the stage
  /// depends on; throws UserError when an earlier stage is missing.
  StageQuestion prepare(const std::string& id);
  /// As prepare, for work that needs data and records alone.
  void prepare_records();

  /// Of all stages whose results belong to this config.
  const RunSummary& summary() const { return context_.whole_; }

 private:
  void stoppable(const std::function<void()>& work);
  void check_early();
  void begin();
  void begin_reading();
  void adopt_config();
  /// Does a stage unless it is done and nothing that it depends on has changed.
  void settle(std::size_t stage);
  /// Does what files of the user stand for before a stage, and finds what is up to date.
  void find_earlier(std::size_t stage);
  /// Counts those of other stages that are done and belong to this config.
  void find_current(std::size_t begin, std::size_t end);
  /// Removes the results of a stage that this config has not.
  void drop(std::size_t stage, const std::string& reason);
  void refuse_own_topology() const;
  void do_all();
  void do_alone(std::size_t stage);
  const std::vector<StageDefinition>& stages() const { return context_.config_.stages(); }

  RunContext context_;
};

}  // namespace minerva::flow
