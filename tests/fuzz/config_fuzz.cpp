#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>

#include "fuzz_check.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/flow/run_config.hpp"

namespace minerva::fuzz {
namespace {

/// A folder in memory where there is one: configs include files beside them.
class ConfigFolder {
 public:
  ConfigFolder() {
    std::string pattern = access("/dev/shm", W_OK) == 0 ? "/dev/shm/fuzz-XXXXXX" : "fuzz-XXXXXX";
    require(mkdtemp(pattern.data()) != nullptr, "a folder for configs");
    path_ = pattern;
  }
  ~ConfigFolder() {
    for (const char* name : kNames) unlink((path_ + "/" + name).c_str());
    rmdir(path_.c_str());
  }
  ConfigFolder(const ConfigFolder&) = delete;
  ConfigFolder& operator=(const ConfigFolder&) = delete;

  /// The parts of a text between lines of "---" as files; the first is the config.
  std::string write(const std::string& text) const {
    const std::string separator = "---\n";
    std::size_t begin = 0;
    for (const char* name : kNames) {
      const std::size_t end = std::min(text.find(separator, begin), text.size());
      std::ofstream(path_ + "/" + name, std::ios::binary) << text.substr(begin, end - begin);
      begin = std::min(end + separator.size(), text.size());
    }
    return path_ + "/" + kNames[0];
  }

 private:
  static constexpr std::array<const char*, 3> kNames = {"run.cfg", "a", "b"};
  std::string path_;
};

/// What the program makes of a config; its resolved text.
template <typename Read>
std::string resolved(Read read) {
  flow::RunConfig config;
  Settings& settings = config.settings();
  read(settings);
  const std::string result = settings.resolved();
  config.check();
  return result;
}

}  // namespace
}  // namespace minerva::fuzz

/// A config of the program, with all its keys, and two files that it may include: a and b.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace minerva;
  static const fuzz::ConfigFolder folder;
  const std::string path = folder.write(fuzz::text_of(data, size));
  std::string first;
  if (!fuzz::accepts(
          [&] { first = fuzz::resolved([&](Settings& s) { s.read_config_file(path); }); })) {
    return 0;
  }
  const auto again = [&](Settings& s) { s.read_config_text(first, "resolved.cfg"); };
  fuzz::require(fuzz::resolved(again) == first, "the same settings when written and read back");
  return 0;
}
