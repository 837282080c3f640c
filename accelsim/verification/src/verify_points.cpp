#include "minerva/accelsim/verify_points.hpp"

#include "minerva/base/errors.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/accelsim/worker_processes.hpp"

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

QuantizedNetwork random_network(const Topology& topology, const QuantizationPlan& plan,
                                std::uint64_t seed) {
  expects(static_cast<int>(plan.layers.size()) == topology.layers(),
          "random_network: a plan of another topology");
  QuantizedNetwork network;
  network.rounding = plan.rounding;
  for (int k = 0; k < topology.layers(); ++k) {
    KeyedRandom random(seed, Stream::design_verification, static_cast<std::uint64_t>(k) + 1);
    QuantizedLayer layer;
    layer.n_in = topology.fan_in(k);
    layer.n_out = topology.fan_out(k);
    layer.formats = plan.layers[static_cast<std::size_t>(k)];
    layer.weights.resize(layer.index(layer.n_in, 0));
    for (std::int16_t& w : layer.weights) {
      w = static_cast<std::int16_t>(random_code(random, layer.formats.weight.bits()));
    }
    layer.biases.resize(static_cast<std::size_t>(layer.n_out));
    for (std::int32_t& b : layer.biases) b = random_code(random, layer.formats.product.bits());
    network.layers.push_back(std::move(layer));
  }
  return network;
}

std::vector<std::vector<std::int16_t>> random_inputs(const QuantizedNetwork& network, int samples,
                                                     std::uint64_t seed) {
  const QuantizedLayer& first = network.layers.front();
  KeyedRandom random(seed, Stream::design_verification, 0);
  std::vector<std::vector<std::int16_t>> inputs(static_cast<std::size_t>(samples));
  for (auto& input : inputs) {
    for (int j = 0; j < first.n_in; ++j) {
      input.push_back(
          static_cast<std::int16_t>(random_code(random, first.formats.activation.bits())));
    }
  }
  return inputs;
}

}  // namespace minerva
