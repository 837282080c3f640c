#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>

#include "minerva/arithmetic/random.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/sram/array_energy.hpp"
#include "minerva/sram/cell_margins.hpp"
#include "minerva/sram/device_sweep.hpp"
#include "minerva/sram/failure_curve.hpp"
#include "minerva/sram/ngspice.hpp"
#include "program.hpp"
#include "small_cards.hpp"

// Margins that are computed from tables against ngspice's own simulation of whole cells.
namespace minerva::sram {
namespace {

using test::TemporaryFolder;

bool ngspice_is_there() { return std::system("ngspice --version > /dev/null 2>&1") == 0; }

constexpr int kCells = 20;
constexpr int kSweepSteps = 400;

/// The lines of both half cells of a cell. A weaker PMOS transistor has a negative delvto.
std::string half_cell(const CellDevices& c, const std::string& name, const std::string& input,
                      const std::string& output, const std::string& bit, double pull_down,
                      double access, double pull_up) {
  const auto shift = [](double volts) { return " delvto=" + netlist_number(volts); };
  return transistor_line("md" + name, output + " " + input + " 0 0", c.pull_down_model, c.pull_down,
                         shift(pull_down)) +
         transistor_line("mu" + name, output + " " + input + " supply supply", c.pull_up_model,
                         c.pull_up, shift(-pull_up)) +
         transistor_line("ma" + name, bit + " supply " + output + " 0", c.access_model, c.access,
                         shift(access));
}

/// A transfer curve that ngspice swept from 0 to the supply.
class TransferCurve {
 public:
  TransferCurve(const NgspiceTable& table, std::size_t column, double supply_v)
      : table_(&table), column_(column), supply_v_(supply_v) {}
  double at(double input_v) const {
    const double position = std::clamp(input_v / supply_v_, 0.0, 1.0) * kSweepSteps;
    const auto below = std::min<std::size_t>(static_cast<std::size_t>(position), kSweepSteps - 1);
    const double share = position - static_cast<double>(below);
    return (1 - share) * table_->rows[below][column_] + share * table_->rows[below + 1][column_];
  }

 private:
  const NgspiceTable* table_;
  std::size_t column_;
  double supply_v_;
};

double crossing(double low, double high, const std::function<double(double)>& falling) {
  for (int k = 0; k < 50; ++k) {
    const double middle = 0.5 * (low + high);
    (falling(middle) > 0 ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

/// Side of the largest square in the lobe in which the left node is above the right one.
double largest_square(const TransferCurve& left, const TransferCurve& right, double supply_v) {
  double largest = -supply_v;
  for (int k = 0; k <= 400; ++k) {
    const double offset = supply_v * k / 400;
    const double upper =
        crossing(-offset, supply_v, [&](double x) { return left.at(x) - x - offset; });
    const double lower =
        crossing(-offset, supply_v, [&](double x) { return right.at(x + offset) - x; });
    largest = std::max(largest, upper - lower);
  }
  return largest;
}

struct Cells {
  std::vector<ThresholdShifts> shifts;
  double supply_v;
};

Cells sampled_cells(const VariableCell& cell, double supply_v) {
  Cells cells{{}, supply_v};
  for (int k = 0; k < kCells; ++k) {
    KeyedRandom random(11, Stream::test, static_cast<std::uint64_t>(k));
    Deviates d{};
    for (double& deviate : d) deviate = random.normal();
    cells.shifts.push_back(cell.shifts(d));
  }
  return cells;
}

/// The largest squares of cells whose left bit lines are at the supply or at ground.
std::vector<double> squares_of_ngspice(const CellDevices& c, const Cells& cells,
                                       const std::string& left_bit) {
  std::string circuit =
      netlist_head(c) + "vsupply supply 0 " + netlist_number(cells.supply_v) + "\nvin in 0 0\n";
  std::string outputs;
  for (std::size_t k = 0; k < cells.shifts.size(); ++k) {
    const ThresholdShifts& s = cells.shifts[k];
    const std::string n = std::to_string(k);
    circuit += half_cell(c, "l" + n, "in", "l" + n, left_bit, s.left_pull_down, s.left_access,
                         s.left_pull_up) +
               half_cell(c, "r" + n, "in", "r" + n, "supply", s.right_pull_down, s.right_access,
                         s.right_pull_up);
    outputs += " v(l" + n + ") v(r" + n + ")";
  }
  const double step = cells.supply_v / kSweepSteps;
  const NgspiceTable table =
      run_ngspice(circuit,
                  "dc vin 0 " + netlist_number(cells.supply_v + step / 2) + " " +
                      netlist_number(step) + "\nwrdata FILE" + outputs,
                  c.cards_name, kSweepSteps + 1, 2 * cells.shifts.size() + 1);
  std::vector<double> squares;
  for (std::size_t k = 0; k < cells.shifts.size(); ++k) {
    squares.push_back(largest_square(TransferCurve(table, 2 * k + 1, cells.supply_v),
                                     TransferCurve(table, 2 * k + 2, cells.supply_v),
                                     cells.supply_v));
  }
  return squares;
}

std::vector<double> read_currents_of_ngspice(const CellDevices& c, const Cells& cells) {
  const std::string supply = netlist_number(cells.supply_v);
  std::string circuit = netlist_head(c) + "vsupply supply 0 " + supply + "\nvswept swept 0 0\n";
  std::string outputs;
  for (std::size_t k = 0; k < cells.shifts.size(); ++k) {
    const ThresholdShifts& s = cells.shifts[k];
    const std::string n = std::to_string(k);
    circuit += "vbit" + n + " supply bit" + n + " 0\n" +
               half_cell(c, "l" + n, "r" + n, "l" + n, "supply", s.left_pull_down, s.left_access,
                         s.left_pull_up) +
               half_cell(c, "r" + n, "l" + n, "r" + n, "bit" + n, s.right_pull_down, s.right_access,
                         s.right_pull_up) +
               ".nodeset v(l" + n + ")=" + supply + " v(r" + n + ")=0\n";
    outputs += " i(vbit" + n + ")";
  }
  const NgspiceTable table = run_ngspice(circuit, "dc vswept 0 1 1\nwrdata FILE" + outputs,
                                         c.cards_name, 2, cells.shifts.size() + 1);
  return {table.rows[0].begin() + 1, table.rows[0].end()};
}

void compare_with_ngspice(const SramOptions& o, const std::vector<double>& supplies_v,
                          const TemporaryFolder& folder) {
  const CellDevices cell = read_cell_devices(o);
  for (const double supply : supplies_v) {
    const MeasuredTables measured = measure_cell(cell, supply, folder.path());
    EXPECT_TRUE(measured.simulated);
    const VariableCell variable(measured.tables, o, 4);
    const Cells cells = sampled_cells(variable, supply);
    const std::vector<double> margins = squares_of_ngspice(cell, cells, "supply");
    const std::vector<double> currents = read_currents_of_ngspice(cell, cells);
    for (std::size_t k = 0; k < kCells; ++k) {
      const CellMargins computed(measured.tables, cells.shifts[k]);
      EXPECT_NEAR(computed.read_noise_margin_v(), margins[k], 3e-3) << supply << " V, cell " << k;
      EXPECT_NEAR(computed.read_current_a() / currents[k], 1, 5e-3) << supply << " V, cell " << k;
    }
    // Rates of 1e-15 rest on cells that no sample reaches: those at the most probable failures, of
    // which ngspice, too, must say that they are about to fail.
    for (const FaultCriterion failure :
         {FaultCriterion::read_flip, FaultCriterion::write_failure}) {
      const FailurePoint point =
          most_probable_failure([&](const Deviates& d) { return variable.margin(d, failure); });
      ASSERT_TRUE(point.found);
      if (point.distance > 12) continue;  // rates below 1e-32 decide nothing
      const bool writes = failure == FaultCriterion::write_failure;
      const Cells failing = {{variable.shifts(point.at)}, supply};
      const double square = squares_of_ngspice(cell, failing, writes ? "0" : "supply").front();
      // The factor of the mobility is measured at shifts of 0.1 V; beyond ten standard deviations
      // they are three times that.
      EXPECT_NEAR(square, 0, point.distance < 10 ? 3e-3 : 1e-2)
          << supply << " V, " << to_string(failure) << " at " << point.distance
          << " standard deviations";
    }
    EXPECT_FALSE(measure_cell(cell, supply, folder.path()).simulated);
  }
}

SramOptions small_cell(const TemporaryFolder& folder) {
  SramOptions o;
  o.cards = folder.write("n.inc", test::kSmallNmos) + "," + folder.write("p.inc", test::kSmallPmos);
  return o;
}

TEST(SramNgspice, MarginsOfSmallCardsAreThoseOfWholeCells) {
  if (!ngspice_is_there()) GTEST_SKIP() << "ngspice is not installed";
  const TemporaryFolder folder;
  compare_with_ngspice(small_cell(folder), {1.0, 0.6}, folder);
}

TEST(SramNgspice, MarginsOfFreePdk45AreThoseOfWholeCells) {
  if (!ngspice_is_there()) GTEST_SKIP() << "ngspice is not installed";
  const char* kits = std::getenv("MINERVA_PDK_DIR");
  if (kits == nullptr) GTEST_SKIP() << "MINERVA_PDK_DIR is not set: no device cards to test on";
  const TemporaryFolder folder;
  SramOptions o;
  o.pdk_dir = kits;
  compare_with_ngspice(o, {1.0, 0.7, 0.45}, folder);
}

TEST(SramNgspice, MarginsOfSky130AreThoseOfWholeCells) {
  if (!ngspice_is_there()) GTEST_SKIP() << "ngspice is not installed";
  const char* kits = std::getenv("MINERVA_PDK_DIR");
  if (kits == nullptr) GTEST_SKIP() << "MINERVA_PDK_DIR is not set: no device cards to test on";
  const TemporaryFolder folder;
  SramOptions o;
  o.pdk_dir = kits;
  o.cards = "sky130/sram_devices_tt.inc";
  o.pull_down_model = "nlatch";
  o.access_model = "npass";
  o.pull_down_width_nm = 210;
  o.access_width_nm = o.pull_up_width_nm = 140;
  o.length_nm = 150;
  o.a_vt_nmos_mv_um = o.a_vt_pmos_mv_um = 5.4;
  compare_with_ngspice(o, {1.8, 0.7}, folder);
}

TEST(SramNgspice, TablesAreReadFromTheCacheAndMeasuredAgainWhenDamaged) {
  if (!ngspice_is_there()) GTEST_SKIP() << "ngspice is not installed";
  const TemporaryFolder folder;
  const CellDevices cell = read_cell_devices(small_cell(folder));
  const std::string cache = folder.path() + "/cache";
  const MeasuredTables first = measure_cell(cell, 0.8, cache);
  const MeasuredTables second = measure_cell(cell, 0.8, cache);
  EXPECT_TRUE(first.simulated);
  EXPECT_FALSE(second.simulated);
  EXPECT_EQ(first.tables.pull_up.amperes(), second.tables.pull_up.amperes());
  CellDevices warmer = cell;
  warmer.temperature_c = 85;
  EXPECT_TRUE(measure_cell(warmer, 0.8, cache).simulated);
  ASSERT_EQ(std::system(("for f in " + cache + "/*.tables; do printf x >> $f; done").c_str()), 0);
  const MeasuredTables third = measure_cell(cell, 0.8, cache);
  EXPECT_TRUE(third.simulated);
  ASSERT_FALSE(third.notes.empty());
  EXPECT_NE(third.notes.front().find("damaged"), std::string::npos);
  EXPECT_EQ(first.tables.pull_up.amperes(), third.tables.pull_up.amperes());
}

/// Exponents of the word line's energy over a range of supplies, with checks of what each read
/// costs.
double word_line_exponent(const SramOptions& o, const std::vector<double>& supplies_v,
                          const TemporaryFolder& folder) {
  const CellDevices cell = read_cell_devices(o);
  std::vector<double> word_line;
  double leakage_above = 1e9;
  for (const double supply : supplies_v) {
    const MeasuredTables measured = measure_cell(cell, supply, folder.path());
    const double current = CellMargins(measured.tables, {}).read_current_a();
    const ArrayPoint point = measure_array(cell, o, supply, current, folder.path());
    EXPECT_TRUE(point.simulated);
    EXPECT_FALSE(measure_array(cell, o, supply, current, folder.path()).simulated);
    // The supply gives back what the cell took: capacitance times swing.
    EXPECT_NEAR(point.bit_line_read_fj, o.bit_line_ff() * point.bit_line_swing_mv * 1e-3 * supply,
                0.1 * point.bit_line_read_fj);
    EXPECT_NEAR(point.bit_line_swing_mv, o.sense_voltage_mv, 10);
    EXPECT_LT(point.leakage_uw_per_kb, leakage_above);
    leakage_above = point.leakage_uw_per_kb;
    word_line.push_back(point.word_line_fj);
  }
  return voltage_exponent(supplies_v, word_line);
}

TEST(SramNgspice, AWordLineFollowsTheSquareOfTheVoltage) {
  if (!ngspice_is_there()) GTEST_SKIP() << "ngspice is not installed";
  const TemporaryFolder folder;
  // At 0.6 V the channels of these gates have hardly formed, so their capacitance falls, too.
  const double exponent = word_line_exponent(small_cell(folder), {1.0, 0.8, 0.6}, folder);
  EXPECT_GT(exponent, 2);
  EXPECT_LT(exponent, 2.4);
}

TEST(SramNgspice, AnEightTransistorCellIsReadThroughItsPort) {
  if (!ngspice_is_there()) GTEST_SKIP() << "ngspice is not installed";
  const TemporaryFolder folder;
  SramOptions o = small_cell(folder);
  const CellDevices cell = read_cell_devices(o);
  const CellTables tables = measure_cell(cell, 0.8, folder.path()).tables;
  const ArrayPoint six =
      measure_array(cell, o, 0.8, CellMargins(tables, {}).read_current_a(), folder.path());
  o.cell = CellKind::eight_transistors;
  const double current = CellMargins(tables, {}, o.cell).read_current_a();
  const ArrayPoint eight = measure_array(cell, o, 0.8, current, folder.path());
  // The current that is computed moves the bit line by the sense voltage in ngspice.
  EXPECT_NEAR(eight.bit_line_swing_mv, o.sense_voltage_mv, 10);
  EXPECT_GT(eight.leakage_uw_per_kb, six.leakage_uw_per_kb);
  EXPECT_LT(eight.word_line_fj, 0.6 * six.word_line_fj);  // one gate a cell instead of two
}

TEST(SramNgspice, TheWordLineAndLeakageOfFreePdk45) {
  if (!ngspice_is_there()) GTEST_SKIP() << "ngspice is not installed";
  const char* kits = std::getenv("MINERVA_PDK_DIR");
  if (kits == nullptr) GTEST_SKIP() << "MINERVA_PDK_DIR is not set: no device cards to test on";
  const TemporaryFolder folder;
  SramOptions o;
  o.pdk_dir = kits;
  EXPECT_NEAR(word_line_exponent(o, {1.0, 0.8, 0.6, 0.4}, folder), 2, 0.1);
  // CACTI-P's row of public40 is 42.4 uW/KB, from devices of another source.
  const CellDevices cell = read_cell_devices(o);
  const double current =
      CellMargins(measure_cell(cell, 1, folder.path()).tables, {}).read_current_a();
  EXPECT_NEAR(measure_array(cell, o, 1, current, folder.path()).leakage_uw_per_kb, 43.2, 0.1);
}

TEST(SramLaws, FindExponentsThatAreKnown) {
  EXPECT_NEAR(voltage_exponent({1, 0.8, 0.5}, {3, 3 * 0.64, 3 * 0.25}), 2, 1e-12);
  EXPECT_NEAR(exponent_from_nominal({0.9, 0.6, 0.3},
                                    {5, 5 * std::pow(2 / 3.0, 1.6), 5 * std::pow(1 / 3.0, 1.6)}),
              1.6, 1e-12);
  // The law is exact at the nominal voltage, also where no exponent fits.
  EXPECT_NEAR(exponent_from_nominal({1, 0.5}, {4, 2}), 1, 1e-12);
  std::vector<double> leakages;
  const std::vector<double> voltages = {1.1, 0.9, 0.4};
  for (const double v : voltages) leakages.push_back(7 * v / 1.1 * std::exp(2.5 * (v - 1.1)));
  EXPECT_NEAR(leakage_per_volt(voltages, leakages), 2.5, 1e-10);
}

/// The message of the UserError that a call throws.
std::string refusal(const std::function<void()>& call) {
  try {
    call();
  } catch (const UserError& error) {
    return error.what();
  }
  return "no UserError";
}

TEST(SramCards, NameWhatIsMissing) {
  const TemporaryFolder folder;
  SramOptions o = small_cell(folder);
  const CellDevices cell = read_cell_devices(o);
  EXPECT_EQ(cell.pull_down_model, "small_n");
  EXPECT_EQ(cell.pull_up_model, "small_p");
  EXPECT_EQ(cell.cards.back(), '\n');
  const std::string nmos = folder.path() + "/n.inc";
  o.cards = nmos;
  EXPECT_EQ(refusal([&] { read_cell_devices(o); }),
            nmos + ": needs a .model of type pmos, and has none");
  o.cards = nmos + "," + folder.write("two.inc", ".MODEL Other NMOS (level=54)\n.model d diode\n");
  EXPECT_NE(refusal([&] {
              read_cell_devices(o);
            }).find("sram.pull_down_model: needs one of the nmos models of"),
            std::string::npos);
  o.pull_down_model = "wide";
  EXPECT_NE(refusal([&] { read_cell_devices(o); }).find("small_n, other"), std::string::npos);
  o.cards = "nowhere.inc";
  EXPECT_NE(refusal([&] { read_cell_devices(o); }).find("MINERVA_PDK_DIR"), std::string::npos);
}

/// A program named ngspice in front of the path, which does what a shell line says.
class FalseNgspice {
 public:
  FalseNgspice(const TemporaryFolder& folder, const std::string& line)
      : path_(std::getenv("PATH")) {
    const std::string file = folder.write("ngspice", "#!/bin/sh\n" + line + "\n");
    EXPECT_EQ(std::system(("chmod +x " + file).c_str()), 0);
    ::setenv("PATH", (folder.path() + ":" + path_).c_str(), 1);
  }
  FalseNgspice(const FalseNgspice&) = delete;
  FalseNgspice& operator=(const FalseNgspice&) = delete;
  ~FalseNgspice() { ::setenv("PATH", path_.c_str(), 1); }

 private:
  std::string path_;
};

TEST(SramNgspice, FailuresOfNgspiceNameTheCardsAndLeaveNothing) {
  const TemporaryFolder folder;
  const CellDevices cell = read_cell_devices(small_cell(folder));
  const std::string output = "out=$(sed -n 's/^wrdata \\([^ ]*\\).*/\\1/p' \"$3\"); ";
  const std::vector<std::pair<std::string, std::string>> failures = {
      {"echo 'doAnalyses: No convergence in DC operating point' >&2; exit 1",
       "ngspice says: doAnalyses: No convergence in DC operating point"},
      {"exit 3", "ngspice wrote no result, and ended with code 3"},
      {"kill -9 $$", "ngspice was ended by signal 9"},
      {output + "echo '0 1 2 3 4 5 6 7 8 9 10 11 12' > $out", "ngspice wrote 1 rows, not"},
      {output + "echo '0 1 nan 3' > $out", "ngspice wrote 'nan' where a number stands"},
      {output + "echo '0 1 2 3' > $out", "ngspice wrote a row of 4 numbers, not 13"}};
  for (const auto& [line, message] : failures) {
    const TemporaryFolder programs;
    const TemporaryFolder cache;
    const FalseNgspice program(programs, line);
    const std::string said = refusal([&] { measure_cell(cell, 0.8, cache.path()); });
    EXPECT_EQ(said.rfind(cell.cards_name + ": ", 0), 0U) << said;
    EXPECT_NE(said.find(message), std::string::npos) << said;
    EXPECT_TRUE(cache.names().empty()) << said;
  }
}

}  // namespace
}  // namespace minerva::sram
