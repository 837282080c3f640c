#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "minerva/base/errors.hpp"
#include "minerva/design/counts.hpp"
#include "minerva/design/design_point.hpp"
#include "minerva/design/training_noise.hpp"
#include "minerva/network/quantization_plan.hpp"
#include "minerva/network/topology.hpp"

namespace minerva {
namespace {

/// The line of the UserError that `run` throws; fails the test when there is none.
template <typename Run>
std::string error_of(const Run& run) {
  try {
    run();
  } catch (const UserError& error) {
    return error.what();
  }
  ADD_FAILURE() << "no UserError";
  return "";
}

bool names(const std::string& line, const std::string& part) {
  return line.find(part) != std::string::npos;
}

TEST(Topology, TheBooksFiveNetworksHaveItsWeightCounts) {
  // Book, Table 4.1 prints 334 K, 139 K, 430 K, 446 K and 1.43 M; the exact products stand here.
  struct Row {
    const char* text;
    std::int64_t weights;
  };
  constexpr Row kRows[] = {{"784-256-256-256-10", 334336},
                           {"54-128-512-128-8", 139008},
                           {"2837-128-64-512-52", 430720},
                           {"3418-128-32-128-4", 446208},
                           {"21979-64-64-256-20", 1432256}};
  for (const Row& row : kRows) {
    const Topology topology = parse_topology(row.text, "training.topology");
    EXPECT_EQ(topology.weight_count(), row.weights) << row.text;
    EXPECT_EQ(topology.layers(), 4);
    EXPECT_EQ(to_string(topology), row.text);
  }
}

TEST(Topology, BadTextNamesKeyAndValue) {
  for (const char* text : {"", "-", "784", "784-", "-784-10", "784--10", "784-0-10", "784-10x",
                           "784 - 10", "784-+5-10", "7.5-10", "1048577-10", "99999999999999999-10",
                           "10-1048577", "784,10", "0x10-10"}) {
    const std::string line = error_of([&] { parse_topology(text, "training.topology"); });
    EXPECT_TRUE(names(line, "training.topology")) << line;
    EXPECT_TRUE(names(line, text)) << line;
  }
  std::string deep = "1";
  for (int i = 0; i < kMaxLayers; ++i) deep += "-1";
  EXPECT_EQ(parse_topology(deep, "key").layers(), kMaxLayers);
  EXPECT_THROW(parse_topology(deep + "-1", "key"), UserError);
  EXPECT_NO_THROW(parse_topology("1048576-1", "key"));
}

LayerFormats formats(QFormat w, QFormat x, QFormat p) { return {w, x, p}; }

TEST(HardwarePlan, OneBinaryPointTakesWidestOfBothParts) {
  QuantizationPlan plan{Rounding::half_even,
                        {formats({1, 7}, {4, 2}, {2, 9}), formats({3, 2}, {2, 6}, {5, 1})}};
  const QuantizationPlan hardware = hardware_plan(plan, Widest::one_binary_point);
  EXPECT_EQ(hardware.rounding, Rounding::half_even);
  for (const LayerFormats& f : hardware.layers) {
    EXPECT_EQ(f, formats({3, 7}, {4, 6}, {5, 9}));
  }
}

TEST(HardwarePlan, PerLayerPointKeepsIntegerBitsAndSparesToTheFraction) {
  QuantizationPlan plan{Rounding::half_up,
                        {formats({1, 7}, {4, 2}, {2, 9}), formats({3, 2}, {2, 6}, {5, 1})}};
  const QuantizationPlan hardware = hardware_plan(plan, Widest::per_layer_point);
  EXPECT_EQ(hardware.layers[0], formats({1, 7}, {4, 4}, {2, 9}));
  EXPECT_EQ(hardware.layers[1], formats({3, 5}, {2, 6}, {5, 6}));
}

TEST(HardwarePlan, IsAtLeastEveryLayerAndLeavesAUniformPlanAlone) {
  const QuantizationPlan uniform = uniform_plan(3, formats({2, 6}, {3, 5}, {2, 8}));
  for (const Widest widest : {Widest::one_binary_point, Widest::per_layer_point}) {
    EXPECT_EQ(hardware_plan(uniform, widest).layers, uniform.layers);
    EXPECT_EQ(hardware_plan(hardware_plan(uniform, widest), widest).layers, uniform.layers);
    EXPECT_EQ(parse_enum<Widest>(to_string(widest), "key"), widest);
  }
  EXPECT_THROW(parse_enum<Widest>("widest", "key"), UserError);
}

TEST(HardwarePlan, OneBinaryPointBeyondTheLimitIsAnError) {
  const QuantizationPlan operands{
      Rounding::half_up, {formats({6, 4}, {2, 2}, {2, 2}), formats({1, 11}, {2, 2}, {2, 2})}};
  const std::string line = error_of([&] { hardware_plan(operands, Widest::one_binary_point); });
  EXPECT_TRUE(names(line, "quantize.widest")) << line;
  EXPECT_TRUE(names(line, "Q6.11")) << line;
  EXPECT_EQ(hardware_plan(operands, Widest::per_layer_point).layers[0].weight, (QFormat{6, 6}));
  const QuantizationPlan products{
      Rounding::half_up, {formats({2, 2}, {2, 2}, {20, 1}), formats({2, 2}, {2, 2}, {1, 13})}};
  EXPECT_THROW(hardware_plan(products, Widest::one_binary_point), UserError);
}

TEST(HardwarePlan, DatapathIsTheWidestOverTheLayers) {
  const Topology topology{{784, 256, 10}};
  const QuantizationPlan plan{Rounding::half_up,
                              {formats({1, 7}, {2, 2}, {1, 7}), formats({1, 5}, {3, 4}, {1, 9})}};
  const DatapathWidths widths = datapath_widths(plan, topology);
  EXPECT_EQ(widths.weight_bits, 8);
  EXPECT_EQ(widths.activation_bits, 7);
  EXPECT_EQ(widths.product_bits, 10);
  EXPECT_EQ(widths.accumulator_bits, 19);  // 10 + 9 bits for 256 inputs beat 8 + 10 for 784
  EXPECT_THROW(datapath_widths(plan, Topology{{784, 10}}), ContractViolation);
}

TEST(Formats, LimitsOfEachSignal) {
  EXPECT_NO_THROW(check_formats(formats({1, 15}, {16, 0}, {16, 16}), "plan"));
  EXPECT_THROW(check_formats(formats({1, 16}, {1, 1}, {1, 1}), "plan"), UserError);
  EXPECT_THROW(check_formats(formats({1, 1}, {2, 15}, {1, 1}), "plan"), UserError);
  EXPECT_THROW(check_formats(formats({1, 1}, {1, 1}, {17, 16}), "plan"), UserError);
  EXPECT_THROW(check_formats(formats({1, 0}, {1, 1}, {1, 1}), "plan"), UserError);
  EXPECT_TRUE(names(error_of([] {
                      check_formats(formats({1, 1}, {0, 8}, {1, 1}), "plan");
                    }),
                    "plan.X"));
}

TEST(Threshold, CodeIsTheCeiling) {
  const QFormat x{2, 4};
  EXPECT_EQ(threshold_code(0, x, "key"), 0);
  EXPECT_EQ(threshold_code(-0.0, x, "key"), 0);
  EXPECT_EQ(threshold_code(1.0 / 16, x, "key"), 1);
  EXPECT_EQ(threshold_code(std::nextafter(1.0 / 16, 1.0), x, "key"), 2);
  EXPECT_EQ(threshold_code(std::numeric_limits<double>::denorm_min(), x, "key"), 1);
  EXPECT_EQ(threshold_code(2.0, x, "key"), 32);  // 2^(m+n-1)
  EXPECT_EQ(threshold_code(1.9999, x, "key"), 32);
  // Whatever theta: the code skips exactly the codes whose value lies below it.
  for (double theta = 0; theta <= 2; theta += 0.013) {
    const int code = threshold_code(theta, x, "key");
    for (int c = 0; c <= 32; ++c) EXPECT_EQ(c < code, c / 16.0 < theta) << c << " " << theta;
  }
}

TEST(Threshold, OutOfReachIsAnErrorNamingTheKey) {
  for (const double theta :
       {-1e-9, -1.0, std::nextafter(2.0, 3.0), 1e300, std::numeric_limits<double>::quiet_NaN(),
        std::numeric_limits<double>::infinity()}) {
    EXPECT_TRUE(names(error_of([&] {
                        threshold_code(theta, {2, 4}, "prune.theta");
                      }),
                      "prune.theta"));
  }
}

TEST(DesignPoint, DefaultIsSoundAndTakesTheNarrowestPath) {
  DesignPoint point;
  EXPECT_NO_THROW(check_design_point(point));
  EXPECT_EQ(point.inputs_per_cycle(), 1);
  point.macs_per_lane = 8;
  point.weight_bandwidth = 4;
  point.activation_bandwidth = 2;
  EXPECT_NO_THROW(check_design_point(point));
  EXPECT_EQ(point.inputs_per_cycle(), 2);
  EXPECT_TRUE(names(to_string(point), "8 MACs")) << to_string(point);
}

TEST(DesignPoint, EachBadFieldIsNamedWithItsValue) {
  struct Field {
    int DesignPoint::*member;
    const char* key;
  };
  constexpr Field kFields[] = {{&DesignPoint::lanes, "design.lanes"},
                               {&DesignPoint::macs_per_lane, "design.macs_per_lane"},
                               {&DesignPoint::weight_bandwidth, "design.weight_bandwidth"},
                               {&DesignPoint::activation_bandwidth, "design.activation_bandwidth"},
                               {&DesignPoint::write_ports, "design.write_ports"},
                               {&DesignPoint::multiplier_stages, "design.multiplier_stages"}};
  for (const Field& field : kFields) {
    for (const int bad : {0, -1, 1 << 20}) {
      DesignPoint point;
      point.*field.member = bad;
      const std::string line = error_of([&] { check_design_point(point); });
      EXPECT_TRUE(names(line, field.key)) << line;
      EXPECT_TRUE(names(line, std::to_string(bad))) << line;
    }
  }
  for (const double bad : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    DesignPoint point;
    point.clock_period_ns = bad;
    EXPECT_TRUE(names(error_of([&] { check_design_point(point); }), "design.clock_period_ns"));
  }
}

TEST(DesignPoint, BandwidthBeyondTheMultipliersNamesBothSides) {
  for (int DesignPoint::*member :
       {&DesignPoint::weight_bandwidth, &DesignPoint::activation_bandwidth}) {
    DesignPoint point;
    point.macs_per_lane = 4;
    point.*member = 5;
    const std::string line = error_of([&] { check_design_point(point); });
    EXPECT_TRUE(names(line, "bandwidth = '5'")) << line;
    EXPECT_TRUE(names(line, "design.macs_per_lane = 4")) << line;
  }
}

TEST(DesignPoint, BanksServeTheirPortsOrNameBothSides) {
  DesignPoint point;
  point.macs_per_lane = point.weight_bandwidth = point.activation_bandwidth = 4;
  EXPECT_EQ(point.weight_banks_per_lane(), 4);
  EXPECT_EQ(point.activation_banks_per_half(), 4);
  point.weight_banks = 3;
  std::string line = error_of([&] { check_design_point(point); });
  EXPECT_TRUE(names(line, "design.weight_banks = '3'")) << line;
  EXPECT_TRUE(names(line, "design.weight_bandwidth = 4")) << line;
  point.weight_banks = 6;
  EXPECT_EQ(point.weight_banks_per_lane(), 6);
  point.activation_banks = 8;
  point.write_ports = 9;
  line = error_of([&] { check_design_point(point); });
  EXPECT_TRUE(names(line, "design.activation_banks = '8'")) << line;
  EXPECT_TRUE(names(line, "design.write_ports = 9")) << line;
  point.write_ports = 8;
  EXPECT_NO_THROW(check_design_point(point));
  EXPECT_EQ(point.activation_banks_per_half(), 8);
  point.weight_bank_words = -1;
  EXPECT_TRUE(names(error_of([&] { check_design_point(point); }), "design.weight_bank_words"));
}

TEST(ErrorBudget, WholeSamples) {
  const ErrorBudget budget{0.14, 1};
  EXPECT_EQ(budget.extra_samples(10000), 14);
  EXPECT_EQ(budget.extra_samples(10000, 0.5), 7);
  EXPECT_EQ(budget.extra_samples(10000, 0.3), 4);  // 4.2
  EXPECT_EQ(budget.extra_samples(100), 0);         // 0.14
  EXPECT_EQ(budget.extra_samples(9999), 13);       // 13.9986
  EXPECT_EQ((ErrorBudget{0.07, 2}).extra_samples(10000), 14);
  EXPECT_EQ((ErrorBudget{0, 1}).extra_samples(10000), 0);
  EXPECT_DOUBLE_EQ((ErrorBudget{0.07, 2}).percent(), 0.14);
  // Every hundredth of a point on 10,000 images is that many images, however it rounds in binary.
  for (int hundredths = 0; hundredths <= 300; ++hundredths) {
    EXPECT_EQ((ErrorBudget{hundredths / 100.0, 1}).extra_samples(10000), hundredths);
  }
}

TEST(TrainingNoise, MeanAndSigmaInPercentagePoints) {
  TrainingNoise noise;
  noise.validation_samples = 1000;
  noise.test_samples = 200;
  noise.runs = {{1, 10, 4}, {2, 20, 4}, {3, 30, 4}};
  EXPECT_DOUBLE_EQ(noise.validation_mean_percent(), 2.0);
  EXPECT_DOUBLE_EQ(noise.validation_sigma_percent(), 1.0);
  EXPECT_DOUBLE_EQ(noise.test_mean_percent(), 2.0);
  EXPECT_DOUBLE_EQ(noise.test_sigma_percent(), 0.0);
  EXPECT_THROW(TrainingNoise{}.test_mean_percent(), ContractViolation);
}

TEST(Counts, AddAndCompareEveryEvent) {
  EXPECT_EQ(event_names().size() * sizeof(std::int64_t), sizeof(EventCounts));  // none forgotten
  for (const EventName& event : event_names()) {
    EventCounts a;
    EventCounts b;
    b.*event.member = 3;
    EXPECT_TRUE(a != b) << event.name;
    a += b;
    a += EventCounts{};
    EXPECT_TRUE(a == b) << event.name;
  }
}

TEST(Counts, FullActivityRoundsChunksUp) {
  const ActivityProfile profile = full_activity(Topology{{7, 4, 2}}, 3, 10);
  ASSERT_EQ(profile.layers.size(), 2U);
  EXPECT_EQ(profile.layers[0].kept_inputs, 70);
  EXPECT_EQ(profile.layers[0].active_chunks, 30);
  EXPECT_EQ(profile.layers[1].kept_inputs, 40);
  EXPECT_EQ(profile.layers[1].active_chunks, 20);
}

}  // namespace
}  // namespace minerva
