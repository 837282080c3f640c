#include "minerva/flow/run_options.hpp"

#include <algorithm>

#include "minerva/base/errors.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/data/load_dataset.hpp"
#include "minerva/design/knobs.hpp"
#include "minerva/sram/sram_keys.hpp"

namespace minerva::flow {

void add_run_keys(Settings& settings, RunOptions& o) {
  const KeyRows keys = settings.without_effect();
  keys.add("run.out", &o.out, "runs/NAME, after the config file",
           "The results are written into this folder, the run directory (--out).");
  keys.add("run.threads", &o.threads, Range<int>{0, 4096}, "threads",
           "The program uses this many threads, which does not change any result; 0 takes all "
           "threads of the machine.");
}

void add_network_keys(Settings& settings, RunOptions& o) {
  const KeyRows keys = settings.read_by({"train"});
  keys.add("network.file", &o.network_file, "train one",
           "The run starts from the trained network in this file, in the form safetensors, npz or "
           "ONNX (--network).");
  keys.add_choice(
      "network.weights_layout", &o.weights_layout,
      {WeightsLayout::automatic, WeightsLayout::inputs_outputs, WeightsLayout::outputs_inputs},
      "The first index of a weight matrix counts inputs or outputs, in npz files and in arrays "
      "named w0, w1, ..; automatic decides by the lengths of the biases.");
  keys.add("network.topology", &o.network_topology, "as the file says",
           "The layers of the network in network.file on one line, such as 28x28x1 c6k5p2 m2 c16k5 "
           "m2 120 84 10 (docs/layers.md). npz files and state dicts with filters need it; every "
           "other file must agree with it.");
}

void add_budget_keys(Settings& settings, RunOptions& run) {
  BudgetOptions& o = run.budget;
  const KeyRows keys = settings.by_content();
  keys.add("budget.sigma_percent", &o.sigma_percent, Range<double>{0, 100}, "percentage points",
           "The error budget is counted in this standard deviation of the error; 0 takes the "
           "deviation that is measured over noise.seeds trainings.",
           "book, Table 4.1: 0.14 for MNIST");
  keys.add("budget.itn", &o.itn, Range<double>{0, 100}, "ITN",
           "Stages 3 to 5 together may raise the error by this many standard deviations (ITN: "
           "intrinsic training noise).",
           "book, Sec. 4.1.1: 1");
  settings.read_by({"quantize", "prune", "sharing", "faults"})
      .add_choice("budget.tune_on", &o.tune_on, {TuneOn::validation, TuneOn::test},
                  "Stages 3 to 5 are tuned on this part of the data; test reproduces the published "
                  "flow, but then no unseen samples confirm the result.");
}

void add_technology_keys(Settings& settings, RunOptions& o) {
  settings.by_content().add(
      "tech.file", &o.technology_file, "",
      "Energies, areas, delays and fault rates come from this technology file, which is sought "
      "from the current folder, from the config's folder upward, and where the program was built; "
      "a word such as open45 names a shipped one. Any row of it may be given here as a key of its "
      "own, tech.ROW = VALUE or x0.5 for a factor of the file's value.");
  add_technology_rows(settings, o.technology_rows);
}

void add_technology_rows(Settings& settings, std::vector<RowOverride>& rows) {
  Settings::OpenSection section;
  section.names = row_names();
  section.info.key = "tech";
  section.info.type = "text";
  section.info.allowed = "a number in the row's unit, x0.5 for a factor, or the name of a law";
  section.info.meaning = "This row of the technology file has this value instead of the file's.";
  section.info.effect = KeyEffect::content;
  section.set = [&rows](const std::string& name, const std::string& text,
                        const std::string& where) {
    const RowOverride change{name, text, where};
    if (!text.empty()) check_override_text(change);
    const auto same = std::find_if(rows.begin(), rows.end(),
                                   [&](const RowOverride& row) { return row.name == name; });
    if (same != rows.end()) rows.erase(same);
    if (!text.empty()) rows.push_back(change);
  };
  settings.open_section(std::move(section));
}

void add_clock_in_mhz(Settings& settings, const std::string& key) {
  const std::string ending = "clock_period_ns";
  expects(key.size() > ending.size() && key.substr(key.size() - ending.size()) == ending,
          "a clock period has a frequency");
  constexpr double kNsTimesMhz = 1000;
  const double longest_ns = knob(KnobName::clock_period_ns).times_ns.high;
  const Range<double> mhz{kNsTimesMhz / longest_ns, 1e6};
  settings.other_unit(key.substr(0, key.size() - ending.size()) + "clock_mhz", key,
                      [mhz](const std::string& text, const std::string& where) {
                        const std::vector<double> frequencies =
                            parse_numbers(text, where, mhz, Range<int>{1, 10000}, Repeats::refused);
                        std::string periods;
                        for (const double each : frequencies) {
                          periods +=
                              (periods.empty() ? "" : ",") + setting_text(kNsTimesMhz / each);
                        }
                        return periods;
                      });
}

void add_evaluation_keys(Settings& settings, RunOptions& run) {
  EvaluationOptions& o = run.evaluation;
  const KeyRows keys = settings.without_effect();
  keys.add_choice("eval.part", &o.part,
                  {SamplePart::train, SamplePart::validation, SamplePart::test},
                  "The commands eval, simulate and rtl read samples of this part of the data.");
  keys.add("eval.samples", &o.eval_samples, Range<std::int64_t>{0, 1000000000}, "samples",
           "The command eval reads this many samples from the start of the part; 0 reads all of "
           "them.");
  keys.add("eval.dump", &o.dump, "write nothing",
           "The integers of every layer are written into this folder (--dump).");
}

void add_simulation_keys(Settings& settings, RunOptions& run) {
  EvaluationOptions& o = run.evaluation;
  const KeyRows keys = settings.without_effect();
  keys.add("simulate.samples", &o.simulate_samples, Range<int>{1, 1000000}, "samples",
           "SystemC runs this many predictions.");
  keys.add_choice(
      "simulate.model", &run.simulation_model,
      {SimulationModel::stage_processes, SimulationModel::lane_processes},
      "SystemC runs one process for each pipeline stage of each lane (stage_processes, "
      "the reference), or one for each lane (lane_processes), which is faster with many "
      "lanes and gives the same numbers.");
  keys.add("simulate.csv", &o.csv, "write none",
           "The cycles by cause and the mean events of each layer, as SystemC counts them, are "
           "written to this file (--csv), a line a layer.");
  keys.add("simulate.vcd", &o.vcd, "write none",
           "The waveforms are written to this file (--vcd), and beside it a file of the same name "
           "with the ending .gtkw, which opens them in GTKWave by stage.");
  keys.add("simulate.vcd_lanes", &o.vcd_lanes, Range<int>{-1, 1023}, "lane",
           "The waveforms show the registers of the lane of this number; -1 shows all lanes.");
  keys.add("simulate.vcd_layer", &o.vcd_layer, Range<int>{0, 1000000}, "layer",
           "The waveforms show the cycles of this layer in the first prediction, where 1 is the "
           "first layer; 0 shows all layers and all predictions.");
  keys.add("simulate.vcd_from", &o.vcd_from, Range<std::int64_t>{0, 1000000000000}, "cycle",
           "The waveforms begin with the cycle of this number, counted from 0 at the start of the "
           "first prediction, or of the layer of simulate.vcd_layer.");
  keys.add("simulate.vcd_cycles", &o.vcd_cycles, Range<std::int64_t>{0, 1000000000000}, "cycles",
           "The waveforms show this many cycles; 0 shows all to the end of the layer, or of the "
           "last prediction.");
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
  settings.alias("csv", "simulate.csv");
  settings.alias("vcd", "simulate.vcd");
  settings.alias("trace", "simulate.trace_cycles");
}

DesignPoint default_design_point() {
  DesignPoint point;
  point.write_ports = 0;
  point.multiplier_stages = 0;
  return point;
}

const std::vector<std::string>& keys_of_data_set() {
  static const std::vector<std::string> keys = {"data.set", "data.train_file",
                                                "data.validation_file", "data.test_file"};
  return keys;
}

void check(const RunOptions& o) {
  check(o.data);
  sram::check(o.sram);
  DesignPoint point = o.point;
  if (point.write_ports == 0) point.write_ports = point.activation_bandwidth;
  if (point.multiplier_stages == 0) point.multiplier_stages = 1;
  check_design_point(point);
}

}  // namespace minerva::flow
