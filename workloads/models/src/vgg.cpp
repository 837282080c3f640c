#include <array>

#include "image_classifier.hpp"
#include "models.hpp"

// VGG (Simonyan and Zisserman, 2014): groups of 3 x 3 convolutions, each with a pool behind it, and
// three dense layers. The variant `paper` is VGG-19; Fathom's code has 12 convolutions.
namespace minerva::workloads {
namespace {

constexpr std::array<std::int64_t, 5> kVggFilters{64, 128, 256, 512, 512};
constexpr std::array<int, 5> kVggPaperLayers{2, 2, 4, 4, 4};
constexpr std::array<int, 5> kVggCodeLayers{2, 2, 2, 3, 3};
constexpr std::int64_t kVggHidden = 4096;
constexpr double kVggPaperKeep = 0.5;
constexpr double kVggCodeKeep = 0.8;

class Vgg : public ImageClassifier {
 public:
  using ImageClassifier::ImageClassifier;

 protected:
  double usual_rate() const override { return 1e-4; }
  const std::array<int, 5>& layers() const {
    return options_.variant == Variant::paper ? kVggPaperLayers : kVggCodeLayers;
  }
  static std::string name_of(std::size_t group, int layer) {
    return "conv" + std::to_string(group + 1) + "_" + std::to_string(layer + 1);
  }

  void add_layers() override {
    std::int64_t in = 3;
    for (std::size_t group = 0; group < kVggFilters.size(); ++group) {
      for (int layer = 0; layer < layers()[group]; ++layer) {
        add_convolution(name_of(group, layer), in, width(kVggFilters[group]), 3);
        in = width(kVggFilters[group]);
      }
    }
    const std::int64_t pooled = side() / 32;
    add_dense("dense1", pooled * pooled * in, width(kVggHidden));
    add_dense("dense2", width(kVggHidden), width(kVggHidden));
    add_dense("dense3", width(kVggHidden), classes());
  }

  Tensor scores(const Tensor& images, bool training) override {
    Tensor x = images;
    for (std::size_t group = 0; group < kVggFilters.size(); ++group) {
      for (int layer = 0; layer < layers()[group]; ++layer) {
        const std::string name = name_of(group, layer);
        x = at::relu(convolution(x, filters(name), biases(name), 1, 1));
      }
      x = max_pool(x, 2, 2);
    }
    x = x.flatten(1);
    const double keep = options_.variant == Variant::paper ? kVggPaperKeep : kVggCodeKeep;
    for (const char* layer : {"dense1", "dense2"}) {
      x = at::relu(dense_layer(layer, x));
      if (training) x = dropout(std::string(layer) + " mask", x, keep);
    }
    return dense_layer("dense3", x);
  }
};

}  // namespace

std::unique_ptr<Workload> make_vgg(const WorkloadFacts& facts, const WorkloadOptions& options) {
  return std::make_unique<Vgg>(facts, options);
}

}  // namespace minerva::workloads
