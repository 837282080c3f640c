#include <gtest/gtest.h>

#include <set>

#include "graph_case.hpp"
#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/accelsim/machine.hpp"
#include "program.hpp"
#include "random_machine.hpp"
#include "rtl_bench.hpp"
#include "vcd_file.hpp"

// Waveforms of the Verilog beside those of the SystemC model: the same names, and after every edge
// of every prediction the same values.
namespace minerva {
namespace {

using test::RandomCase;
using test::VcdFile;

constexpr std::uint64_t kSeed = 20260718;

template <typename Case>
VcdFile systemc_waveform(const Case& c) {
  const test::TemporaryFolder folder;
  {
    MachineOptions options;
    options.waveform.path = folder.path() + "/wave.vcd";
    Machine machine(c.network, c.point, options);
    for (const auto& input : c.inputs) {
      machine.issue(input);
      machine.run();
    }
  }
  return VcdFile(folder.read("wave.vcd"), "SystemC");
}

template <typename Case>
VcdFile rtl_waveform(const Case& c) {
  std::string bytes;
  const auto run =
      test::run_bench(rtl_files(c.network, machine_configuration(c.network, c.point), c.inputs),
                      "waveform", "waveform.vcd", &bytes);
  EXPECT_TRUE(run.passed) << run.output;
  return VcdFile(bytes, "SystemC");
}

std::set<std::string> names_of(const VcdFile& file) {
  std::set<std::string> names;
  for (const auto& [name, signal] : file.signals()) names.insert(name);
  return names;
}

/// Which neuron a register holds is known to SystemC, and to no hardware.
bool is_of_systemc_alone(const std::string& name) {
  return name.find("_neuron") != std::string::npos;
}

bool is_signed(const std::string& name) {
  // The index of an accumulator moves with a chunk; a lane has the words.
  return name.find(".x_") != std::string::npos || name.rfind("lane_", 0) == 0;
}

/// A register that was never written is x in Verilog and 0 in SystemC.
std::int64_t number(const std::string& bits, bool with_sign) {
  if (bits.find_first_not_of('x') == std::string::npos) return 0;
  EXPECT_EQ(bits.find_first_not_of("01"), std::string::npos) << bits;
  std::int64_t value = with_sign && bits.front() == '1' ? -1 : 0;
  for (const char bit : bits) value = value * 2 + (bit == '1' ? 1 : 0);
  return value;
}

std::int64_t number_after(const VcdFile& file, const std::string& name, std::int64_t edge) {
  return number(file.signals().at(name).at(edge), is_signed(name));
}

struct Compared {
  std::int64_t cycles = 0;
  std::int64_t values = 0;
  std::int64_t other_than_zero = 0;
};

template <typename Case>
void compare(const Case& c, Compared& compared) {
  const VcdFile systemc = systemc_waveform(c);
  const VcdFile rtl = rtl_waveform(c);
  if (::testing::Test::HasFailure()) return;
  std::set<std::string> shared;
  for (const std::string& name : names_of(systemc)) {
    if (!is_of_systemc_alone(name)) shared.insert(name);
  }
  std::set<std::string> of_rtl = names_of(rtl);
  ASSERT_EQ(of_rtl.erase("running"), 1U);
  ASSERT_EQ(of_rtl, shared);
  shared.erase("clock");

  const std::vector<std::int64_t> edges = systemc.rising_edges("clock");
  std::vector<std::int64_t> rtl_edges;
  for (const std::int64_t edge : rtl.rising_edges("clock")) {
    // What the cycle before the edge was is seen before it.
    if (rtl.signals().at("running").at(edge - 1) == "1") rtl_edges.push_back(edge);
  }
  const auto cycles = static_cast<std::size_t>(total_cycles(
                          machine_configuration(c.network, c.point).network, c.point)) *
                      c.inputs.size();
  ASSERT_EQ(edges.size(), cycles);
  ASSERT_EQ(rtl_edges.size(), cycles);
  for (std::size_t n = 0; n < cycles; ++n) {
    for (const std::string& name : shared) {
      // The first lane that writes has a meaning in cycles with a write alone.
      if (name == "control.write_lane" && number_after(systemc, "control.write", edges[n]) == 0) {
        continue;
      }
      const std::int64_t expected = number_after(systemc, name, edges[n]);
      ASSERT_EQ(number_after(rtl, name, rtl_edges[n]), expected)
          << name << " after edge " << n << " of " << cycles;
      ++compared.values;
      compared.other_than_zero += expected != 0;
    }
  }
  compared.cycles += static_cast<std::int64_t>(cycles);
}

TEST(RtlWaveform, NamesAndValuesOfSystemCInEveryCycle) {
  if (!test::has_icarus()) GTEST_SKIP() << "no Icarus Verilog, or no make";
  Compared compared;
  int several_stages = 0;
  int several_words = 0;
  for (std::uint64_t i = 0; i < 12; ++i) {
    const RandomCase c = test::draw_case(kSeed, i);
    SCOPED_TRACE("seed " + std::to_string(kSeed) + ", case " + std::to_string(i) + ": " +
                 to_string(c.point));
    compare(c, compared);
    if (HasFatalFailure() || HasFailure()) return;
    several_stages += c.point.multiplier_stages > 1;
    several_words += c.point.inputs_per_cycle() > 1;
  }
  std::printf("%lld cycles, %lld values, %lld of them other than 0\n",
              static_cast<long long>(compared.cycles), static_cast<long long>(compared.values),
              static_cast<long long>(compared.other_than_zero));
  EXPECT_GE(several_stages, 3);
  EXPECT_GE(several_words, 3);
  EXPECT_GT(compared.other_than_zero, compared.values / 4);
}

TEST(RtlWaveform, NetworksOfMapsAsWell) {
  if (!test::has_icarus()) GTEST_SKIP() << "no Icarus Verilog, or no make";
  Compared compared;
  int several_accumulators = 0;
  int passing = 0;
  for (std::uint64_t i = 30000000; compared.cycles < 1500; ++i) {
    const GraphCase c = draw_graph_case(i);
    if (c.network.graph.weight_count() == 0 || total_cycles(c.network.graph, c.point) > 500) {
      continue;
    }
    SCOPED_TRACE(text_of(c, i));
    compare(c, compared);
    if (HasFatalFailure() || HasFailure()) return;
    const MachineNetwork network = c.network.graph;
    several_accumulators += c.point.positions_per_weight > 1;
    passing += network.pools() || network.adds();
  }
  std::printf("%lld cycles, %lld values, %lld of them other than 0\n",
              static_cast<long long>(compared.cycles), static_cast<long long>(compared.values),
              static_cast<long long>(compared.other_than_zero));
  EXPECT_GE(several_accumulators, 2);
  EXPECT_GE(passing, 2);
  EXPECT_GT(compared.other_than_zero, compared.values / 5);
}

}  // namespace
}  // namespace minerva
