#pragma once
#include <memory>
#include <string>
#include <vector>

#include "minerva/arithmetic/fault_word.hpp"
#include "minerva/design/design_point.hpp"
#include "minerva/design/weight_memory.hpp"
#include "minerva/network/layer_graph.hpp"
#include "minerva/network/quantization_plan.hpp"
#include "minerva/network/topology.hpp"

namespace minerva {

struct GraphNetwork;

/// A trained network and the accelerator that runs it: everything that the stages of the flow
/// settle, one after the other. A value: it can be copied, compared, stored and loaded, and two of
/// them can be held side by side. `evaluate` (libs/engine) answers what its error and activity are
/// on a set of samples, `estimate` (accelsim/ppa) what it costs with a technology.
struct Design {
  /// The float network, never changed once it is here, so copies of the design share it.
  std::shared_ptr<const GraphNetwork> network;
  QuantizationPlan plan;         ///< formats of every layer's signals
  PruningThresholds thresholds;  ///< one a layer; empty: no input is skipped
  Mitigation mitigation;         ///< what the weight memories do about faulty bits
  SramPoint supply;              ///< voltage and fault rate of the weight memories
  DesignPoint point;             ///< knobs of the machine
  WeightStorage weight_storage = WeightStorage::sram;
  std::vector<Topology> also_for;  ///< further networks that the memories must hold

  /// Equal networks are those with equal weights and biases, wherever they are.
  friend bool operator==(const Design& a, const Design& b);
  friend bool operator!=(const Design& a, const Design& b) { return !(a == b); }
};

/// The layers of the design's network, which must be there.
const LayerGraph& graph_of(const Design& design);
/// The same of a chain of dense layers, which it must be.
Topology topology_of(const Design& design);
/// Everything but the network's numbers as JSON, schema "minerva-design-1"; the network is named by
/// its digest, and its numbers belong into a file of their own (libs/interchange/network_file.hpp).
std::string design_to_json(const Design& design);
/// The design of that text with `network`. Throws UserError naming `file` and the JSON path for
/// malformed or unknown members, and when `network` is not the one that the text names.
Design design_from_json(const std::string& text, const std::string& file,
                        std::shared_ptr<const GraphNetwork> network);

}  // namespace minerva
