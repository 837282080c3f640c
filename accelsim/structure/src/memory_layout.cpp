#include "minerva/accelsim/memory_layout.hpp"

namespace minerva {

LaneMemoryLayout::LaneMemoryLayout(const Topology& topology, const DesignPoint& point)
    : lanes_(point.lanes), banks_(point.weight_banks_per_lane()) {
  std::int64_t weight_row = 0;
  std::int64_t bias_row = 0;
  for (int k = 0; k < topology.layers(); ++k) {
    const int n_in = topology.fan_in(k);
    const int n_out = topology.fan_out(k);
    neuron_rows_.push_back(rows_for(n_in, banks_));
    first_weight_row_.push_back(weight_row);
    first_bias_row_.push_back(bias_row);
    weight_row += weight_rows_of_layer(n_in, n_out, lanes_, banks_);
    bias_row += groups_of_layer(n_out, lanes_);
  }
  first_weight_row_.push_back(weight_row);
  first_bias_row_.push_back(bias_row);
}

}  // namespace minerva
