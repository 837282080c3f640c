#pragma once
#include <cstdint>
#include <vector>

#include "minerva/network/layer_graph.hpp"
#include "minerva/network/topology.hpp"

namespace minerva {

/// Cycles of one layer for one prediction, or for one batch of predictions that run together, by
/// cause. fill: before the first chunk can issue; issue:
/// the accumulators take products; stall: between first and last issue without one, since results
/// wait to be written; drain: after the last issue up to the last write; weight_stall: nothing
/// issues, since F1 waited for weights from off chip; input_stall: nothing issues between first and
/// last issue, since the queue of inputs read ahead was empty.
struct LayerCycles {
  std::int64_t fill = 0;
  std::int64_t issue = 0;
  std::int64_t stall = 0;
  std::int64_t drain = 0;
  std::int64_t weight_stall = 0;
  std::int64_t input_stall = 0;

  std::int64_t total() const { return fill + issue + stall + drain + weight_stall + input_stall; }
  LayerCycles& operator+=(const LayerCycles& other);
  friend bool operator==(const LayerCycles& a, const LayerCycles& b);
  friend bool operator!=(const LayerCycles& a, const LayerCycles& b) { return !(a == b); }
};

/// Name and member of every cause of cycles, in the order of files and tables.
struct CycleName {
  const char* name;
  std::int64_t LayerCycles::*member;
};
const std::vector<CycleName>& cycle_names();
/// Those that a machine has: only one whose weights come from off chip waits for them, and only one
/// that reads ahead has an empty queue.
std::vector<CycleName> cycle_names_of(bool streams_weights, bool reads_ahead);

/// What a layer's inputs did, summed over samples; measured by the engine.
/// Inputs of a convolution are the words of its windows, over computed positions and groups; words
/// in the padding are none. All 0 for pools (docs/layers.md).
struct LayerActivity {
  std::int64_t kept_inputs = 0;  ///< inputs not skipped
  std::int64_t zero_inputs = 0;  ///< inputs whose code is 0, skipped or not
  std::int64_t active_chunks =
      0;  ///< chunks of consecutive inputs of a segment with one kept or more
  /// Inputs of a tile that at least one of its positions keeps, where a tile has
  /// ActivityProfile::tile positions of a convolution, or as many samples of one batch of a dense
  /// layer (of batches of one sample, each sample). Not counted, and 0 or kept_inputs, where that
  /// is 1.
  std::int64_t kept_tile_inputs = 0;
  /// Of the machine ActivityProfile::read_ahead (read_ahead.hpp), beyond the cycles in which its
  /// pipeline fills; 0 where nothing is read ahead.
  LayerCycles read_ahead_cycles = {};
  /// Zeros that a multiplier sees behind a zero, and chunks of nothing but zeros behind one: of a
  /// dense layer without threshold, whose zeros are multiplied, 0 of all others. An input is
  /// multiplied where the one a chunk before it was; the first chunk follows the last one, as the
  /// next group of lanes begins anew.
  std::int64_t repeated_zero_inputs = 0;
  std::int64_t repeated_zero_chunks = 0;

  LayerActivity& operator+=(const LayerActivity& more);
  friend bool operator==(const LayerActivity& a, const LayerActivity& b) {
    return a.kept_inputs == b.kept_inputs && a.zero_inputs == b.zero_inputs &&
           a.active_chunks == b.active_chunks && a.kept_tile_inputs == b.kept_tile_inputs &&
           a.read_ahead_cycles == b.read_ahead_cycles &&
           a.repeated_zero_inputs == b.repeated_zero_inputs &&
           a.repeated_zero_chunks == b.repeated_zero_chunks;
  }
};

/// What decides the cycles of a machine that reads ahead, beside its network and its inputs.
struct ReadAhead {
  int words_per_cycle = 0;  ///< that F1 reads; 0: the machine does not read ahead
  int queue_words = 0;
  int lanes = 0;
  int write_ports = 0;

  bool on() const { return words_per_cycle > 0; }
  friend bool operator==(const ReadAhead& a, const ReadAhead& b) {
    return a.words_per_cycle == b.words_per_cycle && a.queue_words == b.queue_words &&
           a.lanes == b.lanes && a.write_ports == b.write_ports;
  }
};

struct ActivityProfile {
  int chunk = 1;  ///< inputs a chunk: the inputs per cycle of the design
  std::int64_t samples = 0;
  std::vector<LayerActivity> layers;
  int tile = 1;               ///< positions, or predictions, that one weight read serves
  ReadAhead read_ahead = {};  ///< whose cycles were counted, if it is one
  int batch_size = 1;         ///< samples that run together; tiles of samples lie within a batch

  /// Adds more samples of the same network, chunk, tile, batch size and machine that reads ahead.
  ActivityProfile& operator+=(const ActivityProfile& more);
};

/// The profile of `samples` predictions in which nothing is skipped.
ActivityProfile full_activity(const Topology& topology, int chunk, std::int64_t samples = 1);
ActivityProfile full_graph_activity(const LayerGraph& graph, int chunk, int tile,
                                    std::int64_t samples = 1, int batch_size = 1);

/// Events of one layer; sums over samples unless said otherwise. Each is defined once
/// (docs/machine.md) and equal in every model.
struct EventCounts {
  std::int64_t input_reads = 0;       ///< words read from the input memory (layer 1)
  std::int64_t activation_reads = 0;  ///< words read from the activation memory
  std::int64_t comparisons = 0;       ///< |x| < theta, one a broadcast word; 0 without threshold
  std::int64_t weight_reads_done = 0;
  std::int64_t weight_reads_skipped = 0;
  std::int64_t macs_done = 0;
  std::int64_t macs_skipped = 0;
  std::int64_t accumulator_updates = 0;  ///< one a lane and cycle that takes a product or more
  std::int64_t bias_reads = 0;
  std::int64_t words_written = 0;

  EventCounts& operator+=(const EventCounts& other);
  friend bool operator==(const EventCounts& a, const EventCounts& b);
  friend bool operator!=(const EventCounts& a, const EventCounts& b) { return !(a == b); }
};

/// Name and member of every event, in the order of files and tables.
struct EventName {
  const char* name;
  std::int64_t EventCounts::*member;
};
const std::vector<EventName>& event_names();

}  // namespace minerva
