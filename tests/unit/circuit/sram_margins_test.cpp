#include <gtest/gtest.h>

#include <cmath>

#include "minerva/arithmetic/random.hpp"
#include "minerva/sram/cell_margins.hpp"
#include "minerva/sram/failure_curve.hpp"
#include "minerva/statistics/intervals.hpp"
#include "synthetic_cell.hpp"

namespace minerva::sram {
namespace {

using test::SyntheticCell;

ThresholdShifts random_shifts(KeyedRandom& random, double sigma_v) {
  const auto draw = [&] { return sigma_v * random.normal(); };
  ThresholdShifts s;
  for (double* shift : {&s.left_pull_down, &s.left_access, &s.left_pull_up, &s.right_pull_down,
                        &s.right_access, &s.right_pull_up}) {
    *shift = draw();
  }
  return s;
}

TEST(CurrentTable, IsExactForSquaresInsideAndConstantOutside) {
  const VoltageAxis gate = {-0.5, 0.1, 16};
  const VoltageAxis drain = {0, 0.25, 9};
  const auto square = [](double g, double d) { return 1 + 2 * g - 3 * d + g * g + 4 * g * d; };
  std::vector<float> values;
  for (int g = 0; g < gate.points; ++g) {
    for (int d = 0; d < drain.points; ++d) {
      values.push_back(static_cast<float>(square(gate.low_v + g * gate.step_v, d * drain.step_v)));
    }
  }
  const CurrentTable table(gate, drain, values);
  for (double g = -0.39; g < 0.85; g += 0.037) {
    for (double d = 0.26; d < 1.7; d += 0.061) {
      const Current at = table.at(g, d);
      EXPECT_NEAR(at.amperes, square(g, d), 3e-6);
      EXPECT_NEAR(at.per_gate_volt, 2 + 2 * g + 4 * d, 3e-5);
      EXPECT_NEAR(at.per_drain_volt, -3 + 4 * g, 3e-5);
      EXPECT_NEAR(CurrentRow(table, g, 0).at(d).amperes, at.amperes, 1e-12);
    }
  }
  EXPECT_EQ(table.at(9, 9).amperes, table.at(gate.high_v(), drain.high_v()).amperes);
  EXPECT_EQ(table.at(-9, 1).per_gate_volt, 0);
}

// Seevinck's square is the largest series noise against which the state is kept; the test iterates
// the cell itself and never draws a butterfly.
TEST(SramMargins, TheReadNoiseMarginIsTheLargestNoiseThatTheStateSurvives) {
  for (const double supply : {0.35, 0.6, 1.0}) {
    SyntheticCell cell;
    cell.supply_v = supply;
    const CellTables tables = cell.tables();
    KeyedRandom random(5, Stream::test);
    int kept = 0;
    for (int k = 0; k < 12; ++k) {
      const ThresholdShifts shifts = random_shifts(random, 0.03);
      const double margin = CellMargins(tables, shifts).read_noise_margin_v();
      if (!cell.keeps_state(shifts, supply, 0)) {
        EXPECT_LT(margin, 1e-3);
        continue;
      }
      ++kept;
      double low = 0;
      double high = supply;
      while (high - low > 1e-4) {
        const double noise = 0.5 * (low + high);
        (cell.keeps_state(shifts, supply, noise) ? low : high) = noise;
      }
      EXPECT_NEAR(margin, low, 1e-3) << supply << " V, cell " << k;
    }
    EXPECT_GT(kept, 5);
  }
}

TEST(SramMargins, SignsSayWhetherACellFlipsAndWhetherItIsWritten) {
  SyntheticCell cell;
  cell.supply_v = 0.4;
  const CellTables tables = cell.tables();
  KeyedRandom random(6, Stream::test);
  int flips = 0;
  int written = 0;
  int checked = 0;
  for (int k = 0; k < 300; ++k) {
    const ThresholdShifts shifts = random_shifts(random, 0.08);
    const CellMargins margins(tables, shifts);
    const double read = margins.read_noise_margin_v();
    const double write = margins.write_margin_v();
    if (std::abs(read) > 1e-3) {
      EXPECT_EQ(read < 0, !cell.keeps_state(shifts, cell.supply_v, 0)) << k << " " << read;
      flips += read < 0 ? 1 : 0;
      ++checked;
    }
    if (std::abs(write) > 1e-3) {
      EXPECT_EQ(write > 0, !cell.keeps_state(shifts, 0, 0)) << k << " " << write;
      written += write > 0 ? 1 : 0;
    }
  }
  EXPECT_GT(flips, 10);
  EXPECT_LT(flips, checked - 10);
  EXPECT_GT(written, 10);
  EXPECT_LT(written, 290);
}

TEST(SramMargins, TheReadCurrentIsThatOfTheSettledCell) {
  SyntheticCell cell;
  const CellTables tables = cell.tables();
  KeyedRandom random(7, Stream::test);
  for (int k = 0; k < 50; ++k) {
    const ThresholdShifts shifts = random_shifts(random, 0.03);
    if (!cell.keeps_state(shifts, cell.supply_v, 0.01)) continue;
    const double node = cell.settled(shifts, cell.supply_v, 0).right_v;
    const double expected = cell.access(cell.supply_v - shifts.right_access, node, cell.supply_v);
    EXPECT_NEAR(CellMargins(tables, shifts).read_current_a() / expected, 1, 1e-3) << k;
  }
}

TEST(SramMargins, AReadDoesNotDisturbACellWithAReadPort) {
  SyntheticCell cell;
  const CellTables tables = cell.tables();
  KeyedRandom random(9, Stream::test);
  for (int k = 0; k < 20; ++k) {
    ThresholdShifts shifts = random_shifts(random, 0.03);
    shifts.read_access = 0.03 * random.normal();
    shifts.read_pull_down = 0.03 * random.normal();
    const CellMargins six(tables, shifts);
    const CellMargins eight(tables, shifts, CellKind::eight_transistors);
    EXPECT_GT(eight.read_noise_margin_v(), six.read_noise_margin_v() + 0.02);
    EXPECT_EQ(eight.write_margin_v(), six.write_margin_v());
    // Two transistors in series, by halving.
    double low = 0;
    double high = cell.supply_v;
    for (int step = 0; step < 50; ++step) {
      const double between = 0.5 * (low + high);
      const double in = cell.access(cell.supply_v - shifts.read_access, between, cell.supply_v);
      const double out =
          cell.current(cell.pull_down_a, cell.supply_v - shifts.read_pull_down, between, 0);
      (in > out ? low : high) = between;
    }
    const double expected = cell.access(cell.supply_v - shifts.read_access, low, cell.supply_v);
    EXPECT_NEAR(eight.read_current_a() / expected, 1, 1e-3) << k;
  }
}

TEST(SramMargins, BothStatesOfACellThatIsSymmetricAreAlike) {
  const CellTables tables = SyntheticCell().tables();
  KeyedRandom random(8, Stream::test);
  const ThresholdShifts shifts = random_shifts(random, 0.03);
  const ThresholdShifts twice = shifts.mirrored().mirrored();
  EXPECT_EQ(twice.left_access, shifts.left_access);
  EXPECT_EQ(CellMargins(tables, {}).read_noise_margin_v(),
            CellMargins(tables, ThresholdShifts{}.mirrored()).read_noise_margin_v());
  EXPECT_NE(CellMargins(tables, shifts).read_noise_margin_v(),
            CellMargins(tables, shifts.mirrored()).read_noise_margin_v());
}

/// Options at which the synthetic cell has rates that plain Monte Carlo resolves.
SramOptions variable_options() {
  SramOptions o;
  o.a_vt_nmos_mv_um = o.a_vt_pmos_mv_um = 4;
  o.samples = 8000;
  return o;
}

TEST(SramCurve, AgreesWithPlainMonteCarloWhereThatResolves) {
  const SramOptions o = variable_options();
  int compared = 0;
  for (const double supply : {0.3, 0.37, 0.45}) {
    SyntheticCell synthetic;
    synthetic.supply_v = supply;
    const CellTables tables = synthetic.tables();
    // The limit is set so that it is near the nominal current.
    const double clock_ns =
        4 * read_current_limit_a(o, 4) / (0.4 * CellMargins(tables, {}).read_current_a());
    const VariableCell cell(tables, o, clock_ns);
    const CurvePoint point = curve_point(tables, o, clock_ns);
    constexpr int kPlain = 20000;
    const std::vector<EstimatedRate> plain = estimate_rates(
        [&](const Deviates& d, std::vector<double>& values) { cell.margins(d, values); }, kCriteria,
        {Deviates{}}, kPlain, 99);
    for (std::size_t k = 0; k < kCriteria; ++k) {
      if (plain[k].rate < 1e-3) continue;
      const Interval interval = proportion_interval(plain[k].failures, kPlain, 0.95);
      EXPECT_GE(point.rates[k].interval.high, interval.low) << supply << " V, criterion " << k;
      EXPECT_LE(point.rates[k].interval.low, interval.high) << supply << " V, criterion " << k;
      EXPECT_GE(point.rates[k].rate, interval.low) << supply << " V, criterion " << k;
      EXPECT_LE(point.rates[k].rate, interval.high) << supply << " V, criterion " << k;
      ++compared;
    }
  }
  EXPECT_GE(compared, 10);
}

TEST(SramCurve, HasTheSameBitsAtAnyNumberOfThreads) {
  SramOptions o = variable_options();
  o.samples = 200;
  std::vector<CellTables> tables;
  for (const double supply : {0.7, 0.6, 0.5, 0.4}) {
    SyntheticCell cell;
    cell.supply_v = supply;
    tables.push_back(cell.tables());
  }
  const std::vector<CurvePoint> one = failure_curve(tables, o, 4, 1);
  const std::vector<CurvePoint> two = failure_curve(tables, o, 4, 2);
  double above = 0;
  for (std::size_t k = 0; k < one.size(); ++k) {
    for (std::size_t c = 0; c < kCriteria; ++c) {
      EXPECT_EQ(one[k].rates[c].rate, two[k].rates[c].rate);
      EXPECT_EQ(one[k].rates[c].interval.high, two[k].rates[c].interval.high);
    }
    const double rate = one[k].rate(FaultCriterion::clocked).rate;
    EXPECT_GT(rate, above);  // a lower supply has more faults
    EXPECT_GE(rate, one[k].rate(FaultCriterion::static_noise).rate);
    above = rate;
  }
}

TEST(SramCurve, ThresholdsVaryByPelgromsLaw) {
  SramOptions o;
  o.a_vt_nmos_mv_um = 2.5;
  o.a_vt_pmos_mv_um = 3;
  const CellTables tables = SyntheticCell().tables();
  const VariableCell cell(tables, o, 4);
  EXPECT_NEAR(cell.pull_down_sigma_v(), 2.5e-3 / std::sqrt(0.205 * 0.05), 1e-12);
  EXPECT_NEAR(cell.access_sigma_v(), 2.5e-3 / std::sqrt(0.135 * 0.05), 1e-12);
  EXPECT_NEAR(cell.pull_up_sigma_v(), 3e-3 / std::sqrt(0.09 * 0.05), 1e-12);
  // 256 cells of 0.35 fF by 100 mV within a quarter of 4 ns.
  EXPECT_NEAR(cell.read_current_limit_a(), 89.6e-15 * 0.1 / 1e-9, 1e-15);
}

}  // namespace
}  // namespace minerva::sram
