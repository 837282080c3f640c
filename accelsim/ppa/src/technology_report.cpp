#include "minerva/accelsim/technology_report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "minerva/accelsim/fault_tables.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"

namespace minerva {
namespace {

void count(std::vector<CountedText>& counts, const std::string& text) {
  for (CountedText& counted : counts) {
    if (counted.text != text) continue;
    ++counted.rows;
    return;
  }
  counts.push_back({text, 1});
}

void sort_by_rows(std::vector<CountedText>& counts) {
  std::stable_sort(counts.begin(), counts.end(),
                   [](const CountedText& a, const CountedText& b) { return a.rows > b.rows; });
}

std::vector<std::string> ranges_of(const Technology& t) {
  std::vector<std::string> ranges;
  ranges.push_back("clock period: " + clock_periods_text(t.datapath));
  const auto bits = [](int low, int high) {
    return std::to_string(low) + " to " + std::to_string(high) + " bits";
  };
  if (const auto* by_width = std::get_if<DatapathByWidth>(&t.datapath)) {
    ranges.push_back("multiplier: operands of " +
                     bits(by_width->operand_low_bits, by_width->operand_high_bits) +
                     ", joined between the rows of its tables");
    ranges.push_back("adders: " + bits(by_width->adders.low_bits, by_width->adders.high_bits()));
    ranges.push_back("comparators: " +
                     bits(by_width->comparators.low_bits, by_width->comparators.high_bits()));
  } else {
    ranges.push_back("datapath: any width, scaled from 32 bits by the laws of the file");
  }
  ranges.push_back("memory word: " + bits(static_cast<int>(t.sram_width_min_bits),
                                          static_cast<int>(t.sram_width_max_bits)));
  ranges.push_back("memory macro: " + number_text(t.sram_words_min) +
                   " words, which smaller banks pay for, to " + number_text(t.sram_words_max) +
                   ", beyond which a bank is split");
  ranges.push_back("weight SRAM: " + number_text(t.fault_rates.back().voltage_v) + " to " +
                   number_text(t.sram_nominal_v) + " V (nominal), fault rate " +
                   number_text(t.fault_rates.back().rate) + " to " +
                   number_text(t.fault_rates.front().rate) + " a bit in " +
                   std::to_string(t.fault_rates.size()) + " rows");
  const auto range = [&](const FigureRow& row) {
    if (!row.range) return;
    ranges.push_back(row.key() + " was measured within " + number_text(row.range->low) + " to " +
                     number_text(row.range->high) + " " + row.range->unit);
  };
  for (const FigureRow& row : t.rows) range(row);
  std::vector<CountedText> operands;
  for (const FigureRow& row : t.rows) {
    if (is_of_a_network(row)) count(operands, operands_text(row));
  }
  if (operands.empty()) ranges.push_back("operands: uniform random, of no network");
  for (const CountedText& each : operands) {
    ranges.push_back("operands: of " + each.text + " (" + std::to_string(each.rows) + " rows)");
  }
  std::vector<CountedText> criteria;
  for (const FigureRow& row : t.rows) {
    if (is_fault_table(row.name)) count(criteria, row.conditions);
  }
  for (const CountedText& criterion : criteria) {
    ranges.push_back("fault criterion: " + criterion.text + " (" + std::to_string(criterion.rows) +
                     " rows)");
  }
  return ranges;
}

/// What a file without a group of rows does.
struct LeftOut {
  FigureGroup group;
  const char* what;
};
constexpr LeftOut kLeftOut[] = {
    {FigureGroup::operands,
     "multipliers and adders with the operands of a network (multiplier_energy_dense, _kept): "
     "uniform random ones stand for them, which take 2 to 20 times more"},
    {FigureGroup::registers,
     "clock gates, and registers that keep their word (clock_gate_energy): about a tenth of the "
     "datapath's power"},
    {FigureGroup::clock_pins,
     "the clock by its pins (clock_pin_energy): it is paid for by area, memories with it"},
    {FigureGroup::operand_buffer,
     "buffers of the words that F1 sends to all lanes (operand_buffer_bit_energy)"},
    {FigureGroup::wires,
     "wires to the lanes, and between the banks of a memory (wire_energy): more banks look cheap"},
    {FigureGroup::accumulator_multiplexer,
     "the multiplexer between bias and accumulator (accumulator_multiplexer_bit_energy)"},
    {FigureGroup::write_multiplexer,
     "the multiplexer from the lanes to a write port (write_multiplexer_bit_energy)"},
    {FigureGroup::core,
     "what is measured in a whole core (control_bit_energy): address registers of the sequencer, "
     "selection of inputs and kept products, adders of a tree by their use"},
    {FigureGroup::macs,
     "what the number of MACs of a lane does to multiplications, roundings and additions "
     "(one_mac_adder_dense): those of the machine that the rows are of stand for all"},
    {FigureGroup::macs_around,
     "what the number of MACs of a lane does to selection and to the multiplexer before the "
     "accumulator (one_mac_selection_dense)"},
    {FigureGroup::zeros,
     "what the zeros among dense operands save (zero_operands_multiplier): every network has as "
     "many as that of the rows"},
    {FigureGroup::wide,
     "what wide formats do to the energy of a dense bit (wide_register_dense): all formats have "
     "that of narrow ones"},
    {FigureGroup::level_shifter,
     "level shifters between a lowered supply and that of the lanes (level_shifter_bit_energy)"},
    {FigureGroup::regulator,
     "the converter of a lowered supply (regulator_efficiency): it is taken as lossless"},
    {FigureGroup::access,
     "the access time of a memory (sram_access_fixed): any macro answers within any clock"},
};

std::vector<std::string> left_out_of(const Technology& t) {
  std::vector<std::string> all;
  for (const LeftOut& each : kLeftOut) {
    if (!t.components.has(each.group)) all.emplace_back(each.what);
    if (each.group != FigureGroup::core || t.components.has(FigureGroup::core)) continue;
    if (!t.components.has(FigureGroup::sequencer)) {
      all.emplace_back("the counters of the sequencer (sequencer_bit_energy)");
    }
  }
  const auto uniform = [&](FigureGroup has, FigureGroup of_network, const char* unit) {
    if (!t.components.has(FigureGroup::operands) || !t.components.has(has)) return;
    if (t.components.has(of_network)) return;
    all.push_back(std::string("a network's operands of ") + unit + ": uniform ones stand for them");
  };
  uniform(FigureGroup::required, FigureGroup::comparator_operands, "comparators");
  uniform(FigureGroup::rounding, FigureGroup::rounding_operands, "the rounding of products");
  uniform(FigureGroup::registers, FigureGroup::register_operands, "registers");
  uniform(FigureGroup::accumulator_multiplexer, FigureGroup::accumulator_operands,
          "the multiplexer between bias and accumulator");
  uniform(FigureGroup::operand_buffer, FigureGroup::buffer_operands, "buffers of broadcast words");
  if (!t.components.double_input_buffer) {
    all.emplace_back(
        "loading the inputs (input_load_law = double_buffer): neither their writes nor a second "
        "input memory");
  }
  return all;
}

template <typename Ask>
SampleCost sample(const std::string& name, Ask ask) {
  SampleCost cost;
  cost.name = name;
  try {
    ask(cost);
  } catch (const UserError& error) {
    cost.refusal = error.what();
  }
  return cost;
}

SampleCost unit_sample(const std::string& name, const Technology& t, const DatapathWidths& widths,
                       UnitFigures DatapathUnits::*unit) {
  return sample(name, [&](SampleCost& cost) {
    const DatapathUnits units = datapath_units(t.datapath, widths, DesignPoint{}.clock_period_ns,
                                               unit == &DatapathUnits::comparator, t.name);
    cost.energy_pj = (units.*unit).energy_pj;
    cost.leakage_uw = (units.*unit).leakage_uw;
    cost.area_um2 = (units.*unit).area_um2;
  });
}

SampleCost macro_sample(const std::string& name, const Technology& t, double words, int bits,
                        bool rom) {
  return sample(name, [&](SampleCost& cost) {
    const MemoryFigures macro = rom ? t.rom(words, 1, bits) : t.memory(words, 1, bits);
    cost.energy_pj = macro.read_pj;
    cost.leakage_uw = macro.leakage_uw;
    cost.area_um2 = macro.area_um2;
  });
}

std::vector<SampleCost> samples_of(const Technology& t) {
  const DatapathWidths wide = {16, 16, 16, 26};
  const DatapathWidths narrow = {8, 6, 9, 19};
  return {
      unit_sample("multiplier 16 x 16", t, wide, &DatapathUnits::multiplier),
      unit_sample("multiplier 8 x 6", t, narrow, &DatapathUnits::multiplier),
      unit_sample("adder 26 bits", t, wide, &DatapathUnits::adder),
      unit_sample("adder 19 bits", t, narrow, &DatapathUnits::adder),
      unit_sample("comparator 6 bits", t, narrow, &DatapathUnits::comparator),
      unit_sample("register bit", t, wide, &DatapathUnits::register_bit),
      macro_sample("SRAM 256 x 8", t, 256, 8, false),
      macro_sample("SRAM 8192 x 8", t, 8192, 8, false),
      macro_sample("SRAM 8192 x 16", t, 8192, 16, false),
      macro_sample("ROM 8192 x 8", t, 8192, 8, true),
  };
}

std::string percent_text(double percent) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g %%", percent);
  return text;
}

/// "1 row is", "3 rows are".
std::string rows_are(int rows) {
  return std::to_string(rows) + (rows == 1 ? " row is" : " rows are");
}

/// The rows of a kind that weigh most in a power.
std::string rows_text(const PowerBasis& basis, FigureKind kind) {
  std::string text;
  int shown = 0;
  for (const RowInfluence& row : basis.rows) {
    if (row.kind != kind || shown == 3) continue;
    text += (shown++ == 0 ? "" : ", ") + row.key;
  }
  return text;
}

/// What a machine's power changes when every row of a node is 1 % off, all to its worse side.
double percent_of_node(const Technology& t, const PowerBasis& basis, const std::string& node) {
  double percent = 0;
  for (const FigureRow& row : t.rows) {
    if (row.node != node) continue;
    for (const RowInfluence& moved : basis.rows) {
      if (moved.key == row.key()) percent += std::abs(moved.percent) / 100;
    }
  }
  return percent;
}

void warn_of_machine(const TracedMachine& machine, std::vector<std::string>& warnings) {
  if (!machine.refusal.empty()) {
    warnings.push_back("no figures of the " + machine.name + ": " + machine.refusal);
    return;
  }
  for (const FigureKind kind : {FigureKind::user, FigureKind::calibrated, FigureKind::assumption,
                                FigureKind::extrapolated}) {
    const double percent = machine.basis.percent_of_kind[static_cast<std::size_t>(kind)];
    if (percent == 0) continue;
    warnings.push_back(machine.name + ": " + percent_text(percent) + " of the power rests on " +
                       (kind == FigureKind::user           ? "rows of the user"
                        : kind == FigureKind::calibrated   ? "calibrated rows"
                        : kind == FigureKind::extrapolated ? "rows outside of their range"
                                                           : "assumptions") +
                       ", first on " + rows_text(machine.basis, kind));
  }
  if (machine.basis.interval) {
    const PowerInterval& interval = *machine.basis.interval;
    warnings.push_back(machine.name + ": between " + number_text(interval.low_mw, 3) + " and " +
                       number_text(interval.high_mw, 3) + " mW by the residuals of its rows, " +
                       percent_text(interval.deciding_percent) + " by that of " +
                       interval.deciding_row);
  }
  if (machine.basis.rows.empty()) return;  // a technology in which nothing costs anything
  const RowInfluence& first = machine.basis.rows.front();
  warnings.push_back(machine.name + ": " + first.key + " (" + to_string(first.kind) +
                     ") moves the power most, 1 % of it by " + percent_text(first.percent / 100));
}

std::vector<std::string> warnings_of(const TechnologyReport& report, const Technology& technology) {
  std::vector<std::string> warnings;
  for (const std::string& set : technology.overrides) warnings.push_back("set by the user: " + set);
  const int calibrated = report.rows_of_kind[static_cast<std::size_t>(FigureKind::calibrated)];
  if (calibrated > 0) {
    warnings.push_back(rows_are(calibrated) +
                       " calibrated: agreement with what they were fitted to is no evidence");
  }
  for (std::size_t k = 1; k < report.nodes.size(); ++k) {
    std::string text = rows_are(report.nodes[k].rows) + " of " + report.nodes[k].text +
                       ", most of " + report.nodes.front().text + ", and nothing is scaled";
    for (const TracedMachine& machine : report.machines) {
      if (!machine.refusal.empty()) continue;
      text += "; 1 % off they move the power of the " + machine.name + " by " +
              percent_text(percent_of_node(technology, machine.basis, report.nodes[k].text));
    }
    warnings.push_back(text);
  }
  for (const TracedMachine& machine : report.machines) warn_of_machine(machine, warnings);
  for (const SampleCost& cost : report.samples) {
    if (!cost.refusal.empty()) warnings.push_back("no " + cost.name + ": " + cost.refusal);
  }
  return warnings;
}

TracedMachine trace_machine(const char* name, MeasuredMachine (*design)(const Technology&),
                            const Technology& technology) {
  TracedMachine machine;
  machine.name = name;
  try {
    machine.basis = trace_power(design(technology), technology);
  } catch (const UserError& error) {
    machine.refusal = error.what();
  }
  return machine;
}

}  // namespace

TechnologyReport report_technology(const Technology& technology) {
  TechnologyReport report;
  report.name = technology.name;
  report.calibrated = technology.calibrated;
  for (const FigureRow& row : technology.rows) {
    ++report.rows_of_kind[static_cast<std::size_t>(row.kind)];
    count(report.nodes, row.node);
    count(report.sources, row.source);
  }
  sort_by_rows(report.nodes);
  sort_by_rows(report.sources);
  report.ranges = ranges_of(technology);
  report.samples = samples_of(technology);
  report.machines = {trace_machine("reference machine", reference_design, technology),
                     trace_machine("optimized machine", optimized_design, technology)};
  report.left_out = left_out_of(technology);
  report.warnings = warnings_of(report, technology);
  return report;
}

}  // namespace minerva
