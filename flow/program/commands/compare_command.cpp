#include "compare_command.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "json_output.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/comparison/comparison.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/flow/run_config.hpp"
#include "minerva/json/fields.hpp"
#include "settings_of_call.hpp"

namespace minerva::flow {
namespace {

/// The last part of a path, with or without a slash behind it.
std::string name_of(const std::string& folder) {
  const std::filesystem::path path = std::filesystem::path(folder).lexically_normal();
  return (path.has_filename() ? path : path.parent_path()).filename().string();
}

/// The runs of these folders, which need names of their own.
std::vector<ComparedRun> read_runs(const std::vector<std::string>& folders) {
  const RunConfig any_run;
  std::vector<ComparedRun> runs;
  for (const std::string& folder : folders) {
    throw_if_interrupted();
    const std::string file = folder + "/summary.json";
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored)) {
      throw UserError(folder, "", "needs the directory of a run, with summary.json");
    }
    const std::string name = name_of(folder);
    if (std::any_of(runs.begin(), runs.end(), [&](const auto& r) { return r.name == name; })) {
      throw UserError(folder, "", "needs another name: two runs are called " + name);
    }
    const std::string config = folder + "/config.resolved.cfg";
    runs.push_back({name, summary_from_json(read_file(file), file, any_run.reports()),
                    std::filesystem::is_regular_file(config, ignored) ? read_file(config) : ""});
  }
  return runs;
}

}  // namespace

bool names_several_runs(const CommandCall& call) {
  RunConfig config;
  Settings& settings = config.settings();
  return parse_words(call, settings).positional.size() > 1;
}

std::string compare_runs(const std::vector<std::string>& folders, OwnedFolder* out) {
  const std::vector<ComparedRun> runs = read_runs(folders);
  const std::string text = comparison_text(runs);
  if (out == nullptr) return text;
  out->write("comparison.txt", text);
  for (const NamedFile& file : comparison_files(runs)) {
    throw_if_interrupted();
    out->write(file.name, file.bytes);
  }
  return text;
}

std::vector<Figure> figures_of_runs(const std::vector<std::string>& folders) {
  return comparison_figures(read_runs(folders));
}

/// The summaries as they stand in the folders.
Json comparison_json(const std::vector<std::string>& folders) {
  Json runs = Json::array();
  for (const std::string& folder : folders) {
    const std::string file = folder + "/summary.json";
    runs.push_back({{"name", name_of(folder)},
                    {"folder", folder},
                    {"summary", json::parse(read_file(file), file)}});
  }
  return {{"schema", "minerva-comparison-1"}, {"runs", runs}};
}

int compare_command(const CommandCall& call) {
  RunConfig config;
  Settings& settings = config.settings();
  const Settings::CommandLine line = parse_words(call, settings);
  for (const auto& [key, value] : line.options) {
    if (key != "run.out") {
      throw UserError("--" + key, value, "a comparison of runs takes --out DIR alone");
    }
  }
  settings.apply(line);
  const std::string& folder = config.options().out;
  std::optional<OwnedFolder> out;
  if (!folder.empty()) {
    out.emplace(folder, "comparison", [&] {
      throw UserError(folder, "",
                      "holds files that no comparison made; needs a new or an empty folder");
    });
  }
  print_text(compare_runs(line.positional, out ? &*out : nullptr));
  print_document(comparison_json(line.positional));
  return 0;
}

}  // namespace minerva::flow
