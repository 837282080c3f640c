#pragma once
#include "host_layers.hpp"
#include "minerva/workloads/lane_network.hpp"

namespace minerva::workloads {

// The networks of the workloads that read images (example, channel, row, column) or states.
ExportedNetwork alexnet_network(const Parameters& all, const HostTensor& images);
ExportedNetwork vgg_network(const Parameters& all, const HostTensor& images);
/// Of the variant paper. `statistics`: running means and variances of its batch normalizations.
ExportedNetwork residual_network(const Parameters& all, const Parameters& statistics,
                                 const HostTensor& images);
ExportedNetwork deepq_network(const Parameters& all, const HostTensor& states);

}  // namespace minerva::workloads
