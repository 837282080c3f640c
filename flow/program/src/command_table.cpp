#include "command.hpp"
#include "compare_command.hpp"
#include "completion_command.hpp"
#include "config_command.hpp"
#include "data_command.hpp"
#include "evaluate_command.hpp"
#include "export_command.hpp"
#include "flow_command.hpp"
#include "help_command.hpp"
#include "import_command.hpp"
#include "keys_command.hpp"
#include "merge_command.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/flow/print_run.hpp"
#include "plan_command.hpp"
#include "sharded_commands.hpp"
#include "status_command.hpp"
#include "submit_command.hpp"
#include "sweep_command.hpp"
#include "technology_command.hpp"
#include "work_command.hpp"

// One row a command: help, man page and completion are made from it. A new command is a row here
// and a function that takes a CommandCall.
namespace minerva::flow {
namespace {

int report_command(const CommandCall& call) {
  return names_several_runs(call)
             ? compare_command(call)
             : flow_command(call, Keeps::existing_run, [](Pipeline& p) { p.report(); });
}

Argument config_argument() {
  return {"CONFIG", Names::config,
          "config file; the folder of a run, or --out alone, stands for the config kept there; "
          "none: every key has its default"};
}

std::vector<std::string> with_stage(std::vector<std::string> sections,
                                    const std::vector<std::string>& more) {
  sections.insert(sections.end(), more.begin(), more.end());
  return sections;
}

/// What every stage reads to know its data, network, machine and budget.
const std::vector<std::string> kOfAStage = {"run",    "data", "network", "noise",
                                            "budget", "tech", "dse",     "design"};

std::vector<Command> stages() {
  return {
      {"run",
       "all five stages, from the data set to the report",
       "Writes summary.json, report.html, a CSV file for each table and figure, the network and "
       "what each stage settled into the run directory, and prints the table of the stages.",
       {config_argument()},
       {"run", "data", "network", "training", "sweep", "noise", "budget", "tech", "dse", "design",
        "quantize", "prune", "faults"},
       {},
       {{"minerva run configs/flows/demo.cfg --out runs/demo", "synthetic digits"},
        {"minerva run configs/flows/mnist.cfg --budget.sigma_percent=0.14",
         "another budget than the measured one"}},
       [](const CommandCall& call) {
         return flow_command(call, Keeps::a_run, [](Pipeline& p) { p.run(); });
       }},
      {"train",
       "stage 1: sweep of hyperparameters, and the network",
       "The keys of section [sweep] vary topology and hyperparameters of the network inside one "
       "run; minerva sweep varies any key from run to run.",
       {config_argument()},
       {"run", "data", "network", "training", "sweep", "tech"},
       {},
       {{"minerva train configs/flows/mnist-topologies.cfg", "error against weights"}},
       [](const CommandCall& call) {
         return flow_command(call, Keeps::a_run, [](Pipeline& p) { p.run_stage("train"); });
       }},
      {"noise",
       "stage 1: training noise of that network's topology",
       "",
       {config_argument()},
       {"run", "data", "network", "training", "sweep", "noise", "budget"},
       {},
       {{"minerva noise --out runs/mnist --noise.seeds=50", "of the network of an earlier train"}},
       [](const CommandCall& call) {
         return flow_command(call, Keeps::a_run, [](Pipeline& p) { p.run_stage("noise"); });
       }},
      {"dse",
       "stage 2: design space, frontier, baseline",
       "With dse.topology it needs neither data nor network.",
       {config_argument()},
       with_stage(kOfAStage, {"quantize"}),
       {},
       {{"minerva dse configs/flows/million.cfg", "a million machines, no data"}},
       [](const CommandCall& call) {
         return flow_command(call, Keeps::a_run,
                             [](Pipeline& p) { run_stage_and_print(p, "dse"); });
       }},
      {"quantize",
       "stage 3: formats of weights, activations, products",
       "",
       {config_argument()},
       with_stage(kOfAStage, {"quantize"}),
       {},
       {{"minerva quantize --out runs/mnist --quantize.rounding=truncate", ""}},
       [](const CommandCall& call) {
         return flow_command(call, Keeps::a_run, [](Pipeline& p) { p.run_stage("quantize"); });
       }},
      {"prune",
       "stage 4: thresholds of the activations",
       "",
       {config_argument()},
       with_stage(kOfAStage, {"quantize", "prune"}),
       {},
       {{"minerva prune --out runs/mnist", "after its stage 3"}},
       [](const CommandCall& call) {
         return flow_command(call, Keeps::a_run, [](Pipeline& p) { p.run_stage("prune"); });
       }},
      {"faults",
       "stage 5: masking, tolerable fault rate, SRAM voltage",
       "",
       {config_argument()},
       with_stage(kOfAStage, {"quantize", "prune", "faults"}),
       {},
       {{"minerva faults --out runs/mnist", "after its stage 4"}},
       [](const CommandCall& call) {
         return flow_command(call, Keeps::a_run, [](Pipeline& p) { p.run_stage("faults"); });
       }}};
}

Argument plan_argument() { return {"DIR", Names::folder, "the folder of a plan", 1, 1}; }

CommandOption threads_option() {
  return {"threads", "INTEGER", "threads of this process; results do not depend on them",
          "all of the machine's"};
}

/// Work that is cut into shards, for many machines.
std::vector<Command> of_plans() {
  return {
      {"plan",
       "cuts independent work into shards, for a cluster",
       "Writes a manifest of what is to be computed. Each shard is named by the content of its "
       "inputs; the cut depends on config and --shards alone. minerva work computes one shard, "
       "anywhere; minerva merge writes what the command would have written on one machine, "
       "byte for "
       "byte: into the run folder that CONFIG names, or DIR/run.",
       {{"CONFIG", Names::config,
         "config file, or the folder of a run, whose config is taken and which the merge goes on "
         "with; none: every key has its default"}},
       {"run", "data", "network", "training", "sweep", "noise", "budget", "tech", "dse", "design",
        "quantize", "prune", "faults"},
       {{"of", "COMMAND",
         "the command whose work is cut; without it sweep where --over is given, dse where "
         "dse.topology is",
         "", Names::one_of_the_words, sharded_commands()},
        {"shards", "N", "into how many", "about a minute of work each"},
        {"over",
         "KEY=VALUE,VALUE..",
         "of --of sweep, as minerva sweep takes it",
         "",
         Names::key_of_a_config,
         {},
         true}},
       {{"minerva plan configs/flows/million.cfg --shards 16 --out plans/million", ""},
        {"minerva plan runs/mnist --of faults --shards 40 --out plans/faults",
         "of a run whose stage 4 is done"}},
       plan_command},
      {"work",
       "computes one shard of a plan",
       "Writes one file, whole or not at all. It may be killed and run again, anywhere; a "
       "shard that "
       "is there is not computed again.",
       {plan_argument()},
       {},
       {{"shard", "K", "which: from 0 to the plan's number of shards less one"},
        {"again", "", "compute a shard that is there once more, and compare"},
        threads_option()},
       {{"minerva work plans/million --shard 3", ""}},
       work_command},
      {"status",
       "which shards of a plan are there, under way, missing or damaged",
       "",
       {plan_argument()},
       {},
       {{"verify", "", "read every byte; without it first line, length and end of each file"}},
       {{"minerva status plans/million", ""}},
       status_command},
      {"merge",
       "checks every shard of a plan and writes what one machine would have written",
       "",
       {plan_argument()},
       {},
       {threads_option()},
       {{"minerva merge plans/million", ""}},
       merge_command},
      {"submit",
       "the missing shards of a plan and their merge, to Slurm or to processes here",
       "Slurm: writes DIR/slurm/work-0.sh and on, job arrays over the shards that are not there, "
       "and merge.sh, which runs when all of them have ended well; logs stand beside them by the "
       "number of the shard. local: the same with processes here, logs in DIR/local. A worker that "
       "was killed is started again up to three times. The same command goes on with what is "
       "missing.",
       {plan_argument()},
       {},
       {{"engine",
         "ENGINE",
         "who runs the workers",
         "",
         Names::one_of_the_words,
         {"slurm", "local"}},
        {"cpus", "N", "threads of a worker, and the CPUs that Slurm gives it", "1"},
        {"time", "TIME", "of slurm: limit of a task, as sbatch --time takes it"},
        {"memory", "SIZE", "of slurm: memory of a task, as sbatch --mem takes it"},
        {"partition", "NAME", "of slurm: as sbatch --partition"},
        {"account", "NAME", "of slurm: as sbatch --account"},
        {"max-running", "N", "of slurm: tasks of an array that may run at a time"},
        {"workers", "N", "of local: processes at a time; else as many as the CPUs take"},
        {"no-merge", "", "compute shards alone; minerva merge DIR is left to do"},
        {"dry-run", "", "print scripts and command lines, run and write nothing"}},
       {{"minerva submit plans/million --engine slurm --time 30 --memory 2G", ""},
        {"minerva submit plans/million --engine local --workers 4", "on this machine"}},
       submit_command}};
}

std::vector<Command> tools() {
  return {
      {"sweep",
       "runs of all five stages, one for each combination of values of some keys",
       "Each run has a folder named by what differs, in the folder that --out names or in "
       "runs/NAME-sweep after the config. Trainings are shared between the runs (in trainings "
       "there, unless training.cache_dir says otherwise). At the end stand the comparison of the "
       "runs and sweep.csv, a line a run with the swept keys and the figures of its last stage. "
       "Every combination is checked before the first run starts; a run that fails does not stop "
       "the others. The same command goes on with a sweep that was stopped. Section [sweep] of a "
       "config is another thing: it varies topology and hyperparameters of the one network that a "
       "run trains.",
       {config_argument()},
       {"run", "data", "network", "training", "sweep", "noise", "budget", "tech", "dse", "design",
        "quantize", "prune", "faults"},
       {{"over",
         "KEY=VALUE,VALUE..",
         "a key and its values; several keys: all combinations. Values that hold commas are "
         "separated by semicolons: 'training.hidden=64,64;128,128'",
         "",
         Names::key_of_a_config,
         {},
         true},
        {"dry-run", "", "list the runs and start none"}},
       {{"minerva sweep configs/flows/demo.cfg --over quantize.rounding=half_up,truncate --dry-run",
         "two runs in runs/demo-sweep, listed"},
        {"minerva sweep demo.cfg --over noise.seeds=5,10 --over tech.file=a.cfg,b.cfg --out four",
         "four runs"}},
       sweep_command},
      {"simulate",
       "predictions in SystemC: cycles, counts; waveforms and traces",
       "Fails when SystemC, closed form and inference differ in a cycle, a count or a bit.",
       {config_argument()},
       with_stage(kOfAStage, {"quantize", "prune", "faults", "eval", "simulate"}),
       {},
       {{"minerva simulate configs/flows/mnist.cfg --network my.safetensors --trace 20 --vcd "
         "wave.vcd",
         "20 cycles as a table, all as waveforms"}},
       [](const CommandCall& call) {
         return flow_command(call, Keeps::a_run_if_asked,
                             [](Pipeline& p) { simulate_command(p.context()); });
       }},
      {"eval",
       "the error in given formats, thresholds and faults",
       "",
       {config_argument()},
       with_stage(kOfAStage, {"quantize", "prune", "faults", "eval"}),
       {},
       {{"minerva eval --out runs/mnist --eval.samples=1000 --dump dump",
         "every integer of a thousand predictions"}},
       [](const CommandCall& call) {
         return flow_command(call, Keeps::a_run_if_asked,
                             [](Pipeline& p) { evaluate_command(p.context()); });
       }},
      {"report",
       "the page of a run directory again; of several: runs side by side",
       "Of several runs: --out names the folder of the comparison; without it the comparison is "
       "printed alone.",
       {{"RUN", Names::run_directory, "the folder of a run", 1, Argument::kAnyNumber}},
       {"run"},
       {},
       {{"minerva report runs/mnist", ""},
        {"minerva report runs/mnist runs/forest --out runs/two", ""}},
       report_command},
      {"data",
       "the data sets, where to get them and whether they are there; of one, what is in it",
       "",
       {{"SET|CONFIG", Names::data_set, "a data set, or a config whose [data] names one"}},
       {"run", "data"},
       {},
       {{"minerva data", "all sets"}, {"minerva data mnist --data.dir ~/data", "loads one"}},
       data_command},
      {"import",
       "a network of PyTorch, Keras or NumPy, checked and as a network file",
       "Reads safetensors, npz and ONNX, by content. Says what was left out, turned or rounded; "
       "what the machine cannot run is refused by name. --network of every command reads the same "
       "files.",
       {{"FILE", Names::file, "a network file", 1, 1}},
       {},
       {{"to", "FILE", "network file to write, safetensors; without it nothing is written", "",
         Names::file},
        {"layout",
         "LAYOUT",
         "which index of a weight matrix comes first, in npz files and arrays named w0, w1, ..; "
         "automatic: as the lengths of the biases say",
         "automatic",
         Names::one_of_the_words,
         {"automatic", "inputs_outputs", "outputs_inputs"}}},
       {{"minerva import model.onnx --to network.safetensors", ""}},
       import_command},
      {"export",
       "the network for other tools: floats, QONNX, or integer codes",
       "safetensors, npz, onnx: the float network. qonnx: in the formats of the plan. codes: a "
       "folder with integers, formats and memory files for RTL. Needs neither data nor technology.",
       {{"RUN", Names::run_directory, "the folder of a run, whose files are taken"}},
       {},
       {{"format",
         "FORMAT",
         "what to write",
         "",
         Names::one_of_the_words,
         {"safetensors", "npz", "onnx", "qonnx", "codes"}},
        {"to", "PATH", "file to write; of codes: a new or an empty folder", "", Names::file},
        {"network", "FILE", "another network than the run's", "", Names::file},
        {"plan", "FILE", "another plan than the run's plan.json", "", Names::file},
        {"thresholds", "FILE", "others than the run's thresholds.json", "", Names::file},
        {"faults", "FILE", "another than the run's faults.json", "", Names::file},
        {"design", "FILE", "another than the run's design_point.json", "", Names::file},
        {"layout",
         "LAYOUT",
         "of the weight matrices of --network, as import takes it",
         "automatic",
         Names::one_of_the_words,
         {"automatic", "inputs_outputs", "outputs_inputs"}},
        {"products",
         "PRODUCTS",
         "of qonnx; sums: a MatMul a layer; each_product: each rounded on its own, as the machine "
         "does",
         "sums",
         Names::one_of_the_words,
         {"sums", "each_product"}}},
       {{"minerva export runs/mnist --format codes --to codes", "for an RTL bench"},
        {"minerva export --network model.npz --format onnx --to model.onnx", ""}},
       export_command},
      {"tech",
       "checks a technology file and says what its figures rest on",
       "",
       {{"FILE", Names::technology, "a technology file", 1, 1}},
       {},
       {{"tech.rows",
         "ROWS",
         "rows to print",
         "summary",
         Names::one_of_the_words,
         {"summary", "all"}}},
       {{"minerva tech configs/tech/public40.cfg --tech.rows=all", ""}},
       technology_command},
      {"config",
       "the resolved config, with where each value came from",
       "What it prints is itself a config. A comment names the unit and where the value came from: "
       "default, FILE:LINE, command line, or the environment.",
       {config_argument()},
       {"run", "data", "network", "training", "sweep", "noise", "budget", "tech", "dse", "design",
        "quantize", "prune", "faults", "eval", "simulate"},
       {{"changed", "", "only keys that have not their default"}},
       {{"minerva config configs/flows/mnist.cfg --changed", ""},
        {"minerva config configs/flows/mnist.cfg --noise.seeds=10 > mine.cfg", ""}},
       config_command},
      {"keys",
       "every key of a config, as a Markdown table",
       "",
       {},
       {},
       {},
       {{"minerva keys | grep dropout", ""}},
       keys_command},
      {"completion",
       "a script for a shell, to complete commands, options, keys, words and files",
       "For bash: source <(minerva completion bash) in ~/.bashrc. For zsh: source <(minerva "
       "completion zsh) below compinit in ~/.zshrc. For fish: minerva completion fish | source in "
       "~/.config/fish/config.fish.",
       {{"SHELL", Names::one_of_the_words, "the shell", 1, 1, {"bash", "zsh", "fish"}}},
       {},
       {},
       {{"minerva completion bash > /etc/bash_completion.d/minerva", "for all users"}},
       completion_command},
      {"help",
       "this list; of a command, what it does and with which keys",
       "",
       {{"COMMAND", Names::one_of_the_words, "a command"}},
       {},
       {{"man", "", "the manual page of all commands and keys, for man(1)"}},
       {{"minerva help quantize", ""}, {"minerva help --man > minerva.1", ""}},
       help_command}};
}

}  // namespace

const std::vector<Command>& commands() {
  static const std::vector<Command> all = [] {
    std::vector<Command> table = stages();
    for (Command& command : of_plans()) table.push_back(std::move(command));
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
