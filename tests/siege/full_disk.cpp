#include <sys/mount.h>

#include <filesystem>

#include "program.hpp"
#include "run_folder.hpp"
#include "siege.hpp"

// Disks that are full at random moments: a limit on the size of files everywhere, and, for a user
// who may mount one, a small file system in memory. The command names the file in one line, code 2,
// and the same command goes on once there is room.
namespace minerva::test {
namespace {

struct Victim {
  std::string name;
  std::string words;  ///< its results go to DIR
};

std::string in_folder(std::string words, const std::string& folder) {
  const std::size_t at = words.find("DIR");
  return words.replace(at, 3, folder);
}

using Files = std::map<std::string, std::string>;

/// A file system of a few hundred kilobytes, ended with the object; none when it may not be
/// mounted.
class SmallDisk {
 public:
  explicit SmallDisk(const std::string& path) : path_(path) {
    std::filesystem::create_directories(path);
    is_there_ = ::mount("none", path.c_str(), "tmpfs", 0, "size=64k") == 0;
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (is_there_) ::umount(path_.c_str());
  }
  bool is_there() const { return is_there_; }
  bool resize(int kilobytes) const {
    const std::string size = "size=" + std::to_string(kilobytes) + "k";
    return ::mount("none", path_.c_str(), "tmpfs", MS_REMOUNT, size.c_str()) == 0;
  }

 private:
  std::string path_;
  bool is_there_ = false;
};

int main_of(int argc, char** argv) {
  Siege siege(argc, argv, 100);
  const TemporaryFolder folder;
  const std::string quick = quick_config();
  if (run_to_the_end(folder.path(), {"run", quick, "--out", "base", "--quiet"}, "log") != 0)
    return 1;
  const std::vector<Victim> victims = {
      {"run", "run " + quick + " --out DIR"},
      {"sweep", "sweep " + quick + " --over prune.goal_percent=90,95 --out DIR"},
      {"export", "export base --format codes --to DIR/codes"},
      {"dump", "eval base --dump DIR/dump"},
      {"plan", "plan " + quick + " --over prune.goal_percent=90,95 --shards 2 --out DIR/plan"}};
  std::vector<Files> whole;
  for (const Victim& victim : victims) {
    remove_folder(folder.path() + "/out");
    const ProgramResult alone = run_minerva(folder.path(), in_folder(victim.words, "out"));
    siege.expect(alone.exit_code == 0, victim.name + " alone: " + alone.standard_error);
    whole.push_back(results_below(folder.path() + "/out"));
  }
  SmallDisk disk(folder.path() + "/disk");
  if (!disk.is_there()) std::printf("no file system may be mounted: limits of file sizes alone\n");
  int refused = 0;
  for (int i = 0; i < siege.count(); ++i) {
    const std::size_t v = static_cast<std::size_t>(i) % victims.size();
    const Victim& victim = victims[v];
    const bool mounted = disk.is_there() && siege.draw(2) == 1;
    const std::string out = mounted ? "disk/out" : "out";
    remove_folder(folder.path() + "/" + out);
    const int kilobytes = 1 << siege.draw(8);
    if (mounted) siege.expect(disk.resize(4 + 4 * kilobytes), "the disk cannot be made smaller");
    // What the program prints goes to no file: that would be limited, too.
    const ProgramResult full =
        run_in(folder.path(), "ulimit -f " + (mounted ? "unlimited" : std::to_string(kilobytes)) +
                                  " && " + MINERVA_PROGRAM + " " + in_folder(victim.words, out) +
                                  " --quiet > /dev/null");
    const std::string what = victim.name + " with " + std::to_string(kilobytes) + " kB";
    siege.expect_end(full.exit_code, {0, 2}, full.standard_error, what);
    refused += full.exit_code == 0 ? 0 : 1;
    if (mounted) siege.expect(disk.resize(64 * 1024), "the disk cannot be made larger");
    if (full.exit_code == 0) continue;
    const ProgramResult rest = run_minerva(folder.path(), in_folder(victim.words, out));
    if (!siege.expect_end(rest.exit_code, {0}, rest.standard_error, what + ", then with room")) {
      continue;
    }
    const std::string differs = difference(whole[v], results_below(folder.path() + "/" + out));
    siege.expect(differs.empty() || victim.name == "plan", what + ": " + differs);
    for (const std::string& left : unfinished_files(folder.path() + "/" + out)) {
      siege.expect(false, what + ": " + left + " left");
    }
  }
  siege.expect(refused * 5 >= siege.count(), "hardly any disk was full");
  return siege.conclude(std::to_string(siege.count()) + " disks, " + std::to_string(refused) +
                        " of them full");
}

}  // namespace
}  // namespace minerva::test

int main(int argc, char** argv) { return minerva::test::main_of(argc, argv); }
