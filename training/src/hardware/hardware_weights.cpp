#include "hardware_weights.hpp"

#include <algorithm>
#include <cmath>

#include "minerva/arithmetic/faulty_cells.hpp"
#include "minerva/base/parallel.hpp"

namespace minerva::training {
namespace {

/// Weights that one thread takes at once.
constexpr std::size_t kPiece = 8192;

/// Rounded weights become the nearest entries of the layer's codebook. NaN stays NaN.
void share_weights(float* values, std::size_t count, const HardwareLayer& layer) {
  const double codes_per_unit = layer.weight.codes_per_unit();
  const std::int64_t lowest = layer.weight.format.min_code();
  for (std::size_t i = 0; i < count; ++i) {
    if (std::isnan(values[i])) continue;
    const auto code = static_cast<std::int64_t>(static_cast<double>(values[i]) * codes_per_unit);
    values[i] = layer.nearest[static_cast<std::size_t>(code - lowest)];
  }
}

}  // namespace

HardwareWeights::HardwareWeights(const ParameterLayout& layout,
                                 const HardwareArithmetic& arithmetic, const WeightFaults& faults,
                                 const std::vector<KnownFault>& known_faults, std::uint64_t seed,
                                 int threads)
    : layout_(layout),
      arithmetic_(arithmetic),
      faults_(faults),
      seed_(seed),
      threads_(threads),
      read_(layout.size()) {
  for (const KnownFault& fault : known_faults) {
    const std::size_t parameter = layout.weights_at(fault.layer) + fault.weight;
    if (words_.empty() || words_.back().parameter != parameter) {
      words_.push_back({parameter, 0, fault.layer});
    }
    const std::uint32_t bit = std::uint32_t{1} << fault.bit;
    FaultyWord& word = words_.back();
    (!fault.reads ? word.faulty : *fault.reads == 0 ? word.reads_zero : word.reads_one) |= bit;
  }
}

const float* HardwareWeights::rounded(const float* parameters) {
  for (int k = 0; k < arithmetic_.layers(); ++k) {
    const HardwareLayer& layer = arithmetic_.layer(k);
    const std::size_t first = layout_.weights_at(k);
    const std::size_t count = layout_.weights_size(k);
    const auto round_piece = [&](std::size_t at, std::size_t size, const ScaledFormat& format) {
      std::copy_n(parameters + at, size, read_.data() + at);
      round_values(read_.data() + at, size, format);
    };
    const auto round_weights = [&](std::size_t at, std::size_t size) {
      round_piece(at, size, layer.weight);
      if (!layer.codebook.empty()) share_weights(read_.data() + at, size, layer);
    };
    const auto pieces = static_cast<std::int64_t>((count + kPiece - 1) / kPiece);
    if (threads_ == 1) {
      round_weights(first, count);
    } else {
      for_each_index_evenly(pieces, threads_, [&](std::int64_t i) {
        const std::size_t at = static_cast<std::size_t>(i) * kPiece;
        round_weights(first + at, std::min(kPiece, count - at));
      });
    }
    round_piece(layout_.biases_at(k), static_cast<std::size_t>(layout_.topology().fan_out(k)),
                layer.bias);
  }
  return read_.data();
}

void HardwareWeights::draw_map(std::uint64_t map) {
  words_.clear();
  for (int k = 0; k < arithmetic_.layers(); ++k) {
    const auto n_in = static_cast<std::int64_t>(layout_.topology().fan_in(k));
    const auto n_out = static_cast<std::int64_t>(layout_.topology().fan_out(k));
    const FaultyCellsKey key{seed_, Stream::training_faults,
                             mix_keys(map, static_cast<std::uint64_t>(k))};
    const HardwareLayer& of = arithmetic_.layer(k);
    const int bits = of.codebook.empty() ? of.weight.format.bits() : of.codebook.bits();
    const std::size_t first = words_.size();
    visit_cells_of_one_rate(key, n_in * n_out, bits, faults_.rate, [&](std::int64_t word, int bit) {
      // Words are numbered by neuron, parameters stand by input.
      const auto parameter =
          layout_.weights_at(k) + static_cast<std::size_t>(word % n_in * n_out + word / n_in);
      if (words_.size() == first || words_.back().parameter != parameter) {
        words_.push_back({parameter, 0, k});
      }
      words_.back().faulty |= std::uint32_t{1} << bit;
    });
  }
  map_ = map;
  drawn_ = true;
}

const float* HardwareWeights::as_read(const float* parameters, std::uint64_t step) {
  rounded(parameters);
  if (faults_.rate > 0) {
    const std::uint64_t map = step / static_cast<std::uint64_t>(faults_.steps_per_map);
    if (!drawn_ || map != map_) draw_map(map);
  }
  const Mitigation mitigation = faults_.mitigation();
  int layer = -1;
  double codes_per_unit = 0;
  double code_step = 0;
  int bits = 0;
  for (const FaultyWord& word : words_) {
    if (word.layer != layer) {
      layer = word.layer;
      const ScaledFormat& format = arithmetic_.layer(layer).weight;
      codes_per_unit = format.codes_per_unit();
      code_step = format.code_step();
      bits = format.format.bits();
    }
    float& weight = read_[word.parameter];
    if (std::isnan(weight)) continue;  // of a training that has diverged: its loss will say so
    const auto code = static_cast<std::int32_t>(static_cast<double>(weight) * codes_per_unit);
    const Codebook& codebook = arithmetic_.layer(layer).codebook;
    const std::int32_t stored = codebook.empty() ? code : codebook.index_of(code);
    const auto stored_bits = static_cast<std::uint32_t>(stored);
    const std::uint32_t faulty =
        word.faulty | (word.reads_zero & stored_bits) | (word.reads_one & ~stored_bits);
    weight = static_cast<float>(
        code_step * (codebook.empty()
                         ? word_as_read(stored, faulty, bits, mitigation)
                         : shared_weight_as_read(stored, faulty, codebook, mitigation)));
  }
  return read_.data();
}

void HardwareWeights::keep_in_formats(float* parameters) const {
  for (int k = 0; k < arithmetic_.layers(); ++k) {
    const HardwareLayer& layer = arithmetic_.layer(k);
    keep_in_range(parameters + layout_.weights_at(k), layout_.weights_size(k), layer.weight);
    keep_in_range(parameters + layout_.biases_at(k),
                  static_cast<std::size_t>(layout_.topology().fan_out(k)), layer.bias);
  }
}

}  // namespace minerva::training
