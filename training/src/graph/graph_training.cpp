#include "minerva/training/graph_training.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>

#include "minerva/arithmetic/random.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/training/graph_gradient.hpp"
#include "minerva/training/optimizer.hpp"
#include "minerva/training/schedule.hpp"
#include "recipe_text.hpp"

namespace minerva::training {
namespace {

void check_graph_training(const Dataset& data, const LayerGraph& graph,
                          const TrainingOptions& options, const Augmentation& augmentation) {
  check(options);
  check_fits(options, data);
  expects(data.train.size() >= 1 && data.validation.size() >= 1, "training needs samples");
  if (graph.inputs() != data.inputs()) {
    throw UserError("training.network", to_string(graph),
                    "must read the " + std::to_string(data.inputs()) + " inputs of the data");
  }
  if (graph.outputs() < data.classes) {
    throw UserError("training.network", to_string(graph),
                    "needs an output for each of the " + std::to_string(data.classes) + " classes");
  }
  if (options.faults.rate > 0) {
    throw UserError("training.fault_rate", std::to_string(options.faults.rate),
                    "must be 0 for a network of convolutions");
  }
  if (options.regularization.input_dropout_fraction > 0) {
    throw UserError("training.input_dropout",
                    std::to_string(options.regularization.input_dropout_fraction),
                    "must be 0 for a network of convolutions");
  }
  check_augmentation(augmentation, graph.input(), "training");
}

/// The state of one training and what it needs.
class GraphTrainer {
 public:
  GraphTrainer(const Dataset& data, const LayerGraph& graph, const TrainingOptions& options,
               const Augmentation& augmentation, int threads)
      : data_(data),
        options_(options),
        augmentation_(augmentation),
        layout_(graph),
        loss_(layout_, options.regularization, options.batch_size, threads),
        steps_per_epoch_((data.train.size() + options.batch_size - 1) / options.batch_size),
        rate_(options, static_cast<std::uint64_t>(steps_per_epoch_)),
        parameters_(initial_parameters(layout_, options)),
        order_(static_cast<std::size_t>(data.train.size())) {
    if (keeps_first(options.optimizer)) first_.resize(parameters_.size());
    if (keeps_second(options.optimizer)) second_.resize(parameters_.size());
  }

  bool finished() const {
    const auto epochs = static_cast<int>(history_.size());
    return epochs == options_.epochs || (options_.patience_epochs > 0 && epochs > 0 &&
                                         epochs - best_epoch_ >= options_.patience_epochs);
  }

  const EpochRecord& run_epoch() {
    const int epoch = static_cast<int>(history_.size()) + 1;
    std::iota(order_.begin(), order_.end(), 0);
    KeyedRandom random(options_.seed, Stream::shuffle, static_cast<std::uint64_t>(epoch));
    for (std::size_t i = order_.size(); i > 1; --i) {
      std::swap(order_[i - 1], order_[random.below(i)]);
    }
    double loss = 0;
    for (std::int64_t first = 0; first < data_.train.size(); first += options_.batch_size) {
      const auto size =
          static_cast<int>(std::min<std::int64_t>(options_.batch_size, data_.train.size() - first));
      Batch batch{&data_.train.inputs, data_.train.labels.data(), size, order_.data() + first};
      batch.seed = options_.seed;
      batch.step = step_;
      const double of_batch =
          loss_.descend(descent_of(options_, rate_.of_step(step_), step_), batch,
                        {parameters_.data(), first_.data(), second_.data()}, augmentation_);
      if (!std::isfinite(of_batch)) {
        throw TrainingDiverged(options_, epoch, first / options_.batch_size + 1, "");
      }
      loss += of_batch;
      ++step_;
    }
    end_epoch(epoch, loss);
    return history_.back();
  }

  TrainedGraph result() const {
    const bool best = options_.patience_epochs > 0;
    return {network_of(layout_, best ? best_ : parameters_,
                       describe(options_, layout_.graph(), augmentation_)),
            history_, best_epoch_};
  }

 private:
  void end_epoch(int epoch, double loss) {
    const double penalty = loss_.weight_penalty(parameters_.data());
    EpochRecord record{epoch, loss / static_cast<double>(steps_per_epoch_) + penalty, 0, 0};
    for (std::int64_t first = 0; first < data_.validation.size(); first += options_.batch_size) {
      const auto size = static_cast<int>(
          std::min<std::int64_t>(options_.batch_size, data_.validation.size() - first));
      const BatchErrors errors = loss_.judge(
          parameters_.data(),
          {&data_.validation.inputs, data_.validation.labels.data(), size, nullptr, first});
      record.validation_wrong += errors.wrong;
      record.validation_loss += errors.loss;
    }
    record.validation_loss /= static_cast<double>(data_.validation.size());
    if (!std::isfinite(penalty) || !std::isfinite(record.validation_loss)) {
      throw TrainingDiverged(options_, epoch, steps_per_epoch_, "");
    }
    const bool best =
        best_epoch_ == 0 || is_better(record, history_[static_cast<std::size_t>(best_epoch_ - 1)]);
    history_.push_back(record);
    if (!best) return;
    best_epoch_ = epoch;
    if (options_.patience_epochs > 0) best_ = parameters_;
  }

  const Dataset& data_;
  TrainingOptions options_;
  Augmentation augmentation_;
  GraphParameterLayout layout_;
  GraphGradient<float> loss_;
  std::int64_t steps_per_epoch_;
  LearningRate rate_;
  std::vector<float> parameters_;
  std::vector<float> first_;
  std::vector<float> second_;
  std::vector<float> best_;
  std::vector<std::int32_t> order_;
  std::vector<EpochRecord> history_;
  int best_epoch_ = 0;
  std::uint64_t step_ = 0;
};

}  // namespace

std::string describe(const TrainingOptions& options, const LayerGraph& graph,
                     const Augmentation& augmentation) {
  std::ostringstream text;
  text << recipe_text(options, to_string(graph));
  if (augmentation.flip) text << ", flips";
  if (augmentation.shift_pixels > 0) text << ", shifts of " << augmentation.shift_pixels;
  if (augmentation.crop_pixels > 0) text << ", crops of " << augmentation.crop_pixels;
  return text.str();
}

TrainedGraph train_graph(const Dataset& data, const LayerGraph& graph,
                         const TrainingOptions& options, const Augmentation& augmentation,
                         int threads, const EpochProgress& progress) {
  check_graph_training(data, graph, options, augmentation);
  GraphTrainer trainer(data, graph, options, augmentation, threads);
  while (!trainer.finished()) {
    const EpochRecord& record = trainer.run_epoch();
    if (progress) progress(record);
  }
  return trainer.result();
}

}  // namespace minerva::training
