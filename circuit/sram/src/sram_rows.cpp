#include "minerva/sram/sram_rows.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "minerva/accelsim/fault_tables.hpp"
#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"

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

namespace {

/// Collects the rows of one curve.
class SramRowsWriter {
 public:
  SramRowsWriter(const std::vector<CurvePoint>& curve, const std::vector<ArrayPoint>& array,
                 const CellDevices& cell, const SramOptions& o, double clock_period_ns)
      : curve_(curve), array_(array), cell_(cell), o_(o), clock_period_ns_(clock_period_ns) {
    for (const ArrayPoint& point : array) voltages_.push_back(point.supply_v);
  }

  SramRows write(const std::optional<MacroRead>& macro) {
    add("sram_nominal_voltage", number_text(voltages_.front()), "V",
        "highest voltage of the curve");
    add_leakage();
    if (macro && macro->by_words_and_bits) add_bit_lines(*macro);
    if (voltages_.size() > 1 && macro) add_dynamic_exponent(*macro);
    add("fault_clock_period", number_text(clock_period_ns_), "ns",
        "design.clock_period_ns, of which a read of the fault tables has its share");
    add_used_table();
    for (const auto& criterion : enum_names(FaultCriterion{})) {
      if (criterion.value != o_.criterion) add_other_table(criterion.value);
    }
    const std::string source = "minerva sram, " + std::to_string(o_.samples) +
                               " cells a kind and voltage, ngspice with " + cell_.cards_name +
                               " (sha256 " +
                               sha256(cell_.cards.data(), cell_.cards.size()).substr(0, 12) + ")";
    for (FigureRow& each : made_.rows) {
      each.node = o_.node;
      each.source = source;
    }
    return std::move(made_);
  }

 private:
  void add(const std::string& name, const std::string& value, const std::string& unit,
           const std::string& conditions) {
    made_.rows.push_back(row(name, {}, value, unit, conditions));
  }

  void add_leakage() {
    std::vector<double> leakages;
    for (const ArrayPoint& point : array_) leakages.push_back(point.leakage_uw_per_kb);
    const std::string leaking = "cells alone, both bit lines precharged, without variation, " +
                                number_text(o_.temperature_c) + " C";
    add("sram_leakage", number_text(leakages.front(), 4), "uW/KB", leaking);
    if (voltages_.size() < 2) return;
    add("sram_leakage_per_volt", number_text(leakage_per_volt(voltages_, leakages), 4), "1/V",
        "k of V / Vn exp(k (V - Vn)), least squares down to " + number_text(voltages_.back()) +
            " V; " + leaking);
  }

  /// Every column of a macro is read, whatever its multiplexer, so that bit lines go with all
  /// cells.
  void add_bit_lines(const MacroRead& of) {
    add("sram_read_word_bit", number_text(bit_line_pj_per_cell(array_.front(), o_), 4), "pJ",
        "a bit line of " + std::to_string(o_.bit_line_cells) + " cells, " +
            number_text(array_.front().bit_line_read_fj, 3) + " fJ at " +
            number_text(voltages_.front()) + " V with a sense voltage of " +
            number_text(o_.sense_voltage_mv) + " mV, by cell; the base had " +
            number_text(of.word_bit_pj, 4));
  }

  /// Bit lines and word line as they are simulated, the rest of a macro's read with V^2.
  void add_dynamic_exponent(const MacroRead& of) {
    std::vector<double> reads_fj;
    for (const ArrayPoint& point : array_) {
      reads_fj.push_back(o_.word_line_cells * point.bit_line_read_fj + point.word_line_fj);
    }
    const double array_fj = reads_fj.front();
    const double rest_fj = 1e3 * of.read_pj - array_fj;
    const std::string macro =
        std::to_string(of.words) + " words x " + std::to_string(of.bits) + " bits";
    if (rest_fj < 0) {
      made_.notes.push_back(
          "sram_dynamic_exponent is not written: the bit lines and the word line "
          "take " +
          number_text(array_fj * 1e-3, 3) + " pJ, more than a read of " + macro + " of the base, " +
          number_text(of.read_pj, 3) + " pJ");
      return;
    }
    for (std::size_t k = 0; k < reads_fj.size(); ++k) {
      const double relative = voltages_[k] / voltages_.front();
      reads_fj[k] += rest_fj * relative * relative;
    }
    add("sram_dynamic_exponent", number_text(exponent_from_nominal(voltages_, reads_fj), 4), "1",
        "a read of " + macro + ", least squares down to " + number_text(voltages_.back()) +
            " V: its bit lines and word line, " + number_text(array_fj * 1e-3, 3) + " of " +
            number_text(of.read_pj, 3) + " pJ, as simulated with a sense voltage of " +
            number_text(o_.sense_voltage_mv) + " mV at every supply, and the rest with V^2");
  }

  std::string conditions_of(FaultCriterion criterion) const {
    SramOptions of = o_;
    of.criterion = criterion;
    return curve_conditions(cell_, of, clock_period_ns_);
  }

  /// The table by which the flow lowers the supply.
  void add_used_table() {
    const std::string conditions = conditions_of(o_.criterion);
    double above = -1;
    for (const CurvePoint& point : curve_) {
      const double rate = point.rate(o_.criterion).rate;
      if (rate >= kLargestFaultRate) {
        if (above < 0) {
          throw UserError(
              "sram.voltages", number_text(point.supply_v) + " V",
              "needs a voltage at which less than half of the cells fail (" + conditions + ")");
        }
        note_end("fault_rate", point.supply_v);
        return;
      }
      const std::string text = rate_text(rate);
      if (std::stod(text) <= above) {
        throw UserError("fault rate at " + number_text(point.supply_v) + " V", text,
                        "needs more than " + rate_text(above) +
                            " at the next higher voltage; with more sram.samples or wider steps of "
                            "sram.voltages it comes out so");
      }
      above = std::stod(text);
      made_.rows.push_back(row("fault_rate", {point.supply_v}, text, "1", conditions));
    }
  }

  /// A table to compare with: what its samples do not tell apart is left out and said.
  void add_other_table(FaultCriterion criterion) {
    const std::string name = fault_table_name(criterion);
    const std::string conditions = conditions_of(criterion);
    double above = -1;
    for (const CurvePoint& point : curve_) {
      const double rate = point.rate(criterion).rate;
      if (rate >= kLargestFaultRate) {
        note_end(name, point.supply_v);
        return;
      }
      const std::string text = rate_text(rate);
      if (std::stod(text) < above) {
        made_.notes.push_back("no " + name + " at " + number_text(point.supply_v) + " V: " + text +
                              " of its samples is less than " + rate_text(above) +
                              " at a higher voltage");
        continue;
      }
      above = std::stod(text);
      made_.rows.push_back(row(name, {point.supply_v}, text, "1", conditions));
    }
  }

  void note_end(const std::string& name, double supply_v) {
    made_.notes.push_back("no " + name + " at " + number_text(supply_v) +
                          " V and below, where half of the cells fail or more");
  }

  const std::vector<CurvePoint>& curve_;
  const std::vector<ArrayPoint>& array_;
  const CellDevices& cell_;
  const SramOptions& o_;
  double clock_period_ns_;
  std::vector<double> voltages_;
  SramRows made_;
};

}  // namespace

double bit_line_pj_per_cell(const ArrayPoint& point, const SramOptions& o) {
  return point.bit_line_read_fj * 1e-3 / o.bit_line_cells;
}

SramRows technology_rows(const std::vector<CurvePoint>& curve, const std::vector<ArrayPoint>& array,
                         const CellDevices& cell, const SramOptions& o, double clock_period_ns,
                         const std::optional<MacroRead>& macro) {
  expects(!curve.empty() && curve.size() == array.size(), "a curve without points");
  return SramRowsWriter(curve, array, cell, o, clock_period_ns).write(macro);
}

std::string rows_text(const std::vector<FigureRow>& rows) {
  std::string text;
  for (const FigureRow& each : rows) {
    text += each.key() + " | " + each.value_text + " | " + each.unit + " | " + each.node + " | " +
            each.conditions + " | " + each.source + " | " + to_string(each.kind) +
            (each.quality.empty() ? "" : " | " + each.quality) + "\n";
  }
  return text;
}

std::string technology_text(const std::vector<FigureRow>& rows, const std::string& base) {
  return "# The SRAM of a simulated cell, by minerva sram" +
         (base.empty() ? ".\n# These rows replace those of a technology that a line include = PATH "
                         "names.\n"
                       : ", in the technology below.\ninclude = " + base + "\n\n") +
         rows_text(rows);
}

}  // namespace minerva::sram
