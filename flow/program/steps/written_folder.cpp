#include "written_folder.hpp"

#include <algorithm>

#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/files/owned_folder.hpp"

namespace minerva::flow {

void write_folder(const std::string& path, const std::string& command,
                  std::vector<ExportedFile> files, const std::string& last,
                  const std::string& option) {
  OwnedFolder folder(path, command,
                     [&] { throw UserError(option, path, "needs a new or an empty folder"); });
  folder.remove_earlier_files();
  std::stable_partition(files.begin(), files.end(),
                        [&](const ExportedFile& file) { return file.name != last; });
  try {
    for (const ExportedFile& file : files) {
      throw_if_interrupted();
      folder.write(file.name, file.bytes);
    }
  } catch (...) {
    folder.remove_earlier_files();  // a part of them is of no use
    throw;
  }
  folder.finish();
}

}  // namespace minerva::flow
