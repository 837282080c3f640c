#pragma once
#include <cstdint>

#include "machine_state.hpp"
#include "minerva/arithmetic/fixed_point.hpp"

namespace minerva {

constexpr int kNoNeuron = -1;

/// What one lane computes, reads and counts, without time: both SystemC styles put registers and
/// processes around it.
class LaneDatapath {
 public:
  LaneDatapath(MachineState& machine, int index);

  int neuron_of(const Operation& op) const { return minerva::neuron_of(op.group, index_, lanes_); }
  /// The lane has no neuron in this group, or there is no operation.
  bool idle(const Operation& op) const {
    return !op.valid || neuron_of(op) >= machine_.current().n_out;
  }
  /// F2: hands each kept word to `load(k, code)`; a skipped one is not read.
  template <typename Load>
  void read_weights(const Operation& op, Load load) {
    counts_.weight_reads_done += op.kept_words;
    counts_.weight_reads_skipped += op.words - op.kept_words;
    if (op.kept == 0) return;
    const std::int64_t cycle = machine_.cycle_number.read();
    const QuantizedLayer& layer = machine_.current();
    auto address = weights_.address(machine_.layer, op.group, op.first_input);
    for (int k = 0; k < op.words; ++k) {
      if (op.keeps(k)) load(static_cast<std::size_t>(k), weights_.read(address, layer, cycle));
      weights_.to_next_input(address);
    }
  }
  /// M: the sum of the rounded products of the kept words, `weight(k)` times the broadcast x.
  template <typename Weight>
  std::int64_t sum_products(const Operation& op, Weight weight) {
    counts_.macs_done += op.kept_words;
    counts_.macs_skipped += op.words - op.kept_words;
    if (op.kept == 0) return 0;
    const LayerFormats& formats = machine_.current().formats;
    const int fraction = formats.weight.fraction_bits + formats.activation.fraction_bits;
    std::int64_t sum = 0;
    for (int k = 0; k < op.words; ++k) {
      if (!op.keeps(k)) continue;
      const auto at = static_cast<std::size_t>(k);
      const std::int64_t exact =
          std::int64_t{weight(at)} * std::int64_t{machine_.multiply_words[at].read()};
      sum += round_code(formats.product, exact, fraction, machine_.network.rounding);
    }
    return sum;
  }
  /// M's last stage: the accumulator after this operation, preset with the bias by the first.
  std::int64_t accumulate(const Operation& op, std::int64_t accumulator, std::int64_t sum);
  /// A: the word that WB writes.
  std::int64_t activate(int neuron, std::int64_t accumulator);
  /// WB: writes its word if the lane has a port in this cycle.
  void write_back(int neuron, std::int64_t result);

  const BankPorts& weight_ports() const { return weights_.ports(); }
  const BankPorts& bias_ports() const { return biases_.ports(); }

 private:
  MachineState& machine_;
  const int index_;
  const int lanes_;
  EventCounts counts_;
  WeightMemory weights_;
  BiasStore biases_;
};

/// A lane of either style, as the machine and the waveforms see it.
class LaneModule {
 public:
  LaneModule(MachineState& machine, int index) : datapath_(machine, index) {}
  virtual ~LaneModule() = default;
  virtual LaneRegisters registers() const = 0;
  /// Adds the lane's registers to a waveform, in the scope `name`.
  virtual void trace_registers(sc_core::sc_trace_file* file, const std::string& name) const = 0;
  const LaneDatapath& datapath() const { return datapath_; }

 protected:
  LaneDatapath datapath_;
};

}  // namespace minerva
