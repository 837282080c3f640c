#pragma once
#include <any>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "minerva/design/design.hpp"
#include "minerva/design/training_noise.hpp"

namespace minerva {
class Settings;
struct QuestionPart;
struct RunSummary;
struct StageReport;
using StageQuestion = std::vector<QuestionPart>;
}  // namespace minerva

namespace minerva::flow {

class RunConfig;
class RunContext;
class ShardedWork;
struct RunOptions;
struct WorkSetup;

/// Why a run of all stages leaves a stage out.
struct LeftOut {
  std::string reason;  ///< for the log, "weights are in ROM"; empty: the stage is done
  std::string note;    ///< for the report; may be empty
};

/// What help, manual page and completion say of the command that does a stage alone.
struct StageHelp {
  std::string purpose;                ///< one sentence
  std::string details = {};           ///< a paragraph; may be empty
  std::vector<std::string> sections;  ///< of a config, whose keys the command reads
  /// Keys that help shows first, besides those that the stage reads and its share of the budget.
  std::vector<std::string> own_keys = {};
  struct Example {
    std::string line;
    std::string meaning;
  };
  std::vector<Example> examples = {};
};

/// Sections that a stage reads to know its data, network, machine and budget, and `more`.
std::vector<std::string> sections_of_a_stage(const std::vector<std::string>& more);

/// One stage of the flow, as the pipeline sees it. The pipeline compares ids and calls functions;
/// what a stage computes, writes and shows is known in the stage's own folder alone. A new stage is
/// a function that returns a StageDefinition, and a line in the list of stages
/// (flow/stages/stages.cpp).
struct StageDefinition {
  std::string id;     ///< what code compares, the command and the name of the record: "quantize"
  int number = 0;     ///< of the stage in the flow; training and its noise are both 1
  std::string title;  ///< what people read, with the number: "3 quantization"
  StageHelp help;     ///< of its command
  /// Every file that the stage may write into the run directory, besides its record.
  std::vector<std::string> files;
  /// Is incremented with every change after which the same inputs give other results, so that
  /// stored results count as stale.
  int arithmetic_version = 1;
  /// Ids of the earlier stages whose results it reads, also where a file of the user stands for
  /// them.
  std::vector<std::string> needs;
  /// Keys of seeds, for the provenance of a report.
  std::vector<std::string> seed_keys;

  /// The stage's options and what it keeps in memory: a std::shared_ptr to a struct of its folder,
  /// which RunConfig::state finds by its type.
  std::any state;

  /// Registers the stage's keys, bound to its options.
  std::function<void(Settings&)> add_keys;
  /// Checks what no single key's range can check. Throws UserError. May be empty.
  std::function<void(const RunConfig&)> check;
  /// Share of the error budget that may be spent by the end of the stage, in 0 .. 1; nothing: not
  /// in this config. Empty: the stage has no share.
  std::function<std::optional<double>()> share;

  /// The design before the stage has run: defaults and what keys or files of the user say of its
  /// part. May be empty.
  std::function<void(RunContext&, Design&)> start;
  /// The stage's part of the design, from its files in the run directory or from files of the user;
  /// false: there is none. May be empty.
  std::function<bool(RunContext&, Design&)> load;
  /// Throws the UserError that says what is missing when a later stage needs this one's part. The
  /// first stage of a pipeline brings the network and must have it.
  std::function<void(const RunContext&)> missing;
  /// The training noise, from the stage's file or a file of the user; null: not measured. Of the
  /// stage that measures it.
  std::function<std::optional<TrainingNoise>(RunContext&)> load_noise;

  /// Adds all that the result depends on besides program, arithmetic_version and keys.
  std::function<void(RunContext&, StageQuestion&)> depends_on;
  /// Does the stage: returns the design with its part, and leaves files, rows and its section of
  /// the report with the context.
  std::function<Design(RunContext&, Design)> run;

  /// Reads what can be wrong in the user's files before anything is changed. May be empty.
  std::function<void(RunContext&)> check_early;
  /// Throws UserError where what the stage left, though a result, gives later stages nothing to
  /// start from; asked before one of them is done. May be empty.
  std::function<void(const RunContext&)> check_left;
  /// Throws UserError where the stage cannot be asked for alone. May be empty.
  std::function<void(const RunContext&)> check_alone;
  /// Whether a run of all stages leaves it out. May be empty: never.
  std::function<LeftOut(const RunContext&)> left_out;
  /// Whether a file of the user stands for the whole stage, so that doing it is no work.
  std::function<bool(const RunContext&)> is_given;
  /// Layers of the network that the stage will bring, where keys and given files say it before it
  /// is done; none: they do not. Of the stage that brings the network.
  std::function<LayerGraph(RunContext&)> graph_ahead;
  /// Network that the stage works on alone, without data and numbers; no layers: none.
  std::function<LayerGraph()> own_topology;
  /// Throws the UserError for a run of other stages with such a topology.
  std::function<void()> refuse_own_topology;
  /// Removes what a run that was stopped left unfinished. May be empty.
  std::function<void(RunContext&)> remove_unfinished;
  /// The stage's independent work, in shards. May be empty.
  std::function<std::unique_ptr<ShardedWork>(WorkSetup&)> sharded_work;
  /// What the report makes of the stage's section. Empty: the stage has none.
  std::function<StageReport()> report;
  /// What the stage's own command prints before the stage table. May be empty.
  std::function<std::string(const RunSummary&, const RunOptions&)> command_text;
  /// The published factor of power against the stage before, for a data set; nothing where none is
  /// published. May be empty.
  std::function<std::optional<double>(const std::string& data_set)> published_factor;
};

/// "2 dse", as messages and notes name a stage.
std::string label_of(const StageDefinition& stage);

}  // namespace minerva::flow
