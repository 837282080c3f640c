#include "minerva/training/options.hpp"

#include <cmath>
#include <sstream>

#include "minerva/core/errors.hpp"

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
}  // namespace

const char* to_string(Optimizer optimizer) { return optimizer == Optimizer::sgd ? "sgd" : "adam"; }

const char* to_string(Schedule schedule) {
  switch (schedule) {
    case Schedule::constant:
      return "constant";
    case Schedule::step:
      return "step";
    case Schedule::cosine:
      return "cosine";
  }
  return "";
}

Optimizer parse_optimizer(const std::string& text, const std::string& key) {
  if (text == "sgd") return Optimizer::sgd;
  if (text == "adam") return Optimizer::adam;
  throw UserError(key, text, "must be sgd or adam");
}

Schedule parse_schedule(const std::string& text, const std::string& key) {
  if (text == "constant") return Schedule::constant;
  if (text == "step") return Schedule::step;
  if (text == "cosine") return Schedule::cosine;
  throw UserError(key, text, "must be constant, step or cosine");
}

void check(const TrainingOptions& options) {
  check_range("hidden (number of layers)", static_cast<double>(options.hidden.size()), 0,
              kMaxLayers - 1);
  for (const int width : options.hidden) check_range("hidden", width, 1, kMaxLayerWidth);
  check_range("learning_rate", options.learning_rate, 1e-12, 1e3);
  check_range("momentum", options.momentum, 0, 0.9999);
  check_range("l1", options.regularization.l1, 0, 1e3);
  check_range("l2", options.regularization.l2, 0, 1e3);
  check_range("activation_l1", options.regularization.activation_l1, 0, 1e3);
  check_range("dropout", options.regularization.dropout_fraction, 0, 0.95);
  check_range("batch_size", options.batch_size, 1, 1 << 20);
  check_range("epochs", options.epochs, 1, 100000);
  check_range("step_epochs", options.step_epochs, 1, 100000);
  check_range("step_factor", options.step_factor, 1e-6, 1);
  check_range("patience_epochs", options.patience_epochs, 0, 100000);
}

std::string describe(const TrainingOptions& options, const Topology& topology) {
  std::ostringstream text;
  text << "minerva " << to_string(topology) << ", " << to_string(options.optimizer);
  if (options.optimizer == Optimizer::sgd) text << " momentum " << options.momentum;
  text << ", learning rate " << options.learning_rate << " " << to_string(options.schedule);
  if (options.schedule == Schedule::step) {
    text << " x" << options.step_factor << " every " << options.step_epochs << " epochs";
  }
  text << ", batch " << options.batch_size << ", " << options.epochs << " epochs, L1 "
       << options.regularization.l1 << ", L2 " << options.regularization.l2 << ", activation L1 "
       << options.regularization.activation_l1 << ", dropout "
       << options.regularization.dropout_fraction << ", patience " << options.patience_epochs
       << ", seed " << options.seed;
  return text.str();
}

}  // namespace minerva::training
