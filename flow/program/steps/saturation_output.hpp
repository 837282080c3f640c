#pragma once
#include <string>

#include "json_output.hpp"
#include "minerva/data/dataset.hpp"
#include "minerva/network/graph_network.hpp"
#include "minerva/network/quantized_graph.hpp"

namespace minerva::flow {

/// What the formats of a network cut off, in one line and as JSON.
struct SaturationOutput {
  std::string text;
  Json document;
};

/// @param samples whose inputs and products are counted; without any, weights and biases alone are.
SaturationOutput saturation_output(const GraphNetwork& network, const QuantizedGraph& quantized,
                                   const Samples& samples, int threads);

}  // namespace minerva::flow
