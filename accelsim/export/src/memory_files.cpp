#include "minerva/accelsim/memory_files.hpp"

#include <algorithm>

#include "minerva/arithmetic/fault_word.hpp"
#include "minerva/base/interruption.hpp"

namespace minerva {
namespace {

std::string words_text(const std::vector<std::int64_t>& words, int bits) {
  std::string text;
  for (const std::int64_t word : words) append_word(text, word, bits);
  return text;
}

std::string lane_name(const char* what, int lane) {
  return std::string(what) + "_lane" + std::to_string(lane);
}

/// [bank][row]: word(layer, index) of each weight of a lane. Rows without a word, past the last
/// input of a neuron or of a group in which the lane has no neuron, hold 0.
template <typename Word>
std::vector<std::vector<std::int64_t>> banks_of_lane(const QuantizedLayers& network,
                                                     const LaneMemoryLayout& layout, int lane,
                                                     Word word) {
  std::vector<std::vector<std::int64_t>> banks(
      static_cast<std::size_t>(layout.weight_banks()),
      std::vector<std::int64_t>(static_cast<std::size_t>(layout.weight_rows())));
  for (int k = 0; k < layout.layers(); ++k) {
    const QuantizedLayer& layer = network.layers[static_cast<std::size_t>(k)];
    for (int i = lane; i < layer.n_out; i += layout.lanes()) {
      LaneMemoryLayout::Address at = layout.weight(k, group_of(i, layout.lanes()), 0);
      for (int j = 0; j < layer.n_in; ++j, layout.to_next_input(at)) {
        banks[static_cast<std::size_t>(at.bank)][static_cast<std::size_t>(at.row)] =
            word(layer, layer.index(j, i));
      }
    }
  }
  return banks;
}

void add_bank_files(const std::vector<std::vector<std::int64_t>>& banks, const char* what, int lane,
                    int bits, std::vector<ExportedFile>& files) {
  for (std::size_t bank = 0; bank < banks.size(); ++bank) {
    files.push_back({lane_name(what, lane) + "_bank" + std::to_string(bank) + ".hex",
                     words_text(banks[bank], bits)});
  }
}

/// [row]: the biases of a lane; 0 where it has no neuron in the group.
std::vector<std::int64_t> biases_of_lane(const QuantizedLayers& network,
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

/// The weights in the order in which a machine takes them from off chip.
std::vector<std::int64_t> off_chip_words(const QuantizedLayers& network,
                                         const MachineNetwork& shape, int lanes) {
  std::vector<std::int64_t> words;
  for (int k = 0; k < shape.layers(); ++k) {
    const LayerFacts& facts = shape.facts(k);
    if (!facts.has_weights()) continue;
    const QuantizedLayer& layer = network.layer(k);
    for (int first = 0; first < facts.channels;) {
      const int group_end = (first / facts.channels_of_group + 1) * facts.channels_of_group;
      const int end = std::min(first + lanes, group_end);
      for (int j = 0; j < layer.n_in; ++j) {
        for (int i = first; i < end; ++i) words.push_back(layer.stored_word(layer.index(j, i)));
      }
      first = end;
    }
  }
  return words;
}

}  // namespace

void append_word(std::string& text, std::int64_t code, int bits) {
  std::uint64_t word = static_cast<std::uint64_t>(code);
  if (bits < 64) word &= (std::uint64_t{1} << bits) - 1;
  constexpr char kDigits[] = "0123456789abcdef";
  for (int digit = (bits + 3) / 4; digit-- > 0;) text += kDigits[(word >> (4 * digit)) & 0xf];
  text += '\n';
}

std::vector<ExportedFile> memory_files(const QuantizedLayers& network, const MachineNetwork& shape,
                                       const MachineStructure& structure,
                                       const LaneMemoryLayout& layout) {
  const int weight_bits = structure.of(MemoryKind::weights).word_bits;
  const int bias_bits = structure.of(MemoryKind::biases).word_bits;
  const bool streams = structure.pipeline.stream_words > 0;
  std::vector<ExportedFile> files;
  if (streams) {
    files.push_back({"weights_off_chip.hex",
                     words_text(off_chip_words(network, shape, layout.lanes()), weight_bits)});
  }
  for (int lane = 0; lane < layout.lanes(); ++lane) {
    throw_if_interrupted();
    if (!streams) {
      add_bank_files(banks_of_lane(network, layout, lane,
                                   [](const QuantizedLayer& layer, std::size_t at) {
                                     return std::int64_t{layer.stored_word(at)};
                                   }),
                     "weights", lane, weight_bits, files);
    }
    files.push_back({lane_name("biases", lane) + ".hex",
                     words_text(biases_of_lane(network, layout, lane), bias_bits)});
  }
  return files;
}

std::vector<ExportedFile> fault_files(const QuantizedLayers& network,
                                      const MachineStructure& structure,
                                      const LaneMemoryLayout& layout) {
  std::vector<ExportedFile> files;
  if (std::all_of(network.layers.begin(), network.layers.end(),
                  [](const QuantizedLayer& layer) { return layer.faulty_bits.empty(); })) {
    return files;
  }
  for (int lane = 0; lane < layout.lanes(); ++lane) {
    throw_if_interrupted();
    add_bank_files(
        banks_of_lane(network, layout, lane,
                      [&](const QuantizedLayer& layer, std::size_t at) {
                        return layer.faulty_bits.empty()
                                   ? std::int64_t{0}
                                   : std::int64_t{effective_faults(
                                         layer.faulty_bits[at], layer.formats.stored_weight_bits(),
                                         network.mitigation)};
                      }),
        "faults", lane, structure.of(MemoryKind::weights).word_bits, files);
  }
  return files;
}

}  // namespace minerva
