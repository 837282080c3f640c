#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include "compare_command.hpp"
#include "evaluate_command.hpp"
#include "explore_command.hpp"
#include "flow.hpp"
#include "minerva/app/logging.hpp"
#include "minerva/app/settings.hpp"
#include "minerva/core/errors.hpp"
#include "minerva/report/summary_report.hpp"
#include "provenance.hpp"
#include "technology_command.hpp"

namespace minerva::flow {
namespace {

/// Whether a command needs a run directory: makes one, takes one when asked to, or wants one that
/// is there.
enum class Keeps { a_run, a_run_if_asked, existing_run };

struct Command {
  const char* name;
  const char* purpose;
  Keeps keeps;
  void (*act)(Flow&);
};

void show_report(Flow& flow) {
  if (flow.summary().stages.empty()) {
    throw UserError(flow.options().run.out, "", "holds no finished stage to report on");
  }
  flow.write_summary();
}

const std::vector<Command>& commands() {
  static const std::vector<Command> all = {
      {"run", "all five stages, from the data set to the report", Keeps::a_run,
       [](Flow& f) { f.run(); }},
      {"train", "stage 1: sweep of topologies, and the network", Keeps::a_run,
       [](Flow& f) { f.train(); }},
      {"noise", "stage 1: training noise of that network's topology", Keeps::a_run,
       [](Flow& f) { f.noise(); }},
      {"dse", "stage 2: design space, frontier, baseline", Keeps::a_run, explore_command},
      {"quantize", "stage 3: formats of weights, activations, products", Keeps::a_run,
       [](Flow& f) { f.quantize(); }},
      {"prune", "stage 4: thresholds of the activations", Keeps::a_run, [](Flow& f) { f.prune(); }},
      {"faults", "stage 5: masking, tolerable fault rate, SRAM voltage", Keeps::a_run,
       [](Flow& f) { f.faults(); }},
      {"simulate", "predictions in SystemC: cycles, counts; --vcd FILE, --trace N",
       Keeps::a_run_if_asked, simulate_command},
      {"eval", "the error in given formats, thresholds and faults; --dump DIR",
       Keeps::a_run_if_asked, evaluate_command},
      {"report", "the page of a run directory again; of several: runs side by side",
       Keeps::existing_run, show_report},
  };
  return all;
}

void print_usage() {
  std::printf(
      "minerva %s: from a data set to a low-power neural-network accelerator\n\n"
      "usage: minerva COMMAND [CONFIG] [--section.key=value ...] [--out DIR]\n\n",
      program_version().c_str());
  for (const Command& command : commands()) {
    std::printf("  %-9s %s\n", command.name, command.purpose);
  }
  std::printf(
      "  keys      every key of a config, as a Markdown table\n"
      "  tech      checks a technology FILE and says what its figures rest on\n\n"
      "A config file has [section] lines and key = value lines; the command line wins. A run\n"
      "directory in its place, or --out without CONFIG, stands for the config kept there.\n"
      "Short: --out, --threads, --network, --plan, --thresholds, --faults, --dump, --vcd,\n"
      "--trace.\n"
      "Exit codes: 0 done; 2 a mistake in config, arguments or files; 1 anything else.\n");
}

std::string default_out(const std::string& config_path) {
  return "runs/" + (config_path.empty() ? std::string("default")
                                        : std::filesystem::path(config_path).stem().string());
}

void run_command(const Command& command, const std::vector<std::string>& arguments) {
  FlowOptions options;
  Settings settings;
  add_settings(settings, options);
  const Settings::CommandLine line = settings.parse_command_line(arguments);
  if (line.positional.size() > 1) {
    throw UserError(line.positional[1], "", "needs one config file at most");
  }
  std::string config = line.positional.empty() ? "" : line.positional.front();
  std::string out;
  for (const auto& [key, value] : line.options) {
    if (key == "run.out") out = value;
  }
  std::error_code ignored;
  const auto kept_config = [](const std::string& folder) {
    return folder + "/" + RunDirectory::kConfigName;
  };
  if (std::filesystem::is_directory(config, ignored)) {  // a run directory
    if (out.empty()) options.run.out = out = config;
    config = kept_config(config);
  } else if (config.empty() && !out.empty() && std::filesystem::exists(kept_config(out), ignored)) {
    config = kept_config(out);
  }
  if (command.keeps == Keeps::existing_run &&
      (out.empty() || !std::filesystem::exists(kept_config(out), ignored))) {
    throw UserError(out.empty() ? (config.empty() ? "run directory" : config) : out, "",
                    std::string("needs the directory of a run, with ") + RunDirectory::kConfigName);
  }
  if (!config.empty()) settings.read_config_file(config);
  settings.apply(line);
  finish_options(options);
  if (options.run.out.empty()) options.run.out = default_out(config);
  if (command.keeps == Keeps::a_run_if_asked && out.empty()) {
    Flow flow(options, config, nullptr);
    command.act(flow);
    return;
  }
  const bool reads = command.keeps == Keeps::a_run_if_asked;
  const RunDirectory directory(options.run.out, settings.resolved(), keys_without_effect(),
                               reads ? RunDirectory::Access::reads : RunDirectory::Access::writes);
  Flow flow(options, config, &directory);
  command.act(flow);
  if (command.keeps == Keeps::a_run_if_asked) return;
  if (!flow.summary().stages.empty()) {
    std::printf("%s\n", stage_table_text(flow.summary()).c_str());
  }
  std::printf("report  %s\nsummary %s\n", directory.path_of("report.html").c_str(),
              directory.path_of("summary.json").c_str());
}

int start(const std::vector<std::string>& arguments) {
  const std::string name = arguments.empty() ? "--help" : arguments.front();
  if (name == "--help" || name == "-h" || name == "help") {
    print_usage();
    return 0;
  }
  if (name == "--version") {
    std::printf("minerva %s\n", program_version().c_str());
    return 0;
  }
  if (name == "keys") {
    FlowOptions options;
    Settings settings;
    add_settings(settings, options);
    std::printf("%s", settings.markdown_table().c_str());
    return 0;
  }
  if (name == "tech") {
    technology_command({arguments.begin() + 1, arguments.end()});
    return 0;
  }
  if (name == "report" && names_several_runs({arguments.begin() + 1, arguments.end()})) {
    compare_command({arguments.begin() + 1, arguments.end()});
    return 0;
  }
  for (const Command& command : commands()) {
    if (name == command.name) {
      run_command(command, {arguments.begin() + 1, arguments.end()});
      return 0;
    }
  }
  throw UserError("command", name,
                  "needs run, train, noise, dse, quantize, prune, faults, "
                  "simulate, eval, report, keys or tech (minerva --help)");
}

}  // namespace
}  // namespace minerva::flow

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file size limit then is an error that names the file
  try {
    return minerva::flow::start({argv + 1, argv + argc});
  } catch (const minerva::UserError& error) {
    std::fprintf(stderr, "minerva: %s\n", error.what());
    return 2;
  } catch (const minerva::flow::VerificationFailure& failure) {
    std::fprintf(stderr, "minerva: the models of the accelerator disagree: %s\n", failure.what());
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "minerva: out of memory\n");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "minerva: internal error: %s\n", error.what());
  }
  return 1;
}
