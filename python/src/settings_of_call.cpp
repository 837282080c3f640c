#include "settings_of_call.hpp"

#include <omp.h>

#include <filesystem>
#include <vector>

#include "minerva/base/errors.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/files/shipped_files.hpp"
#include "minerva/run/run_directory.hpp"

namespace minerva::python {

void apply_keys(Settings& settings, const KeyValues& keys) {
  std::vector<std::string> words;
  for (const auto& [key, value] : keys) {
    words.push_back("--" + key);
    words.back().append("=").append(value);
  }
  settings.apply(settings.parse_command_line(words));
}

std::shared_ptr<flow::RunContext> context_of(const std::string& config, const KeyValues& keys) {
  flow::RunConfig run;
  std::error_code ignored;
  const bool is_run = std::filesystem::is_directory(config, ignored);
  const std::string file =
      is_run ? config + "/" + RunDirectory::kConfigName : find_shipped_file(config, "");
  if (!file.empty()) run.settings().read_config_file(file);
  apply_keys(run.settings(), keys);
  run.check();
  return std::make_shared<flow::RunContext>(std::move(run), file, nullptr);
}

int threads_of(int threads) {
  if (threads < 0) throw UserError("threads", std::to_string(threads), "needs 0 or more");
  return threads > 0 ? threads : omp_get_max_threads();
}

}  // namespace minerva::python
