#include <gtest/gtest.h>

#include <algorithm>

#include "circuit_case.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/circuit/net_load.hpp"
#include "minerva/circuit/timing.hpp"

namespace minerva::circuit {
namespace {

using test::NetlistText;
using test::small_library;

void expect_refused(const std::string& text, const std::string& message) {
  try {
    const Netlist netlist = netlist_from_json(text, "case.json", small_library());
    evaluation_order(netlist);
    ADD_FAILURE() << "accepted; expected: " << message;
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find(message), std::string::npos) << error.what();
  }
}

/// in -> INV -> mid -> INV -> out, and an XOR of both ends.
NetlistText chain() {
  NetlistText text;
  text.input("in", {2});
  text.output("out", {4, 5});
  text.cell("b", "INV", {{"A", 3}, {"Y", 4}});
  text.cell("a", "INV", {{"A", 2}, {"Y", 3}});
  text.cell("x", "XOR2", {{"A", 2}, {"B", 4}, {"Y", 5}});
  return text;
}

TEST(Netlist, ReadsCellsNetsAndPorts) {
  const Netlist netlist = chain().read();
  EXPECT_EQ(netlist.name, "case");
  ASSERT_EQ(netlist.instances.size(), 3U);
  EXPECT_EQ(netlist.instances[0].name, "a");
  EXPECT_EQ(netlist.area_um2(), 6);
  const int in = netlist.port("in").nets[0];
  const int out = netlist.port("out").nets[0];
  EXPECT_EQ(netlist.nets[static_cast<std::size_t>(in)].sinks.size(), 2U);
  EXPECT_EQ(netlist.nets[static_cast<std::size_t>(out)].name, "out[0]");
  EXPECT_EQ(netlist.nets[static_cast<std::size_t>(out)].driver.instance, 1);
  EXPECT_EQ(evaluation_order(netlist), (std::vector<int>{0, 1, 2}));
  EXPECT_THROW(netlist.port("none"), UserError);
}

TEST(Netlist, InstancesOfFlattenedModulesBeginWithTheirNames) {
  NetlistText text = chain();
  text.cell("$flatten\\outer.$flatten\\inner.$abc$7$auto$8", "INV", {{"A", 2}, {"Y", 9}});
  const Netlist netlist = text.read();
  const auto is_named = [](const Instance& each) {
    return each.name == "outer.inner.$abc$7$auto$8";
  };
  EXPECT_TRUE(std::any_of(netlist.instances.begin(), netlist.instances.end(), is_named));
}

TEST(Netlist, LoadsAreOfPinsWireAndOutputs) {
  const Netlist netlist = chain().read();
  const auto load = [&](const NetLoads& loads, const char* port, std::size_t bit) {
    const std::array<double, 2> of_net =
        loads[static_cast<std::size_t>(netlist.port(port).nets[bit])];
    EXPECT_EQ(of_net[0], of_net[1]);
    return of_net[0];
  };
  const NetLoads bare = net_loads_ff(netlist, {}, 0);
  EXPECT_EQ(load(bare, "in", 0), 1 + 2);
  EXPECT_EQ(load(bare, "out", 0), 2.5);
  EXPECT_EQ(load(bare, "out", 1), 0);
  const NetLoads wired = net_loads_ff(netlist, {0.25, &small_library().wire_load("short")}, 4);
  EXPECT_EQ(load(wired, "in", 0), 1 + 2 + 0.25 + 1.5);
  EXPECT_EQ(load(wired, "out", 0), 2.5 + 0.25 + 1.5 + 4) << "an output counts as a sink";
  EXPECT_EQ(load(wired, "out", 1), 0.25 + 0.5 + 4);
}

TEST(Timing, OfAChainIsWorkedOutByHand) {
  NetlistText text;
  text.input("in", {2});
  text.output("out", {4});
  text.cell("a", "INV", {{"A", 2}, {"Y", 3}});
  text.cell("b", "INV", {{"A", 3}, {"Y", 4}});
  const Netlist netlist = text.read();
  const NetLoads loads = net_loads_ff(netlist, {}, 8);
  InputDrive drive;
  drive.transition_ns = 0.5;
  const CircuitTiming timing = analyse_timing(netlist, loads, drive);
  // delay = base + s / 4 + c / 8, transition = base + s / 2 + c / 16, base 0.5 rising, 0.5625
  // falling.
  const double rise_a = 0.5 + 0.125 + 0.125;
  const double fall_a = 0.5625 + 0.125 + 0.125;
  const double slew_rise_a = 0.5 + 0.25 + 0.0625;
  const double slew_fall_a = 0.5625 + 0.25 + 0.0625;
  const auto mid = static_cast<std::size_t>(netlist.instances[0].nets[1]);
  EXPECT_EQ(timing.arrival_ns[mid][0], rise_a);
  EXPECT_EQ(timing.arrival_ns[mid][1], fall_a);
  EXPECT_EQ(timing.transition_ns[mid][1], slew_fall_a);
  const double rise_b = fall_a + 0.5 + slew_fall_a / 4 + 1;
  const double fall_b = rise_a + 0.5625 + slew_rise_a / 4 + 1;
  const auto out = static_cast<std::size_t>(netlist.port("out").nets[0]);
  EXPECT_EQ(timing.arrival_ns[out][0], rise_b);
  EXPECT_EQ(timing.arrival_ns[out][1], fall_b);
  EXPECT_EQ(timing.longest_path_ns, std::max(rise_b, fall_b));
  EXPECT_EQ(timing.longest_path_end, "out");
}

TEST(Timing, EndsAtAFlipFlopWithItsSetup) {
  NetlistText text;
  text.input("clk", {2});
  text.output("q", {3});
  text.cell("f", "DFF", {{"D", 4}, {"CK", 2}, {"Q", 3}});
  text.cell("i", "INV", {{"A", 3}, {"Y", 4}});
  const Netlist netlist = text.read();
  const NetLoads loads = net_loads_ff(netlist, {}, 0);
  const CircuitTiming timing = analyse_timing(netlist, loads, {});
  // Q: load 1 (the inverter). D: load 1.
  const double q_rise = 1 + 0.125;
  const double q_fall = 1.0625 + 0.125;
  const double slew_rise = 1 + 0.0625;
  const double slew_fall = 1.0625 + 0.0625;
  const double d_rise = q_fall + 0.5 + slew_fall / 4 + 0.125;
  const double d_fall = q_rise + 0.5625 + slew_rise / 4 + 0.125;
  const double d_slew_rise = 0.5 + slew_fall / 2 + 0.0625;
  const double d_slew_fall = 0.5625 + slew_rise / 2 + 0.0625;
  // setup = 0.25 + clock / 4 + data / 4 rising, 0.25 more falling; the clock's transition is 0.
  EXPECT_EQ(timing.longest_path_ns,
            std::max(d_rise + 0.25 + d_slew_rise / 4, d_fall + 0.5 + d_slew_fall / 4));
  EXPECT_EQ(timing.longest_path_end, "f.D");
}

TEST(Timing, InputsAreDrivenByAFlipFlop) {
  const Netlist netlist = chain().read();
  const NetLoads loads = net_loads_ff(netlist, {}, 0);
  InputDrive drive;
  drive.cell = smallest_flip_flop(small_library());
  ASSERT_NE(drive.cell, nullptr);
  EXPECT_EQ(drive.cell->name, "DFF");
  drive.clock_transition_ns = 0.5;
  const CircuitTiming timing = analyse_timing(netlist, loads, drive);
  const auto in = static_cast<std::size_t>(netlist.port("in").nets[0]);
  EXPECT_EQ(timing.transition_ns[in][0], 1 + 0.25 + 3.0 / 16);
}

TEST(Netlist, RefusesWhatIsNoCircuit) {
  expect_refused("{", "case.json: is no JSON, or is truncated");
  expect_refused("{}", "needs 'modules'");
  NetlistText loop = chain();
  loop.cell("l1", "NAND2", {{"A", 8}, {"B", 2}, {"Y", 7}});
  loop.cell("l2", "INV", {{"A", 7}, {"Y", 8}});
  expect_refused(loop.text(), "case.json: the module case has a loop: ");
  expect_refused(loop.text(), "l1 (NAND2)");
  NetlistText unknown = chain();
  unknown.cell("u", "NAND7", {{"A", 2}});
  expect_refused(unknown.text(), "lacks the cell 'NAND7', which is needed");
  NetlistText unmapped = chain();
  unmapped.cell("u", "$_AND_", {{"A", 2}});
  expect_refused(unmapped.text(), "u $_AND_': is no cell of a library");
  NetlistText twice = chain();
  twice.cell("t", "INV", {{"A", 2}, {"Y", 3}});
  expect_refused(twice.text(), "t.Y': drives a net that has a driver");
  NetlistText open = chain();
  open.cell("o", "INV", {{"Y", 9}});
  expect_refused(open.text(), "o.A': is an input without a net");
  NetlistText nobody = chain();
  nobody.cell("n", "INV", {{"A", 10}, {"Y", 9}});
  expect_refused(nobody.text(), "n10': is a net that nothing drives");
  NetlistText pin = chain();
  pin.cell("p", "INV", {{"Z", 2}});
  expect_refused(pin.text(), "p.Z': the cell INV has no such pin");
}

TEST(Netlist, AFlipFlopBreaksALoopAndALatchDoesNot) {
  NetlistText text;
  text.input("clk", {2});
  text.cell("f", "DFF", {{"D", 3}, {"CK", 2}, {"QN", 3}});
  EXPECT_NO_THROW(evaluation_order(text.read()));
  NetlistText latch;
  latch.input("g", {2});
  latch.cell("l", "LATCH", {{"D", 3}, {"G", 2}, {"Q", 4}});
  latch.cell("i", "INV", {{"A", 4}, {"Y", 3}});
  expect_refused(latch.text(), "has a loop");
}

TEST(Timing, RefusesADelayOverOneAxis) {
  // A delay over the load alone, as a table of a memory may be.
  CellLibrary library = small_library();
  for (Cell& cell : library.cells) {
    if (cell.name != "INV") continue;
    LookupTable& delay = cell.pins[1].arcs[0].delay_ns[0];
    delay = {{}, {0, 8}, {1, 2}};
  }
  const Netlist netlist = chain().read(library);
  try {
    analyse_timing(netlist, net_loads_ff(netlist, {}, 0), {});
    ADD_FAILURE();
  } catch (const UserError& error) {
    EXPECT_EQ(std::string(error.what()),
              "case.json: cell INV: the library has a table of the pin Y over the load alone; "
              "simulation needs it over both");
  }
}

}  // namespace
}  // namespace minerva::circuit
