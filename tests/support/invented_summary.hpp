#pragma once
#include <optional>

#include "invented_layers.hpp"
#include "invented_space.hpp"
#include "run_with_sections.hpp"

namespace minerva {

/// An invented machine of `weight_bits` in weight SRAMs at `voltage_v`.
inline MachineDescription invented_machine(int weight_bits, double voltage_v) {
  MachineDescription m;
  m.lanes = 16;
  m.macs_per_lane = 1;
  m.weight_words_per_cycle = 1;
  m.input_words_per_cycle = 2;
  m.write_ports = 1;
  m.multiplier_stages = 2;
  m.clock_period_ns = 4;
  m.weight_bits = weight_bits;
  m.activation_bits = 6;
  m.product_bits = 9;
  m.accumulator_bits = 19;
  m.memories = {{"weights", 16, 1, 20992, weight_bits, voltage_v},
                {"biases", 16, 1, 49, 9, 0.9},
                {"inputs", 1, 2, 392, 6, 0.9},
                {"activations", 2, 2, 128, 6, 0.9}};
  return m;
}

/// An invented run: its numbers are nobody's results.
inline RunWithSections invented_run() {
  RunWithSections s;
  s.run.title = "Invented run <for> tests & pictures";
  s.run.provenance = {"0.1.0",
                      "GCC 12.2",
                      std::string(64, 'a'),
                      "invented digits",
                      "no files",
                      std::string(64, 'b'),
                      {{"training.seed", 1}, {"faults.seed", 3}},
                      "invented40",
                      std::string(64, 'c'),
                      true};
  s.run.network = {LayerGraph(Topology{{784, 256, 256, 256, 10}}),
                   334336,
                   "trained, seed 1",
                   std::string(64, 'd'),
                   10000,
                   170,
                   10000,
                   169};
  s.run.budget = {{0.14, 1}, "validation error of 3 seeds", 14, 14, 0.21};
  s.noise = {{{1, 170, 169}, {2, 181, 180}, {3, 165, 171}}, 10000, 10000};
  s.swept.sweep = {{LayerGraph(Topology{{784, 64, 10}}), 50816, 1e-5, 0, 0.2, 0.1, 1e-4, 2e-3, 200,
                    2, 16, "whole", 260.5, 2.605, 0.012, true, false},
                   {LayerGraph(Topology{{784, 256, 256, 256, 10}}), 334336, 0, 1e-6, 0.2, 0, 0,
                    1e-3, 100, 2, 16, "whole", 170, 1.7, 0.02, true, true},
                   {LayerGraph(Topology{{784, 32, 10}}), 25408, 0, 1e-6, 0.2, 0, 0, 1e-3, 100, 2, 1,
                    "dropped", 900, 9, 0.1, false, false}};
  s.swept.search = {"halving", 66, 96, true};
  s.space = invented_space();
  const LayerFormats narrow{{1, 7}, {2, 5}, {1, 7}};
  s.plan.minima = {narrow, narrow};
  s.plan.minima_joined_wrong = 190;
  s.plan.evaluations = 77;
  s.plan.searched = {narrow, {{1, 6}, {3, 4}, {1, 6}}};
  s.plan.validation_wrong = 172;
  s.plan.hardware = {
      {Widest::one_binary_point, true, "", {{{1, 7}, {3, 5}, {1, 7}}, narrow}, 173, 174},
      {Widest::per_layer_point, false, "", {narrow, narrow}, 171, 175}};
  s.plan.method = "Searched by invention.";
  s.plan.hardware[0].layers[1].scale_exponent = -3;
  s.plan.saturation = {{1, 19, 200704, 7, 256, 1, 7840000, 12, 300000000, 99},
                       {2, 18, 65536, 3, 256, 0, 2560000, 34, 100000000, 88}};
  s.plan.curve = {{"chosen", 0, 0, 23, 173, 174, 0.0011, 0.0012},
                  {"W", 0, -1, 22, 175, 177, 0.0031, 0.0032},
                  {"P", 2, 0, 25, 172, 173, 0.0009, 0.001}};
  s.pruning.layers = {{1, 0.03125, 1, 80.9, 81.2, 200704, 5000, 4000, 60, 4060, {}},
                      {2,
                       0.0625,
                       2,
                       66.0,
                       71.5,
                       65536,
                       3000,
                       1980,
                       165,
                       2145,
                       {{0, 0, 1500}, {0.03125, 0.03125, 20}, {0.0625, 0.09375, 30}}}};
  s.pruning.parts = {66.0, 71.5, 88.2, 50, 45.1};
  s.pruning.threshold_curve = {{0, 173, 1.73, 0}, {0.5, 190, 1.9, 77.5}};
  faultsim::FaultRow none;
  none.at_quantile.high = 0.5;
  faultsim::FaultRow word;
  word.mitigation = {Masking::word, SignPolicy::zero, Detector::parity};
  word.at_mean = {1e-4, 5e-5, 2e-4};
  word.supply_at_mean = {0.71, 9e-5, 3.5, 8.25};
  faultsim::FaultRow bit;
  bit.mitigation = {Masking::bit, SignPolicy::zero, Detector::razor};
  bit.chosen = true;
  bit.at_mean = {1e-2, 8e-3, 1.3e-2};
  bit.at_quantile = {7e-3, 0, 9e-3};
  bit.supply_at_mean = {0.6, 9.5e-3, 2.5, 7.5};
  bit.supply_at_quantile = {0.62, 6.5e-3, 2.75, 7.75};
  bit.tuning = faultsim::FaultCurvePoint{1e-2, 40, 182.4, 2.5, 181.6, 183.2};
  bit.tuning_supply = faultsim::FaultCurvePoint{9.5e-3, 20, 182, 2.5, 180.8, 183.2};
  bit.test_supply = faultsim::FaultCurvePoint{9.5e-3, 10, 186.7, 3, 184.6, 188.8};
  bit.chips_at_mean = faultsim::FaultChips{9.5e-3, 100, 60, 20, 15, 0.09, 0.24, 0.5, 0.7};
  bit.chips_at_quantile = faultsim::FaultChips{6.5e-3, 100, 97, 90, 88, 0.8, 0.94, 0.91, 1};
  bit.curve = {{1e-3, 10, 175.5, 1.25, 174.6, 176.4}, *bit.tuning};
  bit.test_curve = {{1e-3, 10, 176.5, 1.25, 175.6, 177.4}};
  bit.yield = {{8e-3, 40, 40, 0.91, 1}, {1e-2, 40, 20, 0.34, 0.66}, {2e-2, 40, 0, 0, 0.09}};
  s.faults.mitigations = {none, word, bit};
  s.faults.study = {183, 40, 0.95, 0.9, "static noise margin; a paper", {}};
  s.faults.study.voltages = {{0.95, 1e-9, 6, 3, 12}, {0.6, 9.5e-3, 2, 0.5, 7.5}};
  const auto stage = [&](const char* id, const char* name, double validation, double test,
                         double power_mw, std::optional<double> before,
                         std::optional<double> book) {
    StageRow row;
    row.stage = id;
    row.name = name;
    row.validation_wrong = validation;
    row.validation_error_percent = validation / 100;
    row.test_wrong = test;
    row.test_error_percent = test / 100;
    row.spent_samples = validation - 170;
    row.spent_sigmas = row.spent_samples / 14;
    row.spent_test_samples = test - 168;
    row.spent_test_sigmas = row.spent_test_samples / 14;
    row.power = {{"weight SRAM", power_mw * 0.45, power_mw * 0.1},
                 {"activation SRAM", power_mw * 0.1, power_mw * 0.02},
                 {"lanes", power_mw * 0.25, power_mw * 0.03},
                 {"control", power_mw * 0.05, 0}};
    row.power_mw = power_mw;
    row.energy_per_prediction_nj = power_mw * 84.6;
    row.predictions_per_s = 11820.4;
    row.area_mm2 = 1.87;
    row.factor_before = before;
    row.factor_baseline = 140 / power_mw;
    row.book_factor = book;
    row.machine = invented_machine(power_mw > 100 ? 16 : 8, 0.9);
    row.layers = invented_layers(row.energy_per_prediction_nj);
    return row;
  };
  s.run.stages = {stage("dse", "baseline, 16 bit", 170, 169, 140, {}, {}),
                  stage("quantize", "quantized", 173, 174, 88.2, 140 / 88.2, 1.6),
                  stage("prune", "pruned", 176.4, 179, 45.1, 88.2 / 45.1, 1.9),
                  stage("faults", "low voltage", 182.4, 186.7, 18.3, 45.1 / 18.3, 2.5)};
  MachineDescription& last = *s.run.stages.back().machine;
  last = invented_machine(8, 0.6);
  last.skips_inputs = true;
  last.mitigation = {Masking::bit, SignPolicy::zero, Detector::razor};
  last.fault_rate = 9.5e-3;
  s.run.provenance.config = "[invented]\nkey = <value>\n";
  s.run.stages.back().validation_interval = WrongInterval{180.8, 184.2};
  s.run.stages.back().test_interval = WrongInterval{184.6, 188.8};
  s.run.stages.back().chips = ChipShare{100, 60, 20, 15, 0.09, 0.24};
  for (StageRow& row : s.run.stages) {
    row.bound_validation_wrong = 184;
    row.bound_test_wrong = 183;
    row.bound_test_wrong_by_test_sigma = 190;
  }
  s.run.variants = {{"ROM weights",
                     "fixed",
                     {{"weight ROM", 4.5, 0.5}},
                     9.2,
                     778.3,
                     11820.4,
                     1.2,
                     9.2 / 18.3,
                     1 / 1.9}};
  s.run.verification = {
      {"SystemC = closed form = inference", true, "21,008 cycles, 10 counts a layer"},
      {"an invented disagreement", false, ""}};
  s.run.notes = {{"2 dse", "Loading inputs is not timed."},
                 {"4 prune", "A note with \"quotes\" & <tags>."}};
  return s;
}

}  // namespace minerva
