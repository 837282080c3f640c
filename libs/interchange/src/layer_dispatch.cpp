#include "layer_dispatch.hpp"

#include "dense_tensors.hpp"

namespace minerva {

std::int64_t LayerTensor::size() const {
  std::int64_t product = 1;
  for (const std::int64_t extent : shape) product *= extent;
  return product;
}

std::vector<LayerTensor> layer_tensors(const NetworkLayer& layer, std::size_t k) {
  switch (layer.kind) {
    case LayerKind::dense:
      return dense_tensors(layer, k);
  }
  refuse_layer_kind(layer.kind);
}

const char* onnx_operator(LayerKind kind) {
  switch (kind) {
    case LayerKind::dense:
      return "Gemm";
  }
  refuse_layer_kind(kind);
}

std::vector<ZipMember> code_arrays(const QuantizedLayer& layer, std::size_t k) {
  switch (layer.kind) {
    case LayerKind::dense:
      return dense_code_arrays(layer, k);
  }
  refuse_layer_kind(layer.kind);
}

}  // namespace minerva
