#pragma once
#include <cstdint>
#include <ostream>
#include <systemc>
#include <vector>

#include "layer_setting.hpp"
#include "memories.hpp"
#include "minerva/accelsim/cycle_state.hpp"
#include "minerva/accelsim/simulate.hpp"
#include "minerva/network/quantized_graph.hpp"

namespace minerva {

/// What the pipeline registers carry beside the words: one chunk of broadcast inputs.
struct Operation {
  bool valid = false;
  bool starved = false;    ///< not valid, since F1 waits for weights or has queued no input
  bool ends_unit = false;  ///< last one of its unit in all positions that share its weights
  bool first = false;      ///< first chunk of its unit: presets the accumulators
  bool last = false;       ///< last chunk of its unit
  bool last_of_layer = false;
  ChunkKind kind = ChunkKind::weighted;
  int position = 0;       ///< in the order in which positions are computed
  int accumulator = 0;    ///< of each lane, into which it goes
  int group = 0;          ///< number of its unit at the position
  int first_channel = 0;  ///< of the unit
  int channels = 0;       ///< of the unit
  int first_lane = 0;     ///< lane of the first channel; the others follow, round to lane 0
  int first_row = 0;      ///< floor(first channel / L): its row in the lane's memories
  int half = 0;           ///< of the lanes' buffers, where weights from off chip are
  int first_input = 0;    ///< weighted: index j of the chunk's first word; added: first of the
                          ///< unit's channels; pooled: word of the window
  int words = 0;
  int kept_words = 0;      ///< bits set in `kept`
  int read_words = 0;      ///< bits set in `read`
  std::uint64_t kept = 0;  ///< bit k: word k is inside the tensor and not skipped
  std::uint64_t read = 0;  ///< bit k: weight k is read, for this position and those behind it

  bool keeps(int k) const { return (kept >> k & 1U) != 0; }
  bool reads(int k) const { return (read >> k & 1U) != 0; }
  StageContent content(bool with_position) const {
    return {
        valid, group, first_input, words, kept, first, last, kind, with_position ? position : -1};
  }

  friend bool operator==(const Operation& a, const Operation& b) {
    return a.valid == b.valid && a.starved == b.starved && a.ends_unit == b.ends_unit &&
           a.half == b.half && a.first == b.first && a.last == b.last &&
           a.last_of_layer == b.last_of_layer && a.kind == b.kind && a.position == b.position &&
           a.accumulator == b.accumulator && a.group == b.group &&
           a.first_channel == b.first_channel && a.channels == b.channels &&
           a.first_input == b.first_input && a.words == b.words && a.kept_words == b.kept_words &&
           a.kept == b.kept && a.read == b.read;
  }
  friend std::ostream& operator<<(std::ostream& out, const Operation& op) {
    return out << "position " << op.position << " group " << op.group << " input "
               << op.first_input;
  }
  friend void sc_trace(sc_core::sc_trace_file*, const Operation&, const std::string&) {}
};

/// The channels that run together at one position, once their sums are full.
struct Unit {
  int accumulator = 0;
  int position = 0;
  int group = 0;
  int first_channel = 0;
  int channels = 0;
  int first_lane = 0;
  bool begins_window = true;  ///< of a fused pool; without one every unit is a window
  bool ends_window = true;

  friend bool operator==(const Unit& a, const Unit& b) {
    return a.accumulator == b.accumulator && a.position == b.position && a.group == b.group &&
           a.first_channel == b.first_channel && a.channels == b.channels;
  }
  friend std::ostream& operator<<(std::ostream& out, const Unit& unit) {
    return out << "position " << unit.position << " group " << unit.group;
  }
  friend void sc_trace(sc_core::sc_trace_file*, const Unit&, const std::string&) {}
};

template <typename T>
using Register = sc_core::sc_signal<T>;
template <typename T>
using Registers = sc_core::sc_vector<sc_core::sc_signal<T>>;

class WeightStream;

/// What all lanes share: the network, the memories that are broadcast from, the common pipeline
/// registers and the handshake between accumulators, A and WB.
struct MachineState {
  MachineState(const QuantizedGraph& network_of_run, const DesignPoint& point,
               const sc_core::sc_time& cycle);

  /// The layer that runs.
  const LayerSetting& setting() const { return settings[static_cast<std::size_t>(layer)]; }
  const QuantizedLayer& current() const { return *setting().stored; }
  bool output_layer() const { return setting().is_output; }
  /// The pool of the present layer is fused: the layer behind it takes no cycles.
  bool fuses() const { return setting().fuses; }

  void start_batch(const std::vector<std::int16_t>& inputs);
  /// Positions of the layer that runs, of all predictions of the batch.
  int positions() const { return batch * setting().positions_of_one(); }
  /// Books what the counting units have counted since the layer before.
  void finish_layer();

  const QuantizedGraph& network;
  const MachineConfiguration configuration;
  const MachineStructure structure;
  const LaneMemoryLayout layout;
  const int chunk;             ///< inputs per cycle
  const int broadcast_words;   ///< that F1 reads at most in a cycle
  const bool shows_positions;  ///< some layer has more than one, or predictions run together
  const std::vector<LayerSetting> settings;
  const sc_core::sc_time cycle_time;
  int layer = 0;         ///< changes only between layers, when the pipeline is empty
  bool running = false;  ///< a batch is not finished
  int batch = 0;         ///< predictions that run together
  SimulatedBatch result;
  /// Of each unit that counts events, of the present layer, and of those of its fused pool.
  std::vector<GraphEventCounts*> counters;
  std::vector<GraphEventCounts*> pool_counters;
  std::vector<WeightMemory*> weight_memories;  ///< of the lanes
  WeightStream* stream = nullptr;              ///< of weights from off chip; null: they are on chip
  std::int64_t layer_starts = 0;               ///< layers that have begun, in all batches
  std::int64_t layer_start_cycle = 0;          ///< of the one that runs

  InputMemory input_memory;
  ActivationMemory activation_memory;
  std::vector<std::int64_t> output_words;  ///< what WB sends out in the last layer

  /// The clock edge: one event a cycle, sent by the write control while there is work. (An sc_clock
  /// would leave its next edge behind when the simulation ends, which the kernel never frees.)
  sc_core::sc_event clock_edge;
  Register<std::int64_t> cycle_number;  ///< of the machine's life
  Register<Operation> fetched;          ///< F1 | F2
  Registers<int> fetched_words;
  Registers<int> queued_words;    ///< behind the head of the queue of inputs read ahead, F1 | F2
  Registers<Operation> multiply;  ///< before each M stage
  Registers<int> multiply_words;  ///< x before the first M stage
  Register<bool> hold;            ///< accumulators are full and A cannot take them
  Register<bool> take;            ///< A takes the accumulators in this cycle
  Register<bool> writing;         ///< WB writes in this cycle
  Register<int> write_lane;       ///< first of the unit's lanes that writes
  Register<Unit> taken_unit;      ///< whose accumulators A takes
  Register<Unit> written_unit;    ///< whose words WB writes
  Register<bool> next_layer;      ///< the last word of a hidden layer was written
};

}  // namespace minerva
