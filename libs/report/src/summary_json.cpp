#include "minerva/design/design_fields.hpp"
#include "minerva/report/summary_report.hpp"

namespace minerva {

using json::kNotNegative;
using json::kPercent;

// Found by the archives through their argument, so not in an unnamed namespace.

template <typename Archive>
void fields(Archive& archive, NamedSeed& value) {
  archive("name", value.name);
  archive("seed", value.seed);
}

template <typename Archive>
void fields(Archive& archive, Provenance& value) {
  archive("version", value.version);
  archive("compiler", value.compiler);
  archive("config_sha256", value.config_sha256);
  archive("data_name", value.data_name);
  archive("data_source", value.data_source);
  archive("data_sha256", value.data_sha256);
  archive("seeds", value.seeds);
  archive("technology_name", value.technology_name);
  archive("technology_sha256", value.technology_sha256);
  archive("technology_calibrated", value.technology_calibrated);
}

template <typename Archive>
void fields(Archive& archive, NetworkSummary& value) {
  archive("topology", value.topology);
  archive("weights", value.weights, kNotNegative);
  archive("origin", value.origin);
  archive("sha256", value.sha256);
  archive("validation_samples", value.validation_samples, kNotNegative);
  archive("validation_wrong", value.validation_wrong, kNotNegative);
  archive("test_samples", value.test_samples, kNotNegative);
  archive("test_wrong", value.test_wrong, kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, BudgetSummary& value) {
  archive("sigma_percent", value.budget.sigma_percent, kPercent);
  archive("itn", value.budget.itn, kNotNegative);
  archive("origin", value.origin);
  archive("validation_extra_samples", value.validation_extra_samples, kNotNegative);
  archive("test_extra_samples", value.test_extra_samples, kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, SweepRow& value) {
  archive("topology", value.topology);
  archive("weights", value.weights, kNotNegative);
  archive("l1", value.l1, kNotNegative);
  archive("l2", value.l2, kNotNegative);
  archive("dropout", value.dropout, json::Bounds{0, 1});
  archive("input_dropout", value.input_dropout, json::Bounds{0, 1});
  archive("activation_l1", value.activation_l1, kNotNegative);
  archive("learning_rate", value.learning_rate, kNotNegative);
  archive("batch_size", value.batch_size, kNotNegative);
  archive("seeds", value.seeds, kNotNegative);
  archive("epochs", value.epochs, kNotNegative);
  archive("outcome", value.outcome);
  archive("validation_wrong", value.validation_wrong, kNotNegative);
  archive("validation_error_percent", value.validation_error_percent, kPercent);
  archive("validation_sigma_percent", value.validation_sigma_percent, kNotNegative);
  archive("on_frontier", value.on_frontier);
  archive("chosen", value.chosen);
}

template <typename Archive>
void fields(Archive& archive, SweepSummary& value) {
  archive("search", value.search);
  archive("epochs", value.epochs, kNotNegative);
  archive("epochs_of_all", value.epochs_of_all, kNotNegative);
  archive("choice_trained", value.choice_trained);
}

template <typename Archive>
void fields(Archive& archive, DesignSpaceRow& value) {
  archive("combination", value.combination);
  archive("point", value.point);
  archive("weight_bank_words", value.weight_bank_words, kNotNegative);
  archive("over_partitioned", value.over_partitioned);
  archive("cycles", value.cycles, kNotNegative);
  archive("time_us", value.time_us, kNotNegative);
  archive("energy_per_prediction_nj", value.energy_per_prediction_nj, kNotNegative);
  archive("power_mw", value.power_mw, kNotNegative);
  archive("area_mm2", value.area_mm2, kNotNegative);
  archive("weight_memory_mm2", value.weight_memory_mm2, kNotNegative);
  archive("within_constraints", value.within_constraints);
  archive("on_frontier", value.on_frontier);
  archive("chosen", value.chosen);
  archive("verified", value.verified);
  archive("differences", value.differences, kNotNegative);
  archive("dynamic_mw", value.dynamic_mw, kNotNegative);
  archive("leakage_mw", value.leakage_mw, kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, SkippedCombinations& value) {
  archive("rule", value.rule);
  archive("combinations", value.combinations, kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, DesignSpaceSummary& value) {
  archive("topology", value.topology);
  archive("search", value.search);
  archive("combinations", value.combinations, kNotNegative);
  archive("looked_at", value.looked_at, kNotNegative);
  archive("legal", value.legal, kNotNegative);
  archive("within_constraints", value.within_constraints, kNotNegative);
  archive("skipped", value.skipped);
  archive("objectives", value.objectives);
  archive("constraints", value.constraints);
  archive("frontier", value.frontier);
  archive("baseline", value.baseline);
  archive("baseline_reason", value.baseline_reason);
  archive("bend", value.bend, kNotNegative);
  archive("verification", value.verification);
  archive("power_parts", value.power_parts);
  archive("sample", value.sample);
  archive("hypervolume_ratio", value.hypervolume_ratio, kNotNegative);
  archive("exact_points", value.exact_points, kNotNegative);
  archive("exact_points_found", value.exact_points_found, kNotNegative);
}

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
void fields(Archive& archive, PlanSummary& value) {
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

template <typename Archive>
void fields(Archive& archive, ActivationBin& value) {
  archive("low", value.low, kNotNegative);
  archive("high", value.high, kNotNegative);
  archive("count", value.count, kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, PruningRow& value) {
  archive("layer", value.layer, kNotNegative);
  archive("theta", value.theta, kNotNegative);
  archive("theta_code", value.theta_code, kNotNegative);
  archive("zero_percent", value.zero_percent, kPercent);
  archive("skipped_percent", value.skipped_percent, kPercent);
  archive("weights", value.weights, kNotNegative);
  archive("macs", value.macs, kNotNegative);
  archive("macs_skipped_by_zeros", value.macs_skipped_by_zeros, kNotNegative);
  archive("macs_skipped_by_threshold", value.macs_skipped_by_threshold, kNotNegative);
  archive("weight_reads_skipped", value.weight_reads_skipped, kNotNegative);
  archive("histogram", value.histogram);
}

template <typename Archive>
void fields(Archive& archive, ThresholdCurveRow& value) {
  archive("theta", value.theta, kNotNegative);
  archive("wrong", value.wrong, kNotNegative);
  archive("error_percent", value.error_percent, kPercent);
  archive("skipped_percent", value.skipped_percent, kPercent);
}

template <typename Archive>
void fields(Archive& archive, FaultCurvePoint& value) {
  archive("rate", value.rate, json::Bounds{0, 1});
  archive("maps", value.maps, kNotNegative);
  archive("wrong_mean", value.wrong_mean, kNotNegative);
  archive("wrong_deviation", value.wrong_deviation, kNotNegative);
  archive("mean_low", value.mean_low);  // an interval of few maps may reach below 0
  archive("mean_high", value.mean_high);
}

template <typename Archive>
void fields(Archive& archive, FaultYieldPoint& value) {
  archive("rate", value.rate, json::Bounds{0, 1});
  archive("maps", value.maps, kNotNegative);
  archive("within", value.within, kNotNegative);
  archive("share_low", value.share_low, json::Bounds{0, 1});
  archive("share_high", value.share_high, json::Bounds{0, 1});
}

template <typename Archive>
void fields(Archive& archive, FaultRateSummary& value) {
  archive("rate", value.rate, json::Bounds{0, 1});
  archive("low", value.low, json::Bounds{0, 1});
  archive("high", value.high, json::Bounds{0, 1});
}

template <typename Archive>
void fields(Archive& archive, FaultSupply& value) {
  archive("voltage_v", value.voltage_v, kNotNegative);
  archive("fault_rate", value.fault_rate, json::Bounds{0, 1});
  archive("weight_sram_mw", value.weight_sram_mw, kNotNegative);
  archive("power_mw", value.power_mw, kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, FaultRow& value) {
  fields(archive, value.mitigation);
  archive("chosen", value.chosen);
  archive("at_mean", value.at_mean);
  archive("at_quantile", value.at_quantile);
  archive("supply_at_mean", value.supply_at_mean);
  archive("supply_at_quantile", value.supply_at_quantile);
  archive("tuning", value.tuning);
  archive("tuning_supply", value.tuning_supply);
  archive("test_supply", value.test_supply);
  archive("curve", value.curve);
  archive("test_curve", value.test_curve);
  archive("yield", value.yield);
}

template <typename Archive>
void fields(Archive& archive, VoltageRow& value) {
  archive("voltage_v", value.voltage_v, kNotNegative);
  archive("fault_rate", value.fault_rate, json::Bounds{0, 1});
  archive("weight_sram_dynamic_mw", value.weight_sram_dynamic_mw, kNotNegative);
  archive("weight_sram_leakage_mw", value.weight_sram_leakage_mw, kNotNegative);
  archive("power_mw", value.power_mw, kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, FaultStudy& value) {
  archive("bound_wrong", value.bound_wrong);
  archive("maps", value.maps, kNotNegative);
  archive("confidence", value.confidence, json::Bounds{0, 1});
  archive("yield_quantile", value.yield_quantile, json::Bounds{0, 1});
  archive("failure_criterion", value.failure_criterion);
  archive("voltages", value.voltages);
}

template <typename Archive>
void fields(Archive& archive, StageRow& value) {
  archive("name", value.name);
  archive("detail", value.detail);
  archive("validation_wrong", value.validation_wrong, kNotNegative);
  archive("validation_error_percent", value.validation_error_percent, kPercent);
  archive("test_wrong", value.test_wrong, kNotNegative);
  archive("test_error_percent", value.test_error_percent, kPercent);
  archive("bound_validation_wrong", value.bound_validation_wrong, kNotNegative);
  archive("bound_test_wrong", value.bound_test_wrong, kNotNegative);
  archive("spent_samples", value.spent_samples);
  archive("spent_sigmas", value.spent_sigmas);
  archive("spent_test_samples", value.spent_test_samples);
  archive("spent_test_sigmas", value.spent_test_sigmas);
  archive("power", value.power);
  archive("power_mw", value.power_mw, kNotNegative);
  archive("energy_per_prediction_nj", value.energy_per_prediction_nj, kNotNegative);
  archive("predictions_per_s", value.predictions_per_s, kNotNegative);
  archive("area_mm2", value.area_mm2, kNotNegative);
  archive("factor_before", value.factor_before, kNotNegative);
  archive("factor_baseline", value.factor_baseline, kNotNegative);
  archive("book_factor", value.book_factor, kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, VariantRow& value) {
  archive("name", value.name);
  archive("detail", value.detail);
  archive("power", value.power);
  archive("power_mw", value.power_mw, kNotNegative);
  archive("energy_per_prediction_nj", value.energy_per_prediction_nj, kNotNegative);
  archive("predictions_per_s", value.predictions_per_s, kNotNegative);
  archive("area_mm2", value.area_mm2, kNotNegative);
  archive("over_last_stage", value.over_last_stage, kNotNegative);
  archive("book_over_last_stage", value.book_over_last_stage, kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, VerificationRow& value) {
  archive("what", value.what);
  archive("agrees", value.agrees);
  archive("detail", value.detail);
}

template <typename Archive>
void fields(Archive& archive, RunNote& value) {
  archive("stage", value.stage);
  archive("text", value.text);
}

template <typename Archive>
void fields(Archive& archive, RunSummary& value) {
  archive("title", value.title);
  archive("provenance", value.provenance);
  archive("network", value.network);
  archive("budget", value.budget);
  archive("training_noise", value.noise);
  archive("stages", value.stages);
  archive("variants", value.variants);
  archive("verification", value.verification);
  archive("plan", value.plan);
  archive("pruning", value.pruning);
  archive("threshold_curve", value.threshold_curve);
  archive("faults", value.faults);
  archive("fault_study", value.fault_study);
  archive("sweep", value.sweep);
  archive("sweep_search", value.sweep_search);
  // Absent before stage 2.
  std::optional<DesignSpaceSummary> design_space;
  if (value.design_space.explored()) design_space = value.design_space;
  archive("design_space", design_space);
  value.design_space = design_space.value_or(DesignSpaceSummary{});
  archive("notes", value.notes);
}

namespace {

/// A row has the power of every part or of none.
void check_parts(const DesignSpaceRow& row, std::size_t parts, const json::Place& place) {
  const auto check = [&](const char* name, const std::vector<double>& power_mw) {
    if (power_mw.empty() || power_mw.size() == parts) return;
    throw UserError(place.member(name).text(), std::to_string(power_mw.size()) + " numbers",
                    "needs one of each of the " + std::to_string(parts) + " power_parts, or none");
  };
  check("dynamic_mw", row.dynamic_mw);
  check("leakage_mw", row.leakage_mw);
  if (row.dynamic_mw.size() != row.leakage_mw.size()) {
    throw UserError(
        place.member("leakage_mw").text(), std::to_string(row.leakage_mw.size()) + " numbers",
        "needs as many as dynamic_mw, which has " + std::to_string(row.dynamic_mw.size()));
  }
}

void check_parts(const DesignSpaceSummary& space, const json::Place& place) {
  const std::size_t parts = space.power_parts.size();
  const auto check_rows = [&](const char* name, const std::vector<DesignSpaceRow>& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      check_parts(rows[i], parts, place.member(name).element(i));
    }
  };
  check_rows("frontier", space.frontier);
  check_rows("sample", space.sample);
  if (space.baseline) check_parts(*space.baseline, parts, place.member("baseline"));
}

constexpr const char* kSchema = "minerva-summary-6";
}  // namespace

std::string summary_to_json(const RunSummary& summary) {
  json::Json object = {{"schema", kSchema}};
  object.update(json::write_any(summary));
  return json::dump(object);
}

RunSummary summary_from_json(const std::string& text, const std::string& file) {
  const json::Json object = json::parse(text, file);
  json::check_schema(object, kSchema, {file, ""});
  RunSummary summary;
  const json::Place top{file, ""};
  json::read_struct(object, summary, top, {"schema"});
  const DesignSpaceSummary& space = summary.design_space;
  if (space.bend && static_cast<std::size_t>(*space.bend) >= space.frontier.size()) {
    throw UserError(top.member("design_space").member("bend").text(), std::to_string(*space.bend),
                    "needs an index of the frontier, which has " +
                        std::to_string(space.frontier.size()) + " points");
  }
  check_parts(space, top.member("design_space"));
  return summary;
}

}  // namespace minerva
