#pragma once
#include <vector>

#include "minerva/accelsim/machine_network.hpp"
#include "minerva/design/design_point.hpp"
#include "minerva/network/graph_schedule.hpp"
#include "minerva/network/quantized_graph.hpp"

namespace minerva {

/// What the units of the machine are set to while a layer runs.
struct LayerSetting {
  GraphLayer shape;
  TensorShape added_shape;  ///< of the added tensor
  const QuantizedLayer* stored = nullptr;
  std::vector<Position> positions;  ///< of one prediction, in the order in which they are computed
  int segments = 1;
  int segment_words = 1;  ///< of a layer with weights
  int region_read = 0;    ///< TensorRegions::kNone: the input memory
  int region_added = 0;
  int region_written = 0;  ///< TensorRegions::kNone: the outputs
  int span = 1;            ///< positions that all channels pass before the next ones begin
  int units = 1;           ///< of a position, of a layer with weights
  bool fuses = false;      ///< A takes the maxima of the pool behind it
  int pooled = 1;          ///< positions of a window of that pool
  bool is_output = false;
  bool weighted = true;  ///< a layer with weights
  QFormat result_format;
  int result_fraction = 0;  ///< of the accumulators
  int added_shift = 0;

  int channels() const { return shape.channels; }
  int positions_of_one() const { return static_cast<int>(positions.size()); }
  // Positions of a batch are those of its first prediction, then those of the second, ..
  int prediction_of(int position) const { return position / positions_of_one(); }
  const Position& place(int position) const {
    return positions[static_cast<std::size_t>(position % positions_of_one())];
  }
  /// Spans and tiles of a dense layer lie in a batch, all others in a prediction.
  bool spans_batch() const { return shape.kind == GraphLayerKind::dense; }
  /// Both halves of the lanes' buffers hold all weights of the layer.
  bool stays_in_buffers() const { return units <= 2; }
  int first_word(int position) const {
    const Position& at = place(position);
    return prediction_of(position) * shape.output.size() +
           (at.y * shape.output.width + at.x) * shape.output.channels;
  }
  /// Where WB writes the first channel of what A has at a position.
  int first_written_word(int position) const {
    return fuses ? position / pooled * shape.channels : first_word(position);
  }
};

/// `network` must outlive the settings.
std::vector<LayerSetting> layer_settings(const QuantizedGraph& network,
                                         const MachineNetwork& machine, const DesignPoint& point);

}  // namespace minerva
