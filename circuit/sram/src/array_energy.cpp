#include "minerva/sram/array_energy.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <sstream>

#include "minerva/arithmetic/portable_math.hpp"
#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/range.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/sram/device_sweep.hpp"
#include "minerva/sram/ngspice.hpp"
#include "minerva/statistics/statistics.hpp"

namespace minerva::sram {
namespace {

constexpr double kEdgeS = 20e-12;  // rise and fall of word line and precharge (assumption)
constexpr double kBitsPerKb = 8192;
constexpr double kPrechargeWidth = 4;   // of the pull-down's width: fast beside the cell
constexpr double kPrechargeTimes = 20;  // the time that the cell needs to move its bit line
constexpr double kPointsOfATransient = 1000;

/// When the word line opens and closes and when the precharge is off [s].
struct ReadTimes {
  double open_s;
  double close_s;
  double end_s;
};

ReadTimes read_times(const SramOptions& o, double read_current_a) {
  const double moving_s = o.bit_line_ff() * 1e-15 * o.sense_voltage_mv * 1e-3 / read_current_a;
  ReadTimes times{};
  times.open_s = 10 * kEdgeS;
  times.close_s = times.open_s + kEdgeS + moving_s;
  times.end_s = times.close_s + 4 * kEdgeS + kPrechargeTimes * moving_s;
  return times;
}

std::string pulse(double from, double to, double begin_s, double end_s) {
  return " pulse(" + netlist_number(from) + " " + netlist_number(to) + " " +
         netlist_number(begin_s) + " " + netlist_number(kEdgeS) + " " + netlist_number(kEdgeS) +
         " " + netlist_number(end_s - begin_s - kEdgeS) + " 1)\n";
}

/// Six transistors whose nodes and names begin with `prefix`; left stores a 1.
std::string cell_text(const CellDevices& c, const std::string& prefix, const std::string& supply,
                      const std::string& left_bit, const std::string& right_bit,
                      const std::string& word, double supply_v) {
  const std::string left = prefix + "left";
  const std::string right = prefix + "right";
  std::string text;
  const auto half = [&](const std::string& side, const std::string& output,
                        const std::string& input, const std::string& bit) {
    const std::string name = "m" + prefix + side;
    text +=
        transistor_line(name + "d", output + " " + input + " 0 0", c.pull_down_model, c.pull_down);
    text += transistor_line(name + "u", output + " " + input + " " + supply + " " + supply,
                            c.pull_up_model, c.pull_up);
    text += transistor_line(name + "a", bit + " " + word + " " + output + " 0", c.access_model,
                            c.access);
  };
  half("l", left, right, left_bit);
  half("r", right, left, right_bit);
  return text + ".nodeset v(" + left + ")=" + netlist_number(supply_v) + " v(" + right + ")=0\n";
}

/// The two transistors through which an 8T cell is read; its left node opens one of them.
std::string read_port(const CellDevices& c, const std::string& prefix, const std::string& bit,
                      const std::string& word) {
  const std::string between = prefix + "port";
  return transistor_line("m" + prefix + "pa", bit + " " + word + " " + between + " 0",
                         c.access_model, c.access) +
         transistor_line("m" + prefix + "pd", between + " " + prefix + "left 0 0",
                         c.pull_down_model, c.pull_down);
}

std::string array_circuit(const CellDevices& c, const SramOptions& o, double supply_v,
                          const ReadTimes& times) {
  const std::string supply = netlist_number(supply_v);
  const std::string line_f = netlist_number(o.bit_line_ff() * 1e-15);
  const DeviceSize precharge = {kPrechargeWidth * c.pull_down.width_nm, c.pull_up.length_nm};
  std::string text = netlist_head(c);
  text += "vcell cell 0 " + supply + "\nvline line 0 " + supply + "\n";
  text += "vword word 0" + pulse(0, supply_v, times.open_s, times.close_s);
  text += "vpre pre 0" + pulse(0, supply_v, times.open_s - 3 * kEdgeS, times.close_s + 2 * kEdgeS);
  const bool has_port = o.cell == CellKind::eight_transistors;
  if (has_port) {
    text += cell_text(c, "read", "cell", "line", "line", "0", supply_v) +
            read_port(c, "read", "bitr", "word") + read_port(c, "hold", "hold", "0");
  } else {
    text += cell_text(c, "read", "cell", "bitl", "bitr", "word", supply_v);
  }
  text += transistor_line("mprel", "bitl pre line line", c.pull_up_model, precharge);
  text += transistor_line("mprer", "bitr pre line line", c.pull_up_model, precharge);
  text += "cbitl bitl 0 " + line_f + "\ncbitr bitr 0 " + line_f + "\n";
  // A cell that nothing reads, with a supply of its own for the cell and both bit lines.
  text += "vhold hold 0 " + supply + "\n";
  text += cell_text(c, "hold", "hold", "hold", "hold", "0", supply_v);
  // The access gates of the row's other columns, each with both bit lines at the supply.
  if (o.word_line_cells > 1) {
    const std::string others = " m=" + std::to_string(o.word_line_cells - 1);
    text += "vone one 0 " + supply + "\n";
    text += transistor_line("mrow0", "one word 0 0", c.access_model, c.access, others);
    if (!has_port) {
      text += transistor_line("mrow1", "one word one 0", c.access_model, c.access, others);
    }
  }
  return text;
}

std::string array_analysis(const ReadTimes& times) {
  const std::string step = netlist_number(times.end_s / kPointsOfATransient);
  return "tran " + step + " " + netlist_number(times.end_s) + " 0 " + step +
         "\nwrdata FILE i(vcell) i(vline) i(vword) v(bitr) i(vhold)";
}

/// Charge that a source gives from one time to another, by trapezoids [C]. ngspice counts a current
/// into the source's first node.
double charge_given(const std::vector<std::vector<double>>& rows, std::size_t column, double from_s,
                    double to_s) {
  double charge = 0;
  for (std::size_t k = 1; k < rows.size(); ++k) {
    if (rows[k][0] <= from_s || rows[k - 1][0] >= to_s) continue;
    charge -= 0.5 * (rows[k][column] + rows[k - 1][column]) * (rows[k][0] - rows[k - 1][0]);
  }
  return charge;
}

ArrayPoint evaluate(const NgspiceTable& table, double supply_v, const ReadTimes& times) {
  ArrayPoint point;
  point.supply_v = supply_v;
  const std::vector<double>& first = table.rows.front();
  point.leakage_uw_per_kb = -first[5] * supply_v * kBitsPerKb * 1e6;
  // What leaks all the time, through the precharge transistors too, is no part of a read.
  const double idle_c = -(first[1] + first[2]) * times.end_s;
  point.bit_line_read_fj = (charge_given(table.rows, 1, 0, times.end_s) +
                            charge_given(table.rows, 2, 0, times.end_s) - idle_c) *
                           supply_v * 1e15;
  point.word_line_fj = charge_given(table.rows, 3, 0, times.close_s - kEdgeS / 2) * supply_v * 1e15;
  double lowest_v = supply_v;
  for (const std::vector<double>& row : table.rows) lowest_v = std::min(lowest_v, row[4]);
  point.bit_line_swing_mv = (supply_v - lowest_v) * 1e3;
  return point;
}

std::string file_text(const ArrayPoint& p) {
  const std::string body = exact_text(p.leakage_uw_per_kb) + " " + exact_text(p.bit_line_read_fj) +
                           " " + exact_text(p.word_line_fj) + " " + exact_text(p.bit_line_swing_mv);
  return body + " " + sha256(body.data(), body.size()) + "\n";
}

/// False when the text is not that of a whole file.
bool read_point(const std::string& text, ArrayPoint& p) {
  std::istringstream words(text);
  words >> p.leakage_uw_per_kb >> p.bit_line_read_fj >> p.word_line_fj >> p.bit_line_swing_mv;
  return words && file_text(p) == text;
}

/// Slope of the line of least squares through points.
double slope_of(const std::vector<double>& x, const std::vector<double>& y) {
  const double mean_x = mean(x);
  const double mean_y = mean(y);
  double xy = 0;
  double xx = 0;
  for (std::size_t k = 0; k < x.size(); ++k) {
    xy += (x[k] - mean_x) * (y[k] - mean_y);
    xx += (x[k] - mean_x) * (x[k] - mean_x);
  }
  expects(xx > 0, "a slope needs two points");
  return xy / xx;
}

}  // namespace

ArrayPoint measure_array(const CellDevices& cell, const SramOptions& options, double supply_v,
                         double read_current_a, const std::string& cache_dir) {
  const ReadTimes times = read_times(options, read_current_a);
  const std::string circuit = array_circuit(cell, options, supply_v, times);
  const std::string analysis = array_analysis(times);
  const std::string content = circuit + analysis;
  const std::string file =
      cache_dir + "/" + sha256(content.data(), content.size()).substr(0, 32) + ".array";
  ArrayPoint point;
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored) && read_point(read_file(file), point)) {
    point.supply_v = supply_v;
    return point;
  }
  const NgspiceTable table = run_ngspice(circuit, analysis, cell.cards_name, 0, 6);
  point = evaluate(table, supply_v, times);
  point.simulated = true;
  make_folder(cache_dir);
  write_file(file, file_text(point));
  return point;
}

double voltage_exponent(const std::vector<double>& voltages_v, const std::vector<double>& figures) {
  std::vector<double> x;
  std::vector<double> y;
  for (std::size_t k = 0; k < voltages_v.size(); ++k) {
    x.push_back(portable_log(voltages_v[k]));
    y.push_back(portable_log(figures[k]));
  }
  return slope_of(x, y);
}

double exponent_from_nominal(const std::vector<double>& voltages_v,
                             const std::vector<double>& figures) {
  double xy = 0;
  double xx = 0;
  for (std::size_t k = 1; k < voltages_v.size(); ++k) {
    const double x = portable_log(voltages_v[k] / voltages_v[0]);
    xy += x * portable_log(figures[k] / figures[0]);
    xx += x * x;
  }
  expects(xx > 0, "a law of the voltage needs two voltages");
  return xy / xx;
}

double leakage_per_volt(const std::vector<double>& voltages_v,
                        const std::vector<double>& leakages) {
  // Through the nominal point: the law is exact there.
  double xy = 0;
  double xx = 0;
  for (std::size_t k = 1; k < voltages_v.size(); ++k) {
    const double below_v = voltages_v[k] - voltages_v[0];
    xy += below_v * portable_log(leakages[k] / leakages[0] * voltages_v[0] / voltages_v[k]);
    xx += below_v * below_v;
  }
  expects(xx > 0, "a law of leakage needs two voltages");
  return xy / xx;
}

}  // namespace minerva::sram
