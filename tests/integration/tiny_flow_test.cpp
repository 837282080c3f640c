#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "program.hpp"

// A whole tiny run through the program, as a user starts it.
namespace minerva::test {
namespace {

const std::string kTiny = std::string(MINERVA_SOURCE_DIR) + "/tests/support/tiny.cfg";

/// The run directories of one and of two threads, made once for all tests of this file.
class TinyFlow : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    one_ =
        new ProgramResult(run_minerva(folder_->path(), "run " + kTiny + " --out one --threads 1"));
    two_ =
        new ProgramResult(run_minerva(folder_->path(), "run " + kTiny + " --out two --threads 2"));
  }
  static void TearDownTestSuite() {
    delete one_;
    delete two_;
    delete folder_;
  }
  void SetUp() override {
    ASSERT_EQ(one_->exit_code, 0) << one_->standard_error;
    ASSERT_EQ(two_->exit_code, 0) << two_->standard_error;
  }
  static nlohmann::json summary(const std::string& run) {
    return nlohmann::json::parse(folder_->read(run + "/summary.json"));
  }

  static TemporaryFolder* folder_;
  static ProgramResult* one_;
  static ProgramResult* two_;
};
TemporaryFolder* TinyFlow::folder_ = nullptr;
ProgramResult* TinyFlow::one_ = nullptr;
ProgramResult* TinyFlow::two_ = nullptr;

TEST_F(TinyFlow, PrintsTheStageTableAndWhereTheReportLies) {
  for (const char* stage : {"1 float network", "2 baseline", "3 quantization", "4 pruning",
                            "5 fault mitigation", "report.html"}) {
    EXPECT_NE(one_->standard_output.find(stage), std::string::npos) << stage;
  }
}

TEST_F(TinyFlow, EveryFileIsTheSameAtOneAndTwoThreads) {
  int compared = 0;
  for (const std::string& name : folder_->names()) {
    // The config names folder and threads.
    if (name.rfind("one/", 0) != 0 || name == "one/config.resolved.cfg") continue;
    EXPECT_EQ(folder_->read(name), folder_->read("two/" + name.substr(4))) << name;
    ++compared;
  }
  EXPECT_GE(compared, 20);
}

TEST_F(TinyFlow, StagesStayWithinTheirBoundsOnValidation) {
  const nlohmann::json s = summary("one");
  ASSERT_EQ(s.at("stages").size(), 5U);
  for (std::size_t i = 2; i < 5; ++i) {
    const nlohmann::json& stage = s.at("stages")[i];
    EXPECT_LE(stage.at("validation_wrong").get<double>(),
              stage.at("bound_validation_wrong").get<double>());
    EXPECT_GT(stage.at("power_mw").get<double>(), 0);
  }
}

TEST_F(TinyFlow, ModelsWereComparedAndAgree) {
  const nlohmann::json s = summary("one");
  ASSERT_GE(s.at("verification").size(), 2U);
  for (const nlohmann::json& row : s.at("verification")) {
    EXPECT_TRUE(row.at("agrees").get<bool>()) << row;
  }
}

/// Sums of a column by stage.
std::map<std::string, double> sums_by_stage(const std::string& csv, const std::string& column) {
  std::istringstream lines(csv);
  std::string line;
  std::getline(lines, line);
  const auto cells_of = [](const std::string& text) {
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (const char c : text) {
      if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        cells.emplace_back();
      } else {
        cells.back() += c;
      }
    }
    return cells;
  };
  const std::vector<std::string> names = cells_of(line);
  const auto at =
      static_cast<std::size_t>(std::find(names.begin(), names.end(), column) - names.begin());
  std::map<std::string, double> sums;
  while (std::getline(lines, line)) {
    const std::vector<std::string> cells = cells_of(line);
    sums[cells.at(0)] += std::stod(cells.at(at));
  }
  return sums;
}

TEST_F(TinyFlow, EnergiesOfLayersAddUpToThoseOfStages) {
  std::map<std::string, double> layers =
      sums_by_stage(folder_->read("one/layers.csv"), "energy_nj");
  std::map<std::string, double> stages =
      sums_by_stage(folder_->read("one/stages.csv"), "energy_per_prediction_nj");
  stages.erase(stages.begin());  // the network alone has no machine
  ASSERT_EQ(layers.size(), stages.size());
  for (const auto& [stage, energy_nj] : stages) {
    EXPECT_NEAR(layers.at(stage), energy_nj, 1e-9 * energy_nj) << stage;
  }
}

TEST_F(TinyFlow, StagesAloneOnTheFilesBeforeThemGiveTheSameResults) {
  const std::string same = " " + kTiny + " --out alone";
  for (const char* stage : {"train", "noise", "dse", "quantize", "prune", "faults"}) {
    const ProgramResult r = run_minerva(folder_->path(), stage + same);
    ASSERT_EQ(r.exit_code, 0) << stage << ": " << r.standard_error;
  }
  for (const char* name : {"network.safetensors", "noise.json", "plan.json", "thresholds.json",
                           "faults.json", "design_point.json", "stages.csv", "power.csv",
                           "layers.csv", "summary.json", "report.html"}) {
    EXPECT_EQ(folder_->read(std::string("one/") + name),
              folder_->read(std::string("alone/") + name))
        << name;
  }
  const std::string page = folder_->read("alone/report.html");
  const ProgramResult report = run_minerva(folder_->path(), "report alone");
  EXPECT_EQ(report.exit_code, 0) << report.standard_error;
  EXPECT_EQ(folder_->read("alone/report.html"), page);
  // A copy is reported on where it is.
  std::filesystem::copy(folder_->path() + "/alone", folder_->path() + "/copy",
                        std::filesystem::copy_options::recursive);
  std::filesystem::remove(folder_->path() + "/alone/report.html");
  std::filesystem::remove(folder_->path() + "/copy/report.html");
  const ProgramResult copied = run_minerva(folder_->path(), "report copy");
  EXPECT_EQ(copied.exit_code, 0) << copied.standard_error;
  EXPECT_EQ(folder_->read("copy/report.html"), page);
  EXPECT_FALSE(std::filesystem::exists(folder_->path() + "/alone/report.html"));
}

TEST_F(TinyFlow, AReaderOfAnotherConfigIsRefused) {
  const std::string before = folder_->read("one/summary.json");
  const ProgramResult r =
      run_minerva(folder_->path(), "eval " + kTiny + " --out one --prune.goal_percent=71");
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_NE(r.standard_error.find("prune.goal_percent"), std::string::npos) << r.standard_error;
  EXPECT_EQ(folder_->read("one/summary.json"), before);
}

TEST_F(TinyFlow, AReaderLeavesNothingInAFolderWithoutARun) {
  const std::string eval = "eval " + kTiny + " --network one/network.safetensors --out fresh ";
  for (const char* options : {"--eval.samples=5", "--eval.samples=5 --quantize.uniform_bits=12"}) {
    const ProgramResult r = run_minerva(folder_->path(), eval + options);
    EXPECT_EQ(r.exit_code, 0) << options << "\n" << r.standard_error;
    EXPECT_NE(r.standard_error.find("fresh holds no run"), std::string::npos) << r.standard_error;
  }
  EXPECT_FALSE(std::filesystem::exists(folder_->path() + "/fresh"));
  folder_->write("fresh/notes.txt", "of someone");
  const ProgramResult foreign = run_minerva(folder_->path(), eval);
  EXPECT_EQ(foreign.exit_code, 2);
  EXPECT_NE(foreign.standard_error.find("holds files but no config.resolved.cfg"),
            std::string::npos)
      << foreign.standard_error;
}

TEST_F(TinyFlow, AnExportIsOfTheFinishedMachine) {
  const ProgramResult simulated = run_minerva(folder_->path(), "simulate one --out one");
  ASSERT_EQ(simulated.exit_code, 0) << simulated.standard_error;
  const std::string line =
      simulated.standard_output.substr(0, simulated.standard_output.find('\n'));
  const std::string machine = line.substr(std::string("machine ").size());
  const ProgramResult exported =
      run_minerva(folder_->path(), "export one --format codes --to finished");
  ASSERT_EQ(exported.exit_code, 0) << exported.standard_error;
  EXPECT_NE(exported.standard_output.find("memories of " + machine + ","), std::string::npos)
      << machine << "\n"
      << exported.standard_output;
  // The baseline has wider signals and another number of stages, or this would test nothing.
  EXPECT_EQ(folder_->read("one/summary.json").find("2 baseline: " + machine), std::string::npos);
  std::filesystem::remove_all(folder_->path() + "/finished");
}

TEST_F(TinyFlow, SimulateAgreesWithTheOtherModels) {
  const ProgramResult r =
      run_minerva(folder_->path(), "simulate one --out one --simulate.samples=3");
  EXPECT_EQ(r.exit_code, 0) << r.standard_error;
  EXPECT_NE(r.standard_output.find("agree on every cycle, count and bit"), std::string::npos);
}

TEST_F(TinyFlow, DumpsAreRecomputedByAnIndependentProgram) {
  const std::string python = python_with_numpy();
  if (python.empty()) GTEST_SKIP() << "python3-numpy is not installed";
  const std::string stages = " --plan one/plan.json --thresholds one/thresholds.json";
  const std::string network = "eval " + kTiny + " --network one/network.safetensors" +
                              " --eval.samples=40 --design.lanes=5 --design.macs_per_lane=4 "
                              "--design.weight_bandwidth=4 --design.activation_bandwidth=3 "
                              "--dump dump";
  folder_->write("scaled.json", R"({"rounding":"half_up","layers":[)"
                                R"({"W":[1,6],"X":[2,4],"P":[3,5],"scale":1},)"
                                R"({"W":[2,5],"X":[3,4],"P":[2,7],"scale":-2},)"
                                R"({"W":[3,4],"X":[2,5],"P":[4,4],"scale":3}]})");
  int number = 0;
  for (const std::string& options :
       {std::string(), std::string(" --plan scaled.json --faults.rate=0.01"), stages,
        stages + " --faults.rate=0.01",
        stages + " --faults.rate=0.02 --faults.sign=protected --faults.map=3",
        stages + " --faults.rate=0.02 --faults.sign=inverted --design.write_ports=1",
        stages + " --faults.rate=0.01 --faults.masking=word --faults.detector=parity",
        std::string(" --faults.rate=0.001 --faults.masking=none --faults.detector=none"),
        std::string(" --quantize.rounding=half_even --design.multiplier_stages=3"),
        std::string(" --design.off_chip_words=7"),
        std::string(" --quantize.rounding=truncate --quantize.start=Q3.9")}) {
    const std::string folder = std::to_string(number++);
    const ProgramResult r = run_minerva(folder_->path(), network + folder + options);
    ASSERT_EQ(r.exit_code, 0) << options << ": " << r.standard_error;
    const ProgramResult check =
        run_in(folder_->path(), python + " " + std::string(MINERVA_SOURCE_DIR) +
                                    "/tests/support/check_dump.py dump" + folder);
    EXPECT_EQ(check.exit_code, 0) << options << ": " << check.standard_error;
    EXPECT_NE(check.standard_output.find("class: 40 equal"), std::string::npos);
  }
}

TEST_F(TinyFlow, FiguresAreFilesWithoutABrowser) {
  const std::string command = "report one --figures drawn --json";
  if (run_in(folder_->path(), "node --version").exit_code != 0) GTEST_SKIP() << "no node";
  const ProgramResult r = run_minerva(folder_->path(), command);
  ASSERT_EQ(r.exit_code, 0) << r.standard_error;
  const auto document = nlohmann::json::parse(r.standard_output);
  const std::string page = folder_->read("one/report.html");
  std::set<std::string> on_page;
  for (std::size_t at = 0;
       (at = page.find("<figure class=\"figure\" id=\"", at)) != std::string::npos;) {
    at += 27;
    on_page.insert(page.substr(at, page.find('"', at) - at));
  }
  std::set<std::string> drawn;
  for (const std::string id : document.at("figures")) {
    drawn.insert(id);
    const std::string svg = folder_->read("drawn/" + id + ".svg");
    EXPECT_EQ(svg.rfind("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg ", 0), 0U) << id;
    EXPECT_NE(svg.find("viewBox=\"0 0 960 "), std::string::npos) << id;
    EXPECT_GT(svg.find("<path "), 0U) << id;
    EXPECT_EQ(svg.find("NaN"), std::string::npos) << id;
    EXPECT_EQ(svg.find("undefined"), std::string::npos) << id;
    EXPECT_GE(folder_->read("drawn/" + id + ".csv").size(), 10U) << id;
    EXPECT_NE(folder_->read("drawn/" + id + ".tex").find("\\label{fig:" + id + "}"),
              std::string::npos);
  }
  EXPECT_EQ(drawn, on_page);
  EXPECT_NE(folder_->read("drawn/design-space.tex").find("Up: power, mW."), std::string::npos);
  // The folder of a finished call is not written over, and nothing is drawn without Node.js.
  const ProgramResult other =
      run_in(folder_->path(), "mkdir -p none && PATH=$PWD/none " + std::string(MINERVA_PROGRAM) +
                                  " report one --figures more");
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_NE(other.standard_error.find("node: is not installed"), std::string::npos)
      << other.standard_error;
  EXPECT_FALSE(folder_->has("more/design-space.svg"));
}

}  // namespace
}  // namespace minerva::test
