#include "compare_command.hpp"

#include <algorithm>
#include <filesystem>

#include "minerva/app/atomic_file.hpp"
#include "minerva/app/output.hpp"
#include "minerva/app/settings.hpp"
#include "minerva/core/errors.hpp"
#include "minerva/flow/flow_options.hpp"
#include "minerva/report/comparison.hpp"
#include "settings_of_call.hpp"

namespace minerva::flow {
namespace {

/// The last part of a path, with or without a slash behind it.
std::string name_of(const std::string& folder) {
  const std::filesystem::path path = std::filesystem::path(folder).lexically_normal();
  return (path.has_filename() ? path : path.parent_path()).filename().string();
}

}  // namespace

bool names_several_runs(const CommandCall& call) {
  FlowOptions options;
  Settings settings;
  add_settings(settings, options);
  return parse_words(call, settings).positional.size() > 1;
}

int compare_command(const CommandCall& call) {
  FlowOptions options;
  Settings settings;
  add_settings(settings, options);
  const Settings::CommandLine line = parse_words(call, settings);
  for (const auto& [key, value] : line.options) {
    if (key != "run.out") {
      throw UserError("--" + key, value, "a comparison of runs takes --out DIR alone");
    }
  }
  settings.apply(line);
  const std::string& out = options.run.out;
  std::vector<ComparedRun> runs;
  for (const std::string& folder : line.positional) {
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
    runs.push_back({name, summary_from_json(read_file(file), file),
                    std::filesystem::is_regular_file(config, ignored) ? read_file(config) : ""});
  }
  const std::string text = comparison_text(runs);
  print_text(text);
  if (out.empty()) return 0;
  make_folder(out);
  write_file(out + "/comparison.txt", text);
  for (const NamedFile& file : comparison_files(runs)) {
    write_file(out + "/" + file.name, file.bytes);
  }
  return 0;
}

}  // namespace minerva::flow
