#pragma once
#include <systemc>
#include <vector>

#include "machine_state.hpp"

namespace minerva {

/// The shared front of the pipeline: walks through layers, groups and chunks, reads and compares
/// the words to broadcast (F1), and moves the shared registers on.
class Sequencer : public sc_core::sc_module {
 public:
  Sequencer(const sc_core::sc_module_name& name, MachineState& machine);

  void start_layer();
  /// What F1 reads next; not valid when the layer has no more.
  Operation next_operation() const;

 private:
  void fetch();  // F1
  void read_words(Operation& op);
  void advance();  // registers F1|F2 to the last M stage

  MachineState& machine_;
  EventCounts counts_;
  int group_ = 0;
  int next_input_ = 0;
};

/// The shared back: hands full accumulators to A, grants the write ports lane by lane, holds the
/// pipeline when neither can go on, books every cycle under its cause, and sends the next clock
/// edge until the prediction is finished.
class WriteControl : public sc_core::sc_module {
 public:
  WriteControl(const sc_core::sc_module_name& name, MachineState& machine);

  CycleCause last_cause() const { return last_cause_; }
  int accumulated_group() const { return accumulated_group_; }
  int written_group() const { return written_group_; }
  int words_left() const { return words_left_; }

 private:
  void step();
  CycleCause cause_of(bool issues) const;

  MachineState& machine_;
  LayerCycles cycles_;
  CycleCause last_cause_ = CycleCause::fill;
  bool issued_first_ = false;
  bool issued_last_ = false;
  bool accumulators_full_ = false;
  int accumulated_group_ = 0;  ///< group that fills or filled the accumulators
  int accumulated_words_ = 0;  ///< its neurons
  int written_group_ = 0;      ///< group in A's registers
  int words_left_ = 0;         ///< words in A's registers that WB has yet to write
  int write_lane_ = 0;
};

}  // namespace minerva
