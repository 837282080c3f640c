#include "minerva/workloads/operation_types.hpp"

#include "minerva/base/errors.hpp"

namespace minerva::workloads {

char class_letter(OperationClass operation_class) {
  return static_cast<char>('A' + static_cast<int>(operation_class));
}

const char* class_title(OperationClass operation_class) {
  switch (operation_class) {
    case OperationClass::elementwise_arithmetic:
      return "Elementwise Arithmetic";
    case OperationClass::matrix_operations:
      return "Matrix Operations";
    case OperationClass::reduction_and_expansion:
      return "Reduction and Expansion";
    case OperationClass::convolution:
      return "Convolution";
    case OperationClass::random_sampling:
      return "Random Sampling";
    case OperationClass::optimization:
      return "Optimization";
    case OperationClass::data_movement:
      return "Data Movement";
  }
  return "";
}

const char* phase_name(Phase phase) {
  switch (phase) {
    case Phase::forward:
      return "forward";
    case Phase::backward:
      return "backward";
    case Phase::update:
      return "update";
  }
  return "";
}

const std::vector<OperationType>& operation_types() {
  constexpr auto A = OperationClass::elementwise_arithmetic;
  constexpr auto B = OperationClass::matrix_operations;
  constexpr auto C = OperationClass::reduction_and_expansion;
  constexpr auto D = OperationClass::convolution;
  constexpr auto E = OperationClass::random_sampling;
  constexpr auto F = OperationClass::optimization;
  constexpr auto G = OperationClass::data_movement;
  static const std::vector<OperationType> types = {
      // The columns of Fig. 3.
      {"Add", A},
      {"Sub", A},
      {"Mul", A},
      {"Div", A},
      {"Pow", A},
      {"Softmax", A},
      {"MatMul", B},
      {"CrossEntropy", C},
      {"MaxPoolGrad", C},
      {"Sum", C},
      {"Conv2D", D},
      {"Conv2DBackFilter", D},
      {"Conv2DBackInput", D},
      {"RandomNormal", E},
      {"ApplyAdam", F},
      {"ApplyRMSProp", F},
      {"Transpose", G},
      {"Tile", G},
      {"Select", G},
      {"Pad", G},
      {"Reshape", G},
      {"Shape", G},
      // Types that the figure does not list.
      {"Relu", A},
      {"ReluGrad", A},
      {"Tanh", A},
      {"TanhGrad", A},
      {"Sigmoid", A},
      {"SigmoidGrad", A},
      {"Exp", A},
      {"Log", A},
      {"SoftmaxGrad", A},
      {"LRN", A},
      {"Dropout", A},
      {"Clip", A},
      {"Compare", A},
      {"BatchNorm", A},
      {"MaxPool", C},
      {"AvgPool", C},
      {"Max", C},
      {"CTCLoss", C},
      {"RandomUniform", E},
      {"ApplySGD", F},
      {"Concat", G},
      {"Slice", G},
      {"Gather", G},
      {"ScatterAdd", G},
      {"Copy", G},
      {"Fill", G},
  };
  return types;
}

std::size_t type_number(std::string_view name) {
  const std::vector<OperationType>& types = operation_types();
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (name == types[i].name) return i;
  }
  expects(false, "a type of operation");
  return 0;
}

}  // namespace minerva::workloads
