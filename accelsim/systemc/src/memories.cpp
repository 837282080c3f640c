#include "memories.hpp"

#include <string>

#include "minerva/base/errors.hpp"

namespace minerva {

void BankPorts::refuse(std::int64_t cycle) {
  throw ContractViolation("a second access to the port of a memory bank in cycle " +
                          std::to_string(cycle));
}

std::vector<std::int64_t> BankPorts::reads() const {
  std::vector<std::int64_t> counts;
  for (const Port& port : ports_) counts.push_back(port.reads);
  return counts;
}

std::vector<std::int64_t> BankPorts::writes() const {
  std::vector<std::int64_t> counts;
  for (const Port& port : ports_) counts.push_back(port.writes);
  return counts;
}

WeightMemory::WeightMemory(const QuantizedNetwork& network, const DesignPoint& point, int lane)
    : network_(network),
      banks_(point.weight_banks_per_lane()),
      ports_(point.weight_banks_per_lane()) {
  bool faulty = false;
  for (const QuantizedLayer& layer : network.layers) {
    faulty = faulty || !layer.faulty_bits.empty();
    layer_base_.push_back(rows_);
    group_rows_.push_back(static_cast<std::size_t>((layer.n_in + banks_ - 1) / banks_));
    rows_ += group_rows_.back() *
             static_cast<std::size_t>((layer.n_out + point.lanes - 1) / point.lanes);
  }
  words_.resize(rows_ * static_cast<std::size_t>(banks_));
  if (faulty) faulty_bits_.resize(words_.size());
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    const QuantizedLayer& layer = network.layers[k];
    std::size_t row = layer_base_[k];
    for (int i = lane; i < layer.n_out; i += point.lanes, row += group_rows_[k]) {
      for (int j = 0; j < layer.n_in; ++j) {
        const std::size_t at = static_cast<std::size_t>(j % banks_) * rows_ + row +
                               static_cast<std::size_t>(j / banks_);
        words_[at] = layer.weights[layer.index(j, i)];
        if (!layer.faulty_bits.empty()) faulty_bits_[at] = layer.faulty_bits[layer.index(j, i)];
      }
    }
  }
}

ActivationMemory::ActivationMemory(int banks_of_half, std::size_t widest)
    : banks_(banks_of_half), ports_(2 * banks_of_half) {
  for (auto& half : halves_) half.resize(widest);
}

void ActivationMemory::invalidate(int half) {
  for (Word& each : halves_[half]) each.written = false;
}

void ActivationMemory::write(int half, int i, std::int16_t word, std::int64_t cycle) {
  ports_.write(port_of(half, i), cycle);
  Word& place = halves_[half].at(static_cast<std::size_t>(i));
  expects(!place.written, "an activation is written twice");
  place = {word, true};
}

std::int16_t ActivationMemory::read(int half, int i, std::int64_t cycle) {
  ports_.read(port_of(half, i), cycle);
  const Word& place = halves_[half][static_cast<std::size_t>(i)];
  expects(place.written, "F1 reads an activation that WB has not written");
  return place.code;
}

bool ActivationMemory::readable(int half, int i) const {
  return halves_[half].at(static_cast<std::size_t>(i)).written;
}

std::int16_t ActivationMemory::word(int half, int i) const {
  return halves_[half].at(static_cast<std::size_t>(i)).code;
}

}  // namespace minerva
