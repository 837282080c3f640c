#include "minerva/workloads/lane_report.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "minerva/base/errors.hpp"
#include "minerva/network/graph_text.hpp"

namespace minerva::workloads {
namespace {

WorkloadProfile profile_of(const std::string& name, Mode mode) {
  WorkloadProfile profile;
  profile.workload = name;
  profile.variant = "paper";
  profile.mode = mode;
  profile.shape = "6x6x2";
  profile.batch = 4;
  profile.threads = 1;
  profile.date = "2016-09-25";
  profile.cpu = "a CPU";
  profile.library = "LibTorch 1.13.1";
  profile.step_us = {200, 200};
  profile.operations = {
      {"aten::conv2d", "Conv2D", Phase::forward, 1, {60, 60}},
      {"aten::addmm", "MatMul", Phase::forward, 1, {20, 20}},
      {"aten::softmax", "Softmax", Phase::forward, 1, {20, 20}},
  };
  if (mode == Mode::train) {
    profile.operations.push_back({"aten::mm", "MatMul", Phase::backward, 1, {100, 100}});
  }
  return profile;
}

/// A convolution of three filters on 6 x 6 x 2, a pool, and two outputs. The inputs are zero in
/// channel 1, and filter 0 has large negative biases, so that its outputs are zero.
ExportedNetwork network() {
  ExportedNetwork exported;
  exported.network.graph = parse_layer_graph("6x6x2 c3k3 m2 2", "test");
  exported.network.layers.resize(3);
  LayerParameters& filters = exported.network.layers[0];
  filters.weights = Eigen::MatrixXf::Constant(3, 18, 0.25F);
  filters.biases = Eigen::VectorXf::Constant(3, 0.125F);
  filters.biases[0] = -20;
  exported.network.layers[2].weights = Eigen::MatrixXf::Constant(2, 12, 0.5F);
  exported.network.layers[2].biases = Eigen::VectorXf::Zero(2);
  exported.covered = {{"Conv2D"}, {"MatMul", 0.5, 0.25}};
  exported.left_out = {"The softmax."};
  exported.predictions_per_example = 3;
  return exported;
}

SampleInputs inputs() {
  Eigen::MatrixXf values = Eigen::MatrixXf::Zero(72, 2);
  for (Eigen::Index word = 0; word < 72; word += 2) values.row(word).setConstant(1);
  return SampleInputs(values);
}

Technology technology() { return read_technology(MINERVA_SOURCE_DIR "/configs/tech/public40.cfg"); }

LaneMachine machine() {
  LaneMachine machine;
  machine.point.lanes = 2;
  machine.point.write_ports = 0;
  machine.point.multiplier_stages = 0;
  return machine;
}

TEST(CoveredShare, CountsForwardOperationsOfCoveredTypes) {
  const ExportedNetwork exported = network();
  EXPECT_DOUBLE_EQ(covered_share(profile_of("vgg", Mode::infer), exported.covered),
                   (60 + 0.5 * 20) / 100);
  EXPECT_DOUBLE_EQ(covered_share(profile_of("vgg", Mode::train), exported.covered),
                   (60 + 0.25 * 20) / 200);
  EXPECT_DOUBLE_EQ(amdahl_limit(0.75), 4);
  EXPECT_TRUE(std::isinf(amdahl_limit(1)));
  EXPECT_EQ(limit_text(1), "none");
  EXPECT_DOUBLE_EQ(example_ms(profile_of("vgg", Mode::infer)), 0.05) << "200 us for four examples";
}

TEST(OnLaneMachine, CountsZerosOfEachLayer) {
  const LaneWorkload lane = on_lane_machine(network(), inputs(), machine(), technology(), 1);
  ASSERT_EQ(lane.layers.size(), 3u);
  EXPECT_DOUBLE_EQ(*lane.layers[0].zero_share, 0.5) << "one of two channels";
  EXPECT_FALSE(lane.layers[1].zero_share) << "a pool";
  EXPECT_DOUBLE_EQ(*lane.layers[2].zero_share, 1.0 / 3) << "one of three filters";
  EXPECT_EQ(lane.layers[0].weights, 54);
  EXPECT_EQ(lane.layers[0].macs, 16 * 54) << "4 x 4 positions";
  EXPECT_EQ(lane.layers[2].macs, 24);
  EXPECT_DOUBLE_EQ(lane.zero_share(), (0.5 * 864 + 24 / 3.0) / 888);
  EXPECT_EQ(lane.predictions, 2);
  double energy_nj = 0;
  for (const LayerEstimate& layer : lane.cost.layers) energy_nj += layer.energy_nj();
  EXPECT_NEAR(energy_nj, lane.cost.energy_per_prediction_nj, 1e-9 * energy_nj);
  EXPECT_DOUBLE_EQ(lane.example_energy_uj(), 3 * lane.cost.energy_per_prediction_nj / 1000);
}

TEST(OnLaneMachine, SkipsZeros) {
  const LaneWorkload half = on_lane_machine(network(), inputs(), machine(), technology(), 1);
  const LaneWorkload none = on_lane_machine(
      network(), SampleInputs(Eigen::MatrixXf::Constant(72, 2, 1.0F)), machine(), technology(), 1);
  EXPECT_EQ(half.cost.cycles, none.cost.cycles) << "a skipped product takes its cycle";
  EXPECT_LT(half.cost.energy_per_prediction_nj, none.cost.energy_per_prediction_nj);
}

TEST(OnLaneMachine, KeepsWeightsOnTheChipThatServeMostPositions) {
  LaneMachine small = machine();
  small.weight_memory_mb = 54 * 2 / 1e6;  // the filters alone
  LaneWorkload lane = on_lane_machine(network(), inputs(), small, technology(), 1);
  EXPECT_TRUE(lane.layers[0].on_chip);
  EXPECT_FALSE(lane.layers[2].on_chip);
  small.weight_memory_mb = (54 + 24) * 2 / 1e6;
  lane = on_lane_machine(network(), inputs(), small, technology(), 1);
  EXPECT_TRUE(lane.layers[2].on_chip);
  EXPECT_DOUBLE_EQ(lane.weight_megabytes(16), small.weight_memory_mb);
}

TEST(OnLaneMachine, RefusesAClockThatTheTechnologyDoesNotHave) {
  LaneMachine fast = machine();
  fast.point.clock_period_ns = 0.1;
  EXPECT_THROW(on_lane_machine(network(), inputs(), fast, technology(), 1), UserError);
}

LaneReport report() {
  LaneReport report;
  report.machine = machine();
  report.technology = "public40";
  const WorkloadProfile inference = profile_of("vgg", Mode::infer);
  const WorkloadProfile training = profile_of("vgg", Mode::train);
  report.rows.push_back(lane_row(&inference, &training, network().covered));
  report.rows[0].machine = on_lane_machine(network(), inputs(), report.machine, technology(), 1);
  const WorkloadProfile other = profile_of("residual", Mode::infer);
  report.rows.push_back(lane_row(&other, nullptr, {}));
  report.rows[1].why_not = "It adds elsewhere.";
  return report;
}

TEST(LaneReport, SetsCpuAndMachineSideBySide) {
  const LaneReport whole = report();
  const std::optional<ExampleTime> time = example_time(whole.rows[0]);
  ASSERT_TRUE(time);
  EXPECT_DOUBLE_EQ(time->cpu_ms, 0.05);
  EXPECT_DOUBLE_EQ(time->together_ms, 0.3 * 0.05 + time->machine_ms);
  EXPECT_FALSE(example_time(whole.rows[1])) << "nothing runs on the machine";
}

TEST(LaneReport, SaysTheSameInAllItsForms) {
  const LaneReport whole = report();
  const auto json = nlohmann::json::parse(lane_report_json(whole));
  ASSERT_EQ(json["workloads"].size(), 2u);
  EXPECT_EQ(json["workloads"][0]["machine"]["network"], "6x6x2 c3k3 m2 2");
  EXPECT_EQ(json["workloads"][0]["inference"]["covered_share"], 0.7);
  EXPECT_EQ(json["workloads"][1]["why_not"], "It adds elsewhere.");
  EXPECT_EQ(json["workloads"][1]["inference"]["covered_share"], 0.0);
  const std::string csv = lane_layers_csv(whole);
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 4);
  EXPECT_NE(csv.find("\nvgg,1,c3k3,54,1,864,0.5,"), std::string::npos) << csv;
  const std::string page = lane_report_page(whole);
  for (const char* words : {"The softmax.", "It adds elsewhere.", "2016-09-25", "a CPU", "70.0",
                            "covered-shares", "energy-by-layer-vgg"}) {
    EXPECT_NE(page.find(words), std::string::npos) << words;
  }
  EXPECT_NE(lane_report_text(whole).find("residual: It adds elsewhere."), std::string::npos);
}

StagesResult stages() {
  StagesResult result;
  result.workload = "autoenc";
  result.variant = "paper";
  result.measure = "half squared error of an image";
  result.network = "784 10n 784";
  result.technology = "public40";
  result.trained_steps = 1000;
  result.tuned_samples = result.test_samples = 50;
  result.of_seeds = {10, 11, 12};
  result.sigma = 1;
  result.bound = 11;
  result.rows = {{"1 float network", "784 10n 784", 10, 9},
                 {"2 baseline", "a machine", 10, 9, 100, 20, 1, 1000},
                 {"3 quantization", "narrow words", 10.5, 9.5, 50, 10, 0.5, 1000}};
  result.share_of_inference_time = 0.625;
  result.left_out = {"The softmax."};
  return result;
}

TEST(StagesFile, ReadsBackAsItWasWritten) {
  const StagesResult written = stages();
  const std::string text = stages_json(written);
  const StagesResult read = stages_from_json(text, "stages.json");
  EXPECT_EQ(stages_json(read), text);
  EXPECT_EQ(read.rows[2].energy_nj, 50);
  const auto refused = [&](const std::string& from, const std::string& to) {
    std::string other = text;
    other.replace(other.find(from), from.size(), to);
    EXPECT_THROW(stages_from_json(other, "stages.json"), UserError) << to;
  };
  refused("minerva-fathom-stages-2", "minerva-fathom-stages-9");
  refused("\"sigma\"", "\"omega\"");
  refused("50", "-50");
}

TEST(StagesFile, JudgesEachSetByItsOwnBound) {
  StagesResult result = stages();
  EXPECT_NE(stages_sentence(result).find("tuned set: 10.50 with a bound of 11.00, within it"),
            std::string::npos)
      << stages_sentence(result);
  EXPECT_NE(stages_sentence(result).find("test set: 9.500 with a bound of 10.00, within it"),
            std::string::npos)
      << stages_sentence(result);
  result.rows.back().test_error = 10.5;  // within the tuned set's bound alone
  EXPECT_NE(stages_sentence(result).find("outside of it"), std::string::npos);
  result.higher_is_better = true;
  result.bound = 9;
  EXPECT_EQ(stages_sentence(result).find("outside of it"), std::string::npos)
      << "a higher score is better";
  EXPECT_NE(stages_sentence(result).find("62.5 % of the time"), std::string::npos);
  EXPECT_NE(stages_sentence(result).find("Left out: The softmax."), std::string::npos);
  EXPECT_NE(stages_sentence(result).find("One iso-training noise is 1.00"), std::string::npos);
  result.of_seeds.clear();
  EXPECT_NE(stages_sentence(result).find("The budget was asked for"), std::string::npos);
  EXPECT_NE(stages_table(result).text().find("2.00x"), std::string::npos)
      << "power before over row";
}

}  // namespace
}  // namespace minerva::workloads
