#include "minerva/accelsim/fault_tables.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "minerva/accelsim/fault_criterion.hpp"
#include "minerva/base/errors.hpp"

// Fault rates by several criteria in a technology file, and the clock period that they are for.
namespace minerva {
namespace {

const std::string kBase = std::string(MINERVA_SOURCE_DIR) + "/configs/tech/public40.cfg";

std::string table(const std::string& name, const std::string& conditions,
                  const std::vector<std::pair<const char*, const char*>>& rates) {
  std::string text;
  for (const auto& [voltage, rate] : rates) {
    text += name + "[" + voltage + "] | " + rate + " | 1 | 45 nm | " + conditions +
            " | a test | derived\n";
  }
  return text;
}

const std::string kUsed = table("fault_rate", "clocked: within 1 ns",
                                {{"0.95", "1e-9"}, {"0.7", "1e-5"}, {"0.6", "1e-2"}});
const std::string kClock = "fault_clock_period | 4 | ns | 45 nm | a machine | a test | derived\n";
const std::string kStatic = table("fault_rate_static_noise", "static_noise: x",
                                  {{"0.95", "1e-9"}, {"0.6", "1e-6"}, {"0.3", "4e-2"}});

/// A technology file of these rows over a shipped one.
class FaultTables : public testing::Test {
 protected:
  const std::string path_ = testing::TempDir() + "minerva_fault_tables_" +
                            testing::UnitTest::GetInstance()->current_test_info()->name() + ".cfg";
  void TearDown() override { std::remove(path_.c_str()); }

  Technology read(const std::string& rows, const std::string& base = kBase) const {
    std::ofstream(path_) << "include = "
                         << std::filesystem::path(base)
                                .lexically_proximate(std::filesystem::path(path_).parent_path())
                                .string()
                         << "\n"
                         << rows;
    return read_technology(path_);
  }
  std::string refusal(const std::string& rows) const {
    try {
      read(rows);
    } catch (const UserError& error) {
      return error.what();
    }
    return "accepted";
  }
};

TEST_F(FaultTables, AFileHasOneOfEachCriterionAndTheFlowsFirst) {
  const Technology technology = read(kStatic + kClock + kUsed);
  const std::vector<FaultTable> tables = fault_tables(technology);
  ASSERT_EQ(tables.size(), 2U);
  EXPECT_EQ(tables[0].name, "fault_rate");
  EXPECT_EQ(tables[0].criterion, FaultCriterion::clocked);
  EXPECT_EQ(tables[0].clock_period_ns, 4);
  EXPECT_EQ(tables[0].rates.back().voltage_v, 0.6);
  EXPECT_EQ(tables[1].name, "fault_rate_static_noise");
  EXPECT_EQ(tables[1].criterion, FaultCriterion::static_noise);
  EXPECT_FALSE(tables[1].clock_period_ns);
  EXPECT_EQ(tables[1].rates.back().voltage_v, 0.3);
  // The flow's table is the one that the technology lowers its supply by, and the laws reach as far
  // as any table does.
  EXPECT_EQ(technology.lowest_voltage(0.02).voltage_v, 0.6);
  EXPECT_EQ(lowest_voltage(tables[1].rates, 0.05).voltage_v, 0.3);
  EXPECT_GT(technology.dynamic_factor(0.3), 0);
  EXPECT_THROW(technology.dynamic_factor(0.25), UserError);
  // What was made for every clock has none.
  EXPECT_FALSE(fault_tables(read_technology(kBase)).front().clock_period_ns);
  EXPECT_FALSE(fault_tables(read_technology(kBase)).front().criterion);
}

TEST_F(FaultTables, AnIncludedTableIsReplacedWhole) {
  const Technology base = read_technology(kBase);
  ASSERT_GT(base.fault_rates.size(), 50U);
  EXPECT_EQ(read(kClock + kUsed).fault_rates.size(), 3U);
  // The flow's table takes those of other criteria and their clock with it.
  const std::string first = path_ + ".first";
  std::filesystem::rename((read(kStatic + kClock + kUsed), path_), first);
  const std::string own = table("fault_rate", "static_noise: y", {{"0.95", "1e-9"}, {"0.5", "1"}});
  const Technology second = read(own, first);
  EXPECT_EQ(fault_tables(second).size(), 1U);
  for (const FigureRow& row : second.rows) EXPECT_NE(row.name, kFaultClock);
  // A table of another criterion alone leaves the flow's as it is.
  const Technology third = read(
      table("fault_rate_read_flip", "read_flip: y", {{"0.95", "1e-9"}, {"0.5", "1e-3"}}), first);
  EXPECT_EQ(fault_tables(third).size(), 3U);
  std::remove(first.c_str());
}

TEST_F(FaultTables, AMachineOfAShorterClockIsRefused) {
  const FaultTable used = fault_tables(read(kClock + kUsed)).front();
  check_fault_clock(used, 4, "t");
  check_fault_clock(used, 5.5, "t");
  try {
    check_fault_clock(used, 3.9, "t", "dse.clock_period_ns");
    ADD_FAILURE() << "a clock period of 3.9 ns is accepted";
  } catch (const UserError& error) {
    const std::string said = error.what();
    EXPECT_EQ(said.rfind("dse.clock_period_ns = '3.9': needs 4 ns or more", 0), 0U) << said;
    EXPECT_EQ(said.find('\n'), std::string::npos);
  }
  check_fault_clock(fault_tables(read_technology(kBase)).front(), 0.1, "public40");
}

TEST_F(FaultTables, WhatDoesNotBelongTogetherIsNamed) {
  const auto expect = [&](const std::string& rows, const std::string& named) {
    const std::string said = refusal(rows);
    EXPECT_NE(said.find(named), std::string::npos) << said;
    EXPECT_EQ(said.find('\n'), std::string::npos) << said;
  };
  expect(kUsed, "counts reads that are too slow for a clock: needs a row fault_clock_period [ns]");
  expect(kClock + kUsed + table("fault_rate_clocked", "clocked: z", {{"0.95", "1e-9"}}),
         "is of the criterion of fault_rate");
  expect(kClock + kUsed + table("fault_rate_read_flip", "static_noise: z", {{"0.95", "1e-9"}}),
         "needs to begin with the name of the criterion and a colon");
  expect(kClock + kUsed + table("fault_rate_read_flip", "in words", {{"0.95", "1e-9"}}),
         "needs to begin with the name of the criterion and a colon");
  expect(kClock + kUsed + table("fault_rate", "static_noise: z", {{"0.5", "0.1"}}),
         "needs the criterion of fault_rate[0.95], a row of the same table");
  expect(kClock + kUsed + table("fault_rate_read_flip", "read_flip: z", {{"0.9", "1e-9"}}),
         "needs sram_nominal_voltage = 0.95 as its highest row");
  expect(kClock + kUsed +
             table("fault_rate_read_flip", "read_flip: z", {{"0.95", "1e-8"}, {"0.9", "1e-9"}}),
         "needs more faults than fault_rate_read_flip[0.95]");
  expect(kClock + kUsed + table("fault_rate_hold", "hold: z", {{"0.95", "1e-8"}}),
         "fault_rate_hold[0.95]");
  // None seen at two voltages is no contradiction in a table that the flow does not use.
  read(kClock + kUsed +
       table("fault_rate_read_flip", "read_flip: z", {{"0.95", "0"}, {"0.9", "0"}}));
}

}  // namespace
}  // namespace minerva
