#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>

#include "measured_machine.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/base/errors.hpp"

// What power, performance and area must obey whatever the machine, in both forms of the datapath.
namespace minerva {
namespace {

constexpr std::uint64_t kSeed = 20260711;
constexpr int kCases = 400;

std::string folder() { return std::string(MINERVA_SOURCE_DIR) + "/configs/tech/"; }

int between(KeyedRandom& random, int low, int high) {
  return low + static_cast<int>(random.below(static_cast<std::uint64_t>(high - low + 1)));
}

/// A machine within the ranges of every shipped technology.
MeasuredMachine draw_design(KeyedRandom& random) {
  MeasuredMachine design;
  const int layers = between(random, 1, 4);
  std::vector<int> widths = {between(random, 1, 900)};
  for (int k = 0; k < layers; ++k) widths.push_back(between(random, 1, 300));
  design.network = Topology(widths);
  design.widths = {between(random, 4, 15), between(random, 6, 15), between(random, 8, 20),
                   between(random, 12, 31)};
  DesignPoint& p = design.point;
  p.lanes = 1 << between(random, 0, 8);
  p.macs_per_lane = between(random, 1, 8);
  p.weight_bandwidth = between(random, 1, p.macs_per_lane);
  p.activation_bandwidth = between(random, 1, p.macs_per_lane);
  p.write_ports = between(random, 1, 16);
  p.clock_period_ns = between(random, 3, 6);  // 32 bits add within 2.6 ns in every technology
  p.multiplier_stages = 16;
  if (random.below(2) == 0) {
    design.mitigation = {random.below(2) == 0 ? Masking::bit : Masking::word, SignPolicy::zero,
                         Detector::razor};
    if (random.below(2) == 0) design.mitigation.sign = SignPolicy::hardened;
    design.supply.voltage_v = 0.34 + 0.01 * between(random, 0, 60);
  }
  design.activity = full_graph_activity(design.network.graph(), p.inputs_per_cycle(), 1, 7);
  if (random.below(2) == 0) {
    design.thresholds.assign(static_cast<std::size_t>(layers), true);
    for (LayerActivity& layer : design.activity.layers) {
      layer.kept_inputs = between(random, 0, static_cast<int>(layer.kept_inputs));
      layer.active_chunks = std::min(layer.active_chunks, layer.kept_inputs);
    }
  }
  return design;
}

class PpaProperty : public testing::TestWithParam<const char*> {
 protected:
  template <typename Check>
  void for_each_design(Check check) const {
    const Technology technology = read_technology(folder() + GetParam());
    for (int k = 0; k < kCases; ++k) {
      SCOPED_TRACE("seed " + std::to_string(kSeed) + ", case " + std::to_string(k));
      KeyedRandom random(kSeed, Stream::test, static_cast<std::uint64_t>(k));
      const MeasuredMachine design = draw_design(random);
      check(design, technology, random);
      if (HasFailure()) return;
    }
  }
};

TEST_P(PpaProperty, PartsAddUp) {
  for_each_design([](const MeasuredMachine& design, const Technology& t, KeyedRandom&) {
    const PpaFigures f = estimate_figures(design, t);
    std::array<PartFigures, kParts> parts{};
    for (std::size_t c = 0; c < kComponents; ++c) {
      PartFigures& part = parts[static_cast<std::size_t>(part_of(static_cast<Component>(c)))];
      part.dynamic_pj += f.components[c].dynamic_pj;
      part.leakage_uw += f.components[c].leakage_uw;
      part.area_um2 += f.components[c].area_um2;
    }
    double power_mw = 0, area_mm2 = 0;
    for (std::size_t k = 0; k < kParts; ++k) {
      EXPECT_EQ(f.parts[k].dynamic_pj, parts[k].dynamic_pj);
      EXPECT_EQ(f.parts[k].leakage_uw, parts[k].leakage_uw);
      EXPECT_EQ(f.parts[k].area_um2, parts[k].area_um2);
      power_mw += f.parts[k].dynamic_pj / f.time_ns + f.parts[k].leakage_uw / 1000;
      area_mm2 += f.parts[k].area_um2 / 1e6;
    }
    EXPECT_EQ(f.power_mw, power_mw);
    EXPECT_EQ(f.area_mm2, area_mm2);
    EXPECT_EQ(f.energy_nj, power_mw * f.time_ns / 1000);
  });
}

TEST_P(PpaProperty, AWiderWordNeverCostsLess) {
  for_each_design([](const MeasuredMachine& design, const Technology& t, KeyedRandom&) {
    const PpaFigures f = estimate_figures(design, t);
    for (int DatapathWidths::*width :
         {&DatapathWidths::weight_bits, &DatapathWidths::activation_bits,
          &DatapathWidths::product_bits, &DatapathWidths::accumulator_bits}) {
      MeasuredMachine wider = design;
      wider.widths.*width += 1;
      const PpaFigures w = estimate_figures(wider, t);
      EXPECT_GT(w.power_mw, f.power_mw);
      EXPECT_GT(w.area_mm2, f.area_mm2);
      for (std::size_t c = 0; c < kComponents; ++c) {
        // The share of a hardened sign column falls with the word, its cells do not.
        const double slack = 1 + 1e-12;
        EXPECT_GE(w.components[c].dynamic_pj * slack, f.components[c].dynamic_pj);
        EXPECT_GE(w.components[c].leakage_uw * slack, f.components[c].leakage_uw);
        if (static_cast<Component>(c) == Component::fault_detectors) continue;
        EXPECT_GE(w.components[c].area_um2, f.components[c].area_um2);
      }
    }
  });
}

TEST_P(PpaProperty, TwiceTheLanesNeverTakeLessArea) {
  for_each_design([](const MeasuredMachine& design, const Technology& t, KeyedRandom&) {
    MeasuredMachine twice = design;
    twice.point.lanes *= 2;
    EXPECT_GT(estimate_figures(twice, t).area_mm2, estimate_figures(design, t).area_mm2);
  });
}

TEST_P(PpaProperty, AHigherVoltageNeverCostsLess) {
  for_each_design([](const MeasuredMachine& design, const Technology& t, KeyedRandom&) {
    if (design.supply.voltage_v == 0) return;
    MeasuredMachine higher = design;
    higher.supply.voltage_v += 0.01;
    const PpaFigures f = estimate_figures(design, t);
    const PpaFigures h = estimate_figures(higher, t);
    EXPECT_GT(h.parts[0].leakage_uw, f.parts[0].leakage_uw);
    EXPECT_GE(h.parts[0].dynamic_pj, f.parts[0].dynamic_pj);
    EXPECT_GT(h.power_mw, f.power_mw);
    EXPECT_EQ(h.area_mm2, f.area_mm2);
    EXPECT_EQ(h.parts[1].leakage_uw, f.parts[1].leakage_uw);  // no other memory is scaled
  });
}

void scale(UnitFigures& unit, double factor) {
  unit.energy_pj *= factor;
  unit.leakage_uw *= factor;
}

void scale(DatapathByWidth::TimedUnit& unit, double factor) {
  scale(unit.unit, factor);
  unit.energies.uniform_pj *= factor;
  unit.energies.dense_pj *= factor;
  unit.energies.kept_pj *= factor;
}

/// Every energy and leakage of a technology times a factor.
Technology scaled(Technology t, double factor) {
  if (auto* by_period = std::get_if<DatapathByPeriod>(&t.datapath)) {
    for (DatapathByPeriod::Row& row : by_period->rows) {
      scale(row.multiplier, factor);
      scale(row.adder, factor);
      scale(row.register_bit, factor);
    }
    scale(by_period->comparator, factor);
  } else {
    auto& by_width = std::get<DatapathByWidth>(t.datapath);
    for (auto& unit : by_width.multipliers) scale(unit, factor);
    for (auto& unit : by_width.adders.units) scale(unit, factor);
    for (auto& unit : by_width.comparators.units) scale(unit, factor);
    scale(by_width.register_bit, factor);
  }
  scale(t.bitwise, factor);
  scale(t.multiplexer_bit, factor);
  t.clock_energy_pj_per_mm2 *= factor;
  t.sram_energy_fixed_pj *= factor;
  t.sram_energy_root_pj *= factor;
  t.sram_leakage_uw_per_kb *= factor;
  return t;
}

// With all energies 2^-60 of themselves, every figure is 2^-60 of itself, to the bit: nothing has a
// floor, a unit in which it is rounded, or a part that is forgotten.
TEST_P(PpaProperty, NothingIsTruncated) {
  const double factor = std::ldexp(1.0, -60);
  for_each_design([&](const MeasuredMachine& design, const Technology& t, KeyedRandom&) {
    const PpaFigures f = estimate_figures(design, t);
    const PpaFigures small = estimate_figures(design, scaled(t, factor));
    EXPECT_EQ(small.power_mw, f.power_mw * factor);
    EXPECT_EQ(small.energy_nj, f.energy_nj * factor);
    EXPECT_EQ(small.area_mm2, f.area_mm2);
    EXPECT_GT(small.power_mw, 0);
    for (std::size_t c = 0; c < kComponents; ++c) {
      EXPECT_EQ(small.components[c].dynamic_pj, f.components[c].dynamic_pj * factor);
      EXPECT_EQ(small.components[c].leakage_uw, f.components[c].leakage_uw * factor);
    }
  });
}

// One kept input in ten million predictions still costs its energy.
TEST_P(PpaProperty, RareEventsCount) {
  const Technology t = read_technology(folder() + GetParam());
  MeasuredMachine design;
  design.network = Topology{{16, 16, 4}};
  design.widths = {8, 8, 9, 20};
  design.point.multiplier_stages = 16;
  design.activity.samples = 10000000;
  design.activity.layers = {{1, 0, 1}, {0, 0, 0}};
  const PpaFigures f = estimate_figures(design, t);
  const double macs = 16 / 1e7;
  const DatapathUnits units = datapath_units(t.datapath, design.widths, 4, false, t.name);
  EXPECT_EQ(f.components[static_cast<std::size_t>(Component::multipliers)].dynamic_pj,
            macs * units.multiplier.energy_pj);
  EXPECT_GT(f.components[static_cast<std::size_t>(Component::weight_memory)].dynamic_pj, 0);
}

// A machine that also holds others is never smaller, and running costs at least as much.
TEST_P(PpaProperty, AProgrammableMachineIsNeverCheaper) {
  for_each_design([](const MeasuredMachine& design, const Technology& t, KeyedRandom& random) {
    MeasuredMachine programmable = design;
    for (int k = between(random, 1, 3); k > 0; --k) {
      programmable.also_for.push_back(draw_design(random).network);
    }
    const PpaFigures f = estimate_figures(design, t);
    const PpaFigures p = estimate_figures(programmable, t);
    EXPECT_GE(p.area_mm2, f.area_mm2);
    EXPECT_GE(p.power_mw, f.power_mw);
    EXPECT_EQ(p.cycles, f.cycles);
  });
}

INSTANTIATE_TEST_SUITE_P(Technologies, PpaProperty,
                         testing::Values("public40.cfg", "calibrated40.cfg", "nangate45.cfg"),
                         [](const testing::TestParamInfo<const char*>& i) {
                           return std::string(i.param).substr(0, std::string(i.param).find('.'));
                         });

}  // namespace
}  // namespace minerva
