#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "program.hpp"

// Training for the hardware and the joint search as a user meets them: files that other commands
// take, searches that are killed and go on, bounds that are not met.
namespace minerva::test {
namespace {

using Json = nlohmann::json;

bool contains(const std::string& text, const std::string& what) {
  return text.find(what) != std::string::npos;
}

const std::string kData =
    " --data.train_samples=600 --data.validation_samples=200 --data.test_samples=150"
    " --training.batch_size=20 --training.dropout=0 --tech.file=" +
    std::string(MINERVA_SOURCE_DIR) + "/configs/tech/public40.cfg";
const std::string kSearch =
    "codesign" + kData +
    " --codesign.topologies=16,8 --codesign.inputs=grid:2,all --codesign.lanes=4,16"
    " --codesign.start_epochs=2 --codesign.first_epochs=1 --finetune.epochs=2"
    " --finetune.fault_rate=0.03 --codesign.final_maps=2 --codesign.most_error_percent=90";

Json json_of(const TemporaryFolder& folder, const std::string& name) {
  return Json::parse(folder.read(name));
}

/// Wrong samples of `eval` with the config of a point, without faults.
std::int64_t evaluated(const TemporaryFolder& folder, const std::string& config,
                       const std::string& part) {
  const ProgramResult r =
      run_minerva(folder.path(), "eval " + config + " --eval.part=" + part + " --json");
  EXPECT_EQ(r.exit_code, 0) << r.standard_error;
  if (r.exit_code != 0) return -1;
  return Json::parse(r.standard_output).at("wrong").get<std::int64_t>();
}

TEST(Finetune, WritesADesignThatOtherCommandsTake) {
  const TemporaryFolder folder;
  const ProgramResult r = run_minerva(
      folder.path(), "finetune" + kData +
                         " --data.inputs=checker:20 --training.hidden=16 --training.epochs=2"
                         " --finetune.epochs=2 --finetune.seeds=2 --to tuned --json");
  ASSERT_EQ(r.exit_code, 0) << r.standard_error;
  const Json result = Json::parse(r.standard_output);
  EXPECT_EQ(result.at("network"), "200-16-10");
  EXPECT_EQ(result.at("seeds").size(), 2U);
  EXPECT_EQ(result.at("wrong_after").at("validation"),
            result.at("seeds").at(0).at("validation_wrong"));
  EXPECT_TRUE(result.at("bound_of_float_recipe").is_null());
  EXPECT_FALSE(result.at("bound_of_this_recipe").is_null());
  EXPECT_EQ(evaluated(folder, "tuned/config.cfg", "validation"),
            result.at("wrong_after").at("validation").get<std::int64_t>());
  EXPECT_EQ(evaluated(folder, "tuned/config.cfg", "test"),
            result.at("wrong_after").at("test").get<std::int64_t>());
  // The machine repeats it cycle by cycle.
  EXPECT_EQ(run_minerva(folder.path(), "simulate tuned/config.cfg").exit_code, 0);
}

TEST(Finetune, LearnsTheFaultsOfOneChip) {
  const TemporaryFolder folder;
  const std::string recipe = " --training.epochs=3 --finetune.epochs=4 --finetune.weight_bits=5";
  const std::string given = recipe + " --training.hidden=16";
  ASSERT_EQ(run_minerva(folder.path(), "finetune" + kData + given + " --to plain").exit_code, 0);
  ASSERT_EQ(run_minerva(folder.path(),
                        "eval plain/config.cfg --faults.map=3 --faults.write_map=chip.csv --quiet")
                .exit_code,
            0);
  const std::string chip = " --finetune.map_file=chip.csv --finetune.voltage_v=0.4";
  const ProgramResult r =
      run_minerva(folder.path(), "finetune" + kData + given + chip + " --to tuned --json");
  ASSERT_EQ(r.exit_code, 0) << r.standard_error;
  const Json result = Json::parse(r.standard_output).at("chip");
  EXPECT_GT(result.at("faulty_cells").get<int>(), 0);
  EXPECT_LT(result.at("wrong_after").at("validation").get<int>(),
            result.at("wrong_before").at("validation").get<int>());
  // eval counts the same on this chip.
  const ProgramResult counted = run_minerva(
      folder.path(),
      "eval tuned/config.cfg --eval.part=test --faults chip.csv --faults.voltage_v=0.4 --json");
  ASSERT_EQ(counted.exit_code, 0) << counted.standard_error;
  EXPECT_EQ(Json::parse(counted.standard_output).at("wrong"), result.at("wrong_after").at("test"));
  for (const auto& [arguments, words] : std::vector<std::pair<std::string, std::string>>{
           {given + chip + " --finetune.fault_rate=0.01", "finetune.fault_rate"},
           {given + " --finetune.map_file=chip.csv --finetune.voltage_v=0.123",
            "finetune.voltage_v"},
           {recipe + " --training.hidden=64" + chip, "chip.csv"}}) {
    const ProgramResult refused =
        run_minerva(folder.path(), "finetune" + kData + arguments + " --to other");
    EXPECT_EQ(refused.exit_code, 2) << arguments;
    EXPECT_TRUE(contains(refused.standard_error, words)) << refused.standard_error;
  }
}

TEST(Codesign, RefusesWhatItsSearchHasNoPlaceFor) {
  const TemporaryFolder folder;
  for (const auto& [arguments, words] : std::vector<std::pair<std::string, std::string>>{
           {" --finetune.weights=ternary", "finetune.weights = 'ternary'"},
           {" --finetune.map_file=chip.csv", "finetune.map_file = 'chip.csv'"}}) {
    const ProgramResult r = run_minerva(folder.path(), kSearch + arguments + " --to out");
    EXPECT_EQ(r.exit_code, 2) << arguments;
    EXPECT_TRUE(contains(r.standard_error, words)) << r.standard_error;
    EXPECT_FALSE(folder.has("out")) << arguments;
  }
}

TEST(Codesign, PointsAreWhatOtherCommandsCount) {
  const TemporaryFolder folder;
  const ProgramResult r = run_minerva(folder.path(), kSearch + " --to out");
  ASSERT_EQ(r.exit_code, 0) << r.standard_error;
  const Json result = json_of(folder, "out/codesign.json");
  ASSERT_GE(result.at("points").size(), 2U);
  for (const Json& point : {result.at("points").front(), result.at("points").back()}) {
    const std::string config = "out/" + point.at("folder").get<std::string>() + "/config.cfg";
    const std::string without_faults = config + " --faults.file=";
    EXPECT_EQ(evaluated(folder, without_faults, "validation"),
              point.at("validation_wrong_without_faults").get<std::int64_t>());
    EXPECT_EQ(evaluated(folder, without_faults, "test"),
              point.at("test_wrong_without_faults").get<std::int64_t>());
    EXPECT_EQ(run_minerva(folder.path(), "simulate " + config).exit_code, 0);
  }
}

TEST(Codesign, GoesOnToTheSameBytesAfterAKill) {
  const TemporaryFolder folder;
  ASSERT_EQ(run_minerva(folder.path(), kSearch + " --to whole").exit_code, 0);
  const std::string program = std::string(MINERVA_PROGRAM) + " " + kSearch + " --to part";
  run_in(folder.path(), program +
                            " 2>/dev/null & pid=$!; while [ $(ls part/trainings 2>/dev/null "
                            "| grep -c txt) -lt 4 ] && kill -0 $pid 2>/dev/null; do sleep "
                            "0.02; done; kill -9 $pid 2>/dev/null; wait $pid");
  ASSERT_FALSE(folder.has("part/codesign.json")) << "ended before it was killed";
  ASSERT_EQ(run_minerva(folder.path(), kSearch + " --to part").exit_code, 0);
  for (const char* name : {"frontier.csv", "rounds.csv", "codesign.json",
                           "points/01/network.safetensors", "points/01/plan.json"}) {
    EXPECT_EQ(folder.read(std::string("part/") + name), folder.read(std::string("whole/") + name))
        << name;
  }
}

TEST(Codesign, SaysTheNearestWhenNothingMeetsTheBound) {
  const TemporaryFolder folder;
  const ProgramResult r = run_minerva(folder.path(), kSearch + " --codesign.most_wrong=0 --to out");
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_TRUE(contains(r.standard_error,
                       "codesign.most_wrong = '0': no point of the search is "
                       "within this bound: the nearest has"))
      << r.standard_error;
  EXPECT_TRUE(folder.has("out/frontier.csv"));
}

}  // namespace
}  // namespace minerva::test
