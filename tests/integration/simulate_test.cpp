#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "program.hpp"
#include "vcd_file.hpp"

// `minerva simulate`: waveforms, the table of cycles, both styles of the model.
namespace minerva::test {
namespace {

const std::string kSimulate =
    "simulate " + std::string(MINERVA_SOURCE_DIR) + "/tests/support/tiny.cfg --network " +
    std::string(MINERVA_SOURCE_DIR) +
    "/tests/golden/network.safetensors --design.lanes=4 --design.multiplier_stages=2";

TEST(Simulate, PrintsCyclesCountsAndBanks) {
  const TemporaryFolder folder;
  const ProgramResult r =
      run_minerva(folder.path(), kSimulate + " --simulate.samples=2 --design.weight_banks=3");
  EXPECT_EQ(r.exit_code, 0) << r.standard_error;
  for (const char* word :
       {"fill", "issue", "stall", "drain", "macs_done", "words_written", "activation_writes",
        "SystemC (stage_processes), closed form and inference agree on every cycle"}) {
    EXPECT_NE(r.standard_output.find(word), std::string::npos) << word;
  }
  // 4 lanes x 3 banks of weights; 784 x 3 groups of reads from one bank of inputs.
  EXPECT_NE(r.standard_output.find("weight_reads           12"), std::string::npos)
      << r.standard_output;
  EXPECT_NE(r.standard_output.find("2352"), std::string::npos);
}

// The columns are those that a run's layers.csv has of the same quantities.
TEST(Simulate, WritesCyclesAndEventsOfEachLayer) {
  const TemporaryFolder folder;
  const ProgramResult r =
      run_minerva(folder.path(), kSimulate + " --simulate.samples=2 --csv layers.csv --json");
  ASSERT_EQ(r.exit_code, 0) << r.standard_error;
  std::istringstream lines(folder.read("layers.csv"));
  std::string names, first, second, behind;
  std::getline(lines, names);
  std::getline(lines, first);
  std::getline(lines, second);
  EXPECT_FALSE(std::getline(lines, behind));
  EXPECT_EQ(names,
            "layer,text,fill,issue,stall,drain,cycles,input_reads,activation_reads,comparisons,"
            "weight_reads_done,weight_reads_skipped,macs_done,macs_skipped,accumulator_updates,"
            "bias_reads,words_written");
  // 12 neurons of 784 inputs on 4 lanes, one write port, two stages: 3 + 2,352 + 4 of A and WB.
  EXPECT_EQ(first.rfind("1,12,3,2352,0,5,2360,2352,0,", 0), 0U) << first;
  const auto document = nlohmann::json::parse(r.standard_output);
  EXPECT_EQ(document.at("cycles").at(1).at("total"), 3 + 3 * 12 + 3) << second;
}

TEST(Simulate, TraceIsATableOfTheCyclesAskedFor) {
  const TemporaryFolder folder;
  const ProgramResult r =
      run_minerva(folder.path(), kSimulate + " --trace 3 --simulate.trace_from=786");
  EXPECT_EQ(r.exit_code, 0) << r.standard_error;
  // The last input of group 0 (of 12 neurons on 4 lanes) was read in cycle 783.
  EXPECT_NE(r.standard_output.find("786        1  issue  g1 j2  g1 j1  g1 j0  g0 j783\n"),
            std::string::npos)
      << r.standard_output;
  EXPECT_NE(r.standard_output.find("g0\n788 "), std::string::npos) << r.standard_output;
  EXPECT_EQ(r.standard_output.find("\n789 "), std::string::npos);
  const ProgramResult late =
      run_minerva(folder.path(), kSimulate + " --trace 3 --simulate.trace_from=9999");
  EXPECT_EQ(late.exit_code, 2);
  EXPECT_NE(late.standard_error.find("simulate.trace_from = '9999'"), std::string::npos)
      << late.standard_error;
}

TEST(Simulate, WaveformsAreEqualBytesInEveryRunAndStyle) {
  const TemporaryFolder folder;
  for (const char* options : {"--vcd a.vcd", "--vcd b.vcd",
                              "--vcd c.vcd "
                              "--simulate.model=lane_processes"}) {
    const ProgramResult r = run_minerva(folder.path(), kSimulate + " " + options);
    EXPECT_EQ(r.exit_code, 0) << r.standard_error;
  }
  EXPECT_EQ(folder.names(),
            (std::vector<std::string>{"a.gtkw", "a.vcd", "b.gtkw", "b.vcd", "c.gtkw", "c.vcd"}));
  const std::string first = folder.read("a.vcd");
  EXPECT_EQ(first.find("$date"), std::string::npos);
  EXPECT_NE(first.find("$scope module lane_3 $end"), std::string::npos);
  EXPECT_EQ(folder.read("b.vcd"), first);
  EXPECT_EQ(folder.read("c.vcd"), first);
  if (run_in(folder.path(), "command -v vcd2fst").exit_code != 0) return;
  EXPECT_EQ(run_in(folder.path(), "vcd2fst a.vcd a.fst && test -s a.fst").exit_code, 0);
}

TEST(Simulate, WaveformsOfOneLane) {
  const TemporaryFolder folder;
  const ProgramResult r =
      run_minerva(folder.path(), kSimulate + " --vcd one --simulate.vcd_lanes=2");
  EXPECT_EQ(r.exit_code, 0) << r.standard_error;
  EXPECT_NE(folder.read("one").find("lane_2"), std::string::npos);
  EXPECT_EQ(folder.read("one").find("lane_1"), std::string::npos);
  EXPECT_NE(folder.read("one.gtkw").find("[dumpfile] \"one\""), std::string::npos);
}

/// What a save file of GTKWave shows: the signals under each heading, with their flags.
struct SaveFile {
  std::string dump_file;
  std::map<std::string, std::map<std::string, std::string>> flags_by_stage;
  std::vector<std::string> names;
};

void read_save_file(const std::string& text, SaveFile& file) {
  std::string flags;
  std::string stage;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::string dump = "[dumpfile] \"";
    if (line.rfind(dump, 0) == 0) {
      file.dump_file = line.substr(dump.size(), line.size() - dump.size() - 1);
    } else if (line[0] == '@') {
      flags = line.substr(1);
    } else if (line[0] == '-') {
      EXPECT_TRUE(flags == "800200" || flags == "1000200") << line;
      EXPECT_EQ(flags == "1000200", !stage.empty()) << "groups do not nest: " << line;
      stage = flags == "800200" ? line.substr(1) : "";
    } else if (line[0] == '+') {
      EXPECT_FALSE(stage.empty()) << line;
      const std::size_t end = line.find("} ");
      ASSERT_NE(end, std::string::npos) << line;
      const std::string name = line.substr(end + 2);
      std::string alias = line.substr(2, end - 2);
      std::replace(alias.begin(), alias.end(), ' ', '.');
      EXPECT_EQ(name.find("SystemC." + alias), 0U) << line;
      file.flags_by_stage[stage][name] = flags;
      file.names.push_back(name);
    } else {
      EXPECT_TRUE(line[0] == '[' || line[0] == '*') << line;
    }
  }
  EXPECT_TRUE(stage.empty());
}

/// The names of a VCD file as GTKWave writes them.
std::vector<std::string> names_of(const VcdFile& waveform) {
  std::vector<std::string> names;
  for (const auto& [name, signal] : waveform.signals()) {
    names.push_back("SystemC." + name +
                    (signal.bits > 1 ? "[" + std::to_string(signal.bits - 1) + ":0]" : ""));
  }
  std::sort(names.begin(), names.end());
  return names;
}

TEST(Simulate, TheSaveFileShowsEverySignalOfTheWaveformUnderItsStage) {
  const TemporaryFolder folder;
  const ProgramResult r = run_minerva(folder.path(), kSimulate + " --vcd w.vcd");
  EXPECT_EQ(r.exit_code, 0) << r.standard_error;
  SaveFile shown;
  read_save_file(folder.read("w.gtkw"), shown);
  EXPECT_EQ(shown.dump_file, "w.vcd");
  std::sort(shown.names.begin(), shown.names.end());
  EXPECT_EQ(shown.names, names_of(VcdFile(folder.read("w.vcd"), "SystemC")));
  EXPECT_EQ(shown.flags_by_stage.size(), 7U);  // two multiplier stages
  const auto& weights = shown.flags_by_stage.at("F2 | M1: words and weights");
  EXPECT_EQ(weights.at("SystemC.lane_3.weight_0[15:0]"), "420");  // signed decimal
  EXPECT_EQ(weights.at("SystemC.multiply_1.valid"), "28");        // binary
  EXPECT_EQ(shown.flags_by_stage.at("M1 | M2: sums of products").count("SystemC.multiply_2.valid"),
            1U);
}

TEST(Simulate, ASaveFileOfTheUserStays) {
  const TemporaryFolder folder;
  const std::string own = "[*] GTKWave Analyzer v3.3.118\nSystemC.clock\n";
  folder.write("w.gtkw", own);
  const ProgramResult r = run_minerva(folder.path(), kSimulate + " --vcd w.vcd");
  EXPECT_EQ(r.exit_code, 0) << r.standard_error;
  EXPECT_NE(r.standard_error.find("w.gtkw: is kept as it is"), std::string::npos);
  EXPECT_EQ(folder.read("w.gtkw"), own);
  // One of its own gives way: another machine has other signals.
  folder.write("w.gtkw", "[*] minerva simulate\nof before\n");
  run_minerva(folder.path(), kSimulate + " --vcd w.vcd");
  EXPECT_EQ(folder.read("w.gtkw").find("of before"), std::string::npos);
}

// The cycles of a window show what the file of all cycles shows in them.
void expect_window(const std::string& options, std::int64_t first_cycle, std::int64_t end_cycle) {
  SCOPED_TRACE(options);
  const TemporaryFolder folder;
  for (const std::string& each : {std::string("--vcd all.vcd"), "--vcd part.vcd " + options}) {
    const ProgramResult r = run_minerva(folder.path(), kSimulate + " --simulate.samples=2 " + each);
    ASSERT_EQ(r.exit_code, 0) << r.standard_error;
  }
  constexpr std::int64_t kCycle = 4000;  // ps
  const VcdFile all(folder.read("all.vcd"), "SystemC");
  const VcdFile part(folder.read("part.vcd"), "SystemC");
  ASSERT_EQ(names_of(part), names_of(all));
  const std::vector<std::int64_t> edges = part.rising_edges("clock");
  ASSERT_EQ(edges.size(), static_cast<std::size_t>(end_cycle - first_cycle));
  EXPECT_EQ(edges.front(), first_cycle * kCycle);
  EXPECT_EQ(edges.back(), (end_cycle - 1) * kCycle);
  const std::string end = "#" + std::to_string(end_cycle * kCycle) + "\n";
  const std::string text = folder.read("part.vcd");
  EXPECT_EQ(text.substr(text.size() - end.size()), end);
  const std::int64_t begin = std::max(first_cycle * kCycle - kCycle / 2, std::int64_t{0});
  std::int64_t changes = 0;
  for (const auto& [name, signal] : part.signals()) {
    // Half a cycle before the first edge are the values with which the first cycle works.
    EXPECT_EQ(signal.at(begin - 1).find_first_not_of('x'), std::string::npos) << name;
    for (std::int64_t time = begin; time < end_cycle * kCycle; time += kCycle / 2) {
      ASSERT_EQ(signal.at(time), all.signals().at(name).at(time)) << name << " at " << time;
    }
    changes += static_cast<std::int64_t>(signal.times.size());
  }
  EXPECT_GT(changes, 3 * (end_cycle - first_cycle));
  EXPECT_NE(folder.read("part.gtkw").find("[timestart] " + std::to_string(first_cycle * kCycle)),
            std::string::npos);
}

TEST(Simulate, AWaveformShowsTheCyclesOfALayerOrThoseAskedFor) {
  const TemporaryFolder folder;
  const ProgramResult r = run_minerva(folder.path(), kSimulate + " --json");
  ASSERT_EQ(r.exit_code, 0) << r.standard_error;
  const nlohmann::json cycles = nlohmann::json::parse(r.standard_output)["cycles"];
  const std::int64_t first = cycles[0]["total"];
  const std::int64_t second = cycles[1]["total"];
  const std::int64_t all = cycles.back()["total"];
  expect_window("--simulate.vcd_layer=2", first, first + second);
  expect_window("--simulate.vcd_layer=2 --simulate.vcd_from=3 --simulate.vcd_cycles=7", first + 3,
                first + 10);
  expect_window("--simulate.vcd_cycles=12", 0, 12);
  expect_window("--simulate.vcd_from=" + std::to_string(all - 2) + " --simulate.vcd_cycles=5",
                all - 2, all + 3);  // from one prediction into the next
  expect_window(
      "--simulate.vcd_from=" + std::to_string(2 * all - 6) + " --simulate.model=lane_processes",
      2 * all - 6, 2 * all);
}

// Cycles of a machine that reads ahead are those of its data: means, the fewest and the most, and
// the window of a waveform.
TEST(Simulate, AMachineThatReadsAheadHasTheCyclesOfItsData) {
  const TemporaryFolder folder;
  folder.write("t.json", R"({"schema": "minerva-thresholds-1", "theta": [0.25, 0.25]})");
  const std::string queued = kSimulate +
                             " --prune.thresholds_file=t.json --design.activation_bandwidth=4 "
                             "--design.read_ahead_words=8 --json";
  const ProgramResult r = run_minerva(folder.path(), queued + " --simulate.samples=7");
  ASSERT_EQ(r.exit_code, 0) << r.standard_error;
  const nlohmann::json document = nlohmann::json::parse(r.standard_output);
  const double mean = document["cycles"].back()["total"];
  EXPECT_LT(document["cycles_least"].get<double>(), mean);
  EXPECT_GT(document["cycles_most"].get<double>(), mean);
  EXPECT_LT(mean, 784.0 * 3);
  const nlohmann::json one = nlohmann::json::parse(
      run_minerva(folder.path(), queued + " --simulate.samples=1").standard_output);
  const std::int64_t all = one["cycles"].back()["total"];
  const auto window = [&](std::int64_t from) {
    return run_minerva(folder.path(), queued + " --simulate.samples=1 --vcd w.vcd " +
                                          "--simulate.vcd_from=" + std::to_string(from));
  };
  EXPECT_EQ(window(all - 1).exit_code, 0);
  const ProgramResult behind = window(all);
  EXPECT_EQ(behind.exit_code, 2);
  EXPECT_NE(behind.standard_error.find("needs 0 to " + std::to_string(all - 1)), std::string::npos)
      << behind.standard_error;
}

TEST(Simulate, WaveformThatCannotBeWrittenIsTheUsersMistake) {
  const TemporaryFolder folder;
  folder.write("kept.vcd", "before");
  const struct {
    std::string command, said;
  } cases[] = {
      {kSimulate + " --vcd nowhere/a.vcd", "nowhere/a.vcd"},
      {kSimulate + " --vcd .", "needs the name of a file"},
      {kSimulate + " --vcd kept.vcd --simulate.vcd_lanes=4", "simulate.vcd_lanes = '4'"},
      {kSimulate + " --vcd kept.vcd --design.clock_period_ns=4.0003", "design.clock_period_ns"},
  };
  for (const auto& each : cases) {
    const ProgramResult r = run_minerva(folder.path(), each.command);
    EXPECT_EQ(r.exit_code, 2) << each.command << r.standard_error;
    EXPECT_NE(r.standard_error.find(each.said), std::string::npos) << r.standard_error;
  }
  const ProgramResult full =
      run_in(folder.path(), "ulimit -f 100; " + std::string(MINERVA_PROGRAM) + " " + kSimulate +
                                " --vcd kept.vcd");
  EXPECT_EQ(full.exit_code, 2) << full.standard_error;
  EXPECT_NE(full.standard_error.find("kept.vcd"), std::string::npos) << full.standard_error;
  EXPECT_EQ(folder.read("kept.vcd"), "before");
  EXPECT_EQ(folder.names(), std::vector<std::string>{"kept.vcd"});
}

}  // namespace
}  // namespace minerva::test
