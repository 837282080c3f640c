#include "profile_folders.hpp"

#include <optional>

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/files/folder.hpp"

namespace minerva::workloads {

std::vector<WorkloadProfile> read_profiles(const std::vector<std::string>& folders) {
  std::vector<WorkloadProfile> profiles;
  for (const std::string& path : folders) {
    const std::optional<Folder> folder = Folder::open_if_there(path);
    if (!folder) throw UserError(path, "", "needs a folder of fathom profile");
    bool any = false;
    for (const std::string& name : folder->names()) {
      if (!ends_with(name, ".profile.json")) continue;
      profiles.push_back(
          profile_from_json(folder->read(name, std::size_t{64} << 20), path + "/" + name));
      any = true;
    }
    if (!any) throw UserError(path, "", "needs files NAME.profile.json of fathom profile");
  }
  return profiles;
}

}  // namespace minerva::workloads
