#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "minerva/accelsim/technology.hpp"
#include "minerva/base/errors.hpp"

// Rows that the user sets over a technology file, and files that include another one.
namespace minerva {
namespace {

const std::string kFolder = std::string(MINERVA_SOURCE_DIR) + "/configs/tech/";

/// A folder of the test with copies of shipped files and files of its own.
class Folder {
 public:
  Folder()
      : path_(testing::TempDir() + "minerva_overrides_" +
              testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_ + "/sub");
    for (const char* name : {"public40.cfg", "nangate45.cfg"}) {
      std::filesystem::copy_file(kFolder + name, path_ + "/" + name);
    }
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ + "/" + name) << text;
    return path_ + "/" + name;
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

const FigureRow& row_of(const Technology& t, const std::string& key) {
  const auto found = std::find_if(t.rows.begin(), t.rows.end(),
                                  [&](const FigureRow& row) { return row.key() == key; });
  expects(found != t.rows.end(), "no such row");
  return *found;
}

std::string refusal(const std::string& path, const std::vector<RowOverride>& overrides = {}) {
  try {
    read_technology(path, overrides);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

Technology public_with(const std::string& name, const std::string& text) {
  return read_technology(kFolder + "public40.cfg", {{name, text, "--tech." + name}});
}

TEST(RowOverrides, ANumberOrAFactorReplacesOneRow) {
  const Technology plain = read_technology(kFolder + "public40.cfg");
  EXPECT_EQ(public_with("sram_leakage", "21").sram_leakage_uw_per_kb, 21);
  EXPECT_EQ(public_with("sram_leakage", "x0.5").sram_leakage_uw_per_kb,
            0.5 * plain.sram_leakage_uw_per_kb);
  EXPECT_EQ(public_with("razor_power", "1e1").razor_power_percent, 10);
  EXPECT_EQ(public_with("rom_area", "x2").rom_area_to_sram, 2 * plain.rom_area_to_sram);
  const auto adder_pj = [](const Technology& t, double period_ns) {
    return std::get<DatapathByPeriod>(t.datapath).at(period_ns, t.name).adder.energy_pj;
  };
  const Technology one = public_with("adder_energy[4]", "x3");
  EXPECT_EQ(adder_pj(one, 4), 3 * adder_pj(plain, 4));
  EXPECT_EQ(adder_pj(one, 5), adder_pj(plain, 5));
  // Every other row is as it was.
  ASSERT_EQ(one.rows.size(), plain.rows.size());
  int changed = 0;
  for (std::size_t i = 0; i < one.rows.size(); ++i) {
    changed += one.rows[i].value != plain.rows[i].value ? 1 : 0;
  }
  EXPECT_EQ(changed, 1);
}

TEST(RowOverrides, AFactorWithoutIndexIsOfTheWholeTable) {
  const Technology plain = read_technology(kFolder + "nangate45.cfg");
  const Technology t = read_technology(kFolder + "nangate45.cfg",
                                       {{"multiplier_energy", "x0.5", "--tech.multiplier_energy"}});
  for (const int bits : {4, 6, 8, 12, 16}) {
    const auto pj = [&](const Technology& of) {
      return std::get<DatapathByWidth>(of.datapath).multiplier(bits, bits, of.name).unit.energy_pj;
    };
    EXPECT_NEAR(pj(t), 0.5 * pj(plain), 1e-12) << bits;
  }
  // The parts of an energy, which add up to another one now, are gone; those of others are not.
  for (const FigureRow& row : t.rows) {
    EXPECT_EQ(row.name.find("multiplier_energy_"), std::string::npos) << row.key();
  }
}

TEST(RowOverrides, ALawMayBeAnother) {
  const Technology t = read_technology(kFolder + "nangate45.cfg",
                                       {{"adder_law", "piecewise_log_log", "--tech.adder_law"}});
  EXPECT_EQ(row_of(t, "adder_law").value_text, "piecewise_log_log");
  EXPECT_NE(refusal(kFolder + "nangate45.cfg", {{"adder_law", "cubic", "--tech.adder_law"}})
                .find("--tech.adder_law: adder_law = 'cubic': needs piecewise_linear"),
            std::string::npos);
}

TEST(RowOverrides, AreTheUsersAndSayWhatWas) {
  const Technology plain = read_technology(kFolder + "public40.cfg");
  const Technology t = public_with("sram_leakage", "x0.5");
  const FigureRow& row = row_of(t, "sram_leakage");
  EXPECT_EQ(row.kind, FigureKind::user);
  EXPECT_EQ(row.source, "set by the user (x0.5), was " + row_of(plain, "sram_leakage").value_text +
                            " of " + row_of(plain, "sram_leakage").source);
  ASSERT_EQ(t.overrides.size(), 1U);
  EXPECT_EQ(t.overrides[0], "sram_leakage = " + row.value_text + " uW/KB instead of " +
                                row_of(plain, "sram_leakage").value_text +
                                " (sram_leakage = x0.5)");
  EXPECT_TRUE(plain.overrides.empty());
  // The digest of a technology of rows is of this text.
  EXPECT_NE(rows_text(t), rows_text(plain));
  EXPECT_EQ(rows_text(t), rows_text(public_with("sram_leakage", "x0.5")));
  EXPECT_NE(rows_text(t), rows_text(public_with("sram_leakage", "x0.25")));
}

TEST(RowOverrides, AreHeldToTheChecksOfAFile) {
  const auto refused = [](const std::string& name, const std::string& text, const std::string& said,
                          const char* file = "public40.cfg") {
    const std::string message = refusal(kFolder + file, {{name, text, "--tech." + name}});
    EXPECT_EQ(message.rfind("--tech." + name, 0), 0U) << name << ": " << message;
    EXPECT_NE(message.find(said), std::string::npos) << message;
  };
  refused("sram_leekage", "21", "is no row of technology public40");
  refused("adder_energy[4.5]", "1", "needs a row of technology public40: adder_energy[1], ");
  refused("adder_energy", "0.1", "needs a factor such as x0.5 for a whole table");
  refused("sram_leakage", "-1", "needs 0 to 1000 uW/KB");
  refused("sram_leakage", "x1e9", "needs 0 to 1000 uW/KB");
  refused("sram_words_min", "256.5", "needs a whole number");
  refused("sram_leakage", "half", "needs a number, or x0.5 for a factor");
  refused("sram_leakage", "x", "needs a number, or x0.5 for a factor");
  refused("sram_leakage", "0x10", "needs a number, or x0.5 for a factor");
  refused("datapath_law", "x2", "needs the name of a law");
  refused("multiplier_area[4]", "x9", "needs no more than multiplier_area[");
  refused("adder_energy[16]", "x0.01", "needs no less than adder_energy[", "nangate45.cfg");
  refused("adder_energy_internal[16]", "1", "is a part of an energy", "nangate45.cfg");
}

TEST(RowOverrides, EveryRowOfBothFormsHasAName) {
  const std::vector<std::string> names = row_names();
  for (const char* file : {"public40.cfg", "nangate45.cfg", "calibrated40.cfg"}) {
    for (const FigureRow& row : read_technology(kFolder + file).rows) {
      const bool part = row.name.find("_internal") != std::string::npos ||
                        row.name.find("_switching") != std::string::npos;
      EXPECT_EQ(std::count(names.begin(), names.end(), row.name), part ? 0 : 1) << row.name;
    }
  }
}

TEST(IncludedTechnology, RowsAndValuesAreReplaced) {
  const Folder folder;
  const Technology plain = read_technology(kFolder + "public40.cfg");
  const std::string path = folder.write(
      "mine.cfg",
      "# half of the leakage, and a multiplier of our library\n"
      "include = public40.cfg\n"
      "sram_leakage = x0.5\n"
      "multiplier_energy[4] | 9 | pJ | 40 nm | 32 x 32 bits, 4 ns | our library | derived\n");
  const Technology t = read_technology(path);
  EXPECT_EQ(t.name, "mine");
  EXPECT_EQ(t.sram_leakage_uw_per_kb, 0.5 * plain.sram_leakage_uw_per_kb);
  EXPECT_EQ(std::get<DatapathByPeriod>(t.datapath).at(4, t.name).multiplier.energy_pj, 9);
  EXPECT_EQ(row_of(t, "multiplier_energy[4]").kind, FigureKind::derived);
  EXPECT_EQ(row_of(t, "multiplier_energy[4]").source, "our library");
  EXPECT_EQ(row_of(t, "sram_leakage").kind, FigureKind::user);
  EXPECT_EQ(t.rows.size(), plain.rows.size());
  EXPECT_EQ(t.files, (std::vector<std::string>{path, folder.path() + "/public40.cfg"}));
  ASSERT_EQ(t.overrides.size(), 1U);
  // An option comes after the file's own lines.
  EXPECT_EQ(read_technology(path, {{"sram_leakage", "x2", "--tech"}}).sram_leakage_uw_per_kb,
            plain.sram_leakage_uw_per_kb);
}

TEST(IncludedTechnology, MayIncludeAnother) {
  const Folder folder;
  folder.write("sub/one.cfg", "include = ../nangate45.cfg\nadder_law = piecewise_log_log\n");
  const std::string path =
      folder.write("two.cfg", "include = sub/one.cfg\nregister_bit_area = x1.5\n");
  const Technology t = read_technology(path);
  EXPECT_EQ(row_of(t, "adder_law").value_text, "piecewise_log_log");
  EXPECT_EQ(t.files.size(), 3U);
  EXPECT_EQ(t.overrides.size(), 2U);
  // A file that only includes has the rows of the other.
  EXPECT_EQ(rows_text(read_technology(folder.write("same.cfg", "include = nangate45.cfg\n"))),
            rows_text(read_technology(kFolder + "nangate45.cfg")));
}

TEST(IncludedTechnology, IsSoughtBesideTheFileAndThenAmongShippedOnes) {
  const Folder folder;
  const std::string shipped = rows_text(read_technology(kFolder + "macros40.cfg"));
  for (const std::string name : {"macros40.cfg", "configs/tech/macros40.cfg"}) {
    const Technology t = read_technology(folder.write("mine.cfg", "include = " + name + "\n"));
    EXPECT_EQ(rows_text(t), shipped);
    EXPECT_EQ(t.files.size(), 3U);  // macros40 includes public40
  }
  // A file beside it comes first.
  folder.write("macros40.cfg", "include = public40.cfg\n");
  EXPECT_NE(rows_text(read_technology(folder.write("mine.cfg", "include = macros40.cfg\n"))),
            shipped);
  EXPECT_NE(refusal(folder.write("mine.cfg", "include = ../macros41.cfg\n")).find("macros41.cfg"),
            std::string::npos);
}

TEST(IncludedTechnology, AnEnergyOfTheFileDropsThePartsOfTheIncludedOne) {
  const Folder folder;
  const std::string row = " | pJ | 45 nm | 16 bits | our library | public\n";
  const Technology t = read_technology(
      folder.write("whole.cfg", "include = nangate45.cfg\nadder_energy[16] | 0.35" + row));
  for (const FigureRow& each : t.rows) EXPECT_NE(each.key(), "adder_energy_internal[16]");
  const Technology parts =
      read_technology(folder.write("parts.cfg", "include = nangate45.cfg\nadder_energy[16] | 0.35" +
                                                    row + "adder_energy_internal[16] | 0.15" + row +
                                                    "adder_energy_switching[16] | 0.20" + row));
  EXPECT_EQ(row_of(parts, "adder_energy_internal[16]").value, 0.15);
}

TEST(IncludedTechnology, MistakesAreNamedWithTheirLine) {
  const Folder folder;
  const auto refused = [&](const std::string& text, const std::string& said) {
    const std::string path = folder.write("mine.cfg", text);
    const std::string message = refusal(path);
    EXPECT_EQ(message.rfind(path, 0), 0U) << message;
    EXPECT_NE(message.find(said), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  };
  refused("include = none.cfg\n",
          "mine.cfg:1: include = '" + folder.path() + "/none.cfg': needs a");
  refused("include =\n", "needs the path of a technology file");
  refused("include = mine.cfg\n", "includes itself");
  refused("include = public40.cfg\ninclude = nangate45.cfg\n", ":2: include");
  refused("sram_leakage = 3\ninclude = public40.cfg\n", "before the rows");
  refused("sram_leakage = 3\n", "is empty");
  refused("include = public40.cfg\nsram_leekage = 3\n", ":2 = 'sram_leekage': is no row");
  refused("include = public40.cfg\nsram_leakage = lots\n", ":2 = 'lots': needs a number");
  refused("include = public40.cfg\nsram_leakage = -3\n",
          ":2: sram_leakage = '-3': needs 0 to 1000");
  refused("include = public40.cfg\nrazor_power | 3 | %\n", "needs name | value");
  const std::string row = "razor_power | 3 | % | 40 nm | c | s | public\n";
  refused("include = public40.cfg\n" + row + row, "stands twice");
  folder.write("loop.cfg", "include = mine.cfg\n");
  const std::string path = folder.write("mine.cfg", "include = loop.cfg\n");
  EXPECT_NE(refusal(path).find("includes itself"), std::string::npos) << refusal(path);
}

}  // namespace
}  // namespace minerva
