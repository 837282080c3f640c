#include "sram_command.hpp"

#include <omp.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <set>

#include "json_output.hpp"
#include "minerva/accelsim/technology.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/base/text.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/files/shipped_files.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/report/text_table.hpp"
#include "minerva/run/logging.hpp"
#include "minerva/sram/device_sweep.hpp"
#include "minerva/sram/sram_rows.hpp"
#include "settings_of_call.hpp"
#include "written_files.hpp"

namespace minerva::flow {
namespace {

using sram::ArrayPoint;
using sram::CurvePoint;
using sram::FaultCriterion;

/// All that one call computes.
struct SramResult {
  sram::SramOptions options;
  double clock_period_ns = 0;
  sram::CellDevices cell;
  std::vector<CurvePoint> curve;  ///< by falling voltage
  std::vector<ArrayPoint> array;  ///< the same
  int simulated = 0;              ///< voltages that ngspice was run for
};

void measure(SramResult& result, int threads) {
  std::vector<double> voltages = result.options.voltages_v;
  std::sort(voltages.begin(), voltages.end(), std::greater<>());
  std::vector<sram::CellTables> tables;
  std::set<std::string> notes;
  Progress progress("device tables by ngspice", static_cast<std::int64_t>(voltages.size()),
                    "voltages");
  for (const double voltage : voltages) {
    throw_if_interrupted();
    sram::MeasuredTables measured =
        sram::measure_cell(result.cell, voltage, result.options.cache_dir);
    const double read_current =
        sram::CellMargins(measured.tables, {}, result.options.cell).read_current_a();
    if (!(read_current > 0)) {
      throw UserError(result.cell.cards_name, "",
                      "has no read current at " + number_text(voltage) + " V");
    }
    result.array.push_back(sram::measure_array(result.cell, result.options, voltage, read_current,
                                               result.options.cache_dir));
    if (measured.simulated || result.array.back().simulated) ++result.simulated;
    for (const std::string& note : measured.notes) {
      if (notes.insert(note).second) log_info("ngspice: " + note);
    }
    tables.push_back(std::move(measured.tables));
    progress.advance();
  }
  result.curve = sram::failure_curve(tables, result.options, result.clock_period_ns, threads);
}

std::string rate_text(double rate) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2e", rate);
  return text;
}

void print_curve(const SramResult& r) {
  TextTable table({"\nV", "noise\nmargin mV", "write\nmargin mV", "read\ncurrent uA",
                   "access\ntime ns", "\nread flip", "write\nfailure", "\nslow read",
                   std::string(to_string(r.options.criterion)) + "\nrate", "95 % interval\nof it",
                   "leakage\nuW/KB", "bit line\nfJ", "word line\nfJ"});
  for (std::size_t k = 0; k < r.curve.size(); ++k) {
    const CurvePoint& p = r.curve[k];
    const sram::EstimatedRate& rate = p.rate(r.options.criterion);
    table.add({number_text(p.supply_v), fixed_text(p.read_noise_margin_mv, 1),
               fixed_text(p.write_margin_mv, 1), number_text(p.read_current_ua, 4),
               number_text(p.access_time_ns, 3), rate_text(p.rate(FaultCriterion::read_flip).rate),
               rate_text(p.rate(FaultCriterion::write_failure).rate),
               rate_text(p.rate(FaultCriterion::slow_read).rate), rate_text(rate.rate),
               rate_text(rate.interval.low) + " to " + rate_text(rate.interval.high),
               number_text(r.array[k].leakage_uw_per_kb, 3),
               number_text(r.array[k].bit_line_read_fj, 3),
               number_text(r.array[k].word_line_fj, 3)});
  }
  print_text(table.text() + "\n");
}

/// The exponents of the energies of bit line and word line; nothing for a single voltage.
void print_laws(const SramResult& r) {
  std::vector<double> voltages;
  std::vector<double> bit_line;
  std::vector<double> word_line;
  for (const ArrayPoint& p : r.array) {
    voltages.push_back(p.supply_v);
    bit_line.push_back(p.bit_line_read_fj);
    word_line.push_back(p.word_line_fj);
  }
  if (voltages.size() < 2) return;
  print_text(
      "word line energy goes with V^" +
      number_text(sram::voltage_exponent(voltages, word_line), 3) + ", bit line energy with V^" +
      number_text(sram::voltage_exponent(voltages, bit_line), 3) + " (its sense voltage stays)\n");
}

void print_result(const SramResult& r) {
  print_text("fault criterion: " + sram::curve_conditions(r.cell, r.options, r.clock_period_ns) +
             "\ncards " + r.cell.cards_name + "\n\n");
  print_curve(r);
  print_laws(r);
  print_text("bit line leakage of the cells that are not selected: " +
             number_text(r.curve.front().bit_line_leakage_ua, 3) + " uA at " +
             number_text(r.curve.front().supply_v) + " V, " +
             number_text(r.curve.back().bit_line_leakage_ua, 3) + " uA at " +
             number_text(r.curve.back().supply_v) + " V; a read needs " +
             number_text(r.curve.front().read_current_limit_ua, 3) + " uA\n\nleft out\n");
  for (const std::string& sentence : sram::left_out()) print_text("  - " + sentence + "\n");
}

std::string csv_text(const SramResult& r) {
  std::vector<std::string> names = {"supply_v",
                                    "read_noise_margin_mv",
                                    "write_margin_mv",
                                    "read_current_ua",
                                    "read_current_limit_ua",
                                    "access_time_ns",
                                    "bit_line_leakage_ua",
                                    "leakage_uw_per_kb",
                                    "bit_line_read_fj",
                                    "bit_line_swing_mv",
                                    "word_line_fj"};
  const std::vector<std::string> kinds = {"read_flip", "write_failure", "slow_read"};
  for (const std::string& kind : kinds) names.push_back(kind + "_distance_sigma");
  for (std::size_t c = 0; c < sram::kCriteria; ++c) {
    const std::string name = to_string(static_cast<FaultCriterion>(c));
    for (const char* part : {"_rate", "_rate_low", "_rate_high"}) names.push_back(name + part);
  }
  Csv csv(names);
  for (std::size_t k = 0; k < r.curve.size(); ++k) {
    const CurvePoint& p = r.curve[k];
    const ArrayPoint& a = r.array[k];
    std::vector<CsvCell> cells = {p.supply_v,
                                  p.read_noise_margin_mv,
                                  p.write_margin_mv,
                                  p.read_current_ua,
                                  p.read_current_limit_ua,
                                  p.access_time_ns,
                                  p.bit_line_leakage_ua,
                                  a.leakage_uw_per_kb,
                                  a.bit_line_read_fj,
                                  a.bit_line_swing_mv,
                                  a.word_line_fj};
    for (const double distance : p.distance) {
      cells.push_back(std::isfinite(distance) ? CsvCell(distance) : CsvCell(""));
    }
    for (const sram::EstimatedRate& rate : p.rates) {
      cells.insert(cells.end(), {rate.rate, rate.interval.low, rate.interval.high});
    }
    csv.add(cells);
  }
  return csv.text();
}

Json result_json(const SramResult& r) {
  Json document = {{"schema", "minerva-sram-1"},
                   {"criterion", to_string(r.options.criterion)},
                   {"conditions", sram::curve_conditions(r.cell, r.options, r.clock_period_ns)},
                   {"cards", r.cell.cards_name},
                   {"clock_period_ns", r.clock_period_ns},
                   {"left_out", sram::left_out()},
                   {"points", Json::array()}};
  for (std::size_t k = 0; k < r.curve.size(); ++k) {
    const CurvePoint& p = r.curve[k];
    Json point = {{"supply_v", p.supply_v},
                  {"read_noise_margin_mv", p.read_noise_margin_mv},
                  {"write_margin_mv", p.write_margin_mv},
                  {"read_current_ua", p.read_current_ua},
                  {"read_current_limit_ua", p.read_current_limit_ua},
                  {"access_time_ns", p.access_time_ns},
                  {"bit_line_leakage_ua", p.bit_line_leakage_ua},
                  {"leakage_uw_per_kb", r.array[k].leakage_uw_per_kb},
                  {"bit_line_read_fj", r.array[k].bit_line_read_fj},
                  {"word_line_fj", r.array[k].word_line_fj}};
    for (std::size_t c = 0; c < sram::kCriteria; ++c) {
      point["rates"][to_string(static_cast<FaultCriterion>(c))] = {
          {"rate", p.rates[c].rate},
          {"low", p.rates[c].interval.low},
          {"high", p.rates[c].interval.high}};
    }
    document["points"].push_back(point);
  }
  return document;
}

/// A macro of the base with as many cells as the simulated array, as wide as the word line or as
/// the base has them; nothing where it has none so narrow.
std::optional<sram::MacroRead> macro_of(Technology base, const SramResult& r) {
  const sram::SramOptions& o = r.options;
  sram::MacroRead macro;
  macro.bits = std::min(o.word_line_cells, static_cast<int>(base.sram_width_max_bits));
  macro.by_words_and_bits = base.sram_by_words_and_bits;
  macro.word_bit_pj = base.sram_read_pj.word_bit;
  base.sram_read_pj.word_bit = sram::bit_line_pj_per_cell(r.array.front(), o);
  macro.words = o.bit_line_cells * o.word_line_cells / macro.bits;
  try {
    macro.read_pj = base.memory(macro.words, 1, macro.bits).read_pj;
  } catch (const UserError& error) {
    log_info(std::string("sram_dynamic_exponent stays that of the base: ") + error.what());
    return std::nullopt;
  }
  return macro;
}

/// The base as the file `to` includes it.
std::string path_from_folder_of(const std::string& to, const std::string& base) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::absolute(to).parent_path();
  return fs::absolute(base).lexically_normal().lexically_proximate(folder.lexically_normal());
}

/// The technology file, or its rows alone. What it says about replaced figures goes to the log.
std::string technology_text(const SramResult& r, const std::string& base, const std::string& to) {
  std::optional<Technology> before;
  if (!base.empty()) before = read_technology(base);
  const sram::SramRows made =
      sram::technology_rows(r.curve, r.array, r.cell, r.options, r.clock_period_ns,
                            before ? macro_of(*before, r) : std::nullopt);
  for (const std::string& note : made.notes) log_info(note);
  if (!before) return sram::technology_text(made.rows, "");
  for (const FigureRow& row : made.rows) {
    for (const FigureRow& old : before->rows) {
      if (row.name != old.name || !row.index.empty()) continue;
      log_info(row.name + ": " + old.value_text + " of " + base + " becomes " + row.value_text +
               " " + row.unit);
    }
  }
  return sram::technology_text(made.rows, path_from_folder_of(to, base));
}

void check_files(const CommandCall& call) {
  if (call.has("base") && !call.has("to")) {
    throw UserError("--base", call.value("base"), "needs --to FILE, the file that is written");
  }
  check_folders_of(call, {"to", "csv"});
}

}  // namespace

int sram_command(const CommandCall& call) {
  RunConfig config;
  read_config_of(call, config);
  const char* kits = std::getenv("MINERVA_PDK_DIR");
  if (kits != nullptr && *kits != 0 && config.options().sram.pdk_dir.empty()) {
    config.settings().set("sram.pdk_dir", kits, "environment MINERVA_PDK_DIR");
  }
  check_files(call);
  const std::string base = call.has("base") ? find_technology_file(call.value("base"), "") : "";
  if (!base.empty()) read_technology(base);  // its mistakes are told before the work
  const RunOptions& options = config.options();
  SramResult result;
  result.options = options.sram;
  result.clock_period_ns = options.point.clock_period_ns;
  result.cell = sram::read_cell_devices(result.options);
  measure(result, options.threads > 0 ? options.threads : omp_get_max_threads());
  log_info(std::to_string(result.simulated) + " of " + std::to_string(result.curve.size()) +
           " voltages were simulated in ngspice, the others were kept in " +
           result.options.cache_dir);
  const std::string technology =
      call.has("to") ? technology_text(result, base, call.value("to")) : "";
  print_result(result);
  if (call.has("csv")) write_file(call.value("csv"), csv_text(result));
  if (call.has("to")) write_file(call.value("to"), technology);
  print_document(result_json(result));
  return 0;
}

}  // namespace minerva::flow
