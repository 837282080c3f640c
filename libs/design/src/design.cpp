#include "minerva/design/design.hpp"

#include <algorithm>

#include "minerva/base/errors.hpp"
#include "minerva/network/network.hpp"

namespace minerva {
namespace {

bool same_numbers(const Network& a, const Network& b) {
  return std::equal(a.layers.begin(), a.layers.end(), b.layers.begin(), b.layers.end(),
                    [](const NetworkLayer& x, const NetworkLayer& y) {
                      return x.kind == y.kind && x.weights.rows() == y.weights.rows() &&
                             x.weights.cols() == y.weights.cols() && x.weights == y.weights &&
                             x.biases == y.biases;
                    });
}

bool same_network(const std::shared_ptr<const Network>& a,
                  const std::shared_ptr<const Network>& b) {
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

Topology topology_of(const Design& design) {
  expects(design.network != nullptr, "a design without a network has no topology");
  return design.network->topology();
}

}  // namespace minerva
