#pragma once
#include <vector>

#include "minerva/data/dataset.hpp"
#include "minerva/network/network.hpp"

namespace minerva::quantize {

/// Largest magnitudes of one layer's signals in the float network.
struct LayerRange {
  double weight = 0;
  double activation = 0;  ///< inputs of the layer, over the samples
  double product = 0;     ///< bound: for each input, its largest magnitude times its largest weight

  /// Integer bits, sign included, with which a signal of magnitude `value` does not saturate.
  static int integer_bits(double value);
};

/// Ranges of every layer over `samples`.
std::vector<LayerRange> profile_ranges(const Network& network, const Samples& samples);

}  // namespace minerva::quantize
