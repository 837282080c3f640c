#include <csignal>
#include <filesystem>
#include <thread>

#include "program.hpp"
#include "run_folder.hpp"
#include "siege.hpp"

// SIGKILL at random moments to commands that keep results: the same command goes on, and what it
// leaves in the end has the bytes of an uninterrupted one, with no file of a killed process beside
// it.
namespace minerva::test {
namespace {

using Files = std::map<std::string, std::string>;
using Clock = std::chrono::steady_clock;
using Microseconds = std::chrono::microseconds;

struct Victim {
  std::string name;
  std::vector<std::string> words;  ///< its results go to `out`
};

void attack(Siege& siege, const TemporaryFolder& folder, const Victim& victim, int kills_wanted) {
  const std::string out = folder.path() + "/out";
  remove_folder(out);
  const auto begin = Clock::now();
  const int whole_code = run_to_the_end(folder.path(), victim.words, "log");
  const auto duration = std::chrono::duration_cast<Microseconds>(Clock::now() - begin);
  if (!siege.expect(whole_code == 0, victim.name + " alone: " + folder.read("log"))) return;
  const Files whole = results_below(out);
  for (int kills = 0; kills < kills_wanted;) {
    remove_folder(out);
    int of_this = 0;
    for (int code = -1; code != 0;) {
      const pid_t process = start_minerva(folder.path(), victim.words, "log");
      std::this_thread::sleep_for(siege.draw(duration));
      // At times it gets to its end.
      if (of_this < 100) ::kill(process, SIGKILL);
      code = exit_code_of(process);
      if (!siege.expect_end(code, {0, 128 + SIGKILL}, folder.read("log"), victim.name)) return;
      of_this += code == 0 ? 0 : 1;
    }
    kills += of_this == 0 ? 1 : of_this;  // none in this round, which counts as one
    const std::string after = victim.name + " after " + std::to_string(of_this) + " kills: ";
    const std::string differs = difference(whole, results_below(out));
    siege.expect(differs.empty(), after + differs);
    for (const std::string& left : unfinished_files(out))
      siege.expect(false, after + left + " left");
  }
}

int main_of(int argc, char** argv) {
  Siege siege(argc, argv, 120);
  const TemporaryFolder folder;
  const std::string quick = quick_config();
  if (run_to_the_end(folder.path(), {"run", quick, "--out", "base", "--quiet"}, "log") != 0)
    return 1;
  const std::vector<Victim> victims = {
      {"run", {"run", quick, "--out", "out"}},
      {"sweep", {"sweep", quick, "--over", "prune.goal_percent=90,95", "--out", "out"}},
      {"export", {"export", "base", "--format", "codes", "--to", "out/codes"}},
      {"dump", {"eval", "base", "--dump", "out"}},
      {"report", {"report", "base", "copy", "--out", "out"}}};
  std::filesystem::copy(folder.path() + "/base", folder.path() + "/copy",
                        std::filesystem::copy_options::recursive);
  for (const Victim& victim : victims) {
    attack(siege, folder, victim, siege.count() / static_cast<int>(victims.size()) + 1);
  }
  return siege.conclude(std::to_string(siege.count()) + " kills");
}

}  // namespace
}  // namespace minerva::test

int main(int argc, char** argv) { return minerva::test::main_of(argc, argv); }
