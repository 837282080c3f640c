#include "minerva/accelsim/machine.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

#include "machine_harness.hpp"
#include "memories.hpp"
#include "minerva/accelsim/bank_ports.hpp"
#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/base/errors.hpp"

namespace minerva::test {
namespace {

constexpr std::uint64_t kSeed = 784;

const SimulationModel kModels[] = {SimulationModel::stage_processes,
                                   SimulationModel::lane_processes};

MachineOptions with(SimulationModel model) {
  MachineOptions options;
  options.model = model;
  return options;
}

/// Weights -8 .. 7, zeros skipped in every layer.
QuantizedNetwork random_network(const std::vector<int>& widths) {
  QuantizedNetwork network = network_of_ones(widths);
  KeyedRandom random(kSeed, Stream::test, 0);
  for (QuantizedLayer& layer : network.layers) {
    layer.theta_code = 1;
    for (auto& weight : layer.weights) {
      weight = static_cast<std::int16_t>(static_cast<int>(random.below(16)) - 8);
    }
  }
  return network;
}

std::vector<std::int16_t> random_input(int count, std::uint64_t index) {
  KeyedRandom random(kSeed, Stream::test, 1 + index);
  std::vector<std::int16_t> input(static_cast<std::size_t>(count));
  for (auto& code : input) code = static_cast<std::int16_t>(random.below(2) * random.below(100));
  return input;
}

TEST(BankPorts, SecondAccessInACycleIsRefused) {
  BankPorts ports(2);
  ports.read(0, 5);
  ports.write(1, 5);
  EXPECT_THROW(ports.read(0, 5), ContractViolation);
  EXPECT_THROW(ports.write(0, 5), ContractViolation);
  EXPECT_THROW(ports.read(1, 5), ContractViolation);
  ports.write(0, 6);
  ports.read(0, 7);
  EXPECT_EQ(ports.reads(), (std::vector<std::int64_t>{2, 0}));
  EXPECT_EQ(ports.writes(), (std::vector<std::int64_t>{1, 1}));
}

TEST(Machine, OneLivesAtATime) {
  const QuantizedNetwork network = network_of_ones({2, 1});
  for (int round = 0; round < 3; ++round) {
    Machine first(network, DesignPoint{});
    EXPECT_THROW(Machine(network, DesignPoint{}), ContractViolation);
    EXPECT_THROW(simulate(network, DesignPoint{}, {{1, 2}}), ContractViolation);
    first.issue({1, 2});
    first.run();
    EXPECT_EQ(first.result().accumulators[0], std::vector<std::int64_t>{3});
  }
}

TEST(Machine, DroppedInTheMiddleLeavesTheNextOneUnharmed) {
  const QuantizedNetwork network = random_network({9, 7, 3});
  const DesignPoint point{3, 2, 2, 2, 1, 2, 4.0};
  const auto input = random_input(9, 0);
  const auto whole = simulate(network, point, {input}).batches[0];
  for (int cycles = 0; cycles < static_cast<int>(total_cycles(network.topology(), point));
       ++cycles) {
    for (const SimulationModel model : kModels) {
      Machine dropped(network, point, with(model));
      dropped.issue(random_input(9, 1));
      for (int c = 0; c < cycles; ++c) dropped.step();
    }
    EXPECT_EQ(simulate(network, point, {input}).batches[0].accumulators, whole.accumulators);
  }
}

TEST(Machine, StepsAndRunsMix) {
  const QuantizedNetwork network = random_network({9, 7, 3});
  const DesignPoint point{3, 2, 2, 2, 1, 2, 4.0};
  const auto result = simulate(network, point, {random_input(9, 0), random_input(9, 1)});
  Machine machine(network, point);
  for (std::uint64_t s = 0; s < 2; ++s) {
    machine.issue(random_input(9, s));
    for (int c = 0; c < 11; ++c) machine.step();
    EXPECT_EQ(machine.state().cycle, 10);
    machine.run();
    EXPECT_EQ(machine.result().cycles, result.batches[s].cycles);
    EXPECT_EQ(machine.result().events, result.batches[s].events);
    EXPECT_EQ(machine.result().accumulators, result.batches[s].accumulators);
  }
}

TEST(ActivationMemory, AWordIsReadOnlyWhereItWasWritten) {
  ActivationMemory memory(MemoryArray{2, 2, 4, 4, 8, 1});
  memory.write(0, 3, 5, 0);
  EXPECT_EQ(memory.read(0, 3, 1), 5);
  EXPECT_THROW(memory.read(0, 2, 2), ContractViolation);  // WB has not written it
  EXPECT_THROW(memory.read(1, 3, 3), ContractViolation);  // another region
  EXPECT_THROW(memory.write(0, 3, 6, 4), ContractViolation);
  memory.invalidate(0);
  EXPECT_THROW(memory.read(0, 3, 5), ContractViolation);
}

TEST(Machine, ALayerThatReadsMoreThanIsWrittenIsRefused) {
  for (const SimulationModel model : kModels) {
    QuantizedNetwork network = network_of_ones({2, 3, 1, 3, 1});
    network.layers[2].n_in = 2;  // layer 2 writes one activation
    network.layers[2].weights.assign(6, 1);
    EXPECT_THROW(Machine(network, DesignPoint{}, with(model)), ContractViolation);
  }
  EXPECT_EQ(simulate(network_of_ones({1, 1}), DesignPoint{}, {{4}}).batches.size(), 1U);
}

/// Values of every signal of a VCD file at its end, by "scope.name", and the times of rising edges.
struct Vcd {
  std::map<std::string, std::int64_t> last;
  std::vector<std::int64_t> rising_edges_ps;
  std::int64_t end_ps = 0;
};

std::int64_t value_of(const std::string& bits, int width) {
  std::int64_t value = 0;
  for (const char bit : bits) value = 2 * value + (bit == '1' ? 1 : 0);
  // The file leaves out leading bits that equal the first one: a 1 says that the number is negative
  // when all `width` bits are there.
  const bool negative = width > 1 && static_cast<int>(bits.size()) == width && bits[0] == '1';
  return negative ? value - (std::int64_t{1} << width) : value;
}

Vcd read_vcd(const std::string& path) {
  Vcd vcd;
  std::map<std::string, std::pair<std::string, int>> names;  // by identifier
  std::vector<std::string> scopes;
  std::ifstream file(path);
  bool defined = false;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string word;
    if (!(words >> word)) continue;
    if (word == "$scope") {
      words >> word >> word;
      scopes.push_back(word);
    } else if (word == "$upscope") {
      scopes.pop_back();
    } else if (word == "$var") {
      int width = 0;
      std::string type, id, name;
      words >> type >> width >> id >> name;
      std::string full;
      for (std::size_t k = 1; k < scopes.size(); ++k) full += scopes[k] + ".";
      names[id] = {full + name, width};
    } else if (word == "$enddefinitions") {
      defined = true;
    } else if (!defined) {
      continue;
    } else if (word[0] == '#') {
      vcd.end_ps = std::stoll(word.substr(1));
    } else if (word[0] == 'b') {
      std::string id;
      words >> id;
      vcd.last[names.at(id).first] = value_of(word.substr(1), names.at(id).second);
    } else if (word[0] == '0' || word[0] == '1') {
      const std::string& name = names.at(word.substr(1)).first;
      vcd.last[name] = word[0] - '0';
      if (name == "clock" && word[0] == '1') vcd.rising_edges_ps.push_back(vcd.end_ps);
    }
  }
  return vcd;
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream all;
  all << file.rdbuf();
  const std::string text = all.str();
  return text.substr(text.find("$version"));  // behind the date
}

class WaveformTest : public testing::Test {
 protected:
  void TearDown() override { std::remove(path_.c_str()); }

  void write(SimulationModel model, int lane = -1) {
    MachineOptions options = with(model);
    options.waveform = {path_, lane};
    Machine machine(network_, point_, options);
    for (std::uint64_t s = 0; s < 2; ++s) {
      machine.issue(random_input(9, s));
      machine.run();
    }
    last_ = machine.result();
    cycles_ = 0;
    for (const LayerCycles& layer : last_.cycles) cycles_ += 2 * layer.total();
  }

  const std::string path_ = testing::TempDir() + "minerva_machine_test_" +
                            testing::UnitTest::GetInstance()->current_test_info()->name() + ".vcd";
  const QuantizedNetwork network_ = random_network({9, 7, 4, 5});
  const DesignPoint point_{3, 2, 2, 2, 1, 2, 2.5};
  SimulatedBatch last_;
  std::int64_t cycles_ = 0;
};

// Groups of the output layer: neurons 0 to 2, then 3 and 4 on lanes 0 and 1; lane 2 keeps neuron 2.
TEST_F(WaveformTest, EndsWithTheAccumulators) {
  for (const SimulationModel model : kModels) {
    write(model);
    const Vcd vcd = read_vcd(path_);
    const std::vector<std::int64_t>& accumulators = last_.accumulators[2];
    EXPECT_EQ(vcd.last.at("lane_0.accumulator"), accumulators[3]);
    EXPECT_EQ(vcd.last.at("lane_1.accumulator"), accumulators[4]);
    EXPECT_EQ(vcd.last.at("lane_2.accumulator"), accumulators[2]);
    EXPECT_EQ(vcd.last.at("lane_1.result"), accumulators[4]);
    EXPECT_EQ(vcd.last.at("lane_1.result_neuron"), 4);
    EXPECT_EQ(vcd.last.at("lane_2.accumulator_neuron"), -1);
    EXPECT_EQ(vcd.last.at("layer"), 2);
    EXPECT_EQ(vcd.last.at("multiply_2.valid"), 0);
    EXPECT_EQ(vcd.last.count("lane_0.sum_1"), 1U);
  }
}

TEST_F(WaveformTest, ACycleLastsTheClockPeriod) {
  write(SimulationModel::stage_processes);
  const Vcd vcd = read_vcd(path_);
  EXPECT_EQ(vcd.end_ps, cycles_ * 2500);
  ASSERT_EQ(vcd.rising_edges_ps.size(), static_cast<std::size_t>(cycles_));
  for (std::size_t c = 0; c < vcd.rising_edges_ps.size(); ++c) {
    EXPECT_EQ(vcd.rising_edges_ps[c], static_cast<std::int64_t>(c) * 2500);
  }
}

// Every register of every lane in every cycle is equal in both styles, and a run repeats its bytes.
TEST_F(WaveformTest, BothStylesWriteTheSameBytes) {
  write(SimulationModel::stage_processes);
  const std::string first = bytes_of(path_);
  write(SimulationModel::stage_processes);
  EXPECT_EQ(bytes_of(path_), first);
  write(SimulationModel::lane_processes);
  EXPECT_EQ(bytes_of(path_), first);
}

TEST_F(WaveformTest, OneLaneOrAll) {
  write(SimulationModel::stage_processes, 1);
  const Vcd vcd = read_vcd(path_);
  EXPECT_EQ(vcd.last.count("lane_0.accumulator"), 0U);
  EXPECT_EQ(vcd.last.count("lane_1.accumulator"), 1U);
  EXPECT_THROW(write(SimulationModel::stage_processes, 3), UserError);
  EXPECT_THROW(write(SimulationModel::stage_processes, -2), UserError);
}

TEST_F(WaveformTest, PeriodOfAFractionOfAPicosecondIsRefused) {
  DesignPoint point = point_;
  point.clock_period_ns = 1.0 / 3;
  MachineOptions options;
  options.waveform = {path_, -1};
  EXPECT_THROW(Machine(network_, point, options), UserError);
}

// A command that is stopped between making a machine and running it ends one like this.
TEST_F(WaveformTest, MayBeEndedBeforeTheFirstCycle) {
  for (const SimulationModel model : kModels) {
    MachineOptions options = with(model);
    options.waveform = {path_, -1};
    { const Machine machine(network_, point_, options); }
    Machine issued(network_, point_, options);
    issued.issue(random_input(9, 1));
  }
}

}  // namespace
}  // namespace minerva::test
