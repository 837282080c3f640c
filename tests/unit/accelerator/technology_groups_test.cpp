#include <gtest/gtest.h>

#include "component_rows.hpp"
#include "minerva/base/errors.hpp"

// Rows that stand together, and what a file with half of them is told.
namespace minerva {
namespace {

std::string refusal(const std::string& text) {
  try {
    technology_of(text);
  } catch (const UserError& error) {
    return error.what();
  }
  return "accepted";
}

/// The rows of every component without one of them.
std::string without_row(const std::string& name) {
  std::istringstream lines(component_rows());
  std::string text;
  bool found = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.substr(0, line.find(' ')) == name) {
      found = true;
    } else {
      text += line + "\n";
    }
  }
  EXPECT_TRUE(found) << name;
  return changed_nangate45(replaced_by_component_rows(), text);
}

void expect_says(const std::string& message, std::initializer_list<const char*> words) {
  for (const char* word : words) {
    EXPECT_NE(message.find(word), std::string::npos) << "'" << word << "' in " << message;
  }
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
}

TEST(TechnologyGroups, HalfAGroupIsRefusedByItsMissingRow) {
  for (const char* name :
       {"clock_gate_idle_energy", "register_bit_write_energy_kept", "clock_buffer_share",
        "operand_buffer_bit_area", "mask_row_bit_leakage",
        "accumulator_multiplexer_bit_energy_dense", "write_multiplexer_bit_energy",
        "sequencer_bit_area", "level_shifter_bit_leakage", "sram_access_doubling",
        "sram_read_word_bit", "sram_macro_area_word", "rounding_law", "rectifier_law"}) {
    expect_says(refusal(without_row(name)), {name, "is missing: it stands with"});
  }
}

TEST(TechnologyGroups, TheTablesOfANetworkStandTogether) {
  const std::string alone = component_row("multiplier_energy_dense[8x6]", "0.06", "pJ") +
                            component_row("multiplier_energy_kept[8x6]", "0.3", "pJ");
  expect_says(refusal(changed_nangate45({}, alone)), {"adder_energy_dense[..]", "is missing"});
  expect_says(
      refusal(changed_nangate45({}, component_row("comparator_energy_dense[6]", "0.01", "pJ"))),
      {"comparator_energy_dense[6]", "needs the rows multiplier_energy_dense[..]"});
}

TEST(TechnologyGroups, TwoWaysToPayForTheSameAreRefused) {
  const std::string pins = component_row("clock_pin_energy", "0.001", "pJ") +
                           component_row("clock_buffer_share", "20", "%");
  expect_says(refusal(changed_nangate45({}, pins)),
              {"clock_pin_energy", "stands beside clock_energy"});
  EXPECT_EQ(refusal(changed_nangate45({"clock_energy"}, pins)), "accepted");
  expect_says(refusal(changed_nangate45({"clock_energy"}, "")), {"clock_energy", "is missing"});
  // A file may do without any row of the control, but not have both.
  expect_says(
      refusal(changed_nangate45(replaced_by_component_rows(), component_rows() + core_rows())),
      {"control_bit_energy", "stands beside sequencer_bit_energy"});
  expect_says(refusal(changed_nangate45({}, core_rows())),
              {"control_bit_energy", "needs the rows multiplier_energy_dense[..]"});
}

TEST(TechnologyGroups, TheLawOfTheMemoriesFitsTheirRows) {
  expect_says(refusal(without_row("sram_law")),
              {"sram_read_fixed", "needs the row sram_law = linear_in_words_and_bits"});
  expect_says(
      refusal(changed_nangate45({}, component_row("sram_law", "linear_in_words_and_bits", "law"))),
      {"sram_law", "needs sram_read_fixed"});
  EXPECT_EQ(refusal(changed_nangate45({}, component_row("sram_law", "root_of_bits", "law"))),
            "accepted");
  expect_says(refusal(changed_nangate45({}, component_row("sram_law", "cubic", "law"))),
              {"sram_law", "'cubic'", "root_of_bits or linear_in_words_and_bits"});
  expect_says(refusal(changed_nangate45({}, component_row("input_load_law", "once", "law"))),
              {"input_load_law", "'once'", "left_out or double_buffer"});
}

TEST(TechnologyGroups, AnIncludedLawGivesWayToTheFilesOwn) {
  const std::string base = testing::TempDir() + "minerva_included_law_base.cfg";
  std::ofstream(base) << changed_nangate45({}, "");
  const std::string own = "include = minerva_included_law_base.cfg\n" +
                          component_row("clock_pin_energy", "0.001", "pJ") +
                          component_row("clock_buffer_share", "20", "%");
  const Technology t = technology_of(own);
  std::remove(base.c_str());
  EXPECT_EQ(t.clock_energy_pj_per_mm2, 0);
  EXPECT_EQ(t.components.clock_pin_pj, 0.001);
}

TEST(TechnologyGroups, AGridJoinsItsRowsAlongBothOperands) {
  const std::set<std::string> replaced = {"multiplier_law",     "multiplier_energy",
                                          "multiplier_leakage", "multiplier_area",
                                          "multiplier_delay",   "multiplier_delay_law"};
  std::string rows = component_row("multiplier_law", "piecewise_bilinear", "law") +
                     component_row("multiplier_delay_law", "piecewise_bilinear", "law");
  for (const int a : {4, 8, 16}) {
    for (const int b : {4, 10, 16}) {
      const std::string index = "[" + std::to_string(a) + "x" + std::to_string(b) + "]";
      rows +=
          component_row("multiplier_energy" + index, std::to_string(0.001 * (a * b + a)), "pJ") +
          component_row("multiplier_leakage" + index, "1", "uW") +
          component_row("multiplier_area" + index, std::to_string(3 * a + b), "um2") +
          component_row("multiplier_delay" + index, std::to_string(0.1 * a + 0.01 * b), "ns");
    }
  }
  const Technology t = technology_of(changed_nangate45(replaced, rows));
  for (const auto& [a, b] : {std::pair{4, 9}, {6, 6}, {16, 4}, {11, 13}}) {
    const DatapathUnits units = datapath_units(t.datapath, {a, b, 9, 19}, 4, false, t.name);
    EXPECT_NEAR(units.multiplier.energy_pj, 0.001 * (a * b + a), 1e-9) << a << " x " << b;
    EXPECT_NEAR(units.multiplier.area_um2, 3 * a + b, 1e-9);
    const double delay_ns =
        t.mac_delay_ns({a, b, 9, 19}, 1) - t.accumulation_delay_ns({a, b, 9, 19});
    EXPECT_NEAR(delay_ns, 0.1 * a + 0.01 * b, 1e-9);
  }
  // 6 x 6 and 4 x 9 are different units here, which the other laws cannot tell apart.
  const std::string hole = "multiplier_energy[8x10]";
  const auto at = rows.find(hole);
  rows.erase(at, rows.find('\n', at) + 1 - at);
  expect_says(refusal(changed_nangate45(replaced, rows)),
              {hole.c_str(), "is missing: piecewise_bilinear"});
  expect_says(refusal(changed_nangate45({"adder_law"},
                                        component_row("adder_law", "piecewise_bilinear", "law"))),
              {"adder_law", "needs piecewise_linear or piecewise_log_log"});
}

TEST(TechnologyGroups, AWidthOutsideTheOperandsOfTheNetworkIsNotAnswered) {
  const Technology t = component_technology();
  EXPECT_FALSE(t.unanswered({8, 6, 9, 12}, 1, true).has_value());
  const auto found = t.unanswered({8, 6, 9, 11}, 1, true);  // its tables begin at 12 bits
  ASSERT_TRUE(found.has_value());
  EXPECT_NE(found->needs.find("a network's operands"), std::string::npos) << found->needs;
  EXPECT_THROW(datapath_units(t.datapath, {8, 6, 9, 11}, 4, true, t.name), UserError);
}

TEST(TechnologyGroups, TheLastColumnIsAResidualARangeOrBoth) {
  const auto with = [](const std::string& quality) {
    return changed_nangate45({"sram_leakage"},
                             component_row("sram_leakage", "42.4", "uW/KB", quality));
  };
  const auto row_of = [](const Technology& t) {
    for (const FigureRow& row : t.rows) {
      if (row.name == "sram_leakage") return row;
    }
    return FigureRow{};
  };
  const FigureRow both = row_of(technology_of(with("within 0.6 to 1 V; residual 2.5 %")));
  EXPECT_EQ(both.residual_percent, 2.5);
  ASSERT_TRUE(both.range.has_value());
  EXPECT_EQ(both.range->low, 0.6);
  EXPECT_EQ(both.range->high, 1);
  EXPECT_EQ(both.range->unit, "V");
  EXPECT_FALSE(row_of(technology_of(with("residual 2 %"))).range.has_value());
  for (const char* wrong :
       {"residual", "residual 2", "residual 0 %", "residual 400 %", "residual x %", "2 %",
        "within 1 to 0.6 V", "within 0.6 to 1 mm", "within 0.6 V", "residual 2 %; residual 3 %",
        "residual 2 % V", "residual 2 %, within 0.6 to 1 V", "within 0.6 to 1 V;;"}) {
    expect_says(refusal(with(wrong)), {"last column", wrong, "needs 'residual 12 %'"});
  }
  // A row that the user sets has neither: they were those of the file's value.
  const std::string path = testing::TempDir() + "minerva_last_column.cfg";
  std::ofstream(path) << with("residual 2 %");
  const Technology t = read_technology(path, {{"sram_leakage", "x0.5", "a test"}});
  EXPECT_FALSE(row_of(t).residual_percent.has_value());
  EXPECT_NE(rows_text(read_technology(path)).find("| residual 2 %\n"), std::string::npos);
  std::remove(path.c_str());
}

}  // namespace
}  // namespace minerva
