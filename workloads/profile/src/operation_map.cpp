#include <unordered_map>

#include "minerva/workloads/operation_types.hpp"

namespace minerva::workloads {
namespace {

/// An operation of LibTorch 1.13, without "aten::", and the type that it counts as.
struct MappedName {
  const char* name;
  const char* type;
};

constexpr MappedName kNames[] = {
    // Arithmetic by element. Operations on scalars and in place count as the same.
    {"add", "Add"},
    {"add_", "Add"},
    {"sub", "Sub"},
    {"sub_", "Sub"},
    {"rsub", "Sub"},
    {"neg", "Sub"},
    {"neg_", "Sub"},
    {"mul", "Mul"},
    {"mul_", "Mul"},
    {"div", "Div"},
    {"div_", "Div"},
    {"reciprocal", "Div"},
    {"pow", "Pow"},
    {"square", "Pow"},
    {"sqrt", "Pow"},
    {"rsqrt", "Pow"},
    {"abs", "Pow"},
    {"sgn", "Sub"},
    {"softmax", "Softmax"},
    {"_softmax", "Softmax"},
    {"log_softmax", "Softmax"},
    {"_log_softmax", "Softmax"},
    {"_softmax_backward_data", "SoftmaxGrad"},
    {"_log_softmax_backward_data", "SoftmaxGrad"},
    {"relu", "Relu"},
    {"relu_", "Relu"},
    {"clamp_min", "Relu"},
    {"clamp_min_", "Relu"},
    {"hardtanh", "Relu"},
    {"hardtanh_", "Relu"},
    {"threshold_backward", "ReluGrad"},
    {"hardtanh_backward", "ReluGrad"},
    {"tanh", "Tanh"},
    {"tanh_backward", "TanhGrad"},
    {"sigmoid", "Sigmoid"},
    {"sigmoid_backward", "SigmoidGrad"},
    {"exp", "Exp"},
    {"log", "Log"},
    {"native_dropout", "Dropout"},
    {"native_dropout_backward", "Dropout"},
    {"clamp", "Clip"},
    {"clamp_", "Clip"},
    {"clamp_max", "Clip"},
    {"eq", "Compare"},
    {"ne", "Compare"},
    {"le", "Compare"},
    {"lt", "Compare"},
    {"ge", "Compare"},
    {"gt", "Compare"},
    {"logical_and", "Compare"},
    {"logical_not", "Compare"},
    {"native_batch_norm", "BatchNorm"},
    {"batch_norm", "BatchNorm"},
    {"_batch_norm_impl_index", "BatchNorm"},
    {"native_batch_norm_backward", "BatchNorm"},
    {"huber_loss", "CrossEntropy"},
    {"huber_loss_backward", "CrossEntropy"},
    // Matrix products.
    {"mm", "MatMul"},
    {"addmm", "MatMul"},
    {"bmm", "MatMul"},
    {"baddbmm", "MatMul"},
    {"baddbmm_", "MatMul"},
    {"matmul", "MatMul"},
    {"linear", "MatMul"},
    {"addmv", "MatMul"},
    {"addmv_", "MatMul"},
    {"mv", "MatMul"},
    {"dot", "MatMul"},
    // Reductions and pools.
    {"nll_loss", "CrossEntropy"},
    {"nll_loss_nd", "CrossEntropy"},
    {"nll_loss_forward", "CrossEntropy"},
    {"nll_loss_backward", "CrossEntropy"},
    {"cross_entropy_loss", "CrossEntropy"},
    {"max_pool2d", "MaxPool"},
    {"mkldnn_max_pool2d", "MaxPool"},
    {"max_pool2d_with_indices", "MaxPool"},
    {"max_pool2d_with_indices_backward", "MaxPoolGrad"},
    {"avg_pool2d", "AvgPool"},
    {"avg_pool2d_backward", "AvgPool"},
    {"avg_pool3d", "AvgPool"},
    {"avg_pool3d_backward", "AvgPool"},
    {"adaptive_avg_pool2d", "AvgPool"},
    {"sum", "Sum"},
    {"mean", "Sum"},
    {"norm", "Sum"},
    {"linalg_vector_norm", "Sum"},
    {"max", "Max"},
    {"amax", "Max"},
    {"argmax", "Max"},
    {"ctc_loss", "CTCLoss"},
    {"_ctc_loss", "CTCLoss"},
    {"_ctc_loss_backward", "CTCLoss"},
    // Convolutions. Their two gradients are measured by pieces of code, below.
    {"conv2d", "Conv2D"},
    {"convolution", "Conv2D"},
    {"_convolution", "Conv2D"},
    {"mkldnn_convolution", "Conv2D"},
    {"thnn_conv2d", "Conv2D"},
    {"_slow_conv2d_forward", "Conv2D"},
    // Random numbers.
    {"normal", "RandomNormal"},
    {"normal_", "RandomNormal"},
    {"randn", "RandomNormal"},
    {"uniform_", "RandomUniform"},
    {"rand", "RandomUniform"},
    {"bernoulli", "RandomUniform"},
    {"bernoulli_", "RandomUniform"},
    // Movement of data. Views move nothing; what they cost is the call.
    {"transpose", "Transpose"},
    {"t", "Transpose"},
    {"permute", "Transpose"},
    {"numpy_T", "Transpose"},
    {"expand", "Tile"},
    {"expand_as", "Tile"},
    {"repeat", "Tile"},
    {"tile", "Tile"},
    {"where", "Select"},
    {"masked_fill", "Select"},
    {"masked_fill_", "Select"},
    {"_s_where", "Select"},
    {"constant_pad_nd", "Pad"},
    {"constant_pad_nd_backward", "Pad"},
    {"pad", "Pad"},
    {"view", "Reshape"},
    {"_unsafe_view", "Reshape"},
    {"reshape", "Reshape"},
    {"_reshape_alias", "Reshape"},
    {"flatten", "Reshape"},
    {"squeeze", "Reshape"},
    {"squeeze_", "Reshape"},
    {"unsqueeze", "Reshape"},
    {"unsqueeze_", "Reshape"},
    {"size", "Shape"},
    {"cat", "Concat"},
    {"_cat", "Concat"},
    {"stack", "Concat"},
    {"slice", "Slice"},
    {"slice_backward", "Slice"},
    {"narrow", "Slice"},
    {"narrow_copy", "Slice"},
    {"split", "Slice"},
    {"chunk", "Slice"},
    {"unbind", "Slice"},
    {"select", "Slice"},
    {"select_backward", "Slice"},
    {"index", "Gather"},
    {"index_select", "Gather"},
    {"gather", "Gather"},
    {"embedding", "Gather"},
    {"take", "Gather"},
    {"index_add_", "ScatterAdd"},
    {"index_add", "ScatterAdd"},
    {"index_put_", "ScatterAdd"},
    {"_index_put_impl_", "ScatterAdd"},
    {"scatter_add_", "ScatterAdd"},
    {"scatter_add", "ScatterAdd"},
    {"scatter_", "ScatterAdd"},
    {"gather_backward", "ScatterAdd"},
    {"index_select_backward", "ScatterAdd"},
    {"embedding_dense_backward", "ScatterAdd"},
    {"embedding_backward", "ScatterAdd"},
    {"copy_", "Copy"},
    {"clone", "Copy"},
    {"contiguous", "Copy"},
    {"to", "Copy"},
    {"_to_copy", "Copy"},
    {"detach", "Copy"},
    {"detach_", "Copy"},
    {"alias", "Copy"},
    {"as_strided", "Reshape"},
    {"as_strided_", "Reshape"},
    {"resize_", "Fill"},
    {"resolve_conj", "Copy"},
    {"resolve_neg", "Copy"},
    {"item", "Copy"},
    {"_local_scalar_dense", "Copy"},
    {"is_nonzero", "Copy"},
    {"result_type", "Shape"},
    {"empty", "Fill"},
    {"empty_like", "Fill"},
    {"empty_strided", "Fill"},
    {"new_empty", "Fill"},
    {"new_empty_strided", "Fill"},
    {"new_zeros", "Fill"},
    {"new_full", "Fill"},
    {"zeros", "Fill"},
    {"zeros_like", "Fill"},
    {"zero_", "Fill"},
    {"ones", "Fill"},
    {"ones_like", "Fill"},
    {"full", "Fill"},
    {"full_like", "Fill"},
    {"fill_", "Fill"},
    {"arange", "Fill"},
    {"scalar_tensor", "Fill"},
    {"one_hot", "Fill"},
    {"set_", "Fill"},
    {"lift_fresh", "Copy"},
};

std::unordered_map<std::string_view, std::size_t> type_by_name() {
  std::unordered_map<std::string_view, std::size_t> types;
  for (const MappedName& each : kNames) types.emplace(each.name, type_number(each.type));
  return types;
}

bool begins_with(std::string_view text, std::string_view begin) {
  return text.substr(0, begin.size()) == begin;
}

}  // namespace

std::size_t type_of_operation(std::string_view name) {
  static const std::unordered_map<std::string_view, std::size_t> types = type_by_name();
  static const std::unordered_map<std::string_view, std::size_t> own = [] {
    std::unordered_map<std::string_view, std::size_t> all;
    for (std::size_t i = 0; i < operation_types().size(); ++i) {
      all.emplace(operation_types()[i].name, i);
    }
    return all;
  }();
  constexpr std::string_view kOwn = "op:";
  constexpr std::string_view kLibrary = "aten::";
  if (begins_with(name, kOwn)) {
    const auto found = own.find(name.substr(kOwn.size()));
    return found == own.end() ? kUnknownOperation : found->second;
  }
  if (begins_with(name, kLibrary)) {
    const auto found = types.find(name.substr(kLibrary.size()));
    return found == types.end() ? kUnknownOperation : found->second;
  }
  return kNotAnOperation;
}

}  // namespace minerva::workloads
