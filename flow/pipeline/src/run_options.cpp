#include "minerva/flow/run_options.hpp"

#include "minerva/base/errors.hpp"
#include "minerva/config/settings.hpp"

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

}  // namespace

void add_run_keys(Settings& settings, RunOptions& o) {
  settings.add("run.out", &o.out, "runs/NAME, after the config file", "run directory (--out)");
  settings.add("run.threads", &o.threads, Range<int>{0, 4096}, "threads",
               "0: all of the machine's; results do not depend on it");
}

void add_data_keys(Settings& settings, RunOptions& run) {
  DataOptions& o = run.data;
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
  settings.add_choice("data.scaling", &o.scaling,
                      {Scaling::set_default, Scaling::none, Scaling::minmax, Scaling::standard,
                       Scaling::max, Scaling::unit, Scaling::length},
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

void add_network_keys(Settings& settings, RunOptions& o) {
  settings.add("network.file", &o.network_file, "train one",
               "trained network to start from, safetensors, npz or ONNX (--network)");
  settings.add_choice(
      "network.weights_layout", &o.weights_layout,
      {WeightsLayout::automatic, WeightsLayout::inputs_outputs, WeightsLayout::outputs_inputs},
      "which index of a weight matrix comes first, in npz files and arrays named "
      "w0, w1, ..; automatic: as the lengths of the biases say");
}

void add_technology_keys(Settings& settings, RunOptions& o) {
  settings.add("tech.file", &o.technology_file, "",
               "technology file, sought from here, from the config's folder upwards and where the "
               "program was built");
}

void add_budget_keys(Settings& settings, RunOptions& run) {
  BudgetOptions& o = run.budget;
  settings.add("budget.sigma_percent", &o.sigma_percent, Range<double>{0, 100}, "percentage points",
               "one ITN; 0: the measured deviation of the error over noise.seeds",
               "book, Table 4.1: 0.14 for MNIST");
  settings.add("budget.itn", &o.itn, Range<double>{0, 100}, "ITN",
               "how much of it the stages 3 to 5 may spend together", "book, Sec. 4.1.1: 1");
  settings.add_choice("budget.tune_on", &o.tune_on, {TuneOn::validation, TuneOn::test},
                      "set that stages 3 to 5 are tuned on; test is for comparison with the "
                      "published flow, and then nothing confirms the result");
}

void add_design_keys(Settings& settings, RunOptions& o) {
  DesignPoint& p = o.point;
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

DesignPoint default_design_point() {
  DesignPoint point;
  point.write_ports = 0;
  point.multiplier_stages = 0;
  return point;
}

void add_evaluation_keys(Settings& settings, RunOptions& run) {
  EvaluationOptions& o = run.evaluation;
  settings.add_choice("eval.part", &o.part, {Part::train, Part::validation, Part::test},
                      "samples that eval and simulate read");
  settings.add("eval.samples", &o.eval_samples, Range<std::int64_t>{0, 1000000000}, "samples",
               "first samples of the part; 0: all");
  settings.add("eval.dump", &o.dump, "write nothing",
               "folder for the integers of every layer (--dump)");
  settings.add("simulate.samples", &o.simulate_samples, Range<int>{1, 1000000}, "samples",
               "predictions to run in SystemC");
  settings.add_choice("simulate.model", &run.simulation_model,
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

void check(const RunOptions& o) {
  check(o.data);
  DesignPoint point = o.point;
  if (point.write_ports == 0) point.write_ports = point.activation_bandwidth;
  if (point.multiplier_stages == 0) point.multiplier_stages = 1;
  check_design_point(point);
}

}  // namespace minerva::flow
