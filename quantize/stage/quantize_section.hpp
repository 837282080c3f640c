#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/network/quantization_plan.hpp"
#include "minerva/report/run_summary.hpp"

namespace minerva::quantize {

inline constexpr const char* kQuantizeStage = "quantize";

/// The searched formats as one datapath has them.
struct HardwareReading {
  Widest widest = Widest::one_binary_point;
  bool chosen = false;
  std::string problem;  ///< why this reading has no hardware; empty: it has
  std::vector<LayerFormats> layers;
  std::int64_t validation_wrong = 0;
  std::int64_t test_wrong = 0;
};

/// What a layer needs besides its formats, and how often its signals met their ends on the test
/// set.
struct LayerSaturationRow {
  int layer = 1;             ///< 1-based
  int accumulator_bits = 0;  ///< wide enough to hold every sum (docs/arithmetic.md)
  std::int64_t weights = 0;  ///< of the layer
  std::int64_t weights_saturated = 0;
  std::int64_t biases = 0;
  std::int64_t biases_saturated = 0;
  std::int64_t inputs = 0;  ///< of the samples counted
  std::int64_t inputs_saturated = 0;
  std::int64_t products = 0;  ///< likewise; a product of 0 never saturates
  std::int64_t products_saturated = 0;
};

/// The datapath's plan with one signal's bits changed in every layer.
struct FormatCurveRow {
  std::string signal;  ///< "W", "X", "P"; "chosen": the plan itself
  int integer_bits_added = 0;
  int fraction_bits_added = 0;
  int datapath_bits = 0;  ///< of W, X and P together
  std::int64_t validation_wrong = 0;
  std::int64_t test_wrong = 0;
  double validation_divergence = 0;  ///< nats a sample, from the float network
  double test_divergence = 0;
};

/// The section of the stage quantize.
struct QuantizeSection {
  std::string method;  ///< what was searched and for what
  Rounding rounding = Rounding::half_up;
  std::vector<LayerFormats> minima;      ///< each signal's narrowest while the others stay wide
  std::int64_t minima_joined_wrong = 0;  ///< validation errors when those minima are joined
  std::int64_t evaluations = 0;          ///< of the validation set, by the search
  std::vector<LayerFormats> searched;    ///< per layer; empty: the stage did not run
  std::int64_t validation_wrong = 0;     ///< in the searched formats
  std::vector<HardwareReading> hardware;
  std::int64_t saturation_samples = 0;
  std::vector<LayerSaturationRow> saturation;
  std::vector<FormatCurveRow> curve;
};
/// The section as JSON text.
std::string to_json(const QuantizeSection& section);
/// The section of a text; UserError names `file` and the JSON path, below `path`, of what is wrong.
QuantizeSection quantize_section_from_json(const std::string& text, const std::string& file,
                                           const std::string& path = "");
/// The section of a summary; empty when the stage did not run.
QuantizeSection quantize_section(const RunSummary& summary);

/// The reading that the accelerator is built from; null when it has no layers.
const HardwareReading* chosen_reading(const QuantizeSection& section);

}  // namespace minerva::quantize
