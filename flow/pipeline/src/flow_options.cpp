#include "minerva/flow/flow_options.hpp"

#include "dse_settings.hpp"
#include "faultsim_settings.hpp"
#include "minerva/config/settings.hpp"
#include "problem_text.hpp"
#include "prune_settings.hpp"
#include "quantize_settings.hpp"
#include "training_settings.hpp"

namespace minerva::flow {

namespace {

constexpr std::uint64_t kLargestSeed = ~std::uint64_t{0} >> 1;

void add_file_settings(Settings& settings, DataOptions& o) {
  const std::string here = "from here or from data.dir";
  settings.add("data.train_file", &o.train_file, "the set's own",
               "of idx, csv, bag_of_words, " + here);
  settings.add("data.validation_file", &o.validation_file, "held out of the training file",
               "likewise");
  settings.add("data.test_file", &o.test_file, "held out of the training file", "likewise");
  settings.add("data.train_labels_file", &o.train_labels_file, "none", "of idx");
  settings.add("data.validation_labels_file", &o.validation_labels_file, "none", "of idx");
  settings.add("data.test_labels_file", &o.test_labels_file, "none", "of idx");
  settings.add("data.label_column", &o.csv.label_column, "",
               "of csv: last, first, a number from 1, or a name of the header");
  settings.add_choice("data.delimiter", &o.csv.delimiter,
                      {Delimiter::comma, Delimiter::semicolon, Delimiter::tab}, "of csv");
  settings.add_choice("data.header", &o.csv.header,
                      {HeaderRow::detect, HeaderRow::present, HeaderRow::absent},
                      "of csv: whether the first row has names; detect: when none of its fields "
                      "besides the label is a number");
}

void add_data_settings(Settings& settings, DataOptions& o) {
  settings.add_words(
      "data.set", data_set_names(), [&o] { return o.set; },
      [&o](std::size_t i) { o.set = data_set_names()[i]; },
      "synthetic digits made from a seed; five known sets (minerva data says where to get them); "
      "own files of the form idx, csv or bag_of_words");
  settings.add("data.dir", &o.dir, "the environment's MINERVA_DATA_DIR",
               "folder of the data files, or of a folder named like the set");
  add_file_settings(settings, o);
  const Range<int> sizes{0, 10000000};
  settings.add("data.train_samples", &o.train_samples, sizes, "samples",
               "the first so many; 0: the set's own number");
  settings.add("data.validation_samples", &o.validation_samples, sizes, "samples",
               "held out of the training data for tuning; 0: the set's own number");
  settings.add("data.test_samples", &o.test_samples, sizes, "samples",
               "the first so many, or held out of the training file where there is no test file; "
               "0: the set's own number");
  settings.add("data.split_seed", &o.split_seed, Range<std::uint64_t>{0, kLargestSeed}, "1",
               "chooses the samples held out");
  settings.add("data.digits_seed", &o.digits_seed, Range<std::uint64_t>{0, kLargestSeed}, "1",
               "of the synthetic digits");
  const Range<int> widths{0, kMaxLayerWidth};
  settings.add("data.classes", &o.classes, widths, "outputs",
               "outputs of a network for the set, at least its classes; 0: as many",
               "book, Table 4.1: 8 for Forest, which has 7 classes");
  settings.add_choice(
      "data.scaling", &o.scaling,
      {InputScaling::set_default, InputScaling::none, InputScaling::minmax, InputScaling::standard,
       InputScaling::max, InputScaling::unit, InputScaling::length},
      "of inputs, fitted on the training part; minmax and standard of dense ones, "
      "max, unit and length of documents",
      "docs/data.md");
  settings.add_choice("data.weighting", &o.weighting,
                      {Weighting::set_default, Weighting::binary, Weighting::counts, Weighting::log,
                       Weighting::tfidf, Weighting::log_tfidf},
                      "what a term of a document counts", "docs/data.md");
  settings.add("data.vocabulary_min_df", &o.vocabulary_min_df, sizes, "documents",
               "a term is an input when it stands in so many training documents; 0: the set's own",
               "data that give the book's inputs, Table 4.1: 9 for reuters, 8 for webkb");
  settings.add("data.vocabulary_max_terms", &o.vocabulary_max_terms, widths, "terms",
               "at most so many inputs, of the highest document frequency; 0: the set's own",
               "book, Table 4.1: 21979 for 20ng");
}

void add_budget_settings(Settings& settings, BudgetOptions& o) {
  settings.add("budget.sigma_percent", &o.sigma_percent, Range<double>{0, 100}, "percentage points",
               "one ITN; 0: the measured deviation of the error over noise.seeds",
               "book, Table 4.1: 0.14 for MNIST");
  settings.add("budget.itn", &o.itn, Range<double>{0, 100}, "ITN",
               "how much of it the stages 3 to 5 may spend together", "book, Sec. 4.1.1: 1");
  const Range<double> share{0, 1};
  settings.add("budget.share_quantize", &o.share_quantize, share, "1",
               "part of the budget spent by the end of stage 3", "docs/arithmetic.md");
  settings.add("budget.share_prune", &o.share_prune, share, "1",
               "part of the budget spent by the end of stage 4", "docs/arithmetic.md");
  settings.add("budget.share_faults", &o.share_faults, share, "1",
               "part of the budget spent by the end of stage 5", "docs/arithmetic.md");
  settings.add_choice("budget.tune_on", &o.tune_on, {TuneOn::validation, TuneOn::test},
                      "set that stages 3 to 5 are tuned on; test is for comparison with the "
                      "published flow, and then nothing confirms the result");
}

void add_design_settings(Settings& settings, FlowOptions& o) {
  DesignPoint& p = o.point;
  settings.add_choice("dse.baseline", &o.baseline, {Baseline::rule, Baseline::named},
                      "the design before optimization: the explorer's choice, or [design]");
  settings.add("dse.topology", &o.explored_topology_text, "the network's",
               "widths such as 784-256-256-256-10, to explore without data and network; of minerva "
               "dse alone");
  settings.add("dse.compare_exhaustive", &o.compare_exhaustive,
               "of a search: find the exhaustive frontier, too, and say how much was found");
  settings.add("dse.verify_samples", &o.verify_samples, Range<int>{0, 100000}, "samples",
               "predictions that SystemC repeats for each frontier point; 0: none");
  settings.add("design.lanes", &p.lanes, Range<int>{1, 1024}, "lanes", "neurons computed at once",
               "derived from published throughput: 16");
  settings.add("design.macs_per_lane", &p.macs_per_lane, Range<int>{1, 64}, "MACs",
               "multipliers in a lane");
  settings.add("design.weight_bandwidth", &p.weight_bandwidth, Range<int>{1, 64}, "words/cycle",
               "weights read per lane; also its weight banks");
  settings.add("design.activation_bandwidth", &p.activation_bandwidth, Range<int>{1, 64},
               "words/cycle", "activations read for all lanes together");
  settings.add("design.write_ports", &p.write_ports, Range<int>{0, 1024}, "words/cycle",
               "activations written; 0: the activation bandwidth");
  settings.add("design.multiplier_stages", &p.multiplier_stages, Range<int>{0, 16}, "stages",
               "pipeline stages of M; 0: what the technology asks for");
  settings.add("design.clock_period_ns", &p.clock_period_ns, Range<double>{0, 1000, true}, "ns",
               "clock period", "book's validation design: 250 MHz (remembered, not sourced)");
  settings.add("design.weight_banks", &p.weight_banks, Range<int>{0, 1024}, "banks",
               "single-port weight banks of a lane; 0: the weight bandwidth");
  settings.add("design.activation_banks", &p.activation_banks, Range<int>{0, 1024}, "banks",
               "of each half of the activation memory; 0: what the ports need");
  settings.add("design.weight_bank_words", &p.weight_bank_words, Range<int>{0, 1 << 24}, "words",
               "capacity of a weight bank; a network that needs more is refused; 0: as the network "
               "needs");
  settings.add_choice("design.weight_storage", &o.weight_storage,
                      {WeightStorage::sram, WeightStorage::rom},
                      "a ROM holds one network for good and has no faults, masking or low voltage",
                      "book, Sec. 4.5");
  settings.add("design.also_for", &o.also_for, Range<int>{0, 1000},
               "further networks that the memories must hold: a programmable accelerator",
               "book, Sec. 4.5");
  settings.add("design.programmable_for", &o.programmable_for, Range<int>{0, 1000},
               "networks that a variant of the finished machine must hold besides its own; empty: "
               "no such variant",
               "book, Sec. 4.5");
  settings.add("design.file", &o.design_file, "the keys above, or the point in the run directory",
               "design point from a file");
}

}  // namespace

DesignPoint default_design_point() {
  DesignPoint point;
  point.write_ports = 0;
  point.multiplier_stages = 0;
  return point;
}

void add_settings(Settings& settings, FlowOptions& o) {
  o.point = default_design_point();
  settings.add("run.out", &o.run.out, "runs/NAME, after the config file", "run directory (--out)");
  settings.add("run.threads", &o.run.threads, Range<int>{0, 4096}, "threads",
               "0: all of the machine's; results do not depend on it");
  add_data_settings(settings, o.data);
  settings.add("network.file", &o.network_file, "train one",
               "trained network to start from, safetensors, npz or ONNX (--network)");
  settings.add_choice(
      "network.weights_layout", &o.weights_layout,
      {WeightsLayout::automatic, WeightsLayout::inputs_outputs, WeightsLayout::outputs_inputs},
      "which index of a weight matrix comes first, in npz files and arrays named "
      "w0, w1, ..; automatic: as the lengths of the biases say");
  training::add_training_settings(settings, o.training, o.checkpoints, o.training_cache);
  training::add_sweep_settings(settings, o.sweep, o.sweep_topologies);
  settings.add("sweep.epochs", &o.sweep_epochs, Range<int>{0, 100000}, "epochs",
               "of each network of the sweep; 0: training.epochs");
  settings.add("sweep.use_choice", &o.sweep_use_choice,
               "train the sweep's choice, its topology and hyperparameters, instead of what "
               "[training] says");
  settings.add("noise.seeds", &o.noise_seeds, Range<int>{0, 100000}, "trainings",
               "runs that measure the training noise; the first one is the network that the later "
               "stages use; 0: train that one alone",
               "book, Sec. 4.1.1: 50");
  settings.add("noise.file", &o.noise_file, "measure, or the file in the run directory",
               "training noise measured before");
  add_budget_settings(settings, o.budget);
  settings.add("tech.file", &o.technology_file, "",
               "technology file, sought from here, from the config's folder upwards and where the "
               "program was built");
  dse::add_dse_settings(settings, o.space, o.baseline_rule, o.search, o.objectives_text,
                        o.constraints_text);
  add_design_settings(settings, o);
  quantize::add_quantize_settings(settings, o.quantize, o.start_format, o.plan_file);
  prune::add_prune_settings(settings, o.prune, o.thresholds_file);
  faultsim::add_fault_settings(settings, o.faults, o.mitigation, o.fault_rate, o.fault_map,
                               o.faults_file);
  settings.add_choice("eval.part", &o.part,
                      {SamplePart::train, SamplePart::validation, SamplePart::test},
                      "samples that eval and simulate read");
  settings.add("eval.samples", &o.eval_samples, Range<std::int64_t>{0, 1000000000}, "samples",
               "first samples of the part; 0: all");
  settings.add("eval.dump", &o.dump, "write nothing",
               "folder for the integers of every layer (--dump)");
  settings.add("simulate.samples", &o.simulate_samples, Range<int>{1, 1000000}, "samples",
               "predictions to run in SystemC");
  settings.add_choice("simulate.model", &o.simulation_model,
                      {SimulationModel::stage_processes, SimulationModel::lane_processes},
                      "SystemC processes: one a pipeline stage and lane (the reference), or one a "
                      "lane, faster with many lanes and equal in every number");
  settings.add("simulate.vcd", &o.vcd, "write none", "file of waveforms (--vcd)");
  settings.add("simulate.vcd_lanes", &o.vcd_lanes, Range<int>{-1, 1023}, "lane",
               "whose registers stand in the waveforms; -1: all");
  settings.add("simulate.trace_cycles", &o.trace_cycles, Range<int>{0, 1000000}, "cycles",
               "of the first prediction, printed as a table (--trace)");
  settings.add("simulate.trace_from", &o.trace_from, Range<int>{0, 1000000000}, "cycle",
               "first of that table");
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
                          ": shares add up from stage to stage");
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
