#include "minerva/circuit/cell_rows.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "cell_figures.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "row_plan.hpp"

namespace minerva::circuit {
namespace {

using Kind = DatapathUnitKind;

constexpr const char* kUniform = "uniform";
constexpr const char* kIdle = "idle";
constexpr double kPjPerFj = 1e-3;
constexpr double kUwPerNw = 1e-3;

/// Operands with the ending of their rows' names.
struct Operands {
  const char* stream;
  const char* ending;
  const char* how;
};
constexpr Operands kAsTheyCome = {"run", "_dense", "zeros multiplied"};
constexpr Operands kKeptOnes = {"run_kept", "_kept", "only inputs that are kept"};

class Builder {
 public:
  Builder(const RowPlan& plan, const Characterization& measured,
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
                 std::to_string(pipeline.inputs_per_cycle) + " MACs for " + plan.core_network +
                 ", " + place_ + ", operands of " + plan.network;
  }

  CellRows build() {
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

 private:
  /// "Yosys 0.23 (git sha1 ..)": a column has no room for the rest.
  static std::string version_of(const std::string& synthesis) {
    return synthesis.substr(0, synthesis.find(" ("));
  }

  std::string conditions(const std::string& what, bool lane, const char* operands) const {
    return what + (lane ? " in a lane, " : ", ") + place_ + ", " + operands;
  }
  std::string uniform(const std::string& what, bool lane) const {
    return conditions(what, lane, "uniform operands");
  }
  std::string of_network(const std::string& what, const Operands& operands) const {
    return what + " in a lane, " + place_ + ", operands of " + plan_.network + ": " + operands.how;
  }
  bool has_network() const { return has_network_; }
  /// Every lane has seen both streams; at few bits all inputs of a network may have become 0.
  bool all_lanes_saw_the_network() const {
    std::vector<const LaneUnit*> lanes = {&plan_.machine};
    for (const LaneUnit& lane : plan_.grid) lanes.push_back(&lane);
    for (const LaneUnit& lane : plan_.sums) lanes.push_back(&lane);
    return std::all_of(lanes.begin(), lanes.end(), [&](const LaneUnit* lane) {
      return figures_.in_lane(*lane, "multiplier", kAsTheyCome.stream) != nullptr &&
             figures_.in_lane(*lane, "multiplier", kKeptOnes.stream) != nullptr;
    });
  }

  void energy(const std::string& name, std::vector<double> index, double energy_fj,
              const std::string& text) {
    rows_.figure(name, std::move(index), energy_fj * kPjPerFj, "pJ", text);
  }
  void size(const std::string& name, const std::vector<double>& index, const UnitMeasurement& f,
            double share, const std::string& text) {
    rows_.figure(name + "_leakage", index, f.leakage_nw * kUwPerNw * share, "uW", text);
    rows_.figure(name + "_area", index, f.area_um2 * share, "um2", text);
  }
  /// What the plan says must have been measured.
  static const UnitMeasurement& needed(const UnitMeasurement* figures, const char* what) {
    expects(figures != nullptr, what);
    return *figures;
  }
  /// A row for each kind of operands of the network.
  template <typename Energy>
  void network_rows(const std::string& name, const std::vector<double>& index,
                    const std::string& what, const Energy& energy_fj_of) {
    if (!has_network()) return;
    for (const Operands& operands : {kAsTheyCome, kKeptOnes}) {
      energy(name + operands.ending, index, energy_fj_of(operands.stream),
             of_network(what, operands));
    }
  }

  void laws() {
    const std::string at = "netlists for " + place_;
    rows_.law("datapath_law", "by_width", at);
    rows_.law("multiplier_law", "piecewise_bilinear", "a full grid of W x X, " + at);
    rows_.law("multiplier_delay_law", "piecewise_bilinear", "a full grid of W x X, " + at);
    for (const char* name : {"adder_law", "comparator_law", "rounding_law", "rectifier_law"}) {
      rows_.law(name, "piecewise_linear", "in bits, " + at);
    }
    double slowest_adder_ns = 0;
    for (const LaneUnit& lane : plan_.sums) {
      slowest_adder_ns = std::max(slowest_adder_ns, delay_ns(adder_of(lane)));
    }
    const double shortest_ns =
        std::min(options_.conditions.clock_ns, std::ceil(slowest_adder_ns * 10) / 10);
    rows_.figure(
        "clock_period_min", {}, shortest_ns, "ns",
        "the accumulation of the widest adder fits; netlists for " + place_ + " with more stages");
    rows_.figure("clock_period_max", {}, kLongestPeriods * options_.conditions.clock_ns, "ns",
                 "the same netlists at a slower clock; they were made for " + place_);
  }

  double delay_ns(const DatapathUnit& unit) const {
    return needed(figures_.alone(unit, timing_operands().name.c_str()), "a unit of a row alone")
        .longest_path_ns;
  }

  void multipliers() {
    for (const LaneUnit& lane : plan_.grid) {
      const std::vector<double> index = {static_cast<double>(lane.weight_bits),
                                         static_cast<double>(lane.activation_bits)};
      const std::string what =
          std::to_string(lane.weight_bits) + " x " + std::to_string(lane.activation_bits) + " bits";
      const UnitMeasurement& f = part(lane, "multiplier", kUniform);
      energy("multiplier_energy", index, f.energy_fj(), uniform(what, true));
      size("multiplier", index, f, 1, uniform(what, true));
      rows_.figure("multiplier_delay", index, delay_ns(multiplier_of(lane)), "ns",
                   what + " alone, " + place_);
      network_rows("multiplier_energy", index, what, [&](const char* stream) {
        return energy_in_lane_fj(lane, "multiplier", stream);
      });
    }
  }

  /// With the operands of the network, over all samples.
  double energy_in_lane_fj(const LaneUnit& lane, const char* role, const char* stream) const {
    const double energy_fj = part(lane, role, stream).energy_fj();
    if (lane.name() == plan_.machine.name()) return energy_fj;
    const bool dense = stream == kAsTheyCome.stream;
    const UnitMeasurement* few =
        figures_.in_lane(plan_.machine, role, dense ? kFewSamples : kFewSamplesKept);
    if (few == nullptr) return energy_fj;
    return energy_fj * part(plan_.machine, role, stream).energy_fj() / few->energy_fj();
  }

  const UnitMeasurement& part(const LaneUnit& lane, const char* role, const char* stream) const {
    return needed(figures_.in_lane(lane, role, stream), "a part of a lane of the plan");
  }

  void adders() {
    for (const LaneUnit& lane : plan_.sums) {
      const std::vector<double> index = {static_cast<double>(lane.accumulator_bits)};
      const std::string what = std::to_string(lane.accumulator_bits) + " bits, products of " +
                               std::to_string(lane.product_bits);
      const UnitMeasurement& f = part(lane, "adder", kUniform);
      energy("adder_energy", index, f.energy_fj(), uniform(what, true));
      size("adder", index, f, 1, uniform(what, true));
      rows_.figure("adder_delay", index, delay_ns(adder_of(lane)), "ns",
                   std::to_string(lane.accumulator_bits) + " bits alone, " + place_);
      network_rows("adder_energy", index, what + text_of(kAdder), [&](const char* stream) {
        return energy_in_lane_fj(lane, kAdder, stream) * factor_in_core(kAdder, stream);
      });
    }
  }

  /// Units whose energy in a core differs from that in a lane: there a product is kept or not, and
  /// several are added.
  static constexpr const char* kAdder = "adder";
  static constexpr const char* kRounding = "rounding";
  /// What a core takes over what the machine's own lane takes; 1 without a core.
  double factor_in_core(const char* role, const char* stream) const {
    if (!core_) return 1;
    const ByOperands in_core = role == kAdder ? core_->addition() : core_->rounding();
    const bool dense = stream == kAsTheyCome.stream;
    return (dense ? in_core.dense_fj : in_core.kept_fj) /
           part(plan_.machine, role, stream).energy_fj();
  }
  std::string text_of(const char* role) const {
    if (!core_) return "";
    return ", times " + number_text(factor_in_core(role, kAsTheyCome.stream), 3) + " (dense) and " +
           number_text(factor_in_core(role, kKeptOnes.stream), 3) + " (kept) for a core of " +
           plan_.core_network + ",";
  }

  void comparators() {
    for (const int bits : plan_.comparators) {
      const std::vector<double> index = {static_cast<double>(bits)};
      const std::string what = std::to_string(bits) + " bits";
      const UnitMeasurement& f =
          needed(figures_.alone(comparator_of(bits), kUniform), "a comparator");
      energy("comparator_energy", index, f.energy_fj(), uniform(what, false));
      size("comparator", index, f, 1, uniform(what, false));
    }
    // A table of its own, with a row for each width or none.
    const bool all = std::all_of(plan_.comparators.begin(), plan_.comparators.end(), [&](int bits) {
      return figures_.alone(comparator_of(bits), kAsTheyCome.stream) != nullptr;
    });
    if (!all || !has_network()) return;
    for (const int bits : plan_.comparators) {
      energy("comparator_energy_dense", {static_cast<double>(bits)},
             figures_.alone(comparator_of(bits), kAsTheyCome.stream)->energy_fj(),
             std::to_string(bits) + " bits, " + place_ + ", operands of " + plan_.network +
                 ": zeros compared");
    }
  }

  void roundings() {
    int last = 0;
    for (const LaneUnit& lane : plan_.sums) {
      if (lane.product_bits == last) continue;  // several sums of one product
      last = lane.product_bits;
      const std::vector<double> index = {static_cast<double>(last)};
      const std::string what = std::to_string(lane.weight_bits + lane.activation_bits) + " to " +
                               std::to_string(last) + " bits";
      const UnitMeasurement& f = part(lane, "rounding", kUniform);
      energy("rounding_energy", index, f.energy_fj(), uniform(what, true));
      size("rounding", index, f, 1, uniform(what, true));
      network_rows("rounding_energy", index, what + text_of(kRounding), [&](const char* stream) {
        return energy_in_lane_fj(lane, kRounding, stream) * factor_in_core(kRounding, stream);
      });
    }
  }

  void rectifiers() {
    for (const LaneUnit& lane : plan_.sums) {
      const DatapathUnit unit = rectifier_of(plan_, lane);
      const std::vector<double> index = {static_cast<double>(lane.accumulator_bits)};
      const std::string what = uniform(
          std::to_string(lane.accumulator_bits) + " to " + std::to_string(unit.out_bits) + " bits",
          false);
      const UnitMeasurement& f = needed(figures_.alone(unit, kUniform), "a rectifier");
      energy("rectifier_energy", index, f.energy_fj(), what);
      size("rectifier", index, f, 1, what);
    }
  }

  /// Energy of the machine's weight and accumulator registers by bit.
  double register_bit_fj(const char* stream) const {
    const double bits = plan_.machine.weight_bits + plan_.machine.accumulator_bits;
    return (part(plan_.machine, "weight_register", stream).energy_fj() +
            part(plan_.machine, "accumulator", stream).energy_fj()) /
           bits;
  }
  std::string machine_text() const {
    return std::to_string(plan_.machine.weight_bits) + " x " +
           std::to_string(plan_.machine.activation_bits) + " bits, accumulator of " +
           std::to_string(plan_.machine.accumulator_bits);
  }

  void registers() {
    const LaneUnit& machine = plan_.machine;
    const std::string what = "weight and accumulator register of " + machine_text();
    const double bits = machine.weight_bits + machine.accumulator_bits;
    const UnitMeasurement& weight = part(machine, "weight_register", kUniform);
    const UnitMeasurement& accumulator = part(machine, "accumulator", kUniform);
    energy("register_bit_energy", {}, register_bit_fj(kUniform), uniform(what, true));
    rows_.figure("register_bit_leakage", {},
                 (weight.leakage_nw + accumulator.leakage_nw) * kUwPerNw / bits, "uW",
                 uniform(what, true));
    rows_.figure("register_bit_area", {}, (weight.area_um2 + accumulator.area_um2) / bits, "um2",
                 uniform(what, true));
    const UnitMeasurement* gate = figures_.in_lane(machine, "weight_gate", kUniform);
    if (gate == nullptr) {
      out_.notes.push_back(
          "the library has no clock gate: the rows of registers and gates are "
          "left out");
      return;
    }
    energy("register_bit_write_energy", {}, register_bit_fj(kUniform), uniform(what, true));
    const double idle_fj =
        needed(figures_.alone(clocked(Kind::register_row), kIdle), "an idle register").energy_fj() /
        kClockedBits;
    if (core_) {
      by_operands("register_bit_write_energy", core_->register_write(idle_fj),
                  "a bit that takes a word,");
    } else {
      network_rows("register_bit_write_energy", {}, what,
                   [&](const char* stream) { return register_bit_fj(stream); });
    }
    energy("register_bit_idle_energy", {}, idle_fj,
           "a bit whose word stays, clock running, " + place_);
    // The net that a gate drives is paid for by clock_pin_energy.
    const std::string gates = "gates of weight and accumulator register, their cells alone, ";
    const auto gate_fj = [&](const char* stream) {
      double energy_fj = 0;
      for (const char* role : {"weight_gate", "accumulator_gate"}) {
        const UnitMeasurement& f = part(machine, role, stream);
        energy_fj += (f.energy_fj() - f.driven_clock_fj) / 2;
      }
      return energy_fj;
    };
    if (core_) {
      energy("clock_gate_energy", {}, core_->gate_enabled_fj(gate_fj(kIdle)),
             "a gate as it is enabled" + core_text_);
    } else {
      energy("clock_gate_energy", {}, gate_fj(kUniform), gates + place_);
    }
    energy("clock_gate_idle_energy", {}, gate_fj(kIdle), gates + place_);
    size("clock_gate", {}, *gate, 1, "gate of the weight register, " + place_);
  }

  void clock() {
    const UnitMeasurement* buffer = figures_.alone(clocked(Kind::clock_buffer), kUniform);
    if (buffer == nullptr) {
      out_.notes.push_back("the library has no buffer: clock_energy stays as it is");
      return;
    }
    // The net behind one buffer has the wire of one net; each pin has as much.
    const double wire_fj = options_.conditions.wire_ff * measured_.voltage_v * measured_.voltage_v *
                           (kClockedBits - 1);
    const double pins_fj = buffer->driven_clock_fj + wire_fj;
    const std::string what = std::to_string(kClockedBits) + " clock pins";
    const bool gated = figures_.in_lane(plan_.machine, "weight_gate", kUniform) != nullptr;
    energy("clock_pin_energy", {}, core_ && gated ? core_->clock_pin_fj() : pins_fj / kClockedBits,
           (core_ && gated ? "mean" + core_text_ + "; " : "") + "pin and a wire of " +
               number_text(options_.conditions.wire_ff) + " fF, " + what + ", " + place_);
    // Buffers of buffers, each with as many sinks.
    const double buffer_fj = buffer->internal_fj + buffer->clock_net_fj;
    const double levels = kClockedBits / (kClockedBits - 1.0);
    rows_.figure("clock_buffer_share", {}, 100 * buffer_fj * levels / pins_fj, "%",
                 "a buffer for " + what + ", and so on to the root, " + place_);
    out_.replaced.push_back("clock_energy");
  }

  const char* usual_stream() const { return has_network() ? kAsTheyCome.stream : kUniform; }
  std::string usual(const std::string& what) const {
    return has_network() ? of_network(what, kAsTheyCome) : uniform(what, true);
  }

  void operand_buffer() {
    const LaneUnit& machine = plan_.machine;
    const UnitMeasurement* buffer = figures_.in_lane(machine, "operand_buffer", usual_stream());
    if (buffer == nullptr) {
      out_.notes.push_back("the library has no buffer: the rows operand_buffer_bit are left out");
      return;
    }
    if (core_) {
      energy("operand_buffer_bit_energy", {}, core_->buffer_bit_fj(),
             "a bit of a kept word to one lane" + core_text_);
      size("operand_buffer_bit", core_->buffer_bit(), "a bit of a word to one lane" + core_text_);
      return;
    }
    // The shared register drives the wire past all lanes.
    const UnitMeasurement& driver = part(machine, "activation_register", usual_stream());
    const double bits = machine.activation_bits;
    const std::string what = usual("buffer and " + number_text(options_.conditions.lane_pitch_ff) +
                                   " fF of wire for each of " + std::to_string(machine.lanes) +
                                   " lanes, " + machine_text());
    energy("operand_buffer_bit_energy", {},
           (buffer->energy_fj() + driver.switching_fj / machine.lanes) / bits, what);
    size("operand_buffer_bit", {}, *buffer, 1 / bits, what);
  }

  void bits_of_the_lane() {
    const LaneUnit& machine = plan_.machine;
    const UnitMeasurement& mask = part(machine, "mask_row", usual_stream());
    const double weight_bits = machine.weight_bits;
    const std::string of_mask =
        usual(std::string(to_string(machine.mitigation.masking)) + " masking of " +
              std::to_string(machine.weight_bits) + " bits");
    energy("mask_row_bit_energy", {}, mask.energy_fj() / weight_bits, of_mask);
    size("mask_row_bit", {}, mask, 1 / weight_bits, of_mask);
    if (core_) {
      accumulator_multiplexer_in_core();
      return;
    }
    // The rectifier hangs at the accumulator and follows it.
    const double sum_bits = machine.accumulator_bits;
    const auto update_fj = [&](const char* stream) {
      return (part(machine, "accumulator_multiplexer", stream).energy_fj() +
              part(machine, "rectifier", stream).energy_fj()) /
             sum_bits;
    };
    const std::string what = std::to_string(machine.accumulator_bits) +
                             " bits, with the rectifier that follows the accumulator,";
    energy("accumulator_multiplexer_bit_energy", {}, update_fj(kUniform), uniform(what, true));
    size("accumulator_multiplexer_bit", {}, part(machine, "accumulator_multiplexer", kUniform),
         1 / sum_bits,
         uniform(std::to_string(machine.accumulator_bits) + " bits, the multiplexer alone,", true));
    network_rows("accumulator_multiplexer_bit_energy", {}, what, update_fj);
  }

  void accumulator_multiplexer_in_core() {
    const LaneUnit& machine = plan_.machine;
    const UnitMeasurement& rectifier =
        needed(figures_.alone(rectifier_of(plan_, machine), kUniform), "a rectifier");
    const std::string what =
        "a bit of an update, with the rectifier that follows the accumulator and the choice of "
        "what "
        "leaves,";
    const ByOperands update = core_->accumulator_multiplexer_bit_fj(rectifier.energy_fj());
    energy("accumulator_multiplexer_bit_energy", {}, update.dense_fj, what + core_text_);
    size("accumulator_multiplexer_bit",
         core_->accumulator_multiplexer_bit({rectifier.leakage_nw * kUwPerNw, rectifier.area_um2}),
         "without rectifiers," + core_text_);
    by_operands("accumulator_multiplexer_bit_energy", update, what);
  }

  void write_multiplexer() {
    if (core_) {
      energy("write_multiplexer_bit_energy", {}, core_->write_multiplexer_bit_fj(),
             "a bit of a written word and lane" + core_text_);
      size("write_multiplexer_bit", core_->write_multiplexer_bit(),
           "a bit of a lane's result" + core_text_);
      return;
    }
    const DatapathUnit unit = write_multiplexer_of(plan_);
    const UnitMeasurement& f = needed(figures_.alone(unit, usual_stream()), "a write multiplexer");
    const double inputs = unit.lanes * unit.a_bits;
    const std::string what =
        std::to_string(unit.lanes) + " lanes x " + std::to_string(unit.a_bits) +
        " bits with the wires of its inputs, " + place_ + ", " +
        (has_network() ? "operands of " + plan_.network + ": words of one lane after the other"
                       : "uniform operands");
    energy("write_multiplexer_bit_energy", {}, (f.energy_fj() + f.input_nets_fj) / inputs, what);
    size("write_multiplexer_bit", {}, f, 1 / inputs, what);
  }

  /// What no unit and no lane has.
  void control() {
    const std::string bit =
        "a flip-flop of sequencer and write control with its share of the gates,";
    energy("control_bit_energy", {}, core_->control_bit_fj(), bit + " a cycle," + core_text_);
    size("control_bit", core_->control_bit(), bit + core_text_);
    by_operands("selection_bit_energy", core_->selection_bit_fj(),
                "a bit of a kept product, with the selection of inputs and the enables,");
    size("selection_bit", core_->selection_bit(), "a bit of a product" + core_text_);
    const auto ratios = [&](const std::string& name, const OperandRatios& ratio,
                            const std::string& what) {
      rows_.figure(name + "_dense", {}, ratio.dense, "1",
                   what + core_text_ + ": " + kAsTheyCome.how);
      rows_.figure(name + "_kept", {}, ratio.kept, "1", what + core_text_ + ": " + kKeptOnes.how);
    };
    ratios("registered_adder", core_->registered_adder(),
           "an addition behind registers of products, over one behind multipliers,");
    ratios("registered_rounding", core_->registered_rounding(),
           "a rounding before registers of products, over one before adders,");
  }
  /// Rows of energies of a core.
  void by_operands(const std::string& name, const ByOperands& energies, const std::string& what) {
    energy(name + kAsTheyCome.ending, {}, energies.dense_fj,
           what + core_text_ + ": " + kAsTheyCome.how);
    energy(name + kKeptOnes.ending, {}, energies.kept_fj, what + core_text_ + ": " + kKeptOnes.how);
  }
  void size(const std::string& name, const BitOfPart& bit, const std::string& text) {
    rows_.figure(name + "_leakage", {}, bit.leakage_uw, "uW", text);
    rows_.figure(name + "_area", {}, bit.area_um2, "um2", text);
  }

  void sequencer() {
    const SequencerLayout& layout = plan_.sequencer.sequencer;
    const UnitMeasurement& f = needed(figures_.alone(plan_.sequencer, kUniform), "a sequencer");
    const int bits = layout.layer_bits + layout.group_bits + layout.chunk_bits + layout.lane_bits;
    const std::string what =
        "counters of " + std::to_string(layout.layer_bits) + " + " +
        std::to_string(layout.group_bits) + " + " + std::to_string(layout.chunk_bits) + " + " +
        std::to_string(layout.lane_bits) + " bits, clock pins included, " + place_;
    energy("sequencer_bit_energy", {}, (f.energy_fj() + f.clock_net_fj) / bits, what);
    size("sequencer_bit", {}, f, 1.0 / bits, what);
  }

  bool has_network_ = false;
  static constexpr double kLongestPeriods = 25;  // assumption: a clock is not slower than that

  const RowPlan& plan_;
  const Characterization& measured_;
  CellFigures figures_;
  const CharacterizationOptions& options_;
  RowWriter rows_;
  CellRows out_;
  std::string place_;
  std::optional<CoreRowFigures> core_;
  std::string core_text_;
};

}  // namespace

CellRows cell_rows(const RowPlan& plan, const Characterization& measured,
                   const CharacterizationOptions& options, const ReferenceCores* cores) {
  return Builder(plan, measured, options, cores).build();
}

}  // namespace minerva::circuit
