#pragma once
#include <systemc>
#include <vector>

#include "machine_state.hpp"

namespace minerva {

/// The shared front of the pipeline: walks through samples, layers, groups and chunks, reads and
/// compares the words to broadcast (F1), and moves the shared registers on.
class Sequencer : public sc_core::sc_module {
 public:
  Sequencer(sc_core::sc_module_name name, MachineState& machine,
            const std::vector<std::vector<std::int16_t>>& inputs);

 private:
  void fetch();  // F1
  void start_of_simulation() override;
  void next_cycle();
  void advance();  // registers F1|F2 to the last M stage
  void start_sample();
  void start_layer();
  void finish_layer();

  MachineState& machine_;
  const std::vector<std::vector<std::int16_t>>& inputs_;
  std::size_t sample_ = 0;
  int group_ = 0;
  int next_input_ = 0;
};

/// The shared back: hands full accumulators to A, grants the write ports lane by lane, holds the
/// pipeline when neither can go on, and books every cycle under its cause.
class WriteControl : public sc_core::sc_module {
 public:
  WriteControl(sc_core::sc_module_name name, MachineState& machine);

 private:
  void step();

  MachineState& machine_;
  LayerCycles cycles_;
  bool issued_first_ = false;
  bool issued_last_ = false;
  bool accumulators_full_ = false;
  int accumulated_words_ = 0;  ///< neurons of the group that fills or filled the accumulators
  int words_left_ = 0;         ///< words in A's registers that WB has yet to write
  int write_lane_ = 0;
};

}  // namespace minerva
