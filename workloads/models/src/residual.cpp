#include <array>

#include "image_classifier.hpp"
#include "models.hpp"

// Residual networks (He et al., 2015). The variant `paper` is ResNet-34: a 7 x 7 convolution, 16
// blocks of two 3 x 3 convolutions with batch normalization, identity shortcuts, zero channels
// where the width doubles (option A). The variant `code` is what Fathom's code builds: 12
// bottleneck blocks without batch normalization and without strides, widened by 1 x 1 convolutions.
namespace minerva::workloads {
namespace {

struct PaperStage {
  std::int64_t channels;
  int blocks;
};
constexpr std::array<PaperStage, 4> kPaperStages{{{64, 3}, {128, 4}, {256, 6}, {512, 3}}};
struct CodeStage {
  std::int64_t channels;
  std::int64_t bottleneck;
};
constexpr std::array<CodeStage, 4> kCodeStages{{{128, 32}, {256, 64}, {512, 128}, {1024, 256}}};
constexpr int kCodeBlocks = 3;
/// Of batch normalization, as in the original networks.
constexpr double kEpsilon = 1e-5;
constexpr double kMomentum = 0.1;

class Residual : public ImageClassifier {
 public:
  using ImageClassifier::ImageClassifier;

  std::vector<HostTensor> statistics() const override {
    std::vector<HostTensor> all;
    for (const auto& [name, pair] : running_) {
      all.push_back(host_tensor(name + " mean", pair.first));
      all.push_back(host_tensor(name + " variance", pair.second));
    }
    return all;
  }

 protected:
  double usual_rate() const override { return 1e-3; }
  bool of_paper() const { return options_.variant == Variant::paper; }
  int paper_blocks(const PaperStage& stage) const { return options_.small ? 1 : stage.blocks; }
  int code_blocks() const { return options_.small ? 1 : kCodeBlocks; }
  static std::string name_of(std::size_t stage, int block) {
    return "block" + std::to_string(stage + 1) + "_" + std::to_string(block + 1);
  }

  void add_normalised(const std::string& name, std::int64_t in, std::int64_t out,
                      std::int64_t filter_side) {
    add_convolution(name, in, out, filter_side, false);
    add_parameter(name + " scale", at::ones({out}));
    add_zeros(name + " offset", {out});
    running_.emplace_back(name, std::make_pair(at::zeros({out}), at::ones({out})));
  }

  void add_layers() override {
    running_.clear();
    if (of_paper()) {
      std::int64_t in = width(64);
      add_normalised("conv1", 3, in, 7);
      for (std::size_t s = 0; s < kPaperStages.size(); ++s) {
        const std::int64_t out = width(kPaperStages[s].channels);
        for (int b = 0; b < paper_blocks(kPaperStages[s]); ++b) {
          add_normalised(name_of(s, b) + "a", in, out, 3);
          add_normalised(name_of(s, b) + "b", out, out, 3);
          in = out;
        }
      }
      add_dense("dense", in, classes());
      return;
    }
    add_convolution("conv1", 3, width(64), 7);
    add_convolution("conv2", width(64), width(kCodeStages[0].channels), 1);
    for (std::size_t s = 0; s < kCodeStages.size(); ++s) {
      const std::int64_t channels = width(kCodeStages[s].channels);
      const std::int64_t bottleneck = width(kCodeStages[s].bottleneck);
      for (int b = 0; b < code_blocks(); ++b) {
        add_convolution(name_of(s, b) + "a", channels, bottleneck, 1);
        add_convolution(name_of(s, b) + "b", bottleneck, bottleneck, 3);
        add_convolution(name_of(s, b) + "c", bottleneck, channels, 1);
      }
      if (s + 1 < kCodeStages.size()) {
        add_convolution("widen" + std::to_string(s + 1), channels,
                        width(kCodeStages[s + 1].channels), 1, false);
      }
    }
    add_dense("dense", width(kCodeStages.back().channels), classes(), false);
  }

  /// Convolution without biases and batch normalization: by the batch in training, by running means
  /// otherwise.
  Tensor normalised(const std::string& name, const Tensor& x, std::int64_t stride, bool training) {
    const Tensor& weights = filters(name);
    const Tensor sums = convolution(x, weights, no_biases_, stride, weights.size(2) / 2);
    std::pair<Tensor, Tensor>* statistics = nullptr;
    for (auto& [known, pair] : running_) {
      if (known == name) statistics = &pair;
    }
    return std::get<0>(at::native_batch_norm(sums, parameter(name + " scale"),
                                             parameter(name + " offset"), statistics->first,
                                             statistics->second, training, kMomentum, kEpsilon));
  }

  Tensor paper_scores(const Tensor& images, bool training) {
    Tensor x = at::relu(normalised("conv1", images, 2, training));
    x = at::max_pool2d(x, {3, 3}, {2, 2}, {1, 1});
    for (std::size_t s = 0; s < kPaperStages.size(); ++s) {
      for (int b = 0; b < paper_blocks(kPaperStages[s]); ++b) {
        const std::int64_t stride = s > 0 && b == 0 ? 2 : 1;
        const std::string name = name_of(s, b);
        Tensor branch = at::relu(normalised(name + "a", x, stride, training));
        branch = normalised(name + "b", branch, 1, training);
        Tensor shortcut = x;
        if (stride > 1) {
          shortcut = shortcut.slice(2, 0, x.size(2), stride).slice(3, 0, x.size(3), stride);
          const std::int64_t more = branch.size(1) - x.size(1);
          shortcut = at::constant_pad_nd(shortcut, {0, 0, 0, 0, more / 2, more - more / 2}, 0);
        }
        x = at::relu(branch + shortcut);
      }
    }
    return dense_layer("dense", at::mean(x, {2, 3}));
  }

  Tensor code_scores(const Tensor& images) {
    const auto layer = [&](const std::string& name, const Tensor& x) {
      const Tensor& weights = filters(name);
      return at::relu(convolution(x, weights, biases(name), 1, weights.size(2) / 2));
    };
    Tensor x = at::relu(convolution_same(images, filters("conv1"), biases("conv1"), 2));
    x = max_pool(x, 3, 2, true);
    x = layer("conv2", x);
    for (std::size_t s = 0; s < kCodeStages.size(); ++s) {
      for (int b = 0; b < code_blocks(); ++b) {
        const std::string name = name_of(s, b);
        x = layer(name + "c", layer(name + "b", layer(name + "a", x))) + x;
      }
      if (s + 1 < kCodeStages.size()) {
        x = convolution(x, filters("widen" + std::to_string(s + 1)), no_biases_, 1, 0);
      }
    }
    return at::mm(at::mean(x, {2, 3}), parameter("dense weights"));
  }

  Tensor scores(const Tensor& images, bool training) override {
    return of_paper() ? paper_scores(images, training) : code_scores(images);
  }

 private:
  const Tensor no_biases_ = at::empty({0});
  /// Running mean and variance of each batch normalization.
  std::vector<std::pair<std::string, std::pair<Tensor, Tensor>>> running_;
};

}  // namespace

std::unique_ptr<Workload> make_residual(const WorkloadFacts& facts,
                                        const WorkloadOptions& options) {
  return std::make_unique<Residual>(facts, options);
}

}  // namespace minerva::workloads
