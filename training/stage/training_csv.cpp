#include "training_csv.hpp"

#include "minerva/network/graph_text.hpp"
#include "minerva/report/csv.hpp"

namespace minerva::training {

std::string sweep_csv(const TrainingSection& training) {
  Csv csv({"topology", "weights", "l1", "l2", "dropout", "input_dropout", "activation_l1",
           "learning_rate", "batch_size", "seeds", "epochs", "outcome", "validation_wrong",
           "validation_error_percent", "validation_sigma_percent", "on_frontier", "chosen"});
  for (const SweepRow& row : training.sweep) {
    csv.add({network_text(row.topology), row.weights, row.l1, row.l2, row.dropout,
             row.input_dropout, row.activation_l1, row.learning_rate, row.batch_size, row.seeds,
             row.epochs, row.outcome, row.validation_wrong, row.validation_error_percent,
             row.validation_sigma_percent, row.on_frontier, row.chosen});
  }
  return csv.text();
}

std::string noise_csv(const TrainingNoise& noise) {
  Csv csv({"seed", "validation_wrong", "validation_samples", "test_wrong", "test_samples"});
  for (const SeedError& run : noise.runs) {
    csv.add({run.seed, run.validation_wrong, noise.validation_samples, run.test_wrong,
             noise.test_samples});
  }
  return csv.text();
}

}  // namespace minerva::training
