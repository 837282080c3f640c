#pragma once
#include <any>
#include <memory>
#include <string>
#include <vector>

#include "minerva/base/errors.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/flow/run_options.hpp"
#include "minerva/flow/stage_definition.hpp"
#include "minerva/report/stage_report.hpp"

namespace minerva::flow {

/// The stages of this program, in order: the pipeline. Every call makes stages with options of
/// their own. Defined in flow/stages, or by a program that brings stages of its own.
std::vector<StageDefinition> pipeline_stages();

/// All keys of a run, bound to the options of the run and of its stages.
class RunConfig {
 public:
  /// Makes the stages of a program; the list of this one where nothing else is given.
  using StageList = std::vector<StageDefinition> (*)();
  explicit RunConfig(StageList list = pipeline_stages);
  RunConfig(RunConfig&&) = default;
  RunConfig& operator=(RunConfig&&) = default;

  Settings& settings() { return settings_; }
  const Settings& settings() const { return settings_; }
  RunOptions& options() { return *options_; }
  const RunOptions& options() const { return *options_; }
  const std::vector<StageDefinition>& stages() const { return stages_; }
  /// What the stages show of their sections, in the order of the stages.
  const std::vector<StageReport>& reports() const { return reports_; }
  /// Index of the stage of that id; a contract.
  std::size_t index_of(const std::string& id) const;
  bool has_stage(const std::string& id) const;
  /// The state of the stage whose state is a T.
  template <typename T>
  T& state() const {
    for (const StageDefinition& stage : stages_) {
      if (const auto* held = std::any_cast<std::shared_ptr<T>>(&stage.state)) return **held;
    }
    throw ContractViolation("no stage of this pipeline has a state of that type");
  }
  /// Checks what no single key's range can check; call it when every key has its value. Throws
  /// UserError.
  void check() const;
  /// A run of the same keys with options of its own.
  RunConfig copy() const;

 private:
  StageList list_;
  std::unique_ptr<RunOptions> options_;
  std::vector<StageDefinition> stages_;
  std::vector<StageReport> reports_;
  Settings settings_;
};

}  // namespace minerva::flow
