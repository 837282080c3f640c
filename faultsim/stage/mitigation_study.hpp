#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "fault_counts.hpp"
#include "fault_section.hpp"
#include "faultsim_stage.hpp"
#include "minerva/accelsim/machine_configuration.hpp"
#include "minerva/faultsim/tolerance.hpp"
#include "minerva/flow/run_context.hpp"

namespace minerva::faultsim {

/// The rows of yield.csv of a mitigation: rates of the grid, and of the chosen one the rates of the
/// technology's voltages where the share falls. Every row is evaluated at its own rate.
struct YieldRow {
  YieldPoint point;
  std::optional<double> voltage_v;
};

struct StudiedMitigation {
  FaultRow row;
  std::vector<YieldRow> yields;
  MachineConfiguration machine;
  ActivityProfile activity;  ///< on the test set, with the faults of `supply`
  SramPoint supply;          ///< the lowest at which the mean is within the bound
  RatePoint validation;      ///< there, of maps that chose nothing
  RatePoint test;
  std::int64_t evaluations = 0;  ///< maps evaluated on the samples that are tuned on
};

/// Studies mitigations of one design, one after the other.
class MitigationStudy {
 public:
  /// @param pruned the design's network with formats and thresholds. All must outlive this.
  MitigationStudy(const FaultStage& stage, flow::RunContext& run, const Design& design,
                  const QuantizedGraph& pruned);

  /// What a mitigation tolerates, its supply, and what maps that chose nothing say of it.
  /// `handed_over`: counts of its maps on the samples that are tuned on, made elsewhere.
  /// `on_evaluation` is called after every map that is evaluated, for a line of progress.
  StudiedMitigation study(const Mitigation& mitigation, const std::vector<FaultAnswer>& handed_over,
                          const std::function<void()>& on_evaluation = {});

  /// Most wrong samples of the set that is tuned on.
  std::int64_t bound() const { return bound_; }
  /// Counts that were taken over from earlier computations, of all studies.
  std::int64_t taken() const { return taken_; }
  /// All counts that the studies asked for: the file fault_counts.txt.
  std::string counts_text() const { return fault_counts_text(counted_); }

 private:
  struct SetCounts;
  SetCounts counts_on(flow::JudgedSet& set, const char* name, const Mitigation& mitigation);
  void keep(const SetCounts& set);
  void confirm(StudiedMitigation& studied, SetCounts& validation, SetCounts& test);
  std::vector<YieldRow> yields_at_voltages(FaultMapCounts& counts, const FaultRow& row) const;

  const FaultStage& stage_;
  FaultOptions options_;  ///< those of the stage with the technology's criterion
  flow::RunContext& run_;
  const Design& design_;
  const QuantizedGraph& pruned_;
  ActivityCounting counting_;
  std::int64_t bound_;
  std::vector<double> grid_;
  KeptCounts kept_;
  std::vector<CountedMaps> counted_;
  std::int64_t taken_ = 0;
};

/// The lowest voltage of a fault table whose rate is at most `tolerated` and, by `holds`, within
/// the bound: the mean of few maps need not fall with the rate, so each voltage taken is measured
/// at its own.
SramPoint lowest_supply(const std::vector<FaultRateRow>& rates, double nominal_v, double tolerated,
                        const std::function<bool(double rate)>& holds);
/// What a supply costs.
FaultSupply supply_of(const MachineConfiguration& design, const ActivityProfile& activity,
                      const SramPoint& sram, const Technology& technology);
/// Power and rates of the machine at a supply.
VoltageRow voltage_row(const MachineConfiguration& design, const ActivityProfile& activity,
                       const SramPoint& sram, const Technology& technology);
/// The numbers of a point as the section has them.
FaultCurvePoint curve_point(const RatePoint& point);

}  // namespace minerva::faultsim
