#pragma once
#include <deque>
#include <systemc>
#include <vector>

#include "input_queue.hpp"
#include "machine_state.hpp"

namespace minerva {

/// The shared front of the pipeline: walks through layers, positions, units and chunks, reads and
/// compares the words to broadcast (F1), and moves the shared registers on.
class Sequencer : public sc_core::sc_module {
 public:
  Sequencer(const sc_core::sc_module_name& name, MachineState& machine);

  void start_layer();
  /// What F1 reads next; not valid when the layer has no more.
  Operation next_operation() const;
  /// What F1 has read in the last cycle; not valid when it has read nothing.
  const Operation& last_read() const { return last_read_; }

 private:
  /// Where the words of a chunk stand: word k at `first` + k, if that is `low` to `high` - 1; the
  /// others are padding.
  struct WordRange {
    int region = 0;
    int first = 0;
    int low = 0;
    int high = 0;
  };

  void fetch();  // F1
  void fetch_ahead();
  void read_words(Operation& op);
  WordRange words_of(const Operation& op) const;
  WordRange window_words(const Operation& op) const;
  WordRange added_words(const Operation& op) const;
  void count_words(const Operation& op, int inside);
  void step_on(const Operation& op);
  void begin_unit(int first_channel, int number);
  void begin_span(int first_position);
  int last_tile_end() const;
  bool begins_unit() const;
  int load_of_unit() const;
  bool waits_for_weights() const;
  void advance();  // registers F1|F2 to the last M stage

  MachineState& machine_;
  GraphEventCounts counts_;
  const bool reads_ahead_;
  InputQueue queue_;
  std::vector<int> codes_;  ///< that F1 has read, of each word of a chunk
  Operation last_read_;
  // Positions of a span pass unit after unit, those of a tile chunk after chunk.
  int span_ = 0;      ///< first position of the span
  int span_end_ = 0;  ///< the one behind its last
  int tile_ = 0;      ///< first position of the tile
  int accumulator_ = 0;
  int unit_ = 0;
  int units_begun_ = 0;  ///< of the layer, before the present one
  int first_channel_ = 0;
  int channels_ = 0;
  int convolution_group_ = 0;  ///< of a depthwise convolution: the channel that it reads
  int added_ = 0;              ///< channels whose added word was read
  int segment_ = 0;
  int offset_ = 0;                  ///< words of the segment that were read
  std::uint64_t weights_read_ = 0;  ///< of the chunk, for positions of the tile before this one
};

/// The shared back: hands full accumulators to A, grants the write ports lane by lane, holds the
/// pipeline when neither can go on, books every cycle under its cause, and sends the next clock
/// edge until the prediction is finished.
class WriteControl : public sc_core::sc_module {
 public:
  WriteControl(const sc_core::sc_module_name& name, MachineState& machine);

  CycleCause last_cause() const { return last_cause_; }
  int words_left() const { return words_left_; }

 private:
  void step();
  CycleCause starved_cause() const;
  CycleCause cause_of(const Operation& last_stage, bool issues) const;
  void book(CycleCause cause);
  void write_words();
  Unit unit_of(const Operation& op) const;
  /// The operation that would issue in the next cycle.
  const Operation& next_issue() const;

  MachineState& machine_;
  LayerCycles cycles_;
  CycleCause last_cause_ = CycleCause::fill;
  bool issued_first_ = false;
  bool issued_last_ = false;
  std::deque<Unit>
      full_;            ///< units whose accumulators are full, in the order in which A takes them
  int words_left_ = 0;  ///< words in A's registers that WB has yet to write
  int write_lane_ = 0;
};

}  // namespace minerva
