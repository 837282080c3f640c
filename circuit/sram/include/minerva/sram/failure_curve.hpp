#pragma once
#include <array>
#include <vector>

#include "minerva/sram/cell_margins.hpp"
#include "minerva/sram/failure_sampling.hpp"
#include "minerva/sram/sram_options.hpp"

namespace minerva::sram {

constexpr std::size_t kCriteria = 5;

/// What is sampled of one cell: the tables of its devices, how they vary, and the read current
/// below which a read is too slow.
class VariableCell {
 public:
  /// `tables` must outlive this object.
  VariableCell(const CellTables& tables, const SramOptions& options, double clock_period_ns);

  /// Standard deviations of the thresholds by Pelgrom's law, A_VT / sqrt(width length) [V].
  double pull_down_sigma_v() const { return pull_down_sigma_v_; }
  double access_sigma_v() const { return access_sigma_v_; }
  double pull_up_sigma_v() const { return pull_up_sigma_v_; }
  ThresholdShifts shifts(const Deviates& cell) const;
  double read_current_limit_a() const { return read_current_limit_a_; }

  /// The margin of a criterion: volts; for slow_read the logarithm of the read current over its
  /// limit. Where several failures count, it is the least of their margins.
  double margin(const Deviates& cell, FaultCriterion criterion) const;
  /// The margins of all criteria, in the order of FaultCriterion.
  void margins(const Deviates& cell, std::vector<double>& values) const;

 private:
  const CellTables* tables_;
  CellKind kind_;
  double pull_down_sigma_v_;
  double access_sigma_v_;
  double pull_up_sigma_v_;
  double read_current_limit_a_;
};

/// The cell at one supply voltage. A rate is the probability for one bit: one stored state, one
/// written value, one side that is read.
struct CurvePoint {
  double supply_v = 0;
  double read_noise_margin_mv = 0;  ///< of the nominal cell
  double write_margin_mv = 0;
  double read_current_ua = 0;
  double read_current_limit_ua = 0;
  double access_time_ns = 0;       ///< until the nominal cell has moved its bit line
  double bit_line_leakage_ua = 0;  ///< of all other cells of a bit line, when they store a 0
  /// Distance of the most probable failure in standard deviations, of read_flip, write_failure and
  /// slow_read; infinite: none was found.
  std::array<double, 3> distance{};
  std::array<EstimatedRate, kCriteria> rates{};  ///< by FaultCriterion

  const EstimatedRate& rate(FaultCriterion criterion) const {
    return rates[static_cast<std::size_t>(criterion)];
  }
};

/// The current that moves the bit line by the sense voltage in its share of the clock period [A].
double read_current_limit_a(const SramOptions& options, double clock_period_ns);

/// One point of the curve, in one thread.
CurvePoint curve_point(const CellTables& tables, const SramOptions& options,
                       double clock_period_ns);
/// The points of all tables. The result does not depend on the number of threads.
std::vector<CurvePoint> failure_curve(const std::vector<CellTables>& tables,
                                      const SramOptions& options, double clock_period_ns,
                                      int threads);

}  // namespace minerva::sram
