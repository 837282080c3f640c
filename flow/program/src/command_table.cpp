#include "characterize_command.hpp"
#include "codesign_command.hpp"
#include "command.hpp"
#include "command_rows.hpp"
#include "compare_command.hpp"
#include "completion_command.hpp"
#include "config_command.hpp"
#include "data_command.hpp"
#include "evaluate_command.hpp"
#include "export_command.hpp"
#include "figures_command.hpp"
#include "finetune_command.hpp"
#include "flow_command.hpp"
#include "help_command.hpp"
#include "import_command.hpp"
#include "keys_command.hpp"
#include "minerva/flow/print_run.hpp"
#include "rtl_command.hpp"
#include "sram_command.hpp"
#include "sweep_command.hpp"
#include "technology_command.hpp"
#include "validate_command.hpp"

// Each command is one row: help, man page and completion are made from it. A new command is a row
// here and a function that takes a CommandCall.
namespace minerva::flow {
namespace {

int report_command(const CommandCall& call) {
  if (call.has("figures")) return figures_command(call);
  return names_several_runs(call)
             ? compare_command(call)
             : flow_command(call, Keeps::existing_run, [](Pipeline& p) { p.report(); });
}

Argument config_argument() {
  return {"CONFIG", Names::config,
          "a config file, or the folder of a run, whose config is taken; --out alone takes the "
          "config of that run; without either, every key has its default"};
}

std::vector<std::string> joined(std::vector<std::string> sections,
                                const std::vector<std::string>& more) {
  sections.insert(sections.end(), more.begin(), more.end());
  return sections;
}

/// The files that stand for the results of stages, and the faults of one evaluation.
const std::vector<std::string> kOfAnEvaluation = {
    "network.file", "design.file", "quantize.plan_file", "prune.thresholds_file",
    "faults.rate",  "faults.map",  "faults.file"};

/// The command of all stages.
Command run_row() {
  return {
      "run",
      CommandGroup::flow,
      "Runs all stages, from the data set to the report.",
      "The run directory receives summary.json, report.html, a CSV file for each table and "
      "figure, the network, and the results of each stage. The table of the stages is printed.",
      {config_argument()},
      sections_of_a_run(),
      {"run"},
      {},
      {{"minerva run configs/flows/demo.cfg --out runs/demo", "This run uses synthetic digits."},
       {"minerva run configs/flows/mnist.cfg --budget.sigma_percent=0.14",
        "This run is given its error budget instead of measuring it."}},
      [](const CommandCall& call) {
        return flow_command(call, Keeps::a_run, [](Pipeline& p) { p.run(); });
      }};
}

/// The command of one stage, by what its definition says.
Command stage_row(const StageDefinition& stage) {
  std::vector<std::string> own_keys = stage.help.own_keys;
  if (stage.share) own_keys.push_back("budget.share_" + stage.id);
  std::vector<Example> examples;
  for (const StageHelp::Example& each : stage.help.examples) {
    examples.push_back({each.line, each.meaning});
  }
  return {stage.id,
          CommandGroup::stages,
          stage.help.purpose,
          stage.help.details,
          {config_argument()},
          stage.help.sections,
          own_keys,
          {},
          examples,
          [id = stage.id](const CommandCall& call) {
            return flow_command(call, Keeps::a_run,
                                [&](Pipeline& p) { run_stage_and_print(p, id); });
          }};
}

std::vector<Command> stages() {
  std::vector<Command> rows = {run_row()};
  for (const StageDefinition& stage : pipeline_stages()) rows.push_back(stage_row(stage));
  return rows;
}

CommandOption layout_option(const std::string& meaning) {
  return {"layout",
          "LAYOUT",
          meaning,
          "automatic",
          Names::one_of_the_words,
          {"automatic", "inputs_outputs", "outputs_inputs"}};
}

CommandOption topology_option() {
  return {"topology", "TOPOLOGY",
          "The layers of the network on one line, such as '28x28x1 c6k5p2 m2 c16k5 m2 120 84 10' "
          "(docs/layers.md). npz files and state dicts with filters need it; every other file must "
          "agree with it.",
          "", Names::text};
}

/// Training for the hardware, alone and within a joint search.
Command finetune_row() {
  return {
      "finetune",
      CommandGroup::flow,
      "Trains a network for its hardware: formats, products, thresholds and faults.",
      "The forward pass computes the codes and accumulators of the bit-true inference. The network "
      "of a run or of --network is trained further; without either, section [training] trains one "
      "first. A plan of stage 3 is kept, and without one section [finetune] names the bits. The "
      "folder receives the network, the formats and a config that other commands take.",
      {config_argument()},
      sections_of_a_stage({"training", "quantize", "prune", "finetune"}),
      {"run", "network.file", "quantize.plan_file", "prune.thresholds_file", "training", "finetune",
       "data.inputs", "budget.sigma_percent"},
      {{"to", "DIR",
        "The results are written into this folder: a new or an empty one, or that of an earlier "
        "call, which then goes on.",
        "", Names::folder}},
      {{"minerva finetune runs/mnist --to tuned",
        "The network of a run is trained for the formats that its stage 3 found."},
       {"minerva finetune mine.cfg --finetune.weight_bits=4 --finetune.seeds=4 --to w4",
        "Four trainings measure the noise of this recipe."}},
      finetune_command};
}

Command codesign_row() {
  return {
      "codesign",
      CommandGroup::flow,
      "Searches network, inputs, formats, thresholds, voltage and machine together.",
      "Networks are trained for their hardware in rounds, of which few go on; thresholds, voltages "
      "and machines are searched on the bit-true inference. The folder receives the frontier of "
      "error and energy as CSV and JSON, and a folder for each point with a config that other "
      "commands take. Every point is confirmed on the test set, by which nothing is chosen. The "
      "same command continues a search that was stopped.",
      {config_argument()},
      sections_of_a_stage({"training", "finetune", "codesign"}),
      {"run", "codesign", "finetune", "training", "tech.file"},
      {{"to", "DIR",
        "The results are written into this folder: a new or an empty one, or that of an earlier "
        "call, which then goes on.",
        "", Names::folder}},
      {{"minerva codesign configs/flows/mnist-codesign.cfg --to runs/mnist-codesign", ""},
       {"minerva codesign mine.cfg --codesign.sequential=runs/mnist --to runs/beside",
        "The frontier is held against a run of the five stages and its bound."}},
      codesign_command};
}

/// A sweep, and what looks at one network.
std::vector<Command> of_networks() {
  return {
      finetune_row(),
      codesign_row(),
      {"sweep",
       CommandGroup::flow,
       "Runs all five stages once for each combination of values of some keys.",
       "Each run has a folder named by what differs, in the folder that --out names or in "
       "runs/NAME-sweep after the config. The runs share their trainings (in the folder trainings "
       "there, unless training.cache_dir names another), and take counts of fault maps over from "
       "each "
       "other where network and formats are the same. At the end the command writes the "
       "comparison of the runs, and sweep.csv with a row for each run, which holds the swept keys "
       "and "
       "the figures of its last stage. Every combination is checked before the first run starts; a "
       "run that fails does not stop the others. The same command continues a sweep that was "
       "stopped. Section [sweep] of a config is a different thing: it varies topology and "
       "hyperparameters of the one network that a run trains.",
       {config_argument()},
       sections_of_a_run(),
       {"run", "training.cache_dir"},
       {{"over",
         "KEY=VALUE,VALUE..",
         "The runs differ in this key and have these values of it; several keys give all "
         "combinations. Values that contain commas are separated by semicolons: "
         "'training.hidden=64,64;128,128'.",
         "",
         Names::key_of_a_config,
         {},
         true},
        {"dry-run", "", "The runs are listed, and none is started."}},
       {{"minerva sweep configs/flows/demo.cfg --over quantize.rounding=half_up,truncate --dry-run",
         "This lists two runs in runs/demo-sweep."},
        {"minerva sweep demo.cfg --over noise.seeds=5,10 --over tech.file=a.cfg,b.cfg --out four",
         "This makes four runs."}},
       sweep_command},
      {"simulate",
       CommandGroup::networks_and_data,
       "Runs predictions in SystemC and reports cycles, counts, waveforms and traces.",
       "The command fails if SystemC, the closed form and the inference differ in a cycle, a count "
       "or a bit.",
       {config_argument()},
       sections_of_a_stage({"quantize", "prune", "faults", "eval", "simulate"}),
       joined(kOfAnEvaluation, {"run", "simulate", "eval.part"}),
       {},
       {{"minerva simulate configs/flows/mnist.cfg --network my.safetensors --trace 20 --vcd "
         "wave.vcd",
         "This prints 20 cycles as a table and writes all cycles as waveforms."}},
       [](const CommandCall& call) {
         return flow_command(call, Keeps::a_run_if_asked,
                             [](Pipeline& p) { simulate_command(p.context()); });
       }},
      {"eval",
       CommandGroup::networks_and_data,
       "Evaluates the error of a network in given formats, with given thresholds and faults.",
       "",
       {config_argument()},
       sections_of_a_stage({"quantize", "prune", "faults", "eval"}),
       joined(kOfAnEvaluation, {"run", "eval"}),
       {},
       {{"minerva eval --out runs/mnist --eval.samples=1000 --dump dump",
         "This writes every integer of a thousand predictions."}},
       [](const CommandCall& call) {
         return flow_command(call, Keeps::a_run_if_asked,
                             [](Pipeline& p) { evaluate_command(p.context()); });
       }},
      {"rtl",
       CommandGroup::networks_and_data,
       "Writes the accelerator of a design in Verilog, with a bench that compares it with "
       "inference.",
       "The folder holds a module for each pipeline stage, the contents of the memories, a bench "
       "with the expected numbers and cycles of some predictions, and a Makefile for Icarus "
       "Verilog, "
       "Verilator and Yosys, none of which this command needs. A run gives its network, formats, "
       "thresholds, machine and, after stage 5, its fault masking with one fault map.",
       {config_argument()},
       sections_of_a_stage({"quantize", "prune", "faults", "eval"}),
       joined(kOfAnEvaluation, {"run", "eval.part"}),
       {{"to", "DIR", "The files are written into this new or empty folder.", "", Names::folder},
        {"samples", "N", "The bench predicts this many samples.", "10"},
        {"registers",
         "KIND",
         "Registers that keep their words stand behind clock gates (gated), or have a multiplexer "
         "before each bit (enabled).",
         "gated",
         Names::one_of_the_words,
         {"gated", "enabled"}}},
       {{"minerva rtl runs/mnist --to rtl && make -C rtl",
         "Ten predictions in Icarus Verilog are compared with inference."}},
       rtl_command}};
}

std::vector<Command> tools() {
  return {
      {"report",
       CommandGroup::reports,
       "Writes the page of a run directory again, or compares several runs side by side.",
       "For several runs, --out names the folder of the comparison; without it the comparison is "
       "only printed.",
       {{"RUN", Names::run_directory, "the folder of a run", 1, Argument::kAnyNumber}},
       {"run"},
       {"run"},
       {{"figures", "DIR",
         "Every figure is written into this new or empty folder as SVG, with its data as CSV and a "
         "float for LaTeX. The program node of the Debian package nodejs draws them.",
         "", Names::folder}},
       {{"minerva report runs/mnist", ""},
        {"minerva report runs/mnist runs/forest --out runs/two", ""},
        {"minerva report runs/mnist --figures figures", "This needs no browser."}},
       report_command},
      {"data",
       CommandGroup::networks_and_data,
       "Lists the data sets, where to get them and whether they are there, or describes one set.",
       "",
       {{"SET|CONFIG", Names::data_set, "a data set, or a config whose section [data] names one"}},
       {"run", "data"},
       {"data"},
       {},
       {{"minerva data", "This lists all sets."},
        {"minerva data mnist --data.dir ~/data", "This loads one set and describes it."}},
       data_command},
      {"import",
       CommandGroup::networks_and_data,
       "Checks a network of PyTorch, Keras or NumPy and writes it as a network file.",
       "The command recognizes safetensors, npz and ONNX by their content. It says what was left "
       "out, folded, transposed, rounded or assumed, and refuses by name what the accelerator "
       "cannot run. The "
       "option "
       "--network of other commands reads the same files.",
       {{"FILE", Names::file, "a network file", 1, 1}},
       {},
       {},
       {{"to", "FILE",
         "The network is written to this file, in the form safetensors; without it nothing is "
         "written.",
         "", Names::file},
        {"data", "CONFIG",
         "The network is judged on the test samples of this config: how many are wrong, and which "
         "label belongs to which output.",
         "", Names::config},
        {"plan", "FILE",
         "The formats that the file's Quant nodes give are written to this file, a plan for "
         "quantize.plan_file.",
         "", Names::file},
        layout_option(
            "The first index of a weight matrix counts inputs or outputs, in npz files and "
            "in arrays named w0, w1, ..; automatic decides by the lengths of the biases."),
        topology_option()},
       {{"minerva import model.onnx --to network.safetensors", ""},
        {"minerva import model.onnx --data own.cfg",
         "The first number is the error that the network had where it was trained, if scaling and "
         "labels are the same here."},
        {"minerva import filters.npz --topology '28x28x1 c6k5p2 m2 120 10' --to "
         "network.safetensors",
         "The arrays are those of a convolutional network, which the file does not describe."},
        {"minerva import qonnx.onnx --to network.safetensors --plan plan.json",
         "The network and the formats of a quantized model are written."}},
       import_command},
      {"export",
       CommandGroup::networks_and_data,
       "Writes the network for other tools as floats, as QONNX, or as integer codes.",
       "The forms safetensors, npz and onnx hold the float network; qonnx holds the network in the "
       "formats of the plan; codes is a folder with integers, formats and memory files for RTL. "
       "The "
       "command needs neither data nor a technology.",
       {{"RUN", Names::run_directory, "the folder of a run, whose files are taken"}},
       {},
       {},
       {{"format",
         "FORMAT",
         "The network is written in this form.",
         "",
         Names::one_of_the_words,
         {"safetensors", "npz", "onnx", "qonnx", "codes"}},
        {"to", "PATH",
         "The network is written to this file; for codes, this is a new or an empty folder.", "",
         Names::file},
        {"network", "FILE", "This network is taken instead of the run's.", "", Names::file},
        {"plan", "FILE", "This plan is taken instead of the run's plan.json.", "", Names::file},
        {"thresholds", "FILE", "This file is taken instead of the run's thresholds.json.", "",
         Names::file},
        {"faults", "FILE", "This file is taken instead of the run's faults.json.", "", Names::file},
        {"design", "FILE", "This file is taken instead of the run's design_point.json.", "",
         Names::file},
        layout_option("The weight matrices of --network have this layout, as minerva import takes "
                      "it."),
        topology_option(),
        {"products",
         "PRODUCTS",
         "For qonnx, each layer is one MatMul (sums), or every product is rounded on its own as "
         "the "
         "accelerator does (each_product).",
         "sums",
         Names::one_of_the_words,
         {"sums", "each_product"}}},
       {{"minerva export runs/mnist --format codes --to codes", "An RTL bench can read this."},
        {"minerva export --network model.npz --format onnx --to model.onnx", ""}},
       export_command},
      {"tech",
       CommandGroup::networks_and_data,
       "Checks a technology file and says what its figures rest on.",
       "With --tech.ROW=VALUE, or x0.5 for a factor of the file's value, the row has another "
       "value.",
       {{"FILE", Names::technology, "a technology file", 1, 1}},
       {},
       {},
       {{"tech.rows",
         "ROWS",
         "These rows of the file are printed.",
         "summary",
         Names::one_of_the_words,
         {"summary", "all"}}},
       {{"minerva tech configs/tech/public40.cfg --tech.rows=all", ""},
        {"minerva tech configs/tech/public40.cfg --tech.sram_leakage=x0.5",
         "This shows what half of the leakage would change."}},
       technology_command},
      characterize_row(),
      validate_row(),
      {"sram",
       CommandGroup::networks_and_data,
       "Computes how often an SRAM cell fails against its supply voltage, from device cards.",
       "The program ngspice measures the transistors once for each card, size, temperature and "
       "voltage. "
       "The curve is printed with 95 % intervals, and its rows for a technology file carry the "
       "criterion under which a bit counts as faulty.",
       {config_argument()},
       {"run", "design", "sram"},
       {"sram", "design.clock_period_ns", "run.threads"},
       {{"csv", "FILE", "The curve is written to this file as CSV, with all criteria.", "",
         Names::file},
        {"to", "FILE",
         "The rows of a technology file (fault rates by every criterion, leakage, energy against "
         "the "
         "voltage) are written to this file.",
         "", Names::file},
        {"base", "FILE",
         "The file that --to names includes this technology file and replaces its rows.", "",
         Names::technology}},
       {{"minerva sram --sram.pdk_dir=pdk --csv curve.csv", ""},
        {"minerva sram --sram.voltages='0.4..1 step 0.01' --base configs/tech/nangate45.cfg --to "
         "mine.cfg",
         "A run with --tech.file=mine.cfg then lowers its supply by this curve."}},
       sram_command},
      {"config",
       CommandGroup::program,
       "Prints the resolved config and where each value came from.",
       "The output is itself a config. A comment names the unit and the origin of each value: "
       "default, FILE:LINE, command line, or the environment.",
       {config_argument()},
       joined(sections_of_a_run(), {"eval", "simulate", "sram", "finetune", "codesign"}),
       {"run"},
       {{"changed", "", "Only keys that differ from their default are printed."}},
       {{"minerva config configs/flows/mnist.cfg --changed", ""},
        {"minerva config configs/flows/mnist.cfg --noise.seeds=10 > mine.cfg", ""}},
       config_command},
      {"keys",
       CommandGroup::program,
       "Prints every key of a config as a Markdown table.",
       "",
       {},
       {},
       {},
       {},
       {{"minerva keys | grep dropout", ""}},
       keys_command},
      {"completion",
       CommandGroup::program,
       "Prints a script with which a shell completes commands, options, keys, words and files.",
       "For bash, put source <(minerva completion bash) into ~/.bashrc. For zsh, put source "
       "<(minerva completion zsh) below compinit into ~/.zshrc. For fish, put minerva completion "
       "fish | source into ~/.config/fish/config.fish.",
       {{"SHELL", Names::one_of_the_words, "the shell", 1, 1, {"bash", "zsh", "fish"}}},
       {},
       {},
       {},
       {{"minerva completion bash > /etc/bash_completion.d/minerva",
         "The script then serves all users."}},
       completion_command},
      {"help",
       CommandGroup::program,
       "Lists the commands, or says what one command does and which keys it reads.",
       "The help of a command shows the keys that it reads itself; --all-keys adds those of the "
       "data "
       "and of earlier stages, and --section shows the keys of one section.",
       {{"COMMAND", Names::one_of_the_words, "a command"}},
       {},
       {},
       {{"all-keys", "", "Every key that COMMAND accepts is shown."},
        {"section", "SECTION", "The keys of this section of a config are shown.", "",
         Names::one_of_the_words, sections_of_a_config()},
        {"man", "", "The manual page of all commands and keys is printed, for man(1)."}},
       {{"minerva help quantize", ""},
        {"minerva help prune --all-keys", ""},
        {"minerva help --section training", ""},
        {"minerva help --man > minerva.1", ""}},
       help_command}};
}

}  // namespace

Command command_of_an_evaluation() {
  Command row;
  row.group = CommandGroup::networks_and_data;
  row.arguments = {config_argument()};
  row.sections = sections_of_a_stage({"quantize", "prune", "faults", "eval"});
  row.own_keys = joined(kOfAnEvaluation, {"run", "eval.part"});
  return row;
}

const std::vector<std::string>& sections_of_a_run() {
  // All but those of commands that are no stage.
  static const std::vector<std::string> sections = [] {
    std::vector<std::string> of_a_run;
    for (const std::string& section : RunConfig().settings().sections()) {
      if (section != "eval" && section != "simulate" && section != "sram") {
        of_a_run.push_back(section);
      }
    }
    return of_a_run;
  }();
  return sections;
}

const std::vector<Command>& commands() {
  static const std::vector<Command> all = [] {
    std::vector<Command> table = stages();
    for (Command& command : commands_of_plans()) table.push_back(std::move(command));
    for (Command& command : of_networks()) table.push_back(std::move(command));
    for (Command& command : tools()) table.push_back(std::move(command));
    for (Command& command : table) {
      if (command.name != "help") continue;
      for (const Command& other : table) command.arguments[0].words.push_back(other.name);
    }
    return table;
  }();
  return all;
}

}  // namespace minerva::flow
