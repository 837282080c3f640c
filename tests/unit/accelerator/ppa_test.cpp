#include "minerva/accelsim/ppa.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>

#include "measured_machine.hpp"
#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/design/design.hpp"
#include "minerva/network/graph_network.hpp"

namespace minerva {
namespace {

const std::string kFolder = std::string(MINERVA_SOURCE_DIR) + "/configs/tech/";

MeasuredMachine book_design() {
  MeasuredMachine design;
  design.network = Topology{{784, 256, 256, 256, 10}};
  design.widths = {8, 6, 9, 19};
  design.activity = full_graph_activity(design.network.graph(), 1, 1);
  return design;
}

/// The message of a refusal, or "accepted".
std::string refusal(const MeasuredMachine& design, const Technology& technology) {
  try {
    estimate_figures(design, technology);
  } catch (const UserError& error) {
    return error.what();
  }
  return "accepted";
}

void expect_says(const std::string& message, std::initializer_list<const char*> words) {
  for (const char* word : words) {
    EXPECT_NE(message.find(word), std::string::npos) << "'" << word << "' in " << message;
  }
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
}

PartFigures of(const PpaFigures& figures, Component component) {
  return figures.components[static_cast<std::size_t>(component)];
}

TEST(Ppa, BookMachineNeedsStagesForItsWidths) {
  const Technology t = read_technology(kFolder + "public40.cfg");
  EXPECT_EQ(multiplier_stages({16, 16, 16, 26}, 1, 4, t), 2);
  EXPECT_EQ(multiplier_stages({8, 6, 9, 19}, 1, 4, t), 1);
  EXPECT_GT(multiplier_stages({8, 6, 9, 19}, 8, 4, t), 1);  // the tree takes time
  MeasuredMachine design = book_design();
  design.widths = {16, 16, 16, 26};
  EXPECT_THROW(estimate(design, t), UserError);
}

TEST(Ppa, PartsAddUpAndTheWeightMemoryIsCountTimesEnergy) {
  const Technology t = read_technology(kFolder + "public40.cfg");
  const MeasuredMachine design = book_design();
  const PpaEstimate ppa = estimate(design, t);
  double power_mw = 0, area_mm2 = 0;
  for (const PowerPart& part : ppa.power) power_mw += part.dynamic_mw + part.leakage_mw;
  for (const AreaPart& part : ppa.area) area_mm2 += part.area_mm2;
  EXPECT_EQ(power_mw, ppa.power_mw);  // the same sum
  EXPECT_EQ(area_mm2, ppa.area_mm2);
  EXPECT_EQ(ppa.cycles, 21062);
  EXPECT_NEAR(ppa.predictions_per_s, 1e9 / (21062 * 4.0), 1e-6);
  EXPECT_NEAR(ppa.energy_per_prediction_nj, ppa.power_mw * 21062 * 4.0 / 1000, 1e-6);
  // A lane's bank holds 16 x 784 + 2 x 16 x 256 + 256 words of 8 bits.
  const double bank_bits = (16 * 784 + 2 * 16 * 256 + 256) * 8;
  const double read_pj = t.sram_energy_fixed_pj + t.sram_energy_root_pj * std::sqrt(bank_bits);
  EXPECT_EQ(ppa.power[0].name, "weight SRAM");
  EXPECT_NEAR(ppa.power[0].dynamic_mw, 334336 * read_pj / (21062 * 4.0), 1e-9);
  EXPECT_NEAR(ppa.power[0].leakage_mw, 16 * bank_bits / 8192 * t.sram_leakage_uw_per_kb / 1000,
              1e-9);
}

/// The machine with an index of so many bits instead of a weight of 8, in four layers.
MeasuredMachine shared_design(int index_bits, bool signs) {
  MeasuredMachine design = book_design();
  design.widths.index_bits = index_bits;
  design.widths.codebooks = 4;
  design.widths.sign_weights = signs;
  return design;
}

void expect_near(const PartFigures& is, const PartFigures& should) {
  EXPECT_NEAR(is.dynamic_pj, should.dynamic_pj, 1e-12 * should.dynamic_pj);
  EXPECT_NEAR(is.leakage_uw, should.leakage_uw, 1e-12 * should.leakage_uw);
  EXPECT_NEAR(is.area_um2, should.area_um2, 1e-12 * should.area_um2);
}

TEST(Ppa, SharedWeightsPayForANarrowMemoryAndALookUp) {
  const Technology t = read_technology(kFolder + "public40.cfg");
  const PpaFigures whole = estimate_figures(book_design(), t);
  const PpaFigures shared = estimate_figures(shared_design(3, false), t);
  MeasuredMachine narrow = book_design();
  narrow.widths.weight_bits = 3;
  expect_near(of(shared, Component::weight_memory),
              of(estimate_figures(narrow, t), Component::weight_memory));
  // 16 lanes with a tree of 7 multiplexers for each of 8 bits, every weight passing all of them.
  const UnitFigures& bit = t.multiplexer_bit;
  expect_near(
      of(shared, Component::codebook_multiplexers),
      {334336 * 7 * 8 * bit.energy_pj, 16 * 7 * 8 * bit.leakage_uw, 16 * 7 * 8 * bit.area_um2});
  EXPECT_EQ(of(whole, Component::codebook_multiplexers).area_um2, 0);
  // Four codebooks of 8 entries of 8 bits, whose registers no prediction clocks.
  const PartFigures registers = of(whole, Component::registers);
  expect_near(of(shared, Component::registers),
              {registers.dynamic_pj, registers.leakage_uw + 4 * 8 * 8 * 0.074,
               registers.area_um2 + 4 * 8 * 8 * 5.981});
  for (const Component same : {Component::multipliers, Component::adders, Component::bias_store}) {
    expect_near(of(shared, same), of(whole, same));
  }
  EXPECT_LT(shared.energy_nj, whole.energy_nj);
}

TEST(Ppa, TernaryWeightsPayForANegationInPlaceOfAMultiplier) {
  const Technology t = read_technology(kFolder + "public40.cfg");
  const PpaFigures whole = estimate_figures(book_design(), t);
  const PpaFigures ternary = estimate_figures(shared_design(2, true), t);
  // An adder and a row of multiplexers of the 6 bits of X; the rows of public40 are of 32 bits.
  const UnitFigures& bit = t.multiplexer_bit;
  expect_near(of(ternary, Component::multipliers),
              {334336 * 6 * (0.0858 / 32 + bit.energy_pj), 16 * 6 * (2.38 / 32 + bit.leakage_uw),
               16 * 6 * (179.4 / 32 + bit.area_um2)});
  EXPECT_LT(of(ternary, Component::multipliers).dynamic_pj,
            of(whole, Component::multipliers).dynamic_pj / 4);
  EXPECT_EQ(of(ternary, Component::codebook_multiplexers).area_um2, 0);
  EXPECT_LT(of(ternary, Component::registers).area_um2, of(whole, Component::registers).area_um2);
  EXPECT_LE(t.mac_delay_ns(shared_design(2, true).widths, 1), t.mac_delay_ns({8, 6, 9, 19}, 1));
  // A word of one bit is none of its memories.
  EXPECT_TRUE(t.unanswered(shared_design(1, true).widths, 1, true).has_value());
  EXPECT_FALSE(t.unanswered(shared_design(2, true).widths, 1, true).has_value());
}

TEST(Ppa, EachStageOfTheFlowSaves) {
  const Technology t = read_technology(kFolder + "public40.cfg");
  MeasuredMachine design = book_design();
  const double quantized = estimate(design, t).power_mw;
  for (LayerActivity& layer : design.activity.layers) {
    layer.kept_inputs /= 4;
    layer.active_chunks /= 4;
  }
  design.thresholds.assign(static_cast<std::size_t>(design.network.layers()), true);
  const double pruned = estimate(design, t).power_mw;
  EXPECT_LT(pruned, quantized);
  design.mitigation = {Masking::bit, SignPolicy::zero, Detector::razor};
  const double protected_mw = estimate(design, t).power_mw;
  EXPECT_GT(protected_mw, pruned);
  design.supply = t.lowest_voltage(1e-2);
  EXPECT_LT(estimate(design, t).power_mw, pruned);
  const double area = estimate(design, t).area_mm2;
  design.mitigation.sign = SignPolicy::hardened;
  EXPECT_GT(estimate(design, t).area_mm2, area);
  design.supply.voltage_v = 0.2;
  EXPECT_THROW(estimate(design, t), UserError);
  design.supply.voltage_v = 0;
  design.point.clock_period_ns = 7;
  EXPECT_THROW(estimate(design, t), UserError);
}

// The ratios of the book's MNIST steps (Sec. 4.4) on its machine: what the calibrated file is for.
TEST(Ppa, CalibratedFileGivesTheRatiosItWasFittedTo) {
  const Technology t = read_technology(kFolder + "calibrated40.cfg");
  MeasuredMachine design = book_design();
  design.widths = {16, 16, 16, 26};
  design.point.multiplier_stages = 2;
  const double baseline_mw = estimate(design, t).power_mw;
  design.widths = {8, 6, 9, 19};
  design.point.multiplier_stages = 1;
  const double quantized_mw = estimate(design, t).power_mw;
  const int skipped_percent[] = {80, 70, 72, 76};
  design.thresholds.assign(static_cast<std::size_t>(design.network.layers()), true);
  design.activity.samples = 100;
  for (std::size_t k = 0; k < 4; ++k) {
    const int kept = design.network.facts(static_cast<int>(k)).inputs * (100 - skipped_percent[k]);
    design.activity.layers[k] = {kept, 0, kept};
  }
  const double pruned_mw = estimate(design, t).power_mw;
  design.mitigation = {Masking::bit, SignPolicy::zero, Detector::razor};
  design.supply = t.lowest_voltage(1e-2);
  const double scaled_mw = estimate(design, t).power_mw;
  EXPECT_NEAR(baseline_mw / quantized_mw, 1.6, 0.016);
  EXPECT_NEAR(quantized_mw / pruned_mw, 1.9, 0.019);
  EXPECT_NEAR(pruned_mw / scaled_mw, 2.5, 0.025);
}

// The book's machine at gate level: 16 x 16 at 7.413 pJ a product, one stage of 1.34 + 0.78 ns.
TEST(Ppa, Nangate45MachineByHand) {
  const Technology t = read_technology(kFolder + "nangate45.cfg");
  MeasuredMachine design = book_design();
  design.widths = {16, 16, 16, 26};
  EXPECT_EQ(multiplier_stages(design.widths, 1, 4, t), 1);
  EXPECT_EQ(multiplier_stages(design.widths, 1, 2, t), 2);
  // Three levels of 17, 18 and 19 bits, and the accumulator: 0.5275 + 0.555 + 0.5825 + 0.78 ns.
  EXPECT_NEAR(t.mac_delay_ns(design.widths, 8), 1.34 + 0.5275 + 0.555 + 0.5825 + 0.78, 1e-12);
  const PpaFigures figures = estimate_figures(design, t);
  EXPECT_EQ(of(figures, Component::multipliers).dynamic_pj, 334336 * 7.413);
  EXPECT_EQ(of(figures, Component::multipliers).area_um2, 16 * 1973.0);
  EXPECT_EQ(of(figures, Component::registers).area_um2, 4.5 * (2 * 17 + 16 * (16 + 2 * 26)));
  // Any period of the range asks for the same energies; time and leakage go with the period.
  design.point.clock_period_ns = 4.5;
  const PpaFigures slower = estimate_figures(design, t);
  EXPECT_EQ(of(slower, Component::multipliers).dynamic_pj, 334336 * 7.413);
  EXPECT_EQ(slower.time_ns, 21062 * 4.5);
}

// 4-6-3 on 4 lanes x 2 MACs in two chunks a group: groups of 4 and 2, then of 3. Counts, capacities
// and figures by hand, every component once.
TEST(Ppa, EveryComponentByHand) {
  const Technology t = read_technology(kFolder + "nangate45.cfg");
  MeasuredMachine design;
  design.network = Topology{{4, 6, 3}};
  design.widths = {8, 6, 9, 12};
  design.point = {4, 2, 2, 2, 3, 2, 4.0};  // 3 write ports, 2 stages
  design.thresholds = {true, false};
  design.activity = {2, 10, {{25, 0, 15}, {60, 0, 30}}};  // 2.5 of 4 inputs kept, 6 of 6
  design.mitigation = {Masking::bit, SignPolicy::hardened, Detector::razor};
  design.supply.voltage_v = 0.5;
  const PpaFigures figures = estimate_figures(design, t);

  const double reads = 2.5 * 6 + 6 * 3, broadcasts1 = 2 * 4, broadcasts2 = 1 * 6;
  const double updates = 1.5 * 6 + 3 * 3;
  // Layer 1: 2 groups of 2 chunks, writes 2 cycles then 1; layer 2: 3 chunks, then 1 cycle.
  const std::int64_t cycles = (3 + 4 + 0 + 0 + 1 + 1) + (3 + 3 + 0 + 1 + 1);
  EXPECT_EQ(figures.cycles, cycles);
  // All memories are smaller than a macro of 256 words.
  const auto macro_pj = [&](int bits) { return t.sram_energy_root_pj * std::sqrt(256.0 * bits); };
  const auto macro_um2 = [&](int bits) {
    return t.sram_area_fixed_um2 + t.sram_area_bit_um2 * 256 * bits;
  };
  const auto macro_uw = [&](int bits) { return t.sram_leakage_uw_per_kb * 256 * bits / 8192; };
  const double v = 0.5 / 0.95;
  const double weights_pj = reads * macro_pj(8) * v * v;
  const double weights_uw = 8 * macro_uw(8) * v * std::exp(t.sram_leakage_per_v * (0.5 - 0.95));
  const double mux_pj = 0.005875, mux_uw = 0.05296, mux_um2 = 2.175;
  const double adder_uw = 2.265, adder_um2 = 93, adder_pj = (0.151 + 0.334) / 2;
  const double register_bits = 2 * 7 * 2 + 4 * (2 * (8 + 9) + 2 * 12);
  struct Expected {
    Component component;
    double dynamic_pj, leakage_uw, area_um2;
  };
  const Expected all[] = {
      {Component::weight_memory, weights_pj, weights_uw, 8 * macro_um2(8)},
      {Component::activation_memory, broadcasts2 * macro_pj(6) + 6 * 0.751 * macro_pj(6),
       2 * 3 * macro_uw(6), 2 * 3 * macro_um2(6)},
      {Component::input_memory, broadcasts1 * macro_pj(6), 2 * macro_uw(6), 2 * macro_um2(6)},
      {Component::bias_store, 9 * macro_pj(9), 4 * macro_uw(9), 4 * macro_um2(9)},
      {Component::multipliers, reads * 1.021, 8 * 8.742, 8 * 359.0},
      {Component::saturation_multiplexers, reads * 9 * mux_pj, 8 * 9 * mux_uw, 8 * 9 * mux_um2},
      {Component::adders, reads * adder_pj, 8 * adder_uw, 8 * adder_um2},
      {Component::rectifiers, 6 * 0.018 * 12 / 32, 4 * 2.565 * 12 / 32, 4 * 105.3 * 12 / 32},
      {Component::rounding_adders, 6 * adder_pj, 4 * adder_uw, 4 * adder_um2},
      {Component::registers,
       0.009 *
           (14 * (broadcasts1 + broadcasts2) + 8 * reads + 9 * reads + 12 * (updates + 3) + 6 * 6),
       0.074 * register_bits, 4.5 * register_bits},
      {Component::comparators, broadcasts1 * 0.031, 2 * 0.3409, 2 * 14.0},
      {Component::fault_detectors, weights_pj * 0.128, weights_uw * 0.128,
       8 * macro_um2(8) * (0.003 + 1.0 / 8)},
      {Component::mask_multiplexers, reads * 8 * mux_pj, 4 * 2 * 8 * mux_uw, 4 * 2 * 8 * mux_um2},
  };
  double area_um2 = 0;
  for (const Expected& expected : all) {
    SCOPED_TRACE(to_string(expected.component));
    const PartFigures is = of(figures, expected.component);
    EXPECT_NEAR(is.dynamic_pj, expected.dynamic_pj, 1e-12 * expected.dynamic_pj);
    EXPECT_NEAR(is.leakage_uw, expected.leakage_uw, 1e-12 * expected.leakage_uw);
    EXPECT_NEAR(is.area_um2, expected.area_um2, 1e-12 * expected.area_um2);
    area_um2 += expected.area_um2;
  }
  const double clock_pj = static_cast<double>(cycles) * 3.67 * area_um2 / 1e6;
  EXPECT_NEAR(of(figures, Component::clock_network).dynamic_pj, clock_pj, 1e-12 * clock_pj);
  EXPECT_EQ(of(figures, Component::clock_network).area_um2, 0);
}

TEST(Ppa, WeightsInRomAreAnInstanceOfTheRomLaw) {
  const Technology t = read_technology(kFolder + "public40.cfg");
  const MeasuredMachine sram = book_design();
  MeasuredMachine rom = sram;
  rom.weight_storage = WeightStorage::rom;
  const PpaFigures with_sram = estimate_figures(sram, t);
  const PpaFigures with_rom = estimate_figures(rom, t);
  const PartFigures s = of(with_sram, Component::weight_memory);
  const PartFigures r = of(with_rom, Component::weight_memory);
  EXPECT_NEAR(r.dynamic_pj, s.dynamic_pj * t.rom_read_to_sram, 1e-12 * s.dynamic_pj);
  EXPECT_NEAR(r.leakage_uw, s.leakage_uw * t.rom_leakage_to_sram, 1e-12 * s.leakage_uw);
  EXPECT_NEAR(r.area_um2, s.area_um2 * t.rom_area_to_sram, 1e-12 * s.area_um2);
  for (std::size_t c = 1; c < kComponents; ++c) {  // nothing else but the clock network changes
    if (static_cast<Component>(c) == Component::clock_network) continue;
    EXPECT_EQ(with_rom.components[c].dynamic_pj, with_sram.components[c].dynamic_pj);
    EXPECT_EQ(with_rom.components[c].leakage_uw, with_sram.components[c].leakage_uw);
    EXPECT_EQ(with_rom.components[c].area_um2, with_sram.components[c].area_um2);
  }
  rom.supply.voltage_v = t.sram_nominal_v;  // named or not
  EXPECT_EQ(estimate_figures(rom, t).power_mw, with_rom.power_mw);
}

TEST(Ppa, RomRefusesFaultsTheirDetectionLowVoltageAndFurtherNetworks) {
  const Technology t = read_technology(kFolder + "public40.cfg");
  MeasuredMachine rom = book_design();
  rom.weight_storage = WeightStorage::rom;
  EXPECT_EQ(refusal(rom, t), "accepted");
  MeasuredMachine design = rom;
  design.mitigation = {Masking::bit, SignPolicy::zero, Detector::razor};
  expect_says(refusal(design, t), {"design.weight_storage = 'rom'", "faults.masking = bit"});
  design.mitigation = {Masking::none, SignPolicy::zero, Detector::razor};
  expect_says(refusal(design, t), {"design.weight_storage = 'rom'", "faults.detector = razor"});
  design = rom;
  design.supply.fault_rate = 1e-9;
  expect_says(refusal(design, t), {"design.weight_storage = 'rom'", "faults.rate = 1e-09"});
  design = rom;
  design.supply.voltage_v = 0.7;
  expect_says(refusal(design, t), {"design.weight_storage = 'rom'", "0.7", "0.95 V"});
  design = rom;
  design.also_for = {Topology{{54, 8}}};
  expect_says(refusal(design, t), {"design.weight_storage = 'rom'", "design.also_for = 54-8"});
}

TEST(Ppa, ProgrammableMachineHoldsTheLargestOfEachMemory) {
  const Technology t = read_technology(kFolder + "public40.cfg");
  const MeasuredMachine own = book_design();
  const PpaFigures alone = estimate_figures(own, t);
  MeasuredMachine both = own;
  both.also_for = {own.network, Topology{{54, 8}}};  // nothing larger than its own
  EXPECT_EQ(estimate_figures(both, t).power_mw, alone.power_mw);
  EXPECT_EQ(estimate_figures(both, t).area_mm2, alone.area_mm2);

  // More inputs, fewer neurons; more weights in all: 2837 x 128 against 784 x 256 + ...
  const Topology reuters{{2837, 128, 64, 512, 52}};
  both.also_for = {reuters};
  const PpaFigures programmable = estimate_figures(both, t);
  MeasuredMachine other = own;
  other.network = reuters;
  other.activity = full_activity(reuters, 1);
  const PpaFigures larger = estimate_figures(other, t);
  const auto area = [](const PpaFigures& figures, Component c) { return of(figures, c).area_um2; };
  for (const Component memory : {Component::weight_memory, Component::input_memory,
                                 Component::activation_memory, Component::bias_store}) {
    EXPECT_EQ(area(programmable, memory), std::max(area(alone, memory), area(larger, memory)))
        << to_string(memory);
    EXPECT_EQ(of(programmable, memory).leakage_uw,
              std::max(of(alone, memory).leakage_uw, of(larger, memory).leakage_uw));
  }
  EXPECT_GT(area(larger, Component::weight_memory), area(alone, Component::weight_memory));
  EXPECT_EQ(programmable.cycles, alone.cycles);  // of the network that runs
  EXPECT_EQ(of(programmable, Component::multipliers).dynamic_pj,
            of(alone, Component::multipliers).dynamic_pj);
  EXPECT_GT(of(programmable, Component::weight_memory).dynamic_pj,
            of(alone, Component::weight_memory).dynamic_pj);  // a larger macro costs more a read
  // The other way round the machine is the same.
  MeasuredMachine swapped = other;
  swapped.also_for = {own.network};
  EXPECT_EQ(estimate_figures(swapped, t).area_mm2, programmable.area_mm2);
}

TEST(Ppa, ADesignCostsWhatItsMachineCostsAtItsSupply) {
  const Technology t = read_technology(kFolder + "public40.cfg");
  Network network;
  NetworkLayer layer;
  layer.weights.setConstant(3, 4, 0.5F);
  layer.biases.setConstant(3, 0.25F);
  network.layers.push_back(layer);
  Design design;
  design.network = std::make_shared<const GraphNetwork>(graph_network(network));
  design.plan = uniform_plan(1, {{2, 6}, {2, 4}, {2, 7}});
  design.thresholds = {{0.1}};
  design.mitigation = {Masking::bit, SignPolicy::zero, Detector::razor};
  design.supply = t.lowest_voltage(1e-2);
  design.point.lanes = 2;
  const ActivityProfile activity = {1, 10, {{25, 10, 25}}};
  MeasuredMachine machine;
  machine.network = Topology{{4, 3}};
  machine.point = design.point;
  machine.widths = {8, 6, 9, 12};  // 9 + ceil(log2(4 + 1))
  machine.thresholds = {true};
  machine.mitigation = design.mitigation;
  machine.activity = activity;
  machine.supply = design.supply;
  const PpaEstimate of_design = estimate(design, activity, t);
  const PpaEstimate of_machine = estimate(machine, t);
  EXPECT_EQ(of_design.power_mw, of_machine.power_mw);
  EXPECT_EQ(of_design.area_mm2, of_machine.area_mm2);
  EXPECT_EQ(of_design.cycles, of_machine.cycles);
  EXPECT_GT(of_design.power[6].dynamic_mw, 0);  // the threshold has its comparator
  design.supply = {};
  EXPECT_GT(estimate(design, activity, t).power_mw, of_design.power_mw);
}

TEST(Ppa, BanksOfAGivenSizePayForIt) {
  const Technology t = read_technology(kFolder + "public40.cfg");
  MeasuredMachine design = book_design();
  const double derived_um2 = of(estimate_figures(design, t), Component::weight_memory).area_um2;
  design.point.weight_bank_words = 20992;  // 16 x 784 + 2 x 16 x 256 + 256
  EXPECT_EQ(of(estimate_figures(design, t), Component::weight_memory).area_um2, derived_um2);
  design.point.weight_bank_words = 32768;
  EXPECT_EQ(of(estimate_figures(design, t), Component::weight_memory).area_um2,
            16 * (t.sram_area_fixed_um2 + t.sram_area_bit_um2 * 32768 * 8));
}

TEST(Ppa, RefusalsNameBothSides) {
  const Technology t = read_technology(kFolder + "public40.cfg");
  const Technology n = read_technology(kFolder + "nangate45.cfg");
  MeasuredMachine design = book_design();
  design.point.clock_period_ns = 7;
  expect_says(refusal(design, t), {"design.clock_period_ns", "7", "1, 2, 3, 4, 5, 6, 10 ns"});
  expect_says(refusal(design, n), {"design.clock_period_ns", "7", "1 to 6 ns"});
  design = book_design();
  design.widths.weight_bits = 3;
  expect_says(refusal(design, n), {"3 x 6 bits", "4 to 16 bits", "nangate45"});
  design = book_design();
  design.widths.accumulator_bits = 33;
  expect_says(refusal(design, n), {"33 bits", "8 to 32 bits", "nangate45"});
  EXPECT_EQ(refusal(design, t), "accepted");  // scaled from 32 bits, at any width
  design = book_design();
  design.widths.activation_bits = 5;
  EXPECT_EQ(refusal(design, n), "accepted");  // no comparator, no refusal
  design.thresholds.assign(4, true);
  expect_says(refusal(design, n), {"5 bits", "6 to 16 bits", "nangate45"});
  design = book_design();
  design.widths.product_bits = 33;
  expect_says(refusal(design, t), {"33", "2 to 32 bits", "public40"});
  design = book_design();
  design.supply.voltage_v = 0.3;
  expect_says(refusal(design, t), {"faults.voltage_v", "0.3", "0.34 to 0.95 V"});
  design = book_design();
  design.point.weight_bank_words = 20991;
  expect_says(refusal(design, t),
              {"design.weight_bank_words", "20991", "20992 words", "784-256-256-256-10"});
  design.point.weight_bank_words = 20992;
  design.also_for = {Topology{{2837, 128, 64, 512, 52}}};
  expect_says(refusal(design, t), {"design.weight_bank_words", "20992", "2837-128-64-512-52"});
  design = book_design();
  design.mitigation = {Masking::bit, SignPolicy::zero, Detector::parity};
  expect_says(refusal(design, t), {"parity", "razor"});
  design.mitigation = {Masking::word, SignPolicy::zero, Detector::none};
  expect_says(refusal(design, t), {"none", "parity"});
}

}  // namespace
}  // namespace minerva
