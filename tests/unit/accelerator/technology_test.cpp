#include "minerva/accelsim/technology.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>

#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

const std::string kFolder = std::string(MINERVA_SOURCE_DIR) + "/configs/tech/";

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// A shipped file with one piece of text replaced.
class ChangedFile {
 public:
  ChangedFile(const std::string& from, const std::string& to,
              const std::string& file = "public40.cfg")
      : path_(testing::TempDir() + "minerva_" +
              testing::UnitTest::GetInstance()->current_test_info()->name() + ".cfg") {
    std::string text = text_of(kFolder + file);
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    std::ofstream(path_) << text;
  }
  ~ChangedFile() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

void expect_refused(const std::string& from, const std::string& to, const std::string& named,
                    const std::string& changed = "public40.cfg") {
  const ChangedFile file(from, to, changed);
  try {
    read_technology(file.path());
    ADD_FAILURE() << "accepted " << to;
  } catch (const UserError& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find(file.path()), std::string::npos) << message;
    EXPECT_NE(message.find(named), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
}

TEST(Technology, ShippedFilesSayWhetherTheyAreCalibrated) {
  EXPECT_FALSE(read_technology(kFolder + "public40.cfg").calibrated);
  EXPECT_TRUE(read_technology(kFolder + "calibrated40.cfg").calibrated);
  EXPECT_FALSE(read_technology(kFolder + "nangate45.cfg").calibrated);
  EXPECT_EQ(read_technology(kFolder + "public40.cfg").name, "public40");
}

TEST(Technology, ShippedFilesDifferInTheCalibratedRowsAlone) {
  std::istringstream a(text_of(kFolder + "public40.cfg"));
  std::istringstream b(text_of(kFolder + "calibrated40.cfg"));
  const auto next_row = [](std::istringstream& text) {
    std::string line;
    while (std::getline(text, line)) {
      if (!line.empty() && line.front() != '#') return line;
    }
    return std::string();
  };
  int calibrated = 0;
  for (std::string row = next_row(a); !row.empty(); row = next_row(a)) {
    const std::string other = next_row(b);
    if (other.find("| calibrated") != std::string::npos) {
      ++calibrated;
    } else {
      EXPECT_EQ(row, other);
    }
  }
  EXPECT_EQ(calibrated, 3);
}

TEST(Technology, BadFilesAreNamedWithTheirRow) {
  expect_refused("razor_power | 12.8", "razor_powr | 12.8", "razor_powr");
  expect_refused("razor_power | 12.8 | %", "razor_power | 12.8 | mW", "mW");
  expect_refused("razor_power | 12.8", "razor_power | 128", "128");
  expect_refused("razor_power | 12.8", "razor_power | lots", "lots");
  expect_refused("razor_power | 12.8", "razor_power | 12.8 | 3", "kind");  // seven moved to eight
  expect_refused("razor_power | 12.8", "razor_power | 12.8 | 3 | 4", "needs name | value");
  expect_refused("razor_power | 12.8", "# razor_power | 12.8", "razor_power");
  expect_refused("razor_area | 0.3", "razor_power | 0.3", "razor_power");
  expect_refused("multiplier_area[4] | 4620", "multiplier_area[4] | 5620", "multiplier_area[4]");
  expect_refused("multiplier_area[4]", "multiplier_area[four]", "multiplier_area[four]");
  expect_refused("adder_energy[4]", "adder_energy[4.5]", "adder_");
  expect_refused("fault_rate[0.50] | 1.92930E-03", "fault_rate[0.50] | 1.0E-03", "fault_rate");
  expect_refused("fault_rate[0.95]", "fault_rate[0.96]", "fault_rate");
  expect_refused("| derived\n", "| remembered\n", "remembered");
  expect_refused("datapath_law | by_period", "datapath_law | by_voltage", "by_voltage");
  expect_refused("datapath_law | by_period | law", "# ", "datapath_law");
  expect_refused("rom_read | 0.552", "rom_read[2] | 0.552", "rom_read[2]");
  expect_refused("rom_read | 0.552", "rom_law | by_hand", "rom_law");
  expect_refused("fault_rate[0.50]", "fault_rate[-0.50]", "fault_rate[-0.5]");
  EXPECT_THROW(read_technology(kFolder + "none.cfg"), UserError);
}

TEST(Technology, BadTablesByWidthAreNamedWithTheirRow) {
  const auto refused = [](const char* from, const char* to, const char* named) {
    expect_refused(from, to, named, "nangate45.cfg");
  };
  refused("multiplier_energy[8x6]", "multiplier_energy[8]", "multiplier_energy[8]");
  refused("multiplier_energy[8x6]", "multiplier_energy[8x6.5]", "multiplier_energy[8x6.5]");
  refused("multiplier_energy[8x6]", "multiplier_energy[8x6x2]", "multiplier_energy[8x6x2]");
  refused("multiplier_energy[8x6]", "multiplier_energy[x6]", "multiplier_energy[x6]");
  // 16 x 4 has the a b of 8 x 8, 14 x 2 the a + b of 8 x 8.
  refused("multiplier_energy[8x6]", "multiplier_energy[16x4]", "multiplier_energy[8x8]");
  refused("multiplier_delay[8x6]", "multiplier_delay[14x2]", "multiplier_delay[8x8]");
  refused("multiplier_energy[8x6] | 1.021", "multiplier_energy[8x6] | 0.6", "[6x6] = 0.718");
  refused("adder_delay[16] | 0.5 ", "adder_delay[16] | 0.3 ", "adder_delay[12]");
  refused("comparator_area[12] | 55", "comparator_area[12] | 70", "comparator_area[16]");
  refused("adder_law | piecewise_linear", "adder_law | piecewise_cubic", "piecewise_cubic");
  refused("adder_law | piecewise_linear | law", "adder_law | piecewise_linear | 1", "needs law");
  refused("multiplier_law | piecewise_log_log", "# multiplier_law |", "multiplier_law");
  refused("multiplier_energy[4x4] | 0.270", "multiplier_energy[4x4] | 0", "piecewise_log_log");
  refused("clock_period_min | 1 ", "clock_period_min | 7 ", "clock_period_max");
  refused("register_bit_area | 4.5", "register_bit_area[4] | 4.5", "register_bit_area[4]");
  refused("adder_energy[32]", "adder_energy[1e9]", "adder_energy[1e+09]");
  refused("adder_energy[32]", "adder_energy[0x20]", "adder_energy[0x20]");
  refused("sram_words_min | 256", "sram_words_min | 256.5", "256.5");
  refused("sram_words_min | 256", "sram_words_min | 0x100", "0x100");
  refused("adder_energy[32]", "multiplier_energy_exponent", "multiplier_energy_exponent");
}

TEST(Technology, TablesOfAUnitMeet) {
  std::string text = text_of(kFolder + "nangate45.cfg");
  for (const char* bits : {"[8]", "[12]", "[16]"}) {  // adder areas and delays from 20 bits on
    for (const char* figure : {"adder_area", "adder_delay"}) {
      const std::string row = std::string("\n") + figure + bits;
      text.replace(text.find(row), row.size(), "\n# " + row.substr(1));
    }
  }
  for (const char* row : {"\nadder_energy[24]", "\nadder_energy[32]"}) {  // energies up to 16
    text.replace(text.find(row), std::string(row).size(), std::string("\n# ") + (row + 1));
  }
  const std::string path = testing::TempDir() + "minerva_tables_that_do_not_meet.cfg";
  std::ofstream(path) << text;
  try {
    read_technology(path);
    ADD_FAILURE() << "accepted";
  } catch (const UserError& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("adder_area[20]"), std::string::npos) << message;
    EXPECT_NE(message.find("adder_energy[16]"), std::string::npos) << message;
  }
  std::remove(path.c_str());
}

// Of an energy, internal + switching = dynamic, within the last digit printed.
TEST(Technology, PartsOfAnEnergyAddUpToIt) {
  const std::string tail = " | pJ | 40 nm | c | s | public\n";
  const auto split = [&](const char* internal, const char* switching) {
    return std::string("multiplier_energy_internal[4] | ") + internal + tail +
           "multiplier_energy_switching[4] | " + switching + tail + "multiplier_energy[4]";
  };
  for (const auto& [internal, switching] :
       {std::pair{"4.664", "4.000"}, {"4.6645", "3.9995"}, {"4.663", "4.000"}}) {
    const ChangedFile file("multiplier_energy[4]", split(internal, switching));
    const Technology t = read_technology(file.path());
    EXPECT_EQ(std::get<DatapathByPeriod>(t.datapath).at(4, t.name).multiplier.energy_pj, 8.664);
  }
  expect_refused("multiplier_energy[4]", split("4.662", "4.000"), "multiplier_energy[4] = 8.664");
  expect_refused("multiplier_energy[4]", split("4.666", "4.000"), "multiplier_energy[4] = 8.664");
  expect_refused("multiplier_energy[4]",
                 "multiplier_energy_internal[4] | 8.664" + tail + "multiplier_energy[4]",
                 "multiplier_energy_switching[4]");
  expect_refused(
      "multiplier_area[4]",
      "multiplier_area_internal[4] | 1 | um2 | 40 nm | c | s | public\nmultiplier_area[4]",
      "multiplier_area_internal[4]");
}

TEST(Technology, TablesHaveRowsAndNothingBetween) {
  const Technology t = read_technology(kFolder + "public40.cfg");
  const auto& law = std::get<DatapathByPeriod>(t.datapath);
  EXPECT_EQ(law.at(4, t.name).multiplier.energy_pj, 8.664);
  EXPECT_THROW(t.check_clock_period(4.5), UserError);
  t.check_clock_period(4);
  EXPECT_EQ(t.lowest_voltage(1.9293e-3).voltage_v, 0.5);
  EXPECT_EQ(t.lowest_voltage(2e-3).fault_rate, 1.9293e-3);
  EXPECT_THROW(t.dynamic_factor(0.2), UserError);
  EXPECT_THROW(t.memory(1000, 1, 1), UserError);
  EXPECT_THROW(t.memory(1000, 1, 33), UserError);
}

TEST(Technology, LowestVoltageIsTheLastToleratedRow) {
  const Technology t = read_technology(kFolder + "public40.cfg");
  EXPECT_EQ(t.lowest_voltage(1e-2).voltage_v, 0.43);
  EXPECT_EQ(t.lowest_voltage(9.68074e-3).voltage_v, 0.43);
  EXPECT_EQ(t.lowest_voltage(9.6807e-3).voltage_v, 0.44);
  EXPECT_EQ(t.lowest_voltage(0).voltage_v, t.sram_nominal_v);
  EXPECT_GT(t.lowest_voltage(0).fault_rate, 0);
}

TEST(Technology, VoltageLaws) {
  const Technology t = read_technology(kFolder + "public40.cfg");
  EXPECT_EQ(t.dynamic_factor(0), 1);
  EXPECT_EQ(t.leakage_factor(t.sram_nominal_v), 1);
  EXPECT_NEAR(t.dynamic_factor(0.475), 0.25, 1e-12);
  // Off currents of the source: 1.16e-9 A at 1.0 V and 4.00e-10 A at 0.6 V, times the voltage.
  const double measured = 0.6 * 4.00e-10 / (0.8 * 6.66e-10);
  EXPECT_NEAR(t.leakage_factor(0.6) / t.leakage_factor(0.8), measured, 0.05 * measured);
}

TEST(Technology, SmallBanksPayForTheSmallestMacro) {
  const Technology t = read_technology(kFolder + "public40.cfg");
  EXPECT_EQ(t.memory(10, 4, 8).area_um2, t.memory(4 * 256, 4, 8).area_um2);
  EXPECT_LT(t.memory(4 * 256, 4, 8).area_um2, t.memory(4 * 257, 4, 8).area_um2);
  EXPECT_EQ(t.memory(10, 4, 8).area_um2, 4 * t.memory(10, 1, 8).area_um2);
  const MemoryFigures two_macros = t.memory(131072, 1, 8);  // twice the largest
  EXPECT_EQ(two_macros.area_um2, 2 * t.memory(65536, 1, 8).area_um2);
  EXPECT_EQ(two_macros.read_pj, t.memory(65536, 1, 8).read_pj);
}

// Figures of the sources, typed in again from them.
TEST(Technology, ShippedNumbersAreTheSources) {
  const Technology p = read_technology(kFolder + "public40.cfg");
  const auto& law = std::get<DatapathByPeriod>(p.datapath);
  EXPECT_EQ(law.at(1, p.name).multiplier.energy_pj, 12.68);
  EXPECT_EQ(law.at(6, p.name).multiplier.leakage_uw, 48.2);
  EXPECT_EQ(law.at(2, p.name).adder.area_um2, 179.4);
  EXPECT_EQ(law.at(5, p.name).register_bit.energy_pj, 0.009);
  EXPECT_EQ(p.lowest_voltage(2.158e-7).voltage_v, 0.8);
  EXPECT_EQ(p.razor_power_percent, 12.8);
  EXPECT_EQ(p.razor_area_percent, 0.3);
  // ROM: the density of the source in F^2 a bit over the SRAM law's.
  const double rom_f2 = 1e6 / 3984e3 / (0.065 * 0.065);
  EXPECT_NEAR(p.rom_area_to_sram, rom_f2 / (p.sram_area_bit_um2 / (0.040 * 0.040)), 5e-4);
  EXPECT_NEAR(p.rom_read_to_sram, std::sqrt(p.rom_area_to_sram), 5e-4);

  const Technology n = read_technology(kFolder + "nangate45.cfg");
  const auto& tables = std::get<DatapathByWidth>(n.datapath);
  EXPECT_EQ(tables.multiplier(8, 6, n.name).unit.energy_pj, 1.021);
  EXPECT_EQ(tables.multiplier(6, 8, n.name).unit.energy_pj, 1.021);
  EXPECT_EQ(tables.multiplier(16, 16, n.name).unit.area_um2, 1973);
  EXPECT_EQ(tables.multiplier(8, 8, n.name).unit.leakage_uw, 12.2);
  EXPECT_EQ(tables.multiplier(12, 12, n.name).delay_ns, 1.15);
  EXPECT_EQ(tables.adder(24, n.name).unit.energy_pj, 0.507);
  EXPECT_EQ(tables.adder(20, n.name).unit.area_um2, 149);
  EXPECT_EQ(tables.adder(32, n.name).delay_ns, 0.93);
  EXPECT_EQ(tables.comparator(16, n.name).unit.energy_pj, 0.112);
  EXPECT_EQ(tables.comparator(12, n.name).unit.area_um2, 55);
}

// nangate45 is a datapath: all else is public40's, row by row.
TEST(Technology, Nangate45TakesMemoriesVoltageAndFaultsFromPublic40) {
  const Technology p = read_technology(kFolder + "public40.cfg");
  const Technology n = read_technology(kFolder + "nangate45.cfg");
  const auto same = [](const FigureRow& a, const FigureRow& b) {
    return a.key() == b.key() && a.value_text == b.value_text && a.unit == b.unit &&
           a.node == b.node && a.conditions == b.conditions && a.source == b.source &&
           a.kind == b.kind;
  };
  int shared = 0;
  for (const FigureRow& row : p.rows) {
    const auto starts = [&](const char* text) { return row.name.rfind(text, 0) == 0; };
    if (!(starts("sram_") || starts("rom_") || starts("fault_rate") || starts("razor_") ||
          starts("parity_") || starts("hardened_") || starts("clock_energy"))) {
      continue;
    }
    ++shared;
    EXPECT_TRUE(std::any_of(n.rows.begin(), n.rows.end(), [&](const FigureRow& other) {
      return same(row, other);
    })) << row.key();
  }
  EXPECT_EQ(shared, 1 + 10 + 3 + 3 + 5 + static_cast<int>(p.fault_rates.size()));
  // The rest says its own node: 45 nm, but for the three energies and leakages taken over.
  for (const FigureRow& row : n.rows) {
    if (row.node == "40 nm" && row.source.find("ALADDIN (") == 0) {
      EXPECT_TRUE(row.name.rfind("register_bit_", 0) == 0 || row.name == "bitwise_energy")
          << row.key();
    }
  }
}

TEST(Technology, Nangate45LeakageIsAreaTimesTheMeasuredOne) {
  const Technology n = read_technology(kFolder + "nangate45.cfg");
  std::map<std::string, double> value;
  for (const FigureRow& row : n.rows) value[row.key()] = row.value;
  int checked = 0;
  for (const auto& [key, leakage_uw] : value) {
    const auto at = key.find("_leakage");
    if (at == std::string::npos || key.rfind("sram", 0) == 0 || key.rfind("rom", 0) == 0 ||
        key.rfind("register", 0) == 0) {
      continue;
    }
    const double area_um2 = value.at(key.substr(0, at) + "_area" + key.substr(at + 8));
    EXPECT_NEAR(leakage_uw, area_um2 * 12.2 / 501, 5e-4 * leakage_uw) << key;  // four digits
    ++checked;
  }
  EXPECT_EQ(checked, 6 + 6 + 4 + 2);
}

TEST(Technology, TablesByWidthAreJoinedByTheirLawsAndEndWhereTheyEnd) {
  const Technology n = read_technology(kFolder + "nangate45.cfg");
  const auto& tables = std::get<DatapathByWidth>(n.datapath);
  // 16 x 8: halfway in log(a b) between 8 x 8 = 64 and 16 x 16 = 256 lies 128, but 12 x 12 = 144
  // stands between them.
  const double share = std::log(128.0 / 64) / std::log(144.0 / 64);
  EXPECT_NEAR(tables.multiplier(16, 8, n.name).unit.energy_pj,
              1.350 * std::pow(3.671 / 1.350, share), 1e-9);
  EXPECT_NEAR(tables.multiplier(16, 8, n.name).delay_ns, 1.15, 1e-12);  // a + b of 12 x 12
  EXPECT_NEAR(tables.multiplier(5, 5, n.name).delay_ns, 0.43 + (0.62 - 0.43) * 0.5, 1e-12);
  EXPECT_NEAR(tables.adder(26, n.name).unit.energy_pj, 0.507 + (0.680 - 0.507) * 0.25, 1e-12);
  EXPECT_NEAR(tables.adder(12, n.name).unit.energy_pj, (0.151 + 0.334) / 2, 1e-12);
  EXPECT_NEAR(tables.comparator(7, n.name).unit.area_um2, (14 + 33) / 2.0, 1e-12);

  const auto message = [&](auto ask) -> std::string {
    try {
      ask();
    } catch (const UserError& error) {
      return error.what();
    }
    return "accepted";
  };
  const auto says = [&](const std::string& text, std::initializer_list<const char*> words) {
    for (const char* word : words) EXPECT_NE(text.find(word), std::string::npos) << text;
  };
  says(message([&] { tables.multiplier(3, 8, n.name); }), {"3 x 8", "4 to 16", "nangate45"});
  says(message([&] { tables.multiplier(8, 17, n.name); }), {"8 x 17", "4 to 16", "nangate45"});
  says(message([&] { tables.adder(33, n.name); }), {"33", "8 to 32", "nangate45"});
  says(message([&] { tables.adder(7, n.name); }), {"7", "8 to 32", "nangate45"});
  says(message([&] { tables.comparator(5, n.name); }), {"5", "6 to 16", "nangate45"});
  says(message([&] { n.check_clock_period(0.5); }), {"0.5", "1 to 6 ns", "nangate45"});
  says(message([&] { n.check_clock_period(6.5); }), {"6.5", "1 to 6 ns", "nangate45"});
  n.check_clock_period(1);
  n.check_clock_period(4.5);
  n.check_clock_period(6);
}

TEST(Technology, RomIsARatioOfTheSramMacro) {
  const Technology t = read_technology(kFolder + "public40.cfg");
  const MemoryFigures sram = t.memory(4096, 4, 8);
  const MemoryFigures rom = t.rom(4096, 4, 8);
  EXPECT_EQ(rom.read_pj, sram.read_pj * t.rom_read_to_sram);
  EXPECT_EQ(rom.area_um2, sram.area_um2 * t.rom_area_to_sram);
  EXPECT_EQ(rom.leakage_uw, sram.leakage_uw * t.rom_leakage_to_sram);
  EXPECT_EQ(rom.write_pj, 0);
}

/// Whether every figure and every delay of such a machine is there, asked of each of them.
bool has_figures(const Technology& t, const DatapathWidths& widths, int macs, bool comparators) {
  try {
    for (const int bits : {widths.weight_bits, widths.activation_bits, widths.product_bits}) {
      t.memory(1000, 1, bits);
    }
    datapath_units(t.datapath, widths, 4, comparators, t.name);
    t.mac_delay_ns(widths, macs);
    return true;
  } catch (const UserError&) {
    return false;
  }
}

TEST(Technology, AWidthIsAnsweredWhenEveryFigureOfItIs) {
  for (const char* name : {"public40", "nangate45"}) {
    const Technology t = read_technology(kFolder + name + ".cfg");
    std::array<int, 2> seen{};
    for (int w = 1; w <= 18; ++w) {
      for (int x = 1; x <= 18; ++x) {
        for (const int p : {1, 2, 3, 5, 6, 7, 8, 16, 31, 32, 33}) {
          for (const int macs : {1, 4}) {
            for (const bool comparators : {false, true}) {
              const DatapathWidths widths{w, x, p, p + 3};
              const bool answered = !t.unanswered(widths, macs, comparators);
              ASSERT_EQ(answered, has_figures(t, widths, macs, comparators))
                  << name << " " << w << " " << x << " " << p << " " << macs << " " << comparators;
              ++seen[answered ? 1 : 0];
            }
          }
        }
      }
    }
    EXPECT_GT(seen[0], 100) << name;
    EXPECT_GT(seen[1], 100) << name;
  }
}

TEST(Technology, AnUnansweredWidthIsNamedWithWhatIsNeeded) {
  const Technology p = read_technology(kFolder + "public40.cfg");
  const Technology n = read_technology(kFolder + "nangate45.cfg");
  const auto refused = [](const Technology& t, const DatapathWidths& widths, int macs,
                          const std::string& said) {
    try {
      t.check_widths(widths, macs, true, "plan.json");
      ADD_FAILURE() << "accepted; " << said;
    } catch (const UserError& error) {
      EXPECT_EQ(std::string(error.what()), "plan.json: " + said);
    }
  };
  refused(p, {8, 8, 1, 4}, 1,
          "P, a word of the bias store, has 1 bit there and needs 2 to 32 bits in technology "
          "public40");
  refused(p, {1, 8, 8, 12}, 1,
          "W, a word of the weight memory, has 1 bit there and needs 2 to 32 bits in technology "
          "public40");
  refused(p, {8, 1, 8, 12}, 1,
          "X, a word of the input and activation memories, has 1 bit there and needs 2 to 32 bits "
          "in technology public40");
  refused(n, {8, 8, 4, 7}, 1,
          "the accumulator of P has 7 bits there and needs 8 to 32 bits in technology nangate45");
  refused(n, {8, 8, 5, 12}, 4,
          "an adder of the tree, wider than P by its level, has 6 bits there and needs 8 to 32 "
          "bits in technology nangate45");
  refused(n, {8, 5, 8, 12}, 1,
          "the comparator of X with a threshold has 5 bits there and needs 6 to 16 bits in "
          "technology nangate45");
  refused(n, {3, 8, 8, 12}, 1,
          "the multiplier of W x X has 3 x 8 bits there and needs 4 to 16 bits each and products "
          "within the table of technology nangate45");
  EXPECT_NO_THROW(n.check_widths({8, 5, 8, 12}, 1, false, "no thresholds"));
}

}  // namespace
}  // namespace minerva
