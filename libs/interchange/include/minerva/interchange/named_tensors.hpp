#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "minerva/base/enum_names.hpp"
#include "minerva/base/text.hpp"
#include "minerva/design/design_json.hpp"
#include "minerva/network/graph_network.hpp"

namespace minerva {

/// The floating-point types in which other tools store networks.
enum class FloatType { f16, bf16, f32, f64 };
constexpr EnumNames<FloatType, 4> enum_names(FloatType) {
  return {{{FloatType::f16, "F16"},
           {FloatType::bf16, "BF16"},
           {FloatType::f32, "F32"},
           {FloatType::f64, "F64"}}};
}
constexpr std::size_t bytes_of(FloatType type) {
  return type == FloatType::f64 ? 8 : type == FloatType::f32 ? 4 : 2;
}

/// Numbers converted to float32, the type of all networks here.
struct ConvertedFloats {
  std::vector<float> values;
  std::int64_t rounded =
      0;  ///< how many values float32 cannot represent; they are rounded to nearest, ties to even
};
/// Converts `bytes` to float32: F16, BF16 and F32 exactly, F64 with rounding. Throws UserError
/// naming `file` and `tensor` for a number that is not finite, or beyond the range of float32.
ConvertedFloats to_float32(FloatType type, std::string_view bytes, bool big_endian,
                           const std::string& file, const std::string& tensor);
/// A note such as "w0: 3 of 9 numbers rounded to float32".
std::string rounding_note(const std::string& tensor, const ConvertedFloats& floats);

/// An array of a network file.
struct NamedTensor {
  std::string name;
  std::vector<std::int64_t> shape;
  std::vector<float> values;  ///< row-major: the last index runs fastest
};

/// Which index of a weight matrix comes first. automatic: the lengths of the biases decide; when
/// every matrix is square, it is inputs_outputs.
enum class WeightsLayout { automatic, inputs_outputs, outputs_inputs };
constexpr EnumNames<WeightsLayout, 3> enum_names(WeightsLayout) {
  return {{{WeightsLayout::automatic, "automatic"},
           {WeightsLayout::inputs_outputs, "inputs_outputs"},
           {WeightsLayout::outputs_inputs, "outputs_inputs"}}};
}

/// A network from a different tool, and what a user should know about how it was read.
struct ImportedNetwork {
  GraphNetwork network;  ///< of any layers; a dense chain where the file has no others
  std::string format;    ///< "safetensors", "npz" or "ONNX"
  /// What was rounded, turned, dropped or assumed: one plain sentence each.
  std::vector<std::string> notes;
  /// Formats and thresholds of a file whose Quant nodes give them; the weights are on their grid.
  std::optional<PlanFile> plan;
  /// Why the file gives no plan, as the end of a sentence whose subject is the file.
  std::string no_plan = "holds no formats: the file has no Quant nodes";
};

/// Makes a network of these tensors. Names are understood in three ways:
/// - w0, b0, w1, b1, ..: the layers in this order; `layout` says which index of a matrix comes
///   first;
/// - arr_0, arr_1, ..: what Keras's get_weights gives, as numpy.savez names a list: weights, biases
///   where the layer has them, and gamma, beta, moving_mean and moving_variance of a
///   BatchNormalization, with `layout`;
/// - PREFIX.weight (outputs, inputs) with PREFIX.bias, a PyTorch state dict: the layers in the
///   order in which the shapes chain, and where several orders do, by the numbers in the names.
///   weight_orig and weight_mask of pruning are multiplied; running_mean and running_var with
///   weight and bias are a BatchNorm.
/// A BatchNormalization is folded into the layer before or behind it, and a note says which.
/// `described`: the network on one line (docs/layers.md), without which such files have dense
/// layers in a chain alone; empty: none. Filters are (filters, channels of a group, rows, columns).
/// Throws UserError naming `file` and the tensor for tensors that are no such network.
ImportedNetwork network_of_tensors(std::vector<NamedTensor> tensors, const std::string& file,
                                   WeightsLayout layout = WeightsLayout::automatic,
                                   const std::string& described = "");

/// What a file of weights without a graph does not say, said as a note, and done: ReLU stands
/// between the layers and nothing behind the last; one output is the sum before a sigmoid.
/// `described`: the network on one line, where the caller or the file says it, or empty.
void assume_classifier(ImportedNetwork& imported, const std::string& described = "");
/// Makes two outputs of one: the first is 0, the second the sum, so that the class is 1 where the
/// sum is above 0, and 0 at 0. Nothing happens to networks of more outputs. @return whether it did.
bool make_two_outputs(GraphNetwork& network);

}  // namespace minerva
