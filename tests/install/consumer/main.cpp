// A program of someone else: a small network in SystemC and in closed form, and what it costs.
//   consumer TECHNOLOGY_FILE
#include <cstdio>
#include <exception>

#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/accelsim/machine_configuration.hpp"
#include "minerva/accelsim/ppa.hpp"
#include "minerva/accelsim/simulate.hpp"
#include "minerva/accelsim/technology.hpp"
#include "minerva/accelsim/verify_points.hpp"

namespace {

int compare(const char* technology_file) {
  const minerva::Topology topology = minerva::parse_topology("30-12-4", "topology");
  const minerva::QFormat format{6, 10};
  const minerva::QuantizationPlan plan = minerva::uniform_plan(
      topology.layers(), {format, format, format}, minerva::Rounding::half_up);
  const minerva::QuantizedGraph network = minerva::random_network(topology, plan, 1);
  minerva::DesignPoint point;
  point.lanes = 4;
  point.multiplier_stages = 2;  // 16 bits at 4 ns
  const auto inputs = minerva::random_inputs(network, 1, 1);
  const minerva::SimulationResult simulated = minerva::simulate(network, point, inputs);
  std::int64_t cycles = 0;
  for (const minerva::LayerCycles& layer : simulated.batches.front().cycles)
    cycles += layer.total();
  const std::int64_t expected = minerva::total_cycles(topology, point);

  const minerva::PpaEstimate cost =
      minerva::estimate(minerva::machine_configuration(network, point),
                        minerva::full_activity(topology, point.inputs_per_cycle()), {},
                        minerva::read_technology(technology_file));
  std::printf("SystemC %lld cycles, closed form %lld, %s: %.3g mW\n",
              static_cast<long long>(cycles), static_cast<long long>(expected),
              cost.technology.c_str(), cost.power_mw);
  return cycles == expected && cost.cycles == expected && cost.power_mw > 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  try {
    return compare(argv[1]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
