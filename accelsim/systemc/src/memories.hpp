#pragma once
#include <cstdint>
#include <vector>

#include "minerva/accelsim/bank_ports.hpp"
#include "minerva/design/design_point.hpp"
#include "minerva/network/quantized_network.hpp"

namespace minerva {

/// The weight memory of one lane: word j of neuron i in bank j mod banks, every neuron in rows of
/// its own.
class WeightMemory {
 public:
  WeightMemory(const QuantizedNetwork& network, const DesignPoint& point, int lane);
  /// Where a word is: consecutive inputs are in consecutive banks.
  struct Address {
    int bank;
    std::size_t row;
  };
  Address address(int layer, int group, int j) const {
    const auto k = static_cast<std::size_t>(layer);
    return {j % banks_, layer_base_[k] + static_cast<std::size_t>(group) * group_rows_[k] +
                            static_cast<std::size_t>(j / banks_)};
  }
  void to_next_input(Address& address) const {
    if (++address.bank < banks_) return;
    address.bank = 0;
    ++address.row;
  }
  /// The word as the mask multiplexers at the end of F2 hand it on.
  std::int32_t read(const Address& address, const QuantizedLayer& layer, std::int64_t cycle) {
    const auto bank = static_cast<std::size_t>(address.bank);
    const std::size_t at = bank * rows_ + address.row;
    ports_.read(bank, cycle);
    if (faulty_bits_.empty()) return words_[at];
    return word_as_read(words_[at], faulty_bits_[at], layer.formats.weight.bits(),
                        network_.mitigation);
  }
  const BankPorts& ports() const { return ports_; }

 private:
  const QuantizedNetwork& network_;
  int banks_;
  std::size_t rows_ = 0;                    ///< words of a bank
  std::vector<std::size_t> layer_base_;     ///< first row of a layer
  std::vector<std::size_t> group_rows_;     ///< rows of a neuron
  std::vector<std::int16_t> words_;         ///< [bank * rows + row]
  std::vector<std::uint16_t> faulty_bits_;  ///< as words_; empty: no faults
  BankPorts ports_;
};

/// The biases of one lane.
class BiasStore {
 public:
  explicit BiasStore(const QuantizedNetwork& network) : network_(network) {}
  std::int32_t read(int layer, int neuron, std::int64_t cycle) {
    ports_.read(0, cycle);
    return network_.layers[static_cast<std::size_t>(layer)]
        .biases[static_cast<std::size_t>(neuron)];
  }
  const BankPorts& ports() const { return ports_; }

 private:
  const QuantizedNetwork& network_;
  BankPorts ports_{1};
};

/// The inputs of one prediction: input j in bank j mod banks. Filling it is not timed.
class InputMemory {
 public:
  explicit InputMemory(int banks) : banks_(banks), ports_(banks) {}
  void fill(const std::vector<std::int16_t>& words) { words_ = words; }
  std::int16_t read(int j, std::int64_t cycle) {
    ports_.read(static_cast<std::size_t>(j % banks_), cycle);
    return words_[static_cast<std::size_t>(j)];
  }
  const BankPorts& ports() const { return ports_; }

 private:
  int banks_;
  std::vector<std::int16_t> words_;
  BankPorts ports_;
};

/// Two halves that swap between layers: layer k (0-based) writes half k mod 2, layer k + 1 reads
/// it. Activation i is in bank i mod banks of its half.
class ActivationMemory {
 public:
  /// @param widest words of the widest hidden layer.
  ActivationMemory(int banks_of_half, std::size_t widest);
  /// Nothing of this half is readable until it is written again.
  void invalidate(int half);
  void write(int half, int i, std::int16_t word, std::int64_t cycle);
  /// Throws ContractViolation for a word that no WB has written for this layer.
  std::int16_t read(int half, int i, std::int64_t cycle);
  bool readable(int half, int i) const;
  std::int16_t word(int half, int i) const;
  const BankPorts& ports() const { return ports_; }

 private:
  struct Word {
    std::int16_t code = 0;
    bool written = false;
  };
  std::size_t port_of(int half, int i) const {
    const int bank = i % banks_;
    return static_cast<std::size_t>(half) * static_cast<std::size_t>(banks_) +
           static_cast<std::size_t>(bank);
  }

  int banks_;
  std::vector<Word> halves_[2];
  BankPorts ports_;
};

}  // namespace minerva
