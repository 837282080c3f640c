#include "minerva/flow/run_config.hpp"

#include <algorithm>

#include "minerva/codesign/keys.hpp"
#include "minerva/sram/sram_keys.hpp"

namespace minerva::flow {

RunConfig::RunConfig(StageList list)
    : list_(list), options_(std::make_unique<RunOptions>()), stages_(list()) {
  expects(!stages_.empty(), "a pipeline has stages");
  options_->point = default_design_point();
  add_run_keys(settings_, *options_);
  add_data_keys(settings_, *options_);
  add_network_keys(settings_, *options_);
  add_budget_keys(settings_, *options_);
  add_technology_keys(settings_, *options_);
  add_design_keys(settings_, *options_);
  for (const StageDefinition& stage : stages_) {
    if (stage.add_keys) stage.add_keys(settings_);
    if (stage.report) reports_.push_back(stage.report());
  }
  add_evaluation_keys(settings_, *options_);
  add_simulation_keys(settings_, *options_);
  sram::add_sram_keys(settings_, options_->sram);
  codesign::add_finetune_keys(settings_, options_->finetune);
  codesign::add_codesign_keys(settings_, options_->codesign);
  add_aliases(settings_);
}

std::size_t RunConfig::index_of(const std::string& id) const {
  const auto found = std::find_if(stages_.begin(), stages_.end(),
                                  [&](const StageDefinition& stage) { return stage.id == id; });
  expects(found != stages_.end(), "a pipeline has no stage of that id");
  return static_cast<std::size_t>(found - stages_.begin());
}

bool RunConfig::has_stage(const std::string& id) const {
  return std::any_of(stages_.begin(), stages_.end(),
                     [&](const StageDefinition& stage) { return stage.id == id; });
}

void RunConfig::check() const {
  minerva::flow::check(*options_);
  for (const StageDefinition& stage : stages_) {
    if (stage.check) stage.check(*this);
  }
  // Shares are cumulative: what a stage does not use is available to the next one.
  const StageDefinition* before = nullptr;
  for (const StageDefinition& stage : stages_) {
    if (!stage.share || !stage.share()) continue;
    if (before != nullptr && *stage.share() < *before->share()) {
      throw UserError("budget.share_" + stage.id, setting_text(*stage.share()),
                      "needs at least budget.share_" + before->id + " = " +
                          setting_text(*before->share()) +
                          ": the shares are cumulative from stage to stage");
    }
    before = &stage;
  }
}

RunConfig RunConfig::copy() const {
  RunConfig same(list_);
  same.settings_.read_config_text(settings_.resolved(), "the config of the run");
  same.check();
  return same;
}

}  // namespace minerva::flow
