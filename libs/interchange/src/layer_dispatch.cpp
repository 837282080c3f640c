#include "layer_dispatch.hpp"

#include "minerva/base/errors.hpp"
#include "named_tensors/convolution_tensors.hpp"
#include "named_tensors/dense_tensors.hpp"

namespace minerva {

std::vector<LayerTensor> layer_tensors(const GraphLayer& layer, const LayerParameters& numbers,
                                       std::size_t k) {
  switch (layer.kind) {
    case GraphLayerKind::dense:
      return dense_tensors(numbers, k);
    case GraphLayerKind::conv2d:
      return convolution_tensors(layer, numbers, k);
    case GraphLayerKind::max_pool:
    case GraphLayerKind::sum_pool:
      return {};
  }
  throw ContractViolation("no kind of a layer");
}

const char* onnx_operator(const GraphLayer& layer) {
  const Window& w = layer.window;
  const bool global = w.height == layer.input.height && w.width == layer.input.width &&
                      w.stride_y == w.height && w.stride_x == w.width &&
                      w.top + w.left + w.bottom + w.right == 0;
  switch (layer.kind) {
    case GraphLayerKind::dense:
      return "Gemm";
    case GraphLayerKind::conv2d:
      return "Conv";
    case GraphLayerKind::max_pool:
      return global ? "GlobalMaxPool" : "MaxPool";
    case GraphLayerKind::sum_pool:
      return global ? "GlobalAveragePool" : "AveragePool";
  }
  throw ContractViolation("no kind of a layer");
}

std::vector<ZipMember> code_arrays(const QuantizedLayer& layer, std::size_t k) {
  switch (layer.kind) {
    case LayerKind::dense:
      return dense_code_arrays(layer, k);
  }
  refuse_layer_kind(layer.kind);
}

}  // namespace minerva
