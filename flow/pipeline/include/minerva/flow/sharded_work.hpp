#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "minerva/cluster/plan_folder.hpp"
#include "minerva/flow/run_config.hpp"
#include "minerva/report/stage_record.hpp"

namespace minerva::flow {

/// What a process does with a plan.
enum class PlanRole { plans, works, merges };

/// What a kind of work is made from; it lives as long as the work.
struct WorkSetup {
  PlanRole role = PlanRole::plans;
  RunConfig config;
  std::string config_path;        ///< as the user named it; may be empty
  std::vector<std::string> over;  ///< --over of a sweep of runs
  int threads = 0;                ///< of this process; 0: all of the machine's
  bool again = false;             ///< compute what is known, too: the results are to be compared
};

/// The independent work of one command, in units that can be computed in any order, by any
/// process. A worker's bytes are a function of the question and the share alone.
class ShardedWork {
 public:
  virtual ~ShardedWork() = default;

  /// All that the results depend on. Of a planner it does what the units need first, and throws
  /// UserError when earlier stages are missing.
  virtual StageQuestion question() = 0;
  /// What is counted, in the plural: "combinations".
  virtual std::string unit() const = 0;
  virtual std::uint64_t units() = 0;
  /// 1 to units() shares; a function of the config and `shards` alone.
  virtual std::vector<Share> cut(std::size_t shards) = 0;
  /// CPU seconds of all units together on the machine of docs/performance.md, for advice; 0:
  /// unknown.
  virtual double estimated_seconds() = 0;

  /// Computes a share. `scratch` is a folder of this shard's own; what a worker that was killed
  /// left in it is there again. Throws Interrupted when a signal asks it to end.
  virtual void compute(const Share& share, const std::string& scratch, ShardWriter& result) = 0;
  /// Writes what the command writes on one machine, from shards that were all checked; returns the
  /// exit code.
  virtual int merge(const PlanFolder& folder) = 0;
};

}  // namespace minerva::flow
