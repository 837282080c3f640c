#include "layer_dispatch.hpp"

#include "dense_fixed.hpp"
#include "dense_float.hpp"

namespace minerva {

FloatLayer prepare_float_layer(const NetworkLayer& layer) {
  switch (layer.kind) {
    case LayerKind::dense:
      return prepare_dense_float(layer);
  }
  refuse_layer_kind(layer.kind);
}

void float_sums(const FloatLayer& layer, const FloatWords& words,
                std::vector<kernels::FloatInput>& kept, float* acc) {
  switch (layer.kind) {
    case LayerKind::dense:
      return dense_float_sums(layer, words, kept, acc);
  }
  refuse_layer_kind(layer.kind);
}

std::vector<std::int64_t> exact_sums(const QuantizedLayers& network, int k,
                                     const std::vector<std::int32_t>& x) {
  const LayerKind kind = network.layers[static_cast<std::size_t>(k)].kind;
  switch (kind) {
    case LayerKind::dense:
      return exact_dense_sums(network, k, x);
  }
  refuse_layer_kind(kind);
}

PreparedLayer prepare_layer(const QuantizedLayers& network, int k) {
  const LayerKind kind = network.layers[static_cast<std::size_t>(k)].kind;
  switch (kind) {
    case LayerKind::dense:
      return prepare_dense_layer(network, k);
  }
  refuse_layer_kind(kind);
}

ChangedWeights changed_weights(const PreparedLayer& before, const PreparedLayer& after) {
  switch (before.kind) {
    case LayerKind::dense:
      return changed_dense_weights(before, after);
  }
  refuse_layer_kind(before.kind);
}

std::int64_t saturated_products(const PreparedLayer& layer, const std::int16_t* x) {
  switch (layer.kind) {
    case LayerKind::dense:
      return saturated_dense_products(layer, x);
  }
  refuse_layer_kind(layer.kind);
}

void SampleRunner::run_layer(std::size_t k, std::int64_t sample) {
  switch ((*pass_.layers)[k].kind) {
    case LayerKind::dense:
      return run_dense(k, sample);
  }
  refuse_layer_kind((*pass_.layers)[k].kind);
}

}  // namespace minerva
