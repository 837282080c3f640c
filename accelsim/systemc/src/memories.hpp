#pragma once
#include <cstdint>
#include <vector>

#include "minerva/accelsim/bank_ports.hpp"
#include "minerva/accelsim/machine_structure.hpp"
#include "minerva/network/quantized_graph.hpp"

namespace minerva {

/// The weights of one lane, laid out as LaneMemoryLayout says: all of them in its memory, or off
/// chip, from where those of one channel at a time come into either half of its buffer.
class WeightMemory {
 public:
  /// `layout` must outlive the memory. @param buffer_rows of a bank of either half of the buffer;
  /// 0: all weights are on chip.
  WeightMemory(const QuantizedGraph& network, const LaneMemoryLayout& layout, int lane,
               std::int64_t buffer_rows);
  using Address = LaneMemoryLayout::Address;
  Address address(int layer, int group, int j) const { return layout_.weight(layer, group, j); }
  void to_next_input(Address& address) const { layout_.to_next_input(address); }
  /// The weight as F2 hands it on: the word behind the mask multiplexers, or, where it is an index,
  /// the entry that it looks up.
  std::int32_t read(const Address& address, const QuantizedLayer& layer, std::int64_t cycle) {
    ports_.read(static_cast<std::size_t>(address.bank), cycle);
    return as_read(at(address), layer);
  }
  /// The same of input j, whose word must be in a half of the buffer. Throws ContractViolation for
  /// a word that has not come, or no longer is there.
  std::int32_t read_buffer(int half, const Address& address, int j, const QuantizedLayer& layer,
                           std::int64_t cycle);
  /// The word for input j of a layer comes from off chip into a half of the buffer.
  void load(int half, const Address& address, int j, std::int64_t cycle);
  /// Of the banks of the first half of the buffer, then those of the second one.
  const BankPorts& ports() const { return ports_; }

 private:
  std::size_t at(const Address& address) const {
    return static_cast<std::size_t>(address.bank) * rows_ + static_cast<std::size_t>(address.row);
  }
  std::int32_t as_read(std::size_t at, const QuantizedLayer& layer) const {
    const std::uint16_t faulty = faulty_bits_.empty() ? std::uint16_t{0} : faulty_bits_[at];
    if (faulty == 0 && layer.formats.codebook.empty()) return words_[at];
    return layer.as_read(words_[at], faulty, network_.mitigation);
  }
  std::size_t buffer_bank(int half, const Address& address) const {
    return static_cast<std::size_t>(half * layout_.weight_banks() + address.bank);
  }
  std::size_t& buffered(int half, const Address& address, int j) {
    return buffer_[buffer_bank(half, address) * buffer_rows_ +
                   static_cast<std::size_t>(row_of(j, layout_.weight_banks()))];
  }

  const QuantizedGraph& network_;
  const LaneMemoryLayout& layout_;
  std::size_t rows_;                        ///< words of a bank
  std::vector<std::int16_t> words_;         ///< [bank * rows + row]; codes of W, or indices
  std::vector<std::uint16_t> faulty_bits_;  ///< as words_; empty: no faults
  std::size_t buffer_rows_;
  std::vector<std::size_t> buffer_;  ///< which of words_ is in each word of the buffer
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

/// The inputs of the predictions of a batch, one behind the other. Filling the memory is not timed.
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
