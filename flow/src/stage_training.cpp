#include <algorithm>
#include <cstdio>

#include "flow.hpp"
#include "minerva/app/logging.hpp"
#include "minerva/core/errors.hpp"
#include "minerva/data/network_file.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/report/design_json.hpp"
#include "minerva/report/text_table.hpp"
#include "minerva/training/noise.hpp"
#include "minerva/training/sweep.hpp"
#include "minerva/training/trainer.hpp"

// Stage 1: the training space, the network and its training noise.
namespace minerva::flow {
namespace {

std::string percent_text(double percent) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f %%", percent);
  return text;
}

std::string history_csv(const training::TrainedNetwork& trained) {
  Csv csv({"epoch", "loss_nats", "validation_wrong_samples"});
  for (const training::EpochRecord& e : trained.history) {
    csv.add({e.epoch, e.loss, e.validation_wrong});
  }
  return csv.text();
}

}  // namespace

void Flow::run_sweep() {
  if (options_.sweep_topologies.empty()) return;
  const Dataset& set = data();
  training::SweepOptions grid = options_.sweep;
  for (const Topology& topology : options_.sweep_topologies) {
    if (topology.inputs() != set.inputs() || topology.outputs() != set.classes) {
      throw UserError("sweep.topologies", to_string(topology),
                      "data set " + set.name + " needs " + std::to_string(set.inputs()) +
                          " inputs and " + std::to_string(set.classes) + " outputs");
    }
    grid.hidden.emplace_back(topology.widths.begin() + 1, topology.widths.end() - 1);
  }
  training::TrainingOptions base = options_.training;
  if (options_.sweep_epochs > 0) base.epochs = options_.sweep_epochs;
  training::check(grid, base);
  const auto count = [](const std::vector<double>& values) {
    return static_cast<std::int64_t>(std::max<std::size_t>(values.size(), 1));
  };
  Progress progress("sweeping topologies",
                    static_cast<std::int64_t>(grid.hidden.size()) * count(grid.l1) *
                        count(grid.l2) * count(grid.dropout_fractions),
                    "trainings");
  const training::SweepResult result =
      training::sweep(set, base, grid, threads_,
                      [&](const training::SweepPoint&, int, int) { progress.advance(); });
  summary_.sweep.clear();
  for (std::size_t i = 0; i < result.points.size(); ++i) {
    const training::SweepPoint& p = result.points[i];
    Topology topology{{set.inputs()}};
    topology.widths.insert(topology.widths.end(), p.options.hidden.begin(), p.options.hidden.end());
    topology.widths.push_back(set.classes);
    char varied[120];
    std::snprintf(varied, sizeof varied, "L1 %g, L2 %g, dropout %g", p.options.regularization.l1,
                  p.options.regularization.l2, p.options.regularization.dropout_fraction);
    summary_.sweep.push_back({topology, p.weights, varied, p.validation_wrong,
                              p.validation_error_percent, p.on_frontier, i == result.chosen});
  }
  if (options_.sweep_use_choice) {
    const int epochs = options_.training.epochs;
    options_.training = result.points[result.chosen].options;
    options_.training.epochs = epochs;
  }
  TextTable table({"topology", "hyperparameters", "weights", "validation\nerror", "frontier"});
  for (const SweepRow& row : summary_.sweep) {
    table.add({to_string(row.topology), row.hyperparameters, std::to_string(row.weights),
               percent_text(row.validation_error_percent),
               std::string(row.on_frontier ? "yes" : "") + (row.chosen ? " chosen" : "")});
  }
  std::printf("Error against weights (%d epochs a network)\n%s\n", base.epochs,
              table.text().c_str());
  std::fflush(stdout);
}

void Flow::keep_network(Network network, const std::string& origin) {
  const std::string bytes = serialize_network(network);
  adopt_network(std::move(network), origin);
  write("network.safetensors", bytes);
}

void Flow::begin() {
  data();
  technology();  // a mistake in its file shows before the training
  summary_.sweep.clear();
  summary_.stages.clear();
  summary_.verification.clear();
  summary_.notes.clear();
}

void Flow::train_one() {
  Progress progress("training", options_.training.epochs, "epochs");
  training::TrainedNetwork trained = training::train(
      data(), options_.training, [&](const training::EpochRecord&) { progress.advance(); });
  write("training.csv", history_csv(trained));
  keep_network(std::move(trained.network),
               "trained, seed " + std::to_string(options_.training.seed));
}

void Flow::train() {
  begin();
  if (options_.network_file.empty()) {
    run_sweep();
    train_one();
  } else {
    network();
  }
  write_summary();
}

void Flow::measure_noise(bool keep_first) {
  if (!keep_first) {
    const Topology topology = network().topology();
    options_.training.hidden.assign(topology.widths.begin() + 1, topology.widths.end() - 1);
  }
  Progress progress("measuring training noise", options_.noise_seeds, "trainings");
  training::NoiseMeasurement measured = training::measure_noise(
      data(), options_.training, options_.noise_seeds, options_.training.seed, threads_,
      [&](const SeedError&, int, int) { progress.advance(); });
  if (keep_first) {
    write("training.csv", history_csv(measured.first));
    keep_network(std::move(measured.first.network),
                 "trained, seed " + std::to_string(options_.training.seed));
  }
  noise_ = std::move(measured.noise);
  write("noise.json", noise_to_json(*noise_));
  describe_budget(&*noise_);
}

void Flow::noise() {
  measure_noise(false);
  write_summary();
}

void Flow::train_with_noise() {
  begin();
  const bool own_network = options_.network_file.empty();
  const bool measure = options_.budget.sigma_percent == 0 && options_.noise_file.empty();
  if (own_network) run_sweep();
  if (measure) {
    measure_noise(own_network);
  } else if (own_network) {
    train_one();
  }
  network();
  write_summary();
}

}  // namespace minerva::flow
