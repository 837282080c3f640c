#pragma once
#include "minerva/base/enum_names.hpp"

namespace minerva {

/// What counts as a fault of a bit of a memory (docs/faults.md, "Criteria").
enum class FaultCriterion {
  clocked,        ///< static_noise, or the read is too slow for the clock
  static_noise,   ///< the bit flips when it is read, or cannot be written
  read_flip,      ///< the bit flips when it is read
  write_failure,  ///< a new value does not overwrite the old one
  slow_read       ///< the bit line has not moved far enough when the time of a read is over
};
constexpr EnumNames<FaultCriterion, 5> enum_names(FaultCriterion) {
  return {{{FaultCriterion::clocked, "clocked"},
           {FaultCriterion::static_noise, "static_noise"},
           {FaultCriterion::read_flip, "read_flip"},
           {FaultCriterion::write_failure, "write_failure"},
           {FaultCriterion::slow_read, "slow_read"}}};
}

}  // namespace minerva
