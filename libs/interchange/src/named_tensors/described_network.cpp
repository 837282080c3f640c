#include <algorithm>
#include <cctype>
#include <optional>
#include <set>
#include <utility>

#include "folded_layer.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/network/graph_text.hpp"
#include "named_tensors/convolution_tensors.hpp"
#include "named_tensors/dense_tensors.hpp"
#include "named_tensors/layer_chain.hpp"
#include "named_tensors/raw_layers.hpp"

// Arrays of a network whose layers are known: its one line says what the arrays do not.
namespace minerva {
namespace {

/// The sizes that the weights of a layer have in a file, row-major.
std::vector<std::int64_t> weight_shape(const GraphLayer& layer, bool outputs_first) {
  if (layer.kind == GraphLayerKind::conv2d) {
    return {layer.channels, layer.input.channels / layer.groups, layer.window.height,
            layer.window.width};
  }
  if (outputs_first) return {layer.channels, layer.fan_in()};
  return {layer.fan_in(), layer.channels};
}

/// Columns of a dense layer behind a tensor that was flattened channels first, as columns in
/// storage order.
Eigen::MatrixXf channels_last(const Eigen::MatrixXf& weights, const TensorShape& shape) {
  Eigen::MatrixXf turned(weights.rows(), weights.cols());
  const Eigen::Index positions = Eigen::Index{shape.height} * shape.width;
  for (Eigen::Index c = 0; c < shape.channels; ++c) {
    for (Eigen::Index p = 0; p < positions; ++p) {
      turned.col(p * shape.channels + c) = weights.col(c * positions + p);
    }
  }
  return turned;
}

class DescribedNetwork {
 public:
  DescribedNetwork(TensorMap& tensors, const LayerGraph& graph, const std::string& file,
                   std::vector<std::string>& notes)
      : tensors_(tensors), graph_(graph), file_(file), notes_(notes) {}

  GraphNetwork numbered(WeightsLayout layout) {
    GraphNetwork network{graph_, {}, ""};
    const bool turned = layout == WeightsLayout::outputs_inputs;
    for (int k = 0; k < graph_.layers(); ++k) {
      const GraphLayer& layer = graph_.layer(k);
      if (!layer.has_weights()) {
        network.layers.emplace_back();
        continue;
      }
      const std::string number = std::to_string(k);
      const std::size_t dimensions = weight_shape(layer, turned).size();
      const NamedTensor weights = take("w" + number, dimensions, k);
      const NamedTensor biases = take("b" + number, 1, k);
      network.layers.push_back(parameters(k, weights, biases, turned, false));
    }
    refuse_the_rest("w and b with the number of a layer, counted from 0");
    return network;
  }

  GraphNetwork state_dict() {
    GraphNetwork network{graph_, {}, ""};
    apply_masks(tensors_, file_, notes_);
    std::vector<PlacedNorm> norms = take_norms(tensors_, file_, notes_);
    std::string order;
    bool turned = false;
    for (int k = 0; k < graph_.layers(); ++k) {
      const GraphLayer& layer = graph_.layer(k);
      network.layers.emplace_back();
      if (!layer.has_weights()) continue;
      const std::string name = next_weights(k);
      const std::string prefix = name.substr(0, name.size() - std::string("weight").size());
      NamedTensor weights = take(name, weight_shape(layer, true).size(), k);
      NamedTensor biases{prefix + "bias", {layer.channels}, {}};
      if (tensors_.count(biases.name) != 0) {
        biases = take(biases.name, 1, k);
      } else {
        biases.values.resize(static_cast<std::size_t>(layer.channels));
        notes_.push_back(printable(name) + " has no bias: zeros taken");
      }
      turned = turned || (layer.kind == GraphLayerKind::dense && is_flattened(layer));
      network.layers.back() = parameters(k, weights, biases, true, true);
      fold_norm(network.layers.back(), prefix, k, norms);
      order += (order.empty() ? "" : ", ") + printable(name);
    }
    if (!norms.empty()) {
      throw UserError(file_, norms.front().norm.name,
                      "is a BatchNorm behind no layer by its name: needs ONNX, whose graph says "
                      "where it stands");
    }
    notes_.push_back("layers in the order " + order);
    if (turned) {
      notes_.push_back(
          "maps are taken as flattened channels first, as PyTorch does: the weights behind them "
          "are put into the order channels last");
    }
    leave_out_the_rest();
    return network;
  }

 private:
  static bool is_flattened(const GraphLayer& layer) {
    return !layer.input.is_vector() && layer.input.channels > 1;
  }

  NamedTensor take(const std::string& name, std::size_t dimensions, int k) {
    return take_tensor(tensors_, name, dimensions, file_,
                       "it for " + layer_name(graph_.layer(k), k));
  }

  LayerParameters parameters(int k, const NamedTensor& weights, const NamedTensor& biases,
                             bool outputs_first, bool channels_first) const {
    const GraphLayer& layer = graph_.layer(k);
    const auto check = [&](const NamedTensor& tensor, const std::vector<std::int64_t>& shape) {
      if (tensor.shape == shape) return;
      throw UserError(
          file_, printable(tensor.name),
          shape_text(tensor.shape) + ": " + layer_name(layer, k) + " needs " + shape_text(shape));
    };
    check(weights, weight_shape(layer, outputs_first));
    check(biases, {layer.channels});
    LayerParameters numbers;
    if (layer.kind == GraphLayerKind::conv2d) {
      numbers.weights = filters_of(weights.values, weights.shape[0], weights.shape[1],
                                   weights.shape[2], weights.shape[3]);
      numbers.biases = Eigen::Map<const Eigen::VectorXf>(biases.values.data(), biases.shape[0]);
      return numbers;
    }
    NetworkLayer dense = dense_layer(weights, biases, outputs_first);
    numbers.biases = std::move(dense.biases);
    numbers.weights = channels_first && is_flattened(layer)
                          ? channels_last(dense.weights, layer.input)
                          : std::move(dense.weights);
    return numbers;
  }

  /// The name of the weights of layer k: of those that have its sizes, the first by the numbers,
  /// and single letters behind them, of their names.
  std::string next_weights(int k) const {
    const std::vector<std::int64_t> shape = weight_shape(graph_.layer(k), true);
    std::string best;
    for (const auto& [name, tensor] : tensors_) {
      if (!ends_with(name, "weight") || tensor.shape != shape) continue;
      if (best.empty() || comes_before(name, best)) best = name;
    }
    if (best.empty()) {
      throw UserError(
          file_, "",
          "has no more weights of " + shape_text(shape) + " for " + layer_name(graph_.layer(k), k));
    }
    return best;
  }

  /// Compares name by name part: numbers as numbers, single letters as letters. Other parts that
  /// differ say nothing about the order.
  bool comes_before(const std::string& a, const std::string& b) const {
    std::size_t i = 0;
    std::size_t j = 0;
    const auto is_digit = [](const std::string& s, std::size_t at) {
      return at < s.size() && std::isdigit(static_cast<unsigned char>(s[at])) != 0;
    };
    const auto number = [&](const std::string& s, std::size_t& at) {
      while (is_digit(s, at) && s[at] == '0' && is_digit(s, at + 1)) ++at;
      std::string digits;
      while (is_digit(s, at)) digits += s[at++];
      return digits;
    };
    const auto word = [](const std::string& s, std::size_t& at) {
      std::string letters;
      while (at < s.size() && std::isalpha(static_cast<unsigned char>(s[at])) != 0) {
        letters += s[at++];
      }
      return letters;
    };
    while (i < a.size() && j < b.size()) {
      if (is_digit(a, i) && is_digit(b, j)) {
        const std::string x = number(a, i);
        const std::string y = number(b, j);
        if (x != y) return x.size() != y.size() ? x.size() < y.size() : x < y;
        continue;
      }
      const std::string x = word(a, i);
      const std::string y = word(b, j);
      if (x != y && x.size() == 1 && y.size() == 1) return x < y;
      if (x != y) break;
      if (x.empty()) {
        if (a[i] != b[j]) break;
        ++i;
        ++j;
      }
    }
    throw UserError(file_, printable(a),
                    "it and " + printable(b) +
                        " could both come next, and no number in their names says which: needs "
                        "names like w0, b0, w2, b2, .. with the numbers of the layers, or ONNX");
  }

  /// The BatchNorm that stands behind a layer by its name: the next module of a numbered container,
  /// or the only one beside it with the same number.
  void fold_norm(LayerParameters& numbers, const std::string& prefix, int k,
                 std::vector<PlacedNorm>& norms) {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < norms.size(); ++i) {
      if (stands_behind(norms[i].prefix, prefix)) found.push_back(i);
    }
    if (found.empty()) return;
    const PlacedNorm norm = std::move(norms[found.front()]);
    norms.erase(norms.begin() + static_cast<std::ptrdiff_t>(found.front()));
    const GraphLayer& layer = graph_.layer(k);
    if (found.size() > 1) {
      throw UserError(file_, norm.norm.name,
                      "and another BatchNorm stand behind " + layer_name(layer, k) +
                          " by their names: needs ONNX, whose graph says where they stand");
    }
    if (static_cast<int>(norm.norm.mean.size()) != layer.channels) {
      throw UserError(file_, norm.norm.name,
                      "is a BatchNorm of " + std::to_string(norm.norm.mean.size()) +
                          " numbers behind " + layer_name(layer, k));
    }
    FoldedLayer folded;
    folded.weights = std::move(numbers.weights);
    folded.biases = std::move(numbers.biases);
    folded.scale_sums(batch_normalization(norm.norm.gamma, norm.norm.beta, norm.norm.mean,
                                          norm.norm.variance, norm.norm.epsilon, file_,
                                          norm.norm.name));
    folded.round(file_, layer_name(layer, k), notes_);
    numbers.weights = std::move(folded.weights);
    numbers.biases = std::move(folded.biases);
    notes_.push_back("folded the BatchNorm " + norm.norm.name + ", behind " +
                     printable(prefix + "weight") +
                     ", before its ReLU, with eps 1e-5, which the file does not say");
  }

  /// Prefixes end in a dot, or are empty.
  static bool stands_behind(const std::string& norm, const std::string& layer) {
    const auto split = [](std::string prefix) {
      if (!prefix.empty()) prefix.pop_back();
      const std::size_t dot = prefix.rfind('.');
      const std::size_t begin = dot == std::string::npos ? 0 : dot + 1;
      return std::pair{prefix.substr(0, begin), prefix.substr(begin)};
    };
    const auto [norm_module, norm_name] = split(norm);
    const auto [layer_module, layer_name] = split(layer);
    if (norm_module != layer_module || norm.empty() || layer.empty()) return false;
    const NumberedName a = numbered_name(norm_name);
    const NumberedName b = numbered_name(layer_name);
    if (a.text == "#" && b.text == "#") {
      return a.numbers[0].size() <= 6 && b.numbers[0].size() <= 6 &&
             std::stoul(a.numbers[0]) == std::stoul(b.numbers[0]) + 1;
    }
    return a.numbers == b.numbers;
  }

  void refuse_the_rest(const std::string& needs) const {
    if (tensors_.empty()) return;
    throw UserError(file_, printable(tensors_.begin()->first),
                    "belongs to no layer of " + to_string(graph_) + ": needs " + needs);
  }

  /// Weights and biases that belong to no layer are an error; other arrays are said.
  void leave_out_the_rest() {
    for (const auto& [name, tensor] : tensors_) {
      if (ends_with(name, "weight") || ends_with(name, "bias")) {
        throw UserError(file_, printable(name),
                        shape_text(tensor.shape) + " belongs to no layer of " + to_string(graph_));
      }
      notes_.push_back("left out " + printable(name) + ", which is no weight and no bias");
    }
  }

  TensorMap& tensors_;
  const LayerGraph& graph_;
  const std::string& file_;
  std::vector<std::string>& notes_;
};

}  // namespace

GraphNetwork described_network(TensorMap& tensors, const LayerGraph& graph, bool numbered,
                               WeightsLayout layout, const std::string& file,
                               std::vector<std::string>& notes) {
  DescribedNetwork described(tensors, graph, file, notes);
  GraphNetwork network = numbered ? described.numbered(layout) : described.state_dict();
  check_graph_network(network, file);
  return network;
}

}  // namespace minerva
