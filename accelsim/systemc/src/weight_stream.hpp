#pragma once
#include <cstdint>
#include <ostream>
#include <systemc>

#include "machine_state.hpp"

namespace minerva {

/// How many units of a layer have their weights in the lanes' buffers.
struct UnitsLoaded {
  std::int64_t layer_start = 0;  ///< number of the layer: MachineState::layer_starts
  int loads = 0;

  friend bool operator==(const UnitsLoaded& a, const UnitsLoaded& b) {
    return a.layer_start == b.layer_start && a.loads == b.loads;
  }
  friend std::ostream& operator<<(std::ostream& out, const UnitsLoaded& loaded) {
    return out << loaded.loads << " units of layer " << loaded.layer_start;
  }
  friend void sc_trace(sc_core::sc_trace_file*, const UnitsLoaded&, const std::string&) {}
};

/// Brings weights from off chip into the lanes' buffers, unit after unit in the order in which they
/// run, each into the half that the unit before last has left. It begins in the layer's second
/// cycle.
class WeightStream : public sc_core::sc_module {
 public:
  WeightStream(const sc_core::sc_module_name& name, MachineState& machine);

  const UnitsLoaded& loaded() const { return loaded_.read(); }
  /// Units of the layer that runs whose weights F1 knows to be there.
  int loads_seen() const {
    return loaded().layer_start == machine_.layer_starts ? loaded().loads : 0;
  }

 private:
  void step();
  void start_layer();
  void begin_unit();
  void end_unit();
  void deliver();

  MachineState& machine_;
  Register<UnitsLoaded> loaded_;
  GraphEventCounts counts_;
  std::int64_t layer_start_ = -1;  ///< of the layer whose weights come
  int position_ = 0;               ///< first one of those for which they come
  int first_channel_ = 0;          ///< of the unit
  int channels_ = 0;
  int word_ = 0;      ///< of the unit, that comes next
  int loads_ = 0;     ///< units that have come
  int released_ = 0;  ///< units whose weights were read for the last time
  bool more_ = false;
};

}  // namespace minerva
