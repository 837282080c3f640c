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

/// How often the weights of a layer come from off chip in a prediction: once for each span of
/// positions, or once where both halves of the lanes' buffers hold them all.
inline std::int64_t weight_passes(const LayerFacts& layer, const LayerUnits& units,
                                  const LanePipeline& pipeline) {
  if (units.of_position() <= 2) return 1;
  return ceil_divide(layer.positions, span_positions(layer, pipeline));
}

}  // namespace minerva
