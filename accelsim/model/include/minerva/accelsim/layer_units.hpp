#pragma once
#include <algorithm>
#include <cstdint>
#include <numeric>

#include "minerva/accelsim/machine_structure.hpp"
#include "minerva/network/layer_facts.hpp"

namespace minerva {

/// The channels that run together at one position: a unit of the schedule.
struct UnitShape {
  int channels = 0;
  int chunks = 0;  ///< cycles in which it issues
  int writes = 0;  ///< cycles in which WB writes its words
};

/// How a layer is cut into units: at each position `groups` times `full` units and a last one,
/// which is narrower where the channels do not fill it.
struct LayerUnits {
  int groups = 1;
  int full_units = 0;  ///< of a group, before its last unit
  UnitShape full;
  UnitShape last;

  int of_position() const { return groups * (full_units + 1); }
};

/// The units of a layer that takes cycles (not of a fused pool).
inline LayerUnits units_of(const LayerFacts& layer, const LanePipeline& pipeline) {
  const bool weighted = layer.has_weights();
  const int most = weighted ? pipeline.lanes : pipeline.lane_words();
  const int channels = weighted ? layer.channels_of_group : layer.channels;
  const int window =
      weighted ? layer.segments * pipeline.chunks(layer.segment_words) : layer.segments;
  const auto shape = [&](int of_unit) {
    const int added = layer.adds ? ceil_divide(of_unit, pipeline.words_per_cycle) : 0;
    return UnitShape{of_unit, window + added, pipeline.write_cycles(of_unit)};
  };
  LayerUnits units;
  units.groups = weighted ? layer.groups : 1;
  units.full_units = ceil_divide(channels, most) - 1;
  units.full = shape(std::min(channels, most));
  units.last = shape(channels - units.full_units * most);
  return units;
}

/// Positions that all units of a layer pass before the next ones begin: whole tiles, and whole
/// windows of a fused pool.
inline int span_positions(const LayerFacts& layer, const LanePipeline& pipeline) {
  return std::lcm(pipeline.accumulators, layer.pooled);
}

/// The positions of a batch: so many runs of so many positions. Spans and tiles begin anew with
/// each run. A dense layer has one run, whose positions are the predictions of the batch; any other
/// one a run a prediction.
struct PositionRuns {
  int runs = 1;
  int positions = 1;
};
inline PositionRuns position_runs(const LayerFacts& layer, const LanePipeline& pipeline) {
  if (layer.kind == GraphLayerKind::dense) return {1, pipeline.batch_size * layer.positions};
  return {pipeline.batch_size, layer.positions};
}

/// How often the weights of a layer come from off chip in a batch: once for each span of
/// positions, or once where both halves of the lanes' buffers hold them all.
inline std::int64_t weight_passes(const LayerFacts& layer, const LayerUnits& units,
                                  const LanePipeline& pipeline) {
  if (units.of_position() <= 2) return 1;
  const PositionRuns runs = position_runs(layer, pipeline);
  return std::int64_t{runs.runs} * ceil_divide(runs.positions, span_positions(layer, pipeline));
}

}  // namespace minerva
