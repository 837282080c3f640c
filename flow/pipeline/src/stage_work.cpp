#include "minerva/flow/stage_work.hpp"

#include <filesystem>

#include "minerva/base/errors.hpp"
#include "minerva/flow/print_run.hpp"

namespace minerva::flow {

StageWork::StageWork(WorkSetup& setup, std::string stage)
    : setup_(setup), stage_(std::move(stage)), resolved_(setup.config.settings().resolved()) {
  open(setup.role == PlanRole::plans ? RunDirectory::Access::writes : RunDirectory::Access::reads);
}

void StageWork::open(RunDirectory::Access access) {
  RunConfig config = setup_.config.copy();
  const std::string& out = config.options().out;
  std::error_code ignored;
  if (setup_.role != PlanRole::plans &&
      !std::filesystem::exists(out + "/" + RunDirectory::kConfigName, ignored)) {
    throw UserError(out, "",
                    "is missing: the run folder of the plan, which is to stay where it was made");
  }
  if (setup_.threads > 0) config.options().threads = setup_.threads;
  pipeline_.reset();
  directory_.reset();
  directory_ = std::make_unique<RunDirectory>(out, resolved_, config.settings().keys_without_effect(), access);
  pipeline_ = std::make_unique<Pipeline>(std::move(config), setup_.config_path, directory_.get());
}

StageQuestion StageWork::question() { return pipeline_->prepare(stage_); }

int StageWork::merge_by(const std::function<void(RunContext&)>& use,
                        const std::function<void(Pipeline&)>& act) {
  open(RunDirectory::Access::writes);
  use(pipeline_->context());
  act(*pipeline_);
  print_run(*pipeline_, *directory_);
  return 0;
}

}  // namespace minerva::flow
