#include "row_builder.hpp"

// Rows of what stands between the units, by bit: of lanes and units alone, or of whole cores where
// there are any.

namespace minerva::circuit {

using Kind = DatapathUnitKind;

void RowBuilder::registers() {
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
  const double idle_fj = idle_register_bit_fj();
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

double RowBuilder::idle_register_bit_fj() const {
  return needed(figures_.alone(clocked(Kind::register_row), kIdle), "an idle register")
             .energy_fj() /
         kClockedBits;
}

void RowBuilder::clock() {
  const UnitMeasurement* buffer = figures_.alone(clocked(Kind::clock_buffer), kUniform);
  if (buffer == nullptr) {
    out_.notes.push_back("the library has no buffer: clock_energy stays as it is");
    return;
  }
  // The net behind one buffer has the wire of one net; each pin has as much.
  const double wire_fj =
      options_.conditions.wire_ff * measured_.voltage_v * measured_.voltage_v * (kClockedBits - 1);
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

void RowBuilder::operand_buffer() {
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
    by_operands("operand_buffer_bit_energy", core_->buffer_bit_by_operands(),
                "a bit of a kept word to one lane,");
    return;
  }
  // It drives the wire past all lanes.
  const UnitMeasurement& driver = part(machine, "operand_driver", usual_stream());
  const double bits = machine.activation_bits;
  const std::string what = usual(
      "buffer, a share of the driver and " + number_text(options_.conditions.lane_pitch_ff) +
      " fF of wire for each of " + std::to_string(machine.lanes) + " lanes, " + machine_text());
  energy("operand_buffer_bit_energy", {},
         (buffer->energy_fj() + driver.energy_fj() / machine.lanes) / bits, what);
  const auto of_bit = [&](double of_buffer, double of_driver) {
    return (of_buffer + of_driver / machine.lanes) / bits;
  };
  size("operand_buffer_bit",
       {of_bit(buffer->leakage_nw, driver.leakage_nw) * kUwPerNw,
        of_bit(buffer->area_um2, driver.area_um2)},
       what);
}

void RowBuilder::bits_of_the_lane() {
  const LaneUnit& machine = plan_.machine;
  const UnitMeasurement& mask = part(machine, "mask_row", usual_stream());
  const double weight_bits = machine.weight_bits;
  const std::string of_mask = usual(std::string(to_string(machine.mitigation.masking)) +
                                    " masking of " + std::to_string(machine.weight_bits) + " bits");
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

void RowBuilder::write_multiplexer() {
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

void RowBuilder::sequencer() {
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

double RowBuilder::register_bit_fj(const char* stream) const {
  const double bits = plan_.machine.weight_bits + plan_.machine.accumulator_bits;
  return (part(plan_.machine, "weight_register", stream).energy_fj() +
          part(plan_.machine, "accumulator", stream).energy_fj()) /
         bits;
}

}  // namespace minerva::circuit
