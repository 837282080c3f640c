#include "hardware_layers.hpp"

#include <algorithm>
#include <optional>

#include "hardware_weights.hpp"
#include "image_feed.hpp"
#include "minerva/training/hardware_training.hpp"
#include "minerva/training/initial_weights.hpp"
#include "minerva/training/trained_topology.hpp"

namespace minerva::training {
namespace {

bool has_negative(const SampleInputs& inputs) {
  if (inputs.is_sparse()) {
    const SparseInputs& all = inputs.sparse();
    return std::any_of(all.valuePtr(), all.valuePtr() + all.nonZeros(),
                       [](float x) { return x < 0; });
  }
  return inputs.dense().size() > 0 && inputs.dense().minCoeff() < 0;
}

bool inputs_are_positive(const Dataset& data) {
  return !has_negative(data.train.inputs) && !has_negative(data.validation.inputs);
}

std::vector<float> parameters_of(const ParameterLayout& layout, const GraphNetwork& network) {
  std::vector<float> parameters(layout.size());
  for (int k = 0; k < layout.topology().layers(); ++k) {
    const LayerParameters& from = network.layers[static_cast<std::size_t>(k)];
    std::copy_n(from.weights.data(), from.weights.size(), parameters.data() + layout.weights_at(k));
    std::copy_n(from.biases.data(), from.biases.size(), parameters.data() + layout.biases_at(k));
  }
  return parameters;
}

/// The outputs of a network of fully connected layers, a batch at a time.
class Teacher {
 public:
  Teacher(const GraphNetwork& network, int max_batch, int threads)
      : layout_(network.graph.topology()),
        parameters_(parameters_of(layout_, network)),
        loss_(layout_, {0, 0, 0, 0, 0}, max_batch, threads) {}

  int inputs() const { return layout_.topology().inputs(); }
  const float* outputs(const Batch& batch) {
    outputs_.resize(static_cast<std::size_t>(layout_.topology().outputs()) *
                    static_cast<std::size_t>(batch.size));
    loss_.outputs(parameters_.data(), batch, outputs_.data());
    return outputs_.data();
  }

 private:
  ParameterLayout layout_;
  std::vector<float> parameters_;
  LossGradient<float> loss_;
  std::vector<float> outputs_;
};

class HardwareLayers final : public TrainedLayers {
 public:
  HardwareLayers(const Dataset& data, const TrainingOptions& options, int threads)
      : options_(options),
        inputs_(data.inputs()),
        layout_(topology_of(options, data)),
        arithmetic_(std::make_shared<HardwareArithmetic>(layout_.topology(), *options.hardware,
                                                         inputs_are_positive(data))),
        loss_(layout_, options.regularization, options.batch_size, threads, arithmetic_),
        weights_(layout_, *arithmetic_, options.faults, options.hardware->known_faults,
                 options.seed, threads),
        images_(data, options.augmentation, reads_whole(options, data), threads) {
    if (options.hardware->teacher != nullptr && options.hardware->teacher_share > 0) {
      teacher_.emplace(*options.hardware->teacher, options.batch_size, threads);
    }
  }

  std::vector<float> initial_parameters(const TrainingOptions& options) const override {
    if (options.hardware->start != nullptr) {
      return parameters_of(layout_, *options.hardware->start);
    }
    return training::initial_parameters(layout_, options);
  }
  double descend(const Descent& rule, const std::int32_t* order, int size, std::uint64_t step,
                 const std::vector<float>& parameters, const DescentState<float>& state) override {
    Batch batch = images_.shuffled(order, size, options_.seed, step);
    if (teacher_) {
      const bool whole = teacher_->inputs() != inputs_;
      batch.teacher = {teacher_->outputs(whole ? images_.whole() : batch),
                       options_.hardware->teacher_share, options_.hardware->temperature};
    }
    // Straight through: the gradient at the weights as read moves the float ones.
    const double loss =
        loss_.descend(rule, batch, state, weights_.as_read(parameters.data(), step));
    weights_.keep_in_formats(state.parameters);
    return loss;
  }
  double weight_penalty(const float* parameters) const override {
    return loss_.weight_penalty(parameters);
  }
  BatchErrors judge(const float* parameters, const Batch& batch) override {
    return loss_.judge(weights_.rounded(parameters), batch);
  }

 private:
  /// Whether the teacher reads inputs that the network does not.
  static bool reads_whole(const TrainingOptions& options, const Dataset& data) {
    const auto& teacher = options.hardware->teacher;
    return teacher != nullptr && teacher->graph.inputs() != data.inputs();
  }

  const TrainingOptions& options_;
  int inputs_;
  ParameterLayout layout_;
  std::shared_ptr<HardwareArithmetic> arithmetic_;
  LossGradient<float> loss_;
  HardwareWeights weights_;
  ImageFeed images_;
  std::optional<Teacher> teacher_;
};

}  // namespace

std::unique_ptr<TrainedLayers> hardware_layers_of(const Dataset& data,
                                                  const TrainingOptions& options, int threads) {
  return std::make_unique<HardwareLayers>(data, options, threads);
}

}  // namespace minerva::training
