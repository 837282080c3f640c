#include "minerva/cluster/plan_folder.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/files/atomic_file.hpp"

namespace minerva {
namespace {

namespace fs = std::filesystem;

constexpr const char* kShards = "shards";
constexpr const char* kWork = "work";
constexpr const char* kSlurm = "slurm";  // of minerva submit
constexpr const char* kLocal = "local";

std::string shard_number(std::size_t shard) {
  return shard_file_name(shard, std::string(16, '0')).substr(0, 6);
}

/// Names in a folder, which need not exist.
std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    names.push_back(at->path().filename().string());
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    throw UserError(folder, "", "cannot list this folder: " + error.message());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

void PlanFolder::write(const LockedFolder& locked, ShardPlan plan, const std::string& config) {
  const Folder& folder = locked.folder;
  plan.config_sha256 = sha256(config.data(), config.size());
  const std::string manifest = shard_plan_to_json(plan);
  if (const auto there = folder.read_if_there(kManifest)) {
    if (*there == manifest) return;
    throw UserError(folder.path(), "", "holds another plan; needs a new folder");
  }
  remove_partial_files(folder, Partial::all);
  refuse_other_files(folder.path());
  folder.make_inside(kShards);
  folder.write(kConfig, config);
  folder.write(kManifest, manifest);
}

void PlanFolder::refuse_other_files(const std::string& path) {
  for (const std::string& name : names_in(path)) {
    // What an earlier attempt to write a plan may have left.
    const bool partial = name.front() == '.' && fs::path(name).extension() == ".partial";
    if (partial || name == FolderLock::kName || name == kConfig || name == kShards ||
        name == kRun) {
      continue;
    }
    throw UserError(path, "", "holds files but no plan (" + name + "); needs a new folder");
  }
}

void PlanFolder::remove_leftovers() const {
  const Folder folder(path_);
  remove_partial_files(folder, Partial::abandoned);
  for (const char* name : {kSlurm, kLocal}) {
    if (const auto inside = folder.open_inside(name)) {
      remove_partial_files(*inside, Partial::abandoned);
    }
  }
  const auto work = folder.open_inside(kWork);
  if (!work) return;
  std::map<std::string, std::size_t> shard_of_work;
  for (std::size_t k = 0; k < shards(); ++k) shard_of_work[shard_number(k)] = k;
  for (const std::string& name : work->names()) {
    const auto found = shard_of_work.find(name);
    if (found == shard_of_work.end() || !fs::exists(shard_path(found->second))) continue;
    try {
      const auto scratch = work->open_inside(name);
      if (!scratch) continue;
      const FolderLock lock(*scratch);
      scratch->remove_contents();
      work->remove_empty_inside(name);
    } catch (const UserError&) {  // a worker is at it, to compare two results
    }
  }
}

PlanFolder::PlanFolder(std::string path) : path_(std::move(path)) {
  std::error_code ignored;
  const std::string manifest = path_ + "/" + kManifest;
  if (!fs::exists(manifest, ignored)) {
    throw UserError(path_, "",
                    std::string("needs the folder of a plan, with ") + kManifest +
                        " (minerva plan CONFIG --shards N --out " + path_ + ")");
  }
  plan_ = shard_plan_from_json(read_file(manifest), manifest);
  ids_ = plan_.ids();
  if (sha256_of_file(config_path()) != plan_.config_sha256) {
    throw UserError(config_path(), "",
                    "is not the config that was planned; needs it back, or a new plan");
  }
}

std::string PlanFolder::shard_path(std::size_t shard) const {
  return path_ + "/" + kShards + "/" + shard_file_name(shard, ids_[shard]);
}

std::string PlanFolder::work_path(std::size_t shard) const {
  return path_ + "/" + kWork + "/" + shard_number(shard);
}

std::optional<ShardReader> PlanFolder::open(std::size_t shard) const {
  std::error_code error;
  const std::string file = shard_path(shard);
  if (!fs::exists(file, error)) return std::nullopt;
  ShardReader reader(file);
  if (reader.id() != ids_[shard]) {
    throw UserError(file, "", "is damaged: holds shard " + reader.id() + ", needs " + ids_[shard]);
  }
  return reader;
}

std::size_t PlanStatus::count(ShardState state) const {
  return static_cast<std::size_t>(
      std::count_if(shards.begin(), shards.end(),
                    [&](const ShardStatus& shard) { return shard.state == state; }));
}

std::vector<std::size_t> PlanStatus::wanting() const {
  std::vector<std::size_t> numbers;
  for (std::size_t k = 0; k < shards.size(); ++k) {
    if (shards[k].state != ShardState::there) numbers.push_back(k);
  }
  return numbers;
}

PlanStatus look_at(const PlanFolder& folder, Look look) {
  PlanStatus status;
  status.shards.resize(folder.shards());
  std::set<std::string> expected;
  for (std::size_t k = 0; k < folder.shards(); ++k) {
    expected.insert(shard_file_name(k, folder.id(k)));
    ShardStatus& shard = status.shards[k];
    throw_if_interrupted();
    try {
      std::optional<ShardReader> reader = folder.open(k);
      if (!reader) continue;
      if (look == Look::at_all) reader->check();
      shard.state = ShardState::there;
    } catch (const UserError& error) {
      shard = {ShardState::damaged, error.what()};
    }
  }
  std::map<std::string, std::size_t> shard_of_work;
  for (std::size_t k = 0; k < folder.shards(); ++k) shard_of_work[shard_number(k)] = k;
  for (const std::string& name : names_in(folder.path() + "/" + kWork)) {
    const auto found = shard_of_work.find(name);
    if (found == shard_of_work.end()) continue;
    ShardStatus& shard = status.shards[found->second];
    if (shard.state == ShardState::there) continue;
    if (const auto holder = FolderLock::holder_of(folder.work_path(found->second))) {
      shard = {ShardState::running, *holder};
    }
  }
  for (const std::string& name : names_in(folder.path() + "/" + kShards)) {
    if (name.front() != '.' && expected.count(name) == 0) status.foreign.push_back(name);
  }
  return status;
}

}  // namespace minerva
