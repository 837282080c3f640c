#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "program.hpp"

// Small data of the user's own, machines outside of the default budget, technologies with rows of
// the user's, and given networks: the number, or the clear word.
namespace minerva::test {
namespace {

const std::string kTech = " --tech.file=" + std::string(MINERVA_SOURCE_DIR) + "/configs/tech/";

/// Samples around a center for each class, one a line, the label last.
std::string clusters(int classes, int inputs, int samples, double spread, bool header) {
  std::mt19937 random(static_cast<unsigned>(classes * 100 + inputs));
  std::ostringstream text;
  if (header) {
    for (int column = 0; column < inputs; ++column) text << "column" << column << ",";
    text << "label\n";
  }
  for (int row = 0; row < samples; ++row) {
    const int label = row % classes;
    for (int column = 0; column < inputs; ++column) {
      const double center = (label + column) % classes;
      text << center + spread * (static_cast<double>(random() % 2001) / 1000 - 1) << ",";
    }
    text << "class" << label << "\n";
  }
  return text.str();
}

/// A config for such data, of a few seconds.
std::string config_of(const std::string& data, const std::string& hidden) {
  return "[data]\nset = csv\ntrain_file = " + data +
         "\ntest_samples = 30\nvalidation_samples = 30\n"
         "[training]\nhidden = " +
         hidden +
         "\nepochs = 8\nbatch_size = 10\n[noise]\nseeds = 3\n"
         "[dse]\nlanes = 1,4\nmacs_per_lane = 1,2\nweight_bandwidth = 1,2\n"
         "activation_bandwidth = 1,2\nclock_period_ns = 4\nverify_samples = 0\n"
         "[faults]\nmaps = 2\nmaps_max = 2\nrates_per_decade = 1\nreport_rates = 0.001\n";
}

struct SmallSet {
  const char* name;
  int classes, inputs, samples;
  double spread;
  bool header;
  const char* hidden;
};
const SmallSet kSmallSets[] = {
    {"flowers", 3, 4, 150, 0.9, true, ""},   {"pairs", 2, 2, 120, 0.4, false, ""},
    {"one_input", 2, 1, 120, 0.3, true, ""}, {"easy", 4, 6, 160, 0.1, false, "4"},
    {"wide", 3, 30, 130, 1.5, false, "6,3"}, {"noisy", 5, 3, 200, 2.5, true, "3"},
};

// A search that is free to go down to words of 1 bit ends in all of these at some width that the
// technology has no figure for.
TEST(OwnData, SmallDataEndsInAPlanThatTheTechnologyAnswersFor) {
  for (const SmallSet& set : kSmallSets) {
    for (const char* technology : {"public40.cfg", "nangate45.cfg"}) {
      SCOPED_TRACE(std::string(set.name) + " " + technology);
      const TemporaryFolder folder;
      folder.write("data.csv",
                   clusters(set.classes, set.inputs, set.samples, set.spread, set.header));
      folder.write("own.cfg", config_of("data.csv", set.hidden));
      // A budget so large that the error bounds nothing.
      const ProgramResult r =
          run_minerva(folder.path(), "run own.cfg --out out --budget.itn=20" + kTech + technology);
      ASSERT_EQ(r.exit_code, 0) << r.standard_error;
      const bool by_width = std::string(technology) == "nangate45.cfg";
      for (const auto& layer : nlohmann::json::parse(folder.read("out/plan.json")).at("layers")) {
        const auto bits = [&](const char* signal) {
          return layer.at(signal).at(0).get<int>() + layer.at(signal).at(1).get<int>();
        };
        EXPECT_GE(bits("W"), by_width ? 4 : 2);
        EXPECT_GE(bits("X"), by_width ? 6 : 2);
        EXPECT_GE(bits("P"), 2);
      }
    }
  }
}

TEST(OwnData, UniformWordsAndGoalsStayWithinTheTechnologyToo) {
  const TemporaryFolder folder;
  folder.write("data.csv", clusters(3, 4, 150, 0.9, true));
  folder.write("own.cfg", config_of("data.csv", ""));
  for (const char* options :
       {"--quantize.uniform_bits=4", "--quantize.goal_bits=3", "--quantize.cost=bits",
        "--quantize.scaling=power_of_two", "--quantize.widest=per_layer_point"}) {
    SCOPED_TRACE(options);
    const ProgramResult r =
        run_minerva(folder.path(), std::string("run own.cfg --out out --budget.itn=20 ") + options);
    EXPECT_EQ(r.exit_code, 0) << r.standard_error;
  }
}

nlohmann::json space_of(const TemporaryFolder& folder, const std::string& out) {
  return nlohmann::json::parse(folder.read(out + "/summary.json")).at("sections").at("dse");
}

struct Space {
  const char* options;  ///< of the space
  const char* rule;     ///< that no machine of it meets
};
const Space kSpaces[] = {
    {"--dse.topology=784-1200-1200-10", ""},
    {"--dse.topology=9216-4096-4096-1000", ""},
    {"--dse.topology=784-256-256-256-10 --dse.lanes=64,128,256 --dse.clock_mhz=250", ""},
    {"--dse.topology=784-256-256-256-10", "--dse.power_budget_mw=0.1"},
    {"--dse.topology=784-256-256-256-10 --dse.expected_saving=1", "--dse.power_budget_mw=5"},
    {"--dse.topology=784-1200-1200-10 --dse.search=random --dse.evaluations=50", ""},
};

TEST(NoBaseline, TheDesignSpaceIsStillAResult) {
  const TemporaryFolder folder;
  int number = 0;
  for (const Space& space : kSpaces) {
    SCOPED_TRACE(space.options);
    const std::string out = "out" + std::to_string(number++);
    const std::string asked = std::string("dse --dse.verify_samples=0 ") + space.options + " ";
    const ProgramResult r = run_minerva(folder.path(), asked + space.rule + " --out " + out);
    ASSERT_EQ(r.exit_code, 0) << r.standard_error;
    for (const char* name : {"/design_space.csv", "/frontier.csv", "/report.html"}) {
      EXPECT_TRUE(folder.has(out + name)) << name;
    }
    EXPECT_FALSE(folder.has(out + "/design_point.json"));
    EXPECT_EQ(r.standard_output.find("design_point.json"), std::string::npos);
    const nlohmann::json section = space_of(folder, out);
    EXPECT_FALSE(section.at("frontier").empty());
    const std::string reason = section.at("baseline_reason");
    EXPECT_NE(r.standard_output.find("baseline: " + reason), std::string::npos);
    EXPECT_NE(reason.find("times the limit"), std::string::npos) << reason;
    // What the reason proposes gives a baseline.
    const std::string key = "dse.power_budget_mw = ";
    ASSERT_NE(reason.find(key), std::string::npos) << reason;
    const std::string budget =
        std::to_string(std::stod(reason.substr(reason.find(key) + key.size())));
    const ProgramResult wider = run_minerva(
        folder.path(), asked + "--dse.power_budget_mw=" + budget + " --out wider" + out);
    EXPECT_EQ(wider.exit_code, 0) << wider.standard_error;
    EXPECT_TRUE(folder.has("wider" + out + "/design_point.json")) << reason;
  }
}

TEST(NoBaseline, ARunFindsItOutBeforeItTrains) {
  const TemporaryFolder folder;
  folder.write("data.csv", clusters(3, 4, 150, 0.9, true));
  folder.write("own.cfg", config_of("data.csv", "8"));
  for (const char* options : {"", "--dse.search=random --dse.evaluations=5", "--threads 1"}) {
    const ProgramResult r = run_minerva(folder.path(), std::string("run own.cfg --out out "
                                                                   "--dse.power_budget_mw=0.001 ") +
                                                           options);
    EXPECT_EQ(r.exit_code, 2);
    EXPECT_NE(r.standard_error.find("dse.power_budget_mw = '0.001': leaves no machine"),
              std::string::npos)
        << r.standard_error;
    EXPECT_EQ(r.standard_error.find("stage 1"), std::string::npos) << r.standard_error;
    EXPECT_FALSE(folder.has("out/network.safetensors"));
  }
}

TEST(NoBaseline, AfterASweepTheStagesBeforeAreKept) {
  const TemporaryFolder folder;
  folder.write("data.csv", clusters(3, 4, 150, 0.9, true));
  folder.write("own.cfg", config_of("data.csv", "8") +
                              "[sweep]\nhidden_layers = 1\nnodes = 4,6\nuse_choice = true\n");
  const std::string asked = "run own.cfg --out out --dse.power_budget_mw=0.001";
  const ProgramResult r = run_minerva(folder.path(), asked);
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_NE(r.standard_error.find("leaves no machine to optimize"), std::string::npos)
      << r.standard_error;
  for (const char* name : {"network.safetensors", "frontier.csv", "report.html"}) {
    EXPECT_TRUE(folder.has(std::string("out/") + name)) << name;
  }
  EXPECT_FALSE(folder.has("out/plan.json"));
  // The same again keeps all of it and says the same; a later stage alone does, too.
  const ProgramResult again = run_minerva(folder.path(), asked);
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_NE(again.standard_error.find("stage 2 dse: kept"), std::string::npos);
  const ProgramResult alone =
      run_minerva(folder.path(), "quantize own.cfg --out out --dse.power_budget_mw=0.001");
  EXPECT_EQ(alone.exit_code, 2);
  EXPECT_NE(alone.standard_error.find("leaves no machine to optimize"), std::string::npos)
      << alone.standard_error;
  // With a budget that admits one the run goes on.
  const ProgramResult wider = run_minerva(folder.path(), "run own.cfg --out out");
  EXPECT_EQ(wider.exit_code, 0) << wider.standard_error;
  EXPECT_NE(wider.standard_error.find("stage 1 train: kept"), std::string::npos);
}

TEST(ClockInMhz, IsTheSameAsItsPeriod) {
  const TemporaryFolder folder;
  const std::string dse =
      "dse --dse.topology=20-8-4 --dse.lanes=1,2 --dse.macs_per_lane=1 --dse.weight_bandwidth=1 "
      "--dse.activation_bandwidth=1 --dse.verify_samples=0 ";
  folder.write("mhz.cfg", "[dse]\nclock_mhz = 250, 200\n");
  for (const char* options : {"mhz.cfg", "--dse.clock_mhz=250,200", "--dse.clock_period_ns=4,5"}) {
    const std::string out = std::string("out") + std::to_string(std::string(options).size());
    const ProgramResult r = run_minerva(folder.path(), dse + options + " --out " + out);
    ASSERT_EQ(r.exit_code, 0) << r.standard_error;
    EXPECT_NE(folder.read(out + "/config.resolved.cfg").find("clock_period_ns = 4,5"),
              std::string::npos);
    EXPECT_EQ(folder.read(out + "/design_space.csv"), folder.read("out7/design_space.csv"));
  }
  const ProgramResult named =
      run_minerva(folder.path(), dse + "--dse.baseline=named --design.clock_mhz=200 --out named");
  ASSERT_EQ(named.exit_code, 0) << named.standard_error;
  EXPECT_EQ(nlohmann::json::parse(folder.read("named/design_point.json")).at("clock_period_ns"), 5);
}

TEST(RowsOfTheUser, ChangeTheResultAndAreSaid) {
  const TemporaryFolder folder;
  folder.write("data.csv", clusters(3, 4, 150, 0.9, true));
  folder.write("own.cfg", config_of("data.csv", "4"));
  const ProgramResult plain = run_minerva(folder.path(), "run own.cfg --out out");
  ASSERT_EQ(plain.exit_code, 0) << plain.standard_error;
  const auto summary = [&] { return nlohmann::json::parse(folder.read("out/summary.json")); };
  const nlohmann::json before = summary();
  EXPECT_EQ(before.dump().find("set by the user"), std::string::npos);
  const ProgramResult half =
      run_minerva(folder.path(), "run own.cfg --out out --tech.sram_leakage=x0.5");
  ASSERT_EQ(half.exit_code, 0) << half.standard_error;
  const nlohmann::json after = summary();
  EXPECT_NE(half.standard_error.find("stage 1 train: kept"), std::string::npos);
  EXPECT_NE(half.standard_error.find("stage 2 dse: again, the technology is another"),
            std::string::npos)
      << half.standard_error;
  EXPECT_NE(half.standard_output.find("set by the user: sram_leakage = 21.2 uW/KB instead of 42.4"),
            std::string::npos)
      << half.standard_output;
  EXPECT_NE(folder.read("out/report.html").find("set by the user: sram_leakage"),
            std::string::npos);
  EXPECT_LT(after.at("stages").at(1).at("power_mw").get<double>(),
            before.at("stages").at(1).at("power_mw").get<double>());
  EXPECT_NE(after.at("provenance").at("technology_sha256"),
            before.at("provenance").at("technology_sha256"));
  // From the folder alone it is the same run; without the row it is the first one again.
  const ProgramResult same = run_minerva(folder.path(), "run out");
  EXPECT_NE(same.standard_error.find("stage 5 faults: kept"), std::string::npos)
      << same.standard_error;
  EXPECT_EQ(summary(), after);
  ASSERT_EQ(run_minerva(folder.path(), "run own.cfg --out out").exit_code, 0);
  EXPECT_EQ(summary(), before);
}

TEST(RowsOfTheUser, StandInFilesConfigsSweepsAndTheCommandTech) {
  const TemporaryFolder folder;
  const std::string file = std::string(MINERVA_SOURCE_DIR) + "/configs/tech/public40.cfg";
  folder.write("mine.cfg", "include = " + file + "\nsram_leakage = x0.5\n");
  const ProgramResult in_file = run_minerva(folder.path(), "tech mine.cfg");
  const ProgramResult by_option =
      run_minerva(folder.path(), "tech " + file + " --tech.sram_leakage=x0.5");
  for (const ProgramResult* r : {&in_file, &by_option}) {
    ASSERT_EQ(r->exit_code, 0) << r->standard_error;
    EXPECT_NE(
        r->standard_output.find("set by the user\n  sram_leakage = 21.2 uW/KB instead of 42.4"),
        std::string::npos)
        << r->standard_output;
    EXPECT_NE(r->standard_output.find("   1  user"), std::string::npos) << r->standard_output;
  }
  const auto json = nlohmann::json::parse(
      run_minerva(folder.path(), "tech " + file + " --json --tech.sram_leakage=x0.5")
          .standard_output);
  EXPECT_EQ(json.at("set_by_the_user").size(), 1U);
  EXPECT_EQ(json.at("rows_of_kind").at("user"), 1);
  const std::string dse =
      "dse --dse.topology=20-8-4 --dse.lanes=1,2 --dse.macs_per_lane=1 --dse.weight_bandwidth=1 "
      "--dse.activation_bandwidth=1 --dse.clock_period_ns=4 --dse.verify_samples=0 ";
  folder.write("row.cfg", "[tech]\nsram_leakage = x0.5\n");
  const auto row_of = [&](const std::string& options) {
    const ProgramResult r =
        run_minerva(folder.path(), dse + options + " --out " + std::to_string(options.size()));
    EXPECT_EQ(r.exit_code, 0) << r.standard_error;
    return folder.read(std::to_string(options.size()) + "/design_space.csv");
  };
  const std::string by_key = row_of("--tech.sram_leakage=x0.5");
  EXPECT_EQ(row_of("row.cfg"), by_key);
  EXPECT_EQ(row_of("--tech.file=mine.cfg"), by_key);
  EXPECT_EQ(row_of("--tech.sram_leakage=21.2"), by_key);
  EXPECT_NE(row_of(""), by_key);
  const ProgramResult listed = run_minerva(
      folder.path(),
      "sweep row.cfg --over tech.sram_leakage=x0.5,x1,50 --over dse.clock_mhz='250,200;100' "
      "--out four --dry-run");
  EXPECT_EQ(listed.exit_code, 0) << listed.standard_error;
  EXPECT_NE(listed.standard_output.find("tech.sram_leakage=x0.5"), std::string::npos)
      << listed.standard_output;
}

TEST(GivenNetwork, IsJudgedByTheNoiseOfItsOwnRecipe) {
  const TemporaryFolder folder;
  folder.write("data.csv", clusters(4, 4, 400, 1.3, true));
  folder.write("own.cfg", config_of("data.csv", "12"));
  // As the config trains it, and one that was hardly trained.
  const std::string sets = " --data.validation_samples=100 --data.test_samples=100 ";
  ASSERT_EQ(
      run_minerva(folder.path(), "train own.cfg --out good --training.epochs=20" + sets).exit_code,
      0);
  ASSERT_EQ(run_minerva(folder.path(),
                        "train own.cfg --out poor --training.epochs=1 "
                        "--training.learning_rate=1e-7" +
                            sets)
                .exit_code,
            0);
  const std::string run =
      "run own.cfg --training.epochs=20 --dse.verify_samples=0 --budget.itn=5" + sets;
  const ProgramResult good =
      run_minerva(folder.path(), run + "--network good/network.safetensors --out a");
  ASSERT_EQ(good.exit_code, 0) << good.standard_error;
  EXPECT_EQ(good.standard_output.rfind("float error of good/network.safetensors: validation ", 0),
            0U)
      << good.standard_output;
  const std::string with_poor = run + "--network poor/network.safetensors ";
  const ProgramResult poor = run_minerva(folder.path(), with_poor + "--out b");
  EXPECT_EQ(poor.exit_code, 2);
  EXPECT_NE(poor.standard_error.find("network.file = 'poor/network.safetensors': errs on "),
            std::string::npos)
      << poor.standard_error;
  EXPECT_NE(poor.standard_error.find("another recipe"), std::string::npos);
  // On purpose it is taken: by its own sigma, by a file, by the key; trainings are not done again.
  folder.write("noise.json", folder.read("a/noise.json"));
  for (const char* options :
       {"--budget.sigma_percent=1", "--noise.file=noise.json", "--noise.other_recipe=true"}) {
    const ProgramResult r = run_minerva(folder.path(), with_poor + options + " --out b");
    EXPECT_EQ(r.exit_code, 0) << options << r.standard_error;
  }
  // In the folder of the good network, where the noise is measured, another one is judged anew.
  const ProgramResult other = run_minerva(folder.path(), with_poor + "--out a");
  EXPECT_EQ(other.exit_code, 2) << other.standard_error;
}

TEST(Saturation, IsSaidByEvalSimulateAndExport) {
  const TemporaryFolder folder;
  folder.write("data.csv", clusters(3, 4, 150, 0.9, true));
  folder.write("own.cfg", config_of("data.csv", ""));
  ASSERT_EQ(run_minerva(folder.path(), "train own.cfg --out out").exit_code, 0);
  const auto plan = [&](const char* w, const char* p) {
    folder.write("plan.json", std::string(R"({"rounding":"half_up","layers":[{"W":)") + w +
                                  R"(,"X":[4,6],"P":)" + p + "}]}");
  };
  const std::string files = " --network out/network.safetensors --plan plan.json";
  plan("[1,9]", "[1,5]");
  const ProgramResult eval = run_minerva(folder.path(), "eval own.cfg" + files);
  const ProgramResult simulate = run_minerva(folder.path(), "simulate own.cfg" + files);
  const ProgramResult codes =
      run_minerva(folder.path(), "export --format codes --to codes" + files);
  const ProgramResult qonnx =
      run_minerva(folder.path(), "export --format qonnx --to q.onnx" + files);
  for (const ProgramResult* r : {&eval, &simulate, &codes, &qonnx}) {
    ASSERT_EQ(r->exit_code, 0) << r->standard_error;
    EXPECT_NE(r->standard_output.find(" of layer 1 saturate\n"), std::string::npos)
        << r->standard_output;
  }
  EXPECT_NE(eval.standard_output.find(" products of layer 1"), std::string::npos);
  EXPECT_EQ(codes.standard_output.find(" products of layer 1"), std::string::npos);
  const auto json = nlohmann::json::parse(
      run_minerva(folder.path(), "eval own.cfg --json" + files).standard_output);
  EXPECT_EQ(json.at("saturation").at(0).at("products"), 30 * 4 * 3);
  EXPECT_GT(json.at("saturation").at(0).at("products_saturated").get<int>(), 0);
  plan("[6,10]", "[8,10]");
  for (const char* command : {"eval own.cfg", "simulate own.cfg"}) {
    const ProgramResult r = run_minerva(folder.path(), command + files);
    EXPECT_NE(r.standard_output.find("nothing saturates"), std::string::npos) << r.standard_output;
  }
  const ProgramResult floats = run_minerva(
      folder.path(), "export --format npz --to n.npz --network out/network.safetensors");
  EXPECT_EQ(floats.standard_output.find("saturate"), std::string::npos);
}

}  // namespace
}  // namespace minerva::test
