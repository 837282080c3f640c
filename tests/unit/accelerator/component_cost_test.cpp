#include <gtest/gtest.h>

#include <cmath>

#include "component_rows.hpp"
#include "measured_machine.hpp"
#include "minerva/accelsim/core_events.hpp"
#include "minerva/accelsim/power_interval.hpp"
#include "minerva/accelsim/timing.hpp"
#include "minerva/base/errors.hpp"

// A technology with rows for every component, on small machines computed by hand.
namespace minerva {
namespace {

/// 4-6-3 on 4 lanes x 2 MACs in two chunks a group: groups of 4 and 2, then of 3. The first layer
/// skips, the second one does not.
MeasuredMachine small_machine() {
  MeasuredMachine design;
  design.network = Topology{{4, 6, 3}};
  design.widths = {8, 6, 9, 12};
  design.point = {4, 2, 2, 2, 3, 2, 4.0};  // 3 write ports, 2 stages
  design.thresholds = {true, false};
  design.activity = {2, 10, {{25, 0, 15}, {60, 0, 30}}};  // 2.5 of 4 inputs kept, 6 of 6
  design.mitigation = {Masking::bit, SignPolicy::zero, Detector::razor};
  design.supply.voltage_v = 0.5;
  return design;
}

PartFigures of(const PpaFigures& figures, Component component) {
  return figures.components[static_cast<std::size_t>(component)];
}

std::string refusal(const MeasuredMachine& design, const Technology& technology) {
  try {
    estimate_figures(design, technology);
  } catch (const UserError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(ComponentCost, EveryComponentByHand) {
  const Technology t = component_technology();
  const PpaFigures figures = estimate_figures(small_machine(), t);

  // Reads, products and updates of the first layer are of kept inputs, those of the second dense.
  const double kept = 2.5 * 6, dense = 6 * 3, reads = kept + dense;
  const double kept_updates = 1.5 * 6, dense_updates = 3 * 3;
  const double cycles = 9 + 8;
  const double broadcasts = 2 * 4 + 1 * 6;
  const double result_bits = 6 * 6 + 12 * 3;  // X of hidden words, accumulators of the outputs
  const double control_bits = 7 + 3 + 3 + 2;  // layers to 64, 6 neurons, 6 inputs, lanes 0 to 3
  const double kept_words = 2 * 2.5, dense_words = 6;  // that F1 keeps
  EXPECT_EQ(static_cast<double>(figures.cycles), cycles);

  const auto macro_pj = [](int bits) {
    return 0.25 + 0.03 * bits + 0.0002 * 256 + 0.00004 * 256 * bits;
  };
  const auto macro_um2 = [](int bits) { return 300 + 25.0 * bits + 0.5 * 256 + 0.3 * 256 * bits; };
  const auto macro_uw = [](int bits) { return 42.4 * 256 * bits / 8192; };
  const double write = 0.751;
  const double v = 0.5 / 0.95;
  const double weights_pj = reads * macro_pj(8) * v * v;
  const double weights_uw = 8 * macro_uw(8) * v * std::exp(2.684 * (0.5 - 0.95));
  // Between the rows of 4 and 16 bits.
  const double rounding_uw = 0.4 + 1.2 * 5 / 12, rounding_um2 = 16 + 48.0 * 5 / 12;

  const double fetched_bits = 6 * broadcasts;
  const double flag_bits = 2 * broadcasts;  // before F2 and M1
  const double ungated_bits = 2 * 3;        // flags of two words, before M2 as well
  // Words before F2 and M1; weights, products, accumulator, result.
  const double gates = 2 * 2 + 4 * (2 + 2 + 1 + 1);
  const double enabled =
      broadcasts + kept_words + dense_words + reads + reads + kept_updates + dense_updates + 9;
  const double gated_bits = fetched_bits + 6 * (kept_words + dense_words) + 8 * reads + 9 * reads +
                            12 * (kept_updates + dense_updates) + result_bits;
  const double control_register_bits = 59;  // ControlRegistersByHand of machine_structure_test
  const double register_bits = 2 * 7 * 2 + 4 * (2 * (8 + 9) + 2 * 12);
  struct Expected {
    Component component;
    double dynamic_pj, leakage_uw, area_um2;
  };
  const Expected all[] = {
      {Component::weight_memory, weights_pj, weights_uw, 8 * macro_um2(8)},
      {Component::activation_memory, 6 * macro_pj(6) + 6 * write * macro_pj(6), 6 * macro_uw(6),
       6 * macro_um2(6)},
      // Two memories of two banks; four inputs are loaded.
      {Component::input_memory, 8 * macro_pj(6) + 4 * write * macro_pj(6), 4 * macro_uw(6),
       4 * macro_um2(6)},
      {Component::bias_store, 9 * macro_pj(9), 4 * macro_uw(9), 4 * macro_um2(9)},
      {Component::multipliers, kept * 0.3 + dense * 0.0625, 8 * 8.742, 8 * 359.0},
      {Component::saturation_multiplexers, 0, 0, 0},
      {Component::product_rounding, kept * 0.085 + dense * 0.017, 8 * rounding_uw,
       8 * rounding_um2},
      {Component::adders, kept * 0.16 + dense * 0.04, 8 * 2.265, 8 * 93.0},
      {Component::rectifiers, 6 * 0.03, 4 * 0.9, 4 * 41.0},
      {Component::rounding_adders, 0, 0, 0},
      {Component::registers,
       (fetched_bits + flag_bits + result_bits) * 0.007 +
           6 * (kept_words * 0.011 + dense_words * 0.007) + 8 * (kept * 0.011 + dense * 0.007) +
           9 * (kept * 0.011 + dense * 0.007) +
           12 * (kept_updates * 0.011 + dense_updates * 0.007) +
           (ungated_bits * cycles - flag_bits) * 0.005,
       0.074 * (register_bits + 2), 4.5 * (register_bits + 2)},
      {Component::comparators, 8 * 0.011, 2 * 0.3409, 2 * 14.0},
      {Component::fault_detectors, weights_pj * 0.128, weights_uw * 0.128,
       8 * macro_um2(8) * 0.003},
      {Component::mask_multiplexers, reads * 8 * 0.003, 64 * 0.03, 64 * 1.9},
      {Component::accumulator_multiplexers, 12 * (kept_updates * 0.0055 + dense_updates * 0.001),
       48 * 0.05, 48 * 2.1},
      {Component::operand_buffers, (kept_words + dense_words) * 4 * 7 * 0.0015, 56 * 0.02,
       56 * 0.8},
      {Component::write_multiplexer, 4 * result_bits * 0.0007, 48 * 0.025, 48 * 1.2},
      {Component::sequencer, cycles * control_bits * 0.02, control_bits * 0.15, control_bits * 9},
      {Component::selection, 0, 0, 0},
      {Component::level_shifters, reads * 8 * 0.002, 64 * 0.04, 64 * 2.4},
      {Component::supply_regulator, 0.25 * weights_pj * 1.128, 0.25 * weights_uw * 1.128, 0},
      {Component::clock_gates, enabled * 0.019 + (gates * cycles - enabled) * 0.0045, gates * 0.06,
       gates * 3.5},
      {Component::clock_network,
       ((ungated_bits + gates + control_register_bits) * cycles + gated_bits) * 0.0008 * 1.5, 0, 0},
      {Component::off_chip_memory, 0, 0, 0},
      {Component::input_queue, 0, 0, 0},
      {Component::codebook_multiplexers, 0, 0, 0},
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
  EXPECT_EQ(std::size(all) + 1, kComponents);  // the wires, which cross that area
  EXPECT_NEAR(figures.area_mm2, area_um2 / 1e6, 1e-12);
  const auto side_mm = [](double um2) { return std::sqrt(um2 / 1e6); };
  const double wires_pj =
      0.04 * (broadcasts * 7 * side_mm(area_um2) + reads * 8 * side_mm(2 * macro_um2(8)) +
              (6 + 6) * 6 * side_mm(3 * macro_um2(6)) + 8 * 6 * side_mm(2 * macro_um2(6)));
  EXPECT_NEAR(of(figures, Component::wires).dynamic_pj, wires_pj, 1e-12 * wires_pj);
}

// Rows of a whole core: the control by all of its flip-flops, adders by their use, selection.
TEST(ComponentCost, FiguresOfACoreByHand) {
  const Technology without = component_technology();
  const Technology t = core_technology();
  MeasuredMachine design = small_machine();
  const PpaFigures before = estimate_figures(design, without);
  const PpaFigures figures = estimate_figures(design, t);
  const auto expect = [&](Component component, double dynamic_pj, double leakage_uw,
                          double area_um2) {
    SCOPED_TRACE(to_string(component));
    const PartFigures is = of(figures, component);
    EXPECT_NEAR(is.dynamic_pj, dynamic_pj, 1e-12 * dynamic_pj);
    EXPECT_NEAR(is.leakage_uw, leakage_uw, 1e-12 * leakage_uw);
    EXPECT_NEAR(is.area_um2, area_um2, 1e-12 * area_um2);
  };
  expect(Component::sequencer, 17 * 59 * 0.013, 59 * 0.17, 59 * 11.0);
  // Products of 9 bits; 15 of kept inputs, 18 dense.
  expect(Component::selection, 9 * (15 * 0.0031 + 18 * 0.0007), 72 * 0.021, 72 * 1.1);
  // Behind registers; the one adder of a lane's tree works whenever its accumulator's does.
  expect(Component::adders, 2 * (9 * 0.16 * 0.5 + 9 * 0.04 * 0.75), 8 * 2.265, 8 * 93.0);
  expect(Component::product_rounding, 15 * 0.085 * 0.8 + 18 * 0.017 * 0.9,
         of(before, Component::product_rounding).leakage_uw,
         of(before, Component::product_rounding).area_um2);
  for (const Component same : {Component::multipliers, Component::registers, Component::clock_gates,
                               Component::clock_network}) {
    EXPECT_EQ(of(figures, same).dynamic_pj, of(before, same).dynamic_pj) << to_string(same);
  }
  // Without registers of products nothing holds their glitches back.
  design.point.multiplier_stages = 1;
  design.point.clock_period_ns = 6;
  EXPECT_NEAR(of(estimate_figures(design, t), Component::adders).dynamic_pj,
              2 * (9 * 0.16 + 9 * 0.04), 1e-12);
}

TEST(ComponentCost, AdderOfATreeWorksWhenAProductBehindItIsKept) {
  // All products are kept: every adder works in every cycle.
  EXPECT_NEAR(adders_used(4, 1, 1), 3, 1e-12);
  EXPECT_NEAR(adders_used(7, 1, 1), 6, 1e-12);
  // The root alone, which is a count.
  EXPECT_NEAR(adders_used(2, 0.25, 0.4), 0.4, 1e-12);
  // Four products: the root, and two adders at the geometric mean of product and root.
  EXPECT_NEAR(adders_used(4, 0.2, 0.45), 0.45 + 2 * std::sqrt(0.2 * 0.45), 1e-12);
  // Three products: adder 2 adds two of them, and adder 1 the third one.
  EXPECT_NEAR(adders_used(3, 0.2, 0.5), 0.5 + 0.2 * std::pow(2, std::log(0.5 / 0.2) / std::log(3)),
              1e-12);
  EXPECT_EQ(adders_used(1, 0.5, 0.5), 0);
  EXPECT_EQ(adders_used(4, 0, 0), 0);
}

TEST(ComponentCost, OperandsAreThoseOfTheLayersThatSkip) {
  const Technology t = component_technology();
  MeasuredMachine design = small_machine();
  design.activity = full_graph_activity(design.network.graph(), 2, 1);
  const double products = 4 * 6 + 6 * 3;
  for (const auto& [thresholds, kept] :
       std::vector<std::pair<std::vector<bool>, double>>{{{}, 0},
                                                         {{false, false}, 0},
                                                         {{true, false}, 4 * 6},
                                                         {{false, true}, 6 * 3},
                                                         {{true, true}, products}}) {
    design.thresholds = thresholds;
    EXPECT_NEAR(of(estimate_figures(design, t), Component::multipliers).dynamic_pj,
                kept * 0.3 + (products - kept) * 0.0625, 1e-12);
  }
}

TEST(ComponentCost, AtNominalVoltageThereAreNeitherShiftersNorAConverter) {
  const Technology t = component_technology();
  MeasuredMachine design = small_machine();
  for (const double voltage_v : {0.0, 0.95}) {
    design.supply.voltage_v = voltage_v;
    const PpaFigures figures = estimate_figures(design, t);
    for (const Component c : {Component::level_shifters, Component::supply_regulator}) {
      EXPECT_EQ(of(figures, c).dynamic_pj, 0);
      EXPECT_EQ(of(figures, c).leakage_uw, 0);
      EXPECT_EQ(of(figures, c).area_um2, 0);
    }
  }
}

TEST(ComponentCost, AGroupThatIsNotThereCostsNothing) {
  const Technology t =
      read_technology(std::string(MINERVA_SOURCE_DIR) + "/configs/tech/nangate45.cfg");
  const PpaFigures figures = estimate_figures(small_machine(), t);
  for (auto c = static_cast<std::size_t>(Component::product_rounding);
       c < static_cast<std::size_t>(Component::clock_network); ++c) {
    EXPECT_EQ(figures.components[c].dynamic_pj, 0) << to_string(static_cast<Component>(c));
    EXPECT_EQ(figures.components[c].leakage_uw, 0);
    EXPECT_EQ(figures.components[c].area_um2, 0);
  }
}

TEST(Timing, AnAccumulationLongerThanTheClockIsRefused) {
  const Technology t =
      read_technology(std::string(MINERVA_SOURCE_DIR) + "/configs/tech/public40.cfg");
  MeasuredMachine design = reference_design(t);  // accumulators of 26 bits, 2.076 ns
  design.point.multiplier_stages = 16;
  design.point.clock_period_ns = 3;
  EXPECT_EQ(refusal(design, t), "accepted");
  design.point.clock_period_ns = 2;
  const std::string message = refusal(design, t);
  for (const char* word : {"design.clock_period_ns = '2'", "2.07614 ns", "26 bits", "public40"}) {
    EXPECT_NE(message.find(word), std::string::npos) << message;
  }
  design.widths.accumulator_bits = 25;
  design.widths.product_bits = 15;
  EXPECT_EQ(refusal(design, t), "accepted");  // 1.996 ns
}

TEST(Timing, AMemoryThatAnswersLateIsRefused) {
  const Technology t = component_technology();
  MeasuredMachine design = reference_design(t);
  design.point.multiplier_stages = 16;
  design.point.clock_period_ns = 2;
  // A weight bank has 20,992 words: 0.5 + 0.1 log2(20,992) = 1.9358 ns.
  EXPECT_EQ(refusal(design, t), "accepted");
  design.point.clock_period_ns = 1.9;
  const std::string message = refusal(design, t);
  for (const char* word :
       {"design.clock_period_ns = '1.9'", "1.93576 ns", "20992 words", "weights"}) {
    EXPECT_NE(message.find(word), std::string::npos) << message;
  }
  const SlowestAccess slowest = slowest_access(design, t);
  EXPECT_STREQ(slowest.memory, "weights");
  EXPECT_NEAR(slowest.access_ns, 0.5 + 0.1 * std::log2(20992), 1e-12);
  design.point.weight_bandwidth = 1;
  design.point.weight_banks = 4;
  EXPECT_EQ(refusal(design, t), "accepted");  // smaller banks answer earlier
}

TEST(PowerInterval, AddsTheResidualsOfIndependentRowsInSquares) {
  const std::set<std::string> without = {"sram_leakage", "register_bit_energy"};
  const Technology t = technology_of(changed_nangate45(
      without,
      component_row("sram_leakage", "42.4", "uW/KB", "residual 20 %") +
          component_row("register_bit_energy", "0.009", "pJ", "residual 50 %; within 1 to 6 ns")));
  const MeasuredMachine design = reference_design(t);
  const PpaEstimate ppa = estimate(design, t);
  const PpaFigures figures = estimate_figures(design, t);
  double leakage_mw = 0;
  for (const Component memory : {Component::weight_memory, Component::input_memory,
                                 Component::activation_memory, Component::bias_store}) {
    leakage_mw += of(figures, memory).leakage_uw / 1000;
  }
  const double registers_mw = of(figures, Component::registers).dynamic_pj / figures.time_ns;
  const double half_mw = std::hypot(0.2 * leakage_mw, 0.5 * registers_mw);
  ASSERT_TRUE(ppa.interval.has_value());
  EXPECT_NEAR(ppa.interval->low_mw, ppa.power_mw - half_mw, 1e-9);
  EXPECT_NEAR(ppa.interval->high_mw, ppa.power_mw + half_mw, 1e-9);
  EXPECT_EQ(ppa.interval->deciding_row, "sram_leakage");
  ASSERT_EQ(ppa.interval->rows.size(), 2U);
  EXPECT_EQ(ppa.interval->rows[1].row, "register_bit_energy");
  EXPECT_NEAR(ppa.interval->rows[1].lower_mw, ppa.power_mw - 0.5 * registers_mw, 1e-9);
  EXPECT_NEAR(ppa.interval->rows[1].higher_mw, ppa.power_mw + 0.5 * registers_mw, 1e-9);
  EXPECT_NEAR(ppa.interval->deciding_percent, 100 * 0.2 * leakage_mw / ppa.power_mw, 1e-9);
}

TEST(CoreRows, EnergiesFollowTheMacsOfALane) {
  std::string rows = component_rows_of_a_core();
  for (const char* unit : {"multiplier", "rounding", "adder", "registered_adder"}) {
    for (const char* operands : {"_dense", "_kept"}) {
      rows += component_row(std::string("one_mac_") + unit + operands, "0.5", "1");
      const bool kept = std::string(operands) == "_kept";
      rows += component_row(std::string("doubled_macs_") + unit + operands, kept ? "3" : "2", "1");
    }
  }
  const Technology with = technology_of(changed_nangate45(replaced_by_component_rows(), rows));
  const Technology without = core_technology();
  for (const int macs : {1, 2, 4, 8}) {
    MeasuredMachine design = reference_design(without);
    design.point.macs_per_lane = design.point.weight_bandwidth = design.point.activation_bandwidth =
        macs;
    design.activity = full_graph_activity(design.network.graph(), macs, 1);
    design.point.multiplier_stages = macs == 8 ? 2 : 1;  // with registers of products, too
    const PpaFigures one = estimate_figures(design, without);
    const PpaFigures other = estimate_figures(design, with);
    // Nothing is skipped: dense operands, twice as much for each doubling beyond two MACs.
    const double factor = macs / 2.0;
    for (const Component component :
         {Component::multipliers, Component::product_rounding, Component::adders}) {
      EXPECT_NEAR(of(other, component).dynamic_pj, factor * of(one, component).dynamic_pj,
                  1e-9 * of(one, component).dynamic_pj)
          << macs << " MACs, component " << static_cast<int>(component);
    }
    EXPECT_EQ(of(other, Component::registers).dynamic_pj, of(one, Component::registers).dynamic_pj);
  }
  EXPECT_DOUBLE_EQ(with.components.adder_by_macs.at(4).kept, 3);
  EXPECT_EQ(with.components.adder_by_macs.at(2).kept, 1);
  // Half a group is refused.
  EXPECT_THROW(technology_of(changed_nangate45(
                   replaced_by_component_rows(),
                   component_rows_of_a_core() + component_row("one_mac_adder_dense", "1", "1"))),
               UserError);
}

TEST(CoreRows, AdditionsBehindProductsOfTheirOwnWidthNeedNotRise) {
  const auto fallen = [](std::string text) {
    const std::string row = "adder_energy[24] | 0.507 ";
    text.replace(text.find(row), row.size(), "adder_energy[24] | 0.7 ");  // [32] has 0.68
    return text;
  };
  const Technology in_lanes = technology_of(
      fallen(changed_nangate45(replaced_by_component_rows(), component_rows_of_a_core())));
  EXPECT_TRUE(in_lanes.components.has(FigureGroup::operands));
  EXPECT_THROW(technology_of(fallen(changed_nangate45({}, ""))), UserError);
}

TEST(CoreRows, DenseEnergiesFollowTheZerosOfEachLayer) {
  const Technology with = technology_of(changed_nangate45(
      replaced_by_component_rows(), component_rows_of_a_core() + rows_of_zeros("0.25", "2")));
  const Technology without = core_technology();
  for (const int macs : {1, 2}) {
    MeasuredMachine design = reference_design(without);
    design.network = Topology({64, 8, 8});
    design.point.macs_per_lane = design.point.weight_bandwidth = design.point.activation_bandwidth =
        macs;
    design.activity = full_graph_activity(design.network.graph(), macs, 1);
    // Nothing is known of zeros in a profile without any: the dense rows pay.
    const PpaFigures unknown = estimate_figures(design, with);
    const PpaFigures dense = estimate_figures(design, without);
    for (std::size_t c = 0; c < kComponents; ++c) {
      EXPECT_NEAR(unknown.components[c].dynamic_pj, dense.components[c].dynamic_pj,
                  1e-12 * dense.components[c].dynamic_pj);
    }
    // Half of the first layer's inputs are 0, and none of the second's: of 512 + 64 products, 128
    // are of a zero behind a zero, where they were counted.
    design.activity.layers[0].zero_inputs = 32;
    design.activity.layers[0].repeated_zero_inputs = 16;
    design.activity.layers[0].repeated_zero_chunks = macs == 1 ? 16 : 2;
    const PpaFigures measured = estimate_figures(design, with);
    const auto ratio = [&](Component c) {
      return of(measured, c).dynamic_pj / of(dense, c).dynamic_pj;
    };
    const double products = (128 * 0.25 + 448 * 2) / 576;
    EXPECT_NEAR(ratio(Component::multipliers), products, 1e-12);
    EXPECT_NEAR(ratio(Component::product_rounding), products, 1e-12);
    EXPECT_NEAR(ratio(Component::selection), products, 1e-12);
    EXPECT_NEAR(ratio(Component::operand_buffers), products, 1e-12);
    // An accumulator keeps its sum where all products of two updates are 0: a quarter of those of
    // one product, a sixteenth of those of two, as counted.
    const double updates = macs == 1 ? 128.0 / 576 : 256 / 16.0 / 288;
    EXPECT_NEAR(ratio(Component::accumulator_multiplexers), updates * 0.25 + (1 - updates) * 2,
                1e-12);
    // Adders of a tree of two stand behind both; each of the two additions is as often idle.
    EXPECT_NEAR(ratio(Component::adders), updates * 0.25 + (1 - updates) * 2, 1e-12);
    EXPECT_LT(ratio(Component::registers), 2);
    EXPECT_GT(ratio(Component::registers), 1);
    EXPECT_EQ(of(measured, Component::clock_network).dynamic_pj,
              of(dense, Component::clock_network).dynamic_pj);
    // Zeros times narrower weights were not measured: they are paid for as they come.
    MeasuredMachine narrow = design;
    narrow.widths.weight_bits = 12;
    const PpaFigures of_narrow = estimate_figures(narrow, with);
    const PpaFigures dense_narrow = estimate_figures(narrow, without);
    for (const Component each :
         {Component::multipliers, Component::product_rounding, Component::adders,
          Component::selection, Component::accumulator_multiplexers}) {
      EXPECT_NEAR(of(of_narrow, each).dynamic_pj, of(dense_narrow, each).dynamic_pj,
                  1e-12 * of(dense_narrow, each).dynamic_pj);
    }
    EXPECT_GT(of(of_narrow, Component::operand_buffers).dynamic_pj,
              1.5 * of(dense_narrow, Component::operand_buffers).dynamic_pj);
    // Kept inputs are no zeros, whatever was counted.
    design.thresholds = {true, true};
    EXPECT_EQ(estimate_figures(design, with).power_mw, estimate_figures(design, without).power_mw);
  }
}

TEST(CoreRows, BuffersAndWhatStandsAroundFollowOperandsAndMacs) {
  std::string rows = component_rows_of_a_core() +
                     operand_row("operand_buffer_bit_energy_dense", "0.0006") +
                     operand_row("operand_buffer_bit_energy_kept", "0.0045");
  for (const char* unit : {"multiplier", "rounding", "adder", "registered_adder", "selection",
                           "accumulator_multiplexer"}) {
    const bool around =
        std::string(unit) == "selection" || std::string(unit) == "accumulator_multiplexer";
    for (const char* operands : {"_dense", "_kept"}) {
      rows += component_row(std::string("one_mac_") + unit + operands, around ? "0.5" : "1", "1");
      rows += component_row(std::string("doubled_macs_") + unit + operands, "1", "1");
    }
  }
  const Technology with = technology_of(changed_nangate45(replaced_by_component_rows(), rows));
  const Technology without = core_technology();
  MeasuredMachine design = reference_design(without);
  const auto ratio = [&](Component c) {
    return of(estimate_figures(design, with), c).dynamic_pj /
           of(estimate_figures(design, without), c).dynamic_pj;
  };
  EXPECT_NEAR(ratio(Component::operand_buffers), 0.4, 1e-12);
  EXPECT_NEAR(ratio(Component::selection), 0.5, 1e-12);
  EXPECT_NEAR(ratio(Component::accumulator_multiplexers), 0.5, 1e-12);
  EXPECT_NEAR(ratio(Component::multipliers), 1, 1e-12);
  design.thresholds.assign(4, true);
  EXPECT_NEAR(ratio(Component::operand_buffers), 3, 1e-12);
}

TEST(CoreRows, BitsOfWideFormatsHaveTheirOwnDenseEnergies) {
  const std::string rows = component_rows_of_a_core() + rows_of_wide_formats("3");
  const Technology with = technology_of(changed_nangate45(replaced_by_component_rows(), rows));
  const Technology without = core_technology();
  MeasuredMachine design = reference_design(without);
  const auto ratio = [&](Component c) {
    return of(estimate_figures(design, with), c).dynamic_pj /
           of(estimate_figures(design, without), c).dynamic_pj;
  };
  EXPECT_NEAR(ratio(Component::selection), 3, 1e-12);  // W, X and P of 16 bits
  EXPECT_NEAR(ratio(Component::operand_buffers), 3, 1e-12);
  EXPECT_NEAR(ratio(Component::accumulator_multiplexers), 3, 1e-12);
  EXPECT_GT(ratio(Component::registers), 1);
  EXPECT_NEAR(ratio(Component::multipliers), 1, 1e-12);
  design.widths.weight_bits = 8;  // 36 bits: half way
  design.widths.product_bits = 12;
  EXPECT_NEAR(ratio(Component::selection), 2, 1e-12);
  design.widths.activation_bits = 4;  // 24
  EXPECT_NEAR(ratio(Component::selection), 1, 1e-12);
}

TEST(CoreRows, ZerosOfWideFormatsAreThoseOfNarrowOnesWithoutTheirRows) {
  const std::string rows =
      component_rows_of_a_core() + rows_of_zeros("0.25", "1") + rows_of_wide_formats("1");
  const std::string wide_rows = rows + rows_of_zeros("0.125", "1", "wide_");
  const Technology narrow = technology_of(changed_nangate45(replaced_by_component_rows(), rows));
  const Technology wide = technology_of(changed_nangate45(replaced_by_component_rows(), wide_rows));
  MeasuredMachine design = reference_design(narrow);  // 16 bits each
  for (LayerActivity& layer : design.activity.layers) {
    layer.zero_inputs = layer.repeated_zero_inputs = layer.kept_inputs;
    layer.repeated_zero_chunks = layer.active_chunks;
  }
  for (const Component c :
       {Component::multipliers, Component::adders, Component::selection, Component::operand_buffers,
        Component::accumulator_multiplexers, Component::product_rounding}) {
    EXPECT_NEAR(of(estimate_figures(design, wide), c).dynamic_pj * 2,
                of(estimate_figures(design, narrow), c).dynamic_pj,
                1e-9 * of(estimate_figures(design, narrow), c).dynamic_pj);
  }
}

TEST(PowerInterval, TakesAFurtherCauseInSquares) {
  const PowerInterval rows{9, 13, "a", 15, {{"a", 9, 13}}};
  // 3 and 4 mW above add up to 5.
  const PowerInterval one_sided = with_effect(rows, 10, {"b", 14, 10});
  EXPECT_EQ(one_sided.low_mw, 9);
  EXPECT_EQ(one_sided.high_mw, 15);
  EXPECT_EQ(one_sided.deciding_row, "b");
  EXPECT_EQ(one_sided.deciding_percent, 20);
  ASSERT_EQ(one_sided.rows.size(), 2u);
  EXPECT_EQ(one_sided.rows[1].lower_mw, 14);
  const PowerInterval small = with_effect(rows, 10, {"c", 10, 10});
  EXPECT_EQ(small.low_mw, 9);
  EXPECT_EQ(small.high_mw, 13);
  EXPECT_EQ(small.deciding_row, "a");
}
TEST(PowerInterval, IsNotThereWithoutResiduals) {
  const std::string folder = std::string(MINERVA_SOURCE_DIR) + "/configs/tech/";
  const Technology without = read_technology(folder + "public40.cfg");
  EXPECT_FALSE(estimate(reference_design(without), without).interval.has_value());
  const Technology with = read_technology(folder + "nangate45.cfg");
  const PpaEstimate ppa = estimate(reference_design(with), with);
  ASSERT_TRUE(ppa.interval.has_value());
  EXPECT_EQ(ppa.interval->deciding_row, "sram_energy_root");
}

TEST(PowerInterval, IsAsUnequalAsTheLawIs) {
  // Below the nominal voltage a residual of the exponent moves (V / Vn)^n further up than down.
  const Technology t = technology_of(
      changed_nangate45({"sram_dynamic_exponent"},
                        component_row("sram_dynamic_exponent", "2", "1", "residual 25 %")));
  MeasuredMachine design = optimized_design(t);
  const PpaEstimate ppa = estimate(design, t);
  const PpaFigures figures = estimate_figures(design, t);
  const double arrays_mw = (of(figures, Component::weight_memory).dynamic_pj +
                            of(figures, Component::fault_detectors).dynamic_pj) /
                           figures.time_ns;
  const double ratio = design.supply.voltage_v / t.sram_nominal_v;
  EXPECT_NEAR(ppa.interval->high_mw - ppa.power_mw, arrays_mw * (std::pow(ratio, -0.5) - 1), 1e-9);
  EXPECT_NEAR(ppa.power_mw - ppa.interval->low_mw, arrays_mw * (1 - std::pow(ratio, 0.5)), 1e-9);
}

}  // namespace
}  // namespace minerva
