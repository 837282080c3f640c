#include "written_files.hpp"

#include <filesystem>

#include "minerva/base/errors.hpp"

namespace minerva::flow {

void check_folders_of(const CommandCall& call, std::initializer_list<const char*> options) {
  for (const char* option : options) {
    if (!call.has(option)) continue;
    const std::string folder = std::filesystem::path(call.value(option)).parent_path().string();
    std::error_code ignored;
    if (!folder.empty() && !std::filesystem::is_directory(folder, ignored)) {
      throw UserError(std::string("--") + option, call.value(option), "needs a folder that exists");
    }
  }
}

}  // namespace minerva::flow
