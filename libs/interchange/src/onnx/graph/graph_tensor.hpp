#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "folded_layer.hpp"
#include "qonnx/layer_quants.hpp"

namespace minerva {

/// The axes of a tensor of this program, in storage order.
enum TensorRole { kRow = 0, kColumn = 1, kChannel = 2 };

/// One axis of a tensor as an ONNX model orders it. `label` is the TensorRole; of the model's
/// input, whose layout the first layer of windows says, it is the number of the input's dimension.
struct GraphAxis {
  int label = kChannel;
  std::int64_t size = 1;
};

/// One dimension of a tensor behind the samples: the axes that lie in it, the last one fastest, of
/// which every `step`-th word is taken, with zeros before and behind.
struct GraphDimension {
  std::vector<GraphAxis> axes;
  std::int64_t step = 1;
  std::int64_t before = 0;
  std::int64_t after = 0;

  std::int64_t words() const;
  std::int64_t size() const { return (words() + step - 1) / step + before + after; }
  bool is_plain() const { return step == 1 && before == 0 && after == 0; }
};

/// Factors and offsets that no layer has taken over yet.
struct PendingStep {
  enum class Of { nothing, all, axis, words };
  Of of = Of::nothing;  ///< all: one number; axis: one a place on an axis; words: one a word
  int label = -1;       ///< of the axis
  Elementwise step;
};

/// A tensor of an ONNX model on the way from input to output, as a view of a tensor of the network.
struct GraphTensor {
  int tensor = 0;  ///< 0: the input; k + 1: of the layer that was found as number k
  std::vector<GraphDimension> dimensions;
  PendingStep pending;
  bool is_nonnegative = false;
  int sums_of = -1;     ///< the layer whose sums these are, with nothing behind them
  int relu_of = -1;     ///< the layer that a ReLU here belongs to, maxima between them or not
  int average_of = -1;  ///< the average pool that wrote it, with nothing behind it
  bool is_end = false;  ///< behind a function that keeps the order of the outputs
  std::optional<QuantSignal> quant;  ///< the Quant that it passed
  int theta_code = 0;                ///< the threshold behind that Quant

  std::int64_t words() const;
  /// Whether it is the tensor as it stands: no words left out, no zeros added.
  bool is_plain() const;
  /// All axes, the last one fastest.
  std::vector<GraphAxis> order() const;
  std::vector<std::int64_t> sizes() const;
};

/// The axes of a tensor in dimensions of these sizes; nothing where an axis would be cut.
std::optional<std::vector<GraphDimension>> regrouped(const std::vector<GraphAxis>& order,
                                                     const std::vector<std::int64_t>& sizes);

}  // namespace minerva
