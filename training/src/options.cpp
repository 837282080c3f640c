#include "minerva/training/options.hpp"

#include <cstdio>
#include <sstream>

#include "minerva/arithmetic/fixed_point.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/training/hardware_training.hpp"
#include "recipe_text.hpp"

namespace minerva::training {
namespace {
bool has_momentum(Optimizer optimizer) {
  return optimizer == Optimizer::sgd || optimizer == Optimizer::nesterov;
}
}  // namespace

void check(const TrainingOptions& o) {
  check_in_range("training.hidden (number of layers)", static_cast<int>(o.hidden.size()),
                 ranges::kHiddenLayers);
  for (const int width : o.hidden) check_in_range("training.hidden", width, ranges::kHiddenNeurons);
  check_in_range("training.learning_rate", o.learning_rate, ranges::kLearningRate);
  check_in_range("training.momentum", o.momentum, ranges::kMomentum);
  check_in_range("training.mean_decay", o.mean_decay, ranges::kMeanDecay);
  check_in_range("training.variance_decay", o.variance_decay, ranges::kVarianceDecay);
  check_in_range("training.rmsprop_decay", o.rmsprop_decay, ranges::kRmspropDecay);
  check_in_range("training.epsilon", o.epsilon, ranges::kEpsilon);
  check_in_range("training.clip_norm", o.clip_norm, ranges::kClipNorm);
  const Regularization& r = o.regularization;
  check_in_range("training.l1", r.l1, ranges::kPenalty);
  check_in_range("training.l2", r.l2, ranges::kPenalty);
  check_in_range("training.activation_l1", r.activation_l1, ranges::kPenalty);
  check_in_range("training.dropout", r.dropout_fraction, ranges::kDropoutFraction);
  check_in_range("training.input_dropout", r.input_dropout_fraction, ranges::kDropoutFraction);
  check_in_range("training.batch_size", o.batch_size, ranges::kBatchSize);
  check_in_range("training.epochs", o.epochs, ranges::kEpochs);
  check_in_range("training.step_epochs", o.step_epochs, ranges::kEpochs);
  check_in_range("training.step_factor", o.step_factor, ranges::kStepFactor);
  check_in_range("training.patience_epochs", o.patience_epochs, or_zero(ranges::kEpochs));
  check_in_range("training.warmup_epochs", o.warmup_epochs, or_zero(ranges::kEpochs));
  if (o.warmup_epochs >= o.epochs) {
    throw UserError("training.warmup_epochs", std::to_string(o.warmup_epochs),
                    "needs fewer than training.epochs = " + std::to_string(o.epochs));
  }
  check_in_range("training.fault_rate", o.faults.rate, ranges::kFaultRate);
  check_in_range("training.fault_steps", o.faults.steps_per_map, ranges::kStepsPerMap);
  const QFormat format = parse_format(o.faults.format, kMaxOperandBits, "training.fault_format");
  if (format.bits() < 2) {
    throw UserError("training.fault_format", o.faults.format, "needs 2 bits or more");
  }
  const Augmentation& a = o.augmentation;
  check_in_range("training.rotate_degrees", a.rotate_degrees, ranges::kDegrees);
  check_in_range("training.stretch_percent", a.stretch_percent, ranges::kDistortionPercent);
  check_in_range("training.slant_percent", a.slant_percent, ranges::kDistortionPercent);
  check_in_range("training.bend_pixels", a.bend_pixels, ranges::kBendPixels);
  if (o.hardware != nullptr) check_hardware(o);
  if (o.network.layers() == 0) {
    if (!a.any() || r.input_dropout_fraction == 0) return;
    throw UserError("training.input_dropout", number_text(r.input_dropout_fraction),
                    "needs 0 where the training images are changed");
  }
  check_augmentation(o.augmentation, o.network.input(), "training");
  if (o.faults.rate > 0) {
    throw UserError("training.fault_rate", number_text(o.faults.rate),
                    "needs 0 for a network of other than fully connected layers "
                    "(training.network)");
  }
  if (o.regularization.input_dropout_fraction > 0) {
    throw UserError("training.input_dropout", number_text(o.regularization.input_dropout_fraction),
                    "needs 0 for a network of other than fully connected layers "
                    "(training.network)");
  }
}

namespace {
std::string augmentation_text(const Augmentation& a) {
  std::ostringstream text;
  if (a.flip) text << ", flips";
  if (a.shift_pixels > 0) text << ", shifts of " << a.shift_pixels;
  if (a.crop_pixels > 0) text << ", crops of " << a.crop_pixels;
  if (a.rotate_degrees > 0) text << ", turns of " << a.rotate_degrees << " degrees";
  if (a.stretch_percent > 0) text << ", stretches of " << a.stretch_percent << " %";
  if (a.slant_percent > 0) text << ", slants of " << a.slant_percent << " %";
  if (a.bend_pixels > 0) text << ", bends of " << a.bend_pixels << " pixels";
  return text.str();
}
}  // namespace

std::string describe(const TrainingOptions& options, const Topology& topology) {
  return recipe_text(options, to_string(topology)) + augmentation_text(options.augmentation) +
         (options.hardware == nullptr ? "" : describe(*options.hardware));
}

std::string describe(const TrainingOptions& options, const LayerGraph& graph) {
  return recipe_text(options, to_string(graph)) + augmentation_text(options.augmentation);
}

std::string recipe_text(const TrainingOptions& o, const std::string& network) {
  std::ostringstream text;
  text << "minerva " << network << ", " << to_string(o.optimizer);
  if (has_momentum(o.optimizer)) text << " momentum " << o.momentum;
  text << ", learning rate " << o.learning_rate << " " << to_string(o.schedule);
  if (o.schedule == Schedule::step) {
    text << " x" << o.step_factor << " every " << o.step_epochs << " epochs";
  }
  if (o.warmup_epochs > 0) text << " after " << o.warmup_epochs << " epochs of warm-up";
  text << ", batch " << o.batch_size << ", " << o.epochs << " epochs, L1 " << o.regularization.l1
       << ", L2 " << o.regularization.l2 << ", activation L1 " << o.regularization.activation_l1
       << ", dropout " << o.regularization.dropout_fraction;
  if (o.regularization.input_dropout_fraction > 0) {
    text << ", input dropout " << o.regularization.input_dropout_fraction;
  }
  if (o.clip_norm > 0) text << ", gradient norm at most " << o.clip_norm;
  if (o.faults.rate > 0) {
    text << ", under " << o.faults.rate << " faults a bit of " << o.faults.format << ", "
         << to_string(o.faults.masking) << " masking";
    if (o.faults.masking == Masking::bit) text << ", sign " << to_string(o.faults.sign);
  }
  text << ", patience " << o.patience_epochs << ", seed " << o.seed;
  return text.str();
}

std::string option_text(const TrainingOptions& o) {
  std::string text;
  const auto word = [&](const char* name, const std::string& value) {
    text += std::string(name) + " = " + value + "\n";
  };
  const auto number = [&](const char* name, double value) {
    char digits[40];
    std::snprintf(digits, sizeof digits, "%.17g", value);
    word(name, digits);
  };
  std::string widths;
  for (const int width : o.hidden) widths += (widths.empty() ? "" : ",") + std::to_string(width);
  word("hidden", widths);
  word("optimizer", to_string(o.optimizer));
  number("learning_rate", o.learning_rate);
  number("momentum", o.momentum);
  number("mean_decay", o.mean_decay);
  number("variance_decay", o.variance_decay);
  number("rmsprop_decay", o.rmsprop_decay);
  number("epsilon", o.epsilon);
  number("clip_norm", o.clip_norm);
  number("l1", o.regularization.l1);
  number("l2", o.regularization.l2);
  number("activation_l1", o.regularization.activation_l1);
  number("dropout", o.regularization.dropout_fraction);
  number("input_dropout", o.regularization.input_dropout_fraction);
  word("batch_size", std::to_string(o.batch_size));
  word("epochs", std::to_string(o.epochs));
  word("schedule", to_string(o.schedule));
  word("warmup_epochs", std::to_string(o.warmup_epochs));
  word("step_epochs", std::to_string(o.step_epochs));
  number("step_factor", o.step_factor);
  word("patience_epochs", std::to_string(o.patience_epochs));
  word("initialization", to_string(o.initialization));
  word("initial_distribution", to_string(o.initial_distribution));
  number("fault_rate", o.faults.rate);
  word("fault_format", o.faults.format);
  word("fault_masking", to_string(o.faults.masking));
  word("fault_sign", to_string(o.faults.sign));
  word("fault_steps", std::to_string(o.faults.steps_per_map));
  word("seed", std::to_string(o.seed));
  // Trainings keep the text, and so the key, that they had before there were others.
  const Augmentation& a = o.augmentation;
  const bool graph = o.network.layers() > 0;
  if (graph) word("network", to_string(o.network));
  if (graph || a.any()) {
    word("flip", a.flip ? "true" : "false");
    word("shift_pixels", std::to_string(a.shift_pixels));
    word("crop_pixels", std::to_string(a.crop_pixels));
  }
  if (a.distorts()) {
    number("rotate_degrees", a.rotate_degrees);
    number("stretch_percent", a.stretch_percent);
    number("slant_percent", a.slant_percent);
    number("bend_pixels", a.bend_pixels);
  }
  if (o.hardware != nullptr) text += hardware_text(*o.hardware);
  return text;
}

}  // namespace minerva::training
