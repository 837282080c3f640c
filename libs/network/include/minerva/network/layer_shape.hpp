#pragma once
#include <cstdint>

#include "minerva/network/tensor_shape.hpp"

namespace minerva {

/// What a layer computes. CONTRIBUTING.md, "Adding a layer kind", lists the one place of each room
/// that tells kinds apart: a switch without a default, so that a new kind does not compile until
/// every room has an answer for it.
enum class LayerKind {
  dense,  ///< every word of the input feeds every neuron
};

/// The end of a switch over kinds. Throws ContractViolation: the value is no kind.
[[noreturn]] void refuse_layer_kind(LayerKind kind);

/// One layer of a network without its numbers: its kind, the tensor that it reads and the tensor
/// that it writes. Whoever counts words, products or memory asks this and not the tensors.
struct LayerShape {
  LayerKind kind = LayerKind::dense;
  TensorShape input;
  TensorShape output;

  /// Input words that one neuron reads. A dense layer reads a tensor in storage order.
  int fan_in() const {
    switch (kind) {
      case LayerKind::dense:
        return input.size();
    }
    refuse_layer_kind(kind);
  }
  /// Words that the layer writes.
  int neurons() const { return output.size(); }
  /// Weights and biases that are stored for the layer.
  std::int64_t weight_count() const {
    switch (kind) {
      case LayerKind::dense:
        return std::int64_t{fan_in()} * neurons();
    }
    refuse_layer_kind(kind);
  }
  int bias_count() const {
    switch (kind) {
      case LayerKind::dense:
        return neurons();
    }
    refuse_layer_kind(kind);
  }
};

/// The shape of a layer that reads `input` and whose weight matrix has `weight_rows` rows. Dense: a
/// row a neuron, and the output is a vector.
LayerShape layer_shape(LayerKind kind, const TensorShape& input, int weight_rows);

/// Whether two layers compute the same function of the words in storage order: dense layers that
/// read 28x28x1 and 784 are equal.
bool operator==(const LayerShape& a, const LayerShape& b);
inline bool operator!=(const LayerShape& a, const LayerShape& b) { return !(a == b); }

}  // namespace minerva
