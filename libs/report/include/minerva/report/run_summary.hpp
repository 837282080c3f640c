#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "minerva/design/ppa_estimate.hpp"
#include "minerva/design/training_noise.hpp"
#include "minerva/network/layer_graph.hpp"

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
  std::string config_sha256;  ///< of `config`
  std::string data_name;      ///< "synthetic digits", "MNIST"
  std::string data_source;    ///< files, or the seed of generated data
  std::string data_sha256;
  std::vector<NamedSeed> seeds;
  std::string technology_name;
  std::string technology_sha256;       ///< of the technology file
  bool technology_calibrated = false;  ///< fitted to published ratios
  std::string config = {};  ///< the keys of config.resolved.cfg that have an effect on results
};

/// The float network that every later stage starts from.
struct NetworkSummary {
  LayerGraph topology;
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
  /// One ITN by the errors of the test set, where sigma was measured and the budget has that of
  /// validation.
  std::optional<double> test_sigma_percent = {};
};

/// Interval of a mean of wrong samples over fault maps.
struct WrongInterval {
  double low = 0;
  double high = 0;
};

/// Between what a ratio of two powers is.
struct FactorInterval {
  double low = 0;
  double high = 0;
};

/// Chips (fault maps) that are within the bound of a set.
struct ChipShare {
  int maps = 0;
  int validation = 0;
  int test = 0;
  int both = 0;
  double both_low = 0;  ///< interval of the share that is within both
  double both_high = 0;
};

/// What is known of an error against its bound. A mean over fault maps whose interval contains the
/// bound is not decided.
enum class Verdict { confirmed, not_confirmed, not_decided };
std::string to_string(Verdict verdict);
/// `interval`: of the mean; nothing when `wrong` was counted.
Verdict verdict_of(double wrong, const std::optional<WrongInterval>& interval, double bound);

/// The accelerator after one stage (book, Fig. 4.11).
struct StageRow {
  std::string stage;            ///< the stage's id, which code compares: "quantize"
  std::string name;             ///< what people read: "3 quantization"
  std::string detail;           ///< what the stage settled, in a few words
  double validation_wrong = 0;  ///< mean over fault maps where there are faults
  double validation_error_percent = 0;
  double test_wrong = 0;
  double test_error_percent = 0;
  std::optional<double> bound_validation_wrong;  ///< most that the budget allows here
  std::optional<double> bound_test_wrong;        ///< by the budget's sigma
  std::optional<double> bound_test_wrong_by_test_sigma;
  std::optional<WrongInterval> validation_interval;  ///< where there are faults
  std::optional<WrongInterval> test_interval;
  std::optional<ChipShare> chips;
  double spent_samples = 0;  ///< validation errors above the float network's
  double spent_sigmas = 0;
  double spent_test_samples = 0;  ///< the same on the test set
  double spent_test_sigmas = 0;
  std::vector<PowerPart> power;
  double power_mw = 0;
  std::optional<PowerInterval> power_interval;  ///< where the technology's rows have residuals
  double energy_per_prediction_nj = 0;
  double predictions_per_s = 0;
  double area_mm2 = 0;
  std::optional<FactorInterval> factor_before_interval;  ///< where powers have intervals
  std::optional<double> factor_before;             ///< power of the stage before over this one's
  std::optional<double> factor_baseline;           ///< power of the first row over this one's
  std::optional<double> book_factor;               ///< the book's factor_before, where it gives one
  std::optional<MachineDescription> machine = {};  ///< nothing: a network without an accelerator
  std::vector<LayerEstimate> layers = {};          ///< of a prediction on the machine

  /// Nothing: there is no bound.
  std::optional<Verdict> validation_verdict() const {
    if (!bound_validation_wrong) return std::nullopt;
    return verdict_of(validation_wrong, validation_interval, *bound_validation_wrong);
  }
  std::optional<Verdict> test_verdict() const {
    if (!bound_test_wrong) return std::nullopt;
    return verdict_of(test_wrong, test_interval, *bound_test_wrong);
  }
};

/// The power of `before` over that of `stage`, each row of their technology moved by its residual
/// in both at once; the changes of different rows add up in squares. Nothing: one has no interval.
std::optional<FactorInterval> factor_interval(const StageRow& before, const StageRow& stage);

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

/// What one stage alone has to say, in the layout that its own room gives it.
struct SummarySection {
  std::string stage;  ///< the stage's id
  std::string json;   ///< one JSON object
};

/// What every run has to say, and a section from each stage that has one: what the stage table,
/// summary.json, the CSV files and report.html are made from. Parts that did not run stay empty.
struct RunSummary {
  std::string title;
  Provenance provenance;
  NetworkSummary network;
  BudgetSummary budget;
  std::vector<StageRow> stages;
  std::vector<VariantRow> variants;  ///< empty before the last stage
  std::vector<VerificationRow> verification;
  std::vector<RunNote> notes;
  std::vector<SummarySection> sections;  ///< at most one a stage, in the order of the stages

  /// The JSON text of a stage's section; empty when there is none.
  const std::string& section(const std::string& stage) const;
};

}  // namespace minerva
