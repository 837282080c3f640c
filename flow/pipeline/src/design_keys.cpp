#include "minerva/flow/run_options.hpp"

#include "minerva/config/settings.hpp"
#include "minerva/design/design_point_ranges.hpp"

namespace minerva::flow {
namespace {

void add_point(const KeyRows& keys, DesignPoint& p) {
  keys.add("design.lanes", &p.lanes, design_ranges::kLanes, "lanes",
           "The accelerator has this many lanes, each of which computes one neuron at a time.",
           "derived from published throughput: 16");
  keys.add("design.macs_per_lane", &p.macs_per_lane, design_ranges::kMacsPerLane, "MACs",
           "Each lane has this many multipliers, joined by an adder tree.");
  keys.add("design.weight_bandwidth", &p.weight_bandwidth, design_ranges::kBandwidth, "words/cycle",
           "Each lane reads this many weights in a cycle, and has as many weight banks unless "
           "design.weight_banks says otherwise.");
  keys.add("design.activation_bandwidth", &p.activation_bandwidth, design_ranges::kBandwidth,
           "words/cycle", "This many activations are read in a cycle and sent to all lanes.");
  keys.add("design.write_ports", &p.write_ports, or_zero(design_ranges::kWritePorts), "words/cycle",
           "This many activations can be written in a cycle; 0 takes the activation bandwidth.");
  keys.add("design.multiplier_stages", &p.multiplier_stages,
           or_zero(design_ranges::kMultiplierStages), "stages",
           "The multiplier has this many pipeline stages; 0 takes as many as the technology needs "
           "for the clock period.");
  keys.add("design.clock_period_ns", &p.clock_period_ns, design_ranges::kClockPeriodNs, "ns",
           "The accelerator is clocked with this period.",
           "book's validation design: 250 MHz (remembered, not sourced)");
  keys.add("design.weight_banks", &p.weight_banks, or_zero(design_ranges::kBanks), "banks",
           "Each lane has this many single-port weight banks; 0 takes the weight bandwidth.");
  keys.add("design.activation_banks", &p.activation_banks, or_zero(design_ranges::kBanks), "banks",
           "Each half of the activation memory has this many banks; 0 takes as many as the ports "
           "need.");
  keys.add("design.weight_bank_words", &p.weight_bank_words,
           or_zero(design_ranges::kWeightBankWords), "words",
           "Each weight bank holds this many words, and a network that needs more is refused; 0 "
           "takes as many as the network needs.");
}

}  // namespace

void add_design_keys(Settings& settings, RunOptions& o) {
  const KeyRows explorer = settings.read_by({"dse"});
  add_point(explorer, o.point);
  // Energy and area, by which the later stages choose and report, depend on the memories.
  const KeyRows memories = settings.read_by({"dse", "quantize", "prune", "faults"});
  memories.add_choice(
      "design.weight_storage", &o.weight_storage, {WeightStorage::sram, WeightStorage::rom},
      "Weights are stored in SRAM (sram), or in a ROM (rom), which holds one network "
      "for good and needs no fault masking but cannot run at a lower voltage.",
      "book, Sec. 4.5");
  memories.add("design.also_for", &o.also_for, Range<int>{0, 1000},
               "The memories are large enough for these networks too, so that the accelerator is "
               "programmable.",
               "book, Sec. 4.5");
  settings.read_by({"faults"})
      .add("design.programmable_for", &o.programmable_for, Range<int>{0, 1000},
           "The report includes a variant of the finished accelerator whose memories are large "
           "enough for these networks too; an empty list leaves the variant out.",
           "book, Sec. 4.5");
  explorer.add("design.file", &o.design_file, "the keys above, or the point in the run directory",
               "The design point is read from this file.");
  // Stage 5 verifies the optimized design with as many predictions as stage 2 its frontier.
  settings.read_by({"dse", "faults"})
      .add("dse.verify_samples", &o.verify_samples, Range<int>{0, 100000}, "samples",
           "SystemC repeats this many predictions on each design of the frontier and compares "
           "cycles, counts and outputs; 0 leaves the comparison out.");
}

}  // namespace minerva::flow
