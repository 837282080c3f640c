#include "quantize_csv.hpp"

#include "minerva/report/csv.hpp"

namespace minerva::quantize {

std::string formats_csv(const QuantizeSection& plan) {
  Csv csv({"reading", "chosen", "layer", "signal", "integer_bits", "fraction_bits", "width_bits",
           "layer_scale_exponent"});
  const auto add = [&](const char* reading, bool chosen, const std::vector<LayerFormats>& layers) {
    for (std::size_t k = 0; k < layers.size(); ++k) {
      const auto signal = [&](const char* name, QFormat f) {
        csv.add({reading, chosen, static_cast<int>(k) + 1, name, f.integer_bits, f.fraction_bits,
                 f.bits(), layers[k].scale_exponent});
      };
      signal("W", layers[k].weight);
      signal("X", layers[k].activation);
      signal("P", layers[k].product);
    }
  };
  add("each_signal_alone", false, plan.minima);
  add("searched", false, plan.searched);
  for (const HardwareReading& h : plan.hardware) add(to_string(h.widest), h.chosen, h.layers);
  return csv.text();
}

std::string format_curve_csv(const QuantizeSection& plan) {
  Csv csv({"signal", "integer_bits_added", "fraction_bits_added", "datapath_bits",
           "validation_wrong", "test_wrong", "validation_divergence_nats", "test_divergence_nats"});
  for (const FormatCurveRow& row : plan.curve) {
    csv.add({row.signal, row.integer_bits_added, row.fraction_bits_added, row.datapath_bits,
             row.validation_wrong, row.test_wrong, row.validation_divergence, row.test_divergence});
  }
  return csv.text();
}

std::string saturation_csv(const QuantizeSection& plan) {
  Csv csv({"layer", "accumulator_bits", "weights", "weights_saturated", "biases",
           "biases_saturated", "inputs", "inputs_saturated", "products", "products_saturated"});
  for (const LayerSaturationRow& row : plan.saturation) {
    csv.add({row.layer, row.accumulator_bits, row.weights, row.weights_saturated, row.biases,
             row.biases_saturated, row.inputs, row.inputs_saturated, row.products,
             row.products_saturated});
  }
  return csv.text();
}

}  // namespace minerva::quantize
