#pragma once
#include <cstdlib>
#include <filesystem>
#include <string>

// Cells and device cards that tests use where a machine has them.
namespace minerva::test {

/// OSU018 of Debian's qflow-tech-osu018.
inline const char* const kOsu018 = "/usr/share/qflow/tech/osu018/osu018_stdcells.lib";
inline bool has_osu018() { return std::filesystem::exists(kOsu018); }

/// A file of the process design kits; empty when MINERVA_PDK_DIR is not set.
inline std::string pdk_file(const std::string& name) {
  const char* folder = std::getenv("MINERVA_PDK_DIR");
  return folder == nullptr || *folder == 0 ? "" : std::string(folder) + "/" + name;
}

}  // namespace minerva::test
