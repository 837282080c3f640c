#pragma once
#include <cstdint>
#include <vector>

#include "minerva/network/quantized_graph.hpp"

namespace minerva {

/// Everything that one prediction of a graph computes, in integers: the reference that every other
/// engine and model is held against. Plain loops, no SIMD. Words that a fused pool drops are not
/// computed: they are 0 here (computed_positions).
struct GraphTrace {
  /// Codes of each tensor, in storage order; those of the outputs are empty.
  std::vector<std::vector<std::int32_t>> tensors;
  /// Accumulators of each layer, in storage order, at the fraction of P; of a sum_pool the sums of
  /// codes, and of a max_pool the largest codes.
  std::vector<std::vector<std::int64_t>> accumulators;
  int predicted_class = 0;
};
/// @param input the codes of the input, graph.inputs() of them.
GraphTrace trace_graph(const QuantizedGraph& network, const std::int16_t* input);

}  // namespace minerva
