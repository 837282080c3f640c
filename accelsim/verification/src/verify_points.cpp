#include "minerva/accelsim/verify_points.hpp"

#include "minerva/accelsim/worker_processes.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

/// A code of up to `bits` bits, every magnitude as likely as the next.
std::int32_t random_code(KeyedRandom& random, int bits) {
  const auto half = std::int64_t{1} << (bits - 1);
  const std::int64_t code = static_cast<std::int64_t>(random.below(2 * std::uint64_t(half))) - half;
  return static_cast<std::int32_t>(code / (std::int64_t{1} << random.below(std::uint64_t(bits))));
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

}  // namespace

std::vector<std::vector<std::string>> verify_points(
    const QuantizedNetwork& network, const std::vector<DesignPoint>& points,
    const std::vector<std::vector<std::int16_t>>& inputs, SimulationModel model, int workers,
    const std::function<void()>& on_done) {
  return verify_points(quantized_graph(network), points, inputs, model, workers, on_done);
}

std::vector<std::vector<std::string>> verify_points(
    const QuantizedGraph& network, const std::vector<DesignPoint>& points,
    const std::vector<std::vector<std::int16_t>>& inputs, SimulationModel model, int workers,
    const std::function<void()>& on_done) {
  const std::vector<std::string> results = run_in_processes(
      points.size(), workers,
      [&](std::size_t i) {
        std::string text;
        for (const std::string& line : verify_point(network, points[i], inputs, model)) {
          text += line + "\n";
        }
        return text;
      },
      on_done);
  std::vector<std::vector<std::string>> differences;
  differences.reserve(results.size());
  for (const std::string& text : results) differences.push_back(lines_of(text));
  return differences;
}

QuantizedGraph random_network(const LayerGraph& graph, const QuantizationPlan& plan,
                              std::uint64_t seed) {
  expects(static_cast<int>(plan.layers.size()) == graph.layers(),
          "random_network: a plan of another network");
  QuantizedGraph network{{plan.rounding, {}, {}}, graph};
  for (int k = 0; k < graph.layers(); ++k) {
    KeyedRandom random(seed, Stream::design_verification, static_cast<std::uint64_t>(k) + 1);
    QuantizedLayer layer;
    layer.n_in = graph.layer(k).fan_in();
    layer.n_out = graph.layer(k).bias_count();
    layer.formats = plan.layers[static_cast<std::size_t>(k)];
    layer.weights.resize(static_cast<std::size_t>(graph.layer(k).weight_count()));
    for (std::int16_t& w : layer.weights) {
      w = static_cast<std::int16_t>(random_code(random, layer.formats.weight.bits()));
      if (!layer.formats.codebook.empty()) w = layer.formats.codebook.nearest(w);
    }
    layer.biases.resize(static_cast<std::size_t>(layer.n_out));
    for (std::int32_t& b : layer.biases) b = random_code(random, layer.formats.product.bits());
    network.layers.push_back(std::move(layer));
  }
  return network;
}

std::vector<std::vector<std::int16_t>> random_inputs(const QuantizedGraph& network, int samples,
                                                     std::uint64_t seed) {
  const QFormat x = network.layer(format_owner(network.graph, 0)).formats.activation;
  KeyedRandom random(seed, Stream::design_verification, 0);
  std::vector<std::vector<std::int16_t>> inputs(static_cast<std::size_t>(samples));
  for (auto& input : inputs) {
    for (int j = 0; j < network.graph.inputs(); ++j) {
      input.push_back(static_cast<std::int16_t>(random_code(random, x.bits())));
    }
  }
  return inputs;
}

}  // namespace minerva
