#pragma once
#include <Eigen/Core>
#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "minerva/accelsim/technology.hpp"
#include "minerva/design/machine_configuration.hpp"
#include "minerva/design/ppa_estimate.hpp"
#include "minerva/dse/explore.hpp"
#include "minerva/dse/explored_point.hpp"
#include "minerva/engine/fixed_engine.hpp"
#include "minerva/faultsim/fault_map_counts.hpp"
#include "minerva/flow/flow_options.hpp"
#include "minerva/report/run_summary.hpp"
#include "minerva/report/stage_record.hpp"
#include "minerva/run/run_directory.hpp"
#include "minerva/training/noise.hpp"
#include "minerva/training/planned_trainings.hpp"
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

/// A run was asked to end by a signal; the run directory holds what is done so far.
class RunStopped : public std::runtime_error {
 public:
  RunStopped(int signal_number, const std::string& text)
      : std::runtime_error(text), signal(signal_number) {}
  int signal;
};

/// A design space that was explored elsewhere, in ranges that follow each other and cover it.
struct ExploredElsewhere {
  std::vector<dse::ExploredRange> ranges;
  /// Hands out the rows of all of them, in order, in blocks.
  std::function<void(const std::function<void(const std::string&)>& take)> rows;
};

/// The models of the accelerator disagree: a defect, never the user's.
class VerificationFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The trainings of a stage that do not wait for each other, to be done in several places.
struct TrainingPlan {
  std::vector<training::PlannedTraining> trainings;
  std::vector<std::string> keys;  ///< of each, in a TrainingCache
  StageQuestion question;         ///< all that they depend on
  bool trains_network = false;    ///< of the noise stage: the network, too, is still to be trained
};

/// Keys of the trainings whose network a whole run leaves in its trainings, and of those whose
/// network it takes away.
struct NetworksLeft {
  std::vector<std::string> kept;
  std::vector<std::string> dropped;
};

/// The five stages over one run directory. A stage that is done leaves its files and a record of
/// what it depended on; it is done again when that has changed, and not otherwise. Each stage takes
/// what the stages before it left in memory or in the directory's files.
class Flow {
 public:
  /// `config_path` may be empty; it helps to find the technology file. `directory` may be null for
  /// commands that keep nothing; then nothing is read from it either.
  Flow(FlowOptions options, std::string config_path, RunDirectory* directory);

  // Each throws RunStopped when a signal asked it to end.
  void train();     ///< stage 1: hyperparameter sweep, network
  void noise();     ///< stage 1: training noise of the network's topology
  void explore();   ///< stage 2
  void quantize();  ///< stage 3
  void prune();     ///< stage 4
  void faults();    ///< stage 5; throws UserError when the weights are in ROM
  /// All five, and the verification of what they chose. Throws VerificationFailure when the models
  /// disagree.
  void run();
  /// The page and the CSV files again, from summary.json.
  void report();

  // The independent work of a stage, for plans (sharded_work.hpp).
  /// Makes ready for a stage: settles files given by the user and finds what earlier stages left.
  /// Over a directory that is only read it changes nothing. Says all that the stage depends on;
  /// throws UserError when an earlier stage is missing.
  StageQuestion prepare(Stage stage);
  /// Combinations of the design space that stage 2 explores, once prepared.
  std::uint64_t combinations();
  /// Explores some of them; hands out their rows of design_space.csv in order, in blocks.
  dse::ExploredRange explore_range(std::uint64_t first, std::uint64_t end,
                                   const std::function<void(const std::string&)>& take_rows);
  /// explore() takes these designs instead of computing them.
  void take_explored(ExploredElsewhere explored) { explored_ = std::move(explored); }
  /// Trainings of Stage::train or noise, made ready as prepare() does. Throws UserError where they
  /// wait for results that are not there yet.
  TrainingPlan plan_trainings(Stage stage);
  /// Where the run keeps its trainings; empty when there is neither a cache nor a run directory.
  std::string training_folder() const;
  /// Of a run of all stages, as far as it came.
  NetworksLeft networks_left();

  /// Mitigations that stage 5 compares, in order; it searches faults.maps_max maps of each.
  std::vector<Mitigation> compared_mitigations() const;
  /// Searches what maps first .. end - 1 of one of them tolerate, once prepared: every count the
  /// search takes, to the end, by map, then rate.
  std::vector<faultsim::FaultAnswer> search_fault_maps(const Mitigation& mitigation, int first,
                                                       int end);
  /// faults() takes these counts, of each compared mitigation, instead of evaluating the maps.
  void take_fault_answers(std::vector<std::vector<faultsim::FaultAnswer>> answers) {
    fault_answers_ = std::move(answers);
  }

  const FlowOptions& options() const { return options_; }
  int threads() const { return threads_; }
  /// Of all stages whose results belong to this config.
  const RunSummary& summary() const { return whole_; }
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
  // flow.cpp: the order of the stages.
  void do_alone(Stage stage);
  void do_all();
  template <typename Function>
  void stoppable(const Function& function);
  /// Reads what every stage needs, so that a mistake shows before anything is changed; then makes
  /// the directory one of this config.
  void check_clock_periods();
  void begin();
  void begin_reading();
  /// Of a stage done alone: what stands before it.
  void find_earlier(Stage stage);
  void adopt_config();
  /// Does a stage unless it is done and nothing it depends on has changed.
  void settle(Stage stage);
  void compute(Stage stage);
  /// Counts those of other stages that are done and belong to this config.
  using StageIterator = std::array<Stage, kStages>::const_iterator;
  void find_current(StageIterator begin, StageIterator end);
  /// Removes the results of a stage that this config has not.
  void drop(Stage stage, const std::string& why);
  void refuse_topology_of_its_own() const;
  void refuse_rom() const;
  void refuse_given_noise() const;
  bool explores_alone() const { return !options_.explored_topology.widths.empty(); }
  bool needs_noise() const { return options_.budget.sigma_percent == 0; }

  // flow_records.cpp: what a stage depends on, and whether it is done.
  StageQuestion question(Stage stage);
  void ask_data(StageQuestion& question, bool training_too);
  void ask_accelerator(StageQuestion& question);
  void ask_bound(StageQuestion& question, const std::string& name, double share);
  void read_records();
  /// Why a stage is to be done again; empty: it is not.
  std::string why_again(Stage stage, const StageQuestion& now) const;
  /// Whether a stage is done and belongs to this config. `why`, when given: why not.
  bool is_current(Stage stage, std::string* why = nullptr);
  /// What a stage of this config left under a name; nothing when it was not done. Throws UserError
  /// when it belongs to another config, or the file is not what the stage wrote.
  std::optional<std::string> result_of(Stage stage, const std::string& name);
  bool fits_reader(Stage stage, std::string& why);
  /// A file of a record that is not what the stage wrote; empty: all are.
  std::string damage(const StageRecord& record) const;
  void keep_record(Stage stage, const StageQuestion& asked);
  void forget_record(Stage stage);
  const RunSummary& part(Stage stage) const;

  // flow_inputs.cpp: data, files, and what earlier stages settled.
  ErrorBudget budget();
  const TrainingNoise* known_noise();
  JudgedSet& validation();
  JudgedSet& test();
  JudgedSet& tuned();
  std::int64_t most_wrong(double share);
  /// Throws UserError naming `where`, a file or key, when the network is outside the whole budget
  /// on the set that is tuned on: no later stage could bring it back.
  void refuse_over_budget(const std::string& where, const QuantizedNetwork& network);
  void adopt_network(Network network);
  /// Whether a stage is done, for commands that do stages.
  bool is_done(Stage stage);
  const DesignPoint& asked_point();
  std::optional<std::string> stage_file(const std::string& option_path, Stage stage,
                                        const std::string& name, std::string& where);

  // flow_summary.cpp: the summary, and the files made from it.
  /// Of the stages that are done, and of one that is not, if given.
  RunSummary composed(const RunSummary* unfinished = nullptr);
  void describe_budget(RunSummary& whole);
  void complete_rows(RunSummary& whole, const std::vector<Stage>& stage_of_row);
  void write_summary(const RunSummary* unfinished = nullptr);
  void write_files_of_summary();
  void remove_summary();
  Provenance provenance();

  // What the stages themselves say; summary_ is the part of the one under way.
  void note(const std::string& text);
  void write(const std::string& name, const std::string& bytes);
  /// Adds the stage's row; bounds, shares and factors are filled in when the summary is composed.
  void add_row(StageRow row, double validation_wrong, double test_wrong, const PpaEstimate* ppa);

  // stage_training.cpp
  training::TrainingCache& trainings();
  void do_train();
  void do_noise();
  void run_sweep();
  /// What run_sweep searches, the lists of topologies in one; search none when nothing varies.
  training::SweepOptions sweep_space();
  training::TrainingOptions sweep_base() const;
  /// The training options, with the sweep's choice where sweep.use_choice asks for it.
  training::TrainingOptions settled_training(const std::vector<SweepRow>& sweep);
  /// The training of the network of stage 1, which may be one of those there.
  void add_network_training(std::vector<training::PlannedTraining>& trainings);
  void train_one(const training::TrainingOptions& options);
  training::NoiseMeasurement measure_noise(const training::TrainingOptions& options);
  /// Of the noise stage: with the layers of the network at hand.
  training::TrainingOptions noise_training();
  void describe_network(const std::string& origin);

  // stage_design.cpp
  void do_explore();
  void verify(const std::string& what, const QuantizedNetwork& network, const DesignPoint& point);
  /// The first options().verify_samples inputs of the test set, as codes.
  std::vector<std::vector<std::int16_t>> verified_inputs(const QuantizedNetwork& network);
  QuantizationPlan start_formats(const Topology& topology) const;
  dse::Problem exploration_problem();
  /// Write design_space.csv; of designs computed here, or elsewhere.
  dse::Exploration explore_here(const dse::Problem& problem, const dse::Grid& grid);
  dse::Exploration join_explored(const dse::Problem& problem, const dse::Grid& grid);
  /// Fills summary_.design_space but for baseline and verification.
  std::vector<dse::ExploredPoint> explore_space(const dse::Problem& problem);
  /// Settles point_ and marks it in summary_.design_space.
  void choose_design(const std::vector<dse::ExploredPoint>& frontier, const dse::Problem& problem);
  /// Simulates the frontier and the baseline in SystemC, in several processes.
  void verify_space(const QuantizedNetwork& network,
                    const std::vector<std::vector<std::int16_t>>& inputs);

  // stage_quantize.cpp, stage_prune.cpp, stage_faults.cpp, stage_variants.cpp
  void do_quantize();
  void do_prune();
  void do_faults();
  QuantizedNetwork network_for_faults();
  /// Of a network with formats and thresholds, on the samples that are tuned on.
  faultsim::FaultMapCounts fault_map_counts(const QuantizedNetwork& network,
                                            const Mitigation& mitigation);
  MachineConfiguration design_of(const QuantizedNetwork& network, const ActivityProfile& activity,
                                 const SramPoint& sram);
  PpaEstimate ppa(const QuantizedNetwork& network, const ActivityProfile& activity,
                  const SramPoint& sram);
  /// The finished design with its weights in ROM, and as a programmable machine.
  void add_variants(const MachineConfiguration& finished);

  FlowOptions options_;
  std::string config_path_;
  RunDirectory* directory_;
  int threads_;
  RunSummary whole_;
  RunSummary summary_;
  Stage stage_ = Stage::train;         ///< under way
  std::vector<RecordedFile> written_;  ///< by it
  bool begun_ = false;
  bool all_ = false;  ///< every stage is asked for
  std::array<std::optional<StageRecord>, kStages> records_;
  std::array<bool, kStages> settled_{};     ///< done in this process, or found unchanged
  std::array<std::string, 3> sample_keys_;  ///< of training, validation and test; once asked for
  std::optional<Dataset> data_;
  std::optional<Technology> technology_;
  std::string technology_sha256_;
  std::unique_ptr<training::TrainingStore> training_store_;
  std::unique_ptr<training::TrainingCache> trainings_;
  std::optional<training::NoiseMeasurement> measured_;  ///< with the network, for the noise stage
  std::optional<Network> network_;
  std::optional<TrainingNoise> noise_;
  std::unique_ptr<JudgedSet> validation_;
  std::unique_ptr<JudgedSet> test_;
  std::optional<ExploredElsewhere> explored_;
  std::vector<std::vector<faultsim::FaultAnswer>> fault_answers_;  ///< empty: none
  std::optional<DesignPoint> point_;
  std::optional<QuantizationPlan> plan_;
  std::optional<PruningThresholds> plan_thresholds_;  ///< that stand in the plan file
  std::optional<PruningThresholds> thresholds_;
};

}  // namespace minerva::flow
