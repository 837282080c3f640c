#pragma once
#include <optional>

#include "invented_layers.hpp"
#include "invented_space.hpp"
#include "run_with_sections.hpp"

namespace minerva {

/// An invented run with something in every part that a figure draws, zeros among it. Its numbers
/// are nobody's results.
inline RunWithSections drawn_run(int layers = 4) {
  RunWithSections s;
  s.run.title = "Invented";
  s.run.provenance.data_name = "mnist";
  s.run.provenance.technology_name = "invented40";
  std::vector<int> neurons(static_cast<std::size_t>(layers - 1), 256);
  neurons.push_back(10);
  s.run.network.topology = LayerGraph(Topology(TensorShape{28, 28, 1}, neurons));
  s.run.network.validation_samples = 10000;
  s.run.network.validation_wrong = 150;
  s.run.network.test_samples = 5000;
  s.run.network.test_wrong = 80;
  s.run.budget = {{0.1, 1}, "given", 10, 5, std::nullopt};
  s.noise.validation_samples = 10000;
  s.noise.test_samples = 5000;
  for (int i = 0; i < 9; ++i) {
    s.noise.runs.push_back(
        {18446744073709551600ULL + static_cast<unsigned>(i), 140 + 3 * i, 80 - i});
  }
  const auto sweep_row = [](std::vector<int> widths, double percent, const char* outcome) {
    training::SweepRow row;
    row.topology = LayerGraph(Topology(widths));
    row.weights = row.topology.weight_count();
    row.outcome = outcome;
    row.validation_error_percent = percent;
    return row;
  };
  s.swept.sweep = {sweep_row({784, 256, 256, 10}, 1.6, "whole"),
                   sweep_row({784, 32, 10}, 4.5, "whole"), sweep_row({784, 64, 10}, 30, "dropped"),
                   sweep_row({784, 16, 10}, 90, "diverged")};
  s.swept.sweep[0].on_frontier = s.swept.sweep[1].on_frontier = s.swept.sweep[0].chosen = true;
  s.space = invented_space();
  for (int k = 0; k < layers; ++k) {
    s.plan.searched.push_back({{1, 7 - k % 3}, {2, 4}, {1, 8}, 0});
    const double theta = 0.0625 * (1 + k % 2);
    s.pruning.layers.push_back(
        {k + 1,
         theta,
         1 + k % 2,
         60.0,
         70.0 + k,
         100,
         1000,
         600,
         100,
         700,
         {{0, 0, 600}, {0.0625, 0.0625, 100}, {0.125, 0.125, 0}, {0.1875, 0.25, 300}}});
  }
  s.plan.hardware = {{Widest::one_binary_point, true, "", s.plan.searched, 151, 81}};
  s.plan.curve = {{"chosen", 0, 0, 23, 151, 81, 0.001, 0.002},
                  {"W", 0, -1, 22, 160, 85, 0.004, 0.005},
                  {"W", 1, 0, 24, 151, 81, 0, 0},
                  {"X", 0, 1, 24, 149, 80, 0.0005, 0.0006}};
  s.pruning.threshold_curve = {{0, 151, 1.51, 0}, {0.125, 153, 1.53, 75}, {1, 9000, 90, 100}};
  faultsim::FaultRow none;
  none.curve = {{0, 1, 151, 0, 151, 151},
                {1e-4, 10, 158.5, 4, 156, 161},
                {1e-2, 3, 5000, 6000, -9000, 19000}};
  none.at_mean = {1e-4, 0, 2e-4};
  none.supply_at_mean = {0.62, 8e-5, 5.5, 7.5};
  none.yield = {{1e-5, 40, 40, 0.91, 1}, {1e-3, 40, 10, 0.12, 0.42}};
  faultsim::FaultRow bit;
  bit.mitigation = {Masking::bit, SignPolicy::zero, Detector::razor};
  bit.chosen = true;
  bit.curve = {{1e-3, 10, 152.5, 1, 151, 154}, {4.4e-2, 10, 0, 0, 0, 0}};
  bit.supply_at_mean = {0.44, 8e-3, 2.5, 5};
  s.faults.mitigations = {none, bit};
  s.faults.study = {160, 40, 0.95, 0.9, "read failure", {}};
  s.faults.study.voltages = {{0.9, 0, 3, 5, 12}, {0.6, 1e-4, 2, 3, 8}, {0.4, 0.02, 1, 1.5, 4.5}};
  const auto stage = [&](const char* id, const char* name, double memory_mw, double datapath_mw,
                         std::optional<double> book) {
    StageRow row;
    row.stage = id;
    row.name = name;
    row.power = {{"weight SRAM", memory_mw / 2, memory_mw / 2},
                 {"datapath", datapath_mw, 0.25},
                 {"comparators", 0, 0}};
    row.power_mw = memory_mw + datapath_mw + 0.25;
    row.book_factor = book;
    row.predictions_per_s = 10000;
    if (!s.run.stages.empty() && s.run.stages.back().power_mw > 0) {
      row.factor_before = s.run.stages.back().power_mw / row.power_mw;
      row.bound_validation_wrong = 160;
      row.bound_test_wrong = 85;
    }
    row.validation_wrong = 154;
    row.spent_samples = 4;
    row.spent_sigmas = 0.4;
    row.test_wrong = 79;
    row.spent_test_samples = -1;
    row.spent_test_sigmas = -0.2;
    row.energy_per_prediction_nj = 100 * row.power_mw;
    row.layers = invented_layers(row.energy_per_prediction_nj);
    s.run.stages.push_back(row);
  };
  s.run.stages.emplace_back();
  s.run.stages.back().stage = "train";
  s.run.stages.back().name = "1 float network";
  stage("dse", "2 baseline", 60, 13, {});
  stage("quantize", "3 quantization", 36, 3, 1.6);
  stage("prune", "4 pruning", 18, 1, 1.9);
  stage("faults", "5 fault mitigation", 4, 1, 2.5);
  VariantRow rom;
  rom.name = "ROM weights";
  rom.power = {{"weight SRAM", 4, 2}, {"datapath", 1, 0.25}};
  rom.power_mw = 7.25;
  rom.over_last_stage = rom.power_mw / s.run.stages.back().power_mw;
  rom.book_over_last_stage = 1 / 1.9;
  s.run.variants = {rom};
  return s;
}

}  // namespace minerva
