#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "machine_harness.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/network/topology.hpp"

// Golden schedules: worked out by hand from docs/machine.md, as sums of named parts, and the
// diagrams of docs/timing.md, cell by cell.
namespace minerva::test {
namespace {

// Parts of every latency, in cycles.
constexpr int kFetchInputs = 1;
constexpr int kFetchWeights = 1;
constexpr int kActivate = 1;
/// The multiplier stages before the last, which issues into the accumulators.
constexpr int stages_before_last(int s) { return s - 1; }
constexpr int first_issue(int s) { return kFetchInputs + kFetchWeights + stages_before_last(s); }

class Schedule : public testing::TestWithParam<SimulationModel> {};

std::string model_name(const testing::TestParamInfo<SimulationModel>& info) {
  return to_string(info.param);
}
INSTANTIATE_TEST_SUITE_P(BothStyles, Schedule,
                         testing::Values(SimulationModel::stage_processes,
                                         SimulationModel::lane_processes),
                         model_name);

std::vector<std::int16_t> ones(int count) {
  return std::vector<std::int16_t>(static_cast<std::size_t>(count), 1);
}

TEST_P(Schedule, OneLaneOneNeuron) {
  MachineHarness harness(network_of_ones({2, 1}), {1, 1, 1, 1, 1, 1, 4.0}, GetParam());
  harness.issue({3, 4});
  const int chunks = 2;
  const int last_issue = first_issue(1) + chunks - 1;
  EXPECT_TRUE(harness.expect_earliest(fetch_of(0, 0, 0), 0));
  EXPECT_TRUE(harness.expect_earliest(issue_of(0, 0, 0), first_issue(1)));
  EXPECT_TRUE(harness.expect_earliest(issue_of(0, 0, 1), last_issue));
  EXPECT_TRUE(harness.expect_earliest(take_of(0, 0), last_issue + kActivate));
  EXPECT_TRUE(harness.expect_earliest(write_of(0, 0, 1), last_issue + kActivate + 1));
  EXPECT_EQ(harness.read(first_issue(1)).lanes[0].accumulator, 3);
  EXPECT_EQ(harness.read(last_issue).lanes[0].accumulator, 3 + 4);
  EXPECT_EQ(harness.read(last_issue + kActivate).lanes[0].result, 3 + 4);
  EXPECT_FALSE(harness.machine().running());
}

TEST_P(Schedule, PartlyFilledGroup) {
  MachineHarness harness(network_of_ones({2, 3}), {2, 1, 1, 1, 2, 1, 4.0}, GetParam());
  harness.issue(ones(2));
  const int chunks = 2;
  const int take_0 = first_issue(1) + chunks;
  const int take_1 = take_0 + chunks;
  EXPECT_TRUE(harness.expect_earliest(take_of(0, 0), take_0));
  EXPECT_TRUE(harness.expect_earliest(issue_of(0, 1, 0), take_0));
  EXPECT_TRUE(harness.expect_earliest(take_of(0, 1), take_1));
  EXPECT_TRUE(harness.expect_earliest(write_of(0, 1, 2), take_0 + 1));
  EXPECT_TRUE(harness.expect_earliest(write_of(0, 2, 2), take_1 + 1));
  EXPECT_EQ(harness.read(take_1).lanes[1].result_neuron, -1);  // idles in group 1
  EXPECT_EQ(harness.read_all().size(), static_cast<std::size_t>(take_1 + 2));
}

TEST_P(Schedule, LastChunkPartlyFilled) {
  MachineHarness harness(network_of_ones({5, 2}), {2, 2, 2, 2, 2, 1, 4.0}, GetParam());
  harness.issue({1, 2, 3, 4, 5});
  const int chunks = 3;  // ceil(5 / 2)
  const int last_issue = first_issue(1) + chunks - 1;
  EXPECT_TRUE(harness.expect_earliest(issue_of(0, 0, 4), last_issue));
  EXPECT_EQ(harness.read(last_issue).state.multiply.back().words, 1);
  EXPECT_EQ(harness.read(last_issue).lanes[1].accumulator, 15);
  EXPECT_EQ(harness.read(last_issue - 1).lanes[1].accumulator, 10);
  EXPECT_TRUE(harness.expect_earliest(write_of(0, 1, 2), last_issue + kActivate + 1));
}

TEST_P(Schedule, WriteBackHoldsThePipeline) {
  MachineHarness harness(network_of_ones({1, 10}), {2, 1, 1, 1, 1, 1, 4.0}, GetParam());
  harness.issue({1});
  const int write = 2;  // two words, one port
  const int take_0 = first_issue(1) + 1;
  for (int group = 1; group < 5; ++group) {
    EXPECT_TRUE(harness.expect_earliest(take_of(0, group), take_0 + group * write)) << group;
    // The accumulators are free in the cycle in which A takes the group before.
    EXPECT_TRUE(harness.expect_earliest(issue_of(0, group, 0), take_0 + (group - 1) * write))
        << group;
  }
  const int read_4 = 4 + 1;  // F1's fifth read, held for one cycle
  EXPECT_TRUE(harness.expect_earliest(fetch_of(0, 4, 0), read_4));
  EXPECT_TRUE(harness.read(read_4 - 1).state.held);
  EXPECT_FALSE(harness.read(read_4).state.held);
  EXPECT_EQ(harness.read_all().size(), static_cast<std::size_t>(take_0 + 5 * write + 1));
}

TEST_P(Schedule, ActivationsAreReadableInTheCycleAfterTheirWrite) {
  MachineHarness harness(network_of_ones({2, 2, 1}), {2, 1, 1, 1, 1, 1, 4.0}, GetParam());
  harness.issue({5, 6});
  const int take_0 = first_issue(1) + 2;
  const int write_0 = take_0 + 1;
  const int write_1 = write_0 + 1;  // one port
  EXPECT_TRUE(harness.expect_earliest(readable(0, 0), write_0 + 1));
  EXPECT_TRUE(harness.expect_earliest(readable(0, 1), write_1 + 1));
  EXPECT_TRUE(harness.expect_earliest(fetch_of(1, 0, 0), write_1 + 1));
  EXPECT_TRUE(harness.expect_earliest(issue_of(1, 0, 0), write_1 + 1 + first_issue(1)));
  EXPECT_EQ(harness.machine().activation(0, 1), std::int16_t{11});
  EXPECT_EQ(harness.machine().activation(1, 0), std::nullopt);
  harness.read_all();
  EXPECT_EQ(harness.machine().result().accumulators[1], std::vector<std::int64_t>{22});
}

TEST_P(Schedule, EachMultiplierStageAddsOneCycleOfFill) {
  for (int s = 1; s <= 6; ++s) {
    MachineHarness harness(network_of_ones({2, 1}), {1, 1, 1, 1, 1, s, 4.0}, GetParam());
    harness.issue({3, 4});
    EXPECT_TRUE(harness.expect_earliest(issue_of(0, 0, 0), first_issue(s)));
    EXPECT_TRUE(harness.expect_earliest(take_of(0, 0), first_issue(s) + 2));
    EXPECT_EQ(harness.read(first_issue(s)).lanes[0].accumulator, 3);
  }
}

TEST_P(Schedule, SecondPredictionStartsAfterTheLastWrite) {
  MachineHarness harness(network_of_ones({1, 1}), {2, 1, 1, 1, 1, 1, 4.0}, GetParam());
  for (const std::int16_t input : {std::int16_t{7}, std::int16_t{9}}) {
    harness.issue({input});
    EXPECT_TRUE(harness.expect_earliest(fetch_of(0, 0, 0), 0));
    EXPECT_TRUE(harness.expect_earliest(write_of(0, 0, 2), first_issue(1) + 1 + kActivate));
    EXPECT_EQ(harness.machine().result().accumulators[0], std::vector<std::int64_t>{input});
  }
}

// The three verbs fail when they should.
TEST_P(Schedule, HarnessSeesWhatIsWrong) {
  MachineHarness harness(network_of_ones({2, 1}), {1, 1, 1, 1, 1, 1, 4.0}, GetParam());
  EXPECT_THROW(harness.machine().step(), ContractViolation);
  EXPECT_THROW(harness.machine().run(), ContractViolation);
  EXPECT_THROW(harness.machine().result(), ContractViolation);
  EXPECT_THROW(harness.issue({1, 2, 3}), ContractViolation);
  harness.issue({1, 2});
  EXPECT_THROW(harness.issue({1, 2}), ContractViolation);
  EXPECT_THROW(harness.machine().result(), ContractViolation);
  EXPECT_FALSE(harness.expect_earliest(take_of(0, 0), 3));
  EXPECT_FALSE(harness.expect_earliest(take_of(0, 0), 5));
  EXPECT_TRUE(harness.expect_earliest(take_of(0, 0), 4));
  EXPECT_FALSE(harness.expect_earliest(take_of(0, 1), 100));
}

struct Diagram {
  std::string machine;
  DesignPoint point;
  LayerGraph network;
  int predictions = 0;
  std::vector<std::int16_t> inputs;  ///< empty: ones, and nothing is skipped
  std::map<std::string, std::vector<std::string>> rows;
};

std::string trim(const std::string& text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

void read_machine(Diagram& diagram) {
  const std::map<std::string, int DesignPoint::*> members = {
      {"lanes", &DesignPoint::lanes},
      {"macs_per_lane", &DesignPoint::macs_per_lane},
      {"weight_bandwidth", &DesignPoint::weight_bandwidth},
      {"activation_bandwidth", &DesignPoint::activation_bandwidth},
      {"write_ports", &DesignPoint::write_ports},
      {"multiplier_stages", &DesignPoint::multiplier_stages},
      {"positions_per_weight", &DesignPoint::positions_per_weight},
      {"off_chip_words", &DesignPoint::off_chip_words},
      {"read_ahead_words", &DesignPoint::read_ahead_words},
      {"batch_size", &DesignPoint::batch_size}};
  std::istringstream words(diagram.machine);
  for (std::string word; words >> word;) {
    const std::string key = word.substr(0, word.find('='));
    const std::string value = word.substr(word.find('=') + 1);
    if (key == "layers") {
      diagram.network = parse_topology(value, key);
    } else if (key == "network") {
      std::string text = value;
      std::replace(text.begin(), text.end(), ',', ' ');
      diagram.network = parse_layer_graph(text, key);
      check_graph(diagram.network, key);
    } else if (key == "inputs") {
      std::istringstream codes(value);
      for (std::string code; std::getline(codes, code, ',');) {
        diagram.inputs.push_back(static_cast<std::int16_t>(std::stoi(code)));
      }
    } else if (key == "predictions") {
      diagram.predictions = std::stoi(value);
    } else {
      diagram.point.*members.at(key) = std::stoi(value);
    }
  }
}

std::vector<Diagram> diagrams_of_the_docs() {
  std::ifstream page(std::string(MINERVA_SOURCE_DIR) + "/docs/timing.md");
  std::vector<Diagram> diagrams;
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line.rfind("```", 0) == 0) {
      inside = line == "```timing";
      if (inside) {
        diagrams.emplace_back();
        std::getline(page, diagrams.back().machine);
        read_machine(diagrams.back());
      }
      continue;
    }
    if (!inside) continue;
    std::istringstream cells(line);
    std::string name, cell;
    std::getline(cells, name, '|');
    auto& row = diagrams.back().rows[trim(name)];
    while (std::getline(cells, cell, '|')) row.push_back(trim(cell));
  }
  return diagrams;
}

std::string position_cell(int position) {
  return position < 0 ? "" : std::to_string(position) + ":";
}

std::string chunk_cell(const StageContent& content, bool held) {
  if (!content.valid) return "";
  return position_cell(content.position) + std::to_string(content.group) + "." +
         std::to_string(content.first_input) + (held ? "*" : "");
}

std::string take_cell(const CycleState& s) {
  if (s.taken_group < 0) return "";
  return position_cell(s.taken_position) + std::to_string(s.taken_group);
}

std::string write_cell(const CycleState& s) {
  if (s.written_group < 0) return "";
  const int first = s.first_channel_written + s.first_lane_written;
  std::string text = position_cell(s.written_position) + std::to_string(first);
  if (s.words_written > 1) text += "-" + std::to_string(first + s.words_written - 1);
  return text;
}

TEST_P(Schedule, DiagramsOfTheDocsAreTheMachine) {
  const std::vector<Diagram> diagrams = diagrams_of_the_docs();
  ASSERT_GE(diagrams.size(), 14U);
  for (const Diagram& diagram : diagrams) {
    SCOPED_TRACE(diagram.machine);
    QuantizedGraph network = network_of_ones(diagram.network);
    // Where inputs are given, zeros are skipped.
    for (QuantizedLayer& layer : network.layers) layer.theta_code = diagram.inputs.empty() ? 0 : 1;
    MachineHarness harness(network, diagram.point, GetParam());
    std::map<std::string, std::vector<std::string>> rows;
    for (int p = 0; p < diagram.predictions; ++p) {
      harness.issue(diagram.inputs.empty()
                        ? ones(diagram.point.batch_size * diagram.network.inputs())
                        : diagram.inputs);
      for (const CycleRecord& record : harness.read_all()) {
        const CycleState& s = record.state;
        rows["cycle"].push_back(std::to_string(s.cycle));
        rows["layer"].push_back(std::to_string(s.layer + 1));
        rows["cause"].push_back(std::string(to_string(s.cause)).substr(0, 1));
        rows["F1"].push_back(chunk_cell(s.fetch_inputs, s.held));
        rows["F2"].push_back(chunk_cell(s.fetch_weights, s.held));
        for (std::size_t k = 0; k < s.multiply.size(); ++k) {
          rows["M" + std::to_string(k + 1)].push_back(chunk_cell(s.multiply[k], s.held));
        }
        rows["A"].push_back(take_cell(s));
        rows["WB"].push_back(write_cell(s));
      }
    }
    EXPECT_EQ(rows, diagram.rows);
  }
}

TEST(CycleTable, RowNamesChunksGroupsAndNeurons) {
  CycleState state;
  state.cycle = 12;
  state.layer = 1;
  state.cause = CycleCause::stall;
  state.held = true;
  state.fetch_inputs = {true, 2, 4, 4, 0, false, false};
  state.multiply = {{true, 1, 8, 1, 1, false, true}, {}};
  state.written_group = 0;
  state.first_lane_written = 3;
  state.words_written = 2;
  const std::vector<std::string> expected = {"12",     "2", "stall", "g2 j4-7*", "",
                                             "g1 j8*", "",  "",      "g0 n3-4"};
  EXPECT_EQ(cycle_table_row(state), expected);
  EXPECT_EQ(cycle_table_headings(2).size(), expected.size());
}

}  // namespace
}  // namespace minerva::test
