#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "program.hpp"
#include "run_folder.hpp"

// Stage 1 as a user meets it: killed and started again, widened, shared, diverging.
namespace minerva::test {
namespace {

const std::string kTiny = std::string(MINERVA_SOURCE_DIR) + "/tests/support/tiny.cfg";

bool contains(const std::string& text, const std::string& what) {
  return text.find(what) != std::string::npos;
}

int count_names(const TemporaryFolder& folder, const std::string& begin, const std::string& end) {
  int count = 0;
  for (const std::string& name : folder.names()) {
    count += name.rfind(begin, 0) == 0 && name.size() > end.size() &&
                     name.compare(name.size() - end.size(), end.size(), end) == 0
                 ? 1
                 : 0;
  }
  return count;
}

/// Starts the program and ends it by SIGKILL as soon as `ls out/trainings` shows `pattern` in
/// another state than before. True when it was killed on the way.
bool run_and_kill(const TemporaryFolder& folder, const std::string& arguments,
                  const std::string& pattern) {
  const std::string state = "ls -i --full-time out/trainings/*" + pattern + " 2>/dev/null";
  const ProgramResult r =
      run_in(folder.path(), "before=$(" + state + "); " + std::string(MINERVA_PROGRAM) + " " +
                                arguments + " & pid=$!; while [ \"$(" + state +
                                ")\" = \"$before\" ] && kill -0 $pid 2>/dev/null; do sleep 0.02; "
                                "done; kill -9 $pid 2>/dev/null; wait $pid; exit $?");
  return r.exit_code == 128 + 9;
}

TEST(TrainingRun, KilledAndStartedAgainEndsInTheSameFile) {
  const TemporaryFolder folder;
  const std::string options =
      "train " + kTiny + " --sweep.search=none --training.epochs=250 --training.hidden=64,64";
  const ProgramResult whole =
      run_minerva(folder.path(), options + " --out whole --training.checkpoint_seconds=0");
  ASSERT_EQ(whole.exit_code, 0) << whole.standard_error;
  EXPECT_TRUE(contains(whole.standard_error, "loss ")) << whole.standard_error;
  EXPECT_TRUE(contains(whole.standard_error, "validation error ")) << whole.standard_error;
  int kills = 0;
  for (int i = 0; i < 3; ++i) {
    kills += run_and_kill(folder, options + " --out out --training.checkpoint_seconds=0.05",
                          ".checkpoint")
                 ? 1
                 : 0;
    ASSERT_FALSE(folder.has("out/network.safetensors")) << "ended before it was killed";
    EXPECT_EQ(count_names(folder, "out/trainings", ".checkpoint"), 1);
  }
  EXPECT_EQ(kills, 3);
  const ProgramResult rest =
      run_minerva(folder.path(), options + " --out out --training.checkpoint_seconds=0");
  ASSERT_EQ(rest.exit_code, 0) << rest.standard_error;
  EXPECT_EQ(folder.read("out/network.safetensors"), folder.read("whole/network.safetensors"));
  EXPECT_EQ(folder.read("out/training.csv"), folder.read("whole/training.csv"));
  EXPECT_EQ(count_names(folder, "out/trainings", ".checkpoint"), 0);
}

TEST(TrainingRun, AKilledSweepGoesOnAndAWiderOneReuses) {
  const TemporaryFolder folder;
  const std::string options = "train " + kTiny +
                              " --sweep.epochs=20 --sweep.l2=0,1e-5,1e-4,1e-3 "
                              "--sweep.topologies= --sweep.hidden_layers=1 --sweep.nodes=16,32";
  ASSERT_EQ(run_minerva(folder.path(), options + " --out whole").exit_code, 0);
  ASSERT_TRUE(run_and_kill(folder, options + " --out out", ".txt"));
  ASSERT_GE(count_names(folder, "out/trainings", ".txt"), 1);
  ASSERT_FALSE(folder.has("out/sweep.csv"));
  const ProgramResult rest = run_minerva(folder.path(), options + " --out out");
  ASSERT_EQ(rest.exit_code, 0) << rest.standard_error;
  EXPECT_TRUE(contains(rest.standard_error, " of 8 trainings were there and are reused"))
      << rest.standard_error;
  EXPECT_EQ(folder.read("out/sweep.csv"), folder.read("whole/sweep.csv"));
  EXPECT_FALSE(contains(folder.read("out/sweep.csv"), "test"));
  // Wider, in another run directory that shares the trainings.
  const ProgramResult wider =
      run_minerva(folder.path(), options + ",64 --out wider --training.cache_dir=out/trainings");
  ASSERT_EQ(wider.exit_code, 0) << wider.standard_error;
  EXPECT_TRUE(contains(wider.standard_error, "8 of 12 trainings were there and are reused"))
      << wider.standard_error;
  EXPECT_FALSE(folder.has("wider/trainings"));
}

TEST(TrainingRun, NoiseOfMoreSeedsCostsTheNewOnesAlone) {
  const TemporaryFolder folder;
  const std::string options = "run " + kTiny + " --sweep.search=none --dse.verify_samples=0";
  ASSERT_EQ(run_minerva(folder.path(), "train " + kTiny + " --sweep.search=none --out a").exit_code,
            0);
  const auto noise = [&](const std::string& more, const std::string& reused) {
    const ProgramResult r =
        run_minerva(folder.path(), "noise " + kTiny + " --sweep.search=none" + more);
    ASSERT_EQ(r.exit_code, 0) << r.standard_error;
    EXPECT_TRUE(contains(r.standard_error, reused + " trainings were there and are reused"))
        << r.standard_error;
  };
  noise(" --out a", "1 of 3");              // the network itself
  folder.write("a/stages/noise.json", "");  // a stage that is not known to be done
  noise(" --out a", "3 of 3");
  const std::string network = " --network a/network.safetensors";
  noise(network + " --noise.seeds=6 --out b --training.cache_dir=a/trainings", "3 of 6");
  const nlohmann::json three = nlohmann::json::parse(folder.read("a/noise.json"));
  const nlohmann::json six = nlohmann::json::parse(folder.read("b/noise.json"));
  ASSERT_EQ(six.at("runs").size(), 6U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(six.at("runs")[i], three.at("runs")[i]);
}

TEST(TrainingRun, TheChoiceOfTheSweepIsTrainedWithItsHyperparameters) {
  const TemporaryFolder folder;
  const std::string options =
      kTiny +
      " --sweep.search=halving --sweep.epochs=6 --sweep.topologies= --sweep.use_choice=true "
      "--sweep.learning_rate=1e-5,5e-3 --sweep.batch_size=25,100 --sweep.tolerance_percent=0";
  const ProgramResult r = run_minerva(folder.path(), "train " + options + " --out out");
  ASSERT_EQ(r.exit_code, 0) << r.standard_error;
  EXPECT_TRUE(contains(r.standard_output, "halving took ")) << r.standard_output;
  EXPECT_TRUE(contains(r.standard_output, "the grid takes 24")) << r.standard_output;
  const nlohmann::json s = nlohmann::json::parse(folder.read("out/summary.json"));
  nlohmann::json chosen;
  for (const nlohmann::json& row : s.at("sections").at("train").at("sweep")) {
    if (row.at("chosen").get<bool>()) chosen = row;
  }
  EXPECT_EQ(chosen.at("learning_rate"), 5e-3);
  EXPECT_TRUE(contains(s.at("network").at("origin"), "chosen by the sweep"));
  const std::string network = folder.read("out/network.safetensors");
  EXPECT_TRUE(contains(network, "learning rate 0.005"));
  EXPECT_TRUE(contains(network, "batch " + chosen.at("batch_size").dump() + ","));
  // The noise of a later command is that of the choice, too: its first training is there.
  const ProgramResult noise = run_minerva(folder.path(), "noise " + options + " --out out");
  ASSERT_EQ(noise.exit_code, 0) << noise.standard_error;
  EXPECT_TRUE(contains(noise.standard_error, "1 of 3 trainings were there"))
      << noise.standard_error;
}

TEST(TrainingRun, DivergenceSaysWhereTheLastGoodCheckpointIs) {
  const TemporaryFolder folder;
  const ProgramResult r = run_minerva(
      folder.path(), "train " + kTiny +
                         " --sweep.search=none --training.optimizer=sgd --training.momentum=0 "
                         "--training.learning_rate=40 --training.schedule=constant "
                         "--training.warmup_epochs=3 --training.l2=0.03 --out out");
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_TRUE(contains(r.standard_error, "training.learning_rate = '40'")) << r.standard_error;
  EXPECT_TRUE(contains(r.standard_error, "diverged in epoch ")) << r.standard_error;
  const std::size_t at = r.standard_error.find("out/trainings/");
  ASSERT_NE(at, std::string::npos) << r.standard_error;
  const std::string end = ".checkpoint";
  const std::string named =
      r.standard_error.substr(at, r.standard_error.find(end, at) + end.size() - at);
  EXPECT_TRUE(folder.has(named)) << named;
}

TEST(TrainingRun, ADamagedTrainingIsNamedAndDoneAgain) {
  const TemporaryFolder folder;
  const std::string options = "train " + kTiny + " --sweep.search=none --out out";
  ASSERT_EQ(run_minerva(folder.path(), options).exit_code, 0);
  const auto whole = everything_in(folder.path() + "/out");
  for (const char* ending : {".network", ".txt"}) {
    std::string damaged;
    for (const std::string& name : folder.names()) {
      if (!contains(name, "trainings/") || !contains(name, ending)) continue;
      damaged = name;
      std::string bytes = folder.read(name);
      bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
      folder.write(name, bytes);
    }
    folder.write("out/stages/train.json", "");  // or nothing would be trained
    const ProgramResult r = run_minerva(folder.path(), options);
    EXPECT_EQ(r.exit_code, 0) << r.standard_error;
    EXPECT_TRUE(contains(r.standard_error, damaged + ": is damaged; it counts as absent"))
        << r.standard_error;
    EXPECT_EQ(difference(whole, everything_in(folder.path() + "/out")), "") << ending;
  }
}

}  // namespace
}  // namespace minerva::test
