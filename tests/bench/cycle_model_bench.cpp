#include <benchmark/benchmark.h>

#include "minerva/accelsim/cycle_model.hpp"

namespace minerva {
namespace {

/// Cycles of 784-256-256-256-10 in closed form, without power or area.
void total_cycles_of_a_design(benchmark::State& state) {
  const MachineNetwork network = Topology{{784, 256, 256, 256, 10}};
  DesignPoint point;
  for (auto _ : state) {
    benchmark::DoNotOptimize(point);
    benchmark::DoNotOptimize(total_cycles(network, point));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(total_cycles_of_a_design);

}  // namespace
}  // namespace minerva
