#pragma once
#include <map>
#include <string>
#include <vector>

#include "minerva/interchange/named_tensors.hpp"

namespace minerva {

using TensorMap = std::map<std::string, NamedTensor>;

/// A BatchNormalization of a file without a graph.
struct RawNorm {
  std::string name;
  std::vector<float> gamma, beta;  ///< empty: 1 and 0
  std::vector<float> mean, variance;
  double epsilon = 0;  ///< which such files do not say
};

/// A layer's arrays before it is known how the matrix lies.
struct RawLayer {
  NamedTensor weights;
  NamedTensor biases;                ///< of no shape: the file has none
  std::vector<RawNorm> sums;         ///< what stands behind the layer, before its ReLU
  std::vector<RawNorm> activations;  ///< behind its ReLU

  bool has_biases() const { return !biases.shape.empty(); }
};

struct RawNetwork {
  std::vector<RawNorm> inputs;
  std::vector<RawLayer> layers;
};

/// Where a file of arrays says its network on one line (docs/layers.md): a text among the metadata
/// of safetensors, an array of an npz.
constexpr const char* kNetworkText = "network";

/// How to bring what torch.save wrote.
constexpr const char* kFromTorch =
    "safetensors.torch.save_file(model.state_dict(), PATH), or torch.onnx.export(model.eval(), "
    "example, PATH)";

/// What the file says of its network on one line, or the caller (`described`); either may be empty.
/// Throws UserError naming `file` where both say different networks.
std::string agreed_text(const std::string& own, const std::string& described,
                        const std::string& file);

/// num_batches_tracked of a BatchNorm counts batches of training: no number of the network.
bool is_batch_counter(const std::string& name);
std::string batch_counter_note(const std::string& name);

std::string shape_text(const std::vector<std::int64_t>& shape);

/// Takes a tensor with so many dimensions out of those of the file. `scheme` names what a network
/// needs, for the message about a missing one.
NamedTensor take_tensor(TensorMap& tensors, const std::string& name, std::size_t dimensions,
                        const std::string& file, const std::string& scheme);

/// arr_0, arr_1, ..: what Keras's get_weights gives. Throws UserError naming `file` and the array.
RawNetwork listed_network(TensorMap& tensors, const std::string& file,
                          std::vector<std::string>& notes);
/// The tensors of a PyTorch state dict; matrices are (outputs, inputs).
RawNetwork state_dict_network(TensorMap& tensors, const std::string& file,
                              std::vector<std::string>& notes);
/// weight_orig and weight_mask of torch.nn.utils.prune, multiplied.
void apply_masks(TensorMap& tensors, const std::string& file, std::vector<std::string>& notes);
/// A BatchNorm of a state dict by the part of its names before "running_mean".
struct PlacedNorm {
  std::string prefix;
  RawNorm norm;
};
std::vector<PlacedNorm> take_norms(TensorMap& tensors, const std::string& file,
                                   std::vector<std::string>& notes);

/// The network of these tensors whose layers are those of `graph`, which is no chain of dense
/// layers alone: w<k> and b<k> of layer k, or a PyTorch state dict. Throws UserError naming `file`
/// and the tensor.
GraphNetwork described_network(TensorMap& tensors, const LayerGraph& graph, bool numbered,
                               WeightsLayout layout, const std::string& file,
                               std::vector<std::string>& notes);

}  // namespace minerva
