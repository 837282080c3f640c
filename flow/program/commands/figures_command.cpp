#include "figures_command.hpp"

#include <algorithm>
#include <filesystem>

#include "compare_command.hpp"
#include "json_output.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/files/scratch_folder.hpp"
#include "minerva/flow/run_config.hpp"
#include "minerva/report/figure_files.hpp"
#include "minerva/report/summary_report.hpp"
#include "minerva/run/child_process.hpp"
#include "settings_of_call.hpp"
#include "written_folder.hpp"

namespace minerva::flow {
namespace {

std::vector<Figure> figures_of_run(const std::string& folder, const RunConfig& config) {
  const std::string file = folder + "/summary.json";
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) {
    throw UserError(folder, "", "needs the directory of a run, with summary.json");
  }
  return figures_of_page(summary_from_json(read_file(file), file, config.reports()),
                         config.reports());
}

/// What the program prints.
std::string drawn(const FigureProgram& program) {
  const ScratchFolder scratch("figures");
  write_file(scratch.file("draw.js"), program.script);
  write_file(scratch.file("figures.json"), program.input);
  const auto ran = run_child_until_interrupted(
      {"node", scratch.file("draw.js"), scratch.file("figures.json")}, {"NODE_OPTIONS"});
  if (!ran) {
    throw UserError("node", "", "is not installed: --figures needs the Debian package nodejs");
  }
  if (ran->end.exit_code != 0 || ran->end.signal != 0) {
    // Behind the line of the script that it stopped at stands what was wrong.
    const std::string& said = ran->standard_error;
    const std::size_t at = said.rfind("Error: ");
    throw UserError("node", "",
                    at == std::string::npos
                        ? "ended with code " + std::to_string(ran->end.exit_code)
                        : said.substr(at, said.find('\n', at) - at));
  }
  return ran->standard_output;
}

}  // namespace

int figures_command(const CommandCall& call) {
  RunConfig config;
  Settings& settings = config.settings();
  const Settings::CommandLine line = parse_words(call, settings);
  for (const auto& [key, value] : line.options) {
    throw UserError("--" + key, value, "--figures takes the folders of runs alone");
  }
  const std::string to = call.value("figures");
  const std::vector<Figure> figures = line.positional.size() == 1
                                          ? figures_of_run(line.positional.front(), config)
                                          : figures_of_runs(line.positional);
  if (figures.empty()) {
    throw UserError(line.positional.front(), "", "holds nothing that a figure shows");
  }
  std::vector<ExportedFile> files;
  for (NamedFile& file : figure_files(figures, drawn(figure_program(figures)), "node")) {
    files.push_back({std::move(file.name), std::move(file.bytes)});
  }
  const std::string last = files.back().name;
  const std::size_t count = files.size();
  write_folder(to, "figures", std::move(files), last, "--figures");
  std::string names;
  Json ids = Json::array();
  for (const Figure& figure : figures) {
    names += "  " + figure.id + "  " + figure.title + "\n";
    ids.push_back(figure.id);
  }
  print_text(names + "written  " + to + ", " + std::to_string(count) +
             " files: .svg, .csv and .tex of each\n");
  print_document({{"schema", "minerva-figures-1"}, {"written", to}, {"figures", ids}});
  return 0;
}

}  // namespace minerva::flow
