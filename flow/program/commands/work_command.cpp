#include "work_command.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
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

/// Moves a damaged shard out of everybody's way; for the one who holds its work folder.
void move_aside(const PlanFolder& folder, std::size_t shard, const std::string& fault) {
  const std::string damaged = folder.path() + "/" + kDamaged;
  make_folder(damaged);
  const fs::path from = folder.shard_path(shard);
  std::string to;
  std::error_code failure;
  for (int i = 1; to.empty() || fs::exists(to, failure); ++i) {
    to = damaged + "/" + from.filename().string() + "." + std::to_string(i);
  }
  fs::rename(from, to, failure);
  if (failure) throw UserError(from.string(), "", "cannot be moved aside: " + failure.message());
  log_warning(fault + "; moved to " + to + ", and computed again");
}

/// The lock of a shard's work folder, which is made; waits for a worker that is at it.
FolderLock hold(const std::string& scratch, const std::string& label) {
  bool told = false;
  while (true) {
    make_folder(scratch);
    FolderLock lock(scratch, [&](const std::string& holder) {
      throw_if_interrupted();
      if (!told) log_info(label + " is being computed by " + holder + "; waiting for it");
      told = true;
    });
    if (lock.holds_what_is_there()) return lock;  // or its worker is done and has removed it
  }
}

/// Gives a finished file its name, unless a shard of that name came there in the meantime; then it
/// must be the same.
void publish(const PlanFolder& folder, std::size_t shard, const std::string& finished) {
  const std::string target = folder.shard_path(shard);
  if (::link(finished.c_str(), target.c_str()) == 0) {
    remove_file(finished);
    return;
  }
  const int error = errno;
  std::error_code ignored;
  if (error != EEXIST && !fs::exists(target, ignored)) {
    // A file system without links.
    if (std::rename(finished.c_str(), target.c_str()) == 0) return;
    throw UserError(target, "", std::string("cannot be written: ") + std::strerror(errno));
  }
  if (sha256_of_file(target) == sha256_of_file(finished)) {
    remove_file(finished);
    return;
  }
  const std::string other = target + ".other";
  if (std::rename(finished.c_str(), other.c_str()) != 0) {
    throw UserError(other, "", std::string("cannot be written: ") + std::strerror(errno));
  }
  throw VerificationFailure("shard " + std::to_string(shard) +
                            " has two different results: " + target + " and " + other +
                            "; remove the one of the machine that you do not trust");
}

/// What another worker left half done would not be computed again.
void forget_scratch(const std::string& scratch) {
  std::error_code failure;
  for (const fs::directory_entry& entry : fs::directory_iterator(scratch)) {
    if (entry.path().filename() == FolderLock::kName) continue;
    fs::remove_all(entry.path(), failure);
    if (failure) throw UserError(entry.path(), "", "cannot be removed: " + failure.message());
  }
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
  if (!again && fault_of(named, shard) == "") return finish("is there already");
  PlannedWork planned(named.path(), PlanRole::works, threads);
  const PlanFolder& folder = planned.folder;
  const std::string scratch = folder.work_path(shard);
  const FolderLock lock = hold(scratch, label);
  const std::optional<std::string> fault = fault_of(folder, shard);
  if (fault == "" && !again) return finish("is there already");
  if (fault && !fault->empty()) move_aside(folder, shard, *fault);
  if (again) forget_scratch(scratch);
  planned.setup.again = again;
  const std::string finished = scratch + "/result.partial";
  {
    ShardWriter result(finished, folder.id(shard));
    planned.work->compute(folder.plan().shares[shard], scratch, result);
    result.finish();
  }
  publish(folder, shard, finished);
  std::error_code ignored;  // what stays costs room, nothing else
  fs::remove_all(scratch, ignored);
  return finish(again ? "was computed again: the same bytes" : "is done");
}

}  // namespace minerva::flow
