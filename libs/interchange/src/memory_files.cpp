#include "memory_files.hpp"

namespace minerva {
namespace {

/// A word of `bits` bits in two's complement, as many digits as it needs.
void append_word(std::string& text, std::int64_t code, int bits) {
  const std::uint64_t word = static_cast<std::uint64_t>(code) & ((std::uint64_t{1} << bits) - 1);
  constexpr char kDigits[] = "0123456789abcdef";
  for (int digit = (bits + 3) / 4; digit-- > 0;) text += kDigits[(word >> (4 * digit)) & 0xf];
  text += '\n';
}

std::string lane_name(const char* what, int lane) {
  return std::string(what) + "_lane" + std::to_string(lane);
}

/// Rows of bank b of a lane: layer by layer, neuron by neuron, inputs b, b + B, b + 2 B, ..; every
/// neuron starts a new row, and a row past the last input, or of a lane without a neuron in the
/// last group, holds 0.
std::string weight_words(const QuantizedNetwork& network, const DesignPoint& point, int lane,
                         int bank, int bits) {
  std::string text;
  const int banks = point.weight_banks_per_lane();
  for (const QuantizedLayer& layer : network.layers) {
    for (int group = 0; group * point.lanes < layer.n_out; ++group) {
      const int i = group * point.lanes + lane;
      for (int row = 0; row * banks < layer.n_in; ++row) {
        const int j = row * banks + bank;
        const bool used = i < layer.n_out && j < layer.n_in;
        append_word(text, used ? layer.weights[layer.index(j, i)] : 0, bits);
      }
    }
  }
  return text;
}

std::string bias_words(const QuantizedNetwork& network, const DesignPoint& point, int lane,
                       int bits) {
  std::string text;
  for (const QuantizedLayer& layer : network.layers) {
    for (int group = 0; group * point.lanes < layer.n_out; ++group) {
      const int i = group * point.lanes + lane;
      append_word(text, i < layer.n_out ? layer.biases[static_cast<std::size_t>(i)] : 0, bits);
    }
  }
  return text;
}

}  // namespace

std::vector<ExportedFile> memory_files(const QuantizedNetwork& network, const DesignPoint& point) {
  const DatapathWidths widths = datapath_widths(network.plan(), network.topology());
  std::vector<ExportedFile> files;
  for (int lane = 0; lane < point.lanes; ++lane) {
    for (int bank = 0; bank < point.weight_banks_per_lane(); ++bank) {
      files.push_back({lane_name("weights", lane) + "_bank" + std::to_string(bank) + ".hex",
                       weight_words(network, point, lane, bank, widths.weight_bits)});
    }
    files.push_back({lane_name("biases", lane) + ".hex",
                     bias_words(network, point, lane, widths.product_bits)});
  }
  return files;
}

}  // namespace minerva
