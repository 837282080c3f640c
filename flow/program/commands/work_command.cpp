#include "work_command.hpp"

#include <unistd.h>

#include <filesystem>

#include "json_output.hpp"
#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/config/setting_text.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/flow/pipeline.hpp"
#include "minerva/run/logging.hpp"
#include "planned_work.hpp"

namespace minerva::flow {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDamaged = "damaged";

std::size_t asked_shard(const CommandCall& call, const PlanFolder& folder) {
  if (!call.has("shard")) throw UserError("work", "", "needs --shard K");
  return static_cast<std::size_t>(
      parse_number(call.value("shard"), "--shard", Range<std::uint64_t>{0, folder.shards() - 1}));
}

/// What is wrong with a shard that is there; empty: nothing. Nothing at all when it is not there.
std::optional<std::string> fault_of(const PlanFolder& folder, std::size_t shard) {
  try {
    std::optional<ShardReader> reader = folder.open(shard);
    if (!reader) return std::nullopt;
    reader->check();
    return "";
  } catch (const UserError& error) {
    return error.what();
  }
}

/// Moves a file to `to` and a number, the first that is free; returns its new name.
std::string move_to_free_name(const std::string& from, const std::string& to) {
  for (int i = 1;; ++i) {
    const std::string name = to + "." + std::to_string(i);
    if (rename_to_new(from, name)) return name;
  }
}

/// Moves a damaged shard out of everybody's way; for the one who holds its work folder.
void move_aside(const PlanFolder& folder, std::size_t shard, const std::string& fault) {
  const std::string damaged = folder.path() + "/" + kDamaged;
  make_folder(damaged);
  const fs::path from = folder.shard_path(shard);
  const std::string to = move_to_free_name(from.string(), damaged + "/" + from.filename().string());
  log_warning(fault + "; moved to " + to + ", and computed again");
}

/// The work folder of a shard, made and locked; waits for a worker that is at it.
LockedFolder hold(const std::string& scratch, const std::string& label) {
  bool told = false;
  return lock_folder(scratch, [&](const std::string& holder) {
    throw_if_interrupted();
    if (!told) log_info(label + " is being computed by " + holder + "; waiting for it");
    told = true;
  });
}

/// Removes the work folder of a shard that is done. Nobody else has come into it: it is locked.
void remove_scratch(const LockedFolder& scratch) {
  try {
    scratch.folder.remove_contents();
    if (scratch.folder.is_in_place()) ::rmdir(scratch.folder.path().c_str());
  } catch (const UserError&) {  // what stays costs room, nothing else
  }
}

/// Of a worker that was killed when its shard was done.
void remove_abandoned_scratch(const PlanFolder& folder, std::size_t shard) {
  const std::string scratch = folder.work_path(shard);
  std::error_code ignored;
  if (!fs::exists(scratch, ignored) || FolderLock::holder_of(scratch)) return;
  remove_scratch(lock_folder(scratch));
}

/// Gives a finished file its name, unless a shard of that name came there in the meantime; then it
/// must be the same.
void publish(const PlanFolder& folder, std::size_t shard, const std::string& finished) {
  const std::string target = folder.shard_path(shard);
  if (rename_to_new(finished, target)) return;
  if (sha256_of_file(target) == sha256_of_file(finished)) {
    remove_file(finished);
    return;
  }
  const std::string other = move_to_free_name(finished, target + ".other");
  throw VerificationFailure("shard " + std::to_string(shard) +
                            " has two different results: " + target + " and " + other +
                            "; remove the one of the machine that you do not trust");
}

}  // namespace

int work_command(const CommandCall& call) {
  const int threads = threads_of(call);
  PlanFolder named(plan_folder_of(call));
  const std::size_t shard = asked_shard(call, named);
  const bool again = call.has("again");
  const std::string label = "shard " + std::to_string(shard) + " of " + named.path();
  const auto finish = [&](const std::string& outcome) {
    log_info(label + " " + outcome);
    print_document({{"schema", "minerva-shard-outcome-1"},
                    {"shard", shard},
                    {"file", named.shard_path(shard)},
                    {"outcome", outcome}});
    return 0;
  };
  if (!again && fault_of(named, shard) == "") {
    remove_abandoned_scratch(named, shard);
    return finish("is there already");
  }
  PlannedWork planned(named.path(), PlanRole::works, threads);
  const PlanFolder& folder = planned.folder;
  const std::string scratch = folder.work_path(shard);
  const LockedFolder held = hold(scratch, label);
  const std::optional<std::string> fault = fault_of(folder, shard);
  if (fault == "" && !again) {
    remove_scratch(held);
    return finish("is there already");
  }
  if (fault && !fault->empty()) move_aside(folder, shard, *fault);
  // What another worker left half done would not be computed again.
  if (again) held.folder.remove_contents({FolderLock::kName});
  planned.setup.again = again;
  const std::string finished = scratch + "/result.partial";
  {
    ShardWriter result(finished, folder.id(shard));
    planned.work->compute(folder.plan().shares[shard], scratch, result);
    result.finish();
  }
  publish(folder, shard, finished);
  remove_scratch(held);
  return finish(again ? "was computed again: the same bytes" : "is done");
}

}  // namespace minerva::flow
