#include "minerva/accelsim/memory_layout.hpp"

namespace minerva {

LaneMemoryLayout::LaneMemoryLayout(const MachineNetwork& network, const DesignPoint& point)
    : lanes_(point.lanes), banks_(point.weight_banks_per_lane()) {
  std::int64_t weight_row = 0;
  std::int64_t bias_row = 0;
  for (int k = 0; k < network.layers(); ++k) {
    const LayerFacts& layer = network.facts(k);
    neuron_rows_.push_back(rows_for(layer.inputs, banks_));
    first_weight_row_.push_back(weight_row);
    first_bias_row_.push_back(bias_row);
    weight_row += weight_rows_of_layer(layer.inputs, layer.channels, lanes_, banks_);
    bias_row += bias_rows_of_layer(layer, lanes_);
  }
  first_weight_row_.push_back(weight_row);
  first_bias_row_.push_back(bias_row);
}

}  // namespace minerva
