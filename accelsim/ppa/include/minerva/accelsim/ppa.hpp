#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/accelsim/machine_configuration.hpp"
#include "minerva/accelsim/technology.hpp"
#include "minerva/base/enum_names.hpp"
#include "minerva/design/counts.hpp"
#include "minerva/design/graph_counts.hpp"
#include "minerva/design/ppa_estimate.hpp"

namespace minerva {

/// Parts that power and area are reported for. weight_sram: with its level shifters and the loss of
/// its regulator. datapath: multipliers, saturation, adder trees, accumulator adders, ReLU and
/// rounding, operand buffers, multiplexers, wires, sequencer. fault_protection: detector, mask
/// multiplexers, hardened sign column. clock_network: clock gates alone have an area.
enum class CostGroup {
  weight_sram,
  activation_sram,
  input_memory,
  bias_store,
  datapath,
  registers,
  comparators,
  fault_protection,
  clock_network,
  off_chip_memory,  ///< of machines whose weights come from there
};
constexpr std::size_t kParts = 10;
constexpr EnumNames<CostGroup, 10> enum_names(CostGroup) {
  return {{{CostGroup::weight_sram, "weight SRAM"},
           {CostGroup::activation_sram, "activation SRAM"},
           {CostGroup::input_memory, "input memory"},
           {CostGroup::bias_store, "bias store"},
           {CostGroup::datapath, "datapath"},
           {CostGroup::registers, "registers"},
           {CostGroup::comparators, "comparators"},
           {CostGroup::fault_protection, "fault protection"},
           {CostGroup::clock_network, "clock network"},
           {CostGroup::off_chip_memory, "off-chip memory"}}};
}

/// What the parts are made of: units of one law each.
enum class Component {
  weight_memory,
  activation_memory,
  input_memory,
  bias_store,
  multipliers,
  saturation_multiplexers,
  adders,
  rectifiers,
  rounding_adders,
  registers,
  comparators,
  fault_detectors,  ///< with the hardened sign column
  mask_multiplexers,
  // Those below cost nothing in a technology that has no rows for them (FigureGroup).
  product_rounding,  ///< in place of the saturation multiplexers
  accumulator_multiplexers,
  operand_buffers,
  write_multiplexer,
  wires,  ///< of broadcast words, and between the banks of a memory
  sequencer,
  selection,  ///< of inputs and of kept products, with the enables of registers
  level_shifters,
  supply_regulator,  ///< what the converter of a lowered supply loses
  clock_gates,
  clock_network,
  off_chip_memory,        ///< costs nothing where weights are on chip
  input_queue,            ///< multiplexers of the queue of inputs read ahead, where there is one
  codebook_multiplexers,  ///< look up shared weights; none where codes of W are stored
};
constexpr std::size_t kComponents = 27;
const char* to_string(Component component);
CostGroup part_of(Component component);

struct PartFigures {
  double dynamic_pj = 0;  ///< of one prediction
  double leakage_uw = 0;
  double area_um2 = 0;
};

/// The same as PpaEstimate without names and allocations, for loops over many designs.
struct PpaFigures {
  std::array<PartFigures, kParts> parts;            ///< sums of their components
  std::array<PartFigures, kComponents> components;  ///< indexed by Component
  std::int64_t cycles = 0;  ///< of one prediction; the nearest whole number to a mean
  double time_ns = 0;       ///< of one prediction, the mean one where data decide or batches run
  double latency_ns = 0;    ///< from inputs to outputs: of a prediction, or a batch of them
  double power_mw = 0;
  double energy_nj = 0;
  double area_mm2 = 0;
};

/// What a design costs with a technology: machine_configuration(design) at design.supply, with the
/// mean counts of `activity`. Throws what estimate_figures throws, and UserError for plans and
/// thresholds that do not fit the network.
PpaEstimate estimate(const Design& design, const ActivityProfile& activity,
                     const Technology& technology);

/// Power, performance and area by the law of docs/machine.md: mean counts of the activity times the
/// energy of each event, plus leakage times time. With also_for the memories hold the largest of
/// all networks; counts and time are of `network`, which runs.
/// @param activity measured on the machine, for point.inputs_per_cycle() inputs a chunk.
/// Throws UserError for a clock period, a width or a voltage that the technology does not have, for
/// what check_timing refuses, for banks that cannot hold a network,
/// for a detector that cannot feed the masking and for what check_weight_storage refuses;
/// ContractViolation for an activity of another machine.
PpaFigures estimate_figures(const MachineConfiguration& machine, const ActivityProfile& activity,
                            const SramPoint& supply, const Technology& technology);
PpaEstimate estimate(const MachineConfiguration& machine, const ActivityProfile& activity,
                     const SramPoint& supply, const Technology& technology);
/// estimate() without the interval of the power, which costs an estimate a row, and without layers.
PpaEstimate estimate_without_interval(const MachineConfiguration& machine,
                                      const ActivityProfile& activity, const SramPoint& supply,
                                      const Technology& technology);

/// The machine in the numbers that a page shows. A supply of 0 V is the technology's nominal one.
MachineDescription machine_description(const MachineConfiguration& machine, const SramPoint& supply,
                                       const Technology& technology);

/// What one layer takes of a prediction. A fused pool takes no cycles: they are those of the
/// convolution before it.
struct LayerFigures {
  std::string name;         ///< its word in the text of the network (graph_text.hpp)
  LayerCycles cycles;       ///< of one prediction; the nearest whole numbers to means
  GraphEventCounts events;  ///< of activity.samples predictions
  double time_ns = 0;
  double dynamic_nj = 0;                  ///< of one prediction
  double leakage_nj = 0;                  ///< of the whole accelerator while the layer runs
  std::array<double, kParts> parts_pj{};  ///< the dynamic energy, indexed by CostGroup

  double energy_nj() const { return dynamic_nj + leakage_nj; }
};
/// Figures of every layer; their energies add up to that of estimate_figures. Throws what that
/// throws.
std::vector<LayerFigures> layer_figures(const MachineConfiguration& machine,
                                        const ActivityProfile& activity, const SramPoint& supply,
                                        const Technology& technology);
/// layers.csv: a line a layer with its cycles by cause, its events in a prediction, and energies.
std::string layers_csv(const std::vector<LayerFigures>& layers, std::int64_t samples);

/// Power of a machine whose lowered supply comes from a converter of this efficiency, whatever the
/// technology says of one; at nominal voltage there is none.
double power_with_regulator_mw(const MachineConfiguration& machine, const ActivityProfile& activity,
                               const SramPoint& supply, const Technology& technology,
                               double efficiency_percent);

/// Whether a machine has a part: the off-chip memory belongs to those whose weights are there.
bool has_part(const MachineConfiguration& machine, CostGroup part);

/// Throws UserError naming both sides when weights in ROM or off chip meet faults, a detector, a
/// masking, or a supply other than the nominal one, when a ROM meets a further network or weights
/// from off chip, and for off-chip weights without rows of the technology or beyond its bandwidth.
void check_weight_storage(const MachineConfiguration& machine, const SramPoint& supply,
                          const Technology& technology);

/// What the off-chip memory of a machine must deliver at most.
double off_chip_gbit_per_s(const DesignPoint& point, const DatapathWidths& widths);
/// Throws UserError naming `key` when the technology has no off-chip memory.
void check_off_chip_rows(const std::string& key, int words, const Technology& technology);

/// LanePipeline stages of M: ceil(delay of multiplier, adder tree and accumulation / clock period).
/// May exceed what check_design_point allows.
int multiplier_stages(const DatapathWidths& widths, int macs_per_lane, double clock_period_ns,
                      const Technology& technology);

}  // namespace minerva
