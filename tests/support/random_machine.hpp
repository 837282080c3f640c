#pragma once
#include <cstdint>
#include <vector>

#include "minerva/arithmetic/random.hpp"
#include "minerva/design/design_point.hpp"
#include "minerva/network/quantized_network.hpp"

namespace minerva::test {

/// A small network with formats, roundings, thresholds and faults, a machine, and two inputs.
struct RandomCase {
  QuantizedNetwork network;
  DesignPoint point;
  std::vector<std::vector<std::int16_t>> inputs;
};
RandomCase draw_case(std::uint64_t seed, std::uint64_t index);

/// Makes the machine of a case one that reads ahead, and draws thresholds between none and all that
/// skip.
void read_ahead(RandomCase& c, std::uint64_t index);
/// Gives every layer a random codebook of its W, weights that are entries, and faults in the bits
/// of indices alone.
void share_weights(QuantizedNetwork& network, KeyedRandom& random);

std::int64_t draw_code(KeyedRandom& random, QFormat format);
QuantizedLayer draw_layer(KeyedRandom& random, int n_in, int n_out, bool faulty);

}  // namespace minerva::test
