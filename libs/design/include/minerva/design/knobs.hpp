#pragma once
#include <array>
#include <cstddef>
#include <optional>

#include "minerva/base/range.hpp"
#include "minerva/design/design_point.hpp"

namespace minerva {

/// One knob of a DesignPoint. Whatever needs the knobs by name, by range or one after the other
/// reads the table below: checks, keys of the sections [design] and [dse], files.
struct Knob {
  const char* name;              ///< its key in [design] and [dse], and its member in files
  int DesignPoint::*count;       ///< its member; null for the clock period
  double DesignPoint::*time_ns;  ///< of the clock period; null for every other knob
  Range<int> counts;             ///< what the count of a machine may be
  Range<double> times_ns;        ///< what the time of a machine may be
  bool zero_in_keys;             ///< a key's 0 is replaced before a machine is built
  const char* unit;
  const char* meaning;            ///< of the key in [design], with what its 0 stands for
  const char* source;             ///< of the knob
  const char* source_of_default;  ///< of the value that [design] has by default

  /// The value of a machine that does without what the knob adds; files leave it out. Of the knobs
  /// that came after the first files.
  std::optional<int> left_out = std::nullopt;

  /// What the key of a count may be.
  constexpr Range<int> key_counts() const { return zero_in_keys ? or_zero(counts) : counts; }
};

/// Rows of the table.
enum class KnobName {
  lanes,
  macs_per_lane,
  weight_bandwidth,
  activation_bandwidth,
  write_ports,
  multiplier_stages,
  clock_period_ns,
  weight_banks,
  activation_banks,
  weight_bank_words,
  positions_per_weight,
  off_chip_words,
  read_ahead_words,
  batch_size,
};
constexpr std::size_t kKnobs = 14;
/// In the order of KnobName, which is that of keys and files.
const std::array<Knob, kKnobs>& knobs();
const Knob& knob(KnobName name);

}  // namespace minerva
