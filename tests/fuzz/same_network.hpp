#pragma once
#include <cstring>

#include "fuzz_check.hpp"
#include "minerva/interchange/named_tensors.hpp"

namespace minerva::fuzz {

/// Layers of the same shape with the same bits.
inline bool same_bits(const GraphNetwork& a, const GraphNetwork& b) {
  if (a.graph != b.graph || a.layers.size() != b.layers.size()) return false;
  const auto same = [](const auto& x, const auto& y) {
    return x.rows() == y.rows() && x.cols() == y.cols() &&
           // An empty matrix has no address that memcmp may be given.
           (x.size() == 0 ||
            std::memcmp(x.data(), y.data(), sizeof(float) * static_cast<std::size_t>(x.size())) ==
                0);
  };
  for (std::size_t k = 0; k < a.layers.size(); ++k) {
    if (!same(a.layers[k].weights, b.layers[k].weights) ||
        !same(a.layers[k].biases, b.layers[k].biases)) {
      return false;
    }
  }
  return true;
}

/// What holds of every network that a reader takes.
inline void check_imported(const ImportedNetwork& imported) {
  for (const LayerParameters& layer : imported.network.layers) {
    require(layer.weights.allFinite() && layer.biases.allFinite(), "finite weights");
  }
  for (const std::string& note : imported.notes) {
    require(is_one_line(note), "a note on one line without control characters");
  }
}

}  // namespace minerva::fuzz
