#pragma once
#include <cstdint>
#include <vector>

#include "minerva/circuit/characterization.hpp"
#include "minerva/data/dataset.hpp"
#include "minerva/network/quantized_graph.hpp"

namespace minerva::flow {

/// What a lane sees while a network predicts samples.
struct LaneOperandsOfRun {
  circuit::LaneOperands operands;
  std::int64_t left_out = 0;  ///< neurons of layers whose binary points the lane does not have
  double kept_percent = 0;    ///< of the inputs
};

/// The lane of a network's datapath, with streams "run" (every input, zeros multiplied) and
/// "run_kept" (without inputs that are 0 or skipped by the threshold) of NeuronDraw for each
/// sample, by the seed. A sum begins with the bias, without an added tensor. The lane rounds
/// products as the layer with the most weights does; neurons of layers that round away another
/// number of bits are left out. Faulty bits stand at the flags of the mask row where the detector
/// is Razor.
LaneOperandsOfRun lane_operands(const QuantizedGraph& network, const Samples& samples,
                                std::uint64_t seed, int lanes);

/// The comparisons of F1 in the same predictions: every word that a window of a layer
/// with a threshold reads, or input of a dense one. Nothing
/// where there is none.
std::vector<circuit::UnitOperands> comparator_operands(const QuantizedGraph& network,
                                                       const Samples& samples);

/// The words that lanes hand to the write port, one lane after the other, at the accumulator's
/// width.
circuit::UnitOperands write_operands(const QuantizedGraph& network, const Samples& samples,
                                     int lanes);

}  // namespace minerva::flow
