#include "key_effects.hpp"

#include <algorithm>

#include "minerva/flow/flow_options.hpp"

namespace minerva::flow {

const std::vector<KeyEffect>& key_effects() {
  static const std::vector<KeyEffect> all = {
      {"run.out", Effect::none, {}},
      {"run.threads", Effect::none, {}},
      {"data.set", Effect::content, {}},
      {"data.dir", Effect::none, {}},
      {"data.train_file", Effect::content, {}},
      {"data.validation_file", Effect::content, {}},
      {"data.test_file", Effect::content, {}},
      {"data.train_labels_file", Effect::content, {}},
      {"data.validation_labels_file", Effect::content, {}},
      {"data.test_labels_file", Effect::content, {}},
      {"data.label_column", Effect::content, {}},
      {"data.delimiter", Effect::content, {}},
      {"data.header", Effect::content, {}},
      {"data.train_samples", Effect::content, {}},
      {"data.validation_samples", Effect::content, {}},
      {"data.test_samples", Effect::content, {}},
      {"data.split_seed", Effect::content, {}},
      {"data.digits_seed", Effect::content, {}},
      {"data.classes", Effect::content, {}},
      {"data.scaling", Effect::content, {}},
      {"data.weighting", Effect::content, {}},
      {"data.vocabulary_min_df", Effect::content, {}},
      {"data.vocabulary_max_terms", Effect::content, {}},
      {"network.file", Effect::value, {Stage::train}},
      {"network.weights_layout", Effect::value, {Stage::train}},
      {"training.hidden", Effect::value, {Stage::train, Stage::noise}},
      {"training.optimizer", Effect::value, {Stage::train, Stage::noise}},
      {"training.learning_rate", Effect::value, {Stage::train, Stage::noise}},
      {"training.momentum", Effect::value, {Stage::train, Stage::noise}},
      {"training.mean_decay", Effect::value, {Stage::train, Stage::noise}},
      {"training.variance_decay", Effect::value, {Stage::train, Stage::noise}},
      {"training.rmsprop_decay", Effect::value, {Stage::train, Stage::noise}},
      {"training.epsilon", Effect::value, {Stage::train, Stage::noise}},
      {"training.clip_norm", Effect::value, {Stage::train, Stage::noise}},
      {"training.batch_size", Effect::value, {Stage::train, Stage::noise}},
      {"training.epochs", Effect::value, {Stage::train, Stage::noise}},
      {"training.schedule", Effect::value, {Stage::train, Stage::noise}},
      {"training.warmup_epochs", Effect::value, {Stage::train, Stage::noise}},
      {"training.step_epochs", Effect::value, {Stage::train, Stage::noise}},
      {"training.step_factor", Effect::value, {Stage::train, Stage::noise}},
      {"training.patience_epochs", Effect::value, {Stage::train, Stage::noise}},
      {"training.l1", Effect::value, {Stage::train, Stage::noise}},
      {"training.l2", Effect::value, {Stage::train, Stage::noise}},
      {"training.activation_l1", Effect::value, {Stage::train, Stage::noise}},
      {"training.dropout", Effect::value, {Stage::train, Stage::noise}},
      {"training.input_dropout", Effect::value, {Stage::train, Stage::noise}},
      {"training.initialization", Effect::value, {Stage::train, Stage::noise}},
      {"training.initial_distribution", Effect::value, {Stage::train, Stage::noise}},
      {"training.fault_rate", Effect::value, {Stage::train, Stage::noise}},
      {"training.fault_format", Effect::value, {Stage::train, Stage::noise}},
      {"training.fault_masking", Effect::value, {Stage::train, Stage::noise}},
      {"training.fault_sign", Effect::value, {Stage::train, Stage::noise}},
      {"training.fault_steps", Effect::value, {Stage::train, Stage::noise}},
      {"training.seed", Effect::value, {Stage::train, Stage::noise}},
      {"training.checkpoint_epochs", Effect::none, {}},
      {"training.checkpoint_seconds", Effect::none, {}},
      {"training.cache_dir", Effect::none, {}},
      {"sweep.search", Effect::value, {Stage::train}},
      {"sweep.topologies", Effect::value, {Stage::train}},
      {"sweep.hidden_layers", Effect::value, {Stage::train}},
      {"sweep.nodes", Effect::value, {Stage::train}},
      {"sweep.l1", Effect::value, {Stage::train}},
      {"sweep.l2", Effect::value, {Stage::train}},
      {"sweep.dropout", Effect::value, {Stage::train}},
      {"sweep.input_dropout", Effect::value, {Stage::train}},
      {"sweep.activation_l1", Effect::value, {Stage::train}},
      {"sweep.learning_rate", Effect::value, {Stage::train}},
      {"sweep.batch_size", Effect::value, {Stage::train}},
      {"sweep.samples", Effect::value, {Stage::train}},
      {"sweep.seed", Effect::value, {Stage::train}},
      {"sweep.seeds", Effect::value, {Stage::train}},
      {"sweep.halving_factor", Effect::value, {Stage::train}},
      {"sweep.halving_epochs", Effect::value, {Stage::train}},
      {"sweep.tolerance_percent", Effect::value, {Stage::train}},
      {"sweep.epochs", Effect::value, {Stage::train}},
      {"sweep.use_choice", Effect::value, {Stage::train}},
      {"noise.seeds", Effect::value, {Stage::noise}},
      {"noise.file", Effect::value, {Stage::noise}},
      {"budget.sigma_percent", Effect::content, {}},
      {"budget.itn", Effect::content, {}},
      {"budget.share_quantize", Effect::content, {}},
      {"budget.share_prune", Effect::content, {}},
      {"budget.share_faults", Effect::content, {}},
      {"budget.tune_on", Effect::value, {Stage::quantize, Stage::prune, Stage::faults}},
      {"tech.file", Effect::content, {}},
      {"dse.lanes", Effect::value, {Stage::design_space}},
      {"dse.macs_per_lane", Effect::value, {Stage::design_space}},
      {"dse.weight_bandwidth", Effect::value, {Stage::design_space}},
      {"dse.activation_bandwidth", Effect::value, {Stage::design_space}},
      {"dse.write_ports", Effect::value, {Stage::design_space}},
      {"dse.weight_banks", Effect::value, {Stage::design_space}},
      {"dse.activation_banks", Effect::value, {Stage::design_space}},
      {"dse.multiplier_stages", Effect::value, {Stage::design_space}},
      {"dse.clock_period_ns", Effect::value, {Stage::design_space}},
      {"dse.constraints", Effect::value, {Stage::design_space}},
      {"dse.objectives", Effect::value, {Stage::design_space}},
      {"dse.search", Effect::value, {Stage::design_space}},
      {"dse.evaluations", Effect::value, {Stage::design_space}},
      {"dse.population", Effect::value, {Stage::design_space}},
      {"dse.seed", Effect::value, {Stage::design_space}},
      {"dse.power_budget_mw", Effect::value, {Stage::design_space}},
      {"dse.expected_saving", Effect::value, {Stage::design_space}},
      {"dse.area_factor", Effect::value, {Stage::design_space}},
      {"dse.baseline", Effect::value, {Stage::design_space}},
      {"dse.topology", Effect::value, {Stage::design_space}},
      {"dse.compare_exhaustive", Effect::value, {Stage::design_space}},
      {"dse.verify_samples", Effect::value, {Stage::design_space, Stage::faults}},
      {"design.lanes", Effect::value, {Stage::design_space}},
      {"design.macs_per_lane", Effect::value, {Stage::design_space}},
      {"design.weight_bandwidth", Effect::value, {Stage::design_space}},
      {"design.activation_bandwidth", Effect::value, {Stage::design_space}},
      {"design.write_ports", Effect::value, {Stage::design_space}},
      {"design.multiplier_stages", Effect::value, {Stage::design_space}},
      {"design.clock_period_ns", Effect::value, {Stage::design_space}},
      {"design.weight_banks", Effect::value, {Stage::design_space}},
      {"design.activation_banks", Effect::value, {Stage::design_space}},
      {"design.weight_bank_words", Effect::value, {Stage::design_space}},
      {"design.weight_storage",
       Effect::value,
       {Stage::design_space, Stage::quantize, Stage::prune, Stage::faults}},
      {"design.also_for",
       Effect::value,
       {Stage::design_space, Stage::quantize, Stage::prune, Stage::faults}},
      {"design.programmable_for", Effect::value, {Stage::faults}},
      {"design.file", Effect::value, {Stage::design_space}},
      {"quantize.rounding", Effect::value, {Stage::design_space, Stage::quantize}},
      {"quantize.widest", Effect::value, {Stage::quantize}},
      {"quantize.scaling", Effect::value, {Stage::quantize}},
      {"quantize.cost", Effect::value, {Stage::quantize}},
      {"quantize.weight_bit_cost", Effect::value, {Stage::quantize}},
      {"quantize.activation_bit_cost", Effect::value, {Stage::quantize}},
      {"quantize.product_bit_cost", Effect::value, {Stage::quantize}},
      {"quantize.uniform_bits", Effect::value, {Stage::quantize}},
      {"quantize.start", Effect::value, {Stage::design_space, Stage::quantize}},
      {"quantize.goal_bits", Effect::value, {Stage::quantize}},
      {"quantize.per_layer_figure", Effect::value, {Stage::quantize}},
      {"quantize.curve", Effect::value, {Stage::quantize}},
      {"quantize.plan_file", Effect::value, {Stage::quantize}},
      {"prune.goal_percent", Effect::value, {Stage::prune}},
      {"prune.threshold_curve", Effect::value, {Stage::prune}},
      {"prune.thresholds_file", Effect::value, {Stage::prune}},
      {"faults.masking", Effect::value, {Stage::faults}},
      {"faults.sign", Effect::value, {Stage::faults}},
      {"faults.detector", Effect::value, {Stage::faults}},
      {"faults.seed", Effect::value, {Stage::faults}},
      {"faults.maps", Effect::value, {Stage::faults}},
      {"faults.maps_max", Effect::value, {Stage::faults}},
      {"faults.confidence", Effect::value, {Stage::faults}},
      {"faults.half_width", Effect::value, {Stage::faults}},
      {"faults.yield_quantile", Effect::value, {Stage::faults}},
      {"faults.lowest_rate", Effect::value, {Stage::faults}},
      {"faults.highest_rate", Effect::value, {Stage::faults}},
      {"faults.rates_per_decade", Effect::value, {Stage::faults}},
      {"faults.report_rates", Effect::value, {Stage::faults}},
      {"faults.rate", Effect::none, {}},
      {"faults.map", Effect::none, {}},
      {"faults.file", Effect::none, {}},
      {"eval.part", Effect::none, {}},
      {"eval.samples", Effect::none, {}},
      {"eval.dump", Effect::none, {}},
      {"simulate.samples", Effect::none, {}},
      {"simulate.model", Effect::none, {}},
      {"simulate.vcd", Effect::none, {}},
      {"simulate.vcd_lanes", Effect::none, {}},
      {"simulate.trace_cycles", Effect::none, {}},
      {"simulate.trace_from", Effect::none, {}},
  };
  return all;
}

std::vector<std::string> keys_read_by(Stage stage) {
  std::vector<std::string> keys;
  for (const KeyEffect& effect : key_effects()) {
    if (std::find(effect.stages.begin(), effect.stages.end(), stage) != effect.stages.end()) {
      keys.emplace_back(effect.key);
    }
  }
  return keys;
}

const std::vector<std::string>& keys_of_data_set() {
  static const std::vector<std::string> keys = {"data.set", "data.train_file",
                                                "data.validation_file", "data.test_file"};
  return keys;
}

const std::vector<std::string>& keys_without_effect() {
  static const std::vector<std::string> keys = [] {
    std::vector<std::string> without;
    for (const KeyEffect& effect : key_effects()) {
      if (effect.effect == Effect::none) without.emplace_back(effect.key);
    }
    return without;
  }();
  return keys;
}

}  // namespace minerva::flow
