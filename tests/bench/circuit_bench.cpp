// Reading a library and simulating gates. With MINERVA_PDK_DIR on Nangate45, else on our small
// library.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>

#include "circuit_case.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/circuit/gate_simulator.hpp"
#include "minerva/circuit/net_load.hpp"
#include "minerva/data/unpacked_file.hpp"

namespace minerva::circuit {
namespace {

void read_library(benchmark::State& state) {
  std::string file = test::pdk_file("nangate45/nangate45_typ.lib.gz");
  if (file.empty()) file = std::string(MINERVA_SOURCE_DIR) + "/tests/samples/small.lib";
  const std::vector<std::uint8_t> bytes = read_unpacked(file);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (auto _ : state) benchmark::DoNotOptimize(cell_library_from(text, file));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}
BENCHMARK(read_library)->Unit(benchmark::kMillisecond);

/// An array multiplier of half adders, XOR and NAND, `bits` by `bits`: glitches as in a real one.
test::NetlistText array_multiplier(int bits) {
  test::NetlistText text;
  std::vector<int> a;
  std::vector<int> b;
  int next = 2;
  for (int k = 0; k < bits; ++k) a.push_back(next++);
  for (int k = 0; k < bits; ++k) b.push_back(next++);
  text.input("a", a);
  text.input("b", b);
  int cells = 0;
  const auto cell = [&](const char* type,
                        const std::vector<std::pair<std::string, nlohmann::json>>& pins) {
    text.cell("c" + std::to_string(cells++), type, pins);
  };
  const auto both = [&](int x, int y) {
    const int low = next++;
    cell("NAND2", {{"A", x}, {"B", y}, {"Y", low}});
    cell("INV", {{"A", low}, {"Y", next}});
    return next++;
  };
  const auto half_add = [&](int x, int y, int& carry) {
    const int sum = next++;
    carry = next++;
    cell("HALFADDER", {{"A", x}, {"B", y}, {"S", sum}, {"C", carry}});
    return sum;
  };
  std::vector<int> row;
  for (int k = 0; k < bits; ++k) row.push_back(both(a[static_cast<std::size_t>(k)], b[0]));
  std::vector<int> outputs;
  for (int r = 1; r < bits; ++r) {
    outputs.push_back(row.front());
    std::vector<int> sums;
    int ripple = -1;
    for (int k = 0; k < bits; ++k) {
      const int product = both(a[static_cast<std::size_t>(k)], b[static_cast<std::size_t>(r)]);
      int first_carry = -1;
      int second_carry = -1;
      int sum = product;
      if (static_cast<std::size_t>(k) + 1 < row.size()) {
        sum = half_add(sum, row[static_cast<std::size_t>(k) + 1], first_carry);
      }
      if (ripple >= 0) sum = half_add(sum, ripple, second_carry);
      ripple = first_carry >= 0 ? first_carry : second_carry;
      if (first_carry >= 0 && second_carry >= 0) {
        ripple = next++;
        cell("XOR2", {{"A", first_carry}, {"B", second_carry}, {"Y", ripple}});
      }
      sums.push_back(sum);
    }
    if (ripple >= 0) sums.push_back(ripple);
    row = sums;
  }
  outputs.insert(outputs.end(), row.begin(), row.end());
  text.output("p", outputs);
  return text;
}

void simulate_gates(benchmark::State& state) {
  const Netlist netlist = array_multiplier(static_cast<int>(state.range(0))).read();
  const NetLoads loads = net_loads_ff(netlist, {}, 1);
  InputDrive drive;
  drive.transition_ns = 0.25;
  const CircuitTiming timing = analyse_timing(netlist, loads, drive);
  GateSimulator simulator(netlist, loads, timing);
  KeyedRandom random(1, Stream::test);
  constexpr std::int64_t kPeriodFs = 200000000;  // longer than any path
  std::int64_t at = 0;
  for (auto _ : state) {
    for (const char* port : {"a", "b"}) {
      for (const int net : netlist.port(port).nets) {
        simulator.set_input(net, random.below(2) == 0, at);
      }
    }
    at += kPeriodFs;
    simulator.run_until(at);
  }
  // Transitions a second.
  state.SetItemsProcessed(static_cast<std::int64_t>(simulator.activity().events));
  state.counters["transitions_an_operation"] = benchmark::Counter(
      static_cast<double>(simulator.activity().events), benchmark::Counter::kAvgIterations);
}
BENCHMARK(simulate_gates)->Arg(4)->Arg(8)->Arg(16);

}  // namespace
}  // namespace minerva::circuit
