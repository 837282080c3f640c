#include <algorithm>
#include <optional>

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "named_tensors/layer_chain.hpp"
#include "named_tensors/raw_layers.hpp"

namespace minerva {
namespace {

constexpr double kTorchEpsilon = 1e-5;  // torch.nn.BatchNorm1d: the default

/// NAME without `end`; nothing where the name does not end so, or where no dot comes before it.
std::optional<std::string> prefix_of(const std::string& name, const std::string& end) {
  if (name != end && !ends_with(name, "." + end)) return std::nullopt;
  return name.substr(0, name.size() - end.size());
}

std::vector<std::string> names_of(const TensorMap& tensors) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : tensors) names.push_back(name);
  return names;
}

}  // namespace

/// What torch.nn.utils.prune keeps in place of NAME: NAME_orig and a mask of zeros and ones.
void apply_masks(TensorMap& tensors, const std::string& file, std::vector<std::string>& notes) {
  const std::string orig = "_orig";
  for (const std::string& name : names_of(tensors)) {
    if (!ends_with(name, orig)) continue;
    const std::string plain = name.substr(0, name.size() - orig.size());
    const auto mask = tensors.find(plain + "_mask");
    if (mask == tensors.end()) {
      throw UserError(file, printable(name),
                      "has no " + printable(plain) +
                          "_mask: needs the mask of torch.nn.utils.prune, or the network after "
                          "remove(module, 'weight')");
    }
    NamedTensor tensor = std::move(tensors.at(name));
    std::size_t zeros = 0;
    if (mask->second.shape != tensor.shape) {
      throw UserError(file, printable(mask->first),
                      shape_text(mask->second.shape) + ": needs the shape of " + printable(name) +
                          ", " + shape_text(tensor.shape));
    }
    for (std::size_t i = 0; i < tensor.values.size(); ++i) {
      const float keeps = mask->second.values[i];
      if (keeps != 0 && keeps != 1) {
        throw UserError(file, printable(mask->first), "is no mask: needs zeros and ones");
      }
      if (keeps == 0) tensor.values[i] = 0;
      zeros += keeps == 0 ? 1 : 0;
    }
    notes.push_back(printable(plain) + " is " + printable(name) +
                    " times its mask: " + std::to_string(zeros) + " of " +
                    std::to_string(tensor.values.size()) + " are 0");
    tensors.erase(mask);
    tensors.erase(name);
    tensor.name = plain;
    if (!tensors.emplace(plain, std::move(tensor)).second) {
      throw UserError(file, printable(plain), "stands beside " + printable(name) + ": needs one");
    }
  }
}

std::vector<PlacedNorm> take_norms(TensorMap& tensors, const std::string& file,
                                   std::vector<std::string>& notes) {
  std::vector<PlacedNorm> norms;
  for (const std::string& name : names_of(tensors)) {
    const std::optional<std::string> prefix = prefix_of(name, "running_mean");
    if (!prefix) continue;
    PlacedNorm placed;
    placed.prefix = *prefix;
    const std::string scheme = "running_mean and running_var of a BatchNorm";
    placed.norm.name = prefix->empty() ? name : printable(*prefix);
    if (!prefix->empty()) placed.norm.name.pop_back();  // its dot
    placed.norm.mean = take_tensor(tensors, name, 1, file, scheme).values;
    placed.norm.variance = take_tensor(tensors, *prefix + "running_var", 1, file, scheme).values;
    const bool affine = tensors.count(*prefix + "weight") != 0;
    if (affine) {
      placed.norm.gamma = take_tensor(tensors, *prefix + "weight", 1, file, scheme).values;
      placed.norm.beta = take_tensor(tensors, *prefix + "bias", 1, file, scheme).values;
    } else {
      notes.push_back(placed.norm.name + ", a BatchNorm, has no weight and bias: 1 and 0 taken");
    }
    placed.norm.epsilon = kTorchEpsilon;
    norms.push_back(std::move(placed));
  }
  return norms;
}

namespace {

/// A layer by the part of its names before "weight".
struct LinearLayer {
  std::string prefix;
  RawLayer raw;
};

std::vector<LinearLayer> take_layers(TensorMap& tensors, const std::string& file,
                                     std::vector<std::string>& notes) {
  std::vector<LinearLayer> layers;
  for (const std::string& name : names_of(tensors)) {
    const std::optional<std::string> prefix = prefix_of(name, "weight");
    if (!prefix) continue;
    const NamedTensor& weight = tensors.at(name);
    if (weight.shape.size() != 2) {
      const char* vector =
          "; a LayerNorm, or a BatchNorm without running statistics, would need mean and variance "
          "of every sample as it runs";
      throw UserError(file, printable(name),
                      shape_text(weight.shape) +
                          " is no matrix: the machine has fully connected layers with ReLU alone" +
                          (weight.shape.size() == 1 ? vector : ""));
    }
    LinearLayer layer;
    layer.prefix = *prefix;
    layer.raw.weights = take_tensor(tensors, name, 2, file, "");
    if (tensors.count(*prefix + "bias") != 0) {
      layer.raw.biases = take_tensor(tensors, *prefix + "bias", 1, file, "");
    } else {
      notes.push_back(printable(name) + " has no bias: zeros taken");
    }
    layers.push_back(std::move(layer));
  }
  return layers;
}

/// Between which layers a BatchNorm stands: 0 at the inputs, k behind layer k - 1.
struct Position {
  std::size_t at = 0;
  bool behind_relu = false;
  bool by_number = false;  ///< the names say whether it stands before or behind the ReLU
};

bool fits(const std::vector<LinearLayer>& layers, std::size_t position, std::size_t width) {
  const std::int64_t found = position == 0 ? layers.front().raw.weights.shape[1]
                                           : layers[position - 1].raw.weights.shape[0];
  return found == static_cast<std::int64_t>(width);
}

/// Modules of one container have names that differ in a number, which counts them: 0, 1, 2, ..
std::optional<Position> position_by_number(const std::vector<LinearLayer>& layers,
                                           const std::string& prefix) {
  const NumberedName own = numbered_name(prefix);
  if (own.numbers.empty()) return std::nullopt;
  Position position;
  for (const LinearLayer& layer : layers) {
    const NumberedName other = numbered_name(layer.prefix);
    if (other.text != own.text) return std::nullopt;
    if (lower(other, own)) ++position.at;
  }
  const auto follows = [](const NumberedName& first, const NumberedName& second) {
    std::vector<std::string> next = first.numbers;
    if (next.back().size() > 6) return false;
    next.back() = std::to_string(std::stoul(next.back()) + 1);
    return next == second.numbers;
  };
  if (position.at > 0 && follows(numbered_name(layers[position.at - 1].prefix), own)) {
    position.by_number = true;
  } else if (position.at > 0 && position.at < layers.size() &&
             follows(own, numbered_name(layers[position.at].prefix))) {
    position.by_number = true;
    position.behind_relu = true;
  }
  return position;
}

Position position_of(const std::vector<LinearLayer>& layers, const PlacedNorm& norm,
                     const std::string& file) {
  const std::size_t width = norm.norm.mean.size();
  std::vector<std::size_t> candidates;
  for (std::size_t at = 0; at <= layers.size(); ++at) {
    if (fits(layers, at, width)) candidates.push_back(at);
  }
  const auto refuse = [&](const std::string& why) {
    throw UserError(file, norm.norm.name,
                    "is a BatchNorm of " + std::to_string(width) + " numbers " + why);
  };
  if (candidates.empty()) refuse("that fits the inputs and outputs of no layer");
  if (const std::optional<Position> numbered = position_by_number(layers, norm.prefix)) {
    if (!fits(layers, numbered->at, width)) {
      refuse("whose number places it where another length is needed");
    }
    return *numbered;
  }
  if (candidates.size() == 1) return {candidates.front(), false, false};
  // fc1 and bn1: the layer with the same numbers.
  const NumberedName own = numbered_name(norm.prefix);
  std::vector<std::size_t> same;
  for (const std::size_t at : candidates) {
    const bool matches = at > 0 && !own.numbers.empty() &&
                         numbered_name(layers[at - 1].prefix).numbers == own.numbers;
    if (matches) same.push_back(at);
  }
  if (same.size() != 1) {
    refuse(
        "that fits several places, and no number in its name says which: needs ONNX, whose "
        "graph does");
  }
  return {same.front(), false, false};
}

void place_norms(RawNetwork& network, std::vector<LinearLayer>& layers,
                 std::vector<PlacedNorm> norms, const std::string& file,
                 std::vector<std::string>& notes) {
  std::stable_sort(norms.begin(), norms.end(), [](const PlacedNorm& a, const PlacedNorm& b) {
    return lower(numbered_name(a.prefix), numbered_name(b.prefix));
  });
  for (PlacedNorm& each : norms) {
    const Position position = position_of(layers, each, file);
    std::string place = "of the inputs";
    if (position.at > 0) {
      place = "behind " + printable(layers[position.at - 1].raw.weights.name);
      if (position.at < layers.size()) {
        place += position.behind_relu ? " and its ReLU" : ", before its ReLU";
        if (!position.by_number) place += ", which the names do not say";
      }
    }
    notes.push_back("folded the BatchNorm " + each.norm.name + ", " + place +
                    ", with eps 1e-5, which the file does not say");
    std::vector<RawNorm>& into = position.at == 0       ? network.inputs
                                 : position.behind_relu ? layers[position.at - 1].raw.activations
                                                        : layers[position.at - 1].raw.sums;
    if (!into.empty() && !position.by_number) {
      throw UserError(file, each.norm.name,
                      "and " + into.back().name +
                          " are BatchNorms of one place: needs ONNX, whose graph says where both "
                          "stand");
    }
    into.push_back(std::move(each.norm));
  }
}

}  // namespace

bool is_batch_counter(const std::string& name) {
  return prefix_of(name, "num_batches_tracked").has_value();
}

std::string batch_counter_note(const std::string& name) {
  return "left out " + printable(name) + ": it counts batches of training";
}

RawNetwork state_dict_network(TensorMap& tensors, const std::string& file,
                              std::vector<std::string>& notes) {
  apply_masks(tensors, file, notes);
  std::vector<PlacedNorm> norms = take_norms(tensors, file, notes);
  std::vector<LinearLayer> found = take_layers(tensors, file, notes);
  if (!tensors.empty() || found.empty()) {
    throw UserError(file, tensors.empty() ? "" : printable(tensors.begin()->first),
                    "no tensor of fully connected layers: needs w0, b0, w1, .., or arr_0, arr_1, "
                    ".., or NAME.weight and NAME.bias of a PyTorch state dict");
  }
  if (found.size() > static_cast<std::size_t>(kMaxLayers)) {
    throw UserError(file, std::to_string(found.size()) + " layers",
                    "needs at most " + std::to_string(kMaxLayers));
  }
  std::vector<ChainLink> links;
  for (const LinearLayer& layer : found) {
    const auto& shape = layer.raw.weights.shape;
    links.push_back({layer.raw.weights.name, shape[1], shape[0]});
  }
  std::vector<LinearLayer> layers;
  std::string order;
  for (const std::size_t at : chain_order(links, file)) {
    order += (order.empty() ? "" : ", ") + found[at].raw.weights.name;
    layers.push_back(std::move(found[at]));
  }
  notes.push_back("layers in the order " + order + ", (outputs, inputs) as PyTorch keeps them");
  RawNetwork network;
  place_norms(network, layers, std::move(norms), file, notes);
  for (LinearLayer& layer : layers) network.layers.push_back(std::move(layer.raw));
  return network;
}

}  // namespace minerva
