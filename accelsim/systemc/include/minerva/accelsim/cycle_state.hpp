#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/base/enum_names.hpp"

namespace minerva {

/// Why a cycle passes (docs/machine.md, "Cycles").
enum class CycleCause { fill, issue, stall, drain, weight_stall, input_stall };
constexpr EnumNames<CycleCause, 6> enum_names(CycleCause) {
  return {{{CycleCause::fill, "fill"},
           {CycleCause::issue, "issue"},
           {CycleCause::stall, "stall"},
           {CycleCause::drain, "drain"},
           {CycleCause::weight_stall, "weight stall"},
           {CycleCause::input_stall, "queue empty"}}};
}

/// What the words of a chunk are: inputs of weights, words of an added tensor, or words that a pool
/// takes. The last two go to a lane each.
enum class ChunkKind { weighted, added, pooled };

/// One chunk of broadcast inputs in a stage of the pipeline.
struct StageContent {
  bool valid = false;
  int group = 0;        ///< number of its unit at its position
  int first_input = 0;  ///< index j of the chunk's first word; of `added` the first of the unit's
                        ///< channels, of `pooled` the word of the window
  int words = 0;        ///< inputs first_input .. first_input + words - 1
  std::uint64_t kept = 0;  ///< bit k: word k is not skipped; 0 in F1 while it is held
  bool first = false;      ///< first chunk of its unit
  bool last = false;       ///< last chunk of its unit
  ChunkKind kind = ChunkKind::weighted;
  int position = -1;  ///< in the order of computed positions; -1: every layer has one
};

/// What every stage works on in one cycle. Stages before A stand still in a held cycle: what they
/// show is what they work on once the hold ends.
struct CycleState {
  std::int64_t cycle = -1;  ///< of the prediction, from 0; -1: none has run
  int layer = 0;            ///< 0-based
  CycleCause cause = CycleCause::fill;
  bool held = false;
  StageContent fetch_inputs;           ///< F1
  StageContent fetch_weights;          ///< F2
  std::vector<StageContent> multiply;  ///< M1 .. Ms
  int taken_group = -1;                ///< group that A takes; -1: none
  int taken_position = -1;             ///< and its position; -1: every layer has one
  int written_group = -1;              ///< group that WB writes of; -1: none
  int written_position = -1;
  int first_channel_written = 0;  ///< of the group: its first channel
  int first_lane_written = 0;     ///< of the group's lanes
  int words_written = 0;
};

/// Registers of one lane as they stand after a cycle.
struct LaneRegisters {
  std::vector<std::int32_t> weights;  ///< between F2 and M, one a MAC in use
  std::int64_t accumulator = 0;       ///< the first one, at the fraction of P
  int accumulator_neuron = -1;        ///< its channel; -1: the lane idles in this group
  std::int64_t result = 0;            ///< between A and WB
  int result_neuron = -1;
  std::vector<std::int64_t> accumulators;  ///< all of them
};

/// A cycle as a row of text: cycle, cause, F1, F2, M1 .. Ms, A, WB. A chunk is "g0 j0-3", of group
/// 0 and inputs 0 to 3, and "g0 j0-3*" while it is held; WB's "g0 n16-19" are neurons. In networks
/// of maps "p7 g0 j0-3" is of position 7, "a0-3" are channels of an added tensor, "w2" is word 2 of
/// a pool's window, and WB's "p7 g0 n16-19" are channels.
std::vector<std::string> cycle_table_headings(int multiplier_stages);
std::vector<std::string> cycle_table_row(const CycleState& state);

}  // namespace minerva
