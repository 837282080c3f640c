#include "memory_files.hpp"

#include "minerva/base/interruption.hpp"

namespace minerva {
namespace {

/// A word of `bits` bits in two's complement, as many digits as it needs.
void append_word(std::string& text, std::int64_t code, int bits) {
  const std::uint64_t word = static_cast<std::uint64_t>(code) & ((std::uint64_t{1} << bits) - 1);
  constexpr char kDigits[] = "0123456789abcdef";
  for (int digit = (bits + 3) / 4; digit-- > 0;) text += kDigits[(word >> (4 * digit)) & 0xf];
  text += '\n';
}

std::string words_text(const std::vector<std::int64_t>& words, int bits) {
  std::string text;
  for (const std::int64_t word : words) append_word(text, word, bits);
  return text;
}

std::string lane_name(const char* what, int lane) {
  return std::string(what) + "_lane" + std::to_string(lane);
}

/// [bank][row]: the weights of a lane. Rows without a word, past the last input of a neuron or of a
/// group in which the lane has no neuron, hold 0.
std::vector<std::vector<std::int64_t>> weights_of_lane(const QuantizedNetwork& network,
                                                       const LaneMemoryLayout& layout, int lane) {
  std::vector<std::vector<std::int64_t>> banks(
      static_cast<std::size_t>(layout.weight_banks()),
      std::vector<std::int64_t>(static_cast<std::size_t>(layout.weight_rows())));
  for (int k = 0; k < layout.layers(); ++k) {
    const QuantizedLayer& layer = network.layers[static_cast<std::size_t>(k)];
    for (int i = lane; i < layer.n_out; i += layout.lanes()) {
      LaneMemoryLayout::Address at = layout.weight(k, group_of(i, layout.lanes()), 0);
      for (int j = 0; j < layer.n_in; ++j, layout.to_next_input(at)) {
        banks[static_cast<std::size_t>(at.bank)][static_cast<std::size_t>(at.row)] =
            layer.weights[layer.index(j, i)];
      }
    }
  }
  return banks;
}

/// [row]: the biases of a lane; 0 where it has no neuron in the group.
std::vector<std::int64_t> biases_of_lane(const QuantizedNetwork& network,
                                         const LaneMemoryLayout& layout, int lane) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(layout.bias_rows()));
  for (int k = 0; k < layout.layers(); ++k) {
    const QuantizedLayer& layer = network.layers[static_cast<std::size_t>(k)];
    for (int i = lane; i < layer.n_out; i += layout.lanes()) {
      rows[static_cast<std::size_t>(layout.bias_row(k, group_of(i, layout.lanes())))] =
          layer.biases[static_cast<std::size_t>(i)];
    }
  }
  return rows;
}

}  // namespace

std::vector<ExportedFile> memory_files(const QuantizedNetwork& network,
                                       const MachineStructure& structure,
                                       const LaneMemoryLayout& layout) {
  const int weight_bits = structure.of(MemoryKind::weights).word_bits;
  const int bias_bits = structure.of(MemoryKind::biases).word_bits;
  std::vector<ExportedFile> files;
  for (int lane = 0; lane < layout.lanes(); ++lane) {
    throw_if_interrupted();
    const auto banks = weights_of_lane(network, layout, lane);
    for (std::size_t bank = 0; bank < banks.size(); ++bank) {
      files.push_back({lane_name("weights", lane) + "_bank" + std::to_string(bank) + ".hex",
                       words_text(banks[bank], weight_bits)});
    }
    files.push_back({lane_name("biases", lane) + ".hex",
                     words_text(biases_of_lane(network, layout, lane), bias_bits)});
  }
  return files;
}

}  // namespace minerva
