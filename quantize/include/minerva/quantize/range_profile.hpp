#pragma once
#include <vector>

#include "minerva/data/dataset.hpp"
#include "minerva/network/graph_network.hpp"

namespace minerva::quantize {

/// Largest magnitudes of one layer's signals in the float network; of a pool its inputs alone.
struct LayerRange {
  double weight = 0;
  double activation = 0;  ///< inputs of the layer, over the samples
  /// Bound: for each input of a neuron, its largest magnitude times its largest weight.
  double product = 0;

  /// Integer bits, sign included, with which a signal of magnitude `value` does not saturate.
  static int integer_bits(double value);
};

/// Ranges of every layer over `samples`.
std::vector<LayerRange> profile_ranges(const GraphNetwork& network, const Samples& samples);

}  // namespace minerva::quantize
