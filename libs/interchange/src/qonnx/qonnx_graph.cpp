#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cmath>

#include "layer_dispatch.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/design/design_json.hpp"
#include "minerva/interchange/qonnx.hpp"
#include "onnx/graph_writer.hpp"
#include "onnx/onnx_model.hpp"
#include "qonnx/quant_node.hpp"

// Networks of any layers with Quant nodes. Weights, biases and tensors stand for the network's own
// numbers, whatever the plan scales: a scale moves the point of a Quant.
namespace minerva {
namespace {

class QonnxLayers {
 public:
  QonnxLayers(onnx::GraphProto& graph, const QuantizedGraph& network)
      : graph_(graph), network_(network), plan_(network.plan()), writer_(graph, network.graph) {
    add_scalar(graph_, "zero", 0);
  }

  void write() {
    quantize_tensor(0);
    for (int k = 0; k < network_.graph.layers(); ++k) {
      const GraphLayer& layer = network_.graph.layer(k);
      if (layer.kind == GraphLayerKind::sum_pool) check_sum(k, layer);
      if (layer.has_weights()) refuse_one_bit(k, network_.layer(k).formats.product, "products");
      std::vector<std::string> read = {input(k)};
      for (const LayerTensor& each : layer_tensors(
               layer, writer_.in_onnx_order(k, values_of(k, layer)), static_cast<std::size_t>(k))) {
        add_floats(graph_, each.name, each.shape, each.values.data());
        const LayerFormats& f = network_.layer(k).formats;
        const bool weights = read.size() == 1;
        const QFormat format = weights ? f.weight : f.product;
        const int scale = weights ? weight_scale(k) : f.scale_exponent;
        read.push_back(add_quant(graph_, each.name, each.name, format.bits(),
                                 format.fraction_bits + scale, "ROUND"));
      }
      writer_.finish(k, writer_.add_layer(k, onnx_operator(layer), read));
      if (k + 1 < network_.graph.layers() && layer.kind != GraphLayerKind::max_pool) {
        quantize_tensor(k + 1);
      }
    }
  }

 private:
  int scale_of(int tensor) const { return tensor_scale_exponent(network_.graph, plan_, tensor); }
  /// log2 of what the weights of layer k are multiplied by before they are rounded.
  int weight_scale(int k) const {
    return network_.layer(k).formats.scale_exponent - scale_of(network_.graph.layer(k).reads);
  }

  void refuse_one_bit(int k, QFormat format, const std::string& signal) const {
    if (format.bits() > 1) return;
    throw UserError("export.format", "qonnx",
                    layer_name(network_.graph.layer(k), k) + " has " + signal +
                        " of one bit, which QONNX takes as -1 and 1");
  }

  /// What a tensor of this program is rounded to; all layers that read it have one format.
  void quantize_tensor(int t) {
    const int owner = format_owner(network_.graph, t);
    const QFormat format = network_.layer(owner).formats.activation;
    refuse_one_bit(owner, format, "inputs");
    writer_.replace(
        t, add_quant(graph_, writer_.name(t), "x" + std::to_string(t), format.bits(),
                     format.fraction_bits + scale_of(t), rounding_mode(network_.rounding)));
  }

  std::string input(int k) {
    std::string x = writer_.read_tensor(k);
    const QuantizedLayer& layer = network_.layer(k);
    if (layer.theta_code <= 1) return x;  // code 1 skips zeros alone, which changes no sum
    return add_threshold(
        graph_, x, static_cast<std::size_t>(k), layer.theta_code,
        layer.formats.activation.fraction_bits + scale_of(network_.graph.layer(k).reads));
  }

  LayerParameters values_of(int k, const GraphLayer& layer) const {
    LayerParameters values;
    if (!layer.has_weights()) return values;
    const QuantizedLayer& codes = network_.layer(k);
    const LayerFormats& f = codes.formats;
    const std::string number = std::to_string(k);
    values.weights.resize(codes.n_out, codes.n_in);
    values.biases.resize(codes.n_out);
    for (int i = 0; i < codes.n_out; ++i) {
      for (int j = 0; j < codes.n_in; ++j) {
        values.weights(i, j) =
            exact_value(codes.weights[codes.index(j, i)], f.weight.fraction_bits + weight_scale(k),
                        "w" + number, to_string(f.weight));
      }
      values.biases(i) = exact_value(codes.biases[static_cast<std::size_t>(i)],
                                     f.product.fraction_bits + f.scale_exponent, "b" + number,
                                     to_string(f.product));
    }
    return values;
  }

  /// The average of ONNX divides exactly by powers of two alone.
  void check_sum(int k, const GraphLayer& layer) const {
    const int words = layer.window.words();
    if ((words & (words - 1)) == 0) return;
    throw UserError("export.format", "qonnx",
                    layer_name(layer, k) + " adds windows of " + std::to_string(words) +
                        " words, which no operator of the graph computes exactly: needs a power "
                        "of two");
  }

  onnx::GraphProto& graph_;
  const QuantizedGraph& network_;
  QuantizationPlan plan_;
  OnnxGraphWriter writer_;
};

}  // namespace

std::string qonnx_bytes(const QuantizedGraph& network, QonnxProducts products) {
  if (network.graph.is_dense_chain()) return qonnx_bytes(chain_network(network), products);
  if (products == QonnxProducts::each_product) {
    throw UserError("--products", to_string(products),
                    "needs fully connected layers in a chain: operators of ONNX round no product "
                    "of a convolution by itself");
  }
  onnx::ModelProto model = onnx_model(network.graph);
  add_qonnx_domain(model);
  QonnxLayers(*model.mutable_graph(), network).write();
  PlanFile plan{network.plan(), {}};
  for (const QuantizedLayer& layer : network.layers) plan.theta_codes.push_back(layer.theta_code);
  add_qonnx_plan(model, plan, products);
  return serialized(model);
}

}  // namespace minerva
