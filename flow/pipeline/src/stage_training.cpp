#include <algorithm>

#include "flow.hpp"
#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/design/design_json.hpp"
#include "minerva/interchange/network_file.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/report/text_table.hpp"
#include "minerva/run/logging.hpp"
#include "minerva/run/output.hpp"
#include "minerva/training/noise.hpp"
#include "minerva/training/sweep.hpp"
#include "minerva/training/trainer.hpp"
#include "training_folder.hpp"

// Stage 1: the training space, the network and its training noise.
namespace minerva::flow {
namespace {

std::string history_csv(const std::vector<training::EpochRecord>& history) {
  Csv csv({"epoch", "loss_nats", "validation_wrong_samples", "validation_loss_nats"});
  for (const training::EpochRecord& e : history) {
    csv.add({e.epoch, e.loss, e.validation_wrong, e.validation_loss});
  }
  return csv.text();
}

SweepRow row_of(const training::SweepPoint& point, const Dataset& set) {
  const training::TrainingOptions& o = point.options;
  SweepRow row;
  row.topology.widths = {set.inputs()};
  row.topology.widths.insert(row.topology.widths.end(), o.hidden.begin(), o.hidden.end());
  row.topology.widths.push_back(set.classes);
  row.weights = point.weights;
  row.l1 = o.regularization.l1;
  row.l2 = o.regularization.l2;
  row.dropout = o.regularization.dropout_fraction;
  row.input_dropout = o.regularization.input_dropout_fraction;
  row.activation_l1 = o.regularization.activation_l1;
  row.learning_rate = o.learning_rate;
  row.batch_size = o.batch_size;
  row.seeds = point.seeds;
  row.epochs = point.epochs;
  row.outcome = point.diverged ? "diverged" : point.finished ? "whole" : "dropped";
  row.validation_wrong = point.validation_wrong;
  row.validation_error_percent = point.validation_error_percent;
  row.validation_sigma_percent = point.validation_sigma_percent;
  row.on_frontier = point.on_frontier;
  return row;
}

/// The training options with what a row of the sweep settled.
void adopt_row(const SweepRow& row, training::TrainingOptions& o) {
  o.hidden.assign(row.topology.widths.begin() + 1, row.topology.widths.end() - 1);
  o.regularization.l1 = row.l1;
  o.regularization.l2 = row.l2;
  o.regularization.dropout_fraction = row.dropout;
  o.regularization.input_dropout_fraction = row.input_dropout;
  o.regularization.activation_l1 = row.activation_l1;
  o.learning_rate = row.learning_rate;
  o.batch_size = row.batch_size;
}

/// A hyperparameter that a sweep varies, by its name in tables.
struct Varied {
  const char* name;
  double (*value)(const SweepRow& row);
};
constexpr Varied kVaried[] = {
    {"L1", [](const SweepRow& r) { return r.l1; }},
    {"L2", [](const SweepRow& r) { return r.l2; }},
    {"dropout", [](const SweepRow& r) { return r.dropout; }},
    {"input dropout", [](const SweepRow& r) { return r.input_dropout; }},
    {"activation L1", [](const SweepRow& r) { return r.activation_l1; }},
    {"learning rate", [](const SweepRow& r) { return r.learning_rate; }},
    {"batch", [](const SweepRow& r) { return static_cast<double>(r.batch_size); }}};

/// The hyperparameters that are not the same in all rows.
std::string hyperparameter_text(const SweepRow& row, const std::vector<SweepRow>& rows) {
  std::string text;
  for (const Varied& varied : kVaried) {
    const bool same = std::all_of(rows.begin(), rows.end(), [&](const SweepRow& other) {
      return varied.value(other) == varied.value(row);
    });
    if (same) continue;
    text += (text.empty() ? "" : ", ") + std::string(varied.name) + " " +
            number_text(varied.value(row));
  }
  return text;
}

void print_sweep(const RunSummary& summary, int epochs) {
  TextTable table({"topology", "varied", "weights", "epochs", "validation\nerror", "frontier"});
  for (const SweepRow& row : summary.sweep) {
    table.add({to_string(row.topology), hyperparameter_text(row, summary.sweep),
               std::to_string(row.weights), std::to_string(row.epochs),
               row.outcome == "diverged" ? "diverged"
                                         : fixed_text(row.validation_error_percent, 3) + " %",
               std::string(row.on_frontier ? "yes" : "") + (row.chosen ? " chosen" : "") +
                   (row.outcome == "dropped" ? "dropped" : "")});
  }
  print_text("Error against weights (" + std::to_string(epochs) + " epochs a network)\n" +
             table.text() + "\n");
  const SweepSummary& search = summary.sweep_search;
  if (search.epochs < search.epochs_of_all) {
    print_text(
        search.search + " took " + std::to_string(search.epochs) + " epochs, the grid takes " +
        std::to_string(search.epochs_of_all) + ": " +
        fixed_text(static_cast<double>(search.epochs_of_all) / static_cast<double>(search.epochs),
                   1) +
        " times as many\n\n");
  }
}

void log_reused(std::int64_t reused, std::int64_t trainings) {
  if (reused == 0) return;
  log_info(std::to_string(reused) + " of " + std::to_string(trainings) +
           " trainings were there and are reused");
}

}  // namespace

std::string Flow::training_folder() const {
  if (!options_.training_cache.empty()) return options_.training_cache;
  return directory_ == nullptr ? "" : directory_->path_of(RunDirectory::kTrainings);
}

training::TrainingCache& Flow::trainings() {
  if (!trainings_) {
    if (const std::string folder = training_folder(); !folder.empty()) {
      training_store_ = std::make_unique<training::TrainingFolder>(folder);
    } else {
      training_store_ = std::make_unique<training::MemoryStore>();
    }
    trainings_ =
        std::make_unique<training::TrainingCache>(data(), *training_store_, options_.checkpoints);
  }
  return *trainings_;
}

training::SweepOptions Flow::sweep_space() {
  const Dataset& set = data();
  training::SweepOptions space = options_.sweep;
  space.hidden = options_.sweep_topologies.hidden(set.inputs(), set.classes, set.name);
  if (!space.varies()) space.search = training::SweepSearch::none;
  return space;
}

training::TrainingOptions Flow::sweep_base() const {
  training::TrainingOptions base = options_.training;
  if (options_.sweep_epochs > 0) base.epochs = options_.sweep_epochs;
  return base;
}

void Flow::run_sweep() {
  const Dataset& set = data();
  const training::SweepOptions space = sweep_space();
  if (space.search == training::SweepSearch::none) return;
  const training::TrainingOptions base = sweep_base();
  training::check(space, base);
  const training::SweepResult result = [&] {
    Progress progress("sweeping hyperparameters", training::sweep_epochs(space, base), "epochs");
    return training::sweep(
        trainings(), base, space, threads_,
        [&](const training::EpochsDone& epochs) { progress.set_done(epochs.done, epochs.reused); });
  }();
  log_reused(result.trainings_reused, result.trainings);
  for (const training::SweepPoint& point : result.points) {
    summary_.sweep.push_back(row_of(point, set));
  }
  summary_.sweep[result.chosen].chosen = true;
  summary_.sweep_search = {to_string(space.search), result.epochs, result.epochs_of_all,
                           options_.sweep_use_choice};
  print_sweep(summary_, base.epochs);
}

training::TrainingOptions Flow::settled_training(const std::vector<SweepRow>& sweep) {
  training::TrainingOptions options = options_.training;
  if (!options_.sweep_use_choice) return options;
  const auto chosen =
      std::find_if(sweep.begin(), sweep.end(), [](const SweepRow& row) { return row.chosen; });
  if (chosen != sweep.end()) adopt_row(*chosen, options);
  return options;
}

training::TrainingOptions Flow::noise_training() {
  const Topology topology = network().topology();
  const auto& trained = records_[static_cast<std::size_t>(Stage::train)];
  // A network from a file is described by its own stage, which settles nothing of the training.
  training::TrainingOptions options =
      settled_training(trained ? trained->part.sweep : std::vector<SweepRow>());
  options.hidden.assign(topology.widths.begin() + 1, topology.widths.end() - 1);
  return options;
}

TrainingPlan Flow::plan_trainings(Stage stage) {
  expects(stage == Stage::train || stage == Stage::noise, "a stage that trains");
  expects(directory_ != nullptr, "a stage needs a run directory");
  refuse_topology_of_its_own();
  directory_->reads_only() ? begin_reading() : begin();
  const Dataset& set = data();
  const training::SweepOptions space = sweep_space();
  const bool sweeps = space.search != training::SweepSearch::none;
  TrainingPlan plan;
  if (stage == Stage::train) {
    if (!options_.network_file.empty()) {
      throw UserError("network.file", options_.network_file,
                      "needs to be empty in a plan of train: a network that is given is not "
                      "trained");
    }
    if (sweeps) plan.trainings = training::sweep_trainings(set, space, sweep_base());
    // Which training the choice of a sweep settles is known at its end alone.
    if (!sweeps || !options_.sweep_use_choice) add_network_training(plan.trainings);
  } else {
    refuse_given_noise();
    plan.trains_network = options_.network_file.empty() && !is_current(Stage::train);
    if (plan.trains_network && sweeps) {
      throw UserError("sweep.search", to_string(space.search),
                      "needs its trainings first (minerva train, or a plan of train): the noise is "
                      "that of the network which stage 1 trains");
    }
    plan.trainings =
        training::noise_trainings(set, plan.trains_network ? options_.training : noise_training(),
                                  options_.noise_seeds, options_.training.seed);
  }
  std::string all;
  for (const training::PlannedTraining& training : plan.trainings) {
    training::check(training.options);
    training::check_fits(training.options, set);
    plan.keys.push_back(trainings().key_of(training.options));
    all += plan.keys.back() + (training.keeps_network ? " network" : "") +
           (training.counts_test ? " test\n" : "\n");
  }
  // Not the state of the run directory, which a merge changes.
  plan.question = question(Stage::train);
  plan.question.push_back({"trainings", std::to_string(plan.trainings.size()), false});
  plan.question.push_back({"the keys of the trainings", sha256(all.data(), all.size()), true});
  return plan;
}

void Flow::add_network_training(std::vector<training::PlannedTraining>& trainings) {
  const std::string text = training::option_text(options_.training);
  for (training::PlannedTraining& training : trainings) {
    if (training::option_text(training.options) != text) continue;
    training.keeps_network = true;  // a point of the sweep
    return;
  }
  trainings.push_back(
      {options_.training, training::weights_of(options_.training, data()), true, false});
}

NetworksLeft Flow::networks_left() {
  NetworksLeft left;
  const bool trained = records_[static_cast<std::size_t>(Stage::train)].has_value();
  const bool measured = records_[static_cast<std::size_t>(Stage::noise)].has_value();
  if (trained && options_.network_file.empty()) {
    left.kept.push_back(trainings().key_of(settled_training(part(Stage::train).sweep)));
  }
  if (!measured || !needs_noise() || !options_.noise_file.empty()) return left;
  left.kept.clear();
  for (const training::PlannedTraining& training : training::noise_trainings(
           data(), noise_training(), options_.noise_seeds, options_.training.seed)) {
    (training.keeps_network ? left.kept : left.dropped)
        .push_back(trainings().key_of(training.options));
  }
  return left;
}

void Flow::describe_network(const std::string& origin) {
  const Dataset& set = data();
  const Topology topology = network_->topology();
  const std::string bytes = serialize_network(*network_);
  NetworkSummary& s = summary_.network;
  s.topology = topology;
  s.weights = topology.weight_count();
  s.origin = origin;
  s.sha256 = sha256(bytes.data(), bytes.size());
  s.validation_samples = set.validation.size();
  s.validation_wrong = validation().wrong_float;
  s.test_samples = set.test.size();
  s.test_wrong = test().wrong_float;
  StageRow row;
  row.name = "1 float network";
  row.detail = to_string(topology);
  add_row(row, static_cast<double>(s.validation_wrong), static_cast<double>(s.test_wrong), nullptr);
}

void Flow::train_one(const training::TrainingOptions& options) {
  const auto samples = static_cast<double>(data().validation.size());
  Progress progress("training", options.epochs, "epochs");
  const training::TrainingCache::Result trained = trainings().train(
      options, 0, training::KeepNetwork::yes,
      [&](const training::EpochRecord& epoch) {
        progress.set_note(
            "loss " + fixed_text(epoch.loss, 4) + ", validation error " +
            fixed_text(100 * static_cast<double>(epoch.validation_wrong) / samples, 2) + " %");
        progress.set_done(epoch.epoch);
      },
      threads_);
  log_reused(trained.epochs_trained == 0 ? 1 : 0, 1);
  write("training.csv", history_csv(trained.record.history));
  adopt_network(trainings().network(options));
}

training::NoiseMeasurement Flow::measure_noise(const training::TrainingOptions& options) {
  Progress progress("measuring training noise", std::int64_t{options_.noise_seeds} * options.epochs,
                    "epochs");
  training::NoiseMeasurement measured = training::measure_noise(
      trainings(), options, options_.noise_seeds, options_.training.seed, threads_,
      [&](const training::EpochsDone& epochs) { progress.set_done(epochs.done, epochs.reused); });
  log_reused(measured.trainings_reused, options_.noise_seeds);
  return measured;
}

void Flow::do_train() {
  if (!options_.network_file.empty()) {
    network();
    describe_network(options_.network_file);
    return;
  }
  run_sweep();
  const training::TrainingOptions options = settled_training(summary_.sweep);
  if (all_ && needs_noise() && options_.noise_file.empty()) {
    // The network is the first of the trainings that measure the noise: all of them side by side.
    measured_ = measure_noise(options);
    write("training.csv", history_csv(measured_->first.history));
    adopt_network(std::move(measured_->first.network));
  } else {
    train_one(options);
  }
  write("network.safetensors", serialize_network(*network_));
  const bool chosen = options_.sweep_use_choice && !summary_.sweep.empty();
  describe_network("trained, seed " + std::to_string(options.seed) +
                   (chosen ? ", hyperparameters chosen by the sweep" : ""));
}

void Flow::do_noise() {
  if (!options_.noise_file.empty()) {
    summary_.noise = *known_noise();
    return;
  }
  if (!measured_) measured_ = measure_noise(noise_training());
  noise_ = measured_->noise;
  summary_.noise = *noise_;
  write("noise.json", noise_to_json(*noise_));
}

}  // namespace minerva::flow
