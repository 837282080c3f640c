#include "minerva/faultsim/chip_map.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "chip_in_machine.hpp"
#include "cluster_problem.hpp"
#include "minerva/accelsim/fault_tables.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/faultsim/fault_map_counts.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/network/quantize_network.hpp"
#include "random_graph.hpp"

// The fault map of one chip: its file, what its cells read as, and where the weights are in it.
namespace minerva::faultsim {
namespace {

const std::string kHead =
    "minerva-chip-map-1\naddress = network\nbits = 8\nvoltages_v = 0.5,0.6\n"
    "voltages = at_or_below\nlayer,word,bit,voltage_v,reads\n";

std::string refusal(const std::function<void()>& call) {
  try {
    call();
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

/// A layer of 2 inputs and 3 neurons, whose weights by word are 1, 2, .. 6.
QuantizedNetwork numbered_network() {
  QuantizedNetwork network;
  QuantizedLayer layer;
  layer.n_in = 2;
  layer.n_out = 3;
  layer.formats = {{2, 6}, {2, 6}, {2, 6}};
  layer.weights.resize(6);
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 2; ++j) {
      layer.weights[layer.index(j, i)] = static_cast<std::int16_t>(1 + i * 2 + j);
    }
  }
  layer.biases.assign(3, 0);
  network.layers.push_back(layer);
  return network;
}

ChipFaults by_layer(const std::string& text, const QuantizedNetwork& network) {
  return ChipFaults(chip_map_from_text(text, "map"), network, words_by_layer(network));
}

/// The faulty bits of word i * n_in + j.
unsigned mask_of_word(const QuantizedNetwork& network, int word) {
  const QuantizedLayer& layer = network.layers[0];
  return layer.faulty_bits[layer.index(word % layer.n_in, word / layer.n_in)];
}

TEST(ChipMap, ACellReadsWhatItsLineSaysAndIsFaultyWhereThatIsNotStored) {
  QuantizedNetwork network = numbered_network();
  const ChipFaults chip = by_layer(kHead +
                                       "0,4,0,0.6,0\n"         // stores 5: bit 0 is 1
                                       "0,4,1,0.6,0\n"         // bit 1 is 0 already
                                       "0,4,1,0.5,1\n"         // and below that voltage reads 1
                                       "0,4,2,0.5,inverted\n"  // bit 2 is 1
                                       "0,5,3,0.6,1\n",        // stores 6: bit 3 is 0
                                   network);
  EXPECT_EQ(chip.inject(network, 0.6), 2);
  EXPECT_EQ(mask_of_word(network, 4), 1U);
  EXPECT_EQ(mask_of_word(network, 5), 8U);
  EXPECT_EQ(network.weight_as_read(0, 0, 2), 4);
  EXPECT_EQ(chip.inject(network, 0.5), 4);
  EXPECT_EQ(mask_of_word(network, 4), 7U);
  EXPECT_EQ(network.weight_as_read(0, 0, 2), 2);  // 5 without bits 0 and 2, with bit 1
  EXPECT_EQ(chip.inject(network, std::nullopt), 0);
  EXPECT_TRUE(network.layers[0].faulty_bits.empty());
}

TEST(ChipMap, FaultsOfOneVoltageAloneAreNotNested) {
  QuantizedNetwork network = numbered_network();
  std::string text = kHead;
  text.replace(text.find("at_or_below"), 11, "at");
  const ChipFaults chip = by_layer(
      text + "0,0,0,0.6,inverted\n0,1,0,0.5,inverted\n0,2,0,0.5,0\n0,2,0,0.6,1\n", network);
  EXPECT_EQ(chip.inject(network, 0.6), 1);
  EXPECT_EQ(mask_of_word(network, 0), 1U);
  EXPECT_EQ(mask_of_word(network, 2), 0U);  // stores 3, reads 1
  EXPECT_EQ(chip.inject(network, 0.5), 2);
  EXPECT_EQ(mask_of_word(network, 0), 0U);
  EXPECT_EQ(mask_of_word(network, 2), 1U);
}

TEST(ChipMap, AHardenedSignColumnDoesNotFail) {
  QuantizedNetwork network = numbered_network();
  network.mitigation = {Masking::bit, SignPolicy::hardened, Detector::razor};
  const ChipFaults chip = by_layer(kHead + "0,0,7,0.6,inverted\n0,0,6,0.6,inverted\n", network);
  EXPECT_EQ(chip.inject(network, 0.6), 2);
  EXPECT_EQ(mask_of_word(network, 0), 0x40U);
}

TEST(ChipMap, IsReadBackAsItWasWritten) {
  const std::string text =
      "minerva-chip-map-1\naddress = memory\nlanes = 2\nbanks = 3\nrows = 40\nbits = 9\n"
      "voltages_v = 0.60000001,0.55,0.1\nvoltages = at\nclock_period_ns = 2.5\n"
      "conditions = chip 7, 25 C\nlane,bank,row,bit,voltage_v,reads\n"
      "0,2,39,8,0.55,1\n1,0,0,0,0.60000001,0\n1,0,0,0,0.60000001,1\n1,0,0,0,0.1,inverted\n";
  EXPECT_EQ(chip_map_text(chip_map_from_text(text, "map")), text);
  // Comments, blanks, empty lines and line ends of Windows are no difference, nor is the order.
  std::string loose = "# a chip\n\n" + text + " 0 , 0,1, 2,0.55, 0\n";
  for (std::size_t at = 0; (at = loose.find('\n', at)) != std::string::npos; at += 2) {
    loose.replace(at, 1, "\r\n");
  }
  const ChipMap map = chip_map_from_text(loose, "map");
  ASSERT_EQ(map.faults.size(), 5U);
  EXPECT_EQ(map.faults.front().word.row, 1);
  EXPECT_EQ(*map.clock_period_ns, 2.5);
}

TEST(ChipMap, BadLinesAreNamed) {
  const std::map<std::string, std::string> lines = {
      {"0,0,8,0.6,0", "map:7: bit = '8': needs 0 to 7"},
      {"0,0,-1,0.6,0", "map:7: bit = '-1': needs 0 to 7"},
      {"0,x,0,0.6,0", "map:7: word = 'x': needs 0 to 2147483647"},
      {"1024,0,0,0.6,0", "map:7: layer = '1024': needs 0 to 1023"},
      {"0,0,0,0.55,0", "map:7: voltage_v = '0.55': needs a voltage that was measured: 0.6, 0.5"},
      {"0,0,0,nan,0", "map:7: voltage_v = 'nan': needs a voltage that was measured: 0.6, 0.5"},
      {"0,0,0,,0", "map:7: voltage_v = '': needs a voltage"},
      {"0,0,0,0.6,2", "map:7: reads = '2': needs one of 0, 1, inverted"},
      {"0,0,0,0.6", "map:7 = '0,0,0,0.6': needs layer,word,bit,voltage_v,reads"},
      {"0,0,0,0.6,0,0", "map:7 = '0,0,0,0.6,0,0': needs layer,word,bit,voltage_v,reads"}};
  for (const auto& [line, message] : lines) {
    const std::string said = refusal([&line = line] { chip_map_from_text(kHead + line, "map"); });
    if (line == "0,0,0,,0") {
      EXPECT_EQ(said.rfind("map:7: voltage_v", 0), 0U) << said;
    } else {
      EXPECT_EQ(said, message);
    }
  }
  const std::string twice =
      "is a cell of line 7: needs one line, or one that reads 0 and one that reads 1";
  for (const char* second : {"0,0,0,0.5,0", "0,0,0,0.6,0", "0,0,0,0.6,inverted"}) {
    EXPECT_EQ(
        refusal([&] { chip_map_from_text(kHead + "0,0,0,0.6,0\n0,1,0,0.6,0\n" + second, "map"); }),
        "map:9 = 'bit 0': " + twice);
  }
}

TEST(ChipMap, BadHeadsAreNamed) {
  const auto with = [](const std::string& from, const std::string& to) {
    std::string text = kHead;
    text.replace(text.find(from), from.size(), to);
    return refusal([&] { chip_map_from_text(text, "map"); });
  };
  EXPECT_EQ(with("minerva-chip-map-1", "minerva-chip-map-2"),
            "map = 'minerva-chip-map-2': needs the line minerva-chip-map-1 first");
  EXPECT_EQ(refusal([] { chip_map_from_text("", "map"); }),
            "map: needs the line minerva-chip-map-1 first");
  EXPECT_EQ(with("bits = 8", "bits = 17"), "map:3: bits = '17': needs 1 to 16");
  EXPECT_EQ(with("bits = 8\n", ""), "map = 'bits': is missing in its head");
  EXPECT_EQ(with("bits = 8", "bits = 8\nbits = 8"),
            "map:4 = 'bits': stands twice in the head of the map");
  EXPECT_EQ(with("bits = 8", "bits = 8\nlanes = 4"),
            "map:4 = 'lanes': is no key of a map whose address is network");
  EXPECT_EQ(with("address = network", "address = memory"), "map = 'lanes': is missing in its head");
  EXPECT_EQ(with("bits = 8", "width = 8").rfind("map:3 = 'width': is no key of a fault map", 0),
            0U);
  EXPECT_EQ(with("0.5,0.6", "0.5,0.5"),
            "map:4: voltages_v = '0.5': stands twice among the voltages");
  EXPECT_EQ(with("0.5,0.6", "0.5,-1"),
            "map:4: voltages_v = '-1': needs voltages above 0 and up to 10 V");
  EXPECT_EQ(with("at_or_below", "below"),
            "map:5: voltages = 'below': needs one of at_or_below, at");
  EXPECT_EQ(with("layer,word", "word,layer"),
            "map:6 = 'word,layer,bit,voltage_v,reads': needs the line "
            "layer,word,bit,voltage_v,reads before the faults");
}

QuantizedNetwork two_layers(const ClusterProblem& problem) {
  return quantize_network(problem.network, uniform_plan(2, {{2, 6}, {3, 5}, {3, 8}}));
}

DesignPoint machine() {
  DesignPoint point;
  point.lanes = 5;
  point.macs_per_lane = 3;
  point.weight_bandwidth = 3;
  point.activation_bandwidth = 3;
  point.clock_period_ns = 4;
  return point;
}

TEST(ChipMap, WeightsAreWhereTheMachineStoresThem) {
  const ClusterProblem problem = cluster_problem(2);
  const QuantizedNetwork network = two_layers(problem);
  const DesignPoint point = machine();
  const int banks = point.weight_banks_per_lane();
  const WordOfWeight word_of = words_in_memory(network.topology(), point);
  std::int64_t first_row = 0;
  for (int k = 0; k < 2; ++k) {
    const QuantizedLayer& layer = network.layers[static_cast<std::size_t>(k)];
    const int rows = (layer.n_in + banks - 1) / banks;
    for (int i = 0; i < layer.n_out; ++i) {
      for (int j = 0; j < layer.n_in; ++j) {
        const MapWord word = word_of(k, i, j);
        ASSERT_EQ(word.unit, i % 5);
        ASSERT_EQ(word.bank, j % banks);
        ASSERT_EQ(word.row, first_row + std::int64_t{i / 5} * rows + j / banks);
      }
    }
    first_row += std::int64_t{(layer.n_out + 4) / 5} * rows;
  }
}

/// A technology whose fault table has a criterion or none.
Technology technology_with(const std::optional<FaultCriterion>& criterion) {
  Technology technology;
  technology.name = "invented";
  technology.sram_nominal_v = 0.9;
  const std::vector<FaultRateRow> rates = {{0.9, 1e-7},  {0.7, 1e-3}, {0.6, 6e-3},
                                           {0.55, 0.04}, {0.5, 0.3},  {0.4, 0.7}};
  for (const FaultRateRow& rate : rates) {
    FigureRow row;
    row.name = kFaultTable;
    row.index = {rate.voltage_v};
    row.value = rate.rate;
    row.conditions = criterion ? std::string(to_string(*criterion)) + ": x" : "in other words";
    technology.rows.push_back(row);
  }
  FigureRow clock;
  clock.name = kFaultClock;
  clock.value = 4;
  technology.rows.push_back(clock);
  technology.fault_rates = rates;
  return technology;
}

TEST(ChipMap, ADrawnMapThatIsWrittenAndReadBackHasItsFaultsAndCounts) {
  const ClusterProblem problem = cluster_problem(2);
  const QuantizedNetwork network = two_layers(problem);
  FixedEvaluator evaluator(problem.samples, problem.reference, 1);
  for (const std::optional<FaultCriterion> criterion :
       {std::optional<FaultCriterion>(), std::optional(FaultCriterion::clocked),
        std::optional(FaultCriterion::read_flip)}) {
    const Technology technology = technology_with(criterion);
    FaultOptions options;
    options.seed = 12;
    const std::string text = chip_map_text(
        chip_of_technology(options, 3, technology, quantized_graph(network), machine()));
    const ChipMap read = chip_map_from_text(text, "chip");
    EXPECT_EQ(read.measured_v, (std::vector<double>{0.9, 0.7, 0.6, 0.55, 0.5}));
    const ChipFaults chip = place_chip(read, "chip", quantized_graph(network), machine());
    EXPECT_EQ(chip.elsewhere(), 0);
    for (const Mitigation& mitigation :
         {Mitigation{Masking::none, SignPolicy::zero, Detector::none},
          Mitigation{Masking::bit, SignPolicy::hardened, Detector::razor}}) {
      options.criterion = criterion;
      FaultMapCounts counts(quantized_graph(network), mitigation, evaluator, options);
      QuantizedNetwork drawn = network;
      QuantizedNetwork from_file = network;
      drawn.mitigation = from_file.mitigation = mitigation;
      for (const double voltage : read.measured_v) {
        double rate = 0;
        for (const FaultRateRow& row : technology.fault_rates) {
          if (row.voltage_v == voltage) rate = row.rate;
        }
        inject_faults(drawn, 12, 3, rate, 1, criterion);
        chip.inject(from_file, voltage);
        for (std::size_t k = 0; k < 2; ++k) {
          ASSERT_EQ(from_file.layers[k].faulty_bits, drawn.layers[k].faulty_bits) << voltage;
        }
        EXPECT_EQ(evaluator.evaluate(from_file).wrong, counts.wrong(rate, 3)) << voltage;
      }
    }
  }
}

/// A convolution with a fused pool, a shortcut and a dense layer in random integers.
QuantizedGraph network_of_maps() {
  LayerGraph graph = parse_layer_graph("6x6x2 c5k3p1 m2 c5k3p1+2 4", "network");
  check_graph(graph, "network");
  KeyedRandom random(5, Stream::test, 0);
  return random_quantized_graph(random, graph,
                                uniform_plan(graph.layers(), {{1, 7}, {4, 4}, {6, 8}}));
}

// The words of filters are those of the lanes' memories, and every position reads the same ones.
TEST(ChipMap, ADrawnMapOfANetworkOfMapsHasItsFaults) {
  const QuantizedGraph network = network_of_maps();
  const Technology technology = technology_with(std::nullopt);
  FaultOptions options;
  options.seed = 12;
  const ChipMap read = chip_map_from_text(
      chip_map_text(chip_of_technology(options, 3, technology, network, machine())), "chip");
  const ChipFaults chip = place_chip(read, "chip", network, machine());
  EXPECT_EQ(chip.elsewhere(), 0);
  int compared = 0;
  for (const FaultRateRow& row : technology.fault_rates) {
    if (row.rate > kMaxFaultRate) continue;
    ++compared;
    QuantizedGraph drawn = network;
    QuantizedGraph from_file = network;
    inject_faults(drawn, 12, 3, row.rate, 1, std::nullopt);
    chip.inject(from_file, row.voltage_v);
    for (std::size_t k = 0; k < network.layers.size(); ++k) {
      if (network.layers[k].weights.empty()) continue;
      ASSERT_EQ(from_file.layers[k].faulty_bits, drawn.layers[k].faulty_bits) << row.voltage_v;
    }
  }
  EXPECT_EQ(compared, 5);
  ChipMap by_word;
  by_word.address = MapAddress::network;
  by_word.bits = 8;
  by_word.faults = {{{1, 0, 0}, 0, 0.5, ReadsAs::zero}};
  EXPECT_EQ(refusal([&] { place_chip(by_word, "chip", network, machine()); }),
            "chip: layer = '1': needs a layer with weights, which layer 2 (m2) is not");
}

TEST(ChipMap, AChipThatDoesNotFitTheMachineIsNamed) {
  const ClusterProblem problem = cluster_problem(2);
  const QuantizedNetwork network = two_layers(problem);
  const ChipMap whole = chip_of_technology({}, 0, technology_with(FaultCriterion::clocked),
                                           quantized_graph(network), machine());
  const auto refused = [&](const std::function<void(ChipMap&)>& change,
                           const DesignPoint& point = machine()) {
    ChipMap map = whole;
    change(map);
    return refusal([&] { place_chip(map, "chip", quantized_graph(network), point); });
  };
  EXPECT_EQ(refused([](ChipMap&) {}), "");
  EXPECT_EQ(refused([](ChipMap& map) { map.bits = 7; }),
            "chip: bits = '7': needs at least 8, the bits of a weight");
  EXPECT_EQ(refused([](ChipMap& map) { map.lanes = 4; }),
            "chip: lanes = '4': needs at least 5, the lanes of the machine");
  EXPECT_EQ(refused([](ChipMap& map) { map.banks = 2; }),
            "chip: banks = '2': needs at least 3, the weight banks of a lane of the machine");
  EXPECT_NE(refused([](ChipMap& map) { --map.rows; }).find("chip: rows"), std::string::npos);
  DesignPoint fast = machine();
  fast.clock_period_ns = 3;
  EXPECT_EQ(refused([](ChipMap&) {}, fast),
            "design.clock_period_ns = '3': needs 4 ns or more, at which the chip of chip was "
            "measured");
  ChipMap by_word;
  by_word.address = MapAddress::network;
  by_word.bits = 8;
  by_word.faults = {{{2, 0, 0}, 0, 0.5, ReadsAs::zero}};
  EXPECT_EQ(refusal([&] {
              place_chip(by_word, "chip", quantized_graph(network), machine());
            }).rfind("chip: layer = '2': needs 0 to 1, the layers of ", 0),
            0U);
  by_word.faults[0].word = {1, 0, 1 << 30};
  EXPECT_EQ(refusal([&] {
              place_chip(by_word, "chip", quantized_graph(network), machine());
            }).rfind("chip: word = '1073741824': needs 0 to ", 0),
            0U);
}

}  // namespace
}  // namespace minerva::faultsim
