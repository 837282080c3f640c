#pragma once
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>
#include <vector>

#include "minerva/arithmetic/random.hpp"
#include "minerva/engine/fixed_engine.hpp"

// A third program for the arithmetic, which shares none with the library: it divides where the
// library shifts, and reads faulty words bit by bit. And random networks to hold them all against.
namespace minerva {

using Wide = __int128;

inline Wide power_of_two(int e) {
  Wide value = 1;
  for (int i = 0; i < e; ++i) value *= 2;
  return value;
}

/// value / 2^shift (or * 2^-shift) as a code of `to`, from quotient and remainder.
inline std::int64_t naive_round(QFormat to, std::int64_t value, int shift, Rounding mode) {
  const Wide top = power_of_two(to.integer_bits + to.fraction_bits - 1);
  Wide code = 0;
  if (shift <= 0) {
    code = value * power_of_two(-shift);
  } else {
    const Wide divisor = power_of_two(shift);
    code = value / divisor;
    Wide rest = value - code * divisor;
    if (rest < 0) {
      rest += divisor;
      code -= 1;
    }
    const bool above = 2 * rest > divisor;
    const bool tie = 2 * rest == divisor;
    if (mode == Rounding::half_up && (above || tie)) code += 1;
    if (mode == Rounding::half_even && (above || (tie && code % 2 != 0))) code += 1;
  }
  if (code > top - 1) code = top - 1;
  if (code < -top) code = -top;
  return static_cast<std::int64_t>(code);
}

inline int naive_weight(int stored, unsigned faulty, int bits, const Mitigation& m) {
  int count = 0;
  for (int b = 0; b < bits; ++b) count += (faulty >> b) & 1U ? 1 : 0;
  const bool sign_faulty = ((faulty >> (bits - 1)) & 1U) != 0;
  const bool sign_read_faulty =
      sign_faulty && !(m.masking == Masking::bit && m.sign == SignPolicy::hardened);
  if (m.masking == Masking::word && count > 0 &&
      (m.detector == Detector::razor || count % 2 == 1)) {
    return 0;
  }
  if (m.masking == Masking::bit && sign_read_faulty && m.sign == SignPolicy::zero) return 0;
  const bool sign = (stored < 0) != sign_read_faulty;
  int value = sign ? -(1 << (bits - 1)) : 0;
  for (int b = 0; b + 1 < bits; ++b) {
    bool bit = ((stored >> b) & 1) != 0;
    if (((faulty >> b) & 1U) != 0) bit = m.masking == Masking::bit ? sign : !bit;
    if (bit) value += 1 << b;
  }
  return value;
}

/// The word that a multiplier saw before input j of a layer, whose inputs come again and again: the
/// last of the inputs j - chunk, j - 2 chunk.. of the layer before, or itself.
inline std::size_t naive_input_before(std::size_t j, std::size_t inputs, std::size_t chunk) {
  if (j >= chunk) return j - chunk;
  while (j + chunk < inputs) j += chunk;
  return j;
}

template <typename Code>
void add_naive_repeated_zeros(const std::vector<Code>& x, int chunk, LayerActivity& activity) {
  const auto step = static_cast<std::size_t>(chunk);
  for (std::size_t j = 0; j < x.size(); ++j) {
    if (x[j] == 0 && x[naive_input_before(j, x.size(), step)] == 0) {
      ++activity.repeated_zero_inputs;
    }
  }
  std::vector<bool> zero_chunks;
  for (std::size_t j = 0; j < x.size(); ++j) {
    if (j % step == 0) zero_chunks.push_back(true);
    if (x[j] != 0) zero_chunks.back() = false;
  }
  for (std::size_t c = 0; c < zero_chunks.size(); ++c) {
    const std::size_t before = c == 0 ? zero_chunks.size() - 1 : c - 1;
    if (zero_chunks[c] && zero_chunks[before]) ++activity.repeated_zero_chunks;
  }
}

struct NaivePrediction {
  std::vector<std::vector<std::int64_t>> inputs;
  std::vector<std::vector<std::int64_t>> accumulators;
  std::vector<LayerActivity> activity;
  int predicted_class = 0;
};

inline NaivePrediction naive_prediction(const QuantizedNetwork& network, const std::int16_t* input,
                                        int chunk) {
  NaivePrediction result;
  std::vector<std::int64_t> x(input, input + network.layers.front().n_in);
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    const QuantizedLayer& layer = network.layers[k];
    const LayerFormats& f = layer.formats;
    const int shift = f.weight.fraction_bits + f.activation.fraction_bits - f.product.fraction_bits;
    LayerActivity activity;
    std::vector<bool> kept;
    for (const std::int64_t value : x) {
      // A theta of 0 is no comparator: nothing is below it.
      kept.push_back(!(std::llabs(value) < layer.theta_code));
      activity.kept_inputs += kept.back() ? 1 : 0;
      activity.zero_inputs += value == 0 ? 1 : 0;
    }
    for (std::size_t from = 0; from < x.size(); from += static_cast<std::size_t>(chunk)) {
      const std::size_t to = std::min(x.size(), from + static_cast<std::size_t>(chunk));
      activity.active_chunks += std::find(kept.begin() + static_cast<std::ptrdiff_t>(from),
                                          kept.begin() + static_cast<std::ptrdiff_t>(to),
                                          true) != kept.begin() + static_cast<std::ptrdiff_t>(to)
                                    ? 1
                                    : 0;
    }
    if (layer.theta_code == 0) add_naive_repeated_zeros(x, chunk, activity);
    std::vector<std::int64_t> sums;
    for (int i = 0; i < layer.n_out; ++i) {
      std::int64_t sum = layer.biases[static_cast<std::size_t>(i)];
      for (int j = 0; j < layer.n_in; ++j) {
        const auto at = static_cast<std::size_t>(j * layer.n_out + i);
        if (!kept[static_cast<std::size_t>(j)]) continue;
        const unsigned faulty = layer.faulty_bits.empty() ? 0U : layer.faulty_bits[at];
        const std::int64_t w =
            naive_weight(layer.weights[at], faulty, f.weight.bits(), network.mitigation);
        sum += naive_round(f.product, w * x[static_cast<std::size_t>(j)], shift, network.rounding);
      }
      sums.push_back(sum);
    }
    result.inputs.push_back(x);
    result.accumulators.push_back(sums);
    result.activity.push_back(activity);
    if (k + 1 == network.layers.size()) {
      for (std::size_t i = 0; i < sums.size(); ++i) {
        if (sums[i] > sums[static_cast<std::size_t>(result.predicted_class)]) {
          result.predicted_class = static_cast<int>(i);
        }
      }
    } else {
      const QFormat to = network.layers[k + 1].formats.activation;
      x.clear();
      for (const std::int64_t sum : sums) {
        x.push_back(sum > 0 ? naive_round(to, sum, f.product.fraction_bits - to.fraction_bits,
                                          network.rounding)
                            : 0);
      }
    }
  }
  return result;
}

/// What a layer is drawn to exercise: the three paths of the fast engine by their widths.
enum class Kind { narrow, middle, wide, any };

inline QFormat draw_format(KeyedRandom& random, int fewest, int most) {
  const int bits =
      fewest + static_cast<int>(random.below(static_cast<std::uint64_t>(most - fewest) + 1));
  const int m = 1 + static_cast<int>(random.below(static_cast<std::uint64_t>(bits)));
  return {m, bits - m};
}

inline LayerFormats draw_formats(KeyedRandom& random, Kind kind) {
  switch (kind) {
    case Kind::narrow: {
      const QFormat w = draw_format(random, 2, 14);
      return {w, draw_format(random, 1, 16 - w.bits()), draw_format(random, 1, 13)};
    }
    case Kind::middle:
      return {draw_format(random, 2, 16), draw_format(random, 1, 16), draw_format(random, 1, 27)};
    case Kind::wide:
      return {draw_format(random, 12, 16), draw_format(random, 12, 16),
              draw_format(random, 28, 32)};
    case Kind::any:
      break;
  }
  return {draw_format(random, 2, 16), draw_format(random, 1, 16), draw_format(random, 1, 32)};
}

/// A code of the format; extreme ones, zero and its neighbours more often than chance.
inline std::int64_t draw_code(KeyedRandom& random, QFormat format) {
  const std::int64_t low = format.min_code();
  const std::int64_t high = format.max_code();
  switch (random.below(8)) {
    case 0:
      return low;
    case 1:
      return high;
    case 2:
      return 0;
    case 3:
      return std::max<std::int64_t>(low, -1);
    default:
      return low +
             static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(high - low) + 1));
  }
}

inline Mitigation draw_mitigation(KeyedRandom& random) {
  constexpr Mitigation kAll[] = {{Masking::none, SignPolicy::zero, Detector::none},
                                 {Masking::word, SignPolicy::zero, Detector::razor},
                                 {Masking::word, SignPolicy::zero, Detector::parity},
                                 {Masking::bit, SignPolicy::hardened, Detector::razor},
                                 {Masking::bit, SignPolicy::zero, Detector::razor},
                                 {Masking::bit, SignPolicy::inverted, Detector::razor}};
  return kAll[random.below(6)];
}

struct Case {
  QuantizedNetwork network;
  Samples samples;
  int chunk = 1;
};

inline Case draw_case(std::uint64_t seed) {
  KeyedRandom random(seed, Stream::test);
  Case c;
  constexpr Rounding kModes[] = {Rounding::half_up, Rounding::half_even, Rounding::truncate};
  c.network.rounding = kModes[random.below(3)];
  c.network.mitigation = draw_mitigation(random);
  const auto kind = static_cast<Kind>(random.below(4));
  const std::uint64_t depth = 1 + random.below(3);
  const auto width = [&] {
    // Now and then past the padding of a row, and past several vectors of it.
    return 1 + static_cast<int>(random.below(random.below(12) == 0 ? 80 : 9));
  };
  int n_in = width();
  for (std::uint64_t k = 0; k < depth; ++k) {
    QuantizedLayer layer;
    layer.n_in = n_in;
    layer.n_out = width();
    layer.formats = draw_formats(random, kind);
    const std::int64_t reach = -layer.formats.activation.min_code();
    switch (random.below(4)) {
      case 0:
        layer.theta_code = 0;
        break;
      case 1:
        layer.theta_code = 1;
        break;
      case 2:
        layer.theta_code = static_cast<int>(reach);
        break;
      default:
        layer.theta_code =
            static_cast<int>(random.below(static_cast<std::uint64_t>(reach) + 1)) / 2;
    }
    const auto count = static_cast<std::size_t>(layer.n_in * layer.n_out);
    for (std::size_t w = 0; w < count; ++w) {
      layer.weights.push_back(static_cast<std::int16_t>(draw_code(random, layer.formats.weight)));
    }
    for (int i = 0; i < layer.n_out; ++i) {
      layer.biases.push_back(static_cast<std::int32_t>(draw_code(random, layer.formats.product)));
    }
    if (random.below(2) == 0) {
      const std::uint64_t words = std::uint64_t{1} << layer.formats.weight.bits();
      for (std::size_t w = 0; w < count; ++w) {
        layer.faulty_bits.push_back(random.below(3) == 0
                                        ? static_cast<std::uint16_t>(random.below(words))
                                        : std::uint16_t{0});
      }
    }
    n_in = layer.n_out;
    c.network.layers.push_back(std::move(layer));
  }
  const int samples = 1 + static_cast<int>(random.below(4));
  const QFormat x = c.network.layers.front().formats.activation;
  c.samples.inputs.dense().resize(c.network.layers.front().n_in, samples);
  for (Eigen::Index at = 0; at < c.samples.inputs.dense().size(); ++at) {
    // Codes and a quarter step beside them; 16 bits and two more fit a float exactly.
    const double code =
        static_cast<double>(draw_code(random, x)) + 0.25 * static_cast<double>(random.below(4));
    c.samples.inputs.dense().data()[at] = static_cast<float>(code * x.step());
  }
  for (int s = 0; s < samples; ++s) {
    c.samples.labels.push_back(static_cast<std::int32_t>(
        random.below(static_cast<std::uint64_t>(c.network.layers.back().n_out))));
  }
  c.chunk = 1 + static_cast<int>(random.below(5));
  return c;
}

inline bool equal(const LayerActivity& a, const LayerActivity& b) {
  return a.kept_inputs == b.kept_inputs && a.zero_inputs == b.zero_inputs &&
         a.active_chunks == b.active_chunks && a.repeated_zero_inputs == b.repeated_zero_inputs &&
         a.repeated_zero_chunks == b.repeated_zero_chunks;
}

}  // namespace minerva
