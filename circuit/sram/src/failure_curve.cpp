#include "minerva/sram/failure_curve.hpp"

#include <omp.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "minerva/arithmetic/portable_math.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/base/parallel.hpp"

namespace minerva::sram {
namespace {

// Where failures are this near to the nominal cell, cells around it are sampled, too: no weight is
// then larger than the number of centers, and a rate rests on no single cell.
constexpr double kNearFailure = 3;        // standard deviations
constexpr double kLeastCurrentA = 1e-18;  // below any leakage; keeps a logarithm finite

double sigma_v(double a_vt_mv_um, const DeviceSize& size) {
  return a_vt_mv_um * 1e-3 / std::sqrt(size.width_nm * 1e-3 * size.length_nm * 1e-3);
}

constexpr FaultCriterion kFailures[] = {FaultCriterion::read_flip, FaultCriterion::write_failure,
                                        FaultCriterion::slow_read};

}  // namespace

double read_current_limit_a(const SramOptions& o, double clock_period_ns) {
  return o.bit_line_ff() * 1e-15 * o.sense_voltage_mv * 1e-3 /
         (o.bit_line_cycle_share * clock_period_ns * 1e-9);
}

VariableCell::VariableCell(const CellTables& tables, const SramOptions& o, double clock_period_ns)
    : tables_(&tables),
      kind_(o.cell),
      pull_down_sigma_v_(sigma_v(o.a_vt_nmos_mv_um, o.pull_down())),
      access_sigma_v_(sigma_v(o.a_vt_nmos_mv_um, o.access())),
      pull_up_sigma_v_(sigma_v(o.a_vt_pmos_mv_um, o.pull_up())),
      read_current_limit_a_(sram::read_current_limit_a(o, clock_period_ns)) {}

ThresholdShifts VariableCell::shifts(const Deviates& cell) const {
  return {cell[0] * pull_down_sigma_v_, cell[1] * access_sigma_v_, cell[2] * pull_up_sigma_v_,
          cell[3] * pull_down_sigma_v_, cell[4] * access_sigma_v_, cell[5] * pull_up_sigma_v_,
          cell[6] * pull_down_sigma_v_, cell[7] * access_sigma_v_};
}

double VariableCell::margin(const Deviates& cell, FaultCriterion criterion) const {
  const CellMargins margins(*tables_, shifts(cell), kind_);
  switch (criterion) {
    case FaultCriterion::read_flip:
      return margins.read_noise_margin_v();
    case FaultCriterion::write_failure:
      return margins.write_margin_v();
    case FaultCriterion::slow_read:
      return portable_log(std::max(margins.read_current_a(), kLeastCurrentA) /
                          read_current_limit_a_);
    case FaultCriterion::static_noise:
    case FaultCriterion::clocked:
      break;
  }
  std::vector<double> all(kCriteria);
  this->margins(cell, all);
  return all[static_cast<std::size_t>(criterion)];
}

void VariableCell::margins(const Deviates& cell, std::vector<double>& values) const {
  const auto at = [&](FaultCriterion criterion) -> double& {
    return values[static_cast<std::size_t>(criterion)];
  };
  for (const FaultCriterion failure : kFailures) at(failure) = margin(cell, failure);
  at(FaultCriterion::static_noise) =
      std::min(at(FaultCriterion::read_flip), at(FaultCriterion::write_failure));
  at(FaultCriterion::clocked) =
      std::min(at(FaultCriterion::static_noise), at(FaultCriterion::slow_read));
}

CurvePoint curve_point(const CellTables& tables, const SramOptions& o, double clock_period_ns) {
  const VariableCell cell(tables, o, clock_period_ns);
  CurvePoint point;
  point.supply_v = tables.supply_v;
  const CellMargins nominal(tables, {}, o.cell);
  point.read_noise_margin_mv = nominal.read_noise_margin_v() * 1e3;
  point.write_margin_mv = nominal.write_margin_v() * 1e3;
  const double read_current = nominal.read_current_a();
  point.read_current_ua = read_current * 1e6;
  point.read_current_limit_ua = cell.read_current_limit_a() * 1e6;
  point.access_time_ns =
      o.bit_line_ff() * o.sense_voltage_mv * 1e-9 / std::max(read_current, kLeastCurrentA);
  point.bit_line_leakage_ua = bit_line_leakage_a(tables) * (o.bit_line_cells - 1) * 1e6;
  std::vector<Deviates> centers;
  for (std::size_t k = 0; k < 3; ++k) {
    const FailurePoint failure =
        most_probable_failure([&](const Deviates& d) { return cell.margin(d, kFailures[k]); });
    point.distance[k] = failure.found ? failure.distance : std::numeric_limits<double>::infinity();
    // A nominal cell that fails itself is sampled as it is: most of its cells fail, and the nearest
    // one that does not is of no help.
    if (failure.found) centers.push_back(failure.distance < 0 ? Deviates{} : failure.at);
  }
  const bool near = std::any_of(point.distance.begin(), point.distance.end(),
                                [](double distance) { return distance < kNearFailure; });
  if (near || centers.empty()) centers.emplace_back();
  const std::vector<EstimatedRate> rates = estimate_rates(
      [&](const Deviates& d, std::vector<double>& values) { cell.margins(d, values); }, kCriteria,
      centers, o.samples, o.seed);
  std::copy(rates.begin(), rates.end(), point.rates.begin());
  return point;
}

std::vector<CurvePoint> failure_curve(const std::vector<CellTables>& tables, const SramOptions& o,
                                      double clock_period_ns, int threads) {
  std::vector<CurvePoint> points(tables.size());
  const auto count = static_cast<std::int64_t>(tables.size());
  for_each_index(count, threads, 1, [&](std::int64_t k) {
    throw_if_interrupted();
    const auto at = static_cast<std::size_t>(k);
    points[at] = curve_point(tables[at], o, clock_period_ns);
  });
  return points;
}

}  // namespace minerva::sram
