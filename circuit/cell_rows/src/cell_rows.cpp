#include "minerva/circuit/cell_rows.hpp"

#include <algorithm>

#include "row_builder.hpp"

namespace minerva::circuit {

RowBuilder::RowBuilder(const RowPlan& plan, const Characterization& measured,
                       const CharacterizationOptions& options, const ReferenceCores* cores)
    : plan_(plan),
      measured_(measured),
      figures_(measured),
      options_(options),
      rows_(plan.node, "minerva characterize, " + measured.library_name + " (sha256 " +
                           measured.library_digest.substr(0, 12) + "), " +
                           version_of(measured.synthesis)) {
  const MeasurementOptions& o = options.conditions;
  place_ = number_text(o.clock_ns) + " ns, " + number_text(measured.voltage_v) + " V, " +
           number_text(measured.temperature_c) + " C, " + number_text(o.wire_ff) + " fF a net" +
           (o.wire_load.empty() ? "" : " and wire load " + o.wire_load);
  if (cores == nullptr) return;
  core_.emplace(*cores);
  const LanePipeline& pipeline = cores->dense.structure.pipeline;
  core_text_ = " in a core of " + std::to_string(pipeline.lanes) + " lanes x " +
               std::to_string(pipeline.inputs_per_cycle) + " MACs for " + plan.core_network + ", " +
               place_ + ", operands of " + plan.network;
}

CellRows RowBuilder::build() {
  has_network_ = !plan_.network.empty() && all_lanes_saw_the_network();
  if (!has_network_) core_.reset();
  if (!plan_.network.empty() && !has_network_) {
    out_.notes.push_back(
        "some width leaves no input of the network that is kept: the rows of its "
        "operands are left out");
  }
  laws();
  multipliers();
  adders();
  comparators();
  roundings();
  rectifiers();
  registers();
  clock();
  operand_buffer();
  bits_of_the_lane();
  write_multiplexer();
  if (core_) {
    control();
  } else {
    sequencer();
  }
  out_.rows = rows_.take();
  return std::move(out_);
}

std::string RowBuilder::version_of(const std::string& synthesis) {
  return synthesis.substr(0, synthesis.find(" ("));
}

std::string RowBuilder::conditions(const std::string& what, bool lane, const char* operands) const {
  return what + (lane ? " in a lane, " : ", ") + place_ + ", " + operands;
}

std::string RowBuilder::of_network(const std::string& what, const Operands& operands) const {
  return what + " in a lane, " + place_ + ", operands of " + plan_.network + ": " + operands.how;
}

bool RowBuilder::all_lanes_saw_the_network() const {
  std::vector<const LaneUnit*> lanes = {&plan_.machine};
  for (const LaneUnit& lane : plan_.grid) lanes.push_back(&lane);
  for (const LaneUnit& lane : plan_.sums) lanes.push_back(&lane);
  return std::all_of(lanes.begin(), lanes.end(), [&](const LaneUnit* lane) {
    return figures_.in_lane(*lane, "multiplier", kAsTheyCome.stream) != nullptr &&
           figures_.in_lane(*lane, "multiplier", kKeptOnes.stream) != nullptr;
  });
}

const UnitMeasurement& RowBuilder::part(const LaneUnit& lane, const char* role,
                                        const char* stream) const {
  return needed(figures_.in_lane(lane, role, stream), "a part of a lane of the plan");
}

double RowBuilder::delay_ns(const DatapathUnit& unit) const {
  return needed(figures_.alone(unit, timing_operands().name.c_str()), "a unit of a row alone")
      .longest_path_ns;
}

double RowBuilder::energy_in_lane_fj(const LaneUnit& lane, const char* role,
                                     const char* stream) const {
  const double energy_fj = part(lane, role, stream).energy_fj();
  if (lane.name() == plan_.machine.name()) return energy_fj;
  const bool dense = stream == kAsTheyCome.stream;
  const UnitMeasurement* few =
      figures_.in_lane(plan_.machine, role, dense ? kFewSamples : kFewSamplesKept);
  if (few == nullptr) return energy_fj;
  return energy_fj * part(plan_.machine, role, stream).energy_fj() / few->energy_fj();
}

double RowBuilder::factor_in_core(const char* role, const char* stream) const {
  if (!core_) return 1;
  const ByOperands in_core = role == kMultiplier ? core_->multiplication()
                             : role == kAdder    ? core_->addition()
                                                 : core_->rounding();
  const bool dense = stream == kAsTheyCome.stream;
  return (dense ? in_core.dense_fj : in_core.kept_fj) /
         part(plan_.machine, role, stream).energy_fj();
}

std::string RowBuilder::text_of(const char* role) const {
  if (!core_) return "";
  return ", times " + number_text(factor_in_core(role, kAsTheyCome.stream), 3) + " (dense) and " +
         number_text(factor_in_core(role, kKeptOnes.stream), 3) + " (kept) for a core of " +
         plan_.core_network + ",";
}

std::string RowBuilder::machine_text() const {
  return std::to_string(plan_.machine.weight_bits) + " x " +
         std::to_string(plan_.machine.activation_bits) + " bits, accumulator of " +
         std::to_string(plan_.machine.accumulator_bits);
}

CellRows cell_rows(const RowPlan& plan, const Characterization& measured,
                   const CharacterizationOptions& options, const ReferenceCores* cores) {
  return RowBuilder(plan, measured, options, cores).build();
}

}  // namespace minerva::circuit
