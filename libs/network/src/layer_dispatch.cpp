#include "layer_dispatch.hpp"

#include "dense_layer.hpp"

namespace minerva {

void check_layer(const NetworkLayer& layer, const LayerShape& shape, const std::string& source,
                 const std::string& where, const std::string& name) {
  switch (layer.kind) {
    case LayerKind::dense:
      return check_dense_layer(layer, shape, source, where, name);
  }
  refuse_layer_kind(layer.kind);
}

void scale_layer(NetworkLayer& layer, int weight_exponent, int bias_exponent) {
  switch (layer.kind) {
    case LayerKind::dense:
      return scale_dense_layer(layer, weight_exponent, bias_exponent);
  }
  refuse_layer_kind(layer.kind);
}

QuantizedLayer quantize_in(const NetworkLayer& layer, const LayerFormats& formats,
                           int weight_exponent) {
  switch (layer.kind) {
    case LayerKind::dense:
      return quantize_dense_layer(layer, formats, weight_exponent);
  }
  refuse_layer_kind(layer.kind);
}

}  // namespace minerva
