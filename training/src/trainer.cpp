#include "minerva/training/trainer.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <sstream>

#include "minerva/arithmetic/random.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/training/hardware_training.hpp"
#include "minerva/training/optimizer.hpp"
#include "minerva/training/schedule.hpp"
#include "minerva/training/trained_topology.hpp"
#include "trained_layers.hpp"

namespace minerva::training {
namespace {

void check_samples(const Samples& samples, const Dataset& data) {
  expects(samples.inputs.rows() == data.inputs(), "samples of different widths");
  expects(static_cast<std::int64_t>(samples.labels.size()) == samples.size(), "a label a sample");
  for (const std::int32_t label : samples.labels) {
    expects(label >= 0 && label < data.classes, "label out of range");
  }
}

void check_training(const Dataset& data, const TrainingOptions& options) {
  check(options);
  expects(data.train.size() >= 1 && data.validation.size() >= 1, "training needs samples");
  check_samples(data.train, data);
  check_samples(data.validation, data);
  check_fits(options, data);
  if (!trains_graph(options)) check_topology(topology_of(options, data), "training.hidden");
}

std::string rate_text(double rate) {
  std::ostringstream text;
  text << rate;
  return text.str();
}

}  // namespace

void check_fits(const TrainingOptions& options, const Dataset& data) {
  if (options.batch_size > data.train.size()) {
    throw UserError(
        "training.batch_size", std::to_string(options.batch_size),
        "must be at most the " + std::to_string(data.train.size()) + " training samples");
  }
  if (!trains_graph(options)) {
    if (options.hardware != nullptr) check_hardware_fits(options, data);
    if (!options.augmentation.any()) return;
    check_augmentation(options.augmentation,
                       data.whole_train == nullptr ? data.input_shape : data.whole_shape,
                       "training");
    return;
  }
  const LayerGraph& graph = options.network;
  const bool same_shape = data.input_shape.size() == 0 || data.input_shape.is_vector() ||
                          graph.input().is_vector() || graph.input() == data.input_shape;
  if (graph.inputs() != data.inputs() || !same_shape) {
    throw UserError("training.network", to_string(graph),
                    "needs an input of " +
                        (data.input_shape.size() > 0 ? to_string(data.input_shape)
                                                     : std::to_string(data.inputs())) +
                        ", as the samples of " + data.name + " have");
  }
  if (graph.outputs() != data.classes) {
    throw UserError(
        "training.network", to_string(graph),
        "needs " + std::to_string(data.classes) + " outputs, one for each class of " + data.name);
  }
}

bool is_better(const EpochRecord& a, const EpochRecord& b) {
  if (a.validation_wrong != b.validation_wrong) return a.validation_wrong < b.validation_wrong;
  return a.validation_loss < b.validation_loss;
}

TrainingDiverged::TrainingDiverged(const TrainingOptions& options, int at_epoch,
                                   std::int64_t at_step, const std::string& kept)
    : UserError("training.learning_rate", rate_text(options.learning_rate),
                "training diverged in epoch " + std::to_string(at_epoch) + ", step " +
                    std::to_string(at_step) +
                    ": the loss is not finite; must be lower for this data" + kept),
      epoch(at_epoch),
      step(at_step) {}

/// What a training needs and a state does not hold: all of it follows from data and options.
struct Trainer::Machinery {
  Machinery(const Dataset& data, const TrainingOptions& options, int steps_per_epoch, int threads)
      : layers(trained_layers(data, options, threads)),
        rate(options, static_cast<std::uint64_t>(steps_per_epoch)),
        order(static_cast<std::size_t>(data.train.size())) {}

  void shuffle(std::uint64_t seed, int epoch) {
    if (epoch == shuffled_epoch) return;
    std::iota(order.begin(), order.end(), 0);
    KeyedRandom random(seed, Stream::shuffle, static_cast<std::uint64_t>(epoch));
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
    shuffled_epoch = epoch;
  }

  std::unique_ptr<TrainedLayers> layers;
  LearningRate rate;
  std::vector<std::int32_t> order;
  int shuffled_epoch = 0;
};

Trainer::Trainer(const Dataset& data, const TrainingOptions& options, int threads)
    : data_(data), options_(options) {
  const std::int64_t batch = std::max(options.batch_size, 1);
  steps_per_epoch_ = static_cast<int>((data.train.size() + batch - 1) / batch);
  check_training(data_, options_);
  machinery_ = std::make_unique<Machinery>(data_, options_, steps_per_epoch_, threads);
  state_.parameters = machinery_->layers->initial_parameters(options_);
  if (keeps_first(options_.optimizer)) state_.first.resize(state_.parameters.size());
  if (keeps_second(options_.optimizer)) state_.second.resize(state_.parameters.size());
}

Trainer::~Trainer() = default;

void Trainer::step() {
  expects(!finished(), "a step after the training's end");
  Machinery& m = *machinery_;
  const int epoch = state_.epochs_done() + 1;
  m.shuffle(options_.seed, epoch);
  const std::int64_t first = state_.next_sample;
  const std::int64_t samples = data_.train.size();
  const auto size = static_cast<int>(std::min<std::int64_t>(options_.batch_size, samples - first));
  const double loss =
      m.layers->descend(descent_of(options_, m.rate.of_step(state_.step), state_.step),
                        m.order.data() + first, size, state_.step, state_.parameters,
                        {state_.parameters.data(), state_.first.data(), state_.second.data()});
  if (!std::isfinite(loss)) {
    throw TrainingDiverged(options_, epoch, first / options_.batch_size + 1, "");
  }
  ++state_.step;
  state_.epoch_loss += loss;
  state_.next_sample = first + size;
  if (state_.next_sample == samples) end_epoch();
}

void Trainer::end_epoch() {
  Machinery& m = *machinery_;
  const int epoch = state_.epochs_done() + 1;
  const double penalty = m.layers->weight_penalty(state_.parameters.data());
  EpochRecord record{epoch, state_.epoch_loss / steps_per_epoch_ + penalty, 0, 0};
  for (std::int64_t first = 0; first < data_.validation.size(); first += options_.batch_size) {
    const auto size = static_cast<int>(
        std::min<std::int64_t>(options_.batch_size, data_.validation.size() - first));
    const BatchErrors errors = m.layers->judge(
        state_.parameters.data(),
        {&data_.validation.inputs, data_.validation.labels.data(), size, nullptr, first});
    record.validation_wrong += errors.wrong;
    record.validation_loss += errors.loss;
  }
  record.validation_loss /= static_cast<double>(data_.validation.size());
  if (!std::isfinite(penalty) || !std::isfinite(record.validation_loss)) {
    throw TrainingDiverged(options_, epoch, steps_per_epoch_, "");
  }
  const bool best =
      state_.best_epoch == 0 ||
      is_better(record, state_.history[static_cast<std::size_t>(state_.best_epoch - 1)]);
  state_.history.push_back(record);
  state_.next_sample = 0;
  state_.epoch_loss = 0;
  if (!best) return;
  state_.best_epoch = epoch;
  if (options_.patience_epochs > 0) state_.best = state_.parameters;
}

bool Trainer::finished() const {
  if (!between_epochs()) return false;
  const int epochs = state_.epochs_done();
  return epochs == options_.epochs ||
         (options_.patience_epochs > 0 && epochs - state_.best_epoch >= options_.patience_epochs);
}

void Trainer::restore(TrainingState state) {
  const auto fits = [&](const std::vector<float>& values, const std::vector<float>& present) {
    return values.size() == present.size();
  };
  expects(fits(state.parameters, state_.parameters) && fits(state.first, state_.first) &&
              fits(state.second, state_.second),
          "a state of another network or optimizer");
  expects(state.epochs_done() <= options_.epochs && state.next_sample < data_.train.size() &&
              state.best_epoch <= state.epochs_done(),
          "a state of another training");
  state_ = std::move(state);
}

const std::vector<float>& Trainer::parameters() const {
  const bool best = options_.patience_epochs > 0 && state_.best_epoch > 0;
  return best ? state_.best : state_.parameters;
}

GraphNetwork Trainer::network() const {
  return network_of_parameters(data_, options_, parameters());
}

TrainedNetwork train(const Dataset& data, const TrainingOptions& options,
                     const EpochProgress& progress, int threads) {
  Trainer trainer(data, options, threads);
  while (!trainer.finished()) {
    trainer.step();
    if (progress && trainer.between_epochs()) progress(trainer.state().history.back());
  }
  return {trainer.network(), trainer.state().history, trainer.state().best_epoch};
}

}  // namespace minerva::training
