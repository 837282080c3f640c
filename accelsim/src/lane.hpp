#pragma once
#define SC_INCLUDE_DYNAMIC_PROCESSES
#include <cstdint>
#include <systemc>
#include <vector>

#include "machine_state.hpp"

namespace minerva {

/// The weight memory of one lane: word j of neuron i in bank j mod banks, one port a bank.
class WeightMemory {
 public:
  WeightMemory(const QuantizedNetwork& network, const DesignPoint& point, int lane);
  /// The word as the mask multiplexers at the end of F2 hand it on.
  std::int32_t read(int layer, int group, int j, const QuantizedLayer& formats,
                    const Mitigation& mitigation);
  const std::vector<std::int64_t>& bank_reads() const { return bank_reads_; }

 private:
  int banks_;
  std::size_t rows_ = 0;                 ///< words of a bank
  std::vector<std::size_t> layer_base_;  ///< first row of a layer
  std::vector<std::size_t> group_rows_;  ///< rows of a neuron
  std::vector<std::int16_t> words_;      ///< [bank * rows + row]
  std::vector<std::uint16_t> faulty_bits_;
  std::vector<std::int64_t> bank_reads_;
};

/// One datapath lane: F2, the M stages, A and WB, each a process of its own.
class Lane : public sc_core::sc_module {
 public:
  Lane(sc_core::sc_module_name name, MachineState& machine, int index);
  const WeightMemory& weights() const { return memory_; }

 private:
  void fetch_weights();              // F2
  void multiply();                   // first M stage
  void later_multiply_stage(int k);  // M stage k = 2..s, 1-based
  void accumulate(const Operation& op, std::int64_t sum);
  void activate();    // A
  void write_back();  // WB
  int neuron_of(const Operation& op) const { return op.group * machine_.point.lanes + index_; }
  bool idle(const Operation& op) const {
    return !op.valid || neuron_of(op) >= machine_.current().n_out;
  }

  MachineState& machine_;
  const int index_;
  WeightMemory memory_;
  Registers<int> weight_words_;   ///< F2 | M
  Registers<std::int64_t> sums_;  ///< between the M stages
  sc_core::sc_signal<std::int64_t> accumulator_;
  sc_core::sc_signal<int> accumulator_neuron_;  ///< -1: idle
  sc_core::sc_signal<std::int64_t> result_;     ///< A | WB
  sc_core::sc_signal<int> result_neuron_;
  bool activate_sleeps_ = false;
  bool write_back_sleeps_ = false;
};

}  // namespace minerva
