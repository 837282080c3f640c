#include "minerva/network/topology.hpp"

#include "minerva/base/errors.hpp"

namespace minerva {

Topology::Topology(const TensorShape& input, const std::vector<int>& neurons) : input_(input) {
  for (const int n : neurons) {
    add(layer_shape(LayerKind::dense, layers_.empty() ? input : layers_.back().output, n));
  }
}

Topology::Topology(const std::vector<int>& dense_widths) {
  if (dense_widths.empty()) return;
  *this = Topology(TensorShape::vector(dense_widths.front()),
                   {dense_widths.begin() + 1, dense_widths.end()});
}

void Topology::add(const LayerShape& layer) {
  expects(layers_.empty() || layer.input == layers_.back().output,
          "a layer reads the tensor that the layer before it writes");
  if (layers_.empty()) input_ = layer.input;
  layers_.push_back(layer);
}

std::int64_t Topology::weight_count() const {
  std::int64_t count = 0;
  for (const LayerShape& layer : layers_) count += layer.weight_count();
  return count;
}

std::vector<int> Topology::tensor_sizes() const {
  if (layers_.empty() && inputs() == 0) return {};
  std::vector<int> sizes = {inputs()};
  for (const LayerShape& layer : layers_) sizes.push_back(layer.neurons());
  return sizes;
}

void check_topology(const Topology& topology, const std::string& key) {
  bool good = topology.layers() >= 1 && topology.layers() <= kMaxLayers;
  for (const int words : topology.tensor_sizes()) {
    good = good && words >= 1 && words <= kMaxLayerWidth;
  }
  if (!good) {
    throw UserError(key, to_string(topology),
                    "needs widths of 1 to " + std::to_string(kMaxLayerWidth) +
                        " joined by '-', inputs first, 1 to " + std::to_string(kMaxLayers) +
                        " layers, like 784-256-256-256-10");
  }
}

std::string to_string(const Topology& topology) {
  std::string text;
  for (const int words : topology.tensor_sizes()) {
    text += (text.empty() ? "" : "-") + std::to_string(words);
  }
  return text;
}

Topology parse_topology(const std::string& text, const std::string& key) {
  std::vector<int> widths;
  std::string digits;
  const auto fail = [&] { throw UserError(key, text, "needs widths like 784-256-256-256-10"); };
  for (const char c : text + "-") {
    if (c == '-') {
      if (digits.empty() || digits.size() > 8) fail();
      widths.push_back(std::stoi(digits));
      digits.clear();
    } else if (c >= '0' && c <= '9') {
      digits += c;
    } else {
      fail();
    }
  }
  Topology topology(widths);
  check_topology(topology, key);
  return topology;
}

}  // namespace minerva
