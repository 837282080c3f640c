#include "neuron_operands.hpp"

#include "minerva/engine/fixed_engine.hpp"

namespace minerva::flow {

NeuronDraw::NeuronDraw(const LayerGraph& graph) {
  for (int k = 0; k < graph.layers(); ++k) {
    const GraphLayer& layer = graph.layer(k);
    if (!layer.has_weights()) continue;
    layers_.push_back({k, layer.channels, computed_positions(graph, k)});
    neurons_ += layers_.back().neurons();
  }
}

std::vector<DrawnNeuron> NeuronDraw::draw(KeyedRandom& random) const {
  std::vector<DrawnNeuron> drawn;
  for (std::size_t n = 0; n < layers_.size(); ++n) {
    std::uint64_t left = random.below(neurons_);
    std::size_t k = 0;
    while (left >= layers_[k].neurons()) left -= layers_[k++].neurons();
    const DrawnLayer& layer = layers_[k];
    const auto channels = static_cast<std::uint64_t>(layer.channels);
    drawn.push_back({layer.number, layer.positions[static_cast<std::size_t>(left / channels)],
                     static_cast<int>(left % channels)});
  }
  return drawn;
}

std::vector<NeuronInput> inputs_of(const QuantizedGraph& network, const DrawnNeuron& neuron,
                                   const GraphTrace& trace) {
  const GraphLayer& layer = network.graph.layer(neuron.layer);
  const std::vector<std::int32_t>& tensor = trace.tensors[static_cast<std::size_t>(layer.reads)];
  std::vector<NeuronInput> inputs;
  if (layer.kind == GraphLayerKind::dense) {
    for (std::size_t j = 0; j < tensor.size(); ++j) {
      inputs.push_back({tensor[j], static_cast<int>(j)});
    }
    return inputs;
  }
  const Window& w = layer.window;
  const int channels = layer.input.channels / layer.groups;
  const int first_channel = neuron.channel / (layer.channels / layer.groups) * channels;
  for (int ky = 0; ky < w.height; ++ky) {
    const int y = neuron.position.y * w.stride_y - w.top + ky;
    if (y < 0 || y >= layer.input.height) continue;
    for (int kx = 0; kx < w.width; ++kx) {
      const int x = neuron.position.x * w.stride_x - w.left + kx;
      if (x < 0 || x >= layer.input.width) continue;
      for (int c = 0; c < channels; ++c) {
        inputs.push_back({tensor[storage_word(layer.input, y, x, first_channel + c)],
                          (ky * w.width + kx) * channels + c});
      }
    }
  }
  return inputs;
}

int dropped_of_products(const LayerFormats& formats) {
  return formats.weight.fraction_bits + formats.activation.fraction_bits -
         formats.product.fraction_bits;
}

int dropped_of_sums(const QuantizedGraph& network, int k) {
  const QFormat written = network.layer(format_owner(network.graph, k + 1)).formats.activation;
  return network.layer(k).formats.product.fraction_bits - written.fraction_bits;
}

void for_each_prediction(const QuantizedGraph& network, const Samples& samples,
                         const std::function<void(const GraphTrace&)>& see) {
  const std::vector<std::int16_t> codes =
      input_codes(samples.inputs, network.layers.front().formats.activation, network.rounding);
  const auto inputs = static_cast<std::size_t>(network.graph.inputs());
  for (std::size_t s = 0; s < static_cast<std::size_t>(samples.size()); ++s) {
    see(trace_graph(network, codes.data() + s * inputs));
  }
}

}  // namespace minerva::flow
