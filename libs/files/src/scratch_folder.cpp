#include "minerva/files/scratch_folder.hpp"

#include <cstdlib>
#include <filesystem>

#include "minerva/base/errors.hpp"

namespace minerva {

namespace fs = std::filesystem;

ScratchFolder::ScratchFolder(const std::string& purpose) {
  const std::string in = fs::temp_directory_path().string();
  path_ = in + "/minerva-" + purpose + "-XXXXXX";
  if (::mkdtemp(path_.data()) == nullptr) throw UserError(in, "", "cannot make a folder in it");
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace minerva
