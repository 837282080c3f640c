#include "compare_command.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "minerva/app/atomic_file.hpp"
#include "minerva/core/errors.hpp"
#include "minerva/report/comparison.hpp"

namespace minerva::flow {
namespace {

struct Arguments {
  std::vector<std::string> runs;
  std::string out;
};

Arguments parse(const std::vector<std::string>& arguments) {
  Arguments parsed;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word == "--out") {
      if (i + 1 == arguments.size()) throw UserError("--out", "", "needs a folder");
      parsed.out = arguments[++i];
    } else if (word.rfind("--out=", 0) == 0) {
      parsed.out = word.substr(6);
    } else if (word.rfind("--", 0) == 0) {
      throw UserError(word, "", "a comparison of runs takes --out DIR alone");
    } else {
      parsed.runs.push_back(word);
    }
  }
  return parsed;
}

/// The last part of a path, with or without a slash behind it.
std::string name_of(const std::string& folder) {
  const std::filesystem::path path = std::filesystem::path(folder).lexically_normal();
  return (path.has_filename() ? path : path.parent_path()).filename().string();
}

}  // namespace

bool names_several_runs(const std::vector<std::string>& arguments) {
  int runs = 0;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--out") {
      ++i;
    } else if (arguments[i].rfind("--", 0) != 0) {
      ++runs;
    }
  }
  return runs > 1;
}

void compare_command(const std::vector<std::string>& arguments) {
  const Arguments parsed = parse(arguments);
  std::vector<ComparedRun> runs;
  for (const std::string& folder : parsed.runs) {
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
  std::printf("%s", text.c_str());
  if (parsed.out.empty()) return;
  make_folder(parsed.out);
  write_file(parsed.out + "/comparison.txt", text);
  for (const NamedFile& file : comparison_files(runs)) {
    write_file(parsed.out + "/" + file.name, file.bytes);
  }
}

}  // namespace minerva::flow
