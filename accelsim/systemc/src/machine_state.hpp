#pragma once
#include <cstdint>
#include <ostream>
#include <systemc>
#include <vector>

#include "memories.hpp"
#include "minerva/accelsim/cycle_state.hpp"
#include "minerva/accelsim/simulate.hpp"
#include "minerva/network/quantized_network.hpp"

namespace minerva {

/// What the pipeline registers carry beside the words: one chunk of broadcast inputs.
struct Operation {
  bool valid = false;
  bool first = false;  ///< first chunk of its group: presets the accumulators
  bool last = false;   ///< last chunk of its group
  bool last_of_layer = false;
  int group = 0;
  int first_input = 0;  ///< index j of the chunk's first word
  int words = 0;
  int kept_words = 0;      ///< bits set in `kept`
  std::uint64_t kept = 0;  ///< bit k: word k is not skipped

  bool keeps(int k) const { return (kept >> k & 1U) != 0; }
  StageContent content() const { return {valid, group, first_input, words, kept, first, last}; }

  friend bool operator==(const Operation& a, const Operation& b) {
    return a.valid == b.valid && a.first == b.first && a.last == b.last &&
           a.last_of_layer == b.last_of_layer && a.group == b.group &&
           a.first_input == b.first_input && a.words == b.words && a.kept_words == b.kept_words &&
           a.kept == b.kept;
  }
  friend std::ostream& operator<<(std::ostream& out, const Operation& op) {
    return out << "group " << op.group << " input " << op.first_input;
  }
  friend void sc_trace(sc_core::sc_trace_file*, const Operation&, const std::string&) {}
};

template <typename T>
using Register = sc_core::sc_signal<T>;
template <typename T>
using Registers = sc_core::sc_vector<sc_core::sc_signal<T>>;

/// What all lanes share: the network, the memories that are broadcast from, the common pipeline
/// registers and the handshake between accumulators, A and WB.
struct MachineState {
  MachineState(const QuantizedNetwork& network_of_run, const DesignPoint& point,
               const sc_core::sc_time& cycle);

  const QuantizedLayer& current() const { return network.layers[static_cast<std::size_t>(layer)]; }
  bool output_layer() const { return layer + 1 == static_cast<int>(network.layers.size()); }
  /// Half of the activation memory that the present layer writes, and the one that it reads.
  int half_written() const { return half_written_by(layer); }
  int half_read() const { return half_read_by(layer); }

  void start_prediction(const std::vector<std::int16_t>& input);
  /// Books what the counting units have counted since the layer before.
  void finish_layer();

  const QuantizedNetwork& network;
  const MachineStructure structure;
  const LaneMemoryLayout layout;
  const int chunk;  ///< inputs per cycle
  const sc_core::sc_time cycle_time;
  int layer = 0;         ///< changes only between layers, when the pipeline is empty
  bool running = false;  ///< a prediction is not finished
  SimulatedPrediction prediction;
  std::vector<EventCounts*> counters;  ///< of each unit that counts events, of the present layer

  InputMemory input_memory;
  ActivationMemory activation_memory;
  std::vector<std::int64_t> output_words;  ///< what WB sends out in the last layer

  /// The clock edge: one event a cycle, sent by the write control while there is work. (An sc_clock
  /// would leave its next edge behind when the simulation ends, which the kernel never frees.)
  sc_core::sc_event clock_edge;
  Register<std::int64_t> cycle_number;  ///< of the machine's life
  Register<Operation> fetched;          ///< F1 | F2
  Registers<int> fetched_words;
  Registers<Operation> multiply;  ///< before each M stage
  Registers<int> multiply_words;  ///< x before the first M stage
  Register<bool> hold;            ///< accumulators are full and A cannot take them
  Register<bool> take;            ///< A takes the accumulators in this cycle
  Register<bool> writing;         ///< WB writes in this cycle
  Register<int> write_lane;       ///< first lane that writes
  Register<bool> next_layer;      ///< the last word of a hidden layer was written
};

}  // namespace minerva
