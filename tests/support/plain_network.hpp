#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "minerva/interchange/import_network.hpp"
#include "minerva/network/graph_network.hpp"

// A network in plain double precision, and how far its numbers' rounding to float32 moves its sums.
namespace minerva::test {

struct PlainSums {
  std::vector<double> values;
  /// Bound of what rounding every weight and bias once, by half a unit of float32, changes: each
  /// layer adds 2^-24 of the magnitudes it sums and passes on what came before. Twice that, for the
  /// terms of higher order and for the double precision itself.
  std::vector<double> bounds;
};

inline PlainSums plain_sums(const GraphNetwork& network, const std::vector<double>& inputs) {
  PlainSums at{inputs, std::vector<double>(inputs.size(), 0)};
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    const LayerParameters& layer = network.layers[k];
    PlainSums next;
    for (Eigen::Index i = 0; i < layer.weights.rows(); ++i) {
      double sum = static_cast<double>(layer.biases(i));
      double bound = std::ldexp(std::abs(sum), -23);
      for (Eigen::Index j = 0; j < layer.weights.cols(); ++j) {
        const auto from = static_cast<std::size_t>(j);
        const auto weight = static_cast<double>(layer.weights(i, j));
        sum += weight * at.values[from];
        bound += std::abs(weight) * at.bounds[from] +
                 std::ldexp(std::abs(weight * at.values[from]), -23);
      }
      next.values.push_back(k + 1 < network.layers.size() ? std::max(sum, 0.0) : sum);
      next.bounds.push_back(bound);
    }
    at = next;
  }
  return at;
}

inline std::vector<double> relu(std::vector<double> x) {
  for (double& each : x) each = std::max(each, 0.0);
  return x;
}

/// On each of the samples the network computes this function, but for one rounding of each of its
/// numbers to float32.
inline void expect_computes(
    const GraphNetwork& network,
    const std::function<std::vector<double>(const std::vector<double>&)>& function,
    const std::vector<std::vector<double>>& samples) {
  for (const std::vector<double>& x : samples) {
    const std::vector<double> expected = function(x);
    const PlainSums found = plain_sums(network, x);
    EXPECT_EQ(found.values.size(), expected.size());
    for (std::size_t i = 0; i < std::min(found.values.size(), expected.size()); ++i) {
      EXPECT_LE(std::abs(found.values[i] - expected[i]), found.bounds[i]) << i;
    }
  }
}

/// Whether a note of the import has these words.
inline bool says(const ImportedNetwork& imported, const std::string& words) {
  return std::any_of(imported.notes.begin(), imported.notes.end(), [&](const std::string& note) {
    return note.find(words) != std::string::npos;
  });
}

}  // namespace minerva::test
