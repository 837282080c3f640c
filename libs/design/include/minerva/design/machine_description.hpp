#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/arithmetic/fault_word.hpp"
#include "minerva/design/weight_memory.hpp"

namespace minerva {

/// A memory of a described machine: `copies` (lanes, halves) of banks with ports of their own.
struct DescribedMemory {
  std::string name;
  int copies = 0;
  int banks_per_copy = 0;
  std::int64_t words = 0;  ///< of a bank
  int word_bits = 0;
  double voltage_v = 0;  ///< its supply

  std::int64_t bits() const { return std::int64_t{copies} * banks_per_copy * words * word_bits; }
  double kibibytes() const { return static_cast<double>(bits()) / 8 / 1024; }
};

/// What a machine is built of, in the numbers that people ask for: what a drawing, a page or a
/// table shows. The structure that models compute with is libs `accelsim/structure`.
struct MachineDescription {
  int lanes = 0;
  int macs_per_lane = 0;
  int weight_words_per_cycle = 0;  ///< of a lane
  int input_words_per_cycle = 0;   ///< broadcast to all lanes
  int write_ports = 0;
  int multiplier_stages = 0;
  double clock_period_ns = 0;
  int weight_bits = 0;
  int activation_bits = 0;
  int product_bits = 0;
  int accumulator_bits = 0;
  int positions_per_weight = 1;  ///< accumulators of a lane
  int off_chip_words = 0;        ///< weights from off chip in a cycle; 0: all are on chip
  int read_ahead_words = 0;      ///< places of the queue of kept inputs; 0: there is none
  int batch_size = 1;            ///< predictions that run together
  bool skips_inputs = false;     ///< F1 compares inputs with a threshold
  Mitigation mitigation;
  WeightStorage weight_storage = WeightStorage::sram;
  double fault_rate = 0;                  ///< of a weight bit at the supply of its memory
  std::vector<DescribedMemory> memories;  ///< weights, biases, inputs, activations
};

}  // namespace minerva
