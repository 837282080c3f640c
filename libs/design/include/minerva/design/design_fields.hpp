#pragma once
#include "minerva/design/machine_configuration.hpp"
#include "minerva/design/ppa_estimate.hpp"
#include "minerva/design/training_noise.hpp"
#include "minerva/json/fields.hpp"

namespace minerva {

// Layouts of the design structs, for json_fields.hpp.

template <typename Archive>
void fields(Archive& archive, LayerFormats& value) {
  archive("W", value.weight);
  archive("X", value.activation);
  archive("P", value.product);
  std::optional<int> scale;  // absent for the scale that networks come with
  if (value.scale_exponent != 0) scale = value.scale_exponent;
  archive("scale", scale);
  value.scale_exponent = scale.value_or(0);
}

template <typename Archive>
void fields(Archive& archive, SeedError& value) {
  archive("seed", value.seed);
  archive("validation_wrong", value.validation_wrong, json::kNotNegative);
  archive("test_wrong", value.test_wrong, json::kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, TrainingNoise& value) {
  archive("validation_samples", value.validation_samples, json::kNotNegative);
  archive("test_samples", value.test_samples, json::kNotNegative);
  archive("runs", value.runs);
}

template <typename Archive>
void fields(Archive& archive, DesignPoint& value) {
  archive("lanes", value.lanes);
  archive("macs_per_lane", value.macs_per_lane);
  archive("weight_bandwidth", value.weight_bandwidth);
  archive("activation_bandwidth", value.activation_bandwidth);
  archive("write_ports", value.write_ports);
  archive("multiplier_stages", value.multiplier_stages);
  archive("clock_period_ns", value.clock_period_ns);
  archive("weight_banks", value.weight_banks);
  archive("activation_banks", value.activation_banks);
  archive("weight_bank_words", value.weight_bank_words);
}

template <typename Archive>
void fields(Archive& archive, Mitigation& value) {
  archive("masking", value.masking);
  archive("sign", value.sign);
  archive("detector", value.detector);
}

template <typename Archive>
void fields(Archive& archive, PowerPart& value) {
  archive("name", value.name);
  archive("dynamic_mw", value.dynamic_mw, json::kNotNegative);
  archive("leakage_mw", value.leakage_mw, json::kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, AreaPart& value) {
  archive("name", value.name);
  archive("area_mm2", value.area_mm2, json::kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, PpaEstimate& value) {
  archive("technology", value.technology);
  archive("power", value.power);
  archive("area", value.area);
  archive("cycles", value.cycles, json::kNotNegative);
  archive("predictions_per_s", value.predictions_per_s, json::kNotNegative);
  archive("energy_per_prediction_nj", value.energy_per_prediction_nj, json::kNotNegative);
  archive("power_mw", value.power_mw, json::kNotNegative);
  archive("area_mm2", value.area_mm2, json::kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, EventCounts& value) {
  for (const EventName& event : event_names()) {
    archive(event.name, value.*event.member, json::kNotNegative);
  }
}

template <typename Archive>
void fields(Archive& archive, LayerCycles& value) {
  archive("fill", value.fill, json::kNotNegative);
  archive("issue", value.issue, json::kNotNegative);
  archive("stall", value.stall, json::kNotNegative);
  archive("drain", value.drain, json::kNotNegative);
}

}  // namespace minerva
