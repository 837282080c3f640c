#pragma once
#include "minerva/accelsim/machine_configuration.hpp"
#include "minerva/accelsim/technology.hpp"

namespace minerva {

/// Whether the accumulator adds in one cycle. It adds to what it added in the cycle before, so that
/// no further multiplier stage helps.
bool accumulates_in_a_cycle(const DatapathWidths& widths, double clock_period_ns,
                            const Technology& technology);

/// The machine of an asked point whose write ports or multiplier stages are 0: as many ports as the
/// activation bandwidth, as many stages as widths and technology ask for. Throws UserError for
/// knobs out of range.
DesignPoint completed_point(const DesignPoint& asked, const DatapathWidths& widths,
                            const Technology& technology);

/// Access time of the slowest memory of a machine at nominal voltage.
struct SlowestAccess {
  const char* memory = "";
  double macro_words = 0;
  double access_ns = 0;  ///< 0: the technology has no access times
};
/// Throws UserError for a word that the technology does not have.
SlowestAccess slowest_access(const MachineConfiguration& machine, const Technology& technology);

/// Throws UserError naming the key for a machine that cannot be clocked at its period: fewer
/// multiplier stages than it asks for, an accumulation or an access longer than a cycle.
void check_timing(const MachineConfiguration& machine, const Technology& technology);

}  // namespace minerva
