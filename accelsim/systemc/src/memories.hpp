#pragma once
#include <cstdint>
#include <vector>

#include "minerva/accelsim/bank_ports.hpp"
#include "minerva/accelsim/machine_structure.hpp"
#include "minerva/network/quantized_graph.hpp"

namespace minerva {

/// The weight memory of one lane, laid out as LaneMemoryLayout says.
class WeightMemory {
 public:
  /// `layout` must outlive the memory.
  WeightMemory(const QuantizedGraph& network, const LaneMemoryLayout& layout, int lane);
  using Address = LaneMemoryLayout::Address;
  Address address(int layer, int group, int j) const { return layout_.weight(layer, group, j); }
  void to_next_input(Address& address) const { layout_.to_next_input(address); }
  /// The word as the mask multiplexers at the end of F2 hand it on.
  std::int32_t read(const Address& address, const QuantizedLayer& layer, std::int64_t cycle) {
    const auto bank = static_cast<std::size_t>(address.bank);
    const std::size_t at = bank * rows_ + static_cast<std::size_t>(address.row);
    ports_.read(bank, cycle);
    if (faulty_bits_.empty()) return words_[at];
    return word_as_read(words_[at], faulty_bits_[at], layer.formats.weight.bits(),
                        network_.mitigation);
  }
  const BankPorts& ports() const { return ports_; }

 private:
  const QuantizedGraph& network_;
  const LaneMemoryLayout& layout_;
  std::size_t rows_;                        ///< words of a bank
  std::vector<std::int16_t> words_;         ///< [bank * rows + row]
  std::vector<std::uint16_t> faulty_bits_;  ///< as words_; empty: no faults
  BankPorts ports_;
};

/// The biases of one lane.
class BiasStore {
 public:
  explicit BiasStore(const QuantizedGraph& network) : network_(network) {}
  std::int32_t read(int layer, int neuron, std::int64_t cycle) {
    ports_.read(0, cycle);
    return network_.layers[static_cast<std::size_t>(layer)]
        .biases[static_cast<std::size_t>(neuron)];
  }
  const BankPorts& ports() const { return ports_; }

 private:
  const QuantizedGraph& network_;
  BankPorts ports_{1};
};

/// The inputs of one prediction. Filling the memory is not timed.
class InputMemory {
 public:
  explicit InputMemory(const MemoryArray& memory)
      : banks_(memory.banks_per_copy), ports_(memory.banks()) {}
  void fill(const std::vector<std::int16_t>& words) { words_ = words; }
  std::int16_t read(int j, std::int64_t cycle) {
    ports_.read(static_cast<std::size_t>(bank_of(j, banks_)), cycle);
    return words_[static_cast<std::size_t>(j)];
  }
  const BankPorts& ports() const { return ports_; }

 private:
  int banks_;
  std::vector<std::int16_t> words_;
  BankPorts ports_;
};

/// Regions of tensors, from the layer that writes one to the last that reads it (two halves that
/// swap between the layers of a chain).
class ActivationMemory {
 public:
  explicit ActivationMemory(const MemoryArray& memory);
  /// Nothing of this region is readable until it is written again.
  void invalidate(int region);
  void write(int region, int i, std::int16_t word, std::int64_t cycle);
  /// Throws ContractViolation for a word that no WB has written for this layer.
  std::int16_t read(int region, int i, std::int64_t cycle);
  bool readable(int region, int i) const;
  std::int16_t word(int region, int i) const;
  const BankPorts& ports() const { return ports_; }

 private:
  struct Word {
    std::int16_t code = 0;
    bool written = false;
  };
  std::size_t port_of(int region, int i) const {
    const int bank = bank_of(i, banks_);
    return static_cast<std::size_t>(region) * static_cast<std::size_t>(banks_) +
           static_cast<std::size_t>(bank);
  }

  int banks_;
  std::vector<std::vector<Word>> regions_;
  BankPorts ports_;
};

}  // namespace minerva
