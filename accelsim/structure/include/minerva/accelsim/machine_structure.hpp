#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "minerva/accelsim/machine_configuration.hpp"
#include "minerva/accelsim/memory_layout.hpp"

// What the lane array is built of, as data. The closed form, the cost, the waveforms and the memory
// files read it; tests check the SystemC model against it.
namespace minerva {

/// Length of the pipeline F1 | F2 | M | A | WB, and how much of it works in a cycle.
struct LanePipeline {
  int lanes = 0;
  int inputs_per_cycle = 0;  ///< words of a chunk, which every active lane takes in one cycle
  int write_ports = 0;
  int words_per_cycle = 1;  ///< that F1 reads at most: of pools and added tensors, or ahead
  int accumulators = 1;     ///< of a lane: positions that a weight read serves
  int stream_words = 0;     ///< weights that come from off chip in a cycle; 0: none do
  int weight_banks = 1;     ///< of a lane; of each half of its buffer for weights from off chip
  int queue_words = 0;      ///< of inputs read ahead; 0: there is no queue
  int batch_size = 1;       ///< predictions that run together
  // Cycles that a chunk or a group spends in each stage.
  int fetch_input_cycles = 1;   ///< F1
  int fetch_weight_cycles = 1;  ///< F2
  int multiply_cycles = 1;      ///< M1 .. Ms; the last one issues into the accumulator
  int activate_cycles = 1;      ///< A

  /// From a layer's first cycle to the one in which the accumulators take its first chunk.
  int cycles_before_issue() const {
    return fetch_input_cycles + fetch_weight_cycles + multiply_cycles - 1;
  }
  int groups(int n_out) const { return groups_of_layer(n_out, lanes); }
  /// Chunks of a neuron with so many inputs: the cycles in which its group issues.
  int chunks(int n_in) const { return ceil_divide(n_in, inputs_per_cycle); }
  /// Words that go to a lane each in one cycle: of a pool, or of an added tensor.
  int lane_words() const { return std::min(lanes, words_per_cycle); }
  /// WB, for a group with so many neurons.
  int write_cycles(int words) const { return ceil_divide(words, write_ports); }
  /// Weights of a unit of so many channels that come from off chip in a cycle: a bank takes one.
  int loaded_words(int channels) const { return std::min(stream_words, channels * weight_banks); }
};
LanePipeline pipeline_of(const DesignPoint& point);

/// Units that compute. Saturation and masking are rows of multiplexers, one a bit.
enum class UnitKind {
  multiplier,  ///< of weights that are signs alone, a conditional negation
  saturation_multiplexer,
  tree_adder,  ///< adds the products of a lane
  accumulator_adder,
  rectifier,       ///< ReLU of A
  rounding_adder,  ///< of A
  comparator,      ///< of F1: |x| against theta
  mask_multiplexer,
  fault_detector,        ///< of a weight bank
  maximum_comparator,    ///< of a fused pool in A, and of a pool's sums in M
  queue_multiplexer,     ///< rows of two-way multiplexers that bring kept words to their places
  codebook_multiplexer,  ///< of F2: an entry of the codebook for an index, entries to one
};
constexpr std::size_t kUnitKinds = 12;
const char* to_string(UnitKind kind);

/// Equal instances of one kind.
struct UnitGroup {
  int count = 0;
  int bits = 0;        ///< width of an operand, the first one of a multiplier
  int other_bits = 0;  ///< second operand of a multiplier; index of a codebook multiplexer
};

/// What makes a register take a new value; else it keeps the one that it has.
enum class ClockedBy {
  broadcast_word,      ///< each word that F1 reads, kept or skipped
  kept_word,           ///< each word that F1 reads and keeps
  weight_read,         ///< each weight that F2 reads
  product,             ///< each product of a kept input
  accumulator_update,  ///< each cycle in which a lane takes a product or more
  result_word,         ///< each neuron that A takes
  passed_word,         ///< each word of a pool or of an added tensor
  pooled_word,         ///< each neuron that a fused pool compares
  queued_word,         ///< each word that enters the queue of inputs read ahead
  cycle,               ///< every cycle in which the pipeline is not held
  load,                ///< nothing of a prediction: it is loaded with the network
};

/// Registers by what they hold. Four belong to the control.
enum class RegisterKind {
  fetched_word,    ///< F1 | F2: an input
  fetched_flag,    ///< F1 | F2: whether it is kept
  multiply_word,   ///< F2 | M1
  multiply_flag,   ///< F2 | M1
  weight,          ///< F2 | M1
  product,         ///< between the stages of M
  accumulator,     ///< M | A
  result,          ///< A | WB
  operation,       ///< before F2 and each stage of M: which chunk of which group
  stage_flag,      ///< before M2 .. Ms: whether an input is kept
  handshake,       ///< hold, take, write, next layer
  write_lane,      ///< first lane that WB writes
  passed_word,     ///< between the stages of M: a word of a pool or of an added tensor
  pooled_word,     ///< A: the largest word of a fused pool's window so far
  queued_word,     ///< places of the queue of inputs read ahead, behind its head, F1 | F2
  queued_index,    ///< of every place and of the head: which input, whether kept, last of its group
  codebook_entry,  ///< beside F2: a weight that a layer shares; all lanes read the same ones
};
constexpr std::size_t kRegisterKinds = 17;

/// What is the same in every machine.
struct RegisterRow {
  const char* name;
  const char* stage;  ///< the stages that it is between
  ClockedBy clocked_by;
  bool costed;  ///< as a register; the control is paid for as a whole, or not (docs/machine.md)
  bool gated;   ///< its clock runs only when it takes a new value
};
/// In the order of RegisterKind. The table is here, so that sums over it cost nothing at run time.
constexpr std::array<RegisterRow, kRegisterKinds> kRegisterRows = {{
    {"fetched word", "F1 | F2", ClockedBy::broadcast_word, true, true},
    {"fetched flag", "F1 | F2", ClockedBy::broadcast_word, true, false},
    {"multiply word", "F2 | M1", ClockedBy::kept_word, true, true},
    {"multiply flag", "F2 | M1", ClockedBy::broadcast_word, true, false},
    {"weight", "F2 | M1", ClockedBy::weight_read, true, true},
    {"product", "M1 | .. | Ms", ClockedBy::product, true, true},
    {"accumulator", "Ms | A", ClockedBy::accumulator_update, true, true},
    {"result", "A | WB", ClockedBy::result_word, true, true},
    {"operation", "F1 | .. | Ms", ClockedBy::cycle, false, false},
    {"stage flag", "M1 | .. | Ms", ClockedBy::cycle, false, false},
    {"handshake", "control", ClockedBy::cycle, false, false},
    {"write lane", "control", ClockedBy::cycle, false, false},
    {"passed word", "M1 | .. | Ms", ClockedBy::passed_word, true, true},
    {"pooled word", "A", ClockedBy::pooled_word, true, true},
    {"queued word", "F1 | F2", ClockedBy::queued_word, true, true},
    {"queued index", "F1 | F2", ClockedBy::queued_word, true, true},
    {"codebook entry", "F2", ClockedBy::load, true, true},
}};
constexpr const RegisterRow& register_row(RegisterKind kind) {
  return kRegisterRows[static_cast<std::size_t>(kind)];
}

/// Equal registers of one kind.
struct RegisterGroup {
  int count = 0;
  int bits = 0;              ///< of each
  int clocked_by_event = 1;  ///< how many of them one event clocks, one after the other
};

enum class MemoryKind { weights, biases, inputs, activations };
constexpr std::size_t kMemoryKinds = 4;
const char* to_string(MemoryKind kind);

/// A memory cut into copies (lanes, regions) of banks with ports of their own.
struct MemoryArray {
  int copies = 0;  ///< lanes; regions of the activation memory; one for the inputs
  int banks_per_copy = 0;
  std::int64_t needed_words = 0;  ///< of a bank, for the largest of the networks
  std::int64_t words = 0;         ///< of a bank, as built
  int word_bits = 0;
  int ports = 1;  ///< of a bank, each for a read or a write in a cycle

  int banks() const { return copies * banks_per_copy; }
};

/// Bits of a register that counts from 0 to `most`.
constexpr int bits_to_count(std::int64_t most) {
  int bits = 1;
  for (; most > 1; most >>= 1) ++bits;
  return bits;
}
/// Levels of two-way multiplexers between so many words, 1 or more, and one.
constexpr int levels_to(int words) { return words > 1 ? bits_to_count(words - 1) : 0; }
/// Bits of an address of so many words.
constexpr int address_bits(std::int64_t words) { return bits_to_count(words > 1 ? words - 1 : 0); }

/// Widths of what the control counts.
struct ControlWidths {
  int layer_bits = 0;
  int group_bits = 0;  ///< of a machine of one lane, in which every neuron is a group
  int input_bits = 0;
  int lane_bits = 0;
  int position_bits = 0;     ///< 0: every layer has one position
  int accumulator_bits = 0;  ///< 0: a lane has one accumulator
  int words_bits = 0;        ///< a number of words, lanes or ports
  // Of a machine that walks through maps; 0 where the sequencer is that of a dense chain.
  int address_bits = 0;  ///< of a word of a tensor, or before or behind it, in two's complement
  int channel_bits = 0;
  int pool_bits = 0;  ///< of a row or column of a fused pool's window
  int passed_word_bits =
      0;  ///< of the first word of a chunk whose words go to a lane each; 0: none

  bool walks_maps() const { return address_bits > 0; }
  // The Verilog's counters have one bit at least.
  int position_counter_bits() const { return std::max(1, position_bits); }
  int accumulator_index_bits() const { return std::max(1, accumulator_bits); }
  int bits() const {
    return layer_bits + group_bits + input_bits + lane_bits + position_bits + accumulator_bits;
  }
};

/// One lane array.
struct MachineStructure {
  LanePipeline pipeline;
  DatapathWidths widths;
  std::array<UnitGroup, kUnitKinds> units;
  std::array<RegisterGroup, kRegisterKinds> registers;
  std::array<MemoryArray, kMemoryKinds> memories;
  ControlWidths control;
  Mitigation mitigation;
  WeightStorage weight_storage = WeightStorage::sram;

  /// Halves of a lane's weight memory: one is read while weights from off chip fill the other.
  int weight_halves() const { return pipeline.stream_words > 0 ? 2 : 1; }
  const UnitGroup& of(UnitKind kind) const { return units[static_cast<std::size_t>(kind)]; }
  const RegisterGroup& of(RegisterKind kind) const {
    return registers[static_cast<std::size_t>(kind)];
  }
  const MemoryArray& of(MemoryKind kind) const { return memories[static_cast<std::size_t>(kind)]; }
  /// Bits of all registers that the cost model pays for.
  std::int64_t costed_register_bits() const {
    std::int64_t bits = 0;
    for (std::size_t k = 0; k < kRegisterKinds; ++k) {
      if (kRegisterRows[k].costed) bits += std::int64_t{registers[k].count} * registers[k].bits;
    }
    return bits;
  }
  /// Those and the flags in the later stages of M, which a cost without rows of clock gates leaves
  /// out: all flip-flops of the datapath.
  std::int64_t datapath_register_bits() const { return costed_register_bits() + stage_flag_bits(); }
  std::int64_t stage_flag_bits() const {
    const RegisterGroup& flags = of(RegisterKind::stage_flag);
    return std::int64_t{flags.count} * flags.bits;
  }
  /// Of the flip-flops of the datapath, those whose clock always runs.
  std::int64_t ungated_register_bits() const {
    std::int64_t bits = stage_flag_bits();
    for (std::size_t k = 0; k < kRegisterKinds; ++k) {
      if (!kRegisterRows[k].costed || kRegisterRows[k].gated) continue;
      bits += std::int64_t{registers[k].count} * registers[k].bits;
    }
    return bits;
  }
  /// One before each register that is gated.
  std::int64_t clock_gates() const {
    std::int64_t gates = 0;
    for (std::size_t k = 0; k < kRegisterKinds; ++k) {
      if (kRegisterRows[k].gated) gates += registers[k].count;
    }
    return gates;
  }
  /// Two-way multiplexers that a queued word passes: past skipped words of its chunk, to its place,
  /// and to the head of the queue.
  int queue_levels() const {
    if (pipeline.queue_words == 0) return 0;
    return 2 * levels_to(pipeline.words_per_cycle) + levels_to(pipeline.queue_words);
  }
  /// Flip-flops of sequencer and write control, as the Verilog has them: counters, flags of the
  /// chunk in each stage, row and bank in each memory, words that wait for WB. Group and first
  /// input of a chunk (RegisterKind::operation) are for waveforms alone: nothing reads them, so
  /// that a synthesis removes their registers.
  int control_register_bits() const;
  // Words of the Verilog's sequencer for maps: a place (position.v), what something reads of a
  // chunk on its way (operation.v), and a full unit (write_control.v).
  int one_place_word_bits() const {
    return 2 * control.position_counter_bits() + 4 * control.address_bits + 2 * control.pool_bits;
  }
  /// With the first word of its tensor, and its number in the prediction, where batches run.
  int place_word_bits() const {
    return one_place_word_bits() +
           (pipeline.batch_size > 1 ? control.position_counter_bits() + control.address_bits : 0);
  }
  int operation_word_bits() const;
  int unit_word_bits() const;
  /// Of the costed registers, the bits that one event clocks.
  int bits_clocked_by(ClockedBy event) const {
    int bits = 0;
    for (std::size_t k = 0; k < kRegisterKinds; ++k) {
      if (!kRegisterRows[k].costed || kRegisterRows[k].clocked_by != event) continue;
      bits += registers[k].clocked_by_event * registers[k].bits;
    }
    return bits;
  }
};

/// The machine of a configuration, whose point must be legal (check_design_point). Memories are as
/// large as the largest of the networks needs, or as point.weight_bank_words says; whether a
/// network fits into those is asked of check_weight_banks. It allocates nothing and takes some tens
/// of nanoseconds, since spaces of millions of machines are explored.
MachineStructure structure_of(const MachineConfiguration& configuration);

/// Words in one weight bank of one lane, every channel in rows of its own: sum over layers of
/// ceil(channels / lanes) ceil(n_in / banks); of weights from off chip the most that a channel has.
std::int64_t weight_words_per_bank(const MachineNetwork& network, const DesignPoint& point);
/// Throws UserError naming design.read_ahead_words and the layer when the point reads ahead and the
/// network has another layer than dense ones.
void check_read_ahead(const MachineNetwork& network, const DesignPoint& point);
/// Throws UserError naming design.read_ahead_words for what machines that read ahead cannot have,
/// such as "RTL".
void refuse_read_ahead(const DesignPoint& point, const std::string& what);
/// Throws UserError naming design.batch_size for what takes one prediction after the other.
void refuse_batches(const DesignPoint& point, const std::string& what);
/// Throws UserError naming design.weight_bank_words and the network when the point's banks are too
/// small for it.
void check_weight_banks(const MachineNetwork& network, const DesignPoint& point);

}  // namespace minerva
