#include "minerva/accelsim/core_events.hpp"

#include "cost.hpp"
#include "minerva/accelsim/cycle_model.hpp"

namespace minerva {
namespace {

/// Bits that gated registers take in a prediction.
struct GatedBits {
  MeanCount words, weights, products, sums;
  MeanCount fetched_zeros;
  double fetched = 0;  ///< of broadcast words as F1 reads them
  double results = 0;
  double lane_words = 0;  ///< of pools and added tensors

  /// All of them: of layers that skip, what only kept inputs reach.
  MeanCount all() const {
    MeanCount count = {fetched + results + lane_words, 0, fetched_zeros.zero,
                       fetched_zeros.nonzero};
    for (const MeanCount& each : {words, weights, products, sums}) count += each;
    return count;
  }
};

GatedBits gated_bits(const MachineStructure& structure, const MeanEvents& events) {
  const auto bits = [&](ClockedBy event) {
    return static_cast<double>(structure.bits_clocked_by(event));
  };
  GatedBits gated;
  gated.fetched = structure.of(RegisterKind::fetched_word).bits * events.fetched() +
                  bits(ClockedBy::queued_word) * events.queued_words;
  gated.fetched_zeros = events.fetched_zeros.times(structure.of(RegisterKind::fetched_word).bits);
  gated.words = events.kept_words.times(bits(ClockedBy::kept_word));
  gated.weights = events.weight_reads.times(bits(ClockedBy::weight_read));
  gated.products = events.macs.times(bits(ClockedBy::product));
  gated.sums = events.updates.times(bits(ClockedBy::accumulator_update));
  // A result of the output layer has all bits of the accumulator, one of a hidden layer those of X.
  gated.results = structure.widths.accumulator_bits * events.output_words +
                  structure.widths.activation_bits * events.hidden_words;
  gated.lane_words = bits(ClockedBy::passed_word) * (events.added_words + events.pooled_words) +
                     bits(ClockedBy::pooled_word) * events.fused_maxima;
  return gated;
}

/// Registers that take a word, each behind its gate.
double enabled_gates(const MachineStructure& structure, const MeanEvents& events) {
  const double queue_gates = structure.of(RegisterKind::queued_word).clocked_by_event +
                             structure.of(RegisterKind::queued_index).clocked_by_event;
  return events.fetched() + queue_gates * events.queued_words + events.kept_words.all +
         events.weight_reads.all +
         structure.of(RegisterKind::product).clocked_by_event * events.macs.all +
         events.updates.all + events.output_words + events.hidden_words +
         structure.of(RegisterKind::passed_word).clocked_by_event *
             (events.added_words + events.pooled_words) +
         events.fused_maxima;
}

}  // namespace

CoreEvents core_events_of(const MachineStructure& structure, const MeanEvents& events,
                          double cycles) {
  const GatedBits gated = gated_bits(structure, events);
  CoreEvents core;
  core.cycles = cycles;
  core.macs = events.macs;
  core.additions = events.additions();
  core.updates = events.updates;
  core.kept_words = events.kept_words;
  core.rectified_words = events.activated_words;
  core.result_bits = gated.results;
  // Flags of the words are clocked in every cycle and change with a broadcast word.
  const double flags = structure.of(RegisterKind::fetched_flag).bits +
                       structure.of(RegisterKind::multiply_flag).bits;
  core.written_bits = gated.all();
  core.written_bits.all += flags * events.fetched();
  const auto ungated = static_cast<double>(structure.ungated_register_bits());
  core.idle_bits = ungated * core.cycles - flags * events.fetched();
  core.gates_enabled = enabled_gates(structure, events);
  core.gates_idle = static_cast<double>(structure.clock_gates()) * core.cycles - core.gates_enabled;
  // Pins of ungated bits, of gates and of the control see the clock in every cycle, those of gated
  // bits when they take a word.
  core.clock_pins =
      (ungated + static_cast<double>(structure.clock_gates() + structure.control_register_bits())) *
          core.cycles +
      gated.all().all;
  return core;
}

CoreEvents core_events(const MachineConfiguration& machine, const ActivityProfile& activity) {
  const MachineStructure structure = structure_of(machine);
  return core_events_of(structure, mean_events(machine, activity, TreeAdditions::counted),
                        mean_cycles(machine, activity));
}

}  // namespace minerva
