#include "merge_command.hpp"

#include "minerva/run/logging.hpp"
#include "minerva/base/errors.hpp"
#include "planned_work.hpp"

namespace minerva::flow {
namespace {

constexpr std::size_t kMostShardsNamed = 4;

/// Throws UserError naming what keeps the shards from being merged.
void refuse_incomplete(const PlanFolder& folder, const PlanStatus& status) {
  std::string why;
  const auto add = [&why](const std::string& text) { why += (why.empty() ? "" : "; ") + text; };
  std::vector<std::size_t> missing;
  std::size_t damaged = 0;
  for (std::size_t k = 0; k < status.shards.size(); ++k) {
    const ShardStatus& shard = status.shards[k];
    if (shard.state == ShardState::missing) missing.push_back(k);
    if (shard.state == ShardState::running) {
      missing.push_back(k);
      add("shard " + std::to_string(k) + " is being computed by " + shard.note);
    }
    if (shard.state == ShardState::damaged && ++damaged <= kMostShardsNamed) {
      add("shard " + std::to_string(k) + ": " + shard.note);
    }
  }
  if (damaged > kMostShardsNamed) add(std::to_string(damaged - kMostShardsNamed) + " more are damaged");
  if (!missing.empty()) {
    add(std::string(missing.size() == 1 ? "shard " : "shards ") + numbers_text(missing) +
        (missing.size() == 1 ? " is missing" : " are missing"));
  }
  if (damaged > 0 || !missing.empty()) {
    add("needs minerva work " + folder.path() + " --shard K for each, or minerva submit " +
        folder.path() + " --engine slurm or local");
  }
  for (std::size_t i = 0; i < std::min(status.foreign.size(), kMostShardsNamed); ++i) {
    add("shards/" + status.foreign[i] + " is foreign, needs to be moved away");
  }
  if (status.foreign.size() > kMostShardsNamed) {
    add(std::to_string(status.foreign.size() - kMostShardsNamed) + " more are foreign");
  }
  if (!why.empty()) throw UserError(folder.path(), "", "cannot be merged: " + why);
}

}  // namespace

int merge_command(const CommandCall& call) {
  const int threads = threads_of(call);
  {
    const PlanFolder folder(plan_folder_of(call));
    refuse_incomplete(folder, look_at(folder, Look::at_all));
  }
  PlannedWork planned(plan_folder_of(call), PlanRole::merges, threads);
  const FolderLock lock(planned.folder.path());
  log_info("merging " + std::to_string(planned.folder.shards()) + " shards");
  const int code = planned.work->merge(planned.folder);
  planned.folder.remove_leftovers();
  return code;
}

}  // namespace minerva::flow
