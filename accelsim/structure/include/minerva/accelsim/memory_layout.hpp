#pragma once
#include <cstdint>
#include <vector>

#include "minerva/accelsim/machine_network.hpp"
#include "minerva/design/design_point.hpp"

// Where every word is stored: the one definition of the layout, which the SystemC memories, the
// exported memory files, capacities and the counts of bank accesses all use. Indices count from 0.
namespace minerva {

/// ceil(a / b) for a >= 0, b >= 1.
constexpr int ceil_divide(int a, int b) { return a / b + (a % b != 0 ? 1 : 0); }

/// Channel i of a layer runs in lane i mod L, in row floor(i / L) of the lane's channels; those of
/// a dense layer, which has one position, are its neurons and groups.
constexpr int lane_of(int neuron, int lanes) { return neuron % lanes; }
constexpr int group_of(int neuron, int lanes) { return neuron / lanes; }
constexpr int neuron_of(int group, int lane, int lanes) { return group * lanes + lane; }
constexpr int groups_of_layer(int n_out, int lanes) { return ceil_divide(n_out, lanes); }

/// Consecutive words are spread over the banks: word i is in row floor(i / B) of bank i mod B.
/// True of the inputs, of the activations of a half, and of a neuron's weights from its first row.
constexpr int bank_of(int word, int banks) { return word % banks; }
constexpr int row_of(int word, int banks) { return word / banks; }
constexpr int word_of(int row, int bank, int banks) { return row * banks + bank; }
constexpr int rows_for(int words, int banks) { return ceil_divide(words, banks); }
/// How many of the words 0 .. n - 1 are in a bank.
constexpr int words_in_bank(int n, int bank, int banks) {
  return bank < n ? ceil_divide(n - bank, banks) : 0;
}

/// Rows of a layer's weights in each bank of a lane: every channel starts a new row, and a lane has
/// room for a channel in every row of channels. A pool has none.
constexpr std::int64_t weight_rows_of_layer(int n_in, int n_out, int lanes, int banks) {
  return std::int64_t{groups_of_layer(n_out, lanes)} * rows_for(n_in, banks);
}
/// Rows of a layer's biases in each lane.
inline int bias_rows_of_layer(const LayerFacts& layer, int lanes) {
  return layer.has_weights() ? groups_of_layer(layer.channels, lanes) : 0;
}

/// Where a network's weights and biases are stored: layer after layer, in each layer group after
/// group.
class LaneMemoryLayout {
 public:
  LaneMemoryLayout(const MachineNetwork& network, const DesignPoint& point);

  int layers() const { return static_cast<int>(first_weight_row_.size()) - 1; }
  int lanes() const { return lanes_; }
  int weight_banks() const { return banks_; }  ///< of a lane

  std::int64_t first_weight_row(int layer) const { return first_weight_row_[at(layer)]; }
  std::int64_t weight_rows() const { return first_weight_row_.back(); }  ///< of a bank
  /// Bank and row, in the lane of channel i, of the weight for input j; group = floor(i / L).
  struct Address {
    int bank;
    std::int64_t row;
  };
  Address weight(int layer, int group, int input) const {
    return {bank_of(input, banks_), first_weight_row_[at(layer)] +
                                        std::int64_t{group} * neuron_rows_[at(layer)] +
                                        row_of(input, banks_)};
  }
  /// The address of the next input's weight.
  void to_next_input(Address& address) const {
    if (++address.bank < banks_) return;
    address.bank = 0;
    ++address.row;
  }

  std::int64_t first_bias_row(int layer) const { return first_bias_row_[at(layer)]; }
  std::int64_t bias_rows() const { return first_bias_row_.back(); }  ///< of a lane
  std::int64_t bias_row(int layer, int group) const { return first_bias_row_[at(layer)] + group; }

 private:
  static std::size_t at(int layer) { return static_cast<std::size_t>(layer); }

  int lanes_;
  int banks_;
  std::vector<int> neuron_rows_;                ///< [layer]: rows of a neuron
  std::vector<std::int64_t> first_weight_row_;  ///< [layer], and the number of rows at the end
  std::vector<std::int64_t> first_bias_row_;    ///< likewise for the biases
};

}  // namespace minerva
