#pragma once
#include <Eigen/Core>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "minerva/accelsim/technology.hpp"
#include "minerva/data/dataset.hpp"
#include "minerva/design/design.hpp"
#include "minerva/engine/error_measure.hpp"
#include "minerva/network/graph_network.hpp"

namespace minerva::workloads {

/// Samples on which the error of a network is measured.
struct StagedSet {
  Samples samples;
  ErrorMeasure measure;
};
/// Predictions whose outputs should be near these targets (outputs x predictions).
StagedSet with_targets(const Eigen::MatrixXf& inputs, const Eigen::MatrixXf& targets);
/// Predictions whose outputs should be near those of the float network.
StagedSet with_float_outputs(const GraphNetwork& network, const Eigen::MatrixXf& inputs,
                             int threads);
/// Predictions whose largest output should be that of the float network: its decisions.
StagedSet with_decisions(const GraphNetwork& network, const Eigen::MatrixXf& inputs, int threads);

/// The output error of a network: the squared distances of its outputs from those of the float
/// network on the same inputs, summed over outputs and predictions, in percent of the summed
/// squares of the float outputs. It is the inverse of the ratio of signal to quantization noise: 1
/// percent is 20 dB.
class OutputPower {
 public:
  /// Of a set with_float_outputs.
  explicit OutputPower(const StagedSet& set);
  /// The most units of the measure (half squared distances) that are at most this error.
  std::int64_t units_of(double percent) const;
  double percent_of(double units) const;

 private:
  double whole_units_ = 0;  ///< an error of 100 percent
};

/// What a design is after a stage.
struct StagedRow {
  std::string stage;
  std::string detail;
  double tuned_error = 0;  ///< units of the measure over all tuned samples; a mean over fault maps
  double test_error = 0;
  double energy_nj = 0;  ///< of a prediction; 0 of the float network
  double power_mw = 0;
  double area_mm2 = 0;
  double predictions_per_s = 0;
};

/// Stages 2 to 5 of a network under any error measure, on the libraries of the flow's own stages.
/// Searches look at the tuned set alone. Each stage continues the design of the one before it.
class LaneStages {
 public:
  /// `technology` must outlive it.
  LaneStages(GraphNetwork network, StagedSet tuned, StagedSet test, const Technology& technology,
             int threads);
  ~LaneStages();
  LaneStages(const LaneStages&) = delete;
  LaneStages& operator=(const LaneStages&) = delete;

  /// The float network.
  StagedRow float_row() const;
  /// Stage 2: the baseline of the default space in words of 16 bits (Q6.10), or the nearest to it.
  StagedRow choose_machine();
  /// Stage 3: formats of least energy with at most this error on the tuned set, beginning at Q6.10.
  /// Throws UserError when that itself has more.
  StagedRow quantize(std::int64_t most_error);
  /// Stage 4: thresholds.
  StagedRow prune(std::int64_t most_error);
  /// Stage 5: the lowest supply at which the mean error over fault maps is within the bound, with
  /// bit masking, protected sign and Razor; the errors of the row are of maps that chose nothing.
  StagedRow lower_supply(std::int64_t most_error);

  const Design& design() const;
  /// Error of the float network on the tuned set, units.
  std::int64_t float_error() const;
  /// Predictions of the test set whose largest output is another one than that of the float network
  /// in the design as it is, without faults.
  std::int64_t changed_decisions() const;
  std::int64_t tuned_samples() const;
  std::int64_t test_samples() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace minerva::workloads
