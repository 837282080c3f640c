#pragma once
#include "faultsim_stage.hpp"
#include "minerva/flow/stage_work.hpp"

namespace minerva::faultsim {

/// `minerva faults`: a unit is a fault map of one of the compared mitigations, all maps of the
/// first mitigation before those of the second. A share is a range; its part "counts.csv" has the
/// wrong samples of its maps at every rate that their search visits. A merge repeats the searches
/// by these counts, and evaluates what else the stage needs itself. A worker that was killed starts
/// its share again: it is a minute or so.
class FaultMapWork : public flow::StageWork {
 public:
  explicit FaultMapWork(flow::WorkSetup& setup);

  std::string unit() const override { return "fault maps"; }
  std::uint64_t units() override;
  std::vector<Share> cut(std::size_t shards) override { return even_shares(units(), shards); }
  double estimated_seconds() override;
  void compute(const Share& share, const std::string& scratch, ShardWriter& result) override;
  int merge(const PlanFolder& folder) override;

 private:
  const FaultStage& stage_options() const { return setup().config.state<FaultStage>(); }
  std::uint64_t maps() const;  ///< of a mitigation
  std::int64_t samples();      ///< of the set that is tuned on
  /// Throws UserError naming a shard whose counts are not those of its maps' searches.
  void check_searches(const PlanFolder& folder,
                      const std::vector<std::vector<FaultAnswer>>& answers);
};

}  // namespace minerva::faultsim
