#include "minerva/base/errors.hpp"
#include "named_tensors/raw_layers.hpp"

namespace minerva {
namespace {

constexpr double kKerasEpsilon = 1e-3;  // tf.keras.layers.BatchNormalization: the default
constexpr std::size_t kNormArrays = 4;  // gamma, beta, moving_mean, moving_variance

std::string array_name(std::size_t number) { return "arr_" + std::to_string(number); }

/// The arrays from `first` on as BatchNormalizations of four arrays each.
std::vector<RawNorm> norms_of(std::vector<NamedTensor> arrays, std::size_t first,
                              const std::string& place, const std::string& file,
                              std::vector<std::string>& notes) {
  std::vector<RawNorm> norms;
  for (std::size_t at = first; at < arrays.size(); at += kNormArrays) {
    RawNorm norm;
    norm.name = arrays[at].name;
    for (std::size_t i = 1; i < kNormArrays; ++i) {
      if (arrays[at + i].shape != arrays[at].shape) {
        throw UserError(file, arrays[at + i].name,
                        shape_text(arrays[at + i].shape) + " differs in length from " + norm.name +
                            ": needs gamma, beta, moving_mean and moving_variance of one "
                            "BatchNormalization");
      }
    }
    norm.gamma = std::move(arrays[at].values);
    norm.beta = std::move(arrays[at + 1].values);
    norm.mean = std::move(arrays[at + 2].values);
    norm.variance = std::move(arrays[at + 3].values);
    norm.epsilon = kKerasEpsilon;
    notes.push_back("folded " + norm.name + " to " + arrays[at + 3].name +
                    ", taken as gamma, beta, moving_mean and moving_variance of a "
                    "BatchNormalization " +
                    place + ", with epsilon 1e-3");
    norms.push_back(std::move(norm));
  }
  return norms;
}

}  // namespace

RawNetwork listed_network(TensorMap& tensors, const std::string& file,
                          std::vector<std::string>& notes) {
  const std::string scheme =
      "arr_0, arr_1, ..: weights (inputs, outputs), biases, and gamma, beta, moving_mean and "
      "moving_variance of a BatchNormalization, as Keras's get_weights lists them";
  // Each matrix with the vectors behind it; the first group has vectors alone.
  std::vector<std::vector<NamedTensor>> vectors(1);
  RawNetwork network;
  for (std::size_t k = 0; !tensors.empty(); ++k) {
    const auto found = tensors.find(array_name(k));
    if (found == tensors.end()) {
      throw UserError(file, array_name(k), "tensor is missing: a network needs " + scheme);
    }
    const std::size_t dimensions = found->second.shape.size() == 1 ? 1 : 2;
    NamedTensor tensor = take_tensor(tensors, array_name(k), dimensions, file, scheme);
    if (dimensions == 1) {
      vectors.back().push_back(std::move(tensor));
      continue;
    }
    network.layers.push_back({std::move(tensor), {}, {}, {}});
    vectors.emplace_back();
  }
  if (network.layers.empty()) {
    throw UserError(file, "", "holds no weight matrix: a network needs " + scheme);
  }
  for (std::size_t group = 0; group < vectors.size(); ++group) {
    std::vector<NamedTensor>& list = vectors[group];
    const std::size_t biases = list.size() % kNormArrays;
    if (biases > (group == 0 ? 0U : 1U)) {
      const std::string where = group == 0 ? "before the first matrix"
                                           : "behind " + network.layers[group - 1].weights.name;
      throw UserError(file, list.front().name,
                      std::to_string(list.size()) + " vectors " + where +
                          " are neither biases nor a BatchNormalization with gamma, beta, "
                          "moving_mean and moving_variance: needs ONNX, whose graph says what they "
                          "are");
    }
    if (group == 0) {
      network.inputs = norms_of(std::move(list), 0, "of the inputs", file, notes);
      continue;
    }
    RawLayer& layer = network.layers[group - 1];
    if (biases == 0) notes.push_back(layer.weights.name + " has no biases: zeros taken");
    const std::string place =
        "behind " + layer.weights.name + (group + 1 == vectors.size() ? "" : ", before its ReLU");
    if (biases == 1) layer.biases = list.front();
    layer.sums = norms_of(std::move(list), biases, place, file, notes);
  }
  return network;
}

}  // namespace minerva
