#include <algorithm>
#include <cctype>
#include <csignal>
#include <filesystem>
#include <sstream>
#include <thread>

#include "circuit_data.hpp"
#include "program.hpp"
#include "run_folder.hpp"
#include "siege.hpp"

// SIGINT and SIGTERM at random moments to every command that does work: it ends within seconds,
// with 130 or 143 unless it was done, leaves nothing half-written, and the same command then
// succeeds.
namespace minerva::test {
namespace {

using Clock = std::chrono::steady_clock;

struct Victim {
  std::string name;
  std::vector<std::string> words;  ///< what they write goes to `out`
  std::string begins_from = {};    ///< a folder of which `out` is a copy when the command begins
  std::vector<std::string> begins_with = {};  ///< or the command that makes `out`
};

/// From a signal to the end; the longest step between two looks, on a machine that is busy.
constexpr std::chrono::seconds kLongestEnd{5};

/// Stages that begin from what the ones before them left.
const std::vector<std::string> kLaterStages = {"noise", "quantize", "prune", "faults", "redesign"};

/// Commands that are done before a signal could reach them.
const std::vector<std::string> kInstant = {"config", "keys", "completion", "help"};

/// Cells and device cards, which not every machine has.
std::vector<Victim> circuit_victims() {
  std::vector<Victim> found;
  if (has_osu018()) {
    found.push_back({"characterize",
                     {"characterize", "--cells", kOsu018, "--multipliers", "4..6x4", "--adders",
                      "4..8", "--comparators", "4", "--registers", "4", "--operations", "400",
                      "--clock", "10", "--cache", "out/cells", "--to", "out/cells.csv"}});
    found.push_back({"validate",
                     {"validate", "base", "--cells", kOsu018, "--samples", "2", "--stages", "3",
                      "--clock", "60", "--cache", "out/cells", "--to", "out/parts.csv"}});
  } else {
    std::printf("characterize and validate are left out: they need qflow-tech-osu018\n");
  }
  if (!pdk_file("").empty()) {
    found.push_back({"sram", {"sram", "--csv", "out/curve.csv", "--sram.cache_dir=out/tables"}});
  } else {
    std::printf("sram is left out: it needs MINERVA_PDK_DIR\n");
  }
  return found;
}

std::vector<Victim> victims(const std::string& quick) {
  const std::string configs = std::string(MINERVA_SOURCE_DIR) + "/configs/";
  const std::string million = configs + "flows/million.cfg";
  const std::string public40 = configs + "tech/public40.cfg";
  std::vector<Victim> all = {
      {"run", {"run", quick, "--out", "out"}},
      {"train", {"train", quick, "--out", "out"}},
      {"data", {"data", "digits", "--data.train_samples=60000"}},
      {"eval", {"eval", "base", "--eval.part=train", "--dump", "out"}},
      {"simulate", {"simulate", "base", "--simulate.samples=60", "--vcd", "out/wave.vcd"}},
      {"import", {"import", "wide.safetensors", "--to", "out/network.safetensors"}},
      {"export",
       {"export", "--network", "wide.safetensors", "--plan", "wide.json", "--format", "codes",
        "--to", "out/codes"}},
      {"rtl", {"rtl", "base", "--samples", "100", "--to", "out/rtl"}},
      {"onnx",
       {"export", "--network", "wide.safetensors", "--format", "onnx", "--to", "out/network.onnx"}},
      {"report", {"report", "base", "copy", "--out", "out"}},
      {"report of one", {"report", "base"}},
      {"sweep", {"sweep", quick, "--over", "prune.goal_percent=90,95", "--out", "out"}},
      {"dse", {"dse", million, "--out", "out"}},
      {"tech", {"tech", public40, "--tech.rows=all"}},
      {"plan",
       {"plan", quick, "--sweep.search=none", "--of", "noise", "--shards", "2", "--out", "out"}},
      {"work", {"work", "plan", "--shard", "0", "--again"}},
      {"status", {"status", "plan", "--verify"}},
      {"merge", {"merge", "plan"}},
      {"submit",
       {"submit", "out", "--engine", "local"},
       "",
       {"plan", quick, "--sweep.search=none", "--of", "noise", "--shards", "2", "--out", "out"}}};
  // Trainings for the hardware, long enough to be stopped in one.
  const std::vector<std::string> trains = {
      "--data.train_samples=2000", "--data.validation_samples=200", "--data.test_samples=150",
      "--training.batch_size=20",  "--training.dropout=0",          "--tech.file=" + public40};
  const auto training = [&](std::vector<std::string> words, const std::vector<std::string>& more) {
    words.insert(words.end(), trains.begin(), trains.end());
    words.insert(words.end(), more.begin(), more.end());
    words.insert(words.end(), {"--to", "out"});
    return words;
  };
  all.push_back({"finetune", training({"finetune"}, {"--training.hidden=32", "--training.epochs=4",
                                                     "--finetune.epochs=4"})});
  all.push_back({"codesign", training({"codesign"},
                                      {"--codesign.topologies=16,8", "--codesign.inputs=grid:2,all",
                                       "--codesign.lanes=4,16", "--codesign.start_epochs=2",
                                       "--codesign.first_epochs=1", "--finetune.epochs=2",
                                       "--finetune.fault_rate=0.03", "--codesign.final_maps=2",
                                       "--codesign.most_error_percent=90"})});
  for (const std::string& stage : kLaterStages) {
    all.push_back({stage, {stage, quick, "--out", "out"}, "before-" + stage});
  }
  for (const Victim& victim : circuit_victims()) all.push_back(victim);
  return all;
}

/// Every command of the program's own list is attacked, or known to be instant.
void check_that_all_are_here(Siege& siege, const TemporaryFolder& folder,
                             const std::vector<Victim>& all) {
  run_to_the_end(folder.path(), {"--help"}, "log");
  std::istringstream lines(folder.read("log"));
  for (std::string line; std::getline(lines, line);) {
    if (line.size() < 3 || line.compare(0, 2, "  ") != 0 || std::islower(line[2]) == 0) continue;
    const std::string command = line.substr(2, line.find(' ', 2) - 2);
    const bool optional = command == "characterize" || command == "validate" || command == "sram";
    const bool here =
        optional || std::find(kInstant.begin(), kInstant.end(), command) != kInstant.end() ||
        std::any_of(all.begin(), all.end(),
                    [&](const Victim& victim) { return victim.words.front() == command; });
    siege.expect(here, "no signal is sent to the command " + command);
  }
}

/// A network of 784-2500-10 whose files take a while to read and to write.
bool make_wide_network(const TemporaryFolder& folder) {
  const std::string layer = R"({"W":[2,6],"X":[3,6],"P":[2,9]})";
  folder.write("wide.json", "{\"rounding\":\"half_up\",\"layers\":[" + layer + "," + layer + "]}");
  return run_to_the_end(folder.path(),
                        {"train", quick_config(), "--sweep.search=none", "--training.hidden=2500",
                         "--training.epochs=1", "--out", "wide", "--quiet"},
                        "log") == 0 &&
         (std::filesystem::copy(folder.path() + "/wide/network.safetensors",
                                folder.path() + "/wide.safetensors"),
          true);
}

bool make_inputs(const TemporaryFolder& folder) {
  const std::string quick = quick_config();
  const auto run = [&](const std::vector<std::string>& words) {
    return run_to_the_end(folder.path(), words, "log") == 0;
  };
  if (!make_wide_network(folder) || !run({"run", quick, "--out", "base", "--quiet"})) return false;
  std::filesystem::copy(folder.path() + "/base", folder.path() + "/copy",
                        std::filesystem::copy_options::recursive);
  if (!run({"train", quick, "--out", "stages"}) || !run({"dse", quick, "--out", "stages"}))
    return false;
  for (const std::string& stage : kLaterStages) {
    std::filesystem::copy(folder.path() + "/stages", folder.path() + "/before-" + stage,
                          std::filesystem::copy_options::recursive);
    if (!run({stage, quick, "--out", "stages"})) return false;
  }
  const std::vector<std::string> plan = {
      "plan", quick, "--sweep.search=none", "--of", "noise", "--shards", "2", "--out"};
  return run(with(plan, {"plan"})) && run(with(plan, {"unworked"})) &&
         run({"work", "plan", "--shard", "0"}) && run({"work", "plan", "--shard", "1"});
}

/// What a command leaves, without what its processes printed with the time of the day.
std::map<std::string, std::string> results_of(const Victim& victim, const std::string& out) {
  std::map<std::string, std::string> results = results_below(out);
  if (victim.name != "submit") return results;
  for (auto it = results.begin(); it != results.end();) {
    const bool printed = std::filesystem::path(it->first).extension() == ".out";
    it = printed ? results.erase(it) : std::next(it);
  }
  return results;
}

void attack(Siege& siege, const TemporaryFolder& folder, const Victim& victim) {
  const std::string out = folder.path() + "/out";
  const auto make_room = [&] {
    remove_folder(out);
    if (!victim.begins_from.empty()) {
      std::filesystem::copy(folder.path() + "/" + victim.begins_from, out,
                            std::filesystem::copy_options::recursive);
    } else if (!victim.begins_with.empty()) {
      siege.expect(run_to_the_end(folder.path(), victim.begins_with, "log") == 0,
                   "before " + victim.name + ": " + folder.read("log"));
    } else if (victim.name != "plan") {
      std::filesystem::create_directories(out);
    }
  };
  make_room();
  const auto begin = Clock::now();
  int code = run_to_the_end(folder.path(), victim.words, "log");
  const auto duration = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin);
  siege.expect_end(code, {0}, folder.read("log"), victim.name + " alone");
  const auto whole = results_of(victim, out);
  make_room();
  const int signal = siege.draw(2) == 0 ? SIGINT : SIGTERM;
  const pid_t process = start_minerva(folder.path(), victim.words, "log");
  std::this_thread::sleep_for(siege.draw(duration));
  ::kill(process, signal);
  const auto asked = Clock::now();
  code = exit_code_of(process);
  const double took = std::chrono::duration<double>(Clock::now() - asked).count();
  const std::string what = victim.name + " with signal " + std::to_string(signal);
  // Before main has set its handler the signal itself ends the process.
  const std::string log = folder.read("log");
  siege.expect(code == 0 || code == 128 + signal,
               what + ": code " + std::to_string(code) + " " + log);
  siege.expect(log.find("internal error") == std::string::npos, what + ": " + log);
  siege.expect(took < std::chrono::duration<double>(kLongestEnd).count(),
               what + ": ended after " + std::to_string(took) + " s");
  // A plan that was stopped leaves not even its folder.
  const bool has_folder = std::filesystem::exists(out);
  for (const std::string& left : has_folder ? unfinished_files(out) : std::vector<std::string>()) {
    // What the same command goes on with: the state of a training, and of an exploration.
    const bool goes_on = left.find(".checkpoint") != std::string::npos ||
                         left.find("design_space.csv.part") != std::string::npos;
    siege.expect(goes_on, what + ": " + left + " left");
  }
  code = run_to_the_end(folder.path(), victim.words, "log");
  const bool makes_a_new_folder = victim.name == "export" || victim.name == "rtl";
  if (makes_a_new_folder && code == 2 && whole == results_of(victim, out)) return;  // it was done
  siege.expect_end(code, {0}, folder.read("log"), what + ", then again");
  const std::string differs = difference(whole, results_of(victim, out));
  siege.expect(differs.empty(), what + ", then again: " + differs);
}

int main_of(int argc, char** argv) {
  Siege siege(argc, argv, 48);
  const TemporaryFolder folder;
  if (!siege.expect(make_inputs(folder), "the inputs: " + folder.read("log"))) return 1;
  const std::vector<Victim> all = victims(quick_config());
  check_that_all_are_here(siege, folder, all);
  for (int i = 0; i < siege.count(); ++i) {
    attack(siege, folder, all[static_cast<std::size_t>(i) % all.size()]);
  }
  return siege.conclude(std::to_string(siege.count()) + " signals");
}

}  // namespace
}  // namespace minerva::test

int main(int argc, char** argv) { return minerva::test::main_of(argc, argv); }
