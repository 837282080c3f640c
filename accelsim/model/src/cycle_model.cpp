#include "minerva/accelsim/cycle_model.hpp"

#include <algorithm>

#include "minerva/accelsim/layer_units.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/design/read_ahead.hpp"
#include "over_batches.hpp"
#include "stream_schedule.hpp"
#include "tile_schedule.hpp"

namespace minerva {
namespace {

LayerFacts dense_facts(int n_in, int n_out) {
  LayerFacts layer;
  layer.inputs = layer.segment_words = n_in;
  layer.channels = layer.channels_of_group = layer.output_words = n_out;
  layer.window_words = n_in;
  return layer;
}

}  // namespace

LayerCycles layer_cycles(const LayerFacts& layer, const LanePipeline& pipeline) {
  expects(pipeline.queue_words == 0, "layer_cycles: the data decide when F1 reads ahead");
  if (layer.fused) return {};
  const LayerUnits units = units_of(layer, pipeline);
  if (pipeline.stream_words > 0 && layer.has_weights()) {
    return stream_cycles(layer, units, pipeline);
  }
  if (pipeline.accumulators > 1) return tile_cycles(layer, units, pipeline);
  // A takes a unit (with a fused pool the last position of its window) when it has issued, or once
  // WB writes the last word of the unit before; the time by which writing takes longer is waited.
  const std::int64_t runs =
      std::int64_t{pipeline.batch_size} * layer.positions / layer.pooled * units.groups;
  const auto waited = [&](const UnitShape& before, const UnitShape& unit) {
    return std::int64_t{std::max(0, before.writes - unit.chunks * layer.pooled)};
  };
  const std::int64_t between = waited(units.full, units.full);
  const std::int64_t into_last = units.full_units > 0 ? waited(units.full, units.last) : 0;
  const std::int64_t into_next = waited(units.last, units.full_units > 0 ? units.full : units.last);
  const std::int64_t all =
      runs * (std::max(0, units.full_units - 1) * between + into_last) + (runs - 1) * into_next;
  const std::int64_t at_the_end = units.full_units > 0 ? into_last : runs > 1 ? into_next : 0;
  LayerCycles cycles;
  cycles.fill = pipeline.cycles_before_issue();
  cycles.issue = runs * layer.pooled *
                 (std::int64_t{units.full_units} * units.full.chunks + units.last.chunks);
  cycles.stall = all - at_the_end;
  cycles.drain = at_the_end + pipeline.activate_cycles + units.last.writes;
  return cycles;
}

LayerCycles layer_cycles(int n_in, int n_out, const LanePipeline& pipeline) {
  expects(n_in >= 1 && n_out >= 1, "layer_cycles: a layer without inputs or neurons");
  return layer_cycles(dense_facts(n_in, n_out), pipeline);
}

LayerCycles layer_cycles(int n_in, int n_out, const DesignPoint& point) {
  return layer_cycles(n_in, n_out, pipeline_of(point));
}

std::vector<LayerCycles> count_cycles(const MachineNetwork& network, const DesignPoint& point) {
  return count_cycles(network, pipeline_of(point));
}

std::vector<LayerCycles> count_cycles(const MachineNetwork& network, const LanePipeline& pipeline) {
  std::vector<LayerCycles> cycles;
  cycles.reserve(static_cast<std::size_t>(network.layers()));
  for (int k = 0; k < network.layers(); ++k) {
    cycles.push_back(layer_cycles(network.facts(k), pipeline));
  }
  return cycles;
}

std::int64_t total_cycles(const MachineNetwork& network, const LanePipeline& pipeline) {
  std::int64_t total = 0;
  for (int k = 0; k < network.layers(); ++k) {
    total += layer_cycles(network.facts(k), pipeline).total();
  }
  return total;
}

std::int64_t total_cycles(const MachineNetwork& network, const DesignPoint& point) {
  return total_cycles(network, pipeline_of(point));
}

namespace {

/// Every input of a layer was kept.
bool keeps_all(const LayerFacts& layer, const LayerActivity& activity, std::int64_t samples) {
  return activity.kept_inputs == layer.window_words * samples;
}

}  // namespace

LayerCycles count_cycles(const MachineConfiguration& machine, int k,
                         const ActivityProfile& activity) {
  const LayerFacts& layer = machine.network.facts(k);
  const LanePipeline pipeline = pipeline_of(machine.point);
  const bool reads_ahead = machine.point.reads_ahead();
  LayerCycles cycles;
  if (reads_ahead && activity.read_ahead.on()) {
    cycles = activity.layers[static_cast<std::size_t>(k)].read_ahead_cycles;
  } else {
    cycles = over_batches<LayerCycles>(
        activity.samples, pipeline, [&](const LanePipeline& of_batch, std::int64_t batches) {
          const LayerCycles one = reads_ahead
                                      ? unskipped_read_ahead_cycles(layer.inputs, layer.channels,
                                                                    read_ahead_of(machine.point))
                                      : layer_cycles(layer, of_batch);
          LayerCycles all;
          for (const CycleName& cause : cycle_names()) {
            all.*cause.member = one.*cause.member * batches;
          }
          return all;
        });
  }
  if (reads_ahead) cycles.fill += pipeline.cycles_before_issue() * activity.samples;
  return cycles;
}

double mean_cycles(const MachineConfiguration& machine, const ActivityProfile& activity) {
  if (!machine.point.reads_ahead()) {
    return static_cast<double>(total_cycles(machine.network, machine.point)) /
           machine.point.batch_size;
  }
  std::int64_t total = 0;
  for (int k = 0; k < machine.network.layers(); ++k) {
    total += count_cycles(machine, k, activity).total();
  }
  return static_cast<double>(total) / static_cast<double>(activity.samples);
}

std::int64_t weight_loads(const LayerFacts& layer, const LanePipeline& pipeline) {
  if (pipeline.stream_words == 0 || !layer.has_weights()) return 0;
  return weight_passes(layer, units_of(layer, pipeline), pipeline) * layer.channels * layer.inputs;
}

GraphEventCounts count_events(const MachineConfiguration& machine, int k,
                              const ActivityProfile& activity) {
  const LayerFacts& layer = machine.network.facts(k);
  const bool reuses = machine.point.positions_per_weight > 1 &&
                      (layer.kind == GraphLayerKind::conv2d || machine.point.runs_batches());
  GraphEventCounts events =
      graph_events(layer, activity.layers[static_cast<std::size_t>(k)], activity.samples,
                   machine.skips(k), reuses, machine.point.lanes);
  events.weight_loads =
      over_batches<std::int64_t>(activity.samples, pipeline_of(machine.point),
                                 [&](const LanePipeline& of_batch, std::int64_t batches) {
                                   return weight_loads(layer, of_batch) * batches;
                                 });
  return events;
}

EventCounts count_events(int n_in, int n_out, int layer_index, const DesignPoint& point,
                         const LayerActivity& activity, std::int64_t samples, bool threshold) {
  LayerFacts layer = dense_facts(n_in, n_out);
  layer.reads_input = layer_index == 0;
  return graph_events(layer, activity, samples, threshold, false, point.lanes);
}

void check_activity(const MachineConfiguration& machine, const ActivityProfile& activity) {
  expects(static_cast<int>(activity.layers.size()) == machine.network.layers(),
          "the activity and the machine's network differ in layers");
  expects(activity.chunk == machine.point.inputs_per_cycle(),
          "the activity was counted for another number of inputs per cycle");
  const bool has_tiles = machine.network.convolves() || machine.point.runs_batches();
  expects(!has_tiles || activity.tile == machine.point.positions_per_weight,
          "the activity was counted for another number of positions per weight");
  expects(activity.tile == 1 || activity.batch_size == machine.point.batch_size,
          "the activity was counted for another batch size");
  expects(activity.samples >= 1, "an activity without samples");
  if (!machine.point.reads_ahead()) return;
  if (activity.read_ahead.on()) {
    expects(activity.read_ahead == read_ahead_of(machine.point),
            "the cycles were counted for another machine that reads ahead");
    return;
  }
  for (int k = 0; k < machine.network.layers(); ++k) {
    expects(keeps_all(machine.network.facts(k), activity.layers[static_cast<std::size_t>(k)],
                      activity.samples),
            "the activity has no cycles of a machine that reads ahead");
  }
}

std::vector<GraphEventCounts> count_events(const MachineConfiguration& machine,
                                           const ActivityProfile& activity) {
  check_activity(machine, activity);
  std::vector<GraphEventCounts> events;
  events.reserve(activity.layers.size());
  for (int k = 0; k < machine.network.layers(); ++k) {
    events.push_back(count_events(machine, k, activity));
  }
  return events;
}

}  // namespace minerva
