#include "layer_quants.hpp"

#include <algorithm>
#include <cmath>

#include "minerva/arithmetic/fixed_point.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/network/quantize_network.hpp"

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

/// How each layer is scaled for the formats of its outputs to have m >= 1 and n >= 0: a Quant may
/// place the point outside of its bits, and a scale moves it back.
std::vector<int> output_scales(const std::vector<LayerQuants>& layers) {
  std::vector<int> scales(layers.size(), 0);
  for (std::size_t k = 1; k < layers.size(); ++k) {
    const QFormat format = shifted_format(*layers[k].inputs, 0);
    if (format.integer_bits < 1) scales[k - 1] = 1 - format.integer_bits;
    if (format.fraction_bits < 0) scales[k - 1] = format.fraction_bits;
  }
  return scales;
}

QFormat input_format(const QuantSignal& signal, std::size_t k, int shift,
                     std::vector<std::string>& notes) {
  const QFormat format = shifted_format(signal, shift);
  if (signal.narrow && !(signal.is_signed && k > 0)) {
    no_plan(k, signal.node + " is narrow: inputs saturate at the lowest and highest code here");
  }
  if (format.integer_bits < 1 || format.fraction_bits < 0) {
    no_plan(k, signal.node + " gives the inputs the format " + to_string(format) +
                   ": needs m >= 1 and n >= 0");
  }
  if (k == 0 && !signal.is_signed) {
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
                       const Eigen::VectorXf& biases, std::size_t k) {
  const bool lowest = k == 0 && quants.inputs->is_signed && !quants.weights->narrow;
  QFormat product{formats.weight.integer_bits + formats.activation.integer_bits - (lowest ? 0 : 1),
                  formats.weight.fraction_bits + formats.activation.fraction_bits};
  if (quants.biases) {
    product.fraction_bits =
        std::max(product.fraction_bits, quants.biases->fraction_bits - formats.scale_exponent);
  }
  product.integer_bits = std::max(
      product.integer_bits, integer_bits_of(biases, formats.scale_exponent, product.fraction_bits));
  return product;
}

/// @param own the plan that this program's export keeps in the file, which alone says P where the
/// graph adds exact products; or null.
PlanFile plan_of(const ImportedNetwork& imported, const std::vector<LayerQuants>& layers,
                 const PlanFile* own_plan, std::vector<std::string>& notes) {
  PlanFile file;
  std::optional<Rounding> rounding;
  for (std::size_t k = 0; k < layers.size(); ++k) {
    const LayerQuants& quants = layers[k];
    if (!quants.obstacle.empty()) no_plan(k, quants.obstacle);
    if (!quants.weights) no_plan(k, "its weights pass no Quant");
    if (!quants.inputs) no_plan(k, "its inputs pass no Quant");
    const std::optional<Rounding> own = rounding_of(*quants.inputs, k > 0);
    if (!own || (rounding && *rounding != *own)) {
      no_plan(k, quants.inputs->node +
                     " rounds inputs in a way of its own: needs ROUND, HALF_UP or FLOOR, one for "
                     "all layers");
    }
    rounding = own;
  }
  file.plan.rounding = rounding.value_or(Rounding::half_up);
  const std::vector<int> scales = output_scales(layers);
  bool thresholds = false;
  for (std::size_t k = 0; k < layers.size(); ++k) {
    const LayerQuants& quants = layers[k];
    LayerFormats formats;
    formats.scale_exponent = scales[k];
    const int scale_before = k == 0 ? 0 : scales[k - 1];
    formats.activation = input_format(*quants.inputs, k, scale_before, notes);
    formats.weight = weight_format(*quants.weights, k, scales[k] - scale_before, notes);
    if (quants.products) {
      formats.product = shifted_format(*quants.products, scales[k]);
    } else if (own_plan != nullptr && k < own_plan->plan.layers.size()) {
      formats.product = own_plan->plan.layers[k].product;
    } else {
      formats.product = exact_products(quants, formats, imported.network.layers[k].biases, k);
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
  return file;
}

/// Formats, thresholds and rounding.
bool agrees(const PlanFile& own, const PlanFile& graph) {
  if (own.plan.layers.size() != graph.plan.layers.size() ||
      own.plan.rounding != graph.plan.rounding) {
    return false;
  }
  for (std::size_t k = 0; k < own.plan.layers.size(); ++k) {
    const int theta = own.theta_codes.empty() ? 0 : own.theta_codes[k];
    const int found = graph.theta_codes.empty() ? 0 : graph.theta_codes[k];
    if (own.plan.layers[k].weight != graph.plan.layers[k].weight ||
        own.plan.layers[k].activation != graph.plan.layers[k].activation ||
        own.plan.layers[k].product != graph.plan.layers[k].product ||
        (theta > 1 ? theta : 0) != found) {
      return false;
    }
  }
  return true;
}

/// Whether the network in the formats of the plan holds the numbers that it has in the file.
void check_codes(const ImportedNetwork& imported, const std::vector<LayerQuants>& layers,
                 const QuantizationPlan& plan) {
  for (std::size_t k = 0; k < layers.size(); ++k) {
    const NetworkLayer& floats = imported.network.layers[k];
    const QuantizedLayer codes = quantize_layer(imported.network, plan, k);
    const double weight_step =
        std::ldexp(plan.layers[k].weight.step(), -weight_scale_exponent(plan, k));
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

std::string formats_text(const QuantizationPlan& plan) {
  std::string text;
  for (std::size_t k = 0; k < plan.layers.size(); ++k) {
    const LayerFormats& f = plan.layers[k];
    text += (k == 0 ? "layer " : "; layer ") + std::to_string(k) + " W " + to_string(f.weight) +
            ", X " + to_string(f.activation) + ", P " + to_string(f.product);
  }
  return text;
}

}  // namespace

double quantized_value(const QuantSignal& signal, double value) {
  // The scale is a power of two: dividing by it is exact, and codes are rounded as whole numbers.
  const double scaled = std::ldexp(value, signal.fraction_bits);
  const QFormat whole{signal.bits + 2, 0};  // saturates beyond the limits below
  const double sign = scaled < 0 ? -1 : 1;
  const auto rounded = [&](double x, Rounding mode) {
    return static_cast<double>(round_to(whole, x, mode));
  };
  double code = 0;
  switch (signal.rounding) {
    case QuantRounding::half_even:
      code = rounded(scaled, Rounding::half_even);
      break;
    case QuantRounding::half_up:  // halves away from zero
      code = sign * rounded(sign * scaled, Rounding::half_up);
      break;
    case QuantRounding::half_down:  // halves towards zero
      code = -sign * rounded(-sign * scaled, Rounding::half_up);
      break;
    case QuantRounding::ceil:
      code = -rounded(-scaled, Rounding::truncate);
      break;
    case QuantRounding::floor:
      code = rounded(scaled, Rounding::truncate);
      break;
    case QuantRounding::up:  // away from zero
      code = -sign * rounded(-sign * scaled, Rounding::truncate);
      break;
    case QuantRounding::down:  // towards zero
      code = sign * rounded(sign * scaled, Rounding::truncate);
      break;
  }
  const int narrow = signal.narrow ? 1 : 0;
  const double lowest = signal.is_signed ? -std::ldexp(1.0, signal.bits - 1) + narrow : 0;
  const double highest = signal.is_signed ? std::ldexp(1.0, signal.bits - 1) - 1
                                          : std::ldexp(1.0, signal.bits) - 1 - narrow;
  return std::ldexp(std::min(std::max(code, lowest), highest), -signal.fraction_bits);
}

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
      if (!agrees(*own, plan)) {
        throw UserError(file, "minerva_plan",
                        "says other formats than the Quant nodes of the file: needs the file as "
                        "minerva export wrote it, or without this entry");
      }
      plan = *own;  // the file holds scaled weights and biases, so the plan scales none
      for (LayerFormats& formats : plan.plan.layers) formats.scale_exponent = 0;
    }
    check_codes(imported, layers, plan.plan);
    imported.notes.insert(imported.notes.end(), notes.begin(), notes.end());
    imported.notes.push_back(
        "formats of the Quant nodes, a plan (minerva import FILE --plan PLAN): " +
        formats_text(plan.plan));
    imported.plan = std::move(plan);
  } catch (const NoPlan& reason) {
    imported.no_plan = "gives no plan: " + reason.why;
    imported.notes.push_back("the Quant nodes give no plan: " + reason.why);
  }
}

}  // namespace minerva
