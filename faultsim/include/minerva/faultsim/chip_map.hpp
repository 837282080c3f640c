#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "minerva/base/enum_names.hpp"

// The fault map of one chip, as it was measured, in a file (docs/faults.md, "The map of a chip").
namespace minerva::faultsim {

/// What a faulty cell reads as: 0 whatever it stores, 1 whatever it stores, or the opposite of what
/// it stores.
enum class ReadsAs { zero, one, inverted };
constexpr EnumNames<ReadsAs, 3> enum_names(ReadsAs) {
  return {{{ReadsAs::zero, "0"}, {ReadsAs::one, "1"}, {ReadsAs::inverted, "inverted"}}};
}

/// How a map names a word: by lane, bank and row of the weight memory, as the machine stores it, or
/// by layer and word of a network, word i * n_in + j being the weight of neuron i for input j.
enum class MapAddress { memory, network };
constexpr EnumNames<MapAddress, 2> enum_names(MapAddress) {
  return {{{MapAddress::memory, "memory"}, {MapAddress::network, "network"}}};
}

/// What the voltage of a fault says: the cell fails there and at every lower voltage, or it was
/// seen to fail there and nothing is said of others.
enum class MapVoltages { at_or_below, at };
constexpr EnumNames<MapVoltages, 2> enum_names(MapVoltages) {
  return {{{MapVoltages::at_or_below, "at_or_below"}, {MapVoltages::at, "at"}}};
}

/// A word of a map: {lane, bank, row}, or {layer, 0, word}.
struct MapWord {
  int unit = 0;
  int bank = 0;
  std::int64_t row = 0;

  friend bool operator==(const MapWord& a, const MapWord& b) {
    return std::tie(a.unit, a.bank, a.row) == std::tie(b.unit, b.bank, b.row);
  }
  friend bool operator<(const MapWord& a, const MapWord& b) {
    return std::tie(a.unit, a.bank, a.row) < std::tie(b.unit, b.bank, b.row);
  }
};

/// A faulty cell. Bit 0 is the lowest of its word. A cell may stand twice, once reading 0 and once
/// reading 1, with voltages of their own: it fails in both of its states.
struct ChipFault {
  MapWord word;
  int bit = 0;
  double voltage_v = 0;
  ReadsAs reads = ReadsAs::inverted;
};

struct ChipMap {
  MapAddress address = MapAddress::memory;
  MapVoltages voltages = MapVoltages::at_or_below;
  int lanes = 0;          ///< of the memory, like banks and rows; 0 in a map by layer and word
  int banks = 0;          ///< of a lane
  std::int64_t rows = 0;  ///< of a bank
  int bits = 0;           ///< of a word; a weight is stored in the lowest ones
  std::vector<double> measured_v;         ///< voltages that were measured, falling
  std::optional<double> clock_period_ns;  ///< of the reads that were measured
  std::string conditions;                 ///< chip, temperature, method; may be empty
  std::vector<ChipFault> faults;          ///< by word and bit

  /// Whether a fault is there at a voltage.
  bool fails(const ChipFault& fault, double voltage_v) const;
  /// The voltage of the measured ones that differs from this one by rounding alone. Throws
  /// UserError naming `where` for a voltage that was not measured.
  double measured(double voltage_v, const std::string& where) const;
};

/// Two voltages nearer than this are one: finer than any step of a regulator.
inline constexpr double kSameVoltage = 1e-6;

/// Whether a text begins as a map does.
bool is_chip_map(const std::string& text);
/// Reads the text of a map. Throws UserError, naming `file` and the line, for a text of another
/// form, words, bits and voltages that the map does not have by its own head, and cells that stand
/// twice.
ChipMap chip_map_from_text(const std::string& text, const std::string& file);
/// The text that chip_map_from_text reads.
std::string chip_map_text(const ChipMap& map);

}  // namespace minerva::faultsim
