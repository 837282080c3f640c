#include <string>

#include "minerva/accelsim/technology.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"

// Which widths a technology answers for.
namespace minerva {
namespace {

std::string bits_text(int bits) { return std::to_string(bits) + (bits == 1 ? " bit" : " bits"); }

std::string range_needed(int low, int high, const std::string& technology) {
  return "needs " + std::to_string(low) + " to " + bits_text(high) + " in technology " + technology;
}

std::optional<UnansweredWidth> unanswered_word(const Technology& t, const char* what, int bits) {
  if (bits >= t.sram_width_min_bits && bits <= t.sram_width_max_bits) return std::nullopt;
  return UnansweredWidth{what, bits_text(bits),
                         "needs " + number_text(t.sram_width_min_bits) + " to " +
                             number_text(t.sram_width_max_bits) + " bits in technology " + t.name};
}

std::optional<UnansweredWidth> unanswered_unit(const DatapathByWidth::ByBits& table,
                                               const std::string& what, int bits,
                                               const std::string& technology,
                                               bool energies = true) {
  if (table.has(bits)) {
    if (!energies || table.units[static_cast<std::size_t>(bits - table.low_bits)].energies_known) {
      return std::nullopt;
    }
    return UnansweredWidth{
        what, bits_text(bits),
        "needs a width within the tables of a network's operands in technology " + technology};
  }
  return UnansweredWidth{what, bits_text(bits),
                         range_needed(table.low_bits, table.high_bits(), technology)};
}

std::optional<UnansweredWidth> unanswered_datapath(const DatapathByWidth& law,
                                                   const DatapathWidths& widths, int macs_per_lane,
                                                   bool comparators, const std::string& name) {
  if (!widths.sign_weights &&
      law.find_multiplier(widths.weight_bits, widths.activation_bits) == nullptr) {
    return UnansweredWidth{
        "the multiplier of W x X",
        std::to_string(widths.weight_bits) + " x " + bits_text(widths.activation_bits),
        "needs " + std::to_string(law.operand_low_bits) + " to " +
            bits_text(law.operand_high_bits) +
            " each and products within the table of technology " + name};
  }
  const int levels = tree_levels(macs_per_lane);
  for (int level = 1; level <= levels; ++level) {
    auto found = unanswered_unit(law.adders, "an adder of the tree, wider than P by its level,",
                                 widths.product_bits + level, name, false);
    if (found) return found;
  }
  auto found = unanswered_unit(law.adders, "the accumulator of P", widths.accumulator_bits, name);
  if (!found && comparators) {
    found = unanswered_unit(law.comparators, "the comparator of X with a threshold",
                            widths.activation_bits, name);
  }
  if (!found && !law.roundings.units.empty()) {
    found =
        unanswered_unit(law.roundings, "the rounding of a product to P", widths.product_bits, name);
  }
  if (!found && !law.rectifiers.units.empty()) {
    found = unanswered_unit(law.rectifiers, "the rectifier of an accumulator of P",
                            widths.accumulator_bits, name);
  }
  return found;
}

}  // namespace

std::optional<UnansweredWidth> Technology::unanswered(const DatapathWidths& widths,
                                                      int macs_per_lane, bool comparators) const {
  if (auto word =
          unanswered_word(*this, "W, a word of the weight memory,", widths.stored_weight_bits())) {
    return word;
  }
  if (auto word = unanswered_word(*this, "X, a word of the input and activation memories,",
                                  widths.activation_bits)) {
    return word;
  }
  if (auto word = unanswered_word(*this, "P, a word of the bias store,", widths.product_bits)) {
    return word;
  }
  const auto* by_width = std::get_if<DatapathByWidth>(&datapath);
  if (by_width == nullptr) return std::nullopt;
  return unanswered_datapath(*by_width, widths, macs_per_lane, comparators, name);
}

void Technology::check_widths(const DatapathWidths& widths, int macs_per_lane, bool comparators,
                              const std::string& where) const {
  const auto found = unanswered(widths, macs_per_lane, comparators);
  if (!found) return;
  throw UserError(where, "", found->what + " has " + found->bits + " there and " + found->needs);
}

}  // namespace minerva
