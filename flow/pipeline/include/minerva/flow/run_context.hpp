#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "minerva/accelsim/machine_configuration.hpp"
#include "minerva/accelsim/technology.hpp"
#include "minerva/design/design.hpp"
#include "minerva/design/training_noise.hpp"
#include "minerva/flow/judged_set.hpp"
#include "minerva/flow/run_config.hpp"
#include "minerva/flow/run_data.hpp"
#include "minerva/network/graph_network.hpp"
#include "minerva/network/quantized_graph.hpp"
#include "minerva/report/run_summary.hpp"
#include "minerva/report/stage_record.hpp"
#include "minerva/run/run_directory.hpp"

namespace minerva::flow {

/// A run was asked to end by a signal; the run directory holds what is done so far.
class RunStopped : public std::runtime_error {
 public:
  RunStopped(int signal_number, const std::string& text)
      : std::runtime_error(text), signal(signal_number) {}
  int signal;
};

/// The models of the accelerator disagree: a defect, never the user's mistake.
class VerificationFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What a stage works with: the data, the technology, the design so far, the error budget, and the
/// places where it leaves files, rows and notes. Everything is read when it is first asked for.
class RunContext {
 public:
  /// `config_path` may be empty; it helps to find the technology file. `directory` may be null for
  /// commands that keep nothing; then nothing is read from it either.
  RunContext(RunConfig config, std::string config_path, RunDirectory* directory);
  ~RunContext();
  RunContext(const RunContext&) = delete;
  RunContext& operator=(const RunContext&) = delete;

  // The run.
  const RunConfig& config() const { return config_; }
  const RunOptions& options() const { return config_.options(); }
  /// The state of a stage, by its type.
  template <typename T>
  T& state() const {
    return config_.state<T>();
  }
  int threads() const { return threads_; }
  RunDirectory* directory() const { return directory_; }
  /// Every stage of the pipeline is asked for, not one alone.
  bool does_all() const { return does_all_; }

  // What is given.
  const Dataset& data();
  /// What is to be said of the parts looked at when a given network may have been trained on them;
  /// empty: nothing.
  std::string warning_of_held_out(LookedAt parts);
  const Technology& technology();
  const std::string& technology_sha256();
  /// The network of a stage that works alone, without data and numbers; no layers: none.
  LayerGraph own_topology() const;
  bool works_alone() const { return own_topology().layers() > 0; }

  // The design.
  /// The design before the stage under way; of a command that is no stage: with all that the run
  /// directory and the user's files say.
  const Design& design();
  /// The design as a stage left it. Throws the UserError of the stage where it is neither done nor
  /// given.
  const Design& design_after(const std::string& stage);
  /// The network of design(). Throws UserError when there is none.
  const GraphNetwork& network();
  /// Throws the UserError of a stage whose part is missing in design(): neither done nor given.
  void require(const std::string& stage);
  /// The layers of the network, or of the stage that works alone.
  LayerGraph graph();
  /// Layers of the network, as far as they are known before the first stage is done: given,
  /// explored alone, or what the keys train; none: a sweep is to choose them.
  LayerGraph graph_ahead();
  /// The machine of a design with write ports and multiplier stages as its widths and the
  /// technology ask for them. Throws UserError for a machine that cannot run the network.
  DesignPoint machine_point(const DesignPoint& asked, const DatapathWidths& widths);
  /// The machine of design() for signals of these widths.
  DesignPoint machine_point(const DatapathWidths& widths);
  /// The network adopted last; null: none yet.
  const std::shared_ptr<const GraphNetwork>& adopted_network() const { return network_; }
  /// Makes a network the one that errors are counted of. Throws UserError, naming `where`, when it
  /// does not fit the data.
  std::shared_ptr<const GraphNetwork> adopt_network(GraphNetwork network, const std::string& where);
  /// Adopts the network that network.file names.
  std::shared_ptr<const GraphNetwork> adopt_given_network();

  // Error and budget.
  JudgedSet& validation();
  JudgedSet& test();
  /// The set that the stages are tuned on.
  JudgedSet& tuned();
  bool tunes_on_test() const { return options().budget.tune_on == TuneOn::test; }
  /// One ITN and how many may be spent. Throws UserError when sigma is neither given nor measured.
  ErrorBudget budget();
  /// Most wrong samples of the tuned set when `share` of the budget is spent.
  std::int64_t most_wrong(double share);
  /// The same of one set; on both the budget has the sigma of the set that is tuned on.
  std::int64_t most_wrong_on_validation(double share);
  std::int64_t most_wrong_on_test(double share);
  /// Share of the last stage that has one: what may be spent in the end.
  double final_share() const;
  /// Throws UserError naming `where`, a file or key, when the network is outside of the whole
  /// budget on the set that is tuned on: no later stage could bring it back.
  void refuse_over_budget(const std::string& where, const QuantizedGraph& network);

  // What a stage leaves.
  /// The part of the summary that the stage under way fills.
  StagePart& part() { return part_; }
  void note(const std::string& text);
  /// Writes a file of the stage, one that its definition names.
  void write(const std::string& name, const std::string& bytes);
  /// Says that such a file was written otherwise.
  void wrote(const std::string& name);
  /// Adds the stage's row; bounds, shares and factors are filled in when the summary is composed.
  /// `network`: what the machine runs, for the formats of its layers.
  void add_row(const std::string& detail, double validation_wrong, double test_wrong,
               const PpaEstimate* ppa, const QuantizedGraph* network = nullptr);
  /// The machine of a design whose network with formats and thresholds is `network`.
  MachineConfiguration machine_configuration(const Design& design, const QuantizedGraph& network);
  /// What that machine costs with the run's technology, at the design's supply.
  PpaEstimate estimate_ppa(const Design& design, const QuantizedGraph& network,
                           const ActivityProfile& activity);
  /// Repeats predictions of a finished design in SystemC. Throws VerificationFailure when the
  /// models disagree.
  void verify(const std::string& what, const QuantizedGraph& network, const DesignPoint& point);
  /// The first options().verify_samples inputs of the test set, as codes of the network.
  std::vector<std::vector<std::int16_t>> verified_inputs(const QuantizedGraph& network);
  /// Writes the summary with the part under way, for whoever looks for a defect; the stage does not
  /// count as done.
  void write_unfinished_summary();

  // Results of stages.
  /// The content of `option_path` where it is given, else what the stage left under `name`; `where`
  /// says which. Nothing: neither is there.
  std::optional<std::string> given_or_result(const std::string& option_path,
                                             const std::string& stage, const std::string& name,
                                             std::string& where);
  /// Whether a stage is done and belongs to this config, for commands that do stages.
  bool is_done(const std::string& stage);
  /// What a stage that is done has recorded; null: it has no record.
  const StageRecord* record(const std::string& stage) const;
  /// All that a stage's result depends on.
  StageQuestion question(const std::string& stage) { return question(config_.index_of(stage)); }

  // Parts of questions.
  void ask_data(StageQuestion& question, bool training_too);
  /// The network, the data and the technology.
  void ask_accelerator(StageQuestion& question);
  void ask_technology(StageQuestion& question);
  void ask_file(StageQuestion& question, const std::string& key, const std::string& path);
  void ask_bound(StageQuestion& question, const std::string& name, double share);
  /// The bound of the test set, for a stage that counts what is within it.
  void ask_test_bound(StageQuestion& question, double share);
  void ask_design_point(StageQuestion& question);
  void ask_plan(StageQuestion& question);
  void ask_thresholds(StageQuestion& question);

 private:
  friend class Pipeline;

  // run_context.cpp
  const GivenNetworkFacts& given_network();
  const RunData& run_data();
  const Design& design_before(std::size_t stage);
  JudgedSet& judged(std::unique_ptr<JudgedSet>& set, const Samples& samples);
  // stage_records.cpp: what a stage depends on, and whether what is stored of it is up to date.
  StageQuestion question(std::size_t stage);
  void read_records();
  std::string why_again(std::size_t stage, const StageQuestion& now) const;
  bool is_current(std::size_t stage, std::string* why = nullptr);
  bool fits_reader(std::size_t stage, std::string& why);
  std::optional<std::string> result_of(std::size_t stage, const std::string& name);
  std::string damage(const StageRecord& record) const;
  void keep_record(std::size_t stage, const StageQuestion& asked);
  void forget_record(std::size_t stage);
  const StagePart& part_of(std::size_t stage) const;
  const NetworkSummary& counted_network() const;
  void forget_designs_after(std::size_t stage);
  /// What a stage that was done in this process returned.
  void set_design_after(std::size_t stage, Design design);

  // run_summary_file.cpp: the summary, and the files made from it.
  RunSummary composed(const StagePart* unfinished);
  void describe_budget(RunSummary& whole);
  void complete_rows(RunSummary& whole);
  void write_summary(const StagePart* unfinished = nullptr);
  void write_files_of_summary();
  void remove_summary();
  Provenance provenance();

  RunConfig config_;
  std::string config_path_;
  RunDirectory* directory_;
  int threads_;
  bool does_all_ = false;
  bool begun_ = false;  ///< stages are done, and records are checked by their questions
  std::size_t at_;      ///< the stage under way or asked about; end: none
  RunSummary whole_;
  StagePart part_;
  std::vector<RecordedFile> written_;  ///< by the stage under way
  std::vector<std::optional<StageRecord>> records_;
  std::vector<bool> settled_;                   ///< done in this process, or found up to date
  std::vector<std::optional<Design>> designs_;  ///< [k]: before stage k
  std::vector<std::vector<bool>> loaded_;       ///< [k][j]: stage j's part is in designs_[k]
  bool loads_design_ = false;                   ///< design_before is under way
  std::array<std::string, 3> sample_keys_;  ///< of training, validation and test; once asked for
  std::optional<RunData> data_;
  std::optional<GivenNetworkFacts> given_;     ///< once network.file is read
  std::optional<GraphNetwork> given_numbers_;  ///< its network, until it is adopted
  std::optional<Technology> technology_;
  std::string technology_sha256_;
  std::shared_ptr<const GraphNetwork> network_;  ///< adopted last
  std::optional<TrainingNoise> noise_;
  std::unique_ptr<JudgedSet> validation_;
  std::unique_ptr<JudgedSet> test_;
  const GraphNetwork* judged_ = nullptr;  ///< whose errors validation_ and test_ count
};

}  // namespace minerva::flow
