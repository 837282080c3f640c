#include "minerva/training/options.hpp"

#include <cmath>
#include <cstdio>
#include <sstream>

#include "minerva/arithmetic/faulty_cells.hpp"
#include "minerva/base/errors.hpp"

namespace minerva::training {
namespace {
std::string text_of(double value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

/// Throws unless low <= value <= high; NaN is outside of every range.
void check_range(const char* name, double value, double low, double high) {
  if (value >= low && value <= high) return;
  throw UserError(std::string("training.") + name, text_of(value),
                  "must be " + text_of(low) + " to " + text_of(high));
}

bool has_momentum(Optimizer optimizer) {
  return optimizer == Optimizer::sgd || optimizer == Optimizer::nesterov;
}
}  // namespace

void check(const TrainingOptions& o) {
  check_range("hidden (number of layers)", static_cast<double>(o.hidden.size()), 0, kMaxLayers - 1);
  for (const int width : o.hidden) check_range("hidden", width, 1, kMaxLayerWidth);
  check_range("learning_rate", o.learning_rate, 1e-12, 1e3);
  check_range("momentum", o.momentum, 0, 0.9999);
  check_range("mean_decay", o.mean_decay, 0, 0.9999);
  check_range("variance_decay", o.variance_decay, 0, 0.999999);
  check_range("rmsprop_decay", o.rmsprop_decay, 0, 0.999999);
  check_range("epsilon", o.epsilon, 1e-30, 1);
  check_range("clip_norm", o.clip_norm, 0, 1e12);
  check_range("l1", o.regularization.l1, 0, 1e3);
  check_range("l2", o.regularization.l2, 0, 1e3);
  check_range("activation_l1", o.regularization.activation_l1, 0, 1e3);
  check_range("dropout", o.regularization.dropout_fraction, 0, 0.95);
  check_range("input_dropout", o.regularization.input_dropout_fraction, 0, 0.95);
  check_range("batch_size", o.batch_size, 1, 1 << 20);
  check_range("epochs", o.epochs, 1, 100000);
  check_range("step_epochs", o.step_epochs, 1, 100000);
  check_range("step_factor", o.step_factor, 1e-6, 1);
  check_range("patience_epochs", o.patience_epochs, 0, 100000);
  check_range("warmup_epochs", o.warmup_epochs, 0, 100000);
  if (o.warmup_epochs >= o.epochs) {
    throw UserError("training.warmup_epochs", std::to_string(o.warmup_epochs),
                    "needs fewer than training.epochs = " + std::to_string(o.epochs));
  }
  check_range("fault_rate", o.faults.rate, 0, kMaxFaultRate);
  check_range("fault_steps", o.faults.steps_per_map, 1, 1 << 30);
  const QFormat format = parse_format(o.faults.format, kMaxOperandBits, "training.fault_format");
  if (format.bits() < 2) {
    throw UserError("training.fault_format", o.faults.format, "needs 2 bits or more");
  }
}

std::string describe(const TrainingOptions& o, const Topology& topology) {
  std::ostringstream text;
  text << "minerva " << to_string(topology) << ", " << to_string(o.optimizer);
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
  return text;
}

}  // namespace minerva::training
