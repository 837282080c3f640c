#include <array>

#include "image_classifier.hpp"
#include "models.hpp"

// AlexNet (Krizhevsky et al., 2012) in one tower, as Fathom's code has it: five convolutions, three
// dense layers, local response normalization behind the first two pools. The variant `paper` drops
// half of the first two dense layers' outputs.
namespace minerva::workloads {
namespace {

struct AlexnetConvolution {
  const char* name;
  std::int64_t filters;
  std::int64_t side;
  std::int64_t stride;
  bool pooled;
  bool normalised;
};
constexpr std::array<AlexnetConvolution, 5> kConvolutions{{{"conv1", 64, 11, 4, true, true},
                                                           {"conv2", 192, 5, 1, true, true},
                                                           {"conv3", 384, 3, 1, false, false},
                                                           {"conv4", 256, 3, 1, false, false},
                                                           {"conv5", 256, 3, 1, true, false}}};
constexpr std::int64_t kAlexnetHidden = 4096;
constexpr double kAlexnetKeep = 0.5;

/// TensorFlow's local response normalization of radius 4, bias 1, alpha 0.001 / 9 and beta 0.75.
/// LibTorch divides alpha by the window.
Tensor response_normalization(const Tensor& x) {
  constexpr std::int64_t kWindow = 9;
  constexpr double kAlpha = 0.001;
  const Tensor squares = x.mul(x).unsqueeze(1);
  const Tensor padded = at::constant_pad_nd(squares, {0, 0, 0, 0, kWindow / 2, kWindow / 2}, 0);
  const Tensor mean = at::avg_pool3d(padded, {kWindow, 1, 1}, {1, 1, 1}, {0, 0, 0}).squeeze(1);
  return x / at::pow(mean * kAlpha + 1, 0.75);
}

class AlexNet : public ImageClassifier {
 public:
  using ImageClassifier::ImageClassifier;

 protected:
  // The first pool of the small shape needs more than 32 pixels behind a stride of 4.
  int side() const override { return options_.small ? 64 : 224; }
  double usual_rate() const override { return 1e-3; }

  void add_layers() override {
    std::int64_t in = 3;
    for (const AlexnetConvolution& each : kConvolutions) {
      add_convolution(each.name, in, width(each.filters), each.side);
      in = width(each.filters);
    }
    const std::int64_t positions = options_.small ? 1 : 6 * 6;
    add_dense("dense1", positions * in, width(kAlexnetHidden));
    add_dense("dense2", width(kAlexnetHidden), width(kAlexnetHidden));
    add_dense("dense3", width(kAlexnetHidden), classes());
  }

  Tensor scores(const Tensor& images, bool training) override {
    Tensor x = images;
    for (const AlexnetConvolution& each : kConvolutions) {
      x = at::relu(convolution_same(x, filters(each.name), biases(each.name), each.stride));
      // Of the small shape the last pool finds a single position.
      if (each.pooled && x.size(2) >= 3) x = max_pool(x, 3, 2);
      if (each.normalised) x = response_normalization(x);
    }
    x = x.flatten(1);
    for (const char* layer : {"dense1", "dense2"}) {
      x = at::relu(dense_layer(layer, x));
      if (training && options_.variant == Variant::paper) {
        x = dropout(std::string(layer) + " mask", x, kAlexnetKeep);
      }
    }
    return dense_layer("dense3", x);
  }
};

}  // namespace

std::unique_ptr<Workload> make_alexnet(const WorkloadFacts& facts, const WorkloadOptions& options) {
  return std::make_unique<AlexNet>(facts, options);
}

}  // namespace minerva::workloads
