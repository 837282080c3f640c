#include "training_settings.hpp"

#include "minerva/app/settings.hpp"

namespace minerva::training {

void add_training_settings(Settings& settings, TrainingOptions& o) {
  const char* recipe = "this project's recipe, training/README.md";
  settings.add("training.hidden", &o.hidden, Range<int>{1, kMaxLayerWidth}, {0, kMaxLayers - 1},
               "neurons", "width of each hidden layer", "book, Table 4.1: 256,256,256 for MNIST",
               Repeats::allowed);
  settings.add_choice("training.optimizer", &o.optimizer, {Optimizer::sgd, Optimizer::adam},
                      "stochastic gradient descent with momentum, or Adam", recipe);
  settings.add("training.learning_rate", &o.learning_rate, Range<double>{0, 100, true}, "1",
               "step size at the start of the schedule", recipe);
  settings.add("training.momentum", &o.momentum, Range<double>{0, 0.9999}, "1",
               "momentum of sgd; adam does not use it");
  settings.add("training.l1", &o.regularization.l1, Range<double>{0, 10}, "1",
               "penalty of the sum of |w|", "book, Table 4.1: 1e-5 for MNIST");
  settings.add("training.l2", &o.regularization.l2, Range<double>{0, 10}, "1",
               "penalty of the sum of w^2", "book, Table 4.1: 1e-5 for MNIST");
  settings.add("training.activation_l1", &o.regularization.activation_l1, Range<double>{0, 10}, "1",
               "penalty of each hidden activation: raises the share of zeros");
  settings.add("training.dropout", &o.regularization.dropout_fraction, Range<double>{0, 0.95}, "1",
               "fraction of hidden activations dropped in training", recipe);
  settings.add("training.batch_size", &o.batch_size, Range<int>{1, 65536}, "samples",
               "samples a step", recipe);
  settings.add("training.epochs", &o.epochs, Range<int>{1, 100000}, "epochs",
               "passes over the training samples", recipe);
  settings.add_choice("training.schedule", &o.schedule,
                      {Schedule::constant, Schedule::step, Schedule::cosine},
                      "learning rate over time", recipe);
  settings.add("training.step_epochs", &o.step_epochs, Range<int>{1, 100000}, "epochs",
               "of schedule step: epochs between steps");
  settings.add("training.step_factor", &o.step_factor, Range<double>{0, 1, true}, "1",
               "of schedule step: factor a step");
  settings.add("training.patience_epochs", &o.patience_epochs, Range<int>{0, 100000}, "epochs",
               "stop after so many epochs without a better validation error and restore the best; "
               "0: off");
  settings.add("training.seed", &o.seed, Range<std::uint64_t>{0, ~std::uint64_t{0} >> 1}, "1",
               "seed of weights, shuffling and dropout; the noise measurement counts up from it");
}

void add_sweep_settings(Settings& settings, SweepOptions& o, std::vector<Topology>& topologies) {
  settings.add("sweep.topologies", &topologies, Range<int>{0, 10000},
               "networks to compare, inputs and outputs included; empty: no sweep",
               "book, Fig. 4.3: 3 to 5 hidden layers of 32 to 512");
  settings.add("sweep.l1", &o.l1, Range<double>{0, 10}, {0, 1000}, "1",
               "L1 penalties to sweep; empty: training.l1");
  settings.add("sweep.l2", &o.l2, Range<double>{0, 10}, {0, 1000}, "1",
               "L2 penalties to sweep; empty: training.l2");
  settings.add("sweep.dropout", &o.dropout_fractions, Range<double>{0, 0.95}, {0, 1000}, "1",
               "dropout fractions to sweep; empty: training.dropout");
  settings.add("sweep.tolerance_percent", &o.tolerance_percent, Range<double>{0, 100},
               "percentage points",
               "the choice is the smallest network within this of the lowest validation error",
               "book, Sec. 4.3.1: 0.05 points are not worth 2.8x the storage");
}

}  // namespace minerva::training
