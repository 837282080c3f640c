#include "quantize_section.hpp"

#include "minerva/design/design_fields.hpp"

namespace minerva::quantize {

using json::kNotNegative;

// Found by the archives through their argument, so not in an unnamed namespace.

template <typename Archive>
void fields(Archive& archive, HardwareReading& value) {
  archive("widest", value.widest);
  archive("chosen", value.chosen);
  archive("problem", value.problem);
  archive("layers", value.layers);
  archive("validation_wrong", value.validation_wrong, kNotNegative);
  archive("test_wrong", value.test_wrong, kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, LayerSaturationRow& value) {
  archive("layer", value.layer, kNotNegative);
  archive("accumulator_bits", value.accumulator_bits, kNotNegative);
  archive("weights", value.weights, kNotNegative);
  archive("weights_saturated", value.weights_saturated, kNotNegative);
  archive("biases", value.biases, kNotNegative);
  archive("biases_saturated", value.biases_saturated, kNotNegative);
  archive("inputs", value.inputs, kNotNegative);
  archive("inputs_saturated", value.inputs_saturated, kNotNegative);
  archive("products", value.products, kNotNegative);
  archive("products_saturated", value.products_saturated, kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, FormatCurveRow& value) {
  archive("signal", value.signal);
  archive("integer_bits_added", value.integer_bits_added);
  archive("fraction_bits_added", value.fraction_bits_added);
  archive("datapath_bits", value.datapath_bits, kNotNegative);
  archive("validation_wrong", value.validation_wrong, kNotNegative);
  archive("test_wrong", value.test_wrong, kNotNegative);
  archive("validation_divergence", value.validation_divergence);
  archive("test_divergence", value.test_divergence);
}

template <typename Archive>
void fields(Archive& archive, QuantizeSection& value) {
  archive("method", value.method);
  archive("rounding", value.rounding);
  archive("minima", value.minima);
  archive("minima_joined_wrong", value.minima_joined_wrong, kNotNegative);
  archive("evaluations", value.evaluations, kNotNegative);
  archive("layers", value.searched);
  archive("validation_wrong", value.validation_wrong, kNotNegative);
  archive("hardware", value.hardware);
  archive("saturation_samples", value.saturation_samples, kNotNegative);
  archive("saturation", value.saturation);
  archive("curve", value.curve);
}

std::string to_json(const QuantizeSection& section) {
  return json::dump_line(json::write_any(section));
}

QuantizeSection quantize_section_from_json(const std::string& text, const std::string& file,
                                           const std::string& path) {
  QuantizeSection section;
  json::read_struct(json::parse(text, file), section, {file, path});
  return section;
}

QuantizeSection quantize_section(const RunSummary& summary) {
  const std::string& text = summary.section(kQuantizeStage);
  return text.empty() ? QuantizeSection{}
                      : quantize_section_from_json(text, "summary", "sections.quantize");
}

const HardwareReading* chosen_reading(const QuantizeSection& section) {
  for (const HardwareReading& reading : section.hardware) {
    if (reading.chosen && !reading.layers.empty()) return &reading;
  }
  return nullptr;
}

}  // namespace minerva::quantize
