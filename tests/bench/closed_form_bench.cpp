#include <benchmark/benchmark.h>

#include <map>
#include <string>
#include <vector>

#include "minerva/accelsim/technology_report.hpp"
#include "minerva/accelsim/timing.hpp"
#include "minerva/network/graph_text.hpp"

namespace minerva {
namespace {

/// The machines of the default design space: lanes x MACs x bandwidths x clock periods, 16-bit
/// words, full activity. @param accumulators of a lane.
std::vector<MeasuredMachine> designs_of_the_default_space(const MachineNetwork& network,
                                                          int accumulators,
                                                          const Technology& technology) {
  std::vector<MeasuredMachine> designs;
  std::map<int, ActivityProfile> activities;  // by inputs a cycle
  MeasuredMachine design;
  design.network = network;
  design.point.positions_per_weight = accumulators;
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
            const int chunk = p.inputs_per_cycle();
            if (activities.count(chunk) == 0) {
              activities[chunk] = full_graph_activity(network.graph(), chunk, accumulators);
            }
            design.activity = activities[chunk];
            designs.push_back(design);
          }
        }
      }
    }
  }
  return designs;
}

/// Power, performance and area of one machine after another.
void figures_of_a_design(benchmark::State& state, const std::string& file,
                         const std::string& text = "784-256-256-256-10", int accumulators = 1) {
  const Technology technology =
      read_technology(std::string(MINERVA_SOURCE_DIR) + "/configs/tech/" + file);
  LayerGraph network = parse_layer_graph(text, "network");
  check_graph(network, "network");
  const std::vector<MeasuredMachine> designs =
      designs_of_the_default_space(network, accumulators, technology);
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
// Required of networks of maps: 1e5 a second.
constexpr const char* kLeNet = "28x28x1 c6k5p2 m2 c16k5 m2 120 84 10";
constexpr const char* kResNet20 = "32x32x3 c16k3p1 r16 r16 r16 r32s2 r32 r32 r64s2 r64 r64 a 10";
BENCHMARK_CAPTURE(figures_of_a_design, lenet, "public40.cfg", kLeNet);
BENCHMARK_CAPTURE(figures_of_a_design, lenet_4_positions, "public40.cfg", kLeNet, 4);
BENCHMARK_CAPTURE(figures_of_a_design, resnet20, "public40.cfg", kResNet20);
BENCHMARK_CAPTURE(figures_of_a_design, resnet20_16_positions, "public40.cfg", kResNet20, 16);

}  // namespace
}  // namespace minerva
