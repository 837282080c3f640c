#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "minerva/arithmetic/random.hpp"
#include "minerva/data/dataset.hpp"
#include "minerva/engine/graph_trace.hpp"
#include "minerva/network/graph_schedule.hpp"
#include "minerva/network/quantized_graph.hpp"

namespace minerva::flow {

/// A neuron of a layer with weights: a position that is computed, and a channel. A dense layer has
/// one position.
struct DrawnNeuron {
  int layer = 0;
  Position position;
  int channel = 0;
};

/// Draws neurons of a network, all of them alike.
class NeuronDraw {
 public:
  explicit NeuronDraw(const LayerGraph& graph);

  /// As many as the network has layers with weights, so that operands of a layer are as frequent as
  /// its neurons are in a prediction.
  std::vector<DrawnNeuron> draw(KeyedRandom& random) const;

 private:
  struct DrawnLayer {
    int number = 0;
    int channels = 0;
    std::vector<Position> positions;

    std::uint64_t neurons() const {
      return static_cast<std::uint64_t>(positions.size()) * static_cast<std::uint64_t>(channels);
    }
  };
  std::vector<DrawnLayer> layers_;
  std::uint64_t neurons_ = 0;
};

/// A word that feeds a neuron, a code of X, and the number of its weight.
struct NeuronInput {
  std::int32_t x = 0;
  int weight = 0;
};
/// The words of a neuron's window in their order, without those in the padding, which no machine
/// reads.
std::vector<NeuronInput> inputs_of(const QuantizedGraph& network, const DrawnNeuron& neuron,
                                   const GraphTrace& trace);

/// Bits that the rounding of a layer's products drops; negative: it adds some.
int dropped_of_products(const LayerFormats& formats);
/// Bits that the rounding of layer k's sums drops, which is not the output layer.
int dropped_of_sums(const QuantizedGraph& network, int k);

/// Calls `see` for each sample with what the network computes for it.
void for_each_prediction(const QuantizedGraph& network, const Samples& samples,
                         const std::function<void(const GraphTrace&)>& see);

}  // namespace minerva::flow
