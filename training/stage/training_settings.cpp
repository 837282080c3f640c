#include "training_settings.hpp"

#include "minerva/config/settings.hpp"
#include "minerva/arithmetic/faulty_cells.hpp"

namespace minerva::training {
namespace {

const char* const kRecipe = "this project's recipe, training/README.md";

void add_optimizer_settings(Settings& settings, TrainingOptions& o) {
  settings.add_choice("training.optimizer", &o.optimizer,
                      {Optimizer::sgd, Optimizer::nesterov, Optimizer::adam, Optimizer::rmsprop},
                      "rule of a step; sgd and nesterov with training.momentum", kRecipe);
  settings.add("training.learning_rate", &o.learning_rate, Range<double>{0, 100, true}, "1",
               "step size after the warm-up", kRecipe);
  settings.add("training.momentum", &o.momentum, Range<double>{0, 0.9999}, "1",
               "momentum of sgd and nesterov");
  settings.add("training.mean_decay", &o.mean_decay, Range<double>{0, 0.9999}, "1",
               "of adam: decay of the gradient's mean", "Kingma and Ba, 2015");
  settings.add("training.variance_decay", &o.variance_decay, Range<double>{0, 0.999999}, "1",
               "of adam: decay of the mean square", "Kingma and Ba, 2015");
  settings.add("training.rmsprop_decay", &o.rmsprop_decay, Range<double>{0, 0.999999}, "1",
               "of rmsprop: decay of the mean square", "Tieleman and Hinton, 2012");
  settings.add("training.epsilon", &o.epsilon, Range<double>{1e-30, 1}, "1",
               "of adam and rmsprop: added to the root of the mean square", "Kingma and Ba, 2015");
  settings.add("training.clip_norm", &o.clip_norm, Range<double>{0, 1e12}, "1",
               "largest Euclidean norm of the whole gradient; 0: not clipped");
  settings.add("training.batch_size", &o.batch_size, Range<int>{1, 65536}, "samples",
               "samples a step", kRecipe);
  settings.add("training.epochs", &o.epochs, Range<int>{1, 100000}, "epochs",
               "passes over the training samples", kRecipe);
  settings.add_choice("training.schedule", &o.schedule,
                      {Schedule::constant, Schedule::step, Schedule::cosine},
                      "learning rate over time, after the warm-up", kRecipe);
  settings.add("training.warmup_epochs", &o.warmup_epochs, Range<int>{0, 100000}, "epochs",
               "in which the learning rate rises linearly from 0; of training.epochs");
  settings.add("training.step_epochs", &o.step_epochs, Range<int>{1, 100000}, "epochs",
               "of schedule step: epochs between steps");
  settings.add("training.step_factor", &o.step_factor, Range<double>{0, 1, true}, "1",
               "of schedule step: factor a step");
  settings.add("training.patience_epochs", &o.patience_epochs, Range<int>{0, 100000}, "epochs",
               "stop after so many epochs without a better one and restore the best: fewer wrong "
               "validation samples, or as many and a lower loss; 0: off");
}

void add_regularization_settings(Settings& settings, Regularization& r) {
  settings.add("training.l1", &r.l1, Range<double>{0, 10}, "1", "penalty of the sum of |w|",
               "book, Table 4.1: 1e-5 for MNIST");
  settings.add("training.l2", &r.l2, Range<double>{0, 10}, "1", "penalty of the sum of w^2",
               "book, Table 4.1: 1e-5 for MNIST");
  settings.add("training.activation_l1", &r.activation_l1, Range<double>{0, 10}, "1",
               "penalty of each hidden activation: raises the share of zeros");
  settings.add("training.dropout", &r.dropout_fraction, Range<double>{0, 0.95}, "1",
               "fraction of hidden activations dropped in training", kRecipe);
  settings.add("training.input_dropout", &r.input_dropout_fraction, Range<double>{0, 0.95}, "1",
               "fraction of the inputs that are not 0 dropped in training");
}

void add_fault_settings(Settings& settings, WeightFaults& f) {
  settings.add("training.fault_rate", &f.rate, Range<double>{0, kMaxFaultRate}, "per bit",
               "train with weights as a faulty SRAM hands them out; 0: clean");
  settings.add("training.fault_format", &f.format, "", "format of the weights in that SRAM");
  settings.add_choice("training.fault_masking", &f.masking,
                      {Masking::none, Masking::word, Masking::bit},
                      "what that datapath does with a faulty word (faults.masking)");
  settings.add_choice("training.fault_sign", &f.sign,
                      {SignPolicy::hardened, SignPolicy::zero, SignPolicy::inverted},
                      "of bit masking: what a faulty sign column does (faults.sign)");
  settings.add("training.fault_steps", &f.steps_per_map, Range<int>{1, 1000000000}, "steps",
               "steps between new fault maps");
}

}  // namespace

void add_training_settings(Settings& settings, TrainingOptions& o, CheckpointRule& checkpoints,
                           std::string& cache_folder) {
  settings.add("training.hidden", &o.hidden, Range<int>{1, kMaxLayerWidth}, {0, kMaxLayers - 1},
               "neurons", "width of each hidden layer", "book, Table 4.1: 256,256,256 for MNIST",
               Repeats::allowed);
  add_optimizer_settings(settings, o);
  add_regularization_settings(settings, o.regularization);
  settings.add_choice("training.initialization", &o.initialization,
                      {Initialization::he, Initialization::glorot},
                      "variance of the first weights: 2 / n_in, or 2 / (n_in + n_out)",
                      "He et al., 2015; Glorot and Bengio, 2010");
  settings.add_choice("training.initial_distribution", &o.initial_distribution,
                      {InitialDistribution::normal, InitialDistribution::uniform},
                      "distribution of the first weights");
  add_fault_settings(settings, o.faults);
  settings.add("training.seed", &o.seed, Range<std::uint64_t>{0, ~std::uint64_t{0} >> 1}, "1",
               "seed of weights, shuffling, dropout and faults; the noise measurement counts up "
               "from it");
  settings.add("training.checkpoint_epochs", &checkpoints.epochs, Range<int>{0, 100000}, "epochs",
               "save a training after so many epochs, to go on after a stop; 0: never");
  settings.add("training.checkpoint_seconds", &checkpoints.seconds, Range<double>{0, 1e9}, "s",
               "save a training after so many seconds, at the end of a step; 0: never");
  settings.add("training.cache_dir", &cache_folder, "trainings in the run directory",
               "folder of finished and interrupted trainings, by content; several runs may share "
               "one");
}

void add_sweep_settings(Settings& settings, SweepOptions& o, SweepTopologies& t) {
  const Range<int> items{0, 1000};
  settings.add_choice(
      "sweep.search", &o.search,
      {SweepSearch::none, SweepSearch::grid, SweepSearch::random, SweepSearch::halving},
      "every combination of the lists below, some of them, or successive halving; "
      "no lists: no sweep");
  settings.add("sweep.topologies", &t.topologies, Range<int>{0, 10000},
               "networks to compare, inputs and outputs included",
               "book, Fig. 4.3: 3 to 5 hidden layers of 32 to 512");
  settings.add("sweep.hidden_layers", &t.hidden_layers, Range<int>{0, kMaxLayers - 1}, items,
               "layers", "with sweep.nodes: hidden layers of equal width");
  settings.add("sweep.nodes", &t.nodes, Range<int>{1, kMaxLayerWidth}, items, "neurons",
               "with sweep.hidden_layers: neurons of each of them");
  settings.add("sweep.l1", &o.l1, Range<double>{0, 10}, items, "1",
               "L1 penalties to sweep; empty: training.l1");
  settings.add("sweep.l2", &o.l2, Range<double>{0, 10}, items, "1",
               "L2 penalties to sweep; empty: training.l2");
  settings.add("sweep.dropout", &o.dropout_fractions, Range<double>{0, 0.95}, items, "1",
               "dropout fractions to sweep; empty: training.dropout");
  settings.add("sweep.input_dropout", &o.input_dropout_fractions, Range<double>{0, 0.95}, items,
               "1", "input dropout fractions to sweep; empty: training.input_dropout");
  settings.add("sweep.activation_l1", &o.activation_l1, Range<double>{0, 10}, items, "1",
               "activation penalties to sweep; empty: training.activation_l1");
  settings.add("sweep.learning_rate", &o.learning_rates, Range<double>{0, 100, true}, items, "1",
               "learning rates to sweep; empty: training.learning_rate");
  settings.add("sweep.batch_size", &o.batch_sizes, Range<int>{1, 65536}, items, "samples",
               "batch sizes to sweep; empty: training.batch_size");
  settings.add("sweep.samples", &o.samples, Range<int>{0, 100000}, "points",
               "of random and halving: combinations to draw; 0: all of them, of halving alone");
  settings.add("sweep.seed", &o.seed, Range<std::uint64_t>{0, ~std::uint64_t{0} >> 1}, "1",
               "seed of that draw");
  settings.add("sweep.seeds", &o.seeds, Range<int>{1, 100000}, "trainings",
               "of each point, from training.seed on; their mean error judges it");
  settings.add("sweep.halving_factor", &o.halving_factor, Range<int>{2, 1000}, "1",
               "of halving: one point of so many goes on to the next round, of so many times as "
               "many epochs",
               "Jamieson and Talwalkar, 2016: 3");
  settings.add("sweep.halving_epochs", &o.halving_epochs, Range<int>{1, 100000}, "epochs",
               "of halving: the first round's");
  settings.add("sweep.tolerance_percent", &o.tolerance_percent, Range<double>{0, 100},
               "percentage points",
               "the choice is the smallest network within this of the lowest validation error",
               "book, Sec. 4.3.1: 0.05 points are not worth 2.8x the storage");
}

}  // namespace minerva::training
