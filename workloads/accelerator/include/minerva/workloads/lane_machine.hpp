#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "minerva/accelsim/technology.hpp"
#include "minerva/data/sample_inputs.hpp"
#include "minerva/design/design.hpp"
#include "minerva/design/design_point.hpp"
#include "minerva/design/ppa_estimate.hpp"
#include "minerva/workloads/lane_network.hpp"
#include "minerva/workloads/profile.hpp"

namespace minerva::workloads {

/// Share of a profile's time that the machine takes over: operations of the forward pass whose
/// types are covered, of the time of all operations with a type. The machine has no backward pass.
double covered_share(const WorkloadProfile& profile, const std::vector<CoveredType>& covered);

/// Amdahl's limit of accelerating a share of the time, 1 / (1 - share); infinite at 1.
double amdahl_limit(double share);

/// Milliseconds that the CPU needs for one example, by a profile.
double example_ms(const WorkloadProfile& profile);

/// The machine that a report asks about. Zeros among the inputs of a layer are skipped.
struct LaneMachine {
  DesignPoint point;  ///< write_ports and multiplier_stages 0: as completed_point says
  int word_bits = 16;
  double weight_memory_mb = 8;  ///< weights that the chip may hold, in megabytes of 10^6 bytes
};

/// One layer of a workload on the machine.
struct LaneLayer {
  std::int64_t weights = 0;
  std::int64_t macs = 0;  ///< of a prediction, padding left out
  /// Zeros among its inputs, the words of all windows, measured on real inputs; none of a pool.
  std::optional<double> zero_share;
  /// Its weights are among those that the chip may hold: those of layers that use a weight at most
  /// positions first, then in the order of the layers.
  bool on_chip = true;
};

/// A workload on the machine.
struct LaneWorkload {
  std::string network;           ///< its layers on one line
  std::string formats;           ///< of all its words
  DesignPoint point;             ///< as built for its widths
  std::int64_t predictions = 0;  ///< measured
  double predictions_per_example = 1;
  std::vector<LaneLayer> layers;  ///< as those of `cost`
  PpaEstimate cost;               ///< of a prediction, with all weights on the chip
  std::vector<std::string> left_out;

  std::int64_t weights() const;
  std::int64_t macs() const;
  /// Zeros among the inputs of all products.
  double zero_share() const;
  double weight_megabytes(int word_bits) const;
  /// Of one example of the workload.
  double example_energy_uj() const;
  double example_ms() const;
};

/// Predictions that are measured of a network: fewer where one takes seconds.
std::int64_t measured_predictions(const LayerGraph& graph);

/// An exported network in words of one width whose points are where the ranges of these inputs ask
/// for them, with thresholds of one step in every layer with weights, which skip zeros and change
/// no output. Its machine is the default one.
Design lane_design(const ExportedNetwork& exported, const SampleInputs& inputs, int word_bits);

/// The layers of that design with the zeros that these inputs lead to, one prediction a column.
std::vector<LaneLayer> measured_layers(const ExportedNetwork& exported, const SampleInputs& inputs,
                                       int word_bits, int threads);

/// Measures a workload's activity on the inputs and estimates what its predictions cost. Throws
/// UserError for widths, points and clock periods that the technology does not answer for.
/// @param inputs one prediction a column
LaneWorkload on_lane_machine(const ExportedNetwork& exported, const SampleInputs& inputs,
                             const LaneMachine& machine, const Technology& technology, int threads);

}  // namespace minerva::workloads
