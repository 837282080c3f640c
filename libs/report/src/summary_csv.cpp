#include "summary_csv.hpp"

#include "fault_report.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/report/design_space_report.hpp"
#include "minerva/report/summary_report.hpp"

namespace minerva {
namespace {

CsvCell optional_cell(const std::optional<double>& value) {
  return value ? CsvCell(*value) : CsvCell("");
}

}  // namespace

std::string stages_csv(const RunSummary& summary) {
  Csv csv({"stage", "validation_wrong", "validation_error_percent", "test_wrong",
           "test_error_percent", "bound_validation_wrong", "bound_test_wrong", "spent_samples",
           "spent_sigmas", "spent_test_samples", "spent_test_sigmas", "power_mw",
           "energy_per_prediction_nj", "predictions_per_s", "area_mm2", "factor_before",
           "factor_baseline", "book_factor"});
  for (const StageRow& s : summary.stages) {
    csv.add({s.name, s.validation_wrong, s.validation_error_percent, s.test_wrong,
             s.test_error_percent, optional_cell(s.bound_validation_wrong),
             optional_cell(s.bound_test_wrong), s.spent_samples, s.spent_sigmas,
             s.spent_test_samples, s.spent_test_sigmas, s.power_mw, s.energy_per_prediction_nj,
             s.predictions_per_s, s.area_mm2, optional_cell(s.factor_before),
             optional_cell(s.factor_baseline), optional_cell(s.book_factor)});
  }
  return csv.text();
}

std::string power_csv(const RunSummary& summary) {
  Csv csv({"stage", "part", "dynamic_mw", "leakage_mw"});
  for (const StageRow& s : summary.stages) {
    for (const PowerPart& p : s.power) csv.add({s.name, p.name, p.dynamic_mw, p.leakage_mw});
  }
  return csv.text();
}

std::string noise_csv(const RunSummary& summary) {
  Csv csv({"seed", "validation_wrong", "validation_samples", "test_wrong", "test_samples"});
  for (const SeedError& run : summary.noise.runs) {
    csv.add({run.seed, run.validation_wrong, summary.noise.validation_samples, run.test_wrong,
             summary.noise.test_samples});
  }
  return csv.text();
}

std::string sweep_csv(const RunSummary& summary) {
  Csv csv({"topology", "weights", "l1", "l2", "dropout", "input_dropout", "activation_l1",
           "learning_rate", "batch_size", "seeds", "epochs", "outcome", "validation_wrong",
           "validation_error_percent", "validation_sigma_percent", "on_frontier", "chosen"});
  for (const SweepRow& row : summary.sweep) {
    csv.add({to_string(row.topology), row.weights, row.l1, row.l2, row.dropout, row.input_dropout,
             row.activation_l1, row.learning_rate, row.batch_size, row.seeds, row.epochs,
             row.outcome, row.validation_wrong, row.validation_error_percent,
             row.validation_sigma_percent, row.on_frontier, row.chosen});
  }
  return csv.text();
}

std::string formats_csv(const RunSummary& summary) {
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
  add("each_signal_alone", false, summary.plan.minima);
  add("searched", false, summary.plan.searched);
  for (const HardwareReading& h : summary.plan.hardware)
    add(to_string(h.widest), h.chosen, h.layers);
  return csv.text();
}

std::string format_curve_csv(const RunSummary& summary) {
  Csv csv({"signal", "integer_bits_added", "fraction_bits_added", "datapath_bits",
           "validation_wrong", "test_wrong", "validation_divergence_nats", "test_divergence_nats"});
  for (const FormatCurveRow& row : summary.plan.curve) {
    csv.add({row.signal, row.integer_bits_added, row.fraction_bits_added, row.datapath_bits,
             row.validation_wrong, row.test_wrong, row.validation_divergence, row.test_divergence});
  }
  return csv.text();
}

std::string saturation_csv(const RunSummary& summary) {
  Csv csv({"layer", "accumulator_bits", "weights", "weights_saturated", "biases",
           "biases_saturated", "inputs", "inputs_saturated", "products", "products_saturated"});
  for (const LayerSaturationRow& row : summary.plan.saturation) {
    csv.add({row.layer, row.accumulator_bits, row.weights, row.weights_saturated, row.biases,
             row.biases_saturated, row.inputs, row.inputs_saturated, row.products,
             row.products_saturated});
  }
  return csv.text();
}

std::string threshold_curve_csv(const RunSummary& summary) {
  Csv csv({"theta", "wrong_samples", "error_percent", "skipped_percent_of_macs"});
  for (const ThresholdCurveRow& row : summary.threshold_curve) {
    csv.add({row.theta, row.wrong, row.error_percent, row.skipped_percent});
  }
  return csv.text();
}

std::string pruning_csv(const RunSummary& summary) {
  Csv csv({"layer", "theta", "theta_code", "zero_percent", "skipped_percent", "weights", "macs",
           "macs_skipped_by_zeros", "macs_skipped_by_threshold", "weight_reads_skipped"});
  for (const PruningRow& row : summary.pruning) {
    csv.add({row.layer, row.theta, row.theta_code, row.zero_percent, row.skipped_percent,
             row.weights, row.macs, row.macs_skipped_by_zeros, row.macs_skipped_by_threshold,
             row.weight_reads_skipped});
  }
  return csv.text();
}

std::string variants_csv(const RunSummary& summary) {
  Csv csv({"variant", "detail", "power_mw", "energy_per_prediction_nj", "predictions_per_s",
           "area_mm2", "power_over_last_stage", "book_power_over_last_stage"});
  for (const VariantRow& row : summary.variants) {
    csv.add({row.name, row.detail, row.power_mw, row.energy_per_prediction_nj,
             row.predictions_per_s, row.area_mm2, row.over_last_stage,
             optional_cell(row.book_over_last_stage)});
  }
  return csv.text();
}

std::vector<NamedFile> csv_files(const RunSummary& summary) {
  return {{"stages.csv", stages_csv(summary)},
          {"power.csv", power_csv(summary)},
          {"noise.csv", noise_csv(summary)},
          {"sweep.csv", sweep_csv(summary)},
          {"frontier.csv", frontier_csv(summary.design_space)},
          {"formats.csv", formats_csv(summary)},
          {"format_curve.csv", format_curve_csv(summary)},
          {"saturation.csv", saturation_csv(summary)},
          {"pruning.csv", pruning_csv(summary)},
          {"threshold_curve.csv", threshold_curve_csv(summary)},
          {"faults.csv", faults_csv(summary)},
          {"fault_curves.csv", fault_curves_csv(summary)},
          {"voltage.csv", voltage_csv(summary)},
          {"variants.csv", variants_csv(summary)}};
}

}  // namespace minerva
