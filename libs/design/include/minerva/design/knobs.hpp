#pragma once
#include <array>
#include <cstddef>
#include <string>

#include "minerva/design/design_point.hpp"

namespace minerva {

/// One knob of a DesignPoint. Whatever needs the knobs by name, by range or one after the other
/// reads the table below: checks, keys of the sections [design] and [dse], files.
struct Knob {
  const char* name;              ///< its key in [design] and [dse], and its member in files
  int DesignPoint::*count;       ///< its member; null for the clock period
  double DesignPoint::*time_ns;  ///< of the clock period; null for every other knob
  int least;                     ///< of a machine; a time is above it
  int most;
  const char* unit;
  const char* meaning;
  const char* zero;               ///< what a key's 0 stands for; empty: a key may not be 0
  const char* source;             ///< of the knob
  const char* source_of_default;  ///< of the value that [design] has by default

  /// Least value of a key, which may be a 0 that is replaced before a machine is built.
  int least_of_key() const { return *zero == '\0' ? least : 0; }
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
};
constexpr std::size_t kKnobs = 10;
/// In the order of KnobName, which is that of keys and files.
const std::array<Knob, kKnobs>& knobs();
const Knob& knob(KnobName name);
/// What a key of the knob means, with what its 0 stands for.
std::string meaning_of_key(const Knob& knob);

}  // namespace minerva
