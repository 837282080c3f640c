#include <gtest/gtest.h>

#include <cctype>
#include <map>
#include <stdexcept>
#include <string>
#include <systemc>

#include "minerva/accelsim/machine.hpp"
#include "minerva/accelsim/machine_structure.hpp"
#include "random_machine.hpp"

// The SystemC model against structure_of over random machines: modules and registers as the kernel
// holds them after elaboration, ports and words of the memories, and no value that a register of
// the structure could not hold in any cycle of two predictions.
namespace minerva {
namespace {

constexpr std::uint64_t kSeed = 20261130;
constexpr int kCases = 150;

/// "multiply_words_3" is a multiply_words.
std::string without_number(std::string name) {
  std::size_t end = name.size();
  while (end > 0 && std::isdigit(static_cast<unsigned char>(name[end - 1])) != 0) --end;
  if (end < name.size() && end > 0 && name[end - 1] == '_') name.resize(end - 1);
  return name;
}

/// The objects of the kernel: how many of a kind have a name, numbers apart.
class Elaborated {
 public:
  Elaborated() {
    for (sc_core::sc_object* object : sc_core::sc_get_top_level_objects()) add(object);
  }
  int modules(const std::string& name) const { return count("sc_module", name); }
  int signals(const std::string& name) const { return count("sc_signal", name); }
  /// Signals of any other name than these.
  std::string signals_beside(const std::vector<std::string>& names) const {
    std::map<std::string, int> left = counts_.at("sc_signal");
    for (const std::string& name : names) left.erase(name);
    return left.empty() ? "" : left.begin()->first;
  }

 private:
  void add(sc_core::sc_object* object) {
    ++counts_[object->kind()][without_number(object->basename())];
    for (sc_core::sc_object* child : object->get_child_objects()) add(child);
  }
  int count(const std::string& kind, const std::string& name) const {
    const auto of_kind = counts_.find(kind);
    if (of_kind == counts_.end()) return 0;
    const auto found = of_kind->second.find(name);
    return found == of_kind->second.end() ? 0 : found->second;
  }
  std::map<std::string, std::map<std::string, int>> counts_;
};

/// Hands the value of every signal with this name, numbers apart, to `check`.
template <typename T, typename Check>
void for_each_value(const std::vector<sc_core::sc_object*>& objects, const std::string& name,
                    Check check) {
  for (sc_core::sc_object* object : objects) {
    const auto* signal = dynamic_cast<sc_core::sc_signal<T>*>(object);
    if (signal != nullptr && without_number(object->basename()) == name) check(signal->read());
    for_each_value<T>(object->get_child_objects(), name, check);
  }
}

bool fits(std::int64_t value, int bits) {
  const std::int64_t reach = std::int64_t{1} << (bits - 1);
  return value >= -reach && value < reach;
}

bool counts_in(int value, int bits) { return value >= 0 && value < (1 << bits); }

void expect_instances(const Elaborated& is, const MachineStructure& s) {
  const LanePipeline& pipeline = s.pipeline;
  EXPECT_EQ(is.modules("sequencer"), 1);
  EXPECT_EQ(is.modules("write_control"), 1);
  EXPECT_EQ(is.modules("lane"), pipeline.lanes);
  EXPECT_EQ(is.modules("fetch_weights"), pipeline.lanes * pipeline.fetch_weight_cycles);
  EXPECT_EQ(is.modules("multiply"), pipeline.lanes * pipeline.multiply_cycles);
  EXPECT_EQ(is.modules("activate"), pipeline.lanes * pipeline.activate_cycles);
  EXPECT_EQ(is.modules("write_back"), pipeline.lanes);
  EXPECT_EQ(is.signals("fetched_words"), s.of(RegisterKind::fetched_word).count);
  EXPECT_EQ(is.signals("queued_words"), s.of(RegisterKind::queued_word).count);
  EXPECT_EQ(is.signals("multiply_words"), s.of(RegisterKind::multiply_word).count);
  EXPECT_EQ(is.signals("weight_words"), s.of(RegisterKind::weight).count);
  // The model adds the products of a chunk in M1 and hands their sum on.
  EXPECT_EQ(is.signals("sums") * pipeline.inputs_per_cycle, s.of(RegisterKind::product).count);
  EXPECT_EQ(is.signals("accumulator"), s.of(RegisterKind::accumulator).count);
  EXPECT_EQ(is.signals("result"), s.of(RegisterKind::result).count);
  EXPECT_EQ(is.signals("fetched") + is.signals("multiply"), s.of(RegisterKind::operation).count);
  EXPECT_EQ(
      is.signals("hold") + is.signals("take") + is.signals("writing") + is.signals("next_layer"),
      s.of(RegisterKind::handshake).count);
  EXPECT_EQ(is.signals("write_lane"), s.of(RegisterKind::write_lane).count);
  // Nothing else is a register. A lane derives its neuron from the operation, and the control its
  // units from the operations that issued; the model keeps them.
  EXPECT_EQ(
      is.signals_beside({"fetched_words", "queued_words", "multiply_words", "weight_words", "sums",
                         "accumulator", "result", "fetched", "multiply", "hold", "take", "writing",
                         "next_layer", "write_lane", "cycle_number", "accumulator_neuron",
                         "result_neuron", "taken_unit", "written_unit"}),
      "");
}

void expect_memories(const Machine& machine, const MachineStructure& s) {
  const BankAccesses accesses = machine.bank_accesses();
  const auto banks = [&](MemoryKind kind) { return static_cast<std::size_t>(s.of(kind).banks()); };
  EXPECT_EQ(accesses.weight_reads.size(), banks(MemoryKind::weights));
  EXPECT_EQ(accesses.bias_reads.size(), banks(MemoryKind::biases));
  EXPECT_EQ(accesses.input_reads.size(), banks(MemoryKind::inputs));
  EXPECT_EQ(accesses.activation_reads.size(), banks(MemoryKind::activations));
  const MemoryArray& activations = s.of(MemoryKind::activations);
  const int words = static_cast<int>(activations.words) * activations.banks_per_copy;
  for (int half = 0; half < activations.copies; ++half) {
    EXPECT_THROW(machine.activation(half, words), std::out_of_range);
    if (words > 0) {
      EXPECT_NO_THROW(machine.activation(half, words - 1));
    }
  }
}

void expect_values_fit(const Machine& machine, const MachineStructure& s) {
  const DatapathWidths& widths = s.widths;
  for (int i = 0; i < machine.lanes(); ++i) {
    const LaneRegisters lane = machine.lane(i);
    for (const std::int32_t weight : lane.weights) {
      ASSERT_TRUE(fits(weight, s.of(RegisterKind::weight).bits)) << weight;
    }
    ASSERT_TRUE(fits(lane.accumulator, s.of(RegisterKind::accumulator).bits)) << lane.accumulator;
    ASSERT_TRUE(fits(lane.result, s.of(RegisterKind::result).bits)) << lane.result;
  }
  int sum_bits = widths.product_bits;
  while ((1 << (sum_bits - widths.product_bits)) < s.pipeline.inputs_per_cycle) ++sum_bits;
  const auto& all = sc_core::sc_get_top_level_objects();
  for_each_value<std::int64_t>(all, "sums",
                               [&](std::int64_t sum) { EXPECT_TRUE(fits(sum, sum_bits)) << sum; });
  for (const char* words : {"fetched_words", "queued_words", "multiply_words"}) {
    for_each_value<int>(all, words, [&](int word) {
      EXPECT_TRUE(fits(word, s.of(RegisterKind::fetched_word).bits)) << word;
    });
  }
  const CycleState& state = machine.state();
  ASSERT_TRUE(counts_in(state.layer, s.control.layer_bits));
  for (const StageContent& content : state.multiply) {
    ASSERT_TRUE(counts_in(content.group, s.control.group_bits)) << content.group;
    ASSERT_TRUE(counts_in(content.first_input, s.control.input_bits)) << content.first_input;
  }
  ASSERT_TRUE(counts_in(state.first_lane_written, s.control.lane_bits));
}

TEST(ElaboratedMachine, IsTheStructureInInstancesMemoriesAndWidths) {
  int staged = 0, chunked = 0, skipping = 0, queued = 0;
  for (int i = 0; i < kCases; ++i) {
    test::RandomCase c = test::draw_case(kSeed, static_cast<std::uint64_t>(i));
    if (i % 3 == 2) test::read_ahead(c, static_cast<std::uint64_t>(i));
    SCOPED_TRACE("seed " + std::to_string(kSeed) + ", case " + std::to_string(i) + ": " +
                 to_string(c.point));
    const MachineConfiguration configuration = machine_configuration(c.network, c.point);
    const MachineStructure structure = structure_of(configuration);
    staged += c.point.multiplier_stages > 1;
    chunked += structure.pipeline.inputs_per_cycle > 1;
    queued += structure.of(RegisterKind::queued_word).count > 0;
    skipping += structure.of(UnitKind::comparator).count > 0;
    for (const SimulationModel model :
         {SimulationModel::stage_processes, SimulationModel::lane_processes}) {
      MachineOptions options;
      options.model = model;
      Machine machine(c.network, c.point, options);
      const Elaborated elaborated;
      if (model == SimulationModel::stage_processes) {
        expect_instances(elaborated, structure);
      } else {
        EXPECT_EQ(elaborated.modules("lane"), structure.pipeline.lanes);
      }
      expect_memories(machine, structure);
      for (const auto& input : c.inputs) {
        machine.issue(input);
        while (machine.running() && !testing::Test::HasFailure()) {
          machine.step();
          expect_values_fit(machine, structure);
        }
        if (testing::Test::HasFailure()) return;
      }
    }
  }
  for (const int corner : {staged, chunked, skipping, queued}) EXPECT_GE(corner, kCases / 4);
}

}  // namespace
}  // namespace minerva
