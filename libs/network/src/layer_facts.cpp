#include "minerva/network/layer_facts.hpp"

#include "minerva/network/graph_schedule.hpp"

namespace minerva {

std::vector<LayerFacts> layer_facts(const LayerGraph& graph) {
  std::vector<LayerFacts> all;
  for (int k = 0; k < graph.layers(); ++k) {
    const GraphLayer& layer = graph.layer(k);
    const ComputedGrid grid = computed_grid(graph, k);
    const int pool = fused_pool(graph, k);
    LayerFacts facts;
    facts.kind = layer.kind;
    facts.fused = is_fused(graph, k);
    facts.adds = static_cast<bool>(layer.added);
    facts.reads_input = layer.reads == 0;
    facts.adds_input = layer.added.tensor == 0;
    facts.is_last = k + 1 == graph.layers();
    facts.inputs = layer.fan_in();
    facts.segments = layer.segments();
    facts.segment_words = layer.segment_words();
    facts.channels = layer.channels;
    facts.groups = layer.groups;
    facts.channels_of_group = layer.channels / layer.groups;
    facts.positions = static_cast<int>(grid.rows.size() * grid.columns.size());
    facts.pooled = pool < 0 ? 1 : graph.layer(pool).window.words();
    facts.output_words = pool < 0 ? layer.output.size() : graph.layer(pool).output.size();
    facts.window_words = window_words(graph, k);
    if (facts.adds) {
      facts.added_words = std::int64_t{facts.positions} * graph.tensor(layer.added.tensor).channels;
    }
    all.push_back(facts);
  }
  return all;
}

}  // namespace minerva
