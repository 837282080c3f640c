#include "minerva/training/trainer.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>

#include "minerva/core/errors.hpp"
#include "minerva/core/portable_math.hpp"
#include "minerva/core/random.hpp"
#include "minerva/training/gradient.hpp"

namespace minerva::training {
namespace {
constexpr double kPi = 3.14159265358979323846;

Topology topology_of(const Dataset& data, const TrainingOptions& options) {
  Topology topology{{data.inputs()}};
  topology.widths.insert(topology.widths.end(), options.hidden.begin(), options.hidden.end());
  topology.widths.push_back(data.classes);
  check_topology(topology, "training.hidden");
  return topology;
}

void check_samples(const Samples& samples, const Dataset& data) {
  expects(samples.inputs.rows() == data.inputs(), "samples of different widths");
  expects(static_cast<std::int64_t>(samples.labels.size()) == samples.size(), "a label a sample");
  for (const std::int32_t label : samples.labels) {
    expects(label >= 0 && label < data.classes, "label out of range");
  }
}

/// One training under way: parameters, optimizer state and working memory.
class Run {
 public:
  Run(const Dataset& data, const TrainingOptions& options)
      : data_(data),
        options_(options),
        layout_(topology_of(data, options)),
        loss_(layout_, options.regularization, options.batch_size),
        parameters_(initial_parameters()),
        first_moment_(parameters_.size()),
        order_(static_cast<std::size_t>(data.train.size())) {
    if (options.optimizer == Optimizer::adam) second_moment_.resize(parameters_.size());
    const std::int64_t batches = (data.train.size() + options.batch_size - 1) / options.batch_size;
    total_steps_ = static_cast<std::uint64_t>(batches) * static_cast<std::uint64_t>(options.epochs);
  }

  EpochRecord run_epoch(int epoch) {
    shuffle(epoch);
    double loss = 0;
    std::int64_t steps = 0;
    for (std::int64_t first = 0; first < data_.train.size(); first += options_.batch_size) {
      const double step_loss = step(epoch, first);
      ++steps;
      if (!std::isfinite(step_loss)) fail(epoch, steps);
      loss += step_loss;
    }
    const double penalty = loss_.weight_penalty(parameters_.data());
    if (!std::isfinite(penalty)) fail(epoch, steps);
    return {epoch, loss / static_cast<double>(steps) + penalty, wrong(data_.validation)};
  }

  const std::vector<float>& parameters() const { return parameters_; }
  const ParameterLayout& layout() const { return layout_; }

 private:
  /// He et al., 2015: normal with variance 2 / n_in; biases 0.
  std::vector<float> initial_parameters() const {
    std::vector<float> parameters(layout_.size());
    for (int k = 0; k < layout_.topology().layers(); ++k) {
      KeyedRandom random(options_.seed, Stream::initial_weights, static_cast<std::uint64_t>(k));
      const double deviation = std::sqrt(2.0 / layout_.topology().fan_in(k));
      float* weights = parameters.data() + layout_.weights_at(k);
      for (std::size_t i = 0; i < layout_.weights_size(k); ++i) {
        weights[i] = static_cast<float>(deviation * random.normal());
      }
    }
    return parameters;
  }

  void shuffle(int epoch) {
    std::iota(order_.begin(), order_.end(), 0);
    KeyedRandom random(options_.seed, Stream::shuffle, static_cast<std::uint64_t>(epoch));
    for (std::size_t i = order_.size(); i > 1; --i)
      std::swap(order_[i - 1], order_[random.below(i)]);
  }

  double step(int epoch, std::int64_t first) {
    const auto size =
        static_cast<int>(std::min<std::int64_t>(options_.batch_size, data_.train.size() - first));
    Batch batch{&data_.train.inputs, data_.train.labels.data(), size, order_.data() + first};
    batch.seed = options_.seed;
    batch.step = step_;
    const double loss =
        loss_.descend(descent(learning_rate(epoch)), batch,
                      {parameters_.data(), first_moment_.data(), second_moment_.data()});
    ++step_;
    return loss;
  }

  double learning_rate(int epoch) const {
    switch (options_.schedule) {
      case Schedule::constant:
        return options_.learning_rate;
      case Schedule::step:
        return options_.learning_rate *
               std::pow(options_.step_factor, (epoch - 1) / options_.step_epochs);
      case Schedule::cosine: {
        const double progress = static_cast<double>(step_) / static_cast<double>(total_steps_);
        return options_.learning_rate * 0.5 * (1 + portable_cos(kPi * progress));
      }
    }
    return options_.learning_rate;
  }

  Descent descent(double rate) const {
    if (options_.optimizer == Optimizer::adam) return adam_descent(rate, step_);
    Descent descent;
    descent.rule = DescentRule::momentum;
    descent.rate = static_cast<float>(rate);
    descent.first_decay = static_cast<float>(options_.momentum);
    return descent;
  }

  std::int64_t wrong(const Samples& samples) {
    std::int64_t count = 0;
    for (std::int64_t first = 0; first < samples.size(); first += options_.batch_size) {
      const auto size =
          static_cast<int>(std::min<std::int64_t>(options_.batch_size, samples.size() - first));
      const Batch batch{&samples.inputs, samples.labels.data(), size, nullptr, first};
      count += loss_.count_wrong(parameters_.data(), batch);
    }
    return count;
  }

  [[noreturn]] void fail(int epoch, std::int64_t step_of_epoch) const {
    std::ostringstream rate;
    rate << options_.learning_rate;
    throw UserError("training.learning_rate", rate.str(),
                    "training diverged in epoch " + std::to_string(epoch) + ", step " +
                        std::to_string(step_of_epoch) +
                        ": the loss is not finite; must be lower for this data");
  }

  const Dataset& data_;
  const TrainingOptions& options_;
  ParameterLayout layout_;
  LossGradient<float> loss_;
  std::vector<float> parameters_;
  std::vector<float> first_moment_;   ///< Adam's mean, or the velocity
  std::vector<float> second_moment_;  ///< Adam's variance
  std::vector<std::int32_t> order_;
  std::uint64_t step_ = 0;
  std::uint64_t total_steps_ = 0;
};

Network network_of(const ParameterLayout& layout, const std::vector<float>& parameters) {
  Network network;
  for (int k = 0; k < layout.topology().layers(); ++k) {
    const int rows = layout.topology().fan_out(k);
    network.layers.push_back(
        {Eigen::Map<const Eigen::MatrixXf>(parameters.data() + layout.weights_at(k), rows,
                                           layout.topology().fan_in(k)),
         Eigen::Map<const Eigen::VectorXf>(parameters.data() + layout.biases_at(k), rows)});
  }
  return network;
}
}  // namespace

TrainedNetwork train(const Dataset& data, const TrainingOptions& options,
                     const EpochProgress& progress) {
  check(options);
  expects(data.train.size() >= 1 && data.validation.size() >= 1, "training needs samples");
  check_samples(data.train, data);
  check_samples(data.validation, data);
  if (options.batch_size > data.train.size()) {
    throw UserError(
        "training.batch_size", std::to_string(options.batch_size),
        "must be at most the " + std::to_string(data.train.size()) + " training samples");
  }
  Run run(data, options);
  TrainedNetwork result;
  std::vector<float> best;
  std::int64_t fewest = 0;
  for (int epoch = 1; epoch <= options.epochs; ++epoch) {
    result.history.push_back(run.run_epoch(epoch));
    const EpochRecord& record = result.history.back();
    if (epoch == 1 || record.validation_wrong < fewest) {
      fewest = record.validation_wrong;
      result.best_epoch = epoch;
      if (options.patience_epochs > 0) best = run.parameters();
    }
    if (progress) progress(record);
    if (options.patience_epochs > 0 && epoch - result.best_epoch >= options.patience_epochs) break;
  }
  result.network = network_of(run.layout(), options.patience_epochs > 0 ? best : run.parameters());
  result.network.trained_by = describe(options, run.layout().topology());
  return result;
}

}  // namespace minerva::training
