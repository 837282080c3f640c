#pragma once
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace minerva::workloads {

/// Classes A to G of Fathom's Fig. 3.
enum class OperationClass {
  elementwise_arithmetic,
  matrix_operations,
  reduction_and_expansion,
  convolution,
  random_sampling,
  optimization,
  data_movement
};
inline constexpr std::size_t kOperationClasses = 7;
/// 'A' to 'G'.
char class_letter(OperationClass operation_class);
/// "Elementwise Arithmetic", as the figure names it.
const char* class_title(OperationClass operation_class);

/// A type of operation, named as TensorFlow names it.
struct OperationType {
  const char* name;
  OperationClass operation_class;
};

/// The columns of Fig. 3, in its order.
inline constexpr std::size_t kFigureTypes = 22;
/// All types: the columns of Fig. 3 first, then types of the same classes that it does not list.
const std::vector<OperationType>& operation_types();
/// The number of a type in operation_types(). The name must be one of them.
std::size_t type_number(std::string_view name);

/// What LibTorch runs an operation for: the layers and the loss, their gradients, or the optimizer.
enum class Phase { forward, backward, update };
const char* phase_name(Phase phase);

/// The type of an operation of LibTorch such as "aten::addmm", or of a piece of code that a
/// workload measures as one operation, "op:ApplyAdam". This is the one table that maps them.
/// @return its number in operation_types(); kNotAnOperation for what surrounds operations and does
/// no work itself (nodes of automatic differentiation); kUnknownOperation for names that the table
/// does not have.
inline constexpr std::size_t kNotAnOperation = static_cast<std::size_t>(-1);
inline constexpr std::size_t kUnknownOperation = static_cast<std::size_t>(-2);
std::size_t type_of_operation(std::string_view name);

}  // namespace minerva::workloads
