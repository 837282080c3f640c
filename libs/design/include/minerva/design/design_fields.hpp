#pragma once
#include <optional>

#include "minerva/arithmetic/fault_word.hpp"
#include "minerva/design/counts.hpp"
#include "minerva/design/knobs.hpp"
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
  std::optional<std::vector<int>> codebook;  // absent where codes of W are stored
  if (!value.codebook.empty()) {
    codebook.emplace(value.codebook.entries.begin(), value.codebook.entries.end());
  }
  archive("codebook", codebook, json::Bounds{-32768, 32767});
  if (codebook) value.codebook.entries.assign(codebook->begin(), codebook->end());
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
  for (const Knob& knob : knobs()) {
    if (knob.left_out) {
      // Absent in files of machines without it.
      std::optional<int> count;
      if (value.*knob.count != *knob.left_out) count = value.*knob.count;
      archive(knob.name, count);
      value.*knob.count = count.value_or(*knob.left_out);
    } else if (knob.count != nullptr) {
      archive(knob.name, value.*knob.count);
    } else {
      archive(knob.name, value.*knob.time_ns);
    }
  }
}

template <typename Archive>
void fields(Archive& archive, Mitigation& value) {
  archive("masking", value.masking);
  archive("sign", value.sign);
  archive("detector", value.detector);
}

template <typename Archive>
void fields(Archive& archive, NamedNumber& value) {
  archive("name", value.name);
  archive("value", value.value, json::kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, LayerEstimate& value) {
  archive("name", value.name);
  archive("formats", value.formats);
  archive("threshold", value.threshold, json::kNotNegative);
  archive("cycles", value.cycles);
  archive("events", value.events);
  archive("time_us", value.time_us, json::kNotNegative);
  archive("dynamic_nj", value.dynamic_nj, json::kNotNegative);
  archive("leakage_nj", value.leakage_nj, json::kNotNegative);
  archive("parts_nj", value.parts_nj);
}

template <typename Archive>
void fields(Archive& archive, PowerPart& value) {
  archive("name", value.name);
  archive("dynamic_mw", value.dynamic_mw, json::kNotNegative);
  archive("leakage_mw", value.leakage_mw, json::kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, LayerCycles& value) {
  archive("fill", value.fill, json::kNotNegative);
  archive("issue", value.issue, json::kNotNegative);
  archive("stall", value.stall, json::kNotNegative);
  archive("drain", value.drain, json::kNotNegative);
  // Absent in files of machines with their weights on chip.
  std::optional<std::int64_t> weight_stall;
  if (value.weight_stall != 0) weight_stall = value.weight_stall;
  archive("weight_stall", weight_stall, json::kNotNegative);
  value.weight_stall = weight_stall.value_or(0);
  // Absent in files of machines that do not read ahead.
  std::optional<std::int64_t> input_stall;
  if (value.input_stall != 0) input_stall = value.input_stall;
  archive("input_stall", input_stall, json::kNotNegative);
  value.input_stall = input_stall.value_or(0);
}

}  // namespace minerva
