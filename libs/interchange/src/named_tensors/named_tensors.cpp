#include "minerva/interchange/named_tensors.hpp"

#include <optional>

#include "minerva/base/errors.hpp"
#include "minerva/network/graph_text.hpp"
#include "named_tensors/dense_tensors.hpp"
#include "named_tensors/raw_layers.hpp"
#include "network_folding.hpp"

namespace minerva {

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::string text;
  for (const std::int64_t n : shape) text += (text.empty() ? "" : ", ") + std::to_string(n);
  return "(" + text + ")";
}

NamedTensor take_tensor(TensorMap& tensors, const std::string& name, std::size_t dimensions,
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

namespace {

/// Most arrays of a layer: weights and biases with their masks, and a BatchNormalization of five.
constexpr std::size_t kMostArrays = 9;
constexpr const char* kSquare =
    "every weight matrix is square: taken as (inputs, outputs); network.weights_layout says "
    "otherwise";

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

/// Whether matrices without biases chain when their first size counts outputs, or inputs.
bool chains(const std::vector<RawLayer>& layers, bool outputs_first) {
  for (std::size_t k = 1; k < layers.size(); ++k) {
    const auto& before = layers[k - 1].weights.shape;
    const auto& after = layers[k].weights.shape;
    if (before[outputs_first ? 0 : 1] != after[outputs_first ? 1 : 0]) return false;
  }
  return true;
}

/// How the matrices lie: the biases settle it for matrices that are not square, and these must
/// agree. A square one says nothing of its own and follows them. Where no layer has biases, the
/// matrices must chain.
bool outputs_first(const std::vector<RawLayer>& layers, const std::string& file,
                   WeightsLayout layout, std::vector<std::string>& notes) {
  if (layout != WeightsLayout::automatic) return layout == WeightsLayout::outputs_inputs;
  const RawLayer* inputs_outputs = nullptr;
  const RawLayer* outputs_inputs = nullptr;
  bool square = true;
  for (const RawLayer& layer : layers) {
    const auto& shape = layer.weights.shape;
    if (shape[0] == shape[1]) continue;
    square = false;
    if (!layer.has_biases() && layer.sums.empty()) continue;
    const bool biases = layer.has_biases();
    const std::int64_t n =
        biases ? layer.biases.shape[0] : static_cast<std::int64_t>(layer.sums.front().mean.size());
    if (shape[1] == n) inputs_outputs = &layer;
    if (shape[0] == n) outputs_inputs = &layer;
    if (shape[0] != n && shape[1] != n) {
      throw UserError(file, biases ? layer.biases.name : layer.sums.front().name,
                      "has " + std::to_string(n) + (biases ? " biases" : " numbers a neuron") +
                          ", which fit neither side of " + layer.weights.name + ", " +
                          shape_text(shape));
    }
  }
  if (inputs_outputs != nullptr && outputs_inputs != nullptr) {
    throw UserError(file, inputs_outputs->weights.name,
                    "is (inputs, outputs), but " + outputs_inputs->weights.name +
                        " is (outputs, inputs) by its biases: needs one layout for all");
  }
  if (outputs_inputs != nullptr) {
    notes.push_back("weights are (outputs, inputs) by the lengths of the biases: transposed");
    return true;
  }
  if (inputs_outputs != nullptr) return false;
  if (square) {
    notes.push_back(kSquare);
    return false;
  }
  const bool turned = chains(layers, true) && !chains(layers, false);
  if (turned) {
    notes.push_back("weights are (outputs, inputs), since they chain so: transposed");
  } else if (layers.size() == 1 || chains(layers, true)) {
    notes.push_back(
        "no biases say how the weights lie: taken as (inputs, outputs); network.weights_layout "
        "says otherwise");
  }
  return turned;
}

RawNetwork numbered_network(TensorMap& tensors, const std::string& file) {
  const std::string scheme = "w0, b0, w1, b1, ..";
  RawNetwork network;
  for (std::size_t k = 0; k == 0 || !tensors.empty(); ++k) {
    const std::string number = std::to_string(k);
    RawLayer layer;
    layer.weights = take_tensor(tensors, "w" + number, 2, file, scheme);
    layer.biases = take_tensor(tensors, "b" + number, 1, file, scheme);
    network.layers.push_back(std::move(layer));
  }
  return network;
}

/// The tensors by their names, each checked.
TensorMap by_name(std::vector<NamedTensor> tensors, const std::string& file) {
  TensorMap map;
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
    const std::string name = tensor.name;
    if (!map.emplace(name, std::move(tensor)).second) {
      throw UserError(file, printable(name), "tensor stands twice");
    }
  }
  return map;
}

/// The layers, with the BatchNormalizations folded into them.
/// @param numbers how many the file has, which bounds what is computed in double precision.
void fold(ImportedNetwork& imported, RawNetwork raw, bool turned, std::size_t numbers,
          const std::string& file) {
  NetworkFolding folding(file, numbers * sizeof(double));
  const auto apply = [&](const std::vector<RawNorm>& norms, std::int64_t width) {
    for (const RawNorm& norm : norms) {
      if (static_cast<std::int64_t>(norm.mean.size()) != width) {
        throw UserError(file, norm.name,
                        "is a BatchNormalization of " + std::to_string(norm.mean.size()) +
                            " numbers where there are " + std::to_string(width));
      }
      folding.elementwise(batch_normalization(norm.gamma, norm.beta, norm.mean, norm.variance,
                                              norm.epsilon, file, norm.name));
    }
  };
  apply(raw.inputs, raw.layers.front().weights.shape[turned ? 1 : 0]);
  for (std::size_t k = 0; k < raw.layers.size(); ++k) {
    RawLayer& layer = raw.layers[k];
    const std::int64_t n_out = layer.weights.shape[turned ? 0 : 1];
    if (!layer.has_biases()) {
      layer.biases = {layer.weights.name, {n_out}, {}};
      layer.biases.values.resize(static_cast<std::size_t>(n_out));
    }
    if (layer.biases.shape[0] != n_out) {
      throw UserError(file, "layer " + std::to_string(k),
                      "has " + std::to_string(layer.biases.shape[0]) + " biases for " +
                          std::to_string(n_out) + " neurons");
    }
    folding.dense(dense_layer(layer.weights, layer.biases, turned));
    apply(layer.sums, n_out);
    if (k + 1 < raw.layers.size()) folding.activate();
    apply(layer.activations, n_out);
  }
  const Network network = folding.network();
  check_network(network, file);
  imported.network = graph_network(network);
  imported.notes.insert(imported.notes.end(), folding.notes().begin(), folding.notes().end());
}

/// Filters do not say how their layers follow each other.
void refuse_filters(const TensorMap& tensors, const std::string& file) {
  for (const auto& [name, tensor] : tensors) {
    if (tensor.shape.size() != 4) continue;
    throw UserError(file, printable(name),
                    shape_text(tensor.shape) +
                        " are filters, and the file does not say how its layers follow each "
                        "other: needs the network on one line (network.topology, or --topology) "
                        "such as '28x28x1 c6k5p2 m2 c16k5 m2 120 84 10', or ONNX");
  }
}

/// A chain that was read of a file, as it is described.
void adopt_shape(LayerGraph& read, const LayerGraph& described, const std::string& file) {
  if (!(read.topology() == described.topology())) {
    throw UserError(
        file, to_string(read.topology()),
        "is the network of the file, which is described as " + to_string(described.topology()));
  }
  read = described;
}

}  // namespace

std::string agreed_text(const std::string& own, const std::string& described,
                        const std::string& file) {
  if (own.empty() || described.empty()) return own.empty() ? described : own;
  if (parse_layer_graph(own, file) != parse_layer_graph(described, "network")) {
    throw UserError(file, own, "is the network of the file, which is described as " + described);
  }
  return own;
}

ImportedNetwork network_of_tensors(std::vector<NamedTensor> tensors, const std::string& file,
                                   WeightsLayout layout, const std::string& described) {
  const std::optional<LayerGraph> graph =
      described.empty() ? std::nullopt : std::optional(parse_layer_graph(described, file));
  const bool chain = !graph || graph->is_dense_chain();
  const auto most_layers = static_cast<std::size_t>(chain ? kMaxLayers : kMaxGraphLayers);
  if (tensors.size() > kMostArrays * most_layers) {
    throw UserError(file, std::to_string(tensors.size()) + " tensors",
                    "needs at most " + std::to_string(most_layers) + " layers");
  }
  ImportedNetwork imported;
  bool numbered = tensors.empty();
  bool listed = !tensors.empty();
  std::size_t numbers = 0;
  for (const NamedTensor& tensor : tensors) {
    numbers += tensor.values.size();
    numbered = numbered || number_after("w", tensor.name) || number_after("b", tensor.name);
    listed = listed && number_after("arr_", tensor.name);
  }
  TensorMap map = by_name(std::move(tensors), file);
  if (!chain) {
    imported.network = described_network(map, *graph, numbered, layout, file, imported.notes);
    return imported;
  }
  refuse_filters(map, file);
  if (!numbered && !listed) {
    fold(imported, state_dict_network(map, file, imported.notes), true, numbers, file);
  } else {
    RawNetwork raw =
        numbered ? numbered_network(map, file) : listed_network(map, file, imported.notes);
    const bool turned = outputs_first(raw.layers, file, layout, imported.notes);
    fold(imported, std::move(raw), turned, numbers, file);
  }
  if (graph) adopt_shape(imported.network.graph, *graph, file);
  return imported;
}

}  // namespace minerva
