#include "minerva/flow/flow_options.hpp"

#include "data_settings.hpp"
#include "design_settings.hpp"
#include "dse_settings.hpp"
#include "faultsim_settings.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/config/settings.hpp"
#include "problem_text.hpp"
#include "prune_settings.hpp"
#include "quantize_settings.hpp"
#include "training_settings.hpp"

namespace minerva::flow {

const char* to_string(TuneOn tune_on) {
  return tune_on == TuneOn::validation ? "validation" : "test";
}

const char* to_string(Part part) {
  switch (part) {
    case Part::train:
      return "train";
    case Part::validation:
      return "validation";
    case Part::test:
      return "test";
  }
  return "";
}

namespace {

void add_run_settings(Settings& settings, RunOptions& o) {
  const KeyRows keys = settings.without_effect();
  keys.add("run.out", &o.out, "runs/NAME, after the config file",
           "The results are written into this folder, the run directory (--out).");
  keys.add("run.threads", &o.threads, Range<int>{0, 4096}, "threads",
           "The program uses this many threads, which does not change any result; 0 takes all "
           "threads of the machine.");
}

void add_network_settings(Settings& settings, FlowOptions& o) {
  const KeyRows keys = settings.read_by({"train"});
  keys.add("network.file", &o.network_file, "train one",
           "The run starts from the trained network in this file, in the form safetensors, npz or "
           "ONNX (--network).");
  keys.add_choice(
      "network.weights_layout", &o.weights_layout,
      {WeightsLayout::automatic, WeightsLayout::inputs_outputs, WeightsLayout::outputs_inputs},
      "The first index of a weight matrix counts inputs or outputs, in npz files and in arrays "
      "named w0, w1, ..; automatic decides by the lengths of the biases.");
}

void add_budget_settings(Settings& settings, BudgetOptions& o) {
  const KeyRows keys = settings.by_content();
  keys.add("budget.sigma_percent", &o.sigma_percent, Range<double>{0, 100}, "percentage points",
           "The error budget is counted in this standard deviation of the error; 0 takes the "
           "deviation that is measured over noise.seeds trainings.",
           "book, Table 4.1: 0.14 for MNIST");
  keys.add("budget.itn", &o.itn, Range<double>{0, 100}, "ITN",
           "Stages 3 to 5 together may raise the error by this many standard deviations (ITN: "
           "intrinsic training noise).",
           "book, Sec. 4.1.1: 1");
  settings.read_by({"quantize", "prune", "faults"})
      .add_choice("budget.tune_on", &o.tune_on, {TuneOn::validation, TuneOn::test},
                  "Stages 3 to 5 are tuned on this part of the data; test reproduces the published "
                  "flow, but then no unseen samples confirm the result.");
}

void add_technology_settings(Settings& settings, FlowOptions& o) {
  settings.by_content().add(
      "tech.file", &o.technology_file, "",
      "Energies, areas, delays and fault rates come from this technology file, which is sought "
      "from "
      "the current folder, from the config's folder upward, and where the program was built.");
}

void add_evaluation_settings(Settings& settings, FlowOptions& o) {
  const KeyRows keys = settings.without_effect();
  keys.add_choice("eval.part", &o.part, {Part::train, Part::validation, Part::test},
                  "The commands eval and simulate read samples of this part of the data.");
  keys.add("eval.samples", &o.eval_samples, Range<std::int64_t>{0, 1000000000}, "samples",
           "The command eval reads this many samples from the start of the part; 0 reads all of "
           "them.");
  keys.add("eval.dump", &o.dump, "write nothing",
           "The integers of every layer are written into this folder (--dump).");
}

void add_simulation_settings(Settings& settings, FlowOptions& o) {
  const KeyRows keys = settings.without_effect();
  keys.add("simulate.samples", &o.simulate_samples, Range<int>{1, 1000000}, "samples",
           "SystemC runs this many predictions.");
  keys.add_choice(
      "simulate.model", &o.simulation_model,
      {SimulationModel::stage_processes, SimulationModel::lane_processes},
      "SystemC runs one process for each pipeline stage of each lane (stage_processes, "
      "the reference), or one for each lane (lane_processes), which is faster with many "
      "lanes and gives the same numbers.");
  keys.add("simulate.vcd", &o.vcd, "write none", "The waveforms are written to this file (--vcd).");
  keys.add("simulate.vcd_lanes", &o.vcd_lanes, Range<int>{-1, 1023}, "lane",
           "The waveforms show the registers of the lane of this number; -1 shows all lanes.");
  keys.add("simulate.trace_cycles", &o.trace_cycles, Range<int>{0, 1000000}, "cycles",
           "This many cycles of the first prediction are printed as a table (--trace).");
  keys.add("simulate.trace_from", &o.trace_from, Range<int>{0, 1000000000}, "cycle",
           "The table of cycles begins with the cycle of this number.");
}

void add_aliases(Settings& settings) {
  settings.alias("out", "run.out");
  settings.alias("threads", "run.threads");
  settings.alias("network", "network.file");
  settings.alias("plan", "quantize.plan_file");
  settings.alias("thresholds", "prune.thresholds_file");
  settings.alias("faults", "faults.file");
  settings.alias("dump", "eval.dump");
  settings.alias("vcd", "simulate.vcd");
  settings.alias("trace", "simulate.trace_cycles");
}

}  // namespace

DesignPoint default_design_point() {
  DesignPoint point;
  point.write_ports = 0;
  point.multiplier_stages = 0;
  return point;
}

const std::vector<std::string>& stage_ids() {
  static const std::vector<std::string> ids = {"train",    "noise", "dse",
                                               "quantize", "prune", "faults"};
  return ids;
}

const std::vector<std::string>& keys_of_data_set() {
  static const std::vector<std::string> keys = {"data.set", "data.train_file",
                                                "data.validation_file", "data.test_file"};
  return keys;
}

const std::vector<std::string>& keys_without_effect() {
  static const std::vector<std::string> keys = [] {
    FlowOptions options;
    Settings settings;
    add_settings(settings, options);
    return settings.keys_without_effect();
  }();
  return keys;
}

// Tables and resolved configs show sections and keys in this order.
void add_settings(Settings& settings, FlowOptions& o) {
  o.point = default_design_point();
  add_run_settings(settings, o.run);
  add_data_settings(settings, o.data);
  add_network_settings(settings, o);
  training::add_training_settings(settings, o);
  add_budget_settings(settings, o.budget);
  add_technology_settings(settings, o);
  dse::add_dse_settings(settings, o);
  add_design_settings(settings, o);
  quantize::add_quantize_settings(settings, o, o.budget.share_quantize);
  prune::add_prune_settings(settings, o, o.budget.share_prune);
  faultsim::add_fault_settings(settings, o, o.budget.share_faults);
  add_evaluation_settings(settings, o);
  add_simulation_settings(settings, o);
  add_aliases(settings);
}

void finish_options(FlowOptions& o) {
  o.quantize.start = parse_format(o.start_format, kMaxOperandBits, "quantize.start");
  check(o.data);
  training::check(o.training);
  quantize::check_options(o.quantize);
  prune::check_options(o.prune);
  faultsim::check_options(o.faults);
  check_mitigation(o.mitigation);
  o.objectives = dse::parse_objectives(o.objectives_text, "dse.objectives");
  o.constraints = dse::parse_constraints(o.constraints_text, "dse.constraints");
  o.explored_topology = {};
  if (!o.explored_topology_text.empty()) {
    o.explored_topology = parse_topology(o.explored_topology_text, "dse.topology");
  }
  if (o.compare_exhaustive && o.search.method == dse::SearchMethod::exhaustive) {
    throw UserError("dse.compare_exhaustive", "true",
                    "needs dse.search = nsga2 or random; exhaustive has nothing to compare");
  }
  DesignPoint point = o.point;
  if (point.write_ports == 0) point.write_ports = point.activation_bandwidth;
  if (point.multiplier_stages == 0) point.multiplier_stages = 1;
  check_design_point(point);
  const BudgetOptions& b = o.budget;
  const auto rising = [](const char* key, double value, const char* before_key, double before) {
    if (value < before) {
      throw UserError(key, setting_text(value),
                      std::string("needs at least ") + before_key + " = " + setting_text(before) +
                          ": the shares are cumulative from stage to stage");
    }
  };
  rising("budget.share_prune", b.share_prune, "budget.share_quantize", b.share_quantize);
  rising("budget.share_faults", b.share_faults, "budget.share_prune", b.share_prune);
  if (b.sigma_percent == 0 && o.noise_seeds < 2 && o.noise_file.empty()) {
    throw UserError("noise.seeds", std::to_string(o.noise_seeds),
                    "needs 2 or more to measure a sigma, or budget.sigma_percent above 0");
  }
}

}  // namespace minerva::flow
