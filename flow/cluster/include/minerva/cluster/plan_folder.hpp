#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "minerva/base/enum_names.hpp"
#include "minerva/cluster/shard_file.hpp"
#include "minerva/cluster/shard_plan.hpp"
#include "minerva/files/folder_lock.hpp"

namespace minerva {

/// The folder of a plan: manifest.json, config.cfg, shards/ with a file for each shard that is
/// there, and work/ with a folder for each that is under way.
class PlanFolder {
 public:
  static constexpr const char* kManifest = "manifest.json";
  static constexpr const char* kConfig = "config.cfg";
  static constexpr const char* kRun = "run";

  /// Writes a plan and its config into a folder that the caller has locked: a new one, or one that
  /// holds the same plan. Throws UserError for one that holds another plan or other files.
  static void write(const LockedFolder& locked, ShardPlan plan, const std::string& config);

  /// Throws UserError for a folder with files that are none of a plan's; it need not exist.
  static void refuse_other_files(const std::string& path);

  /// Reads a plan. Throws UserError for a folder without one, for one of another version, and when
  /// its config.cfg is not the one that was planned.
  explicit PlanFolder(std::string path);

  const std::string& path() const { return path_; }
  const ShardPlan& plan() const { return plan_; }
  std::size_t shards() const { return plan_.shares.size(); }
  const std::string& id(std::size_t shard) const { return ids_[shard]; }
  std::string config_path() const { return path_ + "/" + kConfig; }
  std::string shard_path(std::size_t shard) const;
  /// Of the shard's worker alone, while the shard is not there.
  std::string work_path(std::size_t shard) const;

  /// Of a shard's file: opened, its id the planned one. Nothing when there is no such file. Throws
  /// UserError when it is not whole, or is that of another shard.
  std::optional<ShardReader> open(std::size_t shard) const;

  /// Removes what killed processes left: temporary files of the plan and of submissions, and the
  /// work folders of shards that are there. What a living process uses stays.
  void remove_leftovers() const;

 private:
  std::string path_;
  ShardPlan plan_;
  std::vector<std::string> ids_;
};

enum class ShardState { missing, running, there, damaged };
constexpr EnumNames<ShardState, 4> enum_names(ShardState) {
  return {{{ShardState::missing, "missing"},
           {ShardState::running, "running"},
           {ShardState::there, "there"},
           {ShardState::damaged, "damaged"}}};
}

struct ShardStatus {
  ShardState state = ShardState::missing;
  std::string note;  ///< who computes it, or what is wrong
};

struct PlanStatus {
  std::vector<ShardStatus> shards;
  std::vector<std::string> foreign;  ///< files in shards/ that are none of this plan's

  std::size_t count(ShardState state) const;
  /// Shards that are not there, rising.
  std::vector<std::size_t> wanting() const;
};

/// How thorough a look is: at first line, length and end of every file, or at every byte.
enum class Look { at_ends, at_all };
PlanStatus look_at(const PlanFolder& folder, Look look);

}  // namespace minerva
