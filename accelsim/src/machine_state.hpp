#pragma once
#include <cstdint>
#include <ostream>
#include <systemc>
#include <vector>

#include "minerva/accelsim/simulate.hpp"
#include "minerva/design/design_point.hpp"
#include "minerva/design/quantized_network.hpp"

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
  std::uint64_t kept = 0;  ///< bit k: word k is not skipped

  friend bool operator==(const Operation& a, const Operation& b) {
    return a.valid == b.valid && a.first == b.first && a.last == b.last &&
           a.last_of_layer == b.last_of_layer && a.group == b.group &&
           a.first_input == b.first_input && a.words == b.words && a.kept == b.kept;
  }
  friend std::ostream& operator<<(std::ostream& out, const Operation& op) {
    return out << "group " << op.group << " input " << op.first_input;
  }
  friend void sc_trace(sc_core::sc_trace_file*, const Operation&, const std::string&) {}
};

template <typename T>
using Registers = sc_core::sc_vector<sc_core::sc_signal<T>>;

/// What all lanes share: the network, the memories that are broadcast from, the common pipeline
/// registers and the handshake between accumulators, A and WB.
struct MachineState {
  MachineState(const QuantizedNetwork& network_of_run, const DesignPoint& design_point);

  const QuantizedLayer& current() const { return network.layers[static_cast<std::size_t>(layer)]; }
  bool output_layer() const { return layer + 1 == static_cast<int>(network.layers.size()); }
  SimulatedPrediction& prediction() { return result.samples.back(); }
  EventCounts& events() { return prediction().events[static_cast<std::size_t>(layer)]; }

  const QuantizedNetwork& network;
  const DesignPoint point;
  const int chunk;  ///< inputs per cycle
  int layer = 0;    ///< changes only between layers, when the pipeline is empty
  SimulationResult result;

  std::vector<std::int16_t> input_memory;
  std::vector<std::int16_t> activation_memory[2];  ///< halves: layer k reads one, writes the other
  std::vector<std::int64_t> output_words;          ///< what WB sends out in the last layer

  /// The clock edge: one event a cycle, sent by the sequencer while there is work. (An sc_clock
  /// would leave its next edge behind when the simulation ends, which the kernel never frees.)
  sc_core::sc_event clock_edge;
  sc_core::sc_signal<Operation> fetched;  ///< F1 | F2
  Registers<int> fetched_words;
  Registers<Operation> multiply;        ///< before each M stage
  Registers<int> multiply_words;        ///< x before the first M stage
  sc_core::sc_signal<bool> hold;        ///< accumulators are full and A cannot take them
  sc_core::sc_signal<bool> take;        ///< A takes the accumulators in this cycle
  sc_core::sc_signal<bool> writing;     ///< WB writes in this cycle
  sc_core::sc_signal<int> write_lane;   ///< first lane that writes
  sc_core::sc_signal<bool> layer_done;  ///< the last word was written in the cycle before
};

}  // namespace minerva
