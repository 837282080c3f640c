#include "random_machine.hpp"

#include <algorithm>

namespace minerva::test {
namespace {

int draw(KeyedRandom& random, int low, int high) {
  return low + static_cast<int>(random.below(static_cast<std::uint64_t>(high - low + 1)));
}

QFormat draw_format(KeyedRandom& random, int least_bits, int most_bits) {
  const int bits = draw(random, least_bits, most_bits);
  const int m = draw(random, 1, bits);
  return {m, bits - m};
}

Mitigation draw_mitigation(KeyedRandom& random) {
  static const std::vector<Mitigation> all = {
      {Masking::none, SignPolicy::zero, Detector::none},
      {Masking::none, SignPolicy::zero, Detector::razor},
      {Masking::word, SignPolicy::zero, Detector::razor},
      {Masking::word, SignPolicy::zero, Detector::parity},
      {Masking::bit, SignPolicy::hardened, Detector::razor},
      {Masking::bit, SignPolicy::zero, Detector::razor},
      {Masking::bit, SignPolicy::inverted, Detector::razor},
  };
  return all[random.below(all.size())];
}

/// Mostly small machines, whose groups and chunks are partly filled in many ways.
DesignPoint draw_point(KeyedRandom& random) {
  DesignPoint p;
  const bool large = random.below(4) == 0;
  p.lanes = random.below(5) == 0 ? 1 : draw(random, 2, large ? 40 : 9);
  p.macs_per_lane = draw(random, 1, large ? 16 : 5);
  p.weight_bandwidth = draw(random, 1, p.macs_per_lane);
  p.activation_bandwidth = draw(random, 1, p.macs_per_lane);
  p.write_ports = random.below(2) == 0 ? 1 : draw(random, 1, 10);
  p.multiplier_stages = draw(random, 1, 6);
  if (random.below(2) == 0) {
    p.weight_banks = draw(random, p.weight_bandwidth, p.weight_bandwidth + 7);
  }
  if (random.below(2) == 0) {
    const int least = std::max(p.activation_bandwidth, p.write_ports);
    p.activation_banks = draw(random, least, least + 7);
  }
  return p;
}

}  // namespace

std::int64_t draw_code(KeyedRandom& random, QFormat format) {
  const auto span = static_cast<std::uint64_t>(format.max_code() - format.min_code() + 1);
  return format.min_code() + static_cast<std::int64_t>(random.below(span));
}

QuantizedLayer draw_layer(KeyedRandom& random, int n_in, int n_out, bool faulty) {
  QuantizedLayer layer;
  layer.n_in = n_in;
  layer.n_out = n_out;
  layer.formats = {draw_format(random, 2, kMaxOperandBits), draw_format(random, 1, kMaxOperandBits),
                   draw_format(random, 1, kMaxProductBits)};
  const int reach = static_cast<int>(layer.formats.activation.max_code()) + 1;
  layer.theta_code = random.below(2) == 0 ? 0 : draw(random, 0, reach);
  for (int w = 0; w < n_in * n_out; ++w) {
    layer.weights.push_back(static_cast<std::int16_t>(draw_code(random, layer.formats.weight)));
    if (!faulty) continue;
    const std::uint64_t words = std::uint64_t{1} << layer.formats.weight.bits();
    layer.faulty_bits.push_back(
        static_cast<std::uint16_t>(random.below(3) == 0 ? random.below(words) : 0));
  }
  for (int i = 0; i < n_out; ++i) {
    layer.biases.push_back(static_cast<std::int32_t>(draw_code(random, layer.formats.product)));
  }
  return layer;
}

void share_weights(QuantizedNetwork& network, KeyedRandom& random) {
  for (QuantizedLayer& layer : network.layers) {
    Codebook& codebook = layer.formats.codebook;
    codebook.entries.resize(std::size_t{2} << random.below(4));
    for (std::int16_t& entry : codebook.entries) {
      entry = static_cast<std::int16_t>(draw_code(random, layer.formats.weight));
    }
    for (std::int16_t& weight : layer.weights) weight = codebook.nearest(weight);
    for (std::uint16_t& faulty : layer.faulty_bits) {
      faulty = static_cast<std::uint16_t>(faulty % codebook.entries.size());
    }
  }
}

RandomCase draw_case(std::uint64_t seed, std::uint64_t index) {
  KeyedRandom random(seed, Stream::test, index);
  RandomCase c;
  const int layers = draw(random, 1, 3);
  const bool faulty = random.below(2) == 0;
  static const Rounding modes[] = {Rounding::half_up, Rounding::half_even, Rounding::truncate};
  c.network.rounding = modes[random.below(3)];
  c.network.mitigation = draw_mitigation(random);
  int n_in = draw(random, 1, 20);
  for (int k = 0; k < layers; ++k) {
    const int n_out = random.below(6) == 0 ? 1 : draw(random, 1, 24);
    c.network.layers.push_back(draw_layer(random, n_in, n_out, faulty));
    n_in = n_out;
  }
  c.point = draw_point(random);
  const QuantizedLayer& first = c.network.layers.front();
  for (int s = 0; s < 2; ++s) {
    std::vector<std::int16_t> input;
    for (int j = 0; j < first.n_in; ++j) {
      input.push_back(static_cast<std::int16_t>(
          random.below(3) == 0 ? 0 : draw_code(random, first.formats.activation)));
    }
    c.inputs.push_back(input);
  }
  return c;
}

void read_ahead(RandomCase& c, std::uint64_t index) {
  KeyedRandom random(20160618, Stream::test, 4000000 + index);
  DesignPoint& p = c.point;
  p.macs_per_lane = p.weight_bandwidth = 1;
  p.activation_bandwidth = draw(random, 1, 8);
  p.read_ahead_words = p.activation_bandwidth + (random.below(3) == 0 ? 0 : draw(random, 0, 9));
  p.activation_banks = 0;
  p.weight_banks = draw(random, 0, 3);
  for (QuantizedLayer& layer : c.network.layers) {
    const int reach = static_cast<int>(layer.formats.activation.max_code()) + 1;
    const int choices[] = {0, 1, std::max(1, reach / 4), reach};
    layer.theta_code = choices[random.below(4)];
  }
}

}  // namespace minerva::test
