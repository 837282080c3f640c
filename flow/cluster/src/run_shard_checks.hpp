#pragma once
#include <string>

#include "minerva/cluster/shard_file.hpp"
#include "minerva/flow/run_config.hpp"
#include "run_shards.hpp"

namespace minerva::flow {

/// Throws UserError naming the shard unless the files of a run in it are those that a run of this
/// config leaves: names that such a run has, the config itself, records whole and their files as
/// they say, and a summary whose tables, page and counts follow from it and from the records. A run
/// that failed may have left less.
void check_run_files(ShardReader& shard, const std::string& run_name, const RunConfig& config,
                     const RunOutcome& outcome);

}  // namespace minerva::flow
