#include "minerva/design/design.hpp"

#include <algorithm>

#include "minerva/base/errors.hpp"
#include "minerva/network/graph_network.hpp"

namespace minerva {
namespace {

bool same_layers(const LayerGraph& a, const LayerGraph& b) {
  // A dense layer reads a tensor in storage order, whatever shape it has.
  if (a.is_dense_chain() && b.is_dense_chain()) return a.topology() == b.topology();
  return a == b;
}

bool same_numbers(const GraphNetwork& a, const GraphNetwork& b) {
  return same_layers(a.graph, b.graph) &&
         std::equal(a.layers.begin(), a.layers.end(), b.layers.begin(), b.layers.end(),
                    [](const LayerParameters& x, const LayerParameters& y) {
                      return x.weights.rows() == y.weights.rows() &&
                             x.weights.cols() == y.weights.cols() && x.weights == y.weights &&
                             x.biases == y.biases;
                    });
}

bool same_network(const std::shared_ptr<const GraphNetwork>& a,
                  const std::shared_ptr<const GraphNetwork>& b) {
  if (a == b) return true;
  return a != nullptr && b != nullptr && same_numbers(*a, *b);
}

}  // namespace

bool operator==(const Design& a, const Design& b) {
  return a.plan.rounding == b.plan.rounding && a.plan.layers == b.plan.layers &&
         a.thresholds.theta == b.thresholds.theta && a.mitigation == b.mitigation &&
         a.supply.voltage_v == b.supply.voltage_v && a.supply.fault_rate == b.supply.fault_rate &&
         a.point == b.point && a.weight_storage == b.weight_storage && a.also_for == b.also_for &&
         same_network(a.network, b.network);
}

const LayerGraph& graph_of(const Design& design) {
  expects(design.network != nullptr, "a design without a network has no layers");
  return design.network->graph;
}

Topology topology_of(const Design& design) { return graph_of(design).topology(); }

}  // namespace minerva
