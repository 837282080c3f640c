#include <csignal>
#include <filesystem>
#include <thread>

#include "program.hpp"
#include "run_folder.hpp"
#include "siege.hpp"

// Commands that want one folder at the same time, and folders that are taken away under them: what
// is left is the work of one command, whole, and every other one says so in a line.
namespace minerva::test {
namespace {

using Words = std::vector<std::string>;

class SameTime {
 public:
  SameTime(Siege& siege, const TemporaryFolder& folder) : siege_(siege), folder_(folder) {}

  /// Plans of one folder: equal ones, other ones, and one that is refused at its end.
  void plans() {
    const std::string plan = folder_.path() + "/plan";
    remove_folder(plan);
    const Words base = {"plan",  quick_config(), "--sweep.search=none", "--of", "noise",
                        "--out", "plan"};
    const std::vector<Words> kinds = {with(base, {"--shards", "2"}),
                                      with(base, {"--shards", "3"}),
                                      with(base, {"--shards", "50"}),
                                      {"plan", quick_config(), "--over", "prune.goal_percent=90,95",
                                       "--shards", "2", "--out", "plan"}};
    std::vector<pid_t> processes;
    std::vector<bool> refused;
    for (int i = 0; i < 4; ++i) {
      const auto kind = static_cast<std::size_t>(siege_.draw(static_cast<int>(kinds.size())));
      refused.push_back(kind == 2);
      processes.push_back(start_minerva(folder_.path(), kinds[kind], log(i)));
      std::this_thread::sleep_for(siege_.draw(std::chrono::milliseconds(60)));
    }
    const bool taken_away = siege_.draw(4) == 0;
    if (taken_away) remove_folder(plan);
    int planned = 0;
    for (int i = 0; i < 4; ++i) {
      const int code = exit_code_of(processes[static_cast<std::size_t>(i)]);
      siege_.expect_end(code, {0, 2}, folder_.read(log(i)), "a plan");
      siege_.expect(code == 2 || !refused[static_cast<std::size_t>(i)], "50 shards of 3 seeds");
      planned += code == 0 ? 1 : 0;
    }
    if (planned == 0 || taken_away) return;
    const int code = run_to_the_end(folder_.path(), {"status", "plan"}, "log");
    siege_.expect_end(code, {0}, folder_.read("log"), "the status of a plan that was made");
  }

  /// Sweeps of one folder.
  void sweeps() {
    remove_folder(folder_.path() + "/sweep");
    const Words words = {"sweep", quick_config(), "--over", "prune.goal_percent=90,95",
                         "--out", "sweep",        "--quiet"};
    std::vector<pid_t> processes;
    for (int i = 0; i < 3; ++i) {
      processes.push_back(start_minerva(folder_.path(), words, log(i)));
      std::this_thread::sleep_for(siege_.draw(std::chrono::milliseconds(200)));
    }
    int done = 0;
    for (int i = 0; i < 3; ++i) {
      const int code = exit_code_of(processes[static_cast<std::size_t>(i)]);
      siege_.expect_end(code, {0, 2}, folder_.read(log(i)), "a sweep");
      const std::string text = folder_.read(log(i));
      siege_.expect(code == 0 || text.find("is in use by process") != std::string::npos, text);
      done += code == 0 ? 1 : 0;
    }
    siege_.expect(done >= 1, "no sweep was done");
  }

  /// A run whose folder is removed, and made anew by a run of another seed.
  void replaced_run() {
    const std::string out = folder_.path() + "/r";
    remove_folder(out);
    const Words first = {"run", quick_config(), "--out", "r", "--training.seed=2", "--quiet"};
    const Words second = {"run", quick_config(), "--out", "r", "--quiet"};
    const pid_t a = start_minerva(folder_.path(), first, log(0));
    std::this_thread::sleep_for(siege_.draw(std::chrono::milliseconds(800)));
    const bool was_there = std::filesystem::exists(out + "/config.resolved.cfg");
    remove_folder(out);
    const int code_b = run_to_the_end(folder_.path(), second, log(1));
    const int code_a = exit_code_of(a);
    siege_.expect_end(code_a, {0, 2}, folder_.read(log(0)), "a run without its folder");
    siege_.expect_end(code_b, {0, 2}, folder_.read(log(1)), "the run of the new folder");
    if (code_b != 0 || !was_there) return;
    const std::string differs = difference(whole_, results_in(out));
    siege_.expect(differs.empty(), "two runs in one folder: " + differs);
  }

  bool begin() {
    if (run_to_the_end(folder_.path(), {"run", quick_config(), "--out", "r", "--quiet"}, "log") !=
        0) {
      return false;
    }
    whole_ = results_in(folder_.path() + "/r");
    return true;
  }

 private:
  static std::string log(int i) { return "log" + std::to_string(i); }
  Siege& siege_;
  const TemporaryFolder& folder_;
  std::map<std::string, std::string> whole_;
};

int main_of(int argc, char** argv) {
  Siege siege(argc, argv, 40);
  const TemporaryFolder folder;
  SameTime campaign(siege, folder);
  if (!siege.expect(campaign.begin(), folder.read("log"))) return 1;
  for (int i = 0; i < siege.count(); ++i) {
    campaign.plans();
    if (i % 4 == 0) campaign.sweeps();
    if (i % 2 == 0) campaign.replaced_run();
  }
  return siege.conclude(std::to_string(siege.count()) + " rounds");
}

}  // namespace
}  // namespace minerva::test

int main(int argc, char** argv) { return minerva::test::main_of(argc, argv); }
