#include "minerva/circuit/gate_simulator.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "circuit_case.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/circuit/circuit_power.hpp"
#include "minerva/circuit/net_load.hpp"

namespace minerva::circuit {
namespace {

using test::NetlistText;

constexpr std::int64_t kNs = 1000000;  // femtoseconds

/// A netlist of the small library with loads of its pins alone and inputs of no transition time.
struct Bench {
  explicit Bench(const NetlistText& text)
      : netlist(text.read()),
        loads(net_loads_ff(netlist, {}, 0)),
        timing(analyse_timing(netlist, loads, {})),
        simulator(netlist, loads, timing) {}
  int net(const std::string& port) const { return netlist.port(port).nets[0]; }
  void set(const std::string& port, bool value, std::int64_t at) {
    simulator.set_input(net(port), value, at);
  }
  bool value(const std::string& port) const { return simulator.value(net(port)); }
  std::uint64_t transitions(const std::string& port) const {
    return simulator.activity().net_transitions[static_cast<std::size_t>(net(port))];
  }
  CircuitPower power() const {
    return circuit_power(netlist, loads, timing, simulator.activity(), 2);
  }
  Netlist netlist;
  NetLoads loads;
  CircuitTiming timing;
  GateSimulator simulator;
};

NetlistText inverters() {
  NetlistText text;
  text.input("in", {2});
  text.output("mid", {3});
  text.output("out", {4});
  text.cell("a", "INV", {{"A", 2}, {"Y", 3}});
  text.cell("b", "INV", {{"A", 3}, {"Y", 4}});
  return text;
}

TEST(GateSimulator, InvertersSwitchAfterTheirDelays) {
  Bench bench(inverters());
  EXPECT_TRUE(bench.value("mid"));
  EXPECT_FALSE(bench.value("out"));
  bench.set("in", true, kNs);
  // mid falls 0.5625 + 1 fF / 8 later; its falling transition is 0.5625 + 1/16, so out rises
  // 0.5 + 0.625 / 4 later.
  const std::int64_t mid_falls = kNs + 687500;
  const std::int64_t out_rises = mid_falls + 656250;
  bench.simulator.run_until(mid_falls);
  EXPECT_TRUE(bench.value("mid"));
  bench.simulator.run_until(mid_falls + 1);
  EXPECT_FALSE(bench.value("mid"));
  bench.simulator.run_until(out_rises);
  EXPECT_FALSE(bench.value("out"));
  bench.simulator.run_until(out_rises + 1);
  EXPECT_TRUE(bench.value("out"));
  EXPECT_EQ(bench.simulator.activity().events, 3U);
}

TEST(GateSimulator, EnergiesOfInvertersAreThoseOfTheTables) {
  Bench bench(inverters());
  bench.set("in", true, kNs);
  bench.simulator.run_until(10 * kNs);
  const CircuitPower power = bench.power();
  // a falls: 2 * 0.25 + its input's transition 0 + 1 fF / 16. b rises: 0.25 + 0.625 + 0.
  EXPECT_EQ(power.of_instances[0].internal_fj, 0.5 + 0.0625);
  EXPECT_EQ(power.of_instances[1].internal_fj, 0.25 + 0.625);
  // 1/2 C V^2 with 2 V: twice the capacitance.
  EXPECT_EQ(power.of_instances[0].switching_fj, 2);
  EXPECT_EQ(power.of_instances[1].switching_fj, 0);
  EXPECT_EQ(power.of_inputs.switching_fj, 2);
  // 3 nW with a low input, 2 nW with a high one; 1 nW ns is 1e-3 fJ.
  EXPECT_NEAR(power.of_instances[0].leakage_fj, 1e-3 * (3 * 1 + 2 * 9), 1e-15);
  EXPECT_NEAR(power.of_instances[1].leakage_fj, 1e-3 * (2 * 1.6875 + 3 * 8.3125), 1e-15);
  EXPECT_EQ(power.time_ns, 10);
  EXPECT_EQ(power.of_group(bench.netlist, "b").internal_fj, power.of_instances[1].internal_fj);
  EXPECT_EQ(power.total().internal_fj, 0.5625 + 0.875);
}

/// NAND of a signal and its late inverse: a pulse of the length of the inverter's delay.
NetlistText pulse(int more_inverters) {
  NetlistText text;
  text.input("in", {2});
  text.output("out", {3});
  int last = 2;
  for (int k = 0; k < 1 + 2 * more_inverters; ++k) {
    text.cell("i" + std::to_string(k), "INV", {{"A", last}, {"Y", 10 + k}});
    last = 10 + k;
  }
  text.cell("n", "NAND2", {{"A", 2}, {"B", last}, {"Y", 3}});
  return text;
}

TEST(GateSimulator, ShortPulsesAreSwallowedAndLongOnesPass) {
  // The inverter's output falls 0.5625 + 1.5 / 8 = 0.75 ns after the input rises; the NAND's would
  // fall after 0.5625 ns, so that it passes. With a slower NAND it does not.
  Bench passes(pulse(1));
  passes.set("in", true, kNs);
  passes.simulator.run_until(20 * kNs);
  EXPECT_EQ(passes.transitions("out"), 2U);
  EXPECT_EQ(passes.simulator.activity().swallowed, 0U);
  EXPECT_TRUE(passes.value("out"));
  NetlistText loaded = pulse(0);
  // Sixteen inverters at the output: 2 ns more.
  for (int k = 0; k < 16; ++k) {
    loaded.cell("load" + std::to_string(k), "INV", {{"A", 3}, {"Y", 40 + k}});
  }
  Bench swallowed(loaded);
  swallowed.set("in", true, kNs);
  swallowed.simulator.run_until(20 * kNs);
  EXPECT_EQ(swallowed.transitions("out"), 0U);
  EXPECT_EQ(swallowed.simulator.activity().swallowed, 1U);
  EXPECT_TRUE(swallowed.value("out"));
}

TEST(GateSimulator, ConditionsChooseDelayAndEnergy) {
  NetlistText text;
  text.input("a", {2});
  text.input("b", {3});
  text.output("y", {4});
  text.cell("x", "XOR2", {{"A", 2}, {"B", 3}, {"Y", 4}});
  Bench bench(text);
  bench.set("a", true, 0);  // !B: rises after 0.875
  bench.simulator.run_until(875000);
  EXPECT_FALSE(bench.value("y"));
  bench.simulator.run_until(875001);
  EXPECT_TRUE(bench.value("y"));
  bench.set("b", true, 10 * kNs);  // A: falls after 0.8125 + 0.0625
  bench.simulator.run_until(10 * kNs + 875000);
  EXPECT_TRUE(bench.value("y"));
  bench.simulator.run_until(20 * kNs);
  EXPECT_FALSE(bench.value("y"));
  // 1 for the first, twice 1.75 for the second.
  EXPECT_EQ(bench.power().total().internal_fj, 1 + 3.5);
  // 1 nW at 00, 4 nW with A, 8 nW with both.
  EXPECT_NEAR(bench.power().total().leakage_fj, 1e-3 * (0 * 1 + 10 * 4 + 10 * 8), 1e-15);
}

TEST(GateSimulator, FlipFlopsTakeTheirDataAtTheEdgeAndBothOutputsCostEnergy) {
  NetlistText text;
  text.input("clk", {2});
  text.input("d", {3});
  text.output("q", {4});
  text.output("qn", {5});
  text.cell("f", "DFF", {{"CK", 2}, {"D", 3}, {"Q", 4}, {"QN", 5}});
  Bench bench(text);
  EXPECT_FALSE(bench.value("q"));
  EXPECT_TRUE(bench.value("qn"));
  bench.set("d", true, 0);
  bench.simulator.run_until(kNs);
  bench.set("clk", true, kNs);
  bench.simulator.run_until(5 * kNs);
  EXPECT_TRUE(bench.value("q"));
  EXPECT_FALSE(bench.value("qn"));
  bench.set("d", false, 5 * kNs);
  bench.simulator.run_until(6 * kNs);
  bench.set("clk", false, 6 * kNs);
  bench.simulator.run_until(10 * kNs);
  EXPECT_TRUE(bench.value("q")) << "the falling edge changes nothing";
  // d rises while the clock is low: 0.25. The clock's own edges: rising with D and not Q: 1;
  // falling with not D and Q: twice 1. d falls while the clock is high: no table. Q rises 2, QN
  // falls 5.
  EXPECT_EQ(bench.power().of_instances[0].internal_fj, 0.25 + 1 + 2 + 2 + 5);
  EXPECT_EQ(bench.power().of_clocks.switching_fj, 2 * 2 * 1.0);
  // A change of data at the very edge is too late.
  bench.set("clk", true, 10 * kNs);
  bench.set("d", true, 10 * kNs);
  bench.simulator.run_until(20 * kNs);
  EXPECT_FALSE(bench.value("q"));
}

TEST(GateSimulator, ClearActsWithoutAClock) {
  NetlistText text;
  text.input("clk", {2});
  text.input("d", {3});
  text.input("rn", {5});
  text.output("q", {4});
  text.cell("f", "DFFR", {{"CK", 2}, {"D", 3}, {"RN", 5}, {"Q", 4}});
  Bench bench(text);
  bench.set("rn", true, 0);
  bench.set("d", true, 0);
  bench.simulator.run_until(kNs);
  bench.set("clk", true, kNs);
  bench.simulator.run_until(5 * kNs);
  EXPECT_TRUE(bench.value("q"));
  bench.set("rn", false, 5 * kNs);
  bench.simulator.run_until(5 * kNs + 1312500);  // falls after 1.25 + 0.0625
  EXPECT_TRUE(bench.value("q"));
  bench.simulator.run_until(5 * kNs + 1312501);
  EXPECT_FALSE(bench.value("q"));
}

TEST(GateSimulator, AClockGatePassesWholePulses) {
  NetlistText text;
  text.input("clk", {2});
  text.input("e", {3});
  text.output("gck", {4});
  text.cell("g", "CLKGATE", {{"CK", 2}, {"E", 3}, {"GCK", 4}});
  Bench bench(text);
  const auto cycle = [&](std::int64_t at, bool enable) {
    bench.set("clk", true, at);
    bench.set("e", enable, at + 2 * kNs);  // while the clock is high: acts in the next cycle
    bench.simulator.run_until(at + 5 * kNs);
    bench.set("clk", false, at + 5 * kNs);
    bench.simulator.run_until(at + 10 * kNs);
  };
  cycle(0, true);
  EXPECT_EQ(bench.transitions("gck"), 0U);
  cycle(10 * kNs, false);
  EXPECT_EQ(bench.transitions("gck"), 2U);
  cycle(20 * kNs, false);
  EXPECT_EQ(bench.transitions("gck"), 2U);
  // The clock's own energy without an enable: with E low at its falling edge of the second cycle,
  // and at every edge of the first (before E rises) and of the third. E's own: one rise, one fall.
  EXPECT_EQ(bench.power().of_instances[0].internal_fj,
            (1 + 2) * 1.0                // GCK, rising and falling
                + 0.5 + 1.0 + 0.5 + 1.0  // CK rises at 0, falls at 15, rises at 20, falls at 25
                + 0.25 + 0.5);
}

TEST(GateSimulator, TwoOutputsSwitchOnTheirOwn) {
  NetlistText text;
  text.input("a", {2});
  text.input("b", {3});
  text.output("s", {4});
  text.output("c", {5});
  text.cell("h", "HALFADDER", {{"A", 2}, {"B", 3}, {"S", 4}, {"C", 5}});
  Bench bench(text);
  bench.set("a", true, 0);
  bench.simulator.run_until(5 * kNs);
  bench.set("b", true, 5 * kNs);
  bench.simulator.run_until(10 * kNs);
  EXPECT_FALSE(bench.value("s"));
  EXPECT_TRUE(bench.value("c"));
  EXPECT_EQ(bench.power().total().internal_fj, 1.5 + 3.5 + 1.125);
  // The cell has the library's default leakage.
  EXPECT_NEAR(bench.power().total().leakage_fj, 1e-3 * 10, 1e-15);
}

TEST(GateSimulator, CountsCanBeginLater) {
  Bench bench(inverters());
  bench.set("in", true, kNs);
  bench.simulator.run_until(10 * kNs);
  bench.simulator.clear_activity();
  bench.simulator.run_until(12 * kNs);
  const SimulatedActivity activity = bench.simulator.activity();
  EXPECT_EQ(activity.events, 0U);
  EXPECT_TRUE(activity.power_uses.empty());
  EXPECT_EQ(activity.begin_fs, 10 * kNs);
  EXPECT_NEAR(bench.power().total().leakage_fj, 1e-3 * (2 * 2 + 2 * 3), 1e-15);
}

TEST(GateSimulator, LongTimesChangeNothing) {
  // Beyond 0.55 ms the keys of the queue get a new base.
  Bench bench(inverters());
  const std::int64_t late = 3 * (std::int64_t{1} << 39) + 12345;
  bench.simulator.run_until(late / 3);
  bench.set("in", true, late / 3 + 100);
  bench.simulator.run_until(late / 3 + 101);
  bench.simulator.run_until(2 * (late / 3));
  EXPECT_TRUE(bench.value("out"));
  bench.simulator.run_until(late);
  bench.set("in", false, late + 5);
  bench.simulator.run_until(late + 5 + 625000);  // rises after 0.5 + 0.125
  EXPECT_FALSE(bench.value("mid"));
  bench.simulator.run_until(late + 5 + 625001);
  EXPECT_TRUE(bench.value("mid"));
}

TEST(GateSimulator, RefusesWhatHasNoTwoValues) {
  NetlistText text;
  text.input("a", {2});
  text.output("y", {3});
  text.cell("t", "TRIBUF", {{"A", 2}, {"OE", 2}, {"Y", 3}});
  try {
    Bench bench(text);
    ADD_FAILURE();
  } catch (const UserError& error) {
    EXPECT_EQ(std::string(error.what()),
              "case.json: cell TRIBUF: cannot be simulated: its output Y has three states");
  }
}

}  // namespace
}  // namespace minerva::circuit
