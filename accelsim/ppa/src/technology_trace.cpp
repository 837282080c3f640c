#include <algorithm>
#include <cmath>
#include <utility>

#include "cost.hpp"
#include "minerva/accelsim/fault_tables.hpp"
#include "minerva/accelsim/power_interval.hpp"
#include "minerva/accelsim/technology_report.hpp"

namespace minerva {
namespace {

constexpr double kStep = 1e-4;        // relative change of a row; all laws are smooth over it
constexpr double kIntegerStep = 0.1;  // of rows in words or bits, which are rounded to integers
constexpr double kCountsFrom = 0.05;  // influence from which a row counts for a component

bool is_whole(const FigureRow& row) { return row.unit == "words" || row.unit == "bits"; }

/// The rows of a technology, one of which is changed at a time.
class ChangedRows {
 public:
  explicit ChangedRows(const Technology& technology)
      : name_(technology.name), rows_(technology.rows) {}

  /// The design's figures with one row changed, in a machine with the stages it then asks for.
  PpaFigures figures(const MeasuredMachine& design, std::size_t row, double value) {
    const double before = std::exchange(rows_[row].value, value);
    Technology changed = assemble_technology(name_, std::move(rows_));
    MachineConfiguration same = design;
    same.point.multiplier_stages = std::max(
        design.point.multiplier_stages, multiplier_stages(design.widths, design.point.macs_per_lane,
                                                          design.point.clock_period_ns, changed));
    const PpaFigures made = unchecked_figures(same, design.activity, design.supply, changed);
    rows_ = std::move(changed.rows);  // hundreds of texts, which are not copied
    rows_[row].value = before;
    return made;
  }

 private:
  std::string name_;
  std::vector<FigureRow> rows_;
};

/// Relative change of a figure over the relative change of the row.
double influence(double low, double high, double figure, double relative_change) {
  return figure == 0 ? 0 : (high - low) / figure / relative_change;
}

/// Whether a machine uses a row where it was measured: the supply of its weight memory, its clock
/// period, or the words of its macros.
class RangesOfUse {
 public:
  RangesOfUse(const MeasuredMachine& design, const Technology& technology)
      : supply_v_(design.supply.voltage_v == 0 ? technology.sram_nominal_v
                                               : design.supply.voltage_v),
        period_ns_(design.point.clock_period_ns) {
    const MachineStructure structure = structure_of(design);
    for (std::size_t k = 0; k < kMemoryKinds; ++k) {
      const auto kind = static_cast<MemoryKind>(k);
      if (structure.of(kind).words == 0) continue;
      macro_words_[k] = memory_figures(structure, kind, technology).macro_words;
    }
  }

  /// The row's kind, for the component that it moves.
  FigureKind kind(const FigureRow& row, Component component) const {
    if (!row.range) return row.kind;
    const auto outside = [&](double value) { return !row.range->holds(value); };
    bool beyond = false;
    if (row.range->unit == "V") beyond = outside(supply_v_);
    if (row.range->unit == "ns") beyond = outside(period_ns_);
    if (row.range->unit == "words") {
      for (std::size_t k = 0; k < kMemoryKinds; ++k) {
        beyond = beyond ||
                 (component == kComponentOf[k] && macro_words_[k] != 0 && outside(macro_words_[k]));
      }
    }
    return beyond ? std::max(row.kind, FigureKind::extrapolated) : row.kind;
  }
  /// The weakest that it is for any component.
  FigureKind kind(const FigureRow& row) const {
    FigureKind weakest = row.kind;
    for (const Component component : kComponentOf)
      weakest = std::max(weakest, kind(row, component));
    return weakest;
  }

 private:
  static constexpr std::array<Component, kMemoryKinds> kComponentOf = {
      Component::weight_memory, Component::bias_store, Component::input_memory,
      Component::activation_memory};

  double supply_v_;
  double period_ns_;
  std::array<double, kMemoryKinds> macro_words_{};
};

}  // namespace

PowerBasis trace_power(const MeasuredMachine& design, const Technology& technology) {
  const PpaFigures figures = estimate_figures(design, design.activity, design.supply, technology);
  PowerBasis basis;
  basis.power_mw = figures.power_mw;
  basis.interval = power_interval(design, design.activity, design.supply, technology);
  const RangesOfUse use(design, technology);
  std::vector<FigureRow> of_a_network;
  std::array<FigureKind, kComponents> dynamic_kind{}, leakage_kind{};
  std::array<std::vector<std::string>, kComponents> dynamic_rows, leakage_rows;
  const auto note = [](FigureKind kind, const std::string& key, FigureKind& weakest,
                       std::vector<std::string>& rows) {
    if (kind < weakest) return;
    if (kind > weakest) rows.clear();
    weakest = kind;
    rows.push_back(key);
  };
  ChangedRows changed(technology);
  for (std::size_t r = 0; r < technology.rows.size(); ++r) {
    const FigureRow& row = technology.rows[r];
    // Fault tables chose the supply, which is part of the design.
    if (row.is_law() || row.value == 0 || is_fault_table(row.name)) continue;
    double low = row.value * (1 - kStep);
    double high = row.value * (1 + kStep);
    if (is_whole(row)) {
      const double step = std::max(1.0, std::round(row.value * kIntegerStep));
      low = row.value;
      high = row.value + step;
    }
    const PpaFigures below = changed.figures(design, r, low);
    const PpaFigures above = changed.figures(design, r, high);
    const double change = (high - low) / row.value;
    const double of_power = influence(below.power_mw, above.power_mw, figures.power_mw, change);
    if (of_power != 0) {
      basis.rows.push_back({row.key(), use.kind(row), 100 * of_power});
      if (is_of_a_network(row)) of_a_network.push_back(row);
    }
    for (std::size_t c = 0; c < kComponents; ++c) {
      const PartFigures& is = figures.components[c];
      const PartFigures& less = below.components[c];
      const PartFigures& more = above.components[c];
      if (std::abs(influence(less.dynamic_pj, more.dynamic_pj, is.dynamic_pj, change)) >=
          kCountsFrom) {
        note(use.kind(row, static_cast<Component>(c)), row.key(), dynamic_kind[c], dynamic_rows[c]);
      }
      if (std::abs(influence(less.leakage_uw, more.leakage_uw, is.leakage_uw, change)) >=
          kCountsFrom) {
        note(use.kind(row, static_cast<Component>(c)), row.key(), leakage_kind[c], leakage_rows[c]);
      }
    }
  }
  basis.operands = operands_of(of_a_network);
  std::stable_sort(basis.rows.begin(), basis.rows.end(),
                   [](const RowInfluence& a, const RowInfluence& b) {
                     return std::abs(a.percent) > std::abs(b.percent);
                   });
  for (std::size_t c = 0; c < kComponents; ++c) {
    ComponentBasis component;
    component.component = static_cast<Component>(c);
    component.dynamic_mw = figures.components[c].dynamic_pj / figures.time_ns;
    component.leakage_mw = figures.components[c].leakage_uw / 1000;
    if (component.dynamic_mw == 0 && component.leakage_mw == 0) continue;
    component.dynamic_kind = dynamic_kind[c];
    component.leakage_kind = leakage_kind[c];
    if (dynamic_kind[c] >= leakage_kind[c]) component.weakest_rows = dynamic_rows[c];
    if (leakage_kind[c] >= dynamic_kind[c]) {
      for (const std::string& key : leakage_rows[c]) {
        auto& rows = component.weakest_rows;
        if (std::find(rows.begin(), rows.end(), key) == rows.end()) rows.push_back(key);
      }
    }
    const double whole = figures.power_mw / 100;
    basis.percent_of_kind[static_cast<std::size_t>(dynamic_kind[c])] +=
        component.dynamic_mw / whole;
    basis.percent_of_kind[static_cast<std::size_t>(leakage_kind[c])] +=
        component.leakage_mw / whole;
    basis.components.push_back(component);
  }
  return basis;
}

MeasuredMachine reference_design(const Technology& technology) {
  MeasuredMachine design;  // 16 lanes x 1 MAC at 4 ns
  design.network = Topology{{784, 256, 256, 256, 10}};
  design.widths = {16, 16, 16, 26};
  design.activity = full_graph_activity(design.network.graph(), 1, 1);
  design.point.multiplier_stages =
      multiplier_stages(design.widths, 1, design.point.clock_period_ns, technology);
  return design;
}

MeasuredMachine optimized_design(const Technology& technology) {
  MeasuredMachine design = reference_design(technology);
  design.widths = {8, 6, 9, 19};
  design.point.multiplier_stages =
      multiplier_stages(design.widths, 1, design.point.clock_period_ns, technology);
  design.thresholds.assign(static_cast<std::size_t>(design.network.layers()), true);
  design.activity.samples = 100;
  const int skipped_percent[] = {80, 70, 72, 76};  // 75 % of all (book, Sec. 4.4.2)
  for (std::size_t k = 0; k < 4; ++k) {
    const int kept = design.network.facts(static_cast<int>(k)).inputs * (100 - skipped_percent[k]);
    design.activity.layers[k] = {kept, 0, kept, kept};
  }
  design.mitigation = {Masking::bit, SignPolicy::zero, Detector::razor};
  design.supply = technology.lowest_voltage(1e-2);
  return design;
}

}  // namespace minerva
