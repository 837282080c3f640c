#pragma once
#include <cstdint>
#include <vector>

#include "machine_state.hpp"
#include "minerva/arithmetic/fixed_point.hpp"

namespace minerva {

constexpr int kNoNeuron = -1;

/// What one lane computes, reads and counts, without time: both SystemC styles put registers and
/// processes around it.
class LaneDatapath {
 public:
  LaneDatapath(MachineState& machine, int index);

  /// How many lanes behind a unit's first one this lane is.
  int offset_from(int first_lane) const {
    const int offset = index_ - first_lane;
    return offset < 0 ? offset + lanes_ : offset;
  }
  /// The lane's channel in a unit whose channels include it.
  int channel_of(const Operation& op) const {
    return op.first_channel + offset_from(op.first_lane);
  }
  /// The lane has no channel in this unit, or there is no operation.
  bool idle(const Operation& op) const {
    return !op.valid || offset_from(op.first_lane) >= op.channels;
  }
  /// Whether a word of the chunk, of a pool or an added tensor, is this lane's, and which one.
  bool takes_word(const Operation& op) const {
    const int word = word_of_lane(op);
    return word >= 0 && word < op.words && op.keeps(word);
  }
  /// F2: hands each weight that is read to `load(k, code)`; a skipped one is not read, nor one that
  /// was read for another position of the tile.
  template <typename Load>
  void read_weights(const Operation& op, Load load) {
    if (op.kind != ChunkKind::weighted) return;
    counts_.weight_reads_done += op.read_words;
    counts_.weight_reads_skipped += op.words - op.read_words;
    if (op.read == 0) return;
    const std::int64_t cycle = machine_.cycle_number.read();
    const QuantizedLayer& layer = machine_.current();
    auto address = weights_.address(machine_.layer, row_of_lane(op), op.first_input);
    for (int k = 0; k < op.words; ++k) {
      if (op.reads(k)) {
        load(static_cast<std::size_t>(k),
             machine_.stream == nullptr
                 ? weights_.read(address, layer, cycle)
                 : weights_.read_buffer(op.half, address, op.first_input + k, layer, cycle));
      }
      weights_.to_next_input(address);
    }
  }
  /// Whether M has something for the accumulator: a product, or a word of this lane.
  bool contributes(const Operation& op) const {
    return op.kind == ChunkKind::weighted ? op.kept != 0 : takes_word(op);
  }
  /// M1: the sum of the rounded products of the kept words, `weight(k)` times the broadcast x; of a
  /// pool or an added tensor the lane's own word.
  template <typename Weight>
  std::int64_t sum_products(const Operation& op, Weight weight) {
    if (op.kind != ChunkKind::weighted) {
      if (!takes_word(op)) return 0;
      return machine_.multiply_words[static_cast<std::size_t>(word_of_lane(op))].read();
    }
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
  /// M's last stage: the accumulator after this operation, which the first of a unit presets.
  std::int64_t accumulate(const Operation& op, std::int64_t accumulator, std::int64_t sum);
  /// A: the word that WB writes, once the window of a fused pool ends.
  std::int64_t activate(const Unit& unit, int channel, std::int64_t accumulator);
  /// WB: writes its word if the lane has a port in this cycle.
  void write_back(int channel, std::int64_t result);

  const BankPorts& weight_ports() const { return weights_.ports(); }
  const BankPorts& bias_ports() const { return biases_.ports(); }

 private:
  /// Row of the lane's channel in its memories: those behind lane L - 1 are in the next one.
  int row_of_lane(const Operation& op) const {
    return op.first_row + (index_ < op.first_lane ? 1 : 0);
  }
  int word_of_lane(const Operation& op) const {
    return offset_from(op.first_lane) - (op.kind == ChunkKind::added ? op.first_input : 0);
  }
  std::int64_t preset(const Operation& op);

  MachineState& machine_;
  const int index_;
  const int lanes_;
  GraphEventCounts counts_;
  GraphEventCounts pool_counts_;  ///< of a fused pool
  std::int64_t pooled_word_ = 0;  ///< the largest word of its window so far
  WeightMemory weights_;
  BiasStore biases_;
};

/// Where the registers of a lane stand in memory, for waveforms.
struct LaneRegisterPlaces {
  std::vector<const std::int32_t*> weights;       ///< F2 | M1
  std::vector<const std::int64_t*> sums;          ///< between the M stages
  std::vector<const std::int64_t*> accumulators;  ///< M | A
  std::vector<const int*> accumulator_neurons;    ///< channel of each; kNoNeuron: idle
  const std::int64_t* result = nullptr;           ///< A | WB
  const int* result_neuron = nullptr;
};

/// A lane of either style, as the machine and the waveforms see it.
class LaneModule {
 public:
  LaneModule(MachineState& machine, int index) : datapath_(machine, index) {}
  virtual ~LaneModule() = default;
  virtual LaneRegisters registers() const = 0;
  virtual LaneRegisterPlaces places() const = 0;
  const LaneDatapath& datapath() const { return datapath_; }

 protected:
  LaneDatapath datapath_;
};

}  // namespace minerva
