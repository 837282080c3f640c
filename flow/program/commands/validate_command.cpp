#include "validate_command.hpp"

#include <omp.h>

#include "command_rows.hpp"
#include "evaluation_setup.hpp"
#include "faults_of_run.hpp"
#include "flow_command.hpp"
#include "minerva/accelsim/machine_structure.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/config/setting_text.hpp"
#include "minerva/engine/fixed_engine.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/files/shipped_files.hpp"
#include "minerva/network/quantized_graph.hpp"
#include "minerva/run/logging.hpp"
#include "validation_report.hpp"
#include "written_files.hpp"

namespace minerva::flow {
namespace {

constexpr Range<int> kPredictions{1, 10000};
constexpr Range<int> kThreadsAsked{0, 4096};
constexpr Range<int> kStageNumbers{2, 5};
constexpr Range<double> kPeriodNs{0, 1e6, true};
constexpr Range<double> kWireFf{0, 1e6};
constexpr Range<double> kLayerFf{0, 1e3, true};

template <typename T>
T option_number(const CommandCall& call, const char* option, Range<T> range) {
  return parse_number(call.value(option), std::string("--") + option, range);
}

/// What a run's design is after a stage.
struct StageOfRun {
  int number = 0;
  const char* name = "";
  QuantizedGraph network;
  Design design;
};

/// The stages asked for that the run has: each with its own formats, thresholds and masks.
std::vector<StageOfRun> stages_of(RunContext& run, const EvaluationSetup& last,
                                  const std::vector<int>& asked) {
  const GraphNetwork& network = run.network();
  std::vector<StageOfRun> stages;
  const auto add = [&](int number, const char* name, QuantizedGraph with, Design design) {
    for (const int each : asked) {
      if (each == number) stages.push_back({number, name, std::move(with), std::move(design)});
    }
  };
  Design design = run.design();
  const Design whole = design;
  design.mitigation = {};
  design.supply = {};
  design.thresholds = {};
  const QFormat start = parse_format(run.config().settings().text("quantize.start"),
                                     kMaxOperandBits, "quantize.start");
  design.plan =
      uniform_plan(whole.plan.layers.empty() ? 0 : static_cast<int>(whole.plan.layers.size()),
                   {start, start, start}, whole.plan.rounding);
  add(2, "baseline", quantize_graph(network, design.plan, {}), design);
  design.plan = whole.plan;
  add(3, "quantization", quantize_graph(network, design.plan, {}), design);
  design.thresholds = whole.thresholds;
  add(4, "pruning", quantize_graph(network, design.plan, design.thresholds), design);
  if (last.network.mitigation.masking != Masking::none) {
    design.mitigation = whole.mitigation;
    design.supply = whole.supply;
    add(5, "fault mitigation", last.network, design);
  }
  return stages;
}

/// What --layout asks for.
void take_layout(const CommandCall& call, circuit::ValidationOptions& options) {
  const std::string what = call.value("layout");
  if (what == "lane") options.laid_out = circuit::LaidOut::lane;
  if (what == "core") options.laid_out = circuit::LaidOut::core;
  if (!what.empty() && !options.laid_out) {
    throw UserError("--layout", what, "needs lane or core");
  }
  if (!options.laid_out) {
    for (const char* option : {"lef", "layer-ff"}) {
      if (call.value(option).empty()) continue;
      throw UserError(std::string("--") + option, call.value(option),
                      "needs --layout lane or core");
    }
    return;
  }
  if (!call.has("lef")) {
    throw UserError("--layout", what, "needs --lef FILES, the LEF files of the cells");
  }
  if (!options.conditions.wire_load.empty()) {
    throw UserError("--wire-load", options.conditions.wire_load,
                    "has no place beside --layout, whose wires are routed");
  }
  options.layout.lef_files = split_list(call.value("lef"), "--lef");
  options.layout.layer_ff_per_um = parse_numbers(call.value("layer-ff"), "--layer-ff", kLayerFf,
                                                 Range<int>{0, 100}, Repeats::allowed);
}

void validate_run(const CommandCall& call, RunContext& run) {
  const int samples = option_number(call, "samples", kPredictions);
  const std::vector<int> asked = parse_numbers(call.value("stages"), "--stages", kStageNumbers,
                                               Range<int>{1, 4}, Repeats::refused);
  circuit::ValidationOptions options;
  options.library_file = call.value("cells");
  options.folder = call.value("cache");
  options.conditions.wire_ff = option_number(call, "wire-ff", kWireFf);
  options.conditions.wire_load = call.value("wire-load");
  options.conditions.lane_pitch_ff = option_number(call, "lane-pitch-ff", kWireFf);
  options.threads = option_number(call, "threads", kThreadsAsked);
  if (options.threads == 0) options.threads = omp_get_max_threads();
  take_layout(call, options);

  EvaluationSetup setup = set_up_evaluation(run, samples, "--samples");
  if (graph_datapath_widths(setup.network.graph, setup.network.plan()).index_bits > 0) {
    throw UserError("sharing.weights", "indices",
                    "needs none for minerva validate, whose memories hold codes of W");
  }
  const std::string faults_from = take_faults_of_run(run, setup);
  options.conditions.clock_ns =
      call.has("clock") ? option_number(call, "clock", kPeriodNs) : setup.point.clock_period_ns;
  const Technology technology =
      call.has("technology") ? read_technology(find_technology_file(call.value("technology"), ""))
                             : run.technology();
  // No netlist has the buffers of a clock tree.
  Technology without_buffers = technology;
  without_buffers.components.clock_buffer_percent = 0;
  const std::vector<StageOfRun> stages = stages_of(run, setup, asked);
  if (stages.empty()) {
    throw UserError("--stages", call.value("stages"), "names no stage that the run has done");
  }
  const circuit::CoreValidation validation(options);
  for (const std::string& note : validation.notes()) log_info(note);

  std::vector<ValidatedStage> done;
  for (const StageOfRun& stage : stages) {
    EvaluationSetup of_stage = setup;
    of_stage.network = stage.network;
    const QuantizedGraph& network = stage.network;
    const MachineConfiguration machine = run.machine_configuration(stage.design, stage.network);
    refuse_read_ahead(machine.point, "a netlist, which is that of the machine in Verilog");
    refuse_batches(machine.point, "a netlist, whose energy is that of single predictions");
    ValidatedStage made;
    made.number = stage.number;
    made.name = stage.name;
    made.design = to_string(machine.point);
    const auto with_progress = [&](const char* what, const auto& simulate) {
      Progress progress(what + std::string(stage.name), samples, "predictions");
      return simulate([&](std::int64_t count, std::int64_t, std::int64_t reused) {
        progress.set_done(count, reused);
      });
    };
    const auto codes = codes_of_each(of_stage);
    made.gates = with_progress("gates of ", [&](const circuit::ValidationProgress& progress) {
      return validation.run(network, machine, codes, progress);
    });
    if (options.laid_out) {
      made.routed =
          with_progress("routed gates of ", [&](const circuit::ValidationProgress& progress) {
            return validation.run_routed(network, machine, codes, progress);
          });
    }
    FixedEvaluator evaluator(setup.samples, {}, options.threads);
    const ActivityProfile activity =
        evaluator.evaluate(network, counting_for(network.graph, machine.point)).activity;
    made.model = estimate_figures(machine, activity, stage.design.supply, without_buffers);
    const MachineStructure structure = structure_of(machine);
    made.control_flip_flops = structure.control_register_bits();
    made.register_flip_flops = static_cast<int>(structure.datapath_register_bits());
    made.model_path_ns = technology.mac_delay_ns(machine.widths, machine.point.macs_per_lane) /
                         machine.point.multiplier_stages;
    done.push_back(std::move(made));
  }

  const std::string conditions =
      validation.library_name() + ", " + number_text(validation.voltage_v()) + " V, " +
      number_text(validation.temperature_c()) + " C, " + number_text(options.conditions.clock_ns) +
      " ns; " + validation.synthesis();
  if (call.has("to")) write_file(call.value("to"), validation_csv(done));
  print_text(validation_table(done) + "gates  " + conditions + "; means of " +
             std::to_string(samples) + " predictions, all outputs and cycles equal inference\n" +
             "model  technology " + technology.name +
             ", the same predictions, without the buffers of the clock tree\n" +
             (faults_from.empty() ? "" : "faults " + faults_from + "\n") +
             (call.has("to") ? "written  " + call.value("to") + "\n" : ""));
  print_document({{"schema", "minerva-validation-1"},
                  {"library", validation.library_name()},
                  {"voltage_v", validation.voltage_v()},
                  {"temperature_c", validation.temperature_c()},
                  {"clock_ns", options.conditions.clock_ns},
                  {"synthesis", validation.synthesis()},
                  {"technology", technology.name},
                  {"samples", samples},
                  {"stages", validation_json(done)}});
}

int validate_command(const CommandCall& call) {
  if (!call.has("cells")) {
    throw UserError("validate", "", "needs --cells FILE, a Liberty file of cells");
  }
  check_folders_of(call, {"to"});
  return flow_command(call, Keeps::a_run_if_asked,
                      [&](Pipeline& pipeline) { validate_run(call, pipeline.context()); });
}

}  // namespace

Command validate_row() {
  const auto option = [](const char* name, const char* value, const char* meaning,
                         const char* standard, Names names = Names::text) {
    return CommandOption{name, value, meaning, standard, names};
  };
  Command row = command_of_an_evaluation();
  row.name = "validate";
  row.purpose = "Holds the model of a run's designs against their gates, part by part.";
  row.details =
      "The design after each of the stages 2 to 5 is written in Verilog, mapped by Yosys, which "
      "must "
      "be installed, to the cells of a library, and simulated gate by gate, without its memories. "
      "Every output and the cycles are compared with inference. Energy, leakage and area of each "
      "part and the longest path stand beside those of the model with the run's technology, for "
      "the "
      "same samples. Netlists and predictions are stored by content, so a stopped command "
      "continues.";
  row.options = {
      option("cells", "FILE",
             "The cells are read from this Liberty file, which may be compressed by gzip.", "",
             Names::file),
      option("samples", "N", "So many samples are predicted.", "16"),
      option("stages", "LIST", "The designs after these stages are compared.", "2,3,4,5"),
      option("technology", "TECH", "The model takes this technology; without it, the run's.", "",
             Names::technology),
      option("to", "FILE", "The comparison is written to this CSV file.", "", Names::file),
      option("clock", "NS", "The clock has this period in ns; without it, the design's.", ""),
      option("wire-ff", "FF", "The wire of every net has this capacitance in fF.", "1"),
      option("wire-load", "NAME",
             "The wire of every net has the capacitance that this table of the library gives for "
             "its fanout, besides that of --wire-ff.",
             ""),
      option("lane-pitch-ff", "FF",
             "A wire to or from all lanes has this capacitance in fF for each lane that it passes.",
             "3"),
      option(
          "layout", "WHAT",
          "The first lane (lane) or all of the design (core) is placed by graywolf and routed by "
          "qrouter, which must be installed, and the gates are simulated once more with these "
          "wires. Nets inside of the other lanes have those of the first one.",
          ""),
      option(
          "lef", "LIST",
          "With --layout, the LEF files of the library, which may be compressed by gzip; the one "
          "with the layers comes first.",
          "", Names::file),
      option("layer-ff", "LIST",
             "With --layout, wires are on as many layers as there are numbers, from the lowest on, "
             "and "
             "a um on each has this capacitance in fF; without it, on all layers, with that of the "
             "LEF files.",
             ""),
      option("threads", "N",
             "The command uses this many threads, which changes no result; 0 takes all threads of "
             "the machine.",
             "0"),
      option("cache", "FOLDER", "Netlists and predictions are stored in this folder.", "runs/cells",
             Names::folder)};
  row.examples = {{"minerva validate runs/demo --cells nangate45_typ.lib.gz",
                   "The designs of the demo's stages in gates, over 16 samples each."},
                  {"minerva validate runs/demo --cells cells.lib --stages 5 --layout lane --lef "
                   "tech.lef,cells.lef",
                   "A lane of the last stage is placed and routed, and its wires are simulated."}};
  row.act = validate_command;
  return row;
}

}  // namespace minerva::flow
