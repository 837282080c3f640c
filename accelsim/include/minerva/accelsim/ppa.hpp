#pragma once
#include <array>
#include <cstdint>

#include "minerva/accelsim/technology.hpp"
#include "minerva/design/design.hpp"

namespace minerva {

/// Parts that power and area are reported for. datapath: multipliers, saturation, adder trees,
/// accumulator adders, ReLU and rounding. fault_protection: detector, mask multiplexers, hardened
/// sign column. clock_network has no area of its own.
enum class Part {
  weight_sram,
  activation_sram,
  input_memory,
  bias_store,
  datapath,
  registers,
  comparators,
  fault_protection,
  clock_network,
};
constexpr std::size_t kParts = 9;
const char* to_string(Part part);

struct PartFigures {
  double dynamic_pj = 0;  ///< of one prediction
  double leakage_uw = 0;
  double area_um2 = 0;
};

/// The same as PpaEstimate without names and allocations, for loops over many designs.
struct PpaFigures {
  std::array<PartFigures, kParts> parts;
  std::int64_t cycles = 0;
  double time_ns = 0;  ///< of one prediction
  double power_mw = 0;
  double energy_nj = 0;
  double area_mm2 = 0;
};

/// Power, performance and area by the law of docs/machine.md: mean counts of the design's activity
/// times the energy of each event, plus leakage times time. Throws UserError for a clock period, a
/// width or a voltage that the technology does not have, and for fewer multiplier stages than the
/// clock period asks for; ContractViolation for an activity of another machine.
PpaFigures estimate_figures(const Design& design, const Technology& technology);
PpaEstimate estimate(const Design& design, const Technology& technology);

/// Pipeline stages of M: ceil(delay of multiplier, adder tree and accumulation / clock period).
/// May exceed what check_design_point allows.
int multiplier_stages(const DatapathWidths& widths, int macs_per_lane, double clock_period_ns,
                      const Technology& technology);

}  // namespace minerva
