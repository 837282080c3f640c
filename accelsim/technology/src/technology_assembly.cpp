#include <algorithm>
#include <cmath>

#include "minerva/base/errors.hpp"
#include "minerva/arithmetic/portable_math.hpp"
#include "technology_figures.hpp"

namespace minerva {
namespace {

/// Points joined by straight lines, in themselves or in their logarithms.
class Piecewise {
 public:
  Piecewise(PiecewiseLaw law, std::vector<std::pair<double, double>> points)
      : law_(law), points_(std::move(points)) {
    std::sort(points_.begin(), points_.end());
    expects(!points_.empty(), "a table without rows");
  }
  double low() const { return points_.front().first; }
  double high() const { return points_.back().first; }
  bool reaches(double x) const { return x >= low() && x <= high(); }

  double at(double x) const {
    expects(reaches(x), "a width outside the table");
    const auto above =
        std::lower_bound(points_.begin(), points_.end(), x,
                         [](const auto& p, double value) { return p.first < value; });
    if (above->first == x) return above->second;
    const auto below = above - 1;
    if (law_ == PiecewiseLaw::linear) {
      const double share = (x - below->first) / (above->first - below->first);
      return below->second + share * (above->second - below->second);
    }
    const double exponent =
        portable_log(above->second / below->second) / portable_log(above->first / below->first);
    return below->second * portable_pow(x / below->first, exponent);
  }

 private:
  PiecewiseLaw law_;
  std::vector<std::pair<double, double>> points_;
};

Piecewise table(const std::vector<FigureRow>& rows, const std::string& name, PiecewiseLaw law) {
  std::vector<std::pair<double, double>> points;
  for (const FigureRow& row : rows) {
    if (row.name != name) continue;
    points.emplace_back(row.index.size() == 2 ? operand_position(row) : row.index[0], row.value);
  }
  return {law, std::move(points)};
}

DatapathByPeriod assemble_by_period(const std::vector<FigureRow>& rows) {
  DatapathByPeriod law;
  const auto row_of = [&](double period_ns) -> DatapathByPeriod::Row& {
    const auto at = std::lower_bound(
        law.rows.begin(), law.rows.end(), period_ns,
        [](const DatapathByPeriod::Row& r, double period) { return r.clock_period_ns < period; });
    if (at != law.rows.end() && at->clock_period_ns == period_ns) return *at;
    DatapathByPeriod::Row fresh;
    fresh.clock_period_ns = period_ns;
    return *law.rows.insert(at, fresh);
  };
  for (const FigureSpec& spec : figures_of(DatapathForm::by_period)) {
    if (spec.index != FigureIndex::clock_period) continue;
    for (const FigureRow& row : rows) {
      if (row.name != spec.name) continue;
      row_of(row.index[0]).*spec.unit_of_row.*spec.unit_figure = row.value;
    }
  }
  return law;
}

struct UnitTables {
  Piecewise energy, leakage, area;

  UnitTables(const std::vector<FigureRow>& rows, const std::string& unit, PiecewiseLaw law)
      : energy(table(rows, unit + "_energy", law)),
        leakage(table(rows, unit + "_leakage", law)),
        area(table(rows, unit + "_area", law)) {}
  bool reach(double x) const { return energy.reaches(x) && leakage.reaches(x) && area.reaches(x); }
  UnitFigures at(double x) const { return {energy.at(x), leakage.at(x), area.at(x)}; }
  int low() const { return static_cast<int>(std::max({energy.low(), leakage.low(), area.low()})); }
  int high() const {
    return static_cast<int>(std::min({energy.high(), leakage.high(), area.high()}));
  }
};

DatapathByWidth::ByBits by_bits(const UnitTables& tables, const Piecewise* delay) {
  DatapathByWidth::ByBits units;
  units.low_bits = tables.low();
  int high = tables.high();
  if (delay != nullptr) {
    units.low_bits = std::max(units.low_bits, static_cast<int>(delay->low()));
    high = std::min(high, static_cast<int>(delay->high()));
  }
  for (int bits = units.low_bits; bits <= high; ++bits) {
    units.units.push_back({tables.at(bits), delay == nullptr ? 0 : delay->at(bits), true});
  }
  return units;
}

DatapathByWidth assemble_by_width(const std::vector<FigureRow>& rows) {
  DatapathByWidth law;
  const UnitTables multiplier(rows, "multiplier", read_law(rows, "multiplier_law", ""));
  const Piecewise multiplier_delay =
      table(rows, "multiplier_delay", read_law(rows, "multiplier_delay_law", ""));
  // Operands no wider and no narrower than those of some multiplier in the tables.
  law.operand_low_bits = law.operand_high_bits = 0;
  for (const FigureRow& row : rows) {
    if (row.name != "multiplier_energy") continue;
    for (const double operand : row.index) {
      const int bits = static_cast<int>(operand);
      law.operand_high_bits = std::max(law.operand_high_bits, bits);
      law.operand_low_bits =
          law.operand_low_bits == 0 ? bits : std::min(law.operand_low_bits, bits);
    }
  }
  for (int a = law.operand_low_bits; a <= law.operand_high_bits; ++a) {
    for (int b = law.operand_low_bits; b <= law.operand_high_bits; ++b) {
      DatapathByWidth::TimedUnit unit;
      unit.known = multiplier.reach(a * b) && multiplier_delay.reaches(a + b);
      if (unit.known) {
        unit.unit = multiplier.at(a * b);
        unit.delay_ns = multiplier_delay.at(a + b);
      }
      law.multipliers.push_back(unit);
    }
  }
  const PiecewiseLaw adder_law = read_law(rows, "adder_law", "");
  const Piecewise adder_delay = table(rows, "adder_delay", adder_law);
  law.adders = by_bits(UnitTables(rows, "adder", adder_law), &adder_delay);
  law.comparators =
      by_bits(UnitTables(rows, "comparator", read_law(rows, "comparator_law", "")), nullptr);
  return law;
}

}  // namespace

Technology assemble_technology(const std::string& name, std::vector<FigureRow> rows) {
  Technology technology;
  technology.name = name;
  const DatapathForm form = read_form(rows, name);
  if (form == DatapathForm::by_period) {
    technology.datapath = assemble_by_period(rows);
  } else {
    technology.datapath = assemble_by_width(rows);
  }
  const std::vector<FigureSpec> specs = figures_of(form);
  for (const FigureRow& row : rows) {
    if (row.kind == FigureKind::calibrated) technology.calibrated = true;
    if (row.name == "fault_rate") technology.fault_rates.push_back({row.index[0], row.value});
    for (const FigureSpec& spec : specs) {
      if (spec.place != nullptr && row.name == spec.name) spec.place(technology) = row.value;
    }
  }
  auto& rates = technology.fault_rates;
  std::sort(rates.begin(), rates.end(),
            [](const FaultRateRow& a, const FaultRateRow& b) { return a.voltage_v > b.voltage_v; });
  technology.rows = std::move(rows);
  return technology;
}

}  // namespace minerva
