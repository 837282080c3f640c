#include "trained_layers.hpp"

#include <optional>

#include "batch_feed.hpp"
#include "hardware/hardware_layers.hpp"
#include "image_feed.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/training/faulty_weights.hpp"
#include "minerva/training/graph_gradient.hpp"
#include "minerva/training/initial_weights.hpp"
#include "minerva/training/trained_topology.hpp"
#include "minerva/training/trainer.hpp"

namespace minerva::training {
namespace {

class FullyConnectedLayers final : public TrainedLayers {
 public:
  FullyConnectedLayers(const Dataset& data, const TrainingOptions& options, int threads)
      : options_(options),
        layout_(topology_of(options, data)),
        loss_(layout_, options.regularization, options.batch_size, threads),
        train_(data.train),
        images_(data, options.augmentation, false, threads) {
    if (options.faults.rate > 0) faults_.emplace(layout_, options.faults, options.seed);
  }

  std::vector<float> initial_parameters(const TrainingOptions& options) const override {
    return training::initial_parameters(layout_, options);
  }
  double descend(const Descent& rule, const std::int32_t* order, int size, std::uint64_t step,
                 const std::vector<float>& parameters, const DescentState<float>& state) override {
    const Batch batch =
        options_.augmentation.any()
            ? images_.shuffled(order, size, options_.seed, step)
            : train_.shuffled(order, size, options_.regularization.input_dropout_fraction,
                              options_.seed, step);
    // Straight through: the gradient at the weights as read moves the clean ones.
    const float* at = faults_ ? faults_->as_read(parameters, step).data() : nullptr;
    return loss_.descend(rule, batch, state, at);
  }
  double weight_penalty(const float* parameters) const override {
    return loss_.weight_penalty(parameters);
  }
  BatchErrors judge(const float* parameters, const Batch& batch) override {
    return loss_.judge(parameters, batch);
  }

 private:
  const TrainingOptions& options_;
  ParameterLayout layout_;
  LossGradient<float> loss_;
  BatchFeed train_;
  ImageFeed images_;
  std::optional<FaultyWeights> faults_;
};

class GraphLayers final : public TrainedLayers {
 public:
  GraphLayers(const Dataset& data, const TrainingOptions& options, int threads)
      : options_(options),
        layout_(options.network),
        loss_(layout_, options.regularization, options.batch_size, threads),
        train_(data.train) {}

  std::vector<float> initial_parameters(const TrainingOptions& options) const override {
    return training::initial_parameters(layout_, options);
  }
  double descend(const Descent& rule, const std::int32_t* order, int size, std::uint64_t step,
                 const std::vector<float>&, const DescentState<float>& state) override {
    const Batch batch{&train_.inputs, train_.labels.data(), size, order, 0, options_.seed, step};
    return loss_.descend(rule, batch, state, options_.augmentation);
  }
  double weight_penalty(const float* parameters) const override {
    return loss_.weight_penalty(parameters);
  }
  BatchErrors judge(const float* parameters, const Batch& batch) override {
    return loss_.judge(parameters, batch);
  }

 private:
  const TrainingOptions& options_;
  GraphParameterLayout layout_;
  GraphGradient<float> loss_;
  const Samples& train_;
};

GraphNetwork fully_connected_network(const Dataset& data, const TrainingOptions& options,
                                     const std::vector<float>& parameters) {
  const ParameterLayout layout(topology_of(options, data));
  expects(parameters.size() == layout.size(), "parameters of another network");
  GraphNetwork network{LayerGraph(layout.topology()), {}, describe(options, layout.topology())};
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

std::unique_ptr<TrainedLayers> trained_layers(const Dataset& data, const TrainingOptions& options,
                                              int threads) {
  if (trains_graph(options)) return std::make_unique<GraphLayers>(data, options, threads);
  if (options.hardware != nullptr) return hardware_layers_of(data, options, threads);
  return std::make_unique<FullyConnectedLayers>(data, options, threads);
}

GraphNetwork network_of_parameters(const Dataset& data, const TrainingOptions& options,
                                   const std::vector<float>& parameters) {
  if (!trains_graph(options)) return fully_connected_network(data, options, parameters);
  const GraphParameterLayout layout(options.network);
  expects(parameters.size() == layout.size(), "parameters of another network");
  return network_of(layout, parameters, describe(options, options.network));
}

}  // namespace minerva::training
