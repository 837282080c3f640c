#include "minerva/design/graph_counts.hpp"

#include <algorithm>

#include "minerva/base/errors.hpp"

namespace minerva {

const std::vector<GraphEventName>& graph_event_names() {
  static const std::vector<GraphEventName> names = [] {
    std::vector<GraphEventName> all;
    for (const EventName& event : event_names()) all.push_back({event.name, event.member});
    all.push_back({"added_reads", &GraphEventCounts::added_reads});
    all.push_back({"pool_reads", &GraphEventCounts::pool_reads});
    all.push_back({"pool_operations", &GraphEventCounts::pool_operations});
    all.push_back({"weight_loads", &GraphEventCounts::weight_loads});
    return all;
  }();
  return names;
}

GraphEventCounts& GraphEventCounts::operator+=(const GraphEventCounts& more) {
  for (const GraphEventName& event : graph_event_names()) {
    this->*event.member += more.*event.member;
  }
  return *this;
}

bool operator==(const GraphEventCounts& a, const GraphEventCounts& b) {
  const auto& names = graph_event_names();
  return std::all_of(names.begin(), names.end(), [&](const GraphEventName& event) {
    return a.*event.member == b.*event.member;
  });
}

GraphEventCounts graph_events(const LayerFacts& layer, const LayerActivity& did,
                              std::int64_t samples, bool threshold, bool reuses, int lanes) {
  GraphEventCounts events;
  const std::int64_t words = layer.window_words * samples;
  if (!layer.has_weights()) {
    events.pool_operations = words;
    if (layer.fused) return events;
    events.pool_reads = words;
    events.words_written = layer.output_words * samples;
    return events;
  }
  const std::int64_t of_group = layer.channels_of_group;
  const std::int64_t neurons = layer.neurons() * samples;
  const std::int64_t reads = words * ((layer.channels_of_group + lanes - 1) / lanes);
  (layer.reads_input ? events.input_reads : events.activation_reads) = reads;
  events.comparisons = threshold ? reads : 0;
  events.macs_done = did.kept_inputs * of_group;
  events.macs_skipped = neurons * layer.inputs - events.macs_done;
  events.weight_reads_done = (reuses ? did.kept_tile_inputs : did.kept_inputs) * of_group;
  events.weight_reads_skipped = neurons * layer.inputs - events.weight_reads_done;
  events.added_reads = layer.added_words * samples;
  events.accumulator_updates = did.active_chunks * of_group + events.added_reads;
  events.bias_reads = neurons;
  events.words_written = layer.output_words * samples;
  return events;
}

GraphEventCounts graph_events(const LayerGraph& graph, int k, const GraphActivity& activity,
                              int theta_code, int lanes) {
  expects(lanes >= 1, "graph_events: a machine has a lane or more");
  const auto layer = static_cast<std::size_t>(k);
  return graph_events(layer_facts(graph)[layer], activity.layers[layer], activity.samples,
                      theta_code > 0, activity.tile > 1, lanes);
}

}  // namespace minerva
