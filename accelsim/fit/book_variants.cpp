// minerva_book_variants TECHNOLOGY.cfg
// Prints the power of the book's five networks (Table 4.1) on machines of their own with weights in
// SRAM and in ROM, and on one programmable machine (book, Sec. 4.5): 16 lanes x 1 MAC at 4 ns,
// W, X, P of 8, 6, 9 bits, for full activity and for 75 % of the inputs of every layer skipped.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "minerva/accelsim/ppa.hpp"
#include "minerva/accelsim/technology_report.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/published/book_workloads.hpp"
#include "minerva/published/figures.hpp"

namespace {

using namespace minerva;

struct Network {
  const char* name;
  Topology topology;
};
const std::vector<Network>& networks() {
  static const std::vector<Network> all = [] {
    std::vector<Network> result;
    for (const BookWorkload& workload : book_workloads()) {
      result.push_back({workload.title, parse_topology(workload.topology, workload.title)});
    }
    return result;
  }();
  return all;
}
// The machine of the book: every parameter at its maximum over the five.
const Topology kEveryMaximum{{21979, 256, 512, 512, 52}};

int accumulator_bits(const std::vector<Topology>& held) {
  int widest = 0;
  for (const Topology& topology : held) {
    for (int k = 0; k < topology.layers(); ++k) widest = std::max(widest, topology.fan_in(k));
  }
  return 9 + static_cast<int>(std::ceil(std::log2(widest + 1.0)));
}

MeasuredMachine machine_of(const Topology& topology, const std::vector<Topology>& also_for,
                           bool skipping, const Technology& technology) {
  MeasuredMachine design;
  design.network = topology;
  design.also_for.assign(also_for.begin(), also_for.end());
  std::vector<Topology> held = also_for;
  held.push_back(topology);
  design.widths = {8, 6, 9, accumulator_bits(held)};
  design.point.multiplier_stages =
      multiplier_stages(design.widths, 1, design.point.clock_period_ns, technology);
  design.activity = full_activity(topology, 1, skipping ? 100 : 1);
  if (skipping) {
    design.thresholds.assign(static_cast<std::size_t>(topology.layers()), true);
    for (LayerActivity& layer : design.activity.layers) {
      layer.kept_inputs /= 4;
      layer.active_chunks = layer.kept_inputs;
    }
  }
  return design;
}

/// Stage 5 with bit masking: the voltage whose fault rate is 1e-2.
MeasuredMachine at_low_voltage(MeasuredMachine design, const Technology& technology) {
  design.mitigation = {Masking::bit, SignPolicy::zero, Detector::razor};
  design.supply = technology.lowest_voltage(1e-2);
  return design;
}

void print_table(bool skipping, const Technology& technology) {
  std::printf("\n%s\n", skipping ? "75 % of the inputs skipped" : "full activity");
  std::printf(
      "             own machine [mW]                programmable for five [mW]    for every maximum"
      " [mW]\n"
      "           nominal  low volt.      ROM          nominal        low volt.      nominal     "
      "low volt.\n");
  double sums[7] = {};
  for (const Network& network : networks()) {
    std::vector<Topology> others;
    for (const Network& other : networks()) {
      if (other.topology != network.topology) others.push_back(other.topology);
    }
    const MeasuredMachine own = machine_of(network.topology, {}, skipping, technology);
    const MeasuredMachine five = machine_of(network.topology, others, skipping, technology);
    const MeasuredMachine every =
        machine_of(network.topology, {kEveryMaximum}, skipping, technology);
    MeasuredMachine rom = own;
    rom.weight_storage = WeightStorage::rom;
    const MeasuredMachine designs[] = {
        own,   at_low_voltage(own, technology),  rom, five, at_low_voltage(five, technology),
        every, at_low_voltage(every, technology)};
    double mw[7] = {};
    for (std::size_t k = 0; k < 7; ++k) {
      mw[k] =
          estimate_figures(designs[k], designs[k].activity, designs[k].supply, technology).power_mw;
      sums[k] += mw[k] / static_cast<double>(networks().size());
    }
    std::printf(
        "  %-8s %7.2f %10.2f %8.2f %8.2f (%.2fx) %7.2f (%.2fx) %7.2f (%.2fx) %7.2f (%.2fx)\n",
        network.name, mw[0], mw[1], mw[2], mw[3], mw[3] / mw[0], mw[4], mw[4] / mw[1], mw[5],
        mw[5] / mw[0], mw[6], mw[6] / mw[1]);
  }
  std::printf("  %-8s %7.2f %10.2f %8.2f %8.2f (%.2fx) %7.2f (%.2fx) %7.2f (%.2fx) %7.2f (%.2fx)\n",
              "mean", sums[0], sums[1], sums[2], sums[3], sums[3] / sums[0], sums[4],
              sums[4] / sums[1], sums[5], sums[5] / sums[0], sums[6], sums[6] / sums[1]);
  std::printf(
      "  ROM saves %.2fx of the mean at nominal voltage, %.2fx at low voltage (book: %.1fx "
      "on average)\n",
      sums[0] / sums[2], sums[1] / sums[2], published::kMeanRomFactor.value);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 2) throw UserError("minerva_book_variants", "", "needs TECHNOLOGY.cfg");
    const Technology technology = read_technology(argv[1]);
    const SramPoint low = technology.lowest_voltage(1e-2);
    std::printf(
        "technology %s, 16 lanes x 1 MAC at 4 ns, W X P of 8 6 9 bits; low voltage: %.2f V, "
        "bit masking, Razor\n",
        technology.name.c_str(), low.voltage_v);
    print_table(false, technology);
    print_table(true, technology);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}
