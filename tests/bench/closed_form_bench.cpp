#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "minerva/accelsim/technology_report.hpp"
#include "minerva/accelsim/timing.hpp"

namespace minerva {
namespace {

/// The machines of the default design space: lanes x MACs x bandwidths x clock periods, 16-bit
/// words, full activity.
std::vector<MeasuredMachine> designs_of_the_default_space(const Technology& technology) {
  std::vector<MeasuredMachine> designs;
  MeasuredMachine design;
  design.topology = Topology{{784, 256, 256, 256, 10}};
  for (const int lanes : {1, 2, 4, 8, 16, 32, 64, 128, 256}) {
    for (const int macs : {1, 2, 4, 8, 16}) {
      for (int activations = 1; activations <= macs; activations *= 2) {
        for (int weights = 1; weights <= activations; weights *= 2) {
          for (const double period_ns : {1.0, 2.0, 3.0, 4.0, 5.0, 6.0}) {
            DesignPoint& p = design.point;
            p.lanes = lanes;
            p.macs_per_lane = macs;
            p.weight_bandwidth = weights;
            p.activation_bandwidth = activations;
            p.write_ports = activations;
            p.clock_period_ns = period_ns;
            p.multiplier_stages = multiplier_stages(design.widths, macs, period_ns, technology);
            if (p.multiplier_stages > 16) continue;
            if (!accumulates_in_a_cycle(design.widths, period_ns, technology)) continue;
            design.activity = full_activity(design.topology, p.inputs_per_cycle());
            designs.push_back(design);
          }
        }
      }
    }
  }
  return designs;
}

/// Power, performance and area of one machine after another.
void figures_of_a_design(benchmark::State& state, const std::string& file) {
  const Technology technology =
      read_technology(std::string(MINERVA_SOURCE_DIR) + "/configs/tech/" + file);
  const std::vector<MeasuredMachine> designs = designs_of_the_default_space(technology);
  std::size_t next = 0;
  for (auto _ : state) {
    const MeasuredMachine& design = designs[next];
    benchmark::DoNotOptimize(estimate_figures(design, design.activity, design.supply, technology));
    if (++next == designs.size()) next = 0;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(figures_of_a_design, public40, "public40.cfg");
BENCHMARK_CAPTURE(figures_of_a_design, nangate45, "nangate45.cfg");

}  // namespace
}  // namespace minerva
