#include "training_stage.hpp"

#include <algorithm>
#include <filesystem>

#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/design/design_json.hpp"
#include "minerva/interchange/import_network.hpp"
#include "minerva/interchange/network_file.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/run/logging.hpp"
#include "minerva/run/output.hpp"
#include "minerva/training/noise.hpp"
#include "minerva/training/sweep.hpp"
#include "minerva/training/trained_topology.hpp"
#include "minerva/training/trainer.hpp"
#include "network_description.hpp"
#include "sweep_rows.hpp"
#include "training_folder.hpp"
#include "training_report.hpp"
#include "training_section.hpp"
#include "training_settings.hpp"
#include "training_work.hpp"

// Stage 1: the training space, the network and its training noise. Two stages of the pipeline,
// since a noise that was measured elsewhere, or a given sigma, may replace the second.
namespace minerva::training {

using flow::LeftOut;
using flow::RunConfig;
using flow::RunContext;
using flow::RunOptions;
using flow::StageDefinition;
using flow::WorkSetup;

namespace {

std::string history_csv(const std::vector<EpochRecord>& history) {
  Csv csv({"epoch", "loss_nats", "validation_wrong_samples", "validation_loss_nats"});
  for (const EpochRecord& e : history) {
    csv.add({e.epoch, e.loss, e.validation_wrong, e.validation_loss});
  }
  return csv.text();
}

/// Where this run keeps its trainings.
TrainingCache& trainings(RunContext& run) {
  TrainingStage& stage = run.state<TrainingStage>();
  if (!stage.trainings) {
    stage.store = training_store(run);
    stage.trainings = std::make_unique<TrainingCache>(run.data(), *stage.store, stage.checkpoints);
  }
  return *stage.trainings;
}

std::optional<TrainingNoise> load_noise(const TrainingStage& stage, RunContext& run) {
  std::string where;
  const auto text = run.given_or_result(stage.noise_file, kNoiseStage, "noise.json", where);
  if (!text) return std::nullopt;
  TrainingNoise noise = noise_from_json(*text, where);
  if (noise.runs.size() < 2) throw UserError(where, "", "holds fewer than two trainings");
  return noise;
}

void log_reused(std::int64_t reused, std::int64_t trainings) {
  if (reused == 0) return;
  log_info(std::to_string(reused) + " of " + std::to_string(trainings) +
           " trainings were there and are reused");
}

/// The training options of stage 1, with the sweep's choice where sweep.use_choice asks for it.
TrainingOptions settled_training(const TrainingStage& stage, const std::vector<SweepRow>& sweep) {
  TrainingOptions options = stage.training;
  if (!stage.sweep_use_choice) return options;
  const auto chosen =
      std::find_if(sweep.begin(), sweep.end(), [](const SweepRow& row) { return row.chosen; });
  if (chosen != sweep.end()) adopt_row(*chosen, options);
  return options;
}

/// What the sweep searches, the lists of topologies in one; search none when nothing varies.
SweepOptions sweep_space(const TrainingStage& stage, RunContext& run) {
  const Dataset& set = run.data();
  SweepOptions space = stage.sweep;
  space.hidden = stage.sweep_topologies.hidden(set.inputs(), set.classes, set.name);
  if (!space.varies()) space.search = SweepSearch::none;
  return space;
}

TrainingOptions sweep_base(const TrainingStage& stage) {
  TrainingOptions base = stage.training;
  if (stage.sweep_epochs > 0) base.epochs = stage.sweep_epochs;
  return base;
}

TrainingSection run_sweep(const TrainingStage& stage, RunContext& run) {
  const Dataset& set = run.data();
  const SweepOptions space = sweep_space(stage, run);
  if (space.search == SweepSearch::none) return {};
  const TrainingOptions base = sweep_base(stage);
  check(space, base);
  const SweepResult result = [&] {
    Progress progress("sweeping hyperparameters", sweep_epochs(space, base), "epochs");
    return sweep(trainings(run), base, space, run.threads(),
                 [&](const EpochsDone& epochs) { progress.set_done(epochs.done, epochs.reused); });
  }();
  log_reused(result.trainings_reused, result.trainings);
  TrainingSection swept;
  for (const SweepPoint& point : result.points) swept.sweep.push_back(row_of(point, set));
  swept.sweep[result.chosen].chosen = true;
  swept.search = {to_string(space.search), result.epochs, result.epochs_of_all,
                  stage.sweep_use_choice};
  print_text(sweep_text(swept, base.epochs));
  return swept;
}

/// Points of the sweep that the stage train made; none when it was not done.
std::vector<SweepRow> swept_points(const RunContext& run) {
  const StageRecord* trained = run.record(kTrainStage);
  if (trained == nullptr || trained->part.section.empty()) return {};
  return training_section_from_json(trained->part.section, kTrainStage).sweep;
}

/// Of the noise stage: with the layers of the network at hand.
TrainingOptions noise_training(const TrainingStage& stage, RunContext& run) {
  // A network from a file is described by its own stage, which fixes nothing of the training.
  TrainingOptions options = settled_training(stage, swept_points(run));
  take_layers(run.graph(), options);
  return options;
}

/// The training of the network of stage 1, which may be one of those there.
void add_network_training(const TrainingStage& stage, RunContext& run,
                          std::vector<PlannedTraining>& trainings) {
  const std::string text = option_text(stage.training);
  for (PlannedTraining& training : trainings) {
    if (option_text(training.options) != text) continue;
    training.keeps_network = true;  // a point of the sweep
    return;
  }
  trainings.push_back({stage.training, weights_of(stage.training, run.data()), true, false});
}

/// The network's layers before it is trained; none where the sweep chooses them.
LayerGraph graph_ahead(const TrainingStage& stage, RunContext& run) {
  if (!run.options().network_file.empty()) return run.network().graph;
  if (stage.sweep_use_choice && sweep_space(stage, run).search != SweepSearch::none) return {};
  return graph_of(stage.training, run.data());
}

GraphNetwork train_one(const TrainingOptions& options, RunContext& run) {
  const auto samples = static_cast<double>(run.data().validation.size());
  Progress progress("training", options.epochs, "epochs");
  TrainingCache& cache = trainings(run);
  const TrainingCache::Result trained = cache.train(
      options, 0, KeepNetwork::yes,
      [&](const EpochRecord& epoch) {
        progress.set_note(
            "loss " + fixed_text(epoch.loss, 4) + ", validation error " +
            fixed_text(100 * static_cast<double>(epoch.validation_wrong) / samples, 2) + " %");
        progress.set_done(epoch.epoch);
      },
      run.threads());
  log_reused(trained.epochs_trained == 0 ? 1 : 0, 1);
  run.write("training.csv", history_csv(trained.record.history));
  return cache.network(options);
}

NoiseMeasurement measure(const TrainingStage& stage, const TrainingOptions& options,
                         RunContext& run) {
  Progress progress("measuring training noise", std::int64_t{stage.noise_seeds} * options.epochs,
                    "epochs");
  NoiseMeasurement measured = measure_noise(
      trainings(run), options, stage.noise_seeds, stage.training.seed, run.threads(),
      [&](const EpochsDone& epochs) { progress.set_done(epochs.done, epochs.reused); });
  log_reused(measured.trainings_reused, stage.noise_seeds);
  return measured;
}

bool noise_is_given(const RunContext& run) { return run.options().budget.sigma_percent != 0; }

Design run_training(TrainingStage& stage, RunContext& run, Design design) {
  const RunOptions& options = run.options();
  if (!options.network_file.empty()) {
    run.network();
    describe_network(run, options.network_file);
    note_given_network(run);
    design.network = run.adopted_network();
    return design;
  }
  const TrainingSection swept = run_sweep(stage, run);
  if (!swept.sweep.empty()) run.part().section = to_json(swept);
  const TrainingOptions training = settled_training(stage, swept.sweep);
  GraphNetwork network;
  if (run.does_all() && !noise_is_given(run) && stage.noise_file.empty()) {
    // The network is the first of the trainings that measure the noise: all of them side by side.
    stage.measured = measure(stage, training, run);
    run.write("training.csv", history_csv(stage.measured->first.history));
    network = std::move(stage.measured->first.network);
  } else {
    network = train_one(training, run);
  }
  design.network = run.adopt_network(std::move(network), "network");
  run.write("network.safetensors", serialize_network(*design.network));
  const bool chosen = stage.sweep_use_choice && !swept.sweep.empty();
  describe_network(run, "trained, seed " + std::to_string(training.seed) +
                            (chosen ? ", hyperparameters chosen by the sweep" : ""));
  return design;
}

Design run_noise(TrainingStage& stage, RunContext& run, Design design) {
  if (!stage.noise_file.empty()) {
    run.part().section = to_json(NoiseSection{*load_noise(stage, run)});
    return design;
  }
  if (!stage.measured) stage.measured = measure(stage, noise_training(stage, run), run);
  check_noise_of_given_network(stage, run, stage.measured->noise);
  run.part().section = to_json(NoiseSection{stage.measured->noise});
  run.write("noise.json", noise_to_json(stage.measured->noise));
  return design;
}

/// Puts the network of the user's file into a design.
void start_training(RunContext& run, Design& design) {
  const RunOptions& options = run.options();
  if (options.network_file.empty()) return;
  if (run.adopted_network() == nullptr) run.adopt_given_network();
  design.network = run.adopted_network();
}

bool load_training(RunContext& run, Design& design) {
  if (run.adopted_network() == nullptr) {
    std::string where;
    if (!run.given_or_result("", kTrainStage, "network.safetensors", where)) return false;
    run.adopt_network(read_network(where), "network");
  }
  design.network = run.adopted_network();
  return true;
}

/// A network that this stage has left in the folder would be removed as a result of another config
/// while it is read as the user's.
void refuse_own_result(const RunContext& run) {
  const std::string& file = run.options().network_file;
  const RunDirectory* directory = run.directory();
  if (file.empty() || directory == nullptr || directory->reads_only()) return;
  std::error_code ignored;
  if (!std::filesystem::equivalent(file, directory->path_of("network.safetensors"), ignored)) {
    return;
  }
  throw UserError("network.file", file,
                  "is the result of stage 1 in this folder, which later stages read without the "
                  "key: needs to be empty, or another folder of the run (--out)");
}

void refuse_topology_without_file(const RunOptions& options) {
  if (!options.network_file.empty() || options.network_topology.empty()) return;
  throw UserError("network.topology", options.network_topology,
                  "needs a network file (network.file), whose weights are those of these layers; "
                  "training.network trains some");
}

void network_is_missing(const RunContext& run) {
  throw UserError("network.file", "",
                  run.directory() == nullptr
                      ? "needs a network file"
                      : "needs a network file, or network.safetensors of stage 1 in " +
                            run.directory()->path() + " (minerva train)");
}

void refuse_given_noise(const TrainingStage& stage) {
  if (stage.noise_file.empty()) return;
  throw UserError("noise.file", stage.noise_file,
                  "needs to be empty to measure the noise; with it, the stages read the file");
}

/// A network of other than fully connected layers from its text.
LayerGraph parse_network(const std::string& text, const std::string& key) {
  LayerGraph graph = parse_layer_graph(text, key);
  if (!graph.is_dense_chain()) return graph;
  throw UserError(key, text,
                  "needs a layer that is not fully connected; training.hidden and "
                  "sweep.topologies take the widths of other networks");
}

void parse_networks(TrainingStage& stage) {
  stage.training.network = {};
  if (!stage.network_text.empty()) {
    stage.training.network = parse_network(stage.network_text, "training.network");
  }
  stage.sweep.networks.clear();
  for (const std::string& text : split_list(stage.networks_text, "sweep.networks")) {
    stage.sweep.networks.push_back(parse_network(text, "sweep.networks"));
  }
}

void check_stage(TrainingStage& stage, const RunOptions& options) {
  parse_networks(stage);
  check(stage.training);
  if (options.budget.sigma_percent == 0 && stage.noise_seeds < 2 && stage.noise_file.empty()) {
    throw UserError("noise.seeds", std::to_string(stage.noise_seeds),
                    "needs 2 or more to measure a sigma, or budget.sigma_percent above 0");
  }
}

StageDefinition define_training(const std::shared_ptr<TrainingStage>& stage) {
  StageDefinition definition;
  definition.id = kTrainStage;
  definition.report = train_report;
  definition.number = 1;
  definition.title = "1 float network";
  definition.help = {"Stage 1 searches hyperparameters and trains the network.",
                     "The keys of section [sweep] vary topology and hyperparameters of the network "
                     "inside one run; "
                     "minerva sweep varies any key from run to run.",
                     {"run", "data", "network", "training", "sweep", "tech"},
                     {},
                     {{"minerva train configs/flows/mnist-topologies.cfg",
                       "The result is a figure of error against the number of weights."}}};
  definition.files = {"network.safetensors", "training.csv"};
  definition.seed_keys = {"training.seed"};
  definition.state = stage;
  definition.add_keys = [stage](Settings& settings) { add_training_settings(settings, *stage); };
  definition.check = [stage](const RunConfig& config) { check_stage(*stage, config.options()); };
  definition.start = start_training;
  definition.load = load_training;
  definition.missing = network_is_missing;
  definition.depends_on = [](RunContext& run, StageQuestion& question) {
    run.ask_data(question, true);
    const std::string& file = run.options().network_file;
    run.ask_file(question, "network.file", file);
    if (file.empty()) return;
    for (const std::string& beside : files_beside_network(file)) {
      run.ask_file(question, "network.file, " + beside, beside);
    }
  };
  definition.run = [stage](RunContext& run, Design design) {
    return run_training(*stage, run, std::move(design));
  };
  definition.check_early = [](RunContext& run) {
    refuse_topology_without_file(run.options());
    refuse_own_result(run);
    if (!run.options().network_file.empty() && !run.works_alone()) run.network();
  };
  definition.is_given = [](const RunContext& run) { return !run.options().network_file.empty(); };
  definition.graph_ahead = [stage](RunContext& run) { return graph_ahead(*stage, run); };
  definition.sharded_work = [](WorkSetup& setup) {
    return std::make_unique<TrainingWork>(setup, kTrainStage);
  };
  return definition;
}

StageDefinition define_noise(const std::shared_ptr<TrainingStage>& stage) {
  StageDefinition definition;
  definition.id = kNoiseStage;
  definition.report = noise_report;
  definition.number = 1;
  definition.title = "1 training noise";
  definition.help = {"Stage 1 also measures the training noise of the network's topology.",
                     "",
                     {"run", "data", "network", "training", "sweep", "noise", "budget"},
                     {"budget.sigma_percent"},
                     {{"minerva noise --out runs/mnist --noise.seeds=50",
                       "The network is the one that an earlier train left in the run directory."}}};
  definition.files = {"noise.json"};
  definition.needs = {kTrainStage};
  definition.missing = [](const RunContext&) {
    throw UserError("budget.sigma_percent", "0",
                    "needs a value, or the training noise (noise.file, or minerva noise)");
  };
  definition.load_noise = [stage](RunContext& run) { return load_noise(*stage, run); };
  definition.depends_on = [stage](RunContext& run, StageQuestion& question) {
    run.ask_data(question, true);
    run.ask_file(question, "noise.file", stage->noise_file);
    if (!run.options().network_file.empty() && stage->noise_file.empty()) {
      // Whether the noise may count for a network depends on its errors.
      question.push_back({"wrong samples of the given network",
                          std::to_string(run.tunes_on_test() ? run.test().wrong_float
                                                             : run.validation().wrong_float),
                          false});
    }
    const std::string text = option_text(noise_training(*stage, run));
    question.push_back({"the training settled", sha256(text.data(), text.size()), true});
  };
  definition.run = [stage](RunContext& run, Design design) {
    return run_noise(*stage, run, std::move(design));
  };
  definition.check_alone = [stage](const RunContext&) { refuse_given_noise(*stage); };
  definition.left_out = [](const RunContext& run) {
    return LeftOut{noise_is_given(run) ? "budget.sigma_percent is given" : "", ""};
  };
  definition.is_given = [stage](const RunContext&) { return !stage->noise_file.empty(); };
  definition.sharded_work = [](WorkSetup& setup) {
    return std::make_unique<TrainingWork>(setup, kNoiseStage);
  };
  return definition;
}

}  // namespace

std::vector<StageDefinition> training_stages() {
  const auto stage = std::make_shared<TrainingStage>();
  return {define_training(stage), define_noise(stage)};
}

std::unique_ptr<TrainingStore> training_store(const RunContext& run) {
  const std::string& cache = run.state<TrainingStage>().training_cache;
  if (!cache.empty()) return std::make_unique<TrainingFolder>(cache);
  if (run.directory() == nullptr) return std::make_unique<MemoryStore>();
  return std::make_unique<TrainingFolder>(run.directory()->folder(), RunDirectory::kTrainings);
}

TrainingPlan plan_trainings(RunContext& run, const std::string& id) {
  const TrainingStage& stage = run.state<TrainingStage>();
  const Dataset& set = run.data();
  const SweepOptions space = sweep_space(stage, run);
  const bool sweeps = space.search != SweepSearch::none;
  TrainingPlan plan;
  if (id == kTrainStage) {
    const std::string& file = run.options().network_file;
    if (!file.empty()) {
      throw UserError("network.file", file,
                      "needs to be empty in a plan of train: a network that is given is not "
                      "trained");
    }
    if (sweeps) plan.trainings = sweep_trainings(set, space, sweep_base(stage));
    // Which training the choice of a sweep settles is known at its end alone.
    if (!sweeps || !stage.sweep_use_choice) add_network_training(stage, run, plan.trainings);
  } else {
    refuse_given_noise(stage);
    plan.trains_network = run.options().network_file.empty() && !run.is_done(kTrainStage);
    if (plan.trains_network && sweeps) {
      throw UserError("sweep.search", to_string(space.search),
                      "needs its trainings first (minerva train, or a plan of train): the noise is "
                      "that of the network which stage 1 trains");
    }
    plan.trainings =
        noise_trainings(set, plan.trains_network ? stage.training : noise_training(stage, run),
                        stage.noise_seeds, stage.training.seed);
  }
  std::string all;
  for (const PlannedTraining& training : plan.trainings) {
    check(training.options);
    check_fits(training.options, set);
    plan.keys.push_back(trainings(run).key_of(training.options));
    all += plan.keys.back() + (training.keeps_network ? " network" : "") +
           (training.counts_test ? " test\n" : "\n");
  }
  // Not the state of the run directory, which a merge changes.
  plan.question = run.question(kTrainStage);
  plan.question.push_back({"trainings", std::to_string(plan.trainings.size()), false});
  plan.question.push_back({"the keys of the trainings", sha256(all.data(), all.size()), true});
  return plan;
}

NetworksLeft networks_left(RunContext& run) {
  const TrainingStage& stage = run.state<TrainingStage>();
  NetworksLeft left;
  const StageRecord* trained = run.record(kTrainStage);
  if (trained != nullptr && run.options().network_file.empty()) {
    left.kept.push_back(trainings(run).key_of(settled_training(stage, swept_points(run))));
  }
  const bool measured = run.record(kNoiseStage) != nullptr;
  if (!measured || noise_is_given(run) || !stage.noise_file.empty()) return left;
  left.kept.clear();
  for (const PlannedTraining& training : noise_trainings(run.data(), noise_training(stage, run),
                                                         stage.noise_seeds, stage.training.seed)) {
    (training.keeps_network ? left.kept : left.dropped)
        .push_back(trainings(run).key_of(training.options));
  }
  return left;
}

}  // namespace minerva::training
