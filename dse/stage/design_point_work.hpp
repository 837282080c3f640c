#pragma once
#include "dse_stage.hpp"
#include "minerva/flow/stage_work.hpp"

namespace minerva::dse {

/// `minerva dse`: a unit is a combination of the design space. A share is a range; its parts are
/// its rows of design_space.csv ("rows.csv") and what else joins it to the others ("range.txt").
/// A worker that was killed starts its share again: a minute is tens of millions of machines.
class DesignPointWork : public flow::StageWork {
 public:
  /// Throws UserError for a search whose machines depend on each other.
  explicit DesignPointWork(flow::WorkSetup& setup);

  std::string unit() const override { return "combinations"; }
  std::uint64_t units() override { return combinations(run()); }
  std::vector<Share> cut(std::size_t shards) override { return even_shares(units(), shards); }
  double estimated_seconds() override;
  void compute(const Share& share, const std::string& scratch, ShardWriter& result) override;
  int merge(const PlanFolder& folder) override;

 private:
  /// Throws UserError naming the shard unless its parts are those of its range: the rows of its
  /// first combinations, up to a number of them, as they are computed again, and of all of them
  /// each machine once and in order; what `said` says of a range that was computed again whole.
  void check(ShardReader& shard, const ExploredRange& said);
};

}  // namespace minerva::dse
