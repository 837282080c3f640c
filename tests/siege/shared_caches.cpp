#include <csignal>
#include <filesystem>
#include <thread>

#include "program.hpp"
#include "run_folder.hpp"
#include "siege.hpp"

// Runs that share training.cache_dir, started a little apart, and some of them killed: every other
// one ends with code 0 and the bytes of a run with trainings of its own.
namespace minerva::test {
namespace {

int main_of(int argc, char** argv) {
  Siege siege(argc, argv, 25);
  const TemporaryFolder folder;
  // The first seeds differ, so that one run drops the network that another one keeps.
  const std::vector<std::vector<std::string>> kinds = {
      {"--quantize.rounding=half_up"}, {"--quantize.rounding=half_even"}, {"--training.seed=2"}};
  const auto words = [&](std::size_t kind, const std::string& out, const std::string& cache) {
    std::vector<std::string> all = {"run",     quick_config(),    "--out",
                                    out,       "--noise.seeds=6", "--faults.maps_max=2",
                                    "--quiet", "--threads=1"};
    if (!cache.empty()) all.push_back("--training.cache_dir=" + cache);
    all.insert(all.end(), kinds[kind].begin(), kinds[kind].end());
    return all;
  };
  std::vector<std::map<std::string, std::string>> whole;
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    const std::string out = "alone" + std::to_string(kind);
    if (run_to_the_end(folder.path(), words(kind, out, ""), "log") != 0) return 1;
    whole.push_back(results_in(folder.path() + "/" + out));
  }
  int kills = 0;
  for (int round = 0; round < siege.count(); ++round) {
    remove_folder(folder.path() + "/cache");
    std::vector<pid_t> processes;
    std::vector<bool> killed;
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
      const std::string out = "o" + std::to_string(kind);
      remove_folder(folder.path() + "/" + out);
      processes.push_back(start_minerva(folder.path(), words(kind, out, "cache"), "log" + out));
      killed.push_back(siege.draw(6) == 0);
      std::this_thread::sleep_for(siege.draw(std::chrono::milliseconds(100)));
    }
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
      const std::string out = "o" + std::to_string(kind);
      if (killed[kind]) {
        std::this_thread::sleep_for(siege.draw(std::chrono::milliseconds(100)));
        ::kill(processes[kind], SIGKILL);
        ++kills;
      }
      int code = exit_code_of(processes[kind]);
      if (killed[kind] && code != 0) {
        code = run_to_the_end(folder.path(), words(kind, out, "cache"), "log" + out);
      }
      if (!siege.expect_end(code, {0}, folder.read("log" + out), "run " + out)) continue;
      const std::string differs = difference(whole[kind], results_in(folder.path() + "/" + out));
      siege.expect(differs.empty(), out + ": " + differs);
    }
  }
  return siege.conclude(std::to_string(siege.count() * static_cast<int>(kinds.size())) + " runs, " +
                        std::to_string(kills) + " kills");
}

}  // namespace
}  // namespace minerva::test

int main(int argc, char** argv) { return minerva::test::main_of(argc, argv); }
