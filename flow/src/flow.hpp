#pragma once
#include <Eigen/Core>
#include <memory>
#include <optional>
#include <string>

#include "minerva/accelsim/technology.hpp"
#include "minerva/app/run_directory.hpp"
#include "minerva/design/design.hpp"
#include "minerva/dse/explored_point.hpp"
#include "minerva/flow/flow_options.hpp"
#include "minerva/nn/fixed_engine.hpp"
#include "minerva/report/run_summary.hpp"
#include "minerva/training/training_cache.hpp"
#include "stage.hpp"

namespace minerva::flow {

/// One set of samples with what is asked of it again and again.
struct JudgedSet {
  JudgedSet(const Samples& from, const Network& network, int threads);

  const Samples& samples;
  FixedEvaluator evaluator;
  std::int64_t wrong_float = 0;

 private:
  JudgedSet(const Samples& from, const Eigen::MatrixXf& outputs, int threads);
};

/// The five stages over one run directory. Each stage takes what the stages before it left in
/// memory or in the directory's files, and writes its own files and the summary so far.
class Flow {
 public:
  /// `config_path` may be empty; it helps to find the technology file. `directory` may be null for
  /// commands that keep nothing; then nothing is read from it either.
  Flow(FlowOptions options, std::string config_path, const RunDirectory* directory);

  void train();     ///< stage 1: hyperparameter sweep, network
  void noise();     ///< stage 1: training noise of the network's topology
  void explore();   ///< stage 2
  void quantize();  ///< stage 3
  void prune();     ///< stage 4
  void faults();    ///< stage 5; throws UserError when the weights are in ROM
  /// All five, and the verification of what they chose. Throws VerificationFailure when the models
  /// disagree.
  void run();

  /// summary.json, the CSV files and the page, of what is known so far.
  void write_summary();

  const FlowOptions& options() const { return options_; }
  int threads() const { return threads_; }
  const RunSummary& summary() const { return summary_; }
  const Dataset& data();
  const Technology& technology();
  const Network& network();
  /// The design point asked for by [design], design.file or stage 2, for signals of these widths.
  DesignPoint design_point(const DatapathWidths& widths);
  /// The plan of quantize.plan_file or stage 3; the start format everywhere when there is neither
  /// and `or_start` is set. Thresholds that stand in the plan file are taken with it.
  QuantizationPlan plan(bool or_start);
  /// Thresholds of prune.thresholds_file, the plan file or stage 4; none when there are none.
  PruningThresholds thresholds(const QuantizationPlan& plan);

 private:
  ErrorBudget budget();
  JudgedSet& validation();
  JudgedSet& test();
  JudgedSet& tuned();
  std::int64_t most_wrong(double share);
  /// Throws UserError naming `where`, a file or key, when the network is outside the whole budget
  /// on the set that is tuned on: no later stage could bring it back.
  void refuse_over_budget(const std::string& where, const QuantizedNetwork& network);
  void keep_network(Network network, const std::string& origin);
  void adopt_network(Network network, const std::string& origin);
  void begin();
  /// A sentence for the report, of the stage under way.
  void note(const std::string& text);
  training::TrainingCache& trainings();
  void run_sweep();
  /// Sets the training options to the sweep's choice, where sweep.use_choice asks for it.
  void adopt_choice();
  std::string training_origin() const;
  void train_one();
  void measure_noise(bool keep_first);
  void train_with_noise();
  void describe_budget(const TrainingNoise* noise);
  Design design_of(const QuantizedNetwork& network, const ActivityProfile& activity,
                   const SramPoint& sram);
  PpaEstimate ppa(const QuantizedNetwork& network, const ActivityProfile& activity,
                  const SramPoint& sram);
  /// The finished design with its weights in ROM, and as a programmable machine.
  void add_variants(const Design& finished);
  /// Adds a stage's row to the summary, replacing it and those after it.
  void add_row(std::size_t index, StageRow row, double validation_wrong, double test_wrong,
               double share, const PpaEstimate* ppa);
  void verify(const std::string& what, const QuantizedNetwork& network, const DesignPoint& point);
  /// The first options().verify_samples inputs of the test set, as codes.
  std::vector<std::vector<std::int16_t>> verified_inputs(const QuantizedNetwork& network);
  /// Fills summary_.design_space but for baseline and verification, and writes design_space.csv.
  std::vector<dse::ExploredPoint> explore_space(const dse::Problem& problem);
  /// Settles point_ and marks it in summary_.design_space.
  void choose_design(const std::vector<dse::ExploredPoint>& frontier, const dse::Problem& problem);
  /// Simulates the frontier and the baseline in SystemC, in several processes.
  void verify_space(const QuantizedNetwork& network,
                    const std::vector<std::vector<std::int16_t>>& inputs);
  void write(const std::string& name, const std::string& bytes) const;
  std::optional<std::string> stage_file(const std::string& option_path, const std::string& name,
                                        std::string& where) const;

  FlowOptions options_;
  std::string config_path_;
  const RunDirectory* directory_;
  int threads_;
  RunSummary summary_;
  Stage stage_ = Stage::train;  ///< under way
  std::optional<Dataset> data_;
  std::optional<Technology> technology_;
  std::unique_ptr<training::TrainingStore> training_store_;
  std::unique_ptr<training::TrainingCache> trainings_;
  std::optional<Network> network_;
  std::optional<TrainingNoise> noise_;
  std::unique_ptr<JudgedSet> validation_;
  std::unique_ptr<JudgedSet> test_;
  std::optional<DesignPoint> point_;
  std::optional<QuantizationPlan> plan_;
  std::optional<PruningThresholds> thresholds_;
};

/// The models of the accelerator disagree: a defect, never the user's.
class VerificationFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace minerva::flow
