#include "minerva/interchange/named_tensors.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "dense_tensors.hpp"
#include "layer_chain.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"

namespace minerva {
namespace {

/// A layer's arrays before it is known how the matrix lies.
struct RawLayer {
  NamedTensor weights;
  NamedTensor biases;
};

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::string text;
  for (const std::int64_t n : shape) text += (text.empty() ? "" : ", ") + std::to_string(n);
  return "(" + text + ")";
}

/// The number behind `prefix` in `name`, written without leading zeros.
std::optional<std::size_t> number_after(const std::string& prefix, const std::string& name) {
  if (name.size() <= prefix.size() || name.compare(0, prefix.size(), prefix) != 0 ||
      name.size() > prefix.size() + 6) {
    return std::nullopt;
  }
  const std::string digits = name.substr(prefix.size());
  if (digits.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  if (digits.size() > 1 && digits[0] == '0') return std::nullopt;
  return std::stoul(digits);
}

using TensorMap = std::map<std::string, NamedTensor>;

/// Takes a tensor out of those of the file.
NamedTensor take(TensorMap& tensors, const std::string& name, std::size_t dimensions,
                 const std::string& file, const std::string& scheme) {
  const auto found = tensors.find(name);
  if (found == tensors.end()) {
    throw UserError(file, printable(name), "tensor is missing: a network needs " + scheme);
  }
  NamedTensor tensor = std::move(found->second);
  tensors.erase(found);
  if (tensor.shape.size() != dimensions) {
    throw UserError(file, printable(name),
                    "tensor must have " + std::to_string(dimensions) + " dimension(s), has " +
                        shape_text(tensor.shape));
  }
  return tensor;
}

/// How the matrices lie: the biases settle it for matrices that are not square, and these must
/// agree. A square one says nothing of its own and follows them.
bool outputs_first(const std::vector<RawLayer>& layers, const std::string& file,
                   WeightsLayout layout, std::vector<std::string>& notes) {
  if (layout != WeightsLayout::automatic) return layout == WeightsLayout::outputs_inputs;
  const RawLayer* inputs_outputs = nullptr;
  const RawLayer* outputs_inputs = nullptr;
  for (const RawLayer& layer : layers) {
    const auto& shape = layer.weights.shape;
    const std::int64_t n = layer.biases.shape[0];
    if (shape[0] == shape[1]) continue;
    if (shape[1] == n) inputs_outputs = &layer;
    if (shape[0] == n) outputs_inputs = &layer;
    if (shape[0] != n && shape[1] != n) {
      throw UserError(file, layer.biases.name,
                      "has " + std::to_string(n) + " biases, which fit neither side of " +
                          layer.weights.name + ", " + shape_text(shape));
    }
  }
  if (inputs_outputs != nullptr && outputs_inputs != nullptr) {
    throw UserError(file, inputs_outputs->weights.name,
                    "is (inputs, outputs), but " + outputs_inputs->weights.name +
                        " is (outputs, inputs) by its biases: needs one layout for all");
  }
  if (inputs_outputs == nullptr && outputs_inputs == nullptr) {
    notes.push_back(
        "every weight matrix is square: taken as (inputs, outputs); network.weights_layout says "
        "otherwise");
  }
  if (outputs_inputs != nullptr) {
    notes.push_back("weights are (outputs, inputs) by the lengths of the biases: transposed");
  }
  return outputs_inputs != nullptr;
}

std::vector<RawLayer> numbered_layers(TensorMap& tensors, const std::string& file) {
  const std::string scheme = "w0, b0, w1, b1, ..";
  std::vector<RawLayer> layers;
  for (std::size_t k = 0; k == 0 || !tensors.empty(); ++k) {
    const std::string number = std::to_string(k);
    RawLayer layer;
    layer.weights = take(tensors, "w" + number, 2, file, scheme);
    layer.biases = take(tensors, "b" + number, 1, file, scheme);
    layers.push_back(std::move(layer));
  }
  return layers;
}

std::vector<RawLayer> listed_layers(TensorMap& tensors, const std::string& file) {
  const std::string scheme = "arr_0, arr_1, ..: weights (inputs, outputs) and biases by turns";
  std::vector<RawLayer> layers;
  for (std::size_t k = 0; !tensors.empty(); k += 2) {
    RawLayer layer;
    layer.weights = take(tensors, "arr_" + std::to_string(k), 2, file, scheme);
    layer.biases = take(tensors, "arr_" + std::to_string(k + 1), 1, file, scheme);
    layers.push_back(std::move(layer));
  }
  return layers;
}

/// PREFIX.weight and PREFIX.bias, in the order in which they chain.
std::vector<RawLayer> state_dict_layers(TensorMap& tensors, const std::string& file,
                                        std::vector<std::string>& notes) {
  std::vector<RawLayer> layers;
  std::vector<ChainLink> links;
  std::vector<std::string> names;
  for (const auto& [name, tensor] : tensors) names.push_back(name);
  for (const std::string& name : names) {
    if (name != "weight" && !ends_with(name, ".weight")) continue;
    const std::string prefix = name.substr(0, name.size() - std::string("weight").size());
    const NamedTensor& weight = tensors.at(name);
    if (weight.shape.size() != 2) {
      throw UserError(file, printable(name),
                      shape_text(weight.shape) +
                          " is no matrix: the machine has fully connected layers with ReLU alone");
    }
    RawLayer layer;
    layer.weights = take(tensors, name, 2, file, "");
    if (tensors.count(prefix + "bias") != 0) {
      layer.biases = take(tensors, prefix + "bias", 1, file, "");
    } else {
      notes.push_back(printable(name) + " has no bias: zeros taken");
      layer.biases = {prefix + "bias", {layer.weights.shape[0]}, {}};
      layer.biases.values.resize(static_cast<std::size_t>(layer.weights.shape[0]));
    }
    links.push_back({name, layer.weights.shape[1], layer.weights.shape[0]});
    layers.push_back(std::move(layer));
  }
  if (!tensors.empty() || layers.empty()) {
    throw UserError(file, tensors.empty() ? "" : printable(tensors.begin()->first),
                    "no tensor of fully connected layers: needs w0, b0, w1, .., or arr_0, arr_1, "
                    ".., or NAME.weight and NAME.bias of a PyTorch state dict");
  }
  std::vector<RawLayer> ordered;
  std::string order;
  for (const std::size_t at : chain_order(links, file)) {
    order += (order.empty() ? "" : ", ") + layers[at].weights.name;
    ordered.push_back(std::move(layers[at]));
  }
  notes.push_back("layers in the order " + order + ", (outputs, inputs) as PyTorch keeps them");
  return ordered;
}

}  // namespace

ImportedNetwork network_of_tensors(std::vector<NamedTensor> tensors, const std::string& file,
                                   WeightsLayout layout) {
  if (tensors.size() > 2 * std::size_t{kMaxLayers}) {
    throw UserError(file, std::to_string(tensors.size()) + " tensors",
                    "needs at most " + std::to_string(kMaxLayers) + " layers");
  }
  ImportedNetwork imported;
  TensorMap by_name;
  bool numbered = tensors.empty();
  bool listed = !tensors.empty();
  for (NamedTensor& tensor : tensors) {
    std::size_t elements = 1;
    for (const std::int64_t size : tensor.shape) {
      if (size < 1 || size > kMaxLayerWidth) {
        throw UserError(file, printable(tensor.name),
                        "tensor sizes must be 1 to " + std::to_string(kMaxLayerWidth));
      }
      elements *= static_cast<std::size_t>(size);
      expects(elements <= tensor.values.size(), "a tensor's shape and values differ in number");
    }
    expects(elements == tensor.values.size(), "a tensor's shape and values differ in number");
    numbered = numbered || number_after("w", tensor.name) || number_after("b", tensor.name);
    listed = listed && number_after("arr_", tensor.name);
    const std::string name = tensor.name;
    if (!by_name.emplace(name, std::move(tensor)).second) {
      throw UserError(file, printable(name), "tensor stands twice");
    }
  }
  std::vector<RawLayer> layers;
  bool turned = true;
  if (numbered || listed) {
    layers = numbered ? numbered_layers(by_name, file) : listed_layers(by_name, file);
    turned = outputs_first(layers, file, layout, imported.notes);
  } else {
    layers = state_dict_layers(by_name, file, imported.notes);
  }
  for (const RawLayer& raw : layers) {
    imported.network.layers.push_back(dense_layer(raw.weights, raw.biases, turned));
  }
  check_network(imported.network, file);
  return imported;
}

}  // namespace minerva
