#pragma once
#include <cstdint>
#include <vector>

#include "minerva/arithmetic/random.hpp"
#include "minerva/circuit/characterization.hpp"
#include "minerva/data/dataset.hpp"
#include "minerva/network/quantized_network.hpp"

namespace minerva::flow {

/// What a lane sees while a network predicts samples.
struct LaneOperandsOfRun {
  circuit::LaneOperands operands;
  std::int64_t left_out = 0;  ///< neurons of layers whose binary points the lane does not have
  double kept_percent = 0;    ///< of the inputs
};

struct DrawnNeuron {
  std::size_t layer = 0;
  int neuron = 0;
};
/// As many neurons as the network has layers, each drawn from all of them alike, so that operands
/// of a layer are as frequent as its multiplications are in a prediction.
std::vector<DrawnNeuron> draw_neurons(const QuantizedNetwork& network, KeyedRandom& random);

/// The lane of a network's datapath, with streams "run" (every input, zeros multiplied) and
/// "run_kept" (without inputs that are 0 or skipped by the threshold) of draw_neurons for each
/// sample, by the seed. The lane rounds products as the layer with the most weights does;
/// neurons of layers that round away another number of bits are left out. Faulty bits stand at the
/// flags of the mask row where the detector is Razor.
LaneOperandsOfRun lane_operands(const QuantizedNetwork& network, const Samples& samples,
                                std::uint64_t seed, int lanes);

/// The comparisons of F1 in the same predictions: every input of a layer with a threshold. Nothing
/// where there is none.
std::vector<circuit::UnitOperands> comparator_operands(const QuantizedNetwork& network,
                                                       const Samples& samples);

/// The words that lanes hand to the write port, one lane after the other, at the accumulator's
/// width.
circuit::UnitOperands write_operands(const QuantizedNetwork& network, const Samples& samples,
                                     int lanes);

}  // namespace minerva::flow
