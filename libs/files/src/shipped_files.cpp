#include "minerva/files/shipped_files.hpp"

#include <filesystem>

namespace minerva {

namespace fs = std::filesystem;

namespace {

std::string& installed_folder() {
  static std::string folder;
  return folder;
}

}  // namespace

void seek_shipped_files_in(const std::string& folder) { installed_folder() = folder; }

std::string find_shipped_file(const std::string& name, const std::string& beside) {
  std::error_code ignored;
  if (name.empty() || fs::exists(name, ignored) || fs::path(name).is_absolute()) return name;
  if (!beside.empty()) {
    for (fs::path folder = fs::absolute(beside, ignored).parent_path();;
         folder = folder.parent_path()) {
      if (fs::exists(folder / name, ignored)) return (folder / name).lexically_normal().string();
      if (folder == folder.parent_path()) break;
    }
  }
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  const fs::path installed = program.parent_path().parent_path() / "share" / "minerva" / name;
  if (!program.empty() && fs::exists(installed, ignored)) return installed.string();
  const fs::path of_library = fs::path(installed_folder()) / name;
  if (!installed_folder().empty() && fs::exists(of_library, ignored)) return of_library.string();
  const fs::path built = fs::path(MINERVA_SHIPPED_FILES) / name;
  if (!std::string(MINERVA_SHIPPED_FILES).empty() && fs::exists(built, ignored)) {
    return built.string();
  }
  return name;
}

std::string find_technology_file(const std::string& name, const std::string& beside) {
  const std::string found = find_shipped_file(name, beside);
  std::error_code ignored;
  if (name.empty() || name.find_first_of("/.") != std::string::npos || fs::exists(found, ignored)) {
    return found;
  }
  const std::string shipped = find_shipped_file("configs/tech/" + name + ".cfg", beside);
  return fs::exists(shipped, ignored) ? shipped : name;
}

}  // namespace minerva
