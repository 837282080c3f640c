#include "minerva/network/layer_shape.hpp"

#include <string>

#include "minerva/base/errors.hpp"

namespace minerva {

void refuse_layer_kind(LayerKind kind) {
  const std::string what = std::to_string(static_cast<int>(kind)) + " is no layer kind";
  throw ContractViolation(what);
}

LayerShape layer_shape(LayerKind kind, const TensorShape& input, int weight_rows) {
  switch (kind) {
    case LayerKind::dense:
      return {kind, input, TensorShape::vector(weight_rows)};
  }
  refuse_layer_kind(kind);
}

bool operator==(const LayerShape& a, const LayerShape& b) {
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case LayerKind::dense:
      return a.input.size() == b.input.size() && a.output.size() == b.output.size();
  }
  refuse_layer_kind(a.kind);
}

}  // namespace minerva
