#include "minerva/accelsim/cycle_model.hpp"

#include <algorithm>

#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

/// Adds `times` accesses of each of n words to the banks from number `first` on.
void add_words(std::vector<std::int64_t>& accesses, std::size_t first, int banks, int n,
               std::int64_t times) {
  for (int bank = 0; bank < banks; ++bank) {
    accesses[first + static_cast<std::size_t>(bank)] += words_in_bank(n, bank, banks) * times;
  }
}

}  // namespace

LayerCycles layer_cycles(int n_in, int n_out, const LanePipeline& pipeline) {
  expects(n_in >= 1 && n_out >= 1, "layer_cycles: a layer without inputs or neurons");
  const int groups = pipeline.groups(n_out);
  const int group_issue = pipeline.chunks(n_in);
  const int full_write = pipeline.write_cycles(std::min(pipeline.lanes, n_out));
  const int last_write = pipeline.write_cycles(n_out - (groups - 1) * pipeline.lanes);
  const std::int64_t excess = std::max(0, full_write - group_issue);
  LayerCycles cycles;
  cycles.fill = pipeline.cycles_before_issue();
  cycles.issue = std::int64_t{group_issue} * groups;
  cycles.stall = std::max(0, groups - 2) * excess;
  cycles.drain = (groups >= 2 ? excess : 0) + pipeline.activate_cycles + last_write;
  return cycles;
}

LayerCycles layer_cycles(int n_in, int n_out, const DesignPoint& point) {
  return layer_cycles(n_in, n_out, pipeline_of(point));
}

std::vector<LayerCycles> count_cycles(const Topology& topology, const DesignPoint& point) {
  const LanePipeline pipeline = pipeline_of(point);
  std::vector<LayerCycles> cycles;
  cycles.reserve(static_cast<std::size_t>(topology.layers()));
  for (int k = 0; k < topology.layers(); ++k) {
    cycles.push_back(layer_cycles(topology.fan_in(k), topology.fan_out(k), pipeline));
  }
  return cycles;
}

std::int64_t total_cycles(const Topology& topology, const LanePipeline& pipeline) {
  std::int64_t total = 0;
  for (int k = 0; k < topology.layers(); ++k) {
    total += layer_cycles(topology.fan_in(k), topology.fan_out(k), pipeline).total();
  }
  return total;
}

std::int64_t total_cycles(const Topology& topology, const DesignPoint& point) {
  return total_cycles(topology, pipeline_of(point));
}

EventCounts count_events(int n_in, int n_out, int layer_index, const LanePipeline& pipeline,
                         const LayerActivity& activity, std::int64_t samples, bool threshold) {
  const std::int64_t broadcasts = std::int64_t{pipeline.groups(n_out)} * n_in * samples;
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

EventCounts count_events(int n_in, int n_out, int layer_index, const DesignPoint& point,
                         const LayerActivity& activity, std::int64_t samples, bool threshold) {
  return count_events(n_in, n_out, layer_index, pipeline_of(point), activity, samples, threshold);
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
  const auto first_bank = [&](int half) {
    return static_cast<std::size_t>(half * activation_banks);
  };
  for (int k = 0; k < topology.layers(); ++k) {
    const int n_in = topology.fan_in(k);
    const int n_out = topology.fan_out(k);
    const std::vector<std::int64_t>& kept = activity[static_cast<std::size_t>(k)].kept_inputs;
    expects(kept.size() == weight_banks,
            "count_bank_accesses: the activity was counted for another number of weight banks");
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      // Neurons are spread over lanes as words are over banks.
      const int neurons = words_in_bank(n_out, static_cast<int>(lane), point.lanes);
      all.bias_reads[lane] += neurons * samples;
      for (std::size_t bank = 0; bank < weight_banks; ++bank) {
        all.weight_reads[lane * weight_banks + bank] += neurons * kept[bank];
      }
    }
    const std::int64_t broadcasts = groups_of_layer(n_out, point.lanes) * samples;
    if (k == 0) {
      add_words(all.input_reads, 0, point.activation_bandwidth, n_in, broadcasts);
    } else {
      add_words(all.activation_reads, first_bank(half_read_by(k)), activation_banks, n_in,
                broadcasts);
    }
    if (k + 1 < topology.layers()) {
      add_words(all.activation_writes, first_bank(half_written_by(k)), activation_banks, n_out,
                samples);
    }
  }
  return all;
}

void check_activity(const MachineConfiguration& machine, const ActivityProfile& activity) {
  expects(static_cast<int>(activity.layers.size()) == machine.topology.layers(),
          "the activity and the machine's network differ in layers");
  expects(activity.chunk == machine.point.inputs_per_cycle(),
          "the activity was counted for another number of inputs per cycle");
  expects(activity.samples >= 1, "an activity without samples");
}

std::vector<EventCounts> count_events(const MachineConfiguration& machine,
                                      const ActivityProfile& activity) {
  check_activity(machine, activity);
  const Topology& topology = machine.topology;
  const LanePipeline pipeline = pipeline_of(machine.point);
  std::vector<EventCounts> events;
  events.reserve(activity.layers.size());
  for (int k = 0; k < topology.layers(); ++k) {
    events.push_back(count_events(topology.fan_in(k), topology.fan_out(k), k, pipeline,
                                  activity.layers[static_cast<std::size_t>(k)], activity.samples,
                                  machine.skips(k)));
  }
  return events;
}

}  // namespace minerva
