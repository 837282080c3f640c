#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "minerva/design/machine_configuration.hpp"
#include "minerva/design/ppa_estimate.hpp"
#include "minerva/design/training_noise.hpp"

namespace minerva {

/// A seed by the key that sets it.
struct NamedSeed {
  std::string name;
  std::uint64_t seed = 0;
};

/// Where a run's numbers come from.
struct Provenance {
  std::string version;  ///< of the program
  std::string compiler;
  std::string config_sha256;  ///< of the keys of config.resolved.cfg that have an effect on results
  std::string data_name;      ///< "synthetic digits", "MNIST"
  std::string data_source;    ///< files, or the seed of generated data
  std::string data_sha256;
  std::vector<NamedSeed> seeds;
  std::string technology_name;
  std::string technology_sha256;       ///< of the technology file
  bool technology_calibrated = false;  ///< fitted to published ratios
};

/// The float network that every later stage starts from.
struct NetworkSummary {
  Topology topology;
  std::int64_t weights = 0;  ///< without biases
  std::string origin;        ///< "trained, seed 3", or the file it came from
  std::string sha256;        ///< of the network file
  std::int64_t validation_samples = 0;
  std::int64_t validation_wrong = 0;
  std::int64_t test_samples = 0;
  std::int64_t test_wrong = 0;
};

/// What the unsafe stages may spend (machine.md, section 5).
struct BudgetSummary {
  ErrorBudget budget;
  std::string origin;  ///< "sigma of 50 seeds", "given"
  std::int64_t validation_extra_samples = 0;
  std::int64_t test_extra_samples = 0;
};

/// One point of the sweep (book, Fig. 4.3).
struct SweepRow {
  Topology topology;
  std::int64_t weights = 0;
  double l1 = 0;
  double l2 = 0;
  double dropout = 0;
  double input_dropout = 0;
  double activation_l1 = 0;
  double learning_rate = 0;
  int batch_size = 0;
  int seeds = 1;
  int epochs = 0;               ///< most of its trainings
  std::string outcome;          ///< "whole"; "dropped" by halving; "diverged"
  double validation_wrong = 0;  ///< mean over the seeds, of those epochs
  double validation_error_percent = 0;
  double validation_sigma_percent = 0;  ///< over the seeds; 0 for one
  bool on_frontier = false;
  bool chosen = false;
};

/// How the sweep's points were searched.
struct SweepSummary {
  std::string search;              ///< "grid", ..; empty: no sweep
  std::int64_t epochs = 0;         ///< that the search asked for
  std::int64_t epochs_of_all = 0;  ///< that whole trainings of every point would have taken
  bool choice_trained = false;     ///< the network has the choice's topology and hyperparameters
};

/// One accelerator of the design space (book, Fig. 4.4).
struct DesignSpaceRow {
  /// Its number among all combinations of the space; a baseline may lie outside.
  std::optional<std::uint64_t> combination;
  DesignPoint point;
  std::int64_t weight_bank_words = 0;  ///< words that the network puts into one weight bank
  bool over_partitioned = false;       ///< those are fewer than the smallest macro has
  std::int64_t cycles = 0;             ///< of one prediction
  double time_us = 0;                  ///< of one prediction
  double energy_per_prediction_nj = 0;
  double power_mw = 0;
  double area_mm2 = 0;
  double weight_memory_mm2 = 0;  ///< of the area
  bool within_constraints = true;
  bool on_frontier = false;
  bool chosen = false;
  bool verified = false;  ///< simulated in SystemC and found equal
  int differences = 0;    ///< that the simulation found
  /// Power of each of DesignSpaceSummary::power_parts, which add up to power_mw; empty: not known.
  std::vector<double> dynamic_mw;
  std::vector<double> leakage_mw;

  double predictions_per_s() const { return 1e6 / time_us; }
};

/// Combinations that are no machine, by the rule they break first.
struct SkippedCombinations {
  std::string rule;
  std::int64_t combinations = 0;
};

/// A design space explored: totals, the frontier, and some points for figures. Every legal point
/// stands in design_space.csv, not here.
struct DesignSpaceSummary {
  Topology topology;
  std::string search;  ///< "exhaustive", or the method with what it spent
  std::int64_t combinations = 0;
  std::int64_t looked_at = 0;
  std::int64_t legal = 0;
  std::int64_t within_constraints = 0;
  std::vector<SkippedCombinations> skipped;
  std::vector<std::string> objectives;
  std::vector<std::string> constraints;
  std::vector<DesignSpaceRow> frontier;    ///< by rising first objective
  std::optional<DesignSpaceRow> baseline;  ///< a baseline that is not on the frontier
  std::string baseline_reason;
  std::optional<int> bend;  ///< first over-partitioned frontier point, going to faster ones
  std::string verification;
  std::vector<DesignSpaceRow> sample;    ///< legal points for figures, all or some at random
  std::vector<std::string> power_parts;  ///< of every row, by name
  /// Of a search that was compared with the exhaustive frontier.
  std::optional<double> hypervolume_ratio;
  std::int64_t exact_points = 0;
  std::int64_t exact_points_found = 0;

  bool explored() const { return combinations > 0; }
};

/// The searched formats as one datapath has them.
struct HardwareReading {
  Widest widest = Widest::one_binary_point;
  bool chosen = false;
  std::string problem;  ///< why this reading has no hardware; empty: it has
  std::vector<LayerFormats> layers;
  std::int64_t validation_wrong = 0;
  std::int64_t test_wrong = 0;
};

/// What a layer needs besides its formats, and how often its signals met their ends on the test
/// set.
struct LayerSaturationRow {
  int layer = 1;             ///< 1-based
  int accumulator_bits = 0;  ///< wide enough to hold every sum (docs/arithmetic.md)
  std::int64_t weights = 0;  ///< of the layer
  std::int64_t weights_saturated = 0;
  std::int64_t biases = 0;
  std::int64_t biases_saturated = 0;
  std::int64_t inputs = 0;  ///< of the samples counted
  std::int64_t inputs_saturated = 0;
  std::int64_t products = 0;  ///< likewise; a product of 0 never saturates
  std::int64_t products_saturated = 0;
};

/// The datapath's plan with one signal's bits changed in every layer.
struct FormatCurveRow {
  std::string signal;  ///< "W", "X", "P"; "chosen": the plan itself
  int integer_bits_added = 0;
  int fraction_bits_added = 0;
  int datapath_bits = 0;  ///< of W, X and P together
  std::int64_t validation_wrong = 0;
  std::int64_t test_wrong = 0;
  double validation_divergence = 0;  ///< nats a sample, from the float network
  double test_divergence = 0;
};

struct PlanSummary {
  std::string method;  ///< what was searched and for what
  Rounding rounding = Rounding::half_up;
  std::vector<LayerFormats> minima;      ///< each signal's narrowest while the others stay wide
  std::int64_t minima_joined_wrong = 0;  ///< validation errors when those minima are joined
  std::int64_t evaluations = 0;          ///< of the validation set, by the search
  std::vector<LayerFormats> searched;    ///< per layer; empty: the stage did not run
  std::int64_t validation_wrong = 0;     ///< in the searched formats
  std::vector<HardwareReading> hardware;
  std::int64_t saturation_samples = 0;
  std::vector<LayerSaturationRow> saturation;
  std::vector<FormatCurveRow> curve;
};

/// Inputs of a layer by magnitude, over the validation set.
struct ActivationBin {
  double low = 0;   ///< least magnitude of the bin
  double high = 0;  ///< largest
  std::int64_t count = 0;
};

struct PruningRow {
  int layer = 1;  ///< 1-based
  double theta = 0;
  int theta_code = 0;
  double zero_percent = 0;     ///< inputs whose code is 0
  double skipped_percent = 0;  ///< inputs below the threshold
  std::int64_t weights = 0;    ///< of the layer, to weigh the skipped fraction
  // Exact sums over the test set. A weight read and a MAC are skipped for the same inputs.
  std::int64_t macs = 0;                       ///< done and skipped
  std::int64_t macs_skipped_by_zeros = 0;      ///< of inputs whose code is 0
  std::int64_t macs_skipped_by_threshold = 0;  ///< of inputs that are not 0 and below it
  std::int64_t weight_reads_skipped = 0;
  std::vector<ActivationBin> histogram;  ///< of the layer's inputs, by rising magnitude
};

/// Every layer with the same threshold (book, Fig. 4.7), on the set that was tuned on.
struct ThresholdCurveRow {
  double theta = 0;
  std::int64_t wrong = 0;
  double error_percent = 0;
  double skipped_percent = 0;  ///< of all MACs
};

/// Wrong samples at one fault rate: the mean over fault maps and its interval.
struct FaultCurvePoint {
  double rate = 0;
  int maps = 0;
  double wrong_mean = 0;
  double wrong_deviation = 0;  ///< sample deviation over maps
  double mean_low = 0;
  double mean_high = 0;
};

/// Chips (maps) within the bound at one fault rate, and the interval of their share.
struct FaultYieldPoint {
  double rate = 0;
  int maps = 0;
  int within = 0;
  double share_low = 0;
  double share_high = 0;
};

/// A tolerable fault rate a bit with its interval; 0: below the rates searched.
struct FaultRateSummary {
  double rate = 0;
  double low = 0;
  double high = 0;
};

/// The weight SRAMs at the lowest voltage whose fault rate is tolerated.
struct FaultSupply {
  double voltage_v = 0;  ///< 0: nominal
  double fault_rate = 0;
  double weight_sram_mw = 0;
  double power_mw = 0;  ///< of the accelerator with this mitigation
};

/// One mitigation. Tuning: the set that the budget is held on, validation unless told otherwise.
struct FaultRow {
  Mitigation mitigation;
  bool chosen = false;
  FaultRateSummary at_mean;      ///< the mean over maps is within the bound
  FaultRateSummary at_quantile;  ///< a share of chips is
  FaultSupply supply_at_mean;    ///< its own error is measured to hold
  FaultSupply supply_at_quantile;
  std::optional<FaultCurvePoint> tuning;         ///< at the rate tolerated by the mean
  std::optional<FaultCurvePoint> tuning_supply;  ///< at the rate of supply_at_mean
  std::optional<FaultCurvePoint> test_supply;
  std::vector<FaultCurvePoint> curve;       ///< every rate measured for the mean, rising
  std::vector<FaultCurvePoint> test_curve;  ///< rates that were tolerated, on the test set
  std::vector<FaultYieldPoint> yield;       ///< where the share of chips falls from 1 to 0
};

/// Fault rate and power of the weight SRAMs, and of the whole, at one row of the technology.
struct VoltageRow {
  double voltage_v = 0;
  double fault_rate = 0;
  double weight_sram_dynamic_mw = 0;
  double weight_sram_leakage_mw = 0;
  double power_mw = 0;
};

/// What all rows of stage 5 share.
struct FaultStudy {
  double bound_wrong = 0;  ///< most wrong samples of the tuning set
  int maps = 0;            ///< fault maps of the yield, and most of a mean
  double confidence = 0;   ///< of every interval
  double yield_quantile = 0;
  std::string failure_criterion;     ///< what the technology's fault rates count as a failure
  std::vector<VoltageRow> voltages;  ///< the finished design with the chosen mitigation
};

/// The accelerator after one stage (book, Fig. 4.11).
struct StageRow {
  std::string name;
  std::string detail;           ///< what the stage settled, in a few words
  double validation_wrong = 0;  ///< mean over fault maps where there are faults
  double validation_error_percent = 0;
  double test_wrong = 0;
  double test_error_percent = 0;
  std::optional<double> bound_validation_wrong;  ///< most that the budget allows here
  std::optional<double> bound_test_wrong;
  double spent_samples = 0;  ///< validation errors above the float network's
  double spent_sigmas = 0;
  double spent_test_samples = 0;  ///< the same on the test set
  double spent_test_sigmas = 0;
  std::vector<PowerPart> power;
  double power_mw = 0;
  double energy_per_prediction_nj = 0;
  double predictions_per_s = 0;
  double area_mm2 = 0;
  std::optional<double> factor_before;    ///< power of the stage before over this one's
  std::optional<double> factor_baseline;  ///< power of the first row over this one's
  std::optional<double> book_factor;      ///< the book's factor_before, where it gives one

  bool within_validation_bound() const {
    return !bound_validation_wrong || validation_wrong <= *bound_validation_wrong;
  }
  bool within_test_bound() const { return !bound_test_wrong || test_wrong <= *bound_test_wrong; }
};

/// The finished accelerator with its weights kept in another way (book, Fig. 4.11: ROM and
/// programmable), beside the machine of the last stage.
struct VariantRow {
  std::string name;
  std::string detail;
  std::vector<PowerPart> power;
  double power_mw = 0;
  double energy_per_prediction_nj = 0;
  double predictions_per_s = 0;
  double area_mm2 = 0;
  double over_last_stage = 0;                  ///< power over that of the last stage
  std::optional<double> book_over_last_stage;  ///< the book's, as a mean over its five data sets
};

struct VerificationRow {
  std::string what;  ///< "baseline, cycles and counts: SystemC = closed form"
  bool agrees = false;
  std::string detail;  ///< how much was compared
};

/// Something a stage has to say in a sentence.
struct RunNote {
  std::string stage;  ///< "3 quantize"; what it says goes with its results
  std::string text;
};

/// Everything a run has to say: what the stage table, summary.json, the CSV files and report.html
/// are made from. Parts that did not run stay empty.
struct RunSummary {
  std::string title;
  Provenance provenance;
  NetworkSummary network;
  BudgetSummary budget;
  TrainingNoise noise;
  std::vector<SweepRow> sweep;
  SweepSummary sweep_search;
  DesignSpaceSummary design_space;
  PlanSummary plan;
  std::vector<PruningRow> pruning;
  std::vector<ThresholdCurveRow> threshold_curve;
  std::vector<FaultRow> faults;
  FaultStudy fault_study;
  std::vector<StageRow> stages;
  std::vector<VariantRow> variants;  ///< empty before the last stage
  std::vector<VerificationRow> verification;
  std::vector<RunNote> notes;
};

}  // namespace minerva
