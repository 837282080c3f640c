#pragma once
#include <cstdint>
#include <vector>

#include "minerva/circuit/characterization.hpp"
#include "minerva/data/dataset.hpp"
#include "minerva/network/quantized_graph.hpp"

namespace minerva::flow {

/// The operands that units of one lane see while a network predicts these samples: those of
/// NeuronDraw for each sample, by the seed, with all their inputs in their order. Streams are
/// named "run" (every input, zeros multiplied) and "run_kept" (inputs that are 0 or skipped by the
/// threshold left out). Units have the widths of the one datapath; a product and its rounding have
/// those of the layer where layers differ. Streams of fewer than two operations are left out.
std::vector<circuit::UnitOperands> run_operands(const QuantizedGraph& network,
                                                const Samples& samples, std::uint64_t seed);

}  // namespace minerva::flow
