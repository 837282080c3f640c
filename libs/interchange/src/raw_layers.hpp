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

/// How to bring what torch.save wrote.
constexpr const char* kFromTorch =
    "safetensors.torch.save_file(model.state_dict(), PATH), or torch.onnx.export(model.eval(), "
    "example, PATH)";

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

}  // namespace minerva
