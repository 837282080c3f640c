#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/cluster/share.hpp"
#include "minerva/report/stage_record.hpp"

namespace minerva {

/// What is to be computed, and how it is cut: manifest.json of a plan's folder.
struct ShardPlan {
  std::string program;      ///< version
  std::string command;      ///< whose work is cut, and whose files a merge writes: "dse"
  std::string config;       ///< the config file as the user named it; files are sought beside it
  std::string folder;       ///< where the user was: what relative paths start from
  std::string run;          ///< run folder that a merge completes
  std::string data_folder;  ///< MINERVA_DATA_DIR of the plan, for workers that have none
  std::vector<std::string> over;  ///< of a sweep of runs
  std::string config_sha256;      ///< of config.cfg beside the manifest
  StageQuestion question;         ///< all that the results depend on
  std::string unit;               ///< what is counted: "combinations"
  std::uint64_t units = 0;
  std::vector<Share> shares;  ///< of shard 0, 1, ..

  /// Names of the shards by the content of their inputs, each a SHA-256.
  std::vector<std::string> ids() const;
};

/// Schema "minerva-shard-plan-3", with its checksum.
std::string shard_plan_to_json(const ShardPlan& plan);
/// UserError names `file` and what is wrong: another schema, another checksum, a missing member, shares that do not
/// hold every unit once.
ShardPlan shard_plan_from_json(const std::string& text, const std::string& file);

/// "000012-3fa9c1d2e4b5a697.shard"
std::string shard_file_name(std::size_t shard, const std::string& id);

}  // namespace minerva
