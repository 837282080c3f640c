#include "minerva/sram/sram_rows.hpp"

#include <algorithm>
#include <cstdio>
#include <set>
#include <sstream>

#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/files/atomic_file.hpp"

namespace minerva::sram {
namespace {

constexpr const char* kFailures = "flips when it is read or cannot be written";

std::string criterion_text(const SramOptions& o, double clock_period_ns) {
  const std::string slow =
      "its read current does not move a bit line of " + number_text(o.bit_line_ff()) + " fF (" +
      std::to_string(o.bit_line_cells) + " cells) by " + number_text(o.sense_voltage_mv) +
      " mV within " + number_text(o.bit_line_cycle_share * clock_period_ns) + " ns (" +
      number_text(o.bit_line_cycle_share) + " of " + number_text(clock_period_ns) + " ns)";
  const std::string name = std::string(to_string(o.criterion)) + ": ";
  switch (o.criterion) {
    case FaultCriterion::clocked:
      return name + kFailures + ", or " + slow;
    case FaultCriterion::static_noise:
      return name + kFailures + "; access time is not in it";
    case FaultCriterion::read_flip:
      return name + "flips when it is read; writes and access time are not in it";
    case FaultCriterion::write_failure:
      return name + "cannot be written; reads and access time are not in it";
    case FaultCriterion::slow_read:
      break;
  }
  return name + slow;
}

std::string rate_text(double rate) {
  char text[32];
  std::snprintf(text, sizeof text, "%.5E", rate);
  return text;
}

FigureRow row(const std::string& name, std::vector<double> index, const std::string& value,
              const std::string& unit, const std::string& conditions) {
  FigureRow made;
  made.name = name;
  made.index = std::move(index);
  made.value_text = value;
  made.value = std::stod(value);
  made.unit = unit;
  made.conditions = conditions;
  made.kind = FigureKind::derived;
  return made;
}

}  // namespace

std::string curve_conditions(const CellDevices& cell, const SramOptions& o,
                             double clock_period_ns) {
  const auto wide = [](const DeviceSize& size) { return number_text(size.width_nm); };
  return criterion_text(o, clock_period_ns) + "; " +
         (o.cell == CellKind::six_transistors ? "6T " : "8T ") + wide(cell.pull_down) + "/" +
         wide(cell.access) + "/" + wide(cell.pull_up) + " nm x " + number_text(o.length_nm) +
         " nm, A_VT " + number_text(o.a_vt_nmos_mv_um) + " (n) and " +
         number_text(o.a_vt_pmos_mv_um) + " (p) mV um, " + number_text(o.temperature_c) + " C";
}

const std::vector<std::string>& left_out() {
  static const std::vector<std::string> all = {
      "The offset of the sense amplifier is not sampled; the sense voltage covers it.",
      "Decoder and word line have no delay; they have their share of the cycle.",
      "A write is static: the word line is open as long as the cell needs.",
      "Cells that are not selected draw no current from the bit line; the table shows how much "
      "they would.",
      "Ageing, noise of the supply and variation from chip to chip are left out; a corner is "
      "chosen by its cards."};
  return all;
}

std::vector<FigureRow> technology_rows(const std::vector<CurvePoint>& curve,
                                       const std::vector<ArrayPoint>& array,
                                       const CellDevices& cell, const SramOptions& o,
                                       double clock_period_ns, std::vector<double>& dropped_v) {
  expects(!curve.empty() && curve.size() == array.size(), "a curve without points");
  const std::string conditions = curve_conditions(cell, o, clock_period_ns);
  std::vector<FigureRow> rows;
  rows.push_back(row("sram_nominal_voltage", {}, number_text(curve.front().supply_v), "V",
                     "highest voltage of the curve"));
  std::vector<double> voltages;
  std::vector<double> leakages;
  for (const ArrayPoint& point : array) {
    voltages.push_back(point.supply_v);
    leakages.push_back(point.leakage_uw_per_kb);
  }
  const std::string leaking = "cells alone, both bit lines precharged, without variation, " +
                              number_text(o.temperature_c) + " C";
  rows.push_back(row("sram_leakage", {}, number_text(leakages.front(), 4), "uW/KB", leaking));
  if (voltages.size() > 1) {
    rows.push_back(row("sram_leakage_per_volt", {},
                       number_text(leakage_per_volt(voltages, leakages), 4), "1/V",
                       "k of V / Vn exp(k (V - Vn)), least squares down to " +
                           number_text(voltages.back()) + " V; " + leaking));
  }
  double above = -1;
  for (const CurvePoint& point : curve) {
    const double rate = point.rate(o.criterion).rate;
    if (rate >= kLargestFaultRate || !dropped_v.empty()) {
      dropped_v.push_back(point.supply_v);
      continue;
    }
    const std::string text = rate_text(rate);
    if (std::stod(text) <= above) {
      throw UserError("fault rate at " + number_text(point.supply_v) + " V", text,
                      "needs more than " + rate_text(above) +
                          " at the next higher voltage; with more sram.samples or wider steps of "
                          "sram.voltages it comes out so");
    }
    above = std::stod(text);
    rows.push_back(row("fault_rate", {point.supply_v}, text, "1", conditions));
  }
  if (dropped_v.size() == curve.size()) {
    throw UserError(
        "sram.voltages", number_text(curve.front().supply_v) + " V",
        "needs a voltage at which less than half of the cells fail (" + conditions + ")");
  }
  const std::string source = "minerva sram, " + std::to_string(o.samples) +
                             " cells a kind and voltage, ngspice with " + cell.cards_name +
                             " (sha256 " +
                             sha256(cell.cards.data(), cell.cards.size()).substr(0, 12) + ")";
  for (FigureRow& each : rows) {
    each.node = o.node;
    each.source = source;
  }
  return rows;
}

std::string rows_text(const std::vector<FigureRow>& rows) {
  std::string text;
  for (const FigureRow& each : rows) {
    text += each.key() + " | " + each.value_text + " | " + each.unit + " | " + each.node + " | " +
            each.conditions + " | " + each.source + " | " + to_string(each.kind) + "\n";
  }
  return text;
}

std::string replaced_rows(const std::string& base_file, const std::vector<FigureRow>& rows,
                          const std::string& heading) {
  std::set<std::string> replaced;
  for (const FigureRow& each : rows) replaced.insert(each.name);
  std::string text = "# " + heading + "\n";
  std::istringstream lines(read_file(base_file));
  bool dropped = false;  // the line above
  std::vector<std::string> comments;
  const auto keep_comments = [&] {
    for (const std::string& comment : comments) text += comment + "\n";
    comments.clear();
  };
  for (std::string line; std::getline(lines, line);) {
    const std::string content(trimmed(line, " \t\r"));
    if (content.empty() || content.front() == '#') {
      comments.push_back(line);
      continue;
    }
    const std::string name = content.substr(0, content.find_first_of("[| \t"));
    if (replaced.count(name) != 0) {
      // A comment directly above a replaced table speaks of that table.
      if (!comments.empty() && name == "fault_rate") comments.clear();
      dropped = true;
      continue;
    }
    keep_comments();
    dropped = false;
    text += line + "\n";
  }
  if (!dropped) keep_comments();
  return text + "\n# SRAM cell, from minerva sram.\n" + rows_text(rows);
}

}  // namespace minerva::sram
