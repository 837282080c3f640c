#include "minerva/design/graph_counts.hpp"

#include <algorithm>

#include "minerva/base/errors.hpp"
#include "minerva/network/graph_schedule.hpp"

namespace minerva {
namespace {

/// Output words of layer k that have a word of the added tensor, at computed positions.
std::int64_t added_words(const LayerGraph& graph, int k) {
  const GraphLayer& layer = graph.layer(k);
  if (!layer.added) return 0;
  const ComputedGrid grid = computed_grid(graph, k);
  return static_cast<std::int64_t>(grid.rows.size()) *
         static_cast<std::int64_t>(grid.columns.size()) * graph.tensor(layer.added.tensor).channels;
}

}  // namespace

GraphEventCounts graph_events(const LayerGraph& graph, int k, const GraphActivity& activity,
                              int theta_code, int lanes) {
  expects(lanes >= 1, "graph_events: a machine has a lane or more");
  const GraphLayer& layer = graph.layer(k);
  const std::int64_t samples = activity.samples;
  GraphEventCounts events;
  const std::int64_t words = window_words(graph, k) * samples;
  if (!layer.has_weights()) {
    events.pool_operations = words;
    if (is_fused(graph, k)) return events;
    events.pool_reads = words;
    events.words_written = layer.output.size() * samples;
    return events;
  }
  const GraphLayerActivity& did = activity.layers[static_cast<std::size_t>(k)];
  const std::int64_t of_group = layer.channels / layer.groups;
  const ComputedGrid grid = computed_grid(graph, k);
  const std::int64_t neurons = static_cast<std::int64_t>(grid.rows.size()) *
                               static_cast<std::int64_t>(grid.columns.size()) * layer.channels *
                               samples;
  const std::int64_t reads = words * ((of_group + lanes - 1) / lanes);
  (layer.reads == 0 ? events.input_reads : events.activation_reads) = reads;
  events.comparisons = theta_code > 0 ? reads : 0;
  events.macs_done = did.kept_inputs * of_group;
  events.macs_skipped = neurons * layer.fan_in() - events.macs_done;
  events.weight_reads_done =
      (activity.tile > 1 ? did.kept_tile_inputs : did.kept_inputs) * of_group;
  events.weight_reads_skipped = neurons * layer.fan_in() - events.weight_reads_done;
  events.added_reads = added_words(graph, k) * samples;
  events.accumulator_updates = did.active_chunks * of_group + events.added_reads;
  events.bias_reads = neurons;
  const int pool = fused_pool(graph, k);
  events.words_written = pool < 0 ? neurons : graph.layer(pool).output.size() * samples;
  return events;
}

}  // namespace minerva
