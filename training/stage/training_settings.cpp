#include "training_settings.hpp"

#include "minerva/config/settings.hpp"

namespace minerva::training {
namespace {

const char* const kRecipe = "this project's recipe, training/README.md";

void add_optimizer(const KeyRows& keys, TrainingOptions& o) {
  keys.add_choice("training.optimizer", &o.optimizer,
                  {Optimizer::sgd, Optimizer::nesterov, Optimizer::adam, Optimizer::rmsprop},
                  "This rule computes each step from the gradient; sgd and nesterov use "
                  "training.momentum.",
                  kRecipe);
  keys.add("training.learning_rate", &o.learning_rate, ranges::kLearningRate, "1",
           "The learning rate scales each step once the warm-up is over.", kRecipe);
  keys.add("training.momentum", &o.momentum, ranges::kMomentum, "1",
           "The optimizers sgd and nesterov keep this fraction of the previous step.");
  keys.add("training.mean_decay", &o.mean_decay, ranges::kMeanDecay, "1",
           "The optimizer adam keeps this fraction of its running mean of the gradient in each "
           "step.",
           "Kingma and Ba, 2015");
  keys.add("training.variance_decay", &o.variance_decay, ranges::kVarianceDecay, "1",
           "The optimizer adam keeps this fraction of its running mean of the squared gradient in "
           "each step.",
           "Kingma and Ba, 2015");
  keys.add(
      "training.rmsprop_decay", &o.rmsprop_decay, ranges::kRmspropDecay, "1",
      "The optimizer rmsprop keeps this fraction of its running mean of the squared gradient in "
      "each step.",
      "Tieleman and Hinton, 2012");
  keys.add("training.epsilon", &o.epsilon, ranges::kEpsilon, "1",
           "The optimizers adam and rmsprop add this to the root of the mean square before they "
           "divide by it.",
           "Kingma and Ba, 2015");
  keys.add("training.clip_norm", &o.clip_norm, ranges::kClipNorm, "1",
           "A gradient whose Euclidean norm over all parameters is larger is scaled down to this "
           "norm; 0 switches clipping off.");
  keys.add("training.batch_size", &o.batch_size, ranges::kBatchSize, "samples",
           "Each step uses the mean gradient of this many training samples.", kRecipe);
  keys.add("training.epochs", &o.epochs, ranges::kEpochs, "epochs",
           "The training passes over the training samples this many times.", kRecipe);
}

void add_schedule(const KeyRows& keys, TrainingOptions& o) {
  keys.add_choice(
      "training.schedule", &o.schedule, {Schedule::constant, Schedule::step, Schedule::cosine},
      "After the warm-up the learning rate stays the same (constant), is multiplied by "
      "training.step_factor every training.step_epochs (step), or falls to 0 along half "
      "a cosine (cosine).",
      kRecipe);
  keys.add("training.warmup_epochs", &o.warmup_epochs, or_zero(ranges::kEpochs), "epochs",
           "The learning rate rises linearly from 0 during this many epochs at the start of the "
           "training; they are part of training.epochs.");
  keys.add("training.step_epochs", &o.step_epochs, ranges::kEpochs, "epochs",
           "The schedule step changes the learning rate each time this many epochs have passed.");
  keys.add("training.step_factor", &o.step_factor, ranges::kStepFactor, "1",
           "The schedule step multiplies the learning rate by this factor at each change.");
  keys.add("training.patience_epochs", &o.patience_epochs, or_zero(ranges::kEpochs), "epochs",
           "The training stops after this many epochs without improvement and keeps the weights of "
           "the best epoch, the one with the fewest wrong validation samples and then the lowest "
           "loss; 0 trains all epochs and keeps the last weights.");
}

void add_regularization(const KeyRows& keys, Regularization& r) {
  keys.add("training.l1", &r.l1, ranges::kPenalty, "1",
           "The loss includes this factor times the sum of the magnitudes of all weights.",
           "book, Table 4.1: 1e-5 for MNIST");
  keys.add("training.l2", &r.l2, ranges::kPenalty, "1",
           "The loss includes this factor times the sum of the squares of all weights.",
           "book, Table 4.1: 1e-5 for MNIST");
  keys.add("training.activation_l1", &r.activation_l1, ranges::kPenalty, "1",
           "The loss of each sample includes this factor times the sum of its hidden activations, "
           "which raises the share of activations that are 0 and can be pruned.");
  keys.add("training.dropout", &r.dropout_fraction, ranges::kDropoutFraction, "1",
           "Each training step sets this fraction of the hidden activations to 0 at random and "
           "scales up the others.",
           kRecipe);
  keys.add("training.input_dropout", &r.input_dropout_fraction, ranges::kDropoutFraction, "1",
           "Each training step sets this fraction of the inputs that are not 0 to 0 at random and "
           "scales up the others.");
}

void add_augmentation(const KeyRows& keys, Augmentation& a) {
  keys.add("training.flip", &a.flip,
           "If true, each training step mirrors every second image left to right, on average.");
  keys.add("training.shift_pixels", &a.shift_pixels, ranges::kPixels, "pixels",
           "Each training step moves every image by up to this many rows and columns either way, "
           "with zeros coming in.");
  keys.add("training.crop_pixels", &a.crop_pixels, ranges::kPixels, "pixels",
           "Each training step cuts every image to this many rows and columns less, with zeros in "
           "their place.");
  keys.add("training.rotate_degrees", &a.rotate_degrees, ranges::kDegrees, "degrees",
           "Each training step turns every image about its middle by up to this angle either way, "
           "all equally likely.");
  keys.add("training.stretch_percent", &a.stretch_percent, ranges::kDistortionPercent, "%",
           "Each training step stretches or shrinks every image by up to this much, along rows and "
           "columns apart.");
  keys.add("training.slant_percent", &a.slant_percent, ranges::kDistortionPercent, "%",
           "Each training step moves the rows of every image sideways by up to this share of their "
           "distance from the middle.");
  keys.add("training.bend_pixels", &a.bend_pixels, ranges::kBendPixels, "pixels",
           "Each training step bends every image: the knots of a lattice of 6 x 6 move by normal "
           "numbers with this deviation, and the pixels between them in proportion.");
}

void add_initial_weights(const KeyRows& keys, TrainingOptions& o) {
  keys.add_choice("training.initialization", &o.initialization,
                  {Initialization::he, Initialization::glorot},
                  "The variance of the initial weights is 2 / inputs of the layer (he) or "
                  "2 / (inputs + outputs of the layer) (glorot).",
                  "He et al., 2015; Glorot and Bengio, 2010");
  keys.add_choice("training.initial_distribution", &o.initial_distribution,
                  {InitialDistribution::normal, InitialDistribution::uniform},
                  "The initial weights are drawn from this distribution.");
}

void add_faults(const KeyRows& keys, WeightFaults& f) {
  keys.add("training.fault_rate", &f.rate, ranges::kFaultRate, "per bit",
           "The training reads the weights from a simulated SRAM in which each bit is faulty with "
           "this probability, so that the network learns to tolerate faults; 0 switches this off.");
  keys.add("training.fault_format", &f.format, "",
           "The simulated SRAM stores the weights in this format Qm.n, with m integer bits (the "
           "sign included) and n fraction bits.");
  keys.add_choice(
      "training.fault_masking", &f.masking, {Masking::none, Masking::word, Masking::bit},
      "The training treats a faulty weight as the datapath does under the same value of "
      "faults.masking.");
  keys.add_choice("training.fault_sign", &f.sign,
                  {SignPolicy::hardened, SignPolicy::zero, SignPolicy::inverted},
                  "The training treats a faulty sign bit as the datapath does under the same value "
                  "of faults.sign.");
  keys.add("training.fault_steps", &f.steps_per_map, ranges::kStepsPerMap, "steps",
           "The training draws a new fault map each time this many steps have passed.");
}

/// When and where trainings are saved, which changes no result.
void add_saving(const KeyRows& keys, TrainingStageOptions& o) {
  keys.add("training.checkpoint_epochs", &o.checkpoints.epochs, or_zero(ranges::kEpochs), "epochs",
           "A training is saved each time this many epochs have passed, so that it can continue "
           "after an interruption; 0 never saves by epochs.");
  keys.add(
      "training.checkpoint_seconds", &o.checkpoints.seconds, Range<double>{0, 1e9}, "s",
      "A training is saved at the end of a step once this time has passed since the last save; "
      "0 never saves by time.");
  keys.add("training.cache_dir", &o.training_cache, "trainings in the run directory",
           "Finished and interrupted trainings are stored in this folder under the fingerprint of "
           "their inputs; several runs may share it.");
}

void add_swept_lists(const KeyRows& keys, SweepOptions& o, SweepTopologies& t,
                     std::string& networks) {
  const Range<int> items{0, 1000};
  keys.add("sweep.topologies", &t.topologies, Range<int>{0, 10000},
           "The sweep compares networks of these widths, which include inputs and outputs.",
           "book, Fig. 4.3: 3 to 5 hidden layers of 32 to 512");
  keys.add("sweep.networks", &networks, "none",
           "The sweep compares networks of these layers, each as in training.network and parted by "
           "commas, besides those of fully connected layers.");
  keys.add("sweep.hidden_layers", &t.hidden_layers, ranges::kHiddenLayers, items, "layers",
           "The sweep compares networks with these numbers of hidden layers, each combined with "
           "every width in sweep.nodes.");
  keys.add(
      "sweep.nodes", &t.nodes, ranges::kHiddenNeurons, items, "neurons",
      "The sweep compares networks whose hidden layers all have this width, each combined with "
      "every number in sweep.hidden_layers.");
  keys.add("sweep.l1", &o.l1, ranges::kPenalty, items, "1",
           "The sweep compares these values of training.l1; an empty list keeps training.l1.");
  keys.add("sweep.l2", &o.l2, ranges::kPenalty, items, "1",
           "The sweep compares these values of training.l2; an empty list keeps training.l2.");
  keys.add("sweep.dropout", &o.dropout_fractions, ranges::kDropoutFraction, items, "1",
           "The sweep compares these values of training.dropout; an empty list keeps "
           "training.dropout.");
  keys.add("sweep.input_dropout", &o.input_dropout_fractions, ranges::kDropoutFraction, items, "1",
           "The sweep compares these values of training.input_dropout; an empty list keeps "
           "training.input_dropout.");
  keys.add("sweep.activation_l1", &o.activation_l1, ranges::kPenalty, items, "1",
           "The sweep compares these values of training.activation_l1; an empty list keeps "
           "training.activation_l1.");
  keys.add("sweep.learning_rate", &o.learning_rates, ranges::kLearningRate, items, "1",
           "The sweep compares these values of training.learning_rate; an empty list keeps "
           "training.learning_rate.");
  keys.add("sweep.batch_size", &o.batch_sizes, ranges::kBatchSize, items, "samples",
           "The sweep compares these values of training.batch_size; an empty list keeps "
           "training.batch_size.");
}

void add_sweep(const KeyRows& keys, TrainingStageOptions& options) {
  SweepOptions& o = options.sweep;
  keys.add_choice(
      "sweep.search", &o.search,
      {SweepSearch::none, SweepSearch::grid, SweepSearch::random, SweepSearch::halving},
      "The sweep trains every combination of the lists of this section (grid), some of them drawn "
      "at random (random), or many for a few epochs and the best of them for more (halving); "
      "without lists, or with none, there is no sweep.");
  add_swept_lists(keys, o, options.sweep_topologies, options.networks_text);
  keys.add("sweep.samples", &o.samples, ranges::kSweepSamples, "points",
           "The searches random and halving draw this many combinations; 0 lets halving start with "
           "all of them.");
  keys.add("sweep.seed", &o.seed, kSeedRange, "1",
           "The searches random and halving draw their combinations from this seed.");
  keys.add("sweep.seeds", &o.seeds, ranges::kSweepSeeds, "trainings",
           "Each combination is trained with this many seeds, from training.seed upward, and is "
           "judged by its mean error.");
  keys.add(
      "sweep.halving_factor", &o.halving_factor, ranges::kHalvingFactor, "1",
      "In each round of halving, one combination in this many goes on to the next round, which "
      "trains this many times as many epochs.",
      "Jamieson and Talwalkar, 2016: 3");
  keys.add("sweep.halving_epochs", &o.halving_epochs, ranges::kEpochs, "epochs",
           "The first round of halving trains each combination for this many epochs.");
  keys.add("sweep.tolerance_percent", &o.tolerance_percent, ranges::kTolerancePercent,
           "percentage points",
           "The sweep chooses the smallest network whose validation error is at most this much "
           "above the lowest one.",
           "book, Sec. 4.3.1: 0.05 points are not worth 2.8x the storage");
  keys.add("sweep.epochs", &options.sweep_epochs, or_zero(ranges::kEpochs), "epochs",
           "Each network of the sweep is trained for this many epochs; 0 takes training.epochs.");
  keys.add("sweep.use_choice", &options.sweep_use_choice,
           "If true, the run trains the topology and the hyperparameters that the sweep chose, "
           "instead of those of section [training].");
}

}  // namespace

void add_training_settings(Settings& settings, TrainingStageOptions& o) {
  // The noise trains the same network again with other seeds.
  const KeyRows keys = settings.read_by({"train", "noise"});
  keys.add("training.hidden", &o.training.hidden, ranges::kHiddenNeurons, ranges::kHiddenLayers,
           "neurons",
           "The hidden layers have these widths, in order from the inputs to the outputs.",
           "book, Table 4.1: 256,256,256 for MNIST", Repeats::allowed);
  keys.add("training.network", &o.network_text, "the layers of training.hidden",
           "The network has these layers, on one line as docs/layers.md describes them, such as "
           "28x28x1 c6k5p2 m2 c16k5 m2 120 84 10; training.hidden is then not used.");
  add_augmentation(keys, o.training.augmentation);
  add_optimizer(keys, o.training);
  add_schedule(keys, o.training);
  add_regularization(keys, o.training.regularization);
  add_initial_weights(keys, o.training);
  add_faults(keys, o.training.faults);
  keys.add("training.seed", &o.training.seed, kSeedRange, "1",
           "Initial weights, shuffling, dropout and faults are drawn from this seed; the noise "
           "measurement counts upward from it.");
  add_saving(settings.without_effect(), o);
  add_sweep(settings.read_by({"train"}), o);
  const KeyRows noise = settings.read_by({"noise"});
  noise.add("noise.seeds", &o.noise_seeds, Range<int>{0, 100000}, "trainings",
            "The training noise is measured over this many trainings, the first of which gives the "
            "network that the later stages use; 0 trains that network alone.",
            "book, Sec. 4.1.1: 50");
  noise.add("noise.file", &o.noise_file, "measure, or the file in the run directory",
            "The training noise is read from this file instead of being measured.");
  noise.add("noise.other_recipe", &o.noise_of_other_recipe,
            "If true, the noise that is measured counts for a given network (network.file) also "
            "where that network's error is no error of these trainings, more than three standard "
            "deviations from their mean; otherwise such a noise is refused.",
            "assumption: three standard deviations");
}

}  // namespace minerva::training
