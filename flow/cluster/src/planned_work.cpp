#include "planned_work.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "minerva/base/errors.hpp"
#include "minerva/config/setting_text.hpp"
#include "settings_of_call.hpp"
#include "sharded_commands.hpp"

namespace minerva::flow {
namespace {

namespace fs = std::filesystem;

/// Relative paths in the config, and the run folder, start where the user planned.
void go_to(const std::string& folder) {
  std::error_code error;
  fs::current_path(folder, error);
  if (!error) return;
  throw UserError(folder, "",
                  "cannot be entered: " + error.message() +
                      "; the plan was made there, and its files are sought from there");
}

}  // namespace

PlannedWork::PlannedWork(const std::string& folder_path, PlanRole role, int threads)
    : folder(fs::absolute(folder_path).lexically_normal().string()) {
  const ShardPlan& plan = folder.plan();
  go_to(plan.folder);
  if (std::getenv("MINERVA_DATA_DIR") == nullptr && !plan.data_folder.empty()) {
    ::setenv("MINERVA_DATA_DIR", plan.data_folder.c_str(), 1);
  }
  setup.role = role;
  setup.config_path = plan.config;
  setup.over = plan.over;
  setup.threads = threads;
  setup.config.settings().read_config_file(folder.config_path());
  setup.config.check();
  work = make_sharded_work(plan.command, setup);
  const std::string difference = question_difference(plan.question, work->question());
  if (difference.empty()) return;
  throw UserError(folder.path(), "",
                  "was planned for something else: " + difference +
                      "; needs that back, or a new plan in another folder");
}

int threads_of(const CommandCall& call) {
  if (!call.has("threads")) return 0;
  return parse_number(call.value("threads"), "--threads", Range<int>{0, 4096});
}

std::string plan_folder_of(const CommandCall& call) { return parse_arguments(call).front(); }

std::string numbers_text(const std::vector<std::size_t>& numbers) {
  constexpr std::size_t kMostRanges = 6;
  const Share ranges = share_of({numbers.begin(), numbers.end()});
  const Share shown(ranges.begin(), ranges.begin() + static_cast<std::ptrdiff_t>(
                                                         std::min(ranges.size(), kMostRanges)));
  const std::uint64_t more = size_of(ranges) - size_of(shown);
  return to_string(shown) + (more > 0 ? " and " + std::to_string(more) + " more" : "");
}

}  // namespace minerva::flow
