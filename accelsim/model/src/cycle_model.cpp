#include "minerva/accelsim/cycle_model.hpp"

#include <algorithm>

#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

std::int64_t ceil_divide(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// Numbers i in 0 .. n - 1 with i mod banks == bank.
std::int64_t words_in_bank(int n, int bank, int banks) {
  return bank < n ? ceil_divide(n - bank, banks) : 0;
}

/// Adds `times` accesses of each of n words to the banks from number `first` on.
void add_words(std::vector<std::int64_t>& accesses, std::size_t first, int banks, int n,
               std::int64_t times) {
  for (int bank = 0; bank < banks; ++bank) {
    accesses[first + static_cast<std::size_t>(bank)] += words_in_bank(n, bank, banks) * times;
  }
}

}  // namespace

LayerCycles layer_cycles(int n_in, int n_out, const DesignPoint& point) {
  expects(n_in >= 1 && n_out >= 1, "layer_cycles: a layer without inputs or neurons");
  const std::int64_t groups = ceil_divide(n_out, point.lanes);
  const std::int64_t group_issue = ceil_divide(n_in, point.inputs_per_cycle());
  const std::int64_t full_write = ceil_divide(std::min(point.lanes, n_out), point.write_ports);
  const std::int64_t last_write =
      ceil_divide(n_out - (groups - 1) * point.lanes, point.write_ports);
  const std::int64_t excess = std::max<std::int64_t>(0, full_write - group_issue);
  LayerCycles cycles;
  cycles.fill = 1 + point.multiplier_stages;
  cycles.issue = group_issue * groups;
  cycles.stall = std::max<std::int64_t>(0, groups - 2) * excess;
  cycles.drain = (groups >= 2 ? excess : 0) + 1 + last_write;
  return cycles;
}

std::vector<LayerCycles> count_cycles(const Topology& topology, const DesignPoint& point) {
  std::vector<LayerCycles> cycles;
  cycles.reserve(static_cast<std::size_t>(topology.layers()));
  for (int k = 0; k < topology.layers(); ++k) {
    cycles.push_back(layer_cycles(topology.fan_in(k), topology.fan_out(k), point));
  }
  return cycles;
}

std::int64_t total_cycles(const Topology& topology, const DesignPoint& point) {
  std::int64_t total = 0;
  for (int k = 0; k < topology.layers(); ++k) {
    total += layer_cycles(topology.fan_in(k), topology.fan_out(k), point).total();
  }
  return total;
}

EventCounts count_events(int n_in, int n_out, int layer_index, const DesignPoint& point,
                         const LayerActivity& activity, std::int64_t samples, bool threshold) {
  const std::int64_t broadcasts = ceil_divide(n_out, point.lanes) * n_in * samples;
  EventCounts events;
  (layer_index == 0 ? events.input_reads : events.activation_reads) = broadcasts;
  events.comparisons = threshold ? broadcasts : 0;
  events.weight_reads_done = activity.kept_inputs * n_out;
  events.weight_reads_skipped = (n_in * samples - activity.kept_inputs) * n_out;
  events.macs_done = events.weight_reads_done;
  events.macs_skipped = events.weight_reads_skipped;
  events.accumulator_updates = activity.active_chunks * n_out;
  events.bias_reads = n_out * samples;
  events.words_written = n_out * samples;
  return events;
}

std::int64_t weight_words_per_bank(const Topology& topology, const DesignPoint& point) {
  std::int64_t words = 0;
  for (int k = 0; k < topology.layers(); ++k) {
    words += ceil_divide(topology.fan_out(k), point.lanes) *
             ceil_divide(topology.fan_in(k), point.weight_banks_per_lane());
  }
  return words;
}

void check_weight_banks(const Topology& topology, const DesignPoint& point) {
  if (point.weight_bank_words == 0) return;
  const std::int64_t words = weight_words_per_bank(topology, point);
  if (words <= point.weight_bank_words) return;
  throw UserError("design.weight_bank_words", std::to_string(point.weight_bank_words),
                  "cannot hold the network " + to_string(topology) + ", which needs " +
                      std::to_string(words) + " words in each bank of " +
                      std::to_string(point.lanes) + " lanes x " +
                      std::to_string(point.weight_banks_per_lane()) + " banks");
}

BankAccesses count_bank_accesses(const Topology& topology, const DesignPoint& point,
                                 const std::vector<BankActivity>& activity, std::int64_t samples) {
  expects(static_cast<int>(activity.size()) == topology.layers(),
          "count_bank_accesses: activity and topology differ in layers");
  const auto weight_banks = static_cast<std::size_t>(point.weight_banks_per_lane());
  const int activation_banks = point.activation_banks_per_half();
  const auto lanes = static_cast<std::size_t>(point.lanes);
  BankAccesses all;
  all.weight_reads.resize(lanes * weight_banks);
  all.bias_reads.resize(lanes);
  all.input_reads.resize(static_cast<std::size_t>(point.activation_bandwidth));
  all.activation_reads.resize(2 * static_cast<std::size_t>(activation_banks));
  all.activation_writes.resize(all.activation_reads.size());
  for (int k = 0; k < topology.layers(); ++k) {
    const int n_in = topology.fan_in(k);
    const int n_out = topology.fan_out(k);
    const std::vector<std::int64_t>& kept = activity[static_cast<std::size_t>(k)].kept_inputs;
    expects(kept.size() == weight_banks,
            "count_bank_accesses: the activity was counted for another number of weight banks");
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const std::int64_t neurons = words_in_bank(n_out, static_cast<int>(lane), point.lanes);
      all.bias_reads[lane] += neurons * samples;
      for (std::size_t bank = 0; bank < weight_banks; ++bank) {
        all.weight_reads[lane * weight_banks + bank] += neurons * kept[bank];
      }
    }
    const std::int64_t broadcasts = ceil_divide(n_out, point.lanes) * samples;
    // Layer k writes half k mod 2 of the activation memory and reads the other.
    const std::size_t half_written = k % 2 == 0 ? 0 : static_cast<std::size_t>(activation_banks);
    const std::size_t half_read = static_cast<std::size_t>(activation_banks) - half_written;
    if (k == 0) {
      add_words(all.input_reads, 0, point.activation_bandwidth, n_in, broadcasts);
    } else {
      add_words(all.activation_reads, half_read, activation_banks, n_in, broadcasts);
    }
    if (k + 1 < topology.layers()) {
      add_words(all.activation_writes, half_written, activation_banks, n_out, samples);
    }
  }
  return all;
}

std::vector<EventCounts> count_events(const MachineConfiguration& design) {
  const Topology& topology = design.topology;
  expects(static_cast<int>(design.activity.layers.size()) == topology.layers(),
          "count_events: activity and topology differ in layers");
  expects(design.activity.chunk == design.point.inputs_per_cycle(),
          "count_events: the activity was counted for another number of inputs per cycle");
  expects(design.activity.samples >= 1, "count_events: an activity without samples");
  std::vector<EventCounts> events;
  events.reserve(static_cast<std::size_t>(topology.layers()));
  for (int k = 0; k < topology.layers(); ++k) {
    events.push_back(count_events(topology.fan_in(k), topology.fan_out(k), k, design.point,
                                  design.activity.layers[static_cast<std::size_t>(k)],
                                  design.activity.samples, design.skips(k)));
  }
  return events;
}

}  // namespace minerva
