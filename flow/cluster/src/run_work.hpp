#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "minerva/flow/sharded_work.hpp"
#include "run_shards.hpp"
#include "sweep_runs.hpp"

namespace minerva::flow {

/// `minerva sweep --over ..`: a unit is a run of all stages. A share is a range of runs, in the
/// order of the sweep, so that runs with the same trainings are neighbours and share them. The
/// parts of a shard are those of run_shards.hpp. A worker that was killed goes on with the run that
/// was under way. A run that fails by a mistake of the user, or by disagreeing models, is a result.
class RunWork : public ShardedWork {
 public:
  /// Checks every run as minerva sweep does.
  explicit RunWork(WorkSetup& setup);

  StageQuestion question() override;
  std::string unit() const override { return "runs"; }
  std::uint64_t units() override { return sweep_.runs().size(); }
  std::vector<Share> cut(std::size_t shards) override { return even_shares(units(), shards); }
  double estimated_seconds() override { return 0; }
  void compute(const Share& share, const std::string& scratch, ShardWriter& result) override;
  int merge(const PlanFolder& folder) override;

 private:
  RunOutcome compute_run(SweptRun run, const std::string& scratch);

  const WorkSetup& setup_;
  SweepOfRuns sweep_;
};

}  // namespace minerva::flow
