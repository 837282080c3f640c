#include "stage_work.hpp"

#include <filesystem>

#include "flow_command.hpp"
#include "minerva/base/errors.hpp"

namespace minerva::flow {

StageWork::StageWork(WorkSetup& setup, Stage stage)
    : setup_(setup), stage_(stage), resolved_(setup.settings.resolved()) {
  open(setup.role == PlanRole::plans ? RunDirectory::Access::writes : RunDirectory::Access::reads);
}

void StageWork::open(RunDirectory::Access access) {
  FlowOptions options = setup_.options;
  std::error_code ignored;
  if (setup_.role != PlanRole::plans &&
      !std::filesystem::exists(options.run.out + "/" + RunDirectory::kConfigName, ignored)) {
    throw UserError(options.run.out, "",
                    "is missing: the run folder of the plan, which is to stay where it was made");
  }
  if (setup_.threads > 0) options.run.threads = setup_.threads;
  flow_.reset();
  directory_.reset();
  directory_ =
      std::make_unique<RunDirectory>(options.run.out, resolved_, keys_without_effect(), access);
  flow_ = std::make_unique<Flow>(std::move(options), setup_.config_path, directory_.get());
}

StageQuestion StageWork::question() { return flow_->prepare(stage_); }

int StageWork::merge_by(const std::function<void(Flow&)>& use,
                        const std::function<void(Flow&)>& act) {
  open(RunDirectory::Access::writes);
  use(*flow_);
  act(*flow_);
  print_run(*flow_, *directory_);
  return 0;
}

}  // namespace minerva::flow
