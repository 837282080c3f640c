#pragma once
#include "minerva/design/design_fields.hpp"
#include "minerva/report/run_summary.hpp"

namespace minerva {

// Layouts of the parts of a summary, for minerva/json/fields.hpp.

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
  archive("config", value.config);
}

template <typename Archive>
void fields(Archive& archive, NetworkSummary& value) {
  archive("topology", value.topology);
  archive("weights", value.weights, json::kNotNegative);
  archive("origin", value.origin);
  archive("sha256", value.sha256);
  archive("validation_samples", value.validation_samples, json::kNotNegative);
  archive("validation_wrong", value.validation_wrong, json::kNotNegative);
  archive("test_samples", value.test_samples, json::kNotNegative);
  archive("test_wrong", value.test_wrong, json::kNotNegative);
}

/// Throws UserError unless no more samples are wrong than there are.
inline void check_counts(const NetworkSummary& network, const json::Place& place) {
  const auto check = [&](const char* name, std::int64_t wrong, std::int64_t samples) {
    if (wrong <= samples) return;
    place.member(name).reject(wrong,
                              "needs 0 to the number of samples, " + std::to_string(samples));
  };
  check("validation_wrong", network.validation_wrong, network.validation_samples);
  check("test_wrong", network.test_wrong, network.test_samples);
}

template <typename Archive>
void fields(Archive& archive, BudgetSummary& value) {
  archive("sigma_percent", value.budget.sigma_percent, json::kPercent);
  archive("itn", value.budget.itn, json::kNotNegative);
  archive("origin", value.origin);
  archive("validation_extra_samples", value.validation_extra_samples, json::kNotNegative);
  archive("test_extra_samples", value.test_extra_samples, json::kNotNegative);
  archive("test_sigma_percent", value.test_sigma_percent, json::kPercent);
}

template <typename Archive>
void fields(Archive& archive, WrongInterval& value) {
  archive("low", value.low);  // of few maps it may reach below 0
  archive("high", value.high);
}

template <typename Archive>
void fields(Archive& archive, RowEffect& value) {
  archive("row", value.row);
  archive("lower_mw", value.lower_mw, json::kNotNegative);
  archive("higher_mw", value.higher_mw, json::kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, FactorInterval& value) {
  archive("low", value.low, json::kNotNegative);
  archive("high", value.high, json::kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, PowerInterval& value) {
  archive("low_mw", value.low_mw, json::kNotNegative);
  archive("high_mw", value.high_mw, json::kNotNegative);
  archive("deciding_row", value.deciding_row);
  archive("deciding_percent", value.deciding_percent, json::kNotNegative);
  archive("rows", value.rows);
}

template <typename Archive>
void fields(Archive& archive, ChipShare& value) {
  archive("maps", value.maps, json::kNotNegative);
  archive("validation", value.validation, json::kNotNegative);
  archive("test", value.test, json::kNotNegative);
  archive("both", value.both, json::kNotNegative);
  archive("both_low", value.both_low, json::Bounds{0, 1});
  archive("both_high", value.both_high, json::Bounds{0, 1});
}

template <typename Archive>
void fields(Archive& archive, DescribedMemory& value) {
  archive("name", value.name);
  archive("copies", value.copies, json::kNotNegative);
  archive("banks_per_copy", value.banks_per_copy, json::kNotNegative);
  archive("words", value.words, json::kNotNegative);
  archive("word_bits", value.word_bits, json::kNotNegative);
  archive("voltage_v", value.voltage_v, json::kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, MachineDescription& value) {
  archive("lanes", value.lanes, json::kNotNegative);
  archive("macs_per_lane", value.macs_per_lane, json::kNotNegative);
  archive("weight_words_per_cycle", value.weight_words_per_cycle, json::kNotNegative);
  archive("input_words_per_cycle", value.input_words_per_cycle, json::kNotNegative);
  archive("write_ports", value.write_ports, json::kNotNegative);
  archive("multiplier_stages", value.multiplier_stages, json::kNotNegative);
  archive("clock_period_ns", value.clock_period_ns, json::kNotNegative);
  archive("weight_bits", value.weight_bits, json::kNotNegative);
  archive("activation_bits", value.activation_bits, json::kNotNegative);
  archive("product_bits", value.product_bits, json::kNotNegative);
  archive("accumulator_bits", value.accumulator_bits, json::kNotNegative);
  archive("positions_per_weight", value.positions_per_weight, json::kNotNegative);
  std::optional<int> off_chip_words;  // absent where all weights are on chip
  if (value.off_chip_words != 0) off_chip_words = value.off_chip_words;
  archive("off_chip_words", off_chip_words, json::kNotNegative);
  value.off_chip_words = off_chip_words.value_or(0);
  std::optional<int> read_ahead_words;  // absent where no input is read ahead
  if (value.read_ahead_words != 0) read_ahead_words = value.read_ahead_words;
  archive("read_ahead_words", read_ahead_words, json::kNotNegative);
  value.read_ahead_words = read_ahead_words.value_or(0);
  std::optional<int> batch_size;  // absent where predictions run one after the other
  if (value.batch_size != 1) batch_size = value.batch_size;
  archive("batch_size", batch_size, json::kNotNegative);
  value.batch_size = batch_size.value_or(1);
  archive("skips_inputs", value.skips_inputs);
  archive("mitigation", value.mitigation);
  archive("weight_storage", value.weight_storage);
  archive("fault_rate", value.fault_rate, json::Bounds{0, 1});
  archive("memories", value.memories);
}

template <typename Archive>
void fields(Archive& archive, StageRow& value) {
  archive("stage", value.stage);
  archive("name", value.name);
  archive("detail", value.detail);
  archive("validation_wrong", value.validation_wrong, json::kNotNegative);
  archive("validation_error_percent", value.validation_error_percent, json::kPercent);
  archive("test_wrong", value.test_wrong, json::kNotNegative);
  archive("test_error_percent", value.test_error_percent, json::kPercent);
  archive("bound_validation_wrong", value.bound_validation_wrong, json::kNotNegative);
  archive("bound_test_wrong", value.bound_test_wrong, json::kNotNegative);
  archive("bound_test_wrong_by_test_sigma", value.bound_test_wrong_by_test_sigma,
          json::kNotNegative);
  archive("validation_interval", value.validation_interval);
  archive("test_interval", value.test_interval);
  archive("chips", value.chips);
  archive("spent_samples", value.spent_samples);
  archive("spent_sigmas", value.spent_sigmas);
  archive("spent_test_samples", value.spent_test_samples);
  archive("spent_test_sigmas", value.spent_test_sigmas);
  archive("power", value.power);
  archive("power_mw", value.power_mw, json::kNotNegative);
  archive("power_interval", value.power_interval);
  archive("energy_per_prediction_nj", value.energy_per_prediction_nj, json::kNotNegative);
  archive("predictions_per_s", value.predictions_per_s, json::kNotNegative);
  archive("area_mm2", value.area_mm2, json::kNotNegative);
  archive("factor_before", value.factor_before, json::kNotNegative);
  archive("factor_before_interval", value.factor_before_interval);
  archive("factor_baseline", value.factor_baseline, json::kNotNegative);
  archive("book_factor", value.book_factor, json::kNotNegative);
  archive("machine", value.machine);
  archive("layers", value.layers);
}

/// Throws UserError unless the wrong samples of a stage are no more than the network was judged on.
inline void check_counts(const StageRow& row, const NetworkSummary& network,
                         const json::Place& place) {
  const auto check = [&](const char* name, double wrong, std::int64_t samples) {
    if (samples == 0 || wrong <= static_cast<double>(samples)) return;
    place.member(name).reject(wrong,
                              "needs 0 to the number of samples, " + std::to_string(samples));
  };
  check("validation_wrong", row.validation_wrong, network.validation_samples);
  check("test_wrong", row.test_wrong, network.test_samples);
}

template <typename Archive>
void fields(Archive& archive, VariantRow& value) {
  archive("name", value.name);
  archive("detail", value.detail);
  archive("power", value.power);
  archive("power_mw", value.power_mw, json::kNotNegative);
  archive("energy_per_prediction_nj", value.energy_per_prediction_nj, json::kNotNegative);
  archive("predictions_per_s", value.predictions_per_s, json::kNotNegative);
  archive("area_mm2", value.area_mm2, json::kNotNegative);
  archive("over_last_stage", value.over_last_stage, json::kNotNegative);
  archive("book_over_last_stage", value.book_over_last_stage, json::kNotNegative);
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

}  // namespace minerva
