// The gate simulator against a naive one of the same definition: every count and energy, bit for
// bit.
#include <gtest/gtest.h>

#include "circuit_case.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/circuit/net_load.hpp"
#include "naive_gate_simulator.hpp"

namespace minerva::circuit {
namespace {

using test::NaiveGateSimulator;
using test::NetlistText;

constexpr std::uint64_t kSeed = 17;

struct Reached {
  std::uint64_t events = 0;
  std::uint64_t swallowed = 0;
  std::uint64_t gated = 0;
};

/// Gates, flip-flops and clock gates in a random order, each fed by inputs and earlier outputs.
NetlistText random_circuit(KeyedRandom& random) {
  NetlistText text;
  const int inputs = 2 + static_cast<int>(random.below(5));
  std::vector<int> clocks = {2};
  std::vector<int> nets;
  text.input("clk", {2});
  std::vector<int> bits;
  for (int k = 0; k < inputs; ++k) bits.push_back(3 + k);
  text.input("in", bits);
  nets = bits;
  int next = 3 + inputs;
  const auto any = [&] { return nets[random.below(nets.size())]; };
  const int cells = 3 + static_cast<int>(random.below(40));
  for (int k = 0; k < cells; ++k) {
    const std::string name = "c" + std::to_string(k);
    const int out = next++;
    const int clock = clocks[random.below(clocks.size())];
    switch (random.below(9)) {
      case 0:
        text.cell(name, "INV", {{"A", any()}, {"Y", out}});
        break;
      case 1:
        text.cell(name, "NAND2", {{"A", any()}, {"B", any()}, {"Y", out}});
        break;
      case 2:
      case 3:
        text.cell(name, "XOR2", {{"A", any()}, {"B", any()}, {"Y", out}});
        break;
      case 4:
        text.cell(name, "AOI21", {{"A", any()}, {"B1", any()}, {"B2", any()}, {"Y", out}});
        break;
      case 5:
        text.cell(name, "DFF", {{"D", any()}, {"CK", clock}, {"Q", out}, {"QN", next}});
        nets.push_back(next++);
        break;
      case 6:
        text.cell(name, "DFFR", {{"D", any()}, {"CK", clock}, {"RN", any()}, {"Q", out}});
        break;
      case 7:
        text.cell(name, "HALFADDER", {{"A", any()}, {"B", any()}, {"S", out}, {"C", next}});
        nets.push_back(next++);
        break;
      default:
        text.cell(name, "CLKGATE", {{"CK", clock}, {"E", any()}, {"GCK", out}});
        clocks.push_back(out);
        continue;
    }
    nets.push_back(out);
  }
  text.output("out", nets);
  return text;
}

void expect_equal(const SimulatedActivity& fast, const SimulatedActivity& naive) {
  ASSERT_EQ(fast.net_transitions, naive.net_transitions);
  ASSERT_EQ(fast.events, naive.events);
  ASSERT_EQ(fast.swallowed, naive.swallowed);
  ASSERT_EQ(fast.without_energy, naive.without_energy);
  ASSERT_EQ(fast.end_fs, naive.end_fs);
  ASSERT_EQ(fast.power_uses.size(), naive.power_uses.size());
  for (std::size_t k = 0; k < fast.power_uses.size(); ++k) {
    const PowerUse& a = fast.power_uses[k];
    const PowerUse& b = naive.power_uses[k];
    ASSERT_EQ(std::make_tuple(a.instance, a.pin, a.power, a.cause, a.edge, a.count),
              std::make_tuple(b.instance, b.pin, b.power, b.cause, b.edge, b.count));
  }
  ASSERT_EQ(fast.leakage_uses.size(), naive.leakage_uses.size());
  for (std::size_t k = 0; k < fast.leakage_uses.size(); ++k) {
    const LeakageUse& a = fast.leakage_uses[k];
    const LeakageUse& b = naive.leakage_uses[k];
    ASSERT_EQ(std::make_tuple(a.instance, a.state, a.time_fs),
              std::make_tuple(b.instance, b.state, b.time_fs));
  }
}

/// Clock and inputs at random times, both simulators side by side.
void compare(const Netlist& netlist, KeyedRandom& random, int cycles, Reached& reached) {
  const WireModel wire{random.uniform(0, 2), nullptr};
  const NetLoads loads = net_loads_ff(netlist, wire, random.uniform(0, 4));
  InputDrive drive;
  drive.transition_ns = random.uniform(0, 1);
  drive.clock_transition_ns = random.uniform(0, 1);
  const CircuitTiming timing = analyse_timing(netlist, loads, drive);
  GateSimulator fast(netlist, loads, timing);
  NaiveGateSimulator naive(netlist, loads, timing);
  const auto set = [&](int net, bool value, std::int64_t at) {
    fast.set_input(net, value, at);
    naive.set_input(net, value, at);
  };
  const int clock = netlist.port("clk").nets[0];
  const auto period = static_cast<std::int64_t>(4000000 + random.below(8000000));
  for (int cycle = 0; cycle < cycles; ++cycle) {
    const std::int64_t begin = cycle * period;
    set(clock, true, begin);
    for (const int net : netlist.port("in").nets) {
      if (net == clock || random.below(3) == 0) continue;
      // Often at the same time as the clock or as each other, sometimes anywhere.
      const std::uint64_t at =
          random.below(3) == 0 ? random.below(2000000) : random.below(2) * 250000;
      set(net, random.below(2) == 0, begin + static_cast<std::int64_t>(at));
    }
    fast.run_until(begin + period / 2);
    naive.run_until(begin + period / 2);
    set(clock, false, begin + period / 2);
    fast.run_until(begin + period);
    naive.run_until(begin + period);
    for (std::size_t n = 0; n < netlist.nets.size(); ++n) {
      ASSERT_EQ(fast.value(static_cast<int>(n)), naive.value(static_cast<int>(n)));
    }
  }
  const SimulatedActivity counted = fast.activity();
  expect_equal(counted, naive.activity());
  const CircuitEnergy a = circuit_power(netlist, loads, timing, counted, 2).total();
  const CircuitEnergy b = circuit_power(netlist, loads, timing, naive.activity(), 2).total();
  EXPECT_EQ(a.internal_fj, b.internal_fj);
  EXPECT_EQ(a.switching_fj, b.switching_fj);
  EXPECT_EQ(a.leakage_fj, b.leakage_fj);
  reached.events += counted.events;
  reached.swallowed += counted.swallowed;
  for (const Instance& instance : netlist.instances) {
    if (!instance.cell->state_table) continue;
    const int net = instance.nets[static_cast<std::size_t>(instance.cell->pin("GCK"))];
    reached.gated += counted.net_transitions[static_cast<std::size_t>(net)];
  }
}

TEST(CircuitSimulation, EqualsTheNaiveOneOnRandomCircuits) {
  Reached reached;
  for (std::uint64_t index = 0; index < 400; ++index) {
    SCOPED_TRACE("seed " + std::to_string(kSeed) + ", circuit " + std::to_string(index));
    KeyedRandom random(kSeed, Stream::test, index);
    compare(random_circuit(random).read(), random, 20, reached);
    if (::testing::Test::HasFatalFailure()) return;
  }
  EXPECT_GT(reached.events, 100000U);
  EXPECT_GT(reached.swallowed, 1000U);
  EXPECT_GT(reached.gated, 1000U);
}

}  // namespace
}  // namespace minerva::circuit
