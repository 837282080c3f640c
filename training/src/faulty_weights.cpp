#include "minerva/training/faulty_weights.hpp"

#include <algorithm>
#include <cmath>

#include "cpu_clones.hpp"
#include "minerva/arithmetic/faulty_cells.hpp"

namespace minerva::training {

namespace {

/// round_to without its calls, for floats: their 24 bits leave room for the exact sum with 0.5, or
/// are so far below it that floor does not see them. NaN stays NaN. A test holds it to round_to.
MINERVA_CPU_CLONES void round_weights(float* weights, std::size_t count, QFormat format) {
  const double code_step = 1.0 / static_cast<double>(std::int64_t{1} << format.fraction_bits);
  const auto codes_per_unit = static_cast<double>(std::int64_t{1} << format.fraction_bits);
  const auto least = static_cast<double>(format.min_code());
  const auto largest = static_cast<double>(format.max_code());
  for (std::size_t i = 0; i < count; ++i) {
    const double code = std::floor(static_cast<double>(weights[i]) * codes_per_unit + 0.5);
    weights[i] = static_cast<float>(code_step * (code < least     ? least
                                                 : code > largest ? largest
                                                                  : code));
  }
}

}  // namespace

FaultyWeights::FaultyWeights(const ParameterLayout& layout, const WeightFaults& faults,
                             std::uint64_t seed)
    : layout_(layout),
      faults_(faults),
      format_(parse_format(faults.format, kMaxOperandBits, "training.fault_format")),
      seed_(seed),
      read_(layout.size()) {}

void FaultyWeights::draw_map(std::uint64_t map) {
  words_.clear();
  for (int k = 0; k < layout_.topology().layers(); ++k) {
    const auto n_in = static_cast<std::size_t>(layout_.topology().fan_in(k));
    const auto n_out = static_cast<std::size_t>(layout_.topology().fan_out(k));
    masks_.assign(n_in * n_out, 0);
    const FaultyCellsKey key{seed_, Stream::training_faults,
                             mix_keys(map, static_cast<std::uint64_t>(k))};
    for (int band = 0; band < kFaultBands; ++band) {
      visit_faulty_cells(key, band, static_cast<std::int64_t>(masks_.size()), format_.bits(),
                         faults_.rate, [&](std::int64_t word, int bit) {
                           auto& mask = masks_[static_cast<std::size_t>(word)];
                           mask = static_cast<std::uint16_t>(mask | (1U << bit));
                         });
    }
    for (std::size_t word = 0; word < masks_.size(); ++word) {
      if (masks_[word] == 0) continue;
      // Weights stand by input in the layout: column j of n_out rows.
      const std::size_t i = word / n_in;
      const std::size_t j = word % n_in;
      words_.push_back({layout_.weights_at(k) + j * n_out + i, masks_[word]});
    }
  }
  map_ = map;
  drawn_ = true;
}

const std::vector<float>& FaultyWeights::as_read(const std::vector<float>& parameters,
                                                 std::uint64_t step) {
  const std::uint64_t map = step / static_cast<std::uint64_t>(faults_.steps_per_map);
  if (!drawn_ || map != map_) draw_map(map);
  std::copy(parameters.begin(), parameters.end(), read_.begin());
  for (int k = 0; k < layout_.topology().layers(); ++k) {
    round_weights(read_.data() + layout_.weights_at(k), layout_.weights_size(k), format_);
  }
  const double code_step = format_.step();
  const Mitigation mitigation = faults_.mitigation();
  for (const FaultyWord& word : words_) {
    float& weight = read_[word.parameter];
    if (std::isnan(weight)) continue;  // of a training that has diverged: its loss will say so
    const auto stored = static_cast<std::int32_t>(static_cast<double>(weight) / code_step);
    const std::int32_t read = word_as_read(stored, word.faulty, format_.bits(), mitigation);
    weight = static_cast<float>(code_step * read);
  }
  return read_;
}

}  // namespace minerva::training
