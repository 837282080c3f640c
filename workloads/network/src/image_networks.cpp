#include "image_networks.hpp"

#include "minerva/network/graph_text.hpp"

// Networks that read images, channels last: alexnet, vgg, residual, deepq.
namespace minerva::workloads {
namespace {

std::string extent(const HostTensor& images) {
  return std::to_string(images.shape[2]) + "x" + std::to_string(images.shape[3]) + "x" +
         std::to_string(images.shape[1]);
}

/// Adds the layers of a network one by one, with their numbers.
class NetworkBuilder {
 public:
  NetworkBuilder(const Parameters& all, const HostTensor& images)
      : all_(all), text_(extent(images)), channels_(images.shape[1]) {}

  /// `form` follows the number of filters: "k3p1".
  void convolution(const std::string& filters, const std::string& biases, const std::string& form) {
    const HostTensor& tensor = named(all_, filters);
    convolution(of_filters(tensor, vector_of(named(all_, biases))), form);
  }
  void convolution(LayerParameters layer, const std::string& form) {
    channels_ = layer.weights.rows();
    text_ += " c" + std::to_string(channels_) + form;
    layers_.push_back(std::move(layer));
  }
  void pool(const std::string& word) {
    text_ += " " + word;
    layers_.emplace_back();
  }
  void dense(const std::string& name) {
    layers_.push_back(of_dense(named(all_, name + " weights"),
                               vector_of(named(all_, name + " biases")), channels_));
    text_ += " " + std::to_string(layers_.back().weights.rows());
    channels_ = 1;
  }
  GraphNetwork network(const std::string& name) {
    GraphNetwork whole;
    whole.graph = parse_layer_graph(text_, name);
    whole.layers = std::move(layers_);
    return whole;
  }

 private:
  const Parameters& all_;
  std::string text_;
  std::int64_t channels_;  ///< of the tensor that the next layer reads; 1: a vector
  std::vector<LayerParameters> layers_;
};

/// Folds the batch normalization of a convolution, by its running statistics.
LayerParameters folded(const Parameters& all, const Parameters& statistics,
                       const std::string& name) {
  const HostTensor& filters = named(all, name + " filters");
  LayerParameters layer = of_filters(filters, Eigen::VectorXf::Zero(filters.shape[0]));
  BatchNormalization norm;
  norm.scale = vector_of(named(all, name + " scale"));
  norm.offset = vector_of(named(all, name + " offset"));
  norm.mean = vector_of(named(statistics, name + " mean"));
  norm.variance = vector_of(named(statistics, name + " variance"));
  fold_batch_normalization(layer, norm, name);
  return layer;
}

bool has(const Parameters& all, const std::string& name) {
  for (const HostTensor& each : all) {
    if (each.name == name) return true;
  }
  return false;
}

}  // namespace

ExportedNetwork alexnet_network(const Parameters& all, const HostTensor& images) {
  NetworkBuilder builder(all, images);
  const auto convolution = [&](int i, const std::string& form) {
    const std::string name = "conv" + std::to_string(i);
    builder.convolution(name + " filters", name + " biases", form);
  };
  // SAME padding of 11 x 11 windows at stride 4 is lopsided: 3 before and 4 behind.
  convolution(1, "k11s4p3x3x4x4");
  builder.pool("m3s2");
  convolution(2, "k5p2");
  builder.pool("m3s2");
  for (const int i : {3, 4, 5}) convolution(i, "k3p1");
  builder.pool("m3s2");
  for (const char* layer : {"dense1", "dense2", "dense3"}) builder.dense(layer);
  ExportedNetwork exported;
  exported.network = builder.network("alexnet");
  exported.left_out = {
      "The two local response normalizations: their layers read unnormalized values.",
      "Dropout and softmax, which inference on the machine does not have."};
  exported.covered = {{"Conv2D"}, {"MatMul"}, {"Relu"}, {"MaxPool"}, {"Pad"}};
  return exported;
}

ExportedNetwork vgg_network(const Parameters& all, const HostTensor& images) {
  NetworkBuilder builder(all, images);
  constexpr int kGroups = 5;
  for (int group = 1; group <= kGroups; ++group) {
    for (int layer = 1;; ++layer) {
      const std::string name = "conv" + std::to_string(group) + "_" + std::to_string(layer);
      if (!has(all, name + " filters")) break;
      builder.convolution(name + " filters", name + " biases", "k3p1");
    }
    builder.pool("m2");
  }
  for (const char* layer : {"dense1", "dense2", "dense3"}) builder.dense(layer);
  ExportedNetwork exported;
  exported.network = builder.network("vgg");
  exported.left_out = {"Dropout and softmax, which inference on the machine does not have."};
  exported.covered = {{"Conv2D"}, {"MatMul"}, {"Relu"}, {"MaxPool"}};
  return exported;
}

ExportedNetwork residual_network(const Parameters& all, const Parameters& statistics,
                                 const HostTensor& images) {
  NetworkBuilder builder(all, images);
  builder.convolution(folded(all, statistics, "conv1"), "k7s2p3");
  builder.pool("m3s2p1");
  int tensor = 2;  // that the block reads
  std::int64_t channels = named(all, "conv1 filters").shape[0];
  for (int stage = 1; has(all, "block" + std::to_string(stage) + "_1a filters"); ++stage) {
    for (int block = 1;; ++block) {
      const std::string name = "block" + std::to_string(stage) + "_" + std::to_string(block);
      if (!has(all, name + "a filters")) break;
      const bool halves = stage > 1 && block == 1;
      const std::int64_t more = named(all, name + "a filters").shape[0] - channels;
      channels += more;
      builder.convolution(folded(all, statistics, name + "a"), halves ? "k3s2p1" : "k3p1");
      // As many zero channels on either side of every second pixel (option A of He et al., 2016).
      builder.convolution(
          folded(all, statistics, name + "b"),
          "k3p1+" + std::to_string(tensor) + (halves ? "/2:" + std::to_string(more / 2) : ""));
      tensor += 2;
    }
  }
  builder.pool("a");
  builder.dense("dense");
  ExportedNetwork exported;
  exported.network = builder.network("residual");
  exported.left_out = {
      "Softmax.",
      "Batch normalization is folded into weights and biases, so that training, which normalizes "
      "by each batch, has the sums of the convolutions alone from the machine."};
  exported.covered = {{"Conv2D"},        {"MatMul"},          {"Relu", 1, 0},
                      {"MaxPool", 1, 0}, {"BatchNorm", 1, 0}, {"Add", 1, 0},
                      {"Sum", 1, 0},     {"Pad", 1, 0},       {"Slice", 1, 0}};
  return exported;
}

ExportedNetwork deepq_network(const Parameters& all, const HostTensor& states) {
  NetworkBuilder builder(all, states);
  const char* const forms[] = {"k8s4", "k4s2", "k3"};
  for (int i = 1; i <= 3; ++i) {
    const std::string name = "conv" + std::to_string(i);
    builder.convolution(name + " weights", name + " biases", forms[i - 1]);
  }
  builder.dense("dense1");
  builder.dense("dense2");
  ExportedNetwork exported;
  exported.network = builder.network("deepq");
  exported.left_out = {"The game, the replay memory and the choice of the best action."};
  exported.covered = {{"Conv2D"}, {"MatMul"}, {"Relu"}};
  return exported;
}

}  // namespace minerva::workloads
