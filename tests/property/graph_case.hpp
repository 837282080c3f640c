#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/arithmetic/random.hpp"
#include "minerva/network/graph_schedule.hpp"
#include "minerva/network/graph_text.hpp"
#include "random_graph.hpp"
#include "random_machine.hpp"

// Random networks of all kinds of layers on random machines, for tests that hold the models of the
// machine against each other.
namespace minerva {

constexpr std::uint64_t kGraphCaseSeed = 20170618;

struct GraphCase {
  QuantizedGraph network;
  DesignPoint point;
  std::vector<std::vector<std::int16_t>> inputs;
};

/// A graph that plans can be found for: an average that is added divides by a power of two.
inline LayerGraph draw_graph(KeyedRandom& random) {
  for (;;) {
    LayerGraph graph = random_graph(random, drawn(random, 1, 5));
    bool plannable = true;
    for (int k = 0; k < graph.layers(); ++k) {
      const AddedTensor& added = graph.layer(k).added;
      plannable = plannable && (!added || tensor_factor(graph, added.tensor) == 1);
    }
    if (plannable) return graph;
  }
}

/// Draws so many inputs in place of those of a case.
inline void draw_inputs(KeyedRandom& random, int samples, GraphCase& c) {
  const LayerGraph& graph = c.network.graph;
  const QFormat x = c.network.layer(format_owner(graph, 0)).formats.activation;
  c.inputs.clear();
  for (int s = 0; s < samples; ++s) {
    std::vector<std::int16_t> input;
    for (int j = 0; j < graph.inputs(); ++j) {
      input.push_back(
          static_cast<std::int16_t>(chance(random, 0.3) ? 0 : test::draw_code(random, x)));
    }
    c.inputs.push_back(input);
  }
}

inline GraphCase draw_graph_case(std::uint64_t index) {
  KeyedRandom random(kGraphCaseSeed, Stream::test, index);
  GraphCase c;
  const LayerGraph graph = draw_graph(random);
  c.network = random_quantized_graph(random, graph, random_plan(random, graph));
  c.point = test::draw_case(kGraphCaseSeed, index).point;
  c.point.positions_per_weight = chance(random, 0.4) ? 1 : drawn(random, 2, 16);
  draw_inputs(random, 2, c);
  return c;
}

inline std::string text_of(const GraphCase& c, std::uint64_t index) {
  return "case " + std::to_string(index) + ": " + to_string(c.network.graph) + " on " +
         to_string(c.point);
}

}  // namespace minerva
