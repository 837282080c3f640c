#include "minerva/accelsim/timing.hpp"

#include <string>

#include "cost.hpp"
#include "minerva/accelsim/machine_structure.hpp"
#include "minerva/accelsim/ppa.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"

namespace minerva {

bool accumulates_in_a_cycle(const DatapathWidths& widths, double clock_period_ns,
                            const Technology& technology) {
  return technology.accumulation_delay_ns(widths) <= clock_period_ns;
}

DesignPoint completed_point(const DesignPoint& asked, const DatapathWidths& widths,
                            const Technology& technology) {
  DesignPoint point = asked;
  if (point.write_ports == 0) point.write_ports = point.activation_bandwidth;
  if (point.multiplier_stages == 0) {
    point.multiplier_stages =
        multiplier_stages(widths, point.macs_per_lane, point.clock_period_ns, technology);
  }
  check_design_point(point);
  return point;
}

SlowestAccess slowest_access(const MachineConfiguration& machine, const Technology& technology) {
  SlowestAccess slowest;
  if (!technology.components.has(FigureGroup::access)) return slowest;
  const MachineStructure structure = structure_of(machine);
  for (std::size_t k = 0; k < kMemoryKinds; ++k) {
    const auto kind = static_cast<MemoryKind>(k);
    if (structure.of(kind).words == 0) continue;
    const MemoryFigures memory = memory_figures(structure, kind, technology);
    if (memory.access_ns <= slowest.access_ns) continue;
    slowest = {to_string(kind), memory.macro_words, memory.access_ns};
  }
  return slowest;
}

void check_timing(const MachineConfiguration& machine, const Technology& technology) {
  const DesignPoint& point = machine.point;
  const std::string period = number_text(point.clock_period_ns);
  const int stages =
      multiplier_stages(machine.widths, point.macs_per_lane, point.clock_period_ns, technology);
  if (point.multiplier_stages < stages) {
    throw UserError("design.multiplier_stages", std::to_string(point.multiplier_stages),
                    "needs " + std::to_string(stages) + " or more for these widths at " + period +
                        " ns in technology " + technology.name);
  }
  if (!accumulates_in_a_cycle(machine.widths, point.clock_period_ns, technology)) {
    throw UserError("design.clock_period_ns", period,
                    "needs " + number_text(technology.accumulation_delay_ns(machine.widths)) +
                        " ns or more: an accumulator of " +
                        std::to_string(machine.widths.accumulator_bits) +
                        " bits adds in every cycle to its sum, in technology " + technology.name);
  }
  const SlowestAccess access = slowest_access(machine, technology);
  if (access.access_ns > point.clock_period_ns) {
    throw UserError("design.clock_period_ns", period,
                    "needs " + number_text(access.access_ns) + " ns or more: a macro of " +
                        number_text(access.macro_words) + " words (" + access.memory +
                        ") answers that late in technology " + technology.name);
  }
}

}  // namespace minerva
