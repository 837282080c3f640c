#include "program.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "minerva/base/errors.hpp"
#include "minerva/workloads/workload.hpp"

// The program fathom: what it prints and writes, and what it says to mistakes.
namespace minerva::workloads {
namespace {

using minerva::test::ProgramResult;
using minerva::test::run_in;
using minerva::test::TemporaryFolder;

ProgramResult fathom(const TemporaryFolder& folder, const std::string& arguments) {
  return run_in(folder.path(), std::string(MINERVA_FATHOM) + " " + arguments);
}

TEST(FathomProgram, ListsTheEight) {
  const TemporaryFolder folder;
  const ProgramResult result = fathom(folder, "list");
  EXPECT_EQ(result.exit_code, 0);
  for (const WorkloadFacts& facts : workload_facts()) {
    EXPECT_NE(result.standard_output.find(facts.name), std::string::npos) << facts.name;
  }
}

TEST(FathomProgram, HelpsWithOneCommand) {
  const TemporaryFolder folder;
  for (const char* asked : {"profile --help", "help profile", "profile deepq -h"}) {
    const ProgramResult result = fathom(folder, asked);
    EXPECT_EQ(result.exit_code, 0) << asked;
    for (const char* says : {"fathom profile NAME", "options of all", "--warm-up"}) {
      EXPECT_NE(result.standard_output.find(says), std::string::npos) << asked << says;
    }
    EXPECT_EQ(result.standard_output.find("--stages"), std::string::npos) << "of report";
  }
}

TEST(FathomProgram, LearningRateFalls) {
  const TemporaryFolder folder;
  const auto last_loss = [&](const std::string& options) {
    return nlohmann::json::parse(
               fathom(folder, "run memnet --synthetic --one-batch --json --quiet " + options)
                   .standard_output)["last_loss"]
        .get<double>();
  };
  // The loss of the third step is that behind two updates, and that of the second behind one: where
  // the rate is 0 from the second update on, both are the same.
  EXPECT_EQ(last_loss("--steps 3 --decay-steps 1"), last_loss("--steps 2 --decay-steps 1"));
  EXPECT_NE(last_loss("--steps 3 --decay-steps 2"), last_loss("--steps 2 --decay-steps 2"));
  // The first update has the whole rate.
  EXPECT_EQ(last_loss("--steps 2"), last_loss("--steps 2 --decay-steps 1000"));
}

TEST(FathomProgram, RunsEachInBothModesAndRepeatsItself) {
  const TemporaryFolder folder;
  for (const WorkloadFacts& facts : workload_facts()) {
    const std::string command = "run " + std::string(facts.name) +
                                " --small --synthetic --steps 3 --json --quiet --score "
                                "--score-examples 4";
    const ProgramResult first = fathom(folder, command);
    ASSERT_EQ(first.exit_code, 0) << facts.name << first.standard_error;
    const auto one = nlohmann::json::parse(first.standard_output);
    const auto two = nlohmann::json::parse(fathom(folder, command).standard_output);
    EXPECT_EQ(one["last_loss"], two["last_loss"]) << facts.name << ": same seed, same loss";
    EXPECT_NE(one["last_loss"], one["first_loss"]) << facts.name;
    EXPECT_EQ(one["scores"].size(), 1u);
    const ProgramResult inference = fathom(folder, command + " --infer");
    EXPECT_EQ(inference.exit_code, 0) << facts.name << inference.standard_error;
  }
}

TEST(FathomProgram, LossOfOneBatchFalls) {
  const TemporaryFolder folder;
  for (const char* name : {"alexnet", "vgg", "residual"}) {
    // Without the dropout of the paper's variants, and at a rate for a network of this size.
    const auto run = nlohmann::json::parse(
        fathom(folder, "run " + std::string(name) +
                           " --small --synthetic --variant code --one-batch --steps 30 --json "
                           "--quiet --rate 0.003")
            .standard_output);
    EXPECT_LT(run["last_loss"].get<double>(), 0.1 * run["first_loss"].get<double>()) << name;
  }
}

TEST(FathomProgram, TheOthersLearnOneBatchByHeart) {
  const TemporaryFolder folder;
  for (const char* run : {"seq2seq --rate 1", "speech --rate 0.003", "memnet"}) {
    const auto learnt = nlohmann::json::parse(
        fathom(folder, "run " + std::string(run) +
                           " --small --synthetic --one-batch --steps 150 --json --quiet")
            .standard_output);
    EXPECT_LT(learnt["last_loss"].get<double>(), 0.05 * learnt["first_loss"].get<double>()) << run;
  }
}

TEST(FathomProgram, TakesImagesOfTheUsersOwn) {
  const TemporaryFolder folder;
  for (const char* name : {"dark", "light"}) {
    std::filesystem::create_directories(folder.path() + "/photos/" + name);
    for (int i = 0; i < 6; ++i) {
      std::ofstream image(folder.path() + "/photos/" + name + "/" + std::to_string(i) + ".pgm");
      image << "P5\n4 4\n255\n" << std::string(15, name[0] == 'd' ? ' ' : '~') << char('a' + i);
    }
  }
  for (const char* name : {"alexnet", "vgg", "residual"}) {
    const ProgramResult result =
        fathom(folder, "run " + std::string(name) +
                           " --small --images photos --variant code --batch 4 --steps 30 --rate "
                           "0.003 --score --json --quiet");
    ASSERT_EQ(result.exit_code, 0) << name << result.standard_error;
    const auto run = nlohmann::json::parse(result.standard_output);
    EXPECT_LT(run["last_loss"], run["first_loss"]) << name;
    EXPECT_EQ(run["scores"][0]["examples"], 2) << "one of six images of each class";
  }
}

TEST(FathomProgram, ProfilesAndCompares) {
  const TemporaryFolder folder;
  const ProgramResult profile = fathom(
      folder, "profile --all --small --synthetic --steps 2 --threads 1,2 --out profiles --quiet");
  ASSERT_EQ(profile.exit_code, 0) << profile.standard_error;
  EXPECT_TRUE(folder.has("profiles/deepq-train-1.profile.json"));
  EXPECT_TRUE(folder.has("profiles/speech-infer-2.csv"));
  const auto trace = nlohmann::json::parse(folder.read("profiles/vgg-train-1.trace.json"));
  EXPECT_GT(trace["traceEvents"].size(), 50u);
  const ProgramResult comparison = fathom(folder, "compare profiles --out page");
  ASSERT_EQ(comparison.exit_code, 0) << comparison.standard_error;
  const auto document = nlohmann::json::parse(folder.read("page/comparison.json"));
  EXPECT_EQ(document["profiles"].size(), 32u);
  EXPECT_EQ(document["joins_by_class"].size(), 7u);
  EXPECT_EQ(document["distance_from_published"].size(), 8u);
  for (const char* file : {"comparison.html", "comparison.txt", "stationarity.csv",
                           "cumulative-shares.csv", "operation-types.csv", "similarity.csv",
                           "training-and-inference.csv", "threads-deepq.csv"}) {
    EXPECT_TRUE(folder.has(std::string("page/") + file)) << file;
  }
}

TEST(FathomProgram, Exports) {
  const TemporaryFolder folder;
  for (const WorkloadFacts& facts : workload_facts()) {
    const std::string name = facts.name;
    const ProgramResult result =
        fathom(folder, "export " + name + " --small --synthetic --to " + name + " --quiet");
    ASSERT_EQ(result.exit_code, 0) << result.standard_error;
    const std::string base = name + "/" + name;
    EXPECT_TRUE(folder.has(base + ".onnx"));
    EXPECT_TRUE(folder.has(base + ".safetensors"));
    const auto document = nlohmann::json::parse(folder.read(base + ".json"));
    EXPECT_GT(document["share_of_inference_time"].get<double>(), 0);
    EXPECT_LE(document["share_of_inference_time"].get<double>(), 1);
    EXPECT_FALSE(document["left_out"].empty());
  }
}

TEST(FathomProgram, ReportsOnTheLaneMachine) {
  const TemporaryFolder folder;
  ASSERT_EQ(fathom(folder, "profile --all --small --synthetic --steps 2 --out profiles --quiet")
                .exit_code,
            0);
  const std::string machine = " --lanes 8 --macs-per-lane 2 --bits 12 --clock-period-ns 5";
  const ProgramResult result =
      fathom(folder, "report profiles --synthetic --quiet --out page" + machine);
  ASSERT_EQ(result.exit_code, 0) << result.standard_error;
  const auto report = nlohmann::json::parse(folder.read("page/report.json"));
  EXPECT_EQ(report["word_bits"], 12);
  ASSERT_EQ(report["workloads"].size(), 8u);
  for (const auto& row : report["workloads"]) {
    const std::string name = row["workload"];
    for (const char* mode : {"inference", "training"}) {
      const double share = row[mode]["covered_share"];
      EXPECT_GE(share, 0) << name;
      EXPECT_LT(share, 1) << name;
      EXPECT_NEAR(row[mode]["amdahl_limit"].get<double>() * (1 - share), 1, 1e-9) << name;
      EXPECT_EQ(row[mode]["date"].get<std::string>().size(), 10u) << name;
    }
    double energy = 0;
    std::int64_t cycles = 0;
    for (const auto& layer : row["machine"]["layers"]) {
      energy += layer["energy_nj"].get<double>();
      cycles += layer["cycles"].get<std::int64_t>();
    }
    const auto& whole = row["machine"];
    EXPECT_NEAR(energy, whole["energy_per_prediction_nj"].get<double>(), 1e-6 * energy) << name;
    EXPECT_EQ(cycles, whole["cycles"].get<std::int64_t>()) << name;
  }
  EXPECT_EQ(fathom(folder, "report profiles --synthetic --quiet --json" + machine).standard_output,
            folder.read("page/report.json"))
      << "the same again";
  for (const char* file : {"report.html", "report.txt", "layers.csv", "covered-shares.csv",
                           "energy-and-time.csv", "zeros.csv", "energy-by-layer-vgg.csv"}) {
    EXPECT_TRUE(folder.has(std::string("page/") + file)) << file;
  }
}

TEST(FathomProgram, TakesTwoWorkloadsThroughTheStages) {
  const TemporaryFolder folder;
  const std::string small =
      " --small --synthetic --steps 60 --seeds 2 --samples 50 --quiet "
      "--out ";
  for (const std::string name : {"autoenc", "deepq"}) {
    const ProgramResult result =
        fathom(folder, "stages " + name + small + name + (name == "deepq" ? " --episodes 2" : ""));
    ASSERT_EQ(result.exit_code, 0) << result.standard_error;
    const auto stages = nlohmann::json::parse(folder.read(name + "/stages.json"));
    ASSERT_EQ(stages["rows"].size(), 5u) << name;
    EXPECT_EQ(stages["of_seeds"].size(), 2u);
    EXPECT_EQ(stages["rows"][0]["tuned"], stages["of_seeds"][0]) << "the float network of seed 1";
    EXPECT_NE(stages["of_seeds"][0], stages["of_seeds"][1]) << name;
    for (std::size_t k = 2; k < 5; ++k) {
      EXPECT_LE(stages["rows"][k]["energy_nj"], stages["rows"][k - 1]["energy_nj"])
          << name << ", row " << k;
    }
    if (name == "deepq") {
      for (std::size_t k = 1; k < 5; ++k) {
        EXPECT_NE(stages["rows"][k]["detail"].get<std::string>().find("standard error"),
                  std::string::npos)
            << "row " << k;
      }
    }
    if (name == "autoenc") {
      EXPECT_LE(stages["rows"][3]["tuned"], stages["bound"]) << "formats and thresholds";
    }
  }
  ASSERT_EQ(fathom(folder, "profile autoenc deepq --small --synthetic --steps 2 --out p --quiet")
                .exit_code,
            0);
  const ProgramResult report =
      fathom(folder, "report p --synthetic --quiet --stages autoenc --stages deepq --out page");
  ASSERT_EQ(report.exit_code, 0) << report.standard_error;
  EXPECT_EQ(nlohmann::json::parse(folder.read("page/report.json"))["stages"].size(), 2u);
  EXPECT_NE(folder.read("page/report.html").find("half squared error of an image"),
            std::string::npos);
}

TEST(FathomProgram, TakesTheOthersThroughTheStagesTwoToFour) {
  const TemporaryFolder folder;
  // Outputs of alexnet and memnet are large enough to be measured only behind some training.
  const std::vector<std::pair<std::string, std::string>> workloads = {
      {"seq2seq", "--steps 20"},
      {"memnet", "--steps 200"},
      {"speech", "--steps 20"},
      {"residual", "--steps 20"},
      {"vgg", "--steps 20 --variant code"},
      {"alexnet", "--steps 200 --rate 0.002 --variant code"}};
  for (const auto& [name, training] : workloads) {
    const ProgramResult result = fathom(
        folder, "stages " + name + " " + training +
                    " --small --synthetic --samples 20 --output-error 2 --quiet --out " + name);
    ASSERT_EQ(result.exit_code, 0) << result.standard_error;
    const auto stages = nlohmann::json::parse(folder.read(name + "/stages.json"));
    ASSERT_EQ(stages["rows"].size(), 4u) << name;
    EXPECT_TRUE(stages["of_seeds"].empty()) << name;
    EXPECT_EQ(stages["bound"], 2) << name;
    EXPECT_EQ(stages["rows"][0]["tuned"], 0) << name << ": float outputs differ by nothing";
    EXPECT_GT(stages["rows"][2]["test"], 0) << name;
    EXPECT_LE(stages["rows"][2]["tuned"], 0.6 * 2) << name << ", formats";
    EXPECT_LE(stages["rows"][3]["tuned"], 2) << name << ", formats and thresholds";
    EXPECT_LT(stages["rows"][2]["energy_nj"], stages["rows"][1]["energy_nj"]) << name;
    EXPECT_LE(stages["rows"][3]["energy_nj"], stages["rows"][2]["energy_nj"]) << name;
    EXPECT_GT(stages["share_of_inference_time"], 0) << name;
    EXPECT_LE(stages["share_of_inference_time"], 1) << name;
    EXPECT_FALSE(stages["left_out"].empty()) << name;
    EXPECT_GE(stages["tuned_samples"], 1) << name;
    EXPECT_LE(stages["tuned_samples"], 20) << name;
  }
}

struct Mistake {
  const char* arguments;
  const char* says;
};

TEST(FathomProgram, SaysEveryMistakeInOneLine) {
  const std::vector<Mistake> mistakes = {
      {"play", "needs one of list, run, profile, compare, export, report, stages, help"},
      {"run alexnett", "needs one of seq2seq, memnet"},
      {"run", "needs the name of one workload"},
      {"run memnet speech", "needs the name of one workload"},
      {"run memnet --batch 0", "--batch"},
      {"run memnet --batch -1", "--batch"},
      {"run memnet --batch many", "--batch"},
      {"run memnet --steps 0", "--steps"},
      {"run memnet --threads 0", "--threads"},
      {"run memnet --threads 1,2", "needs one number"},
      {"run memnet --variant book", "needs one of paper, code"},
      {"run memnet --step 3 --no-such", "no-such"},
      {"run seq2seq --bucket 4", "--bucket"},
      {"run memnet --rate 0", "--rate"},
      {"run memnet --data nowhere", "nowhere/fathom/babi"},
      {"run autoenc --data nowhere", "nowhere"},
      {"run seq2seq --data nowhere", "verses"},
      {"run speech --data nowhere", "recordings"},
      {"run alexnet --data nowhere", "nowhere"},
      {"run vgg --images nowhere", "--images = 'nowhere'"},
      {"run vgg --images taken", "2 to 1001 folders"},
      {"run vgg --images few", "needs 5 files"},
      {"run vgg --small --images broken", "needs a Netpbm image"},
      {"run memnet --images few", "is an option of alexnet, vgg and residual"},
      {"run vgg --images few --synthetic", "needs no --synthetic"},
      {"run memnet --data foreign", "qa1_single-supporting-fact_train"},
      {"run vgg --batch 60000", "MB"},
      {"profile --all memnet --out p", "--all"},
      {"profile --out p", "needs names of workloads"},
      {"profile memnet", "--out"},
      {"profile memnet memnet --out p", "named twice"},
      {"profile memnet --mode play --out p", "needs one of train, infer"},
      {"profile memnet --clock processor --threads 2 --out p", "needs --threads 1"},
      {"profile memnet --synthetic --out taken", "taken"},
      {"compare", "needs folders"},
      {"compare nowhere", "nowhere"},
      {"compare taken", "profile.json"},
      {"export residual --variant code --to e", "adds before it"},
      {"report", "needs folders of fathom profile"},
      {"report nowhere", "nowhere"},
      {"report taken", "profile.json"},
      {"report taken --lanes 0", "--lanes"},
      {"report taken --macs-per-lane -4", "--macs-per-lane"},
      {"report taken --bits 17", "--bits"},
      {"report taken --weight-memory-mb 0", "--weight-memory-mb"},
      {"report taken --technology nowhere.cfg", "nowhere.cfg"},
      {"report taken --design nowhere.json", "nowhere.json"},
      {"report taken --steps many", "--steps"},
      {"report taken --steps chess=4", "needs one of seq2seq"},
      {"report taken --stages nowhere", "profile.json"},
      {"stages", "needs the name of one workload"},
      {"stages chess", "needs one of seq2seq, memnet"},
      {"stages memnet --seeds 3", "is an option of autoenc and deepq"},
      {"stages autoenc --steps 1 --episodes 3", "is an option of deepq"},
      {"stages deepq --steps 1 --output-error 1", "have errors of their own"},
      {"stages memnet --output-error 0", "--output-error"},
      {"stages memnet --synthetic --output-error 1e-6", "is too little to be measured"},
      {"stages residual --variant code", "adds before it"},
      {"run memnet --divisor 4", "is an option of the small alexnet, vgg and residual"},
      {"run vgg --divisor 4", "is an option of the small alexnet, vgg and residual"},
      {"run vgg --small --divisor 3", "needs one of 1, 2, 4, 8, 16"},
      {"run vgg --small --divisor 32", "--divisor"},
      {"run alexnet --small --side 64", "is an option of the small vgg and residual"},
      {"run vgg --side 64", "is an option of the small vgg and residual"},
      {"run vgg --small --side 48", "needs a multiple of 32"},
      {"run vgg --small --side 0", "--side = '0': needs 32 to 224"},
      {"run memnet --decay-steps 0", "--decay-steps = '0': needs 1 to 100000000"},
      {"run memnet --batch x", "needs a number"},
      {"help play", "is no command"},
      {"run memnet --augment", "is an option of alexnet, vgg and residual"},
      {"stages autoenc", "--steps"},
      {"stages autoenc --steps 1 --seeds 1", "--seeds"},
      {"stages autoenc --steps 1 --data nowhere", "nowhere"},
      {"report taken --variant code", "is that of the profiles"},
      {"export deepq", "--to"},
  };
  const TemporaryFolder folder;
  run_in(folder.path(),
         "mkdir -p taken foreign/fathom/babi few/a few/b broken/a broken/b && "
         "echo mine > taken/file && for i in 1 2 3 4 5; do echo P6 > broken/a/$i.ppm; "
         "echo P6 > broken/b/$i.ppm; done && "
         "echo no task > foreign/fathom/babi/qa1_single-supporting-fact_train.txt.gz && "
         "echo no task > foreign/fathom/babi/qa1_single-supporting-fact_test.txt.gz");
  const std::vector<std::string> before = folder.names();
  for (const Mistake& mistake : mistakes) {
    const ProgramResult result = fathom(folder, mistake.arguments);
    const std::string& line = result.standard_error;
    EXPECT_EQ(result.exit_code, 2) << mistake.arguments << ": " << line;
    EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1) << mistake.arguments << ": " << line;
    EXPECT_NE(line.find(mistake.says), std::string::npos) << mistake.arguments << ": " << line;
    EXPECT_EQ(result.standard_output, "") << mistake.arguments;
  }
  EXPECT_EQ(folder.names(), before) << "nothing is left behind";
}

TEST(Memory, IsCheckedBeforeTheStep) {
  WorkloadOptions options;
  EXPECT_NO_THROW(check_memory("vgg", options, 16000));
  EXPECT_THROW(check_memory("vgg", options, 1000), UserError);
  EXPECT_NO_THROW(check_memory("vgg", options, 0)) << "not known";
  options.batch = 1;
  EXPECT_LT(needed_memory_mb("residual", options), needed_memory_mb("residual", {}));
  for (const WorkloadFacts& facts : workload_facts()) {
    EXPECT_LT(needed_memory_mb(facts.name, {}), 16000) << facts.name << " at Fathom's batch";
  }
}

}  // namespace
}  // namespace minerva::workloads
