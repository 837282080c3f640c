#include <algorithm>
#include <cmath>

#include "minerva/arithmetic/fixed_point.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/network/quantized_graph.hpp"
#include "qonnx/layer_quants.hpp"

namespace minerva {
namespace {

/// Why a file gives no plan; add_plan keeps the text.
struct NoPlan {
  std::string why;
};

[[noreturn]] void no_plan(std::size_t k, const std::string& why) {
  throw NoPlan{"layer " + std::to_string(k) + ": " + why};
}

/// Bits of two's complement that hold every code of a signal.
int signed_bits(const QuantSignal& signal) { return signal.bits + (signal.is_signed ? 0 : 1); }

/// The format whose codes are those of a signal that is 2^shift times as large; m and n may lie
/// outside of what a format allows.
QFormat shifted_format(const QuantSignal& signal, int shift) {
  const int fraction_bits = signal.fraction_bits - shift;
  return {signed_bits(signal) - fraction_bits, fraction_bits};
}

/// The rounding of inputs. Behind a ReLU, where no input is negative, modes that differ below zero
/// alone are one.
std::optional<Rounding> rounding_of(const QuantSignal& signal, bool behind_relu) {
  switch (signal.rounding) {
    case QuantRounding::half_even:
      return Rounding::half_even;
    case QuantRounding::half_up:
      return Rounding::half_up;
    case QuantRounding::floor:
      return Rounding::truncate;
    case QuantRounding::down:
      if (behind_relu || !signal.is_signed) return Rounding::truncate;
      return std::nullopt;
    case QuantRounding::half_down:
    case QuantRounding::ceil:
    case QuantRounding::up:
      return std::nullopt;
  }
  return std::nullopt;
}

/// Whether no word of tensor t is below 0: it is written behind a ReLU, pools between them or not.
bool is_nonnegative(const LayerGraph& graph, int t) {
  while (t > 0 && !graph.layer(t - 1).has_weights()) t = graph.layer(t - 1).reads;
  return t > 0 && graph.layer(t - 1).relu;
}

/// How each layer is scaled for the formats of its outputs to have m >= 1 and n >= 0: a Quant may
/// place the point outside of its bits, and a scale moves it back.
/// The file of this program's export of a graph says it; other graphs are not scaled.
std::vector<int> output_scales(const LayerGraph& graph, const std::vector<LayerQuants>& layers,
                               const PlanFile* own_plan) {
  std::vector<int> scales(layers.size(), 0);
  if (!graph.is_dense_chain()) {
    for (std::size_t k = 0; own_plan != nullptr && k < scales.size(); ++k) {
      scales[k] = own_plan->plan.layers[k].scale_exponent;
    }
    return scales;
  }
  for (std::size_t k = 1; k < layers.size(); ++k) {
    const QFormat format = shifted_format(*layers[k].inputs, 0);
    if (format.integer_bits < 1) scales[k - 1] = 1 - format.integer_bits;
    if (format.fraction_bits < 0) scales[k - 1] = format.fraction_bits;
  }
  return scales;
}

QFormat input_format(const QuantSignal& signal, std::size_t k, bool nonnegative, int shift,
                     std::vector<std::string>& notes) {
  const QFormat format = shifted_format(signal, shift);
  if (signal.narrow && !(signal.is_signed && nonnegative)) {
    no_plan(k, signal.node + " is narrow: inputs saturate at the lowest and highest code here");
  }
  if (format.integer_bits < 1 || format.fraction_bits < 0) {
    no_plan(k, signal.node + " gives the inputs the format " + to_string(format) +
                   ": needs m >= 1 and n >= 0");
  }
  if (!nonnegative && !signal.is_signed) {
    notes.push_back(signal.node +
                    " makes inputs below 0 to 0, which the machine does not: the plan needs inputs "
                    "of 0 or more");
  }
  return format;
}

/// Weights are constants on the grid of their Quant: a wider format holds the same numbers.
QFormat weight_format(const QuantSignal& signal, std::size_t k, int shift,
                      std::vector<std::string>& notes) {
  QFormat format = shifted_format(signal, shift);
  const QFormat given = format;
  if (format.integer_bits < 1) format.integer_bits = 1;
  if (format.fraction_bits < 0) format.fraction_bits = 0;
  if (format.bits() < 2) format.integer_bits = 2;
  if (format != given) {
    notes.push_back("layer " + std::to_string(k) + ": W is " + to_string(format) + " for the " +
                    std::to_string(signed_bits(signal)) + " bits of " + signal.node +
                    ", whose point lies outside of them");
  }
  return format;
}

/// The smallest m that holds all biases in a format with n fraction bits.
int integer_bits_of(const Eigen::VectorXf& biases, int shift, int n) {
  int m = 1;
  const double step = std::ldexp(1.0, -n);
  for (Eigen::Index i = 0; i < biases.size(); ++i) {
    const double value = std::ldexp(static_cast<double>(biases(i)), shift);
    while (m < kMaxProductBits &&
           (value < -std::ldexp(1.0, m - 1) || value > std::ldexp(1.0, m - 1) - step)) {
      ++m;
    }
  }
  return m;
}

/// P holds every product and every bias: the graph adds exact products. A product of the two
/// lowest codes needs one bit more than all others; behind a ReLU there is none.
QFormat exact_products(const LayerQuants& quants, const LayerFormats& formats,
                       const Eigen::VectorXf& biases, bool nonnegative) {
  const bool lowest = !nonnegative && quants.inputs->is_signed && !quants.weights->narrow;
  QFormat product{formats.weight.integer_bits + formats.activation.integer_bits - (lowest ? 0 : 1),
                  formats.weight.fraction_bits + formats.activation.fraction_bits};
  if (quants.biases) {
    product.fraction_bits =
        std::max(product.fraction_bits, quants.biases->fraction_bits - formats.scale_exponent);
  }
  if (quants.added) {
    product.fraction_bits =
        std::max(product.fraction_bits, quants.added->fraction_bits - formats.scale_exponent);
  }
  product.integer_bits = std::max(
      product.integer_bits, integer_bits_of(biases, formats.scale_exponent, product.fraction_bits));
  return product;
}

/// An added tensor has the format of the layer that reads it, or, where none does, of the first
/// that adds it.
void check_added_formats(const LayerGraph& graph, const std::vector<LayerQuants>& layers,
                         const QuantizationPlan& plan) {
  for (std::size_t k = 0; k < layers.size(); ++k) {
    const AddedTensor& added = graph.layer(static_cast<int>(k)).added;
    if (!added) continue;
    if (!layers[k].added) no_plan(k, "the tensor that it adds passes no Quant");
    const auto owner = static_cast<std::size_t>(format_owner(graph, added.tensor));
    const QFormat expected = plan.layers[owner].activation;
    const QFormat given =
        shifted_format(*layers[k].added, tensor_scale_exponent(graph, plan, added.tensor));
    if (given != expected) {
      no_plan(k, "the tensor that it adds has the format " + to_string(given) +
                     " of its Quant, and elsewhere " + to_string(expected));
    }
  }
}

/// @param own the plan that this program's export keeps in the file, which alone says P where the
/// graph adds exact products; or null.
PlanFile plan_of(const ImportedNetwork& imported, const std::vector<LayerQuants>& layers,
                 const PlanFile* own_plan, std::vector<std::string>& notes) {
  const LayerGraph& graph = imported.network.graph;
  const auto layer_at = [&](std::size_t k) -> const GraphLayer& {
    return graph.layer(static_cast<int>(k));
  };
  if (own_plan != nullptr && own_plan->plan.layers.size() != layers.size()) own_plan = nullptr;
  PlanFile file;
  std::optional<Rounding> rounding;
  for (std::size_t k = 0; k < layers.size(); ++k) {
    const LayerQuants& quants = layers[k];
    if (!quants.obstacle.empty()) no_plan(k, quants.obstacle);
    if (!quants.weights && layer_at(k).has_weights()) no_plan(k, "its weights pass no Quant");
    if (!quants.inputs) no_plan(k, "its inputs pass no Quant");
    const bool nonnegative = is_nonnegative(graph, layer_at(k).reads);
    const std::optional<Rounding> own = rounding_of(*quants.inputs, nonnegative);
    if (!own || (rounding && *rounding != *own)) {
      no_plan(k, quants.inputs->node +
                     " rounds inputs in a way of its own: needs ROUND, HALF_UP or FLOOR, one for "
                     "all layers");
    }
    rounding = own;
  }
  file.plan.rounding = rounding.value_or(Rounding::half_up);
  const std::vector<int> scales = output_scales(graph, layers, own_plan);
  bool thresholds = false;
  for (std::size_t k = 0; k < layers.size(); ++k) {
    const LayerQuants& quants = layers[k];
    LayerFormats formats = uniform_plan(1).layers.front();
    formats.scale_exponent = scales[k];
    const int reads = layer_at(k).reads;
    const bool nonnegative = is_nonnegative(graph, reads);
    const int scale_before = reads == 0 ? 0 : scales[static_cast<std::size_t>(reads) - 1];
    formats.activation = input_format(*quants.inputs, k, nonnegative, scale_before, notes);
    if (!layer_at(k).has_weights()) {
      file.plan.layers.push_back(formats);
      file.theta_codes.push_back(0);
      continue;
    }
    formats.weight = weight_format(*quants.weights, k, scales[k] - scale_before, notes);
    if (quants.products) {
      formats.product = shifted_format(*quants.products, scales[k]);
    } else if (own_plan != nullptr) {
      formats.product = own_plan->plan.layers[k].product;
    } else {
      formats.product =
          exact_products(quants, formats, imported.network.layers[k].biases, nonnegative);
    }
    if (!quants.biases && !imported.network.layers[k].biases.isZero(0)) {
      notes.push_back("layer " + std::to_string(k) +
                      ": biases pass no Quant; they are rounded to P, " +
                      to_string(formats.product));
    }
    try {
      check_formats(formats, "layer " + std::to_string(k));
    } catch (const UserError& error) {
      throw NoPlan{error.what()};
    }
    file.plan.layers.push_back(formats);
    file.theta_codes.push_back(quants.theta_code);
    thresholds = thresholds || quants.theta_code > 0;
  }
  if (!thresholds) file.theta_codes.clear();
  check_added_formats(graph, layers, file.plan);
  return file;
}

/// Formats, thresholds and rounding.
bool agrees(const LayerGraph& layers, const PlanFile& own, const PlanFile& graph) {
  if (own.plan.layers.size() != graph.plan.layers.size() ||
      own.plan.rounding != graph.plan.rounding) {
    return false;
  }
  for (std::size_t k = 0; k < own.plan.layers.size(); ++k) {
    const int theta = own.theta_codes.empty() ? 0 : own.theta_codes[k];
    const int found = graph.theta_codes.empty() ? 0 : graph.theta_codes[k];
    const bool weights = layers.layer(static_cast<int>(k)).has_weights();
    if (own.plan.layers[k].activation != graph.plan.layers[k].activation ||
        (weights && own.plan.layers[k].weight != graph.plan.layers[k].weight) ||
        (weights && own.plan.layers[k].product != graph.plan.layers[k].product) ||
        (theta > 1 ? theta : 0) != found) {
      return false;
    }
  }
  return true;
}

QuantizedGraph quantized_or_no_plan(const GraphNetwork& network, const QuantizationPlan& plan) {
  try {
    return quantize_graph(network, plan);
  } catch (const UserError& error) {
    throw NoPlan{error.what()};
  }
}

/// Whether the network in the formats of the plan holds the numbers that it has in the file.
void check_codes(const ImportedNetwork& imported, const std::vector<LayerQuants>& layers,
                 const QuantizationPlan& plan) {
  const QuantizedGraph quantized = quantized_or_no_plan(imported.network, plan);
  for (std::size_t k = 0; k < layers.size(); ++k) {
    const LayerParameters& floats = imported.network.layers[k];
    const QuantizedLayer& codes = quantized.layers[k];
    const LayerGraph& graph = imported.network.graph;
    const int scale = plan.layers[k].scale_exponent -
                      tensor_scale_exponent(graph, plan, graph.layer(static_cast<int>(k)).reads);
    const double weight_step = std::ldexp(plan.layers[k].weight.step(), -scale);
    for (Eigen::Index at = 0; at < floats.weights.size(); ++at) {
      if (codes.weights[static_cast<std::size_t>(at)] * weight_step !=
          static_cast<double>(floats.weights.data()[at])) {
        no_plan(k, "its weights are not those that " + layers[k].weights->node + " makes");
      }
    }
    if (!layers[k].biases) continue;
    const double step = std::ldexp(plan.layers[k].product.step(), -plan.layers[k].scale_exponent);
    for (Eigen::Index i = 0; i < floats.biases.size(); ++i) {
      if (codes.biases[static_cast<std::size_t>(i)] * step !=
          static_cast<double>(floats.biases(i))) {
        no_plan(k, "P, " + to_string(plan.layers[k].product) + ", does not hold the biases that " +
                       layers[k].biases->node + " makes");
      }
    }
  }
}

std::string formats_text(const LayerGraph& graph, const QuantizationPlan& plan) {
  std::string text;
  for (std::size_t k = 0; k < plan.layers.size(); ++k) {
    const LayerFormats& f = plan.layers[k];
    if (!graph.layer(static_cast<int>(k)).has_weights()) {
      text +=
          (k == 0 ? "layer " : "; layer ") + std::to_string(k) + " X " + to_string(f.activation);
      continue;
    }
    text += (k == 0 ? "layer " : "; layer ") + std::to_string(k) + " W " + to_string(f.weight) +
            ", X " + to_string(f.activation) + ", P " + to_string(f.product);
  }
  return text;
}

}  // namespace

void add_plan(ImportedNetwork& imported, const std::vector<LayerQuants>& layers,
              const std::string& own_plan, const std::string& file) {
  const bool quantized = std::any_of(layers.begin(), layers.end(),
                                     [](const LayerQuants& quants) { return quants.any(); });
  if (!quantized) return;
  std::vector<std::string> notes;
  try {
    std::optional<PlanFile> own;
    if (!own_plan.empty()) own = plan_from_json(own_plan, file + ": minerva_plan");
    PlanFile plan = plan_of(imported, layers, own ? &*own : nullptr, notes);
    if (own) {
      if (!agrees(imported.network.graph, *own, plan)) {
        throw UserError(file, "minerva_plan",
                        "says other formats than the Quant nodes of the file: needs the file as "
                        "minerva export wrote it, or without this entry");
      }
      plan = *own;
      if (imported.network.graph.is_dense_chain()) {
        // The file holds scaled weights and biases, so the plan scales none.
        for (LayerFormats& formats : plan.plan.layers) formats.scale_exponent = 0;
      }
    }
    check_codes(imported, layers, plan.plan);
    imported.notes.insert(imported.notes.end(), notes.begin(), notes.end());
    imported.notes.push_back(
        "formats of the Quant nodes, a plan (minerva import FILE --plan PLAN): " +
        formats_text(imported.network.graph, plan.plan));
    imported.plan = std::move(plan);
  } catch (const NoPlan& reason) {
    imported.no_plan = "gives no plan: " + reason.why;
    imported.notes.push_back("the Quant nodes give no plan: " + reason.why);
  }
}

}  // namespace minerva
