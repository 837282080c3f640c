#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/network/layer_facts.hpp"
#include "minerva/network/layer_graph.hpp"
#include "minerva/network/topology.hpp"

namespace minerva {

/// A network as a machine holds it: the graph, and what structure, counts and cycles need of it,
/// worked out once for all machines of a design space.
class MachineNetwork {
 public:
  MachineNetwork() = default;
  // Not explicit: whoever has a network and asks for a machine says so by the types.
  MachineNetwork(const LayerGraph& graph);
  MachineNetwork(const Topology& topology);

  const LayerGraph& graph() const { return graph_; }
  int layers() const { return static_cast<int>(facts_.size()); }
  const LayerFacts& facts(int k) const { return facts_[static_cast<std::size_t>(k)]; }
  int inputs() const { return graph_.inputs(); }
  int outputs() const { return graph_.outputs(); }

  /// Region of the activation memory that layer k writes, one of regions(); of a convolution whose
  /// pool is fused that of the pool. TensorRegions::kNone: it writes the outputs.
  int region_written(int k) const { return region_written_[static_cast<std::size_t>(k)]; }
  /// Region that holds a tensor; TensorRegions::kNone: the input, or one that is never stored.
  int region_of_tensor(int t) const { return region_of_tensor_[static_cast<std::size_t>(t)]; }
  /// 2 for a chain, 3 for residual blocks; never fewer than 2.
  int regions() const { return regions_; }
  int region_words() const { return region_words_; }  ///< of the largest stored tensor
  int most_inputs() const { return most_inputs_; }    ///< of a neuron, or words of a pool's window
  int most_channels() const { return most_channels_; }
  int most_positions() const { return most_positions_; }
  bool adds() const { return adds_; }            ///< a layer adds a tensor
  bool fuses() const { return fuses_; }          ///< A takes maxima
  bool pools() const { return pools_; }          ///< a pool is a layer of its own
  bool max_pools() const { return max_pools_; }  ///< one of those takes maxima
  bool convolves() const { return convolves_; }  ///< a weight serves several positions
  bool is_dense_chain() const { return is_dense_chain_; }
  // What the counters of the walk through maps must reach.
  std::int64_t farthest_word() const { return farthest_word_; }     ///< of a tensor or behind it
  int most_pool_side() const { return most_pool_side_; }            ///< of a fused pool's window
  int most_channel_offset() const { return most_channel_offset_; }  ///< of an added tensor

  friend bool operator==(const MachineNetwork& a, const MachineNetwork& b) {
    return a.graph_ == b.graph_;
  }
  friend bool operator!=(const MachineNetwork& a, const MachineNetwork& b) { return !(a == b); }

 private:
  LayerGraph graph_;
  std::vector<LayerFacts> facts_;
  std::vector<int> region_written_;
  std::vector<int> region_of_tensor_;
  int regions_ = 2;
  int region_words_ = 0;
  int most_inputs_ = 0;
  int most_channels_ = 0;
  int most_positions_ = 1;
  bool adds_ = false;
  bool fuses_ = false;
  bool pools_ = false;
  bool max_pools_ = false;
  bool convolves_ = false;
  bool is_dense_chain_ = true;
  std::int64_t farthest_word_ = 0;
  int most_pool_side_ = 1;
  int most_channel_offset_ = 0;
};

/// The text of its graph.
std::string to_string(const MachineNetwork& network);

}  // namespace minerva
