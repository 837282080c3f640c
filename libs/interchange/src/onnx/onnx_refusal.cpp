#include "onnx/onnx_refusal.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace minerva {
namespace {

/// Operators, between blanks, and what they have that the machine has not.
struct Need {
  const char* operators;
  const char* what;
};

constexpr Need kNeeds[] = {
    {" LeakyRelu ThresholdedRelu ", "a multiplier behind each sum, for a slope other than 0 and 1"},
    {" PRelu ", "a multiplier behind each sum, and a memory with a slope for each neuron"},
    {" Sigmoid Tanh HardSigmoid HardSwish Softplus Softsign Elu Selu Celu Gelu Mish Erf Exp Log "
     "Sqrt "
     "Sin Cos ",
     "a table of the function behind each sum"},
    {" Softmax LogSoftmax Hardmax ", "exponentials and a division over all neurons of a layer"},
    {" ConvTranspose DepthToSpace Resize Upsample ",
     "layers that write more pixels than they read"},
    {" LpPool ReduceMax ReduceSum ", "pools of another kind than maxima and sums of windows"},
    {" LSTM GRU RNN Scan Loop ", "a memory of the state from one step to the next"},
    {" LayerNormalization InstanceNormalization GroupNormalization MeanVarianceNormalization LRN "
     "LpNormalization ",
     "mean and variance of every sample as it runs; BatchNormalization, whose are fixed, is "
     "folded"},
    {" Attention Einsum ", "products of activations with each other"},
    {" Concat Split Gather ", "layers that read parts of tensors, or several tensors side by side"},
    {" Clip ", "a limit above the ReLU"},
    {" ConvInteger QLinearConv QuantizeLinear DequantizeLinear QLinearMatMul MatMulInteger "
     "DynamicQuantizeLinear QGemm ",
     "scales and zero points of integers; quantize the float network with minerva quantize, or "
     "bring Quant nodes of QONNX whose scales are powers of two"},
    {" BipolarQuant FloatQuant Trunc MultiThreshold ",
     "other codes than whole numbers times a power of two (Quant of QONNX)"},
};

}  // namespace

std::string with_article(const std::string& word) {
  const bool vowel = word.find_first_of("AEIOUaeiou") == 0;
  const bool spelled = word.rfind("LS", 0) == 0 || word.rfind("LR", 0) == 0;  // an LSTM, an LRN
  return (vowel || spelled ? "an " : "a ") + word;
}

std::string needed_for(const std::string& op_type) {
  const std::string word = " " + op_type + " ";
  const auto found = std::find_if(std::begin(kNeeds), std::end(kNeeds), [&](const Need& need) {
    return std::strstr(need.operators, word.c_str()) != nullptr;
  });
  if (found == std::end(kNeeds)) return "";
  return "; for " + with_article(op_type) + " it would need " + found->what;
}

}  // namespace minerva
