#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "minerva/data/unpacked_file.hpp"
#include "minerva/engine/float_engine.hpp"
#include "minerva/engine/graph_engine.hpp"
#include "minerva/network/graph_text.hpp"
#include "npz/zip_archive.hpp"

// A published ResNet-20 on 1,000 test images of CIFAR-10, whose outputs and whose number of wrong
// images are known: float engine and bit-true engine on a real network with shortcuts.
namespace minerva {
namespace {

constexpr int kImages = 1000;
constexpr int kFloatWrong = 85;  // by the program that trained it

struct Array {
  std::vector<int> shape;
  std::vector<float> values;
};

/// A .npy file of little-endian float32 in C order, format 1.0.
Array read_array(const std::string& bytes) {
  const auto header = static_cast<std::size_t>(static_cast<unsigned char>(bytes.at(8))) +
                      256 * static_cast<std::size_t>(static_cast<unsigned char>(bytes.at(9)));
  const std::string text = bytes.substr(10, header);
  EXPECT_NE(text.find("'<f4'"), std::string::npos) << text;
  EXPECT_NE(text.find("'fortran_order': False"), std::string::npos) << text;
  Array array;
  std::size_t count = 1;
  for (std::size_t at = text.find('(') + 1; text.at(at) != ')'; ++at) {
    if (text[at] < '0' || text[at] > '9') continue;
    std::size_t digits = 0;
    array.shape.push_back(std::stoi(text.substr(at), &digits));
    count *= static_cast<std::size_t>(array.shape.back());
    at += digits - 1;
  }
  array.values.resize(count);
  EXPECT_EQ(bytes.size(), 10 + header + 4 * count);
  std::memcpy(array.values.data(), bytes.data() + 10 + header, 4 * count);
  return array;
}

std::map<std::string, Array> read_arrays(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  std::map<std::string, Array> arrays;
  for (const ZipMember& member :
       read_zip(bytes, path, 1000, std::size_t{1} << 26,
                [](const std::string&, std::string_view, std::uint64_t) {})) {
    const std::string name = member.name.substr(0, member.name.size() - 4);  // ".npy"
    arrays[name] = read_array(member.bytes);
  }
  return arrays;
}

/// Filters (out x in x 3 x 3) as channels x (row, column, channel).
LayerParameters parameters(const Array& weights, const Array& biases) {
  const Eigen::Index rows = weights.shape[0];
  const Eigen::Index channels = weights.shape[1];
  const Eigen::Index taps = weights.shape.size() == 4 ? weights.shape[2] * weights.shape[3] : 1;
  LayerParameters to{Eigen::MatrixXf(rows, channels * taps), Eigen::VectorXf(rows)};
  for (Eigen::Index m = 0; m < rows; ++m) {
    to.biases[m] = biases.values[static_cast<std::size_t>(m)];
    for (Eigen::Index c = 0; c < channels; ++c) {
      for (Eigen::Index t = 0; t < taps; ++t) {
        to.weights(m, t * channels + c) =
            weights.values[static_cast<std::size_t>((m * channels + c) * taps + t)];
      }
    }
  }
  return to;
}

class Resnet20 : public testing::Test {
 protected:
  void SetUp() override {
    const char* dir = std::getenv("MINERVA_DATA_DIR");
    if (dir == nullptr) GTEST_SKIP() << "MINERVA_DATA_DIR is not set";
    const std::string folder = std::string(dir) + "/cifar10/";
    arrays_ = read_arrays(folder + "resnet20-folded.npz");
    network_.graph = parse_layer_graph(
        "32x32x3 c16k3p1 r16 r16 r16 r32s2 r32 r32 r64s2 r64 r64 a 10", "network");
    std::vector<std::string> names = {"c0"};
    for (const char* block : {"10", "11", "12", "20", "21", "22", "30", "31", "32"}) {
      names.push_back(std::string(block) + "a");
      names.push_back(std::string(block) + "b");
    }
    for (const std::string& name : names) {
      network_.layers.push_back(
          parameters(arrays_.at(name + ".weight"), arrays_.at(name + ".bias")));
    }
    network_.layers.push_back({});  // the average
    network_.layers.push_back(parameters(arrays_.at("fc.weight"), arrays_.at("fc.bias")));
    check_graph_network(network_, "resnet20-folded.npz");
    samples_ = read_images(folder + "test-1000.bin.gz", kImages);
    training_ = read_images(folder + "train-6000.bin.gz", 50);
  }

  /// The first images of a file, as the network takes them.
  static Samples read_images(const std::string& path, int count) {
    constexpr float kMean[] = {0.485F, 0.456F, 0.406F};
    constexpr float kDeviation[] = {0.229F, 0.224F, 0.225F};
    const std::vector<std::uint8_t> bytes = read_unpacked(path);
    Samples samples;
    samples.inputs.dense() = Eigen::MatrixXf(3072, count);
    for (int s = 0; s < count; ++s) {
      const std::uint8_t* record = bytes.data() + std::ptrdiff_t{s} * 3073;
      samples.labels.push_back(record[0]);
      for (int i = 0; i < 1024; ++i) {
        for (int c = 0; c < 3; ++c) {
          samples.inputs.dense()(i * 3 + c, s) =
              (static_cast<float>(record[1 + c * 1024 + i]) / 255 - kMean[c]) / kDeviation[c];
        }
      }
    }
    return samples;
  }

  /// The largest word that each layer writes for the training images.
  std::vector<double> largest_words() const {
    const LayerFormats formats{{2, 14}, {6, 10}, {7, 14}};
    GraphEvaluator evaluator(training_, {}, 2);
    const QuantizedGraph wide =
        quantize_graph(network_, uniform_plan(network_.graph.layers(), formats));
    std::vector<double> largest(network_.layers.size(), 0);
    for (const auto& sums : evaluator.accumulators(wide)) {
      for (std::size_t k = 0; k < largest.size(); ++k) {
        // An average has the fraction of X and a shift of 6.
        const bool pool = !network_.graph.layer(static_cast<int>(k)).has_weights();
        const double step = std::ldexp(1.0, pool ? -16 : -14);
        for (const std::int64_t sum : sums[k]) {
          largest[k] = std::max(largest[k], static_cast<double>(sum) * step);
        }
      }
    }
    return largest;
  }

  /// W 8, X 8, P 12: every tensor scaled by a power of two to below 4, a point for each layer's W.
  /// Products are a quarter of a sum's range or less.
  QuantizationPlan narrow_plan() const {
    QuantizationPlan plan = uniform_plan(network_.graph.layers(), {{1, 7}, {3, 5}, {1, 11}});
    const auto bits_of = [](double value) { return static_cast<int>(std::ceil(std::log2(value))); };
    const std::vector<double> largest = largest_words();
    for (int k = 0; k < network_.graph.layers(); ++k) {
      const GraphLayer& layer = network_.graph.layer(k);
      LayerFormats& f = plan.layers[static_cast<std::size_t>(k)];
      const int reads = tensor_scale_exponent(network_.graph, plan, layer.reads);
      f.scale_exponent =
          layer.has_weights() ? 2 - bits_of(largest[static_cast<std::size_t>(k)]) : reads;
      if (!layer.has_weights()) continue;
      const double weight = std::ldexp(
          double{network_.layers[static_cast<std::size_t>(k)].weights.cwiseAbs().maxCoeff()},
          f.scale_exponent - reads);
      f.weight.integer_bits = 1 + std::max(bits_of(weight), 0);
      f.weight.fraction_bits = 8 - f.weight.integer_bits;
    }
    return plan;
  }

  std::map<std::string, Array> arrays_;
  GraphNetwork network_;
  Samples samples_;
  Samples training_;
};

TEST_F(Resnet20, HasThePublishedOutputsInFloat) {
  const Eigen::MatrixXf outputs = graph_float_outputs(network_, samples_.inputs, 2);
  const Array& logits = arrays_.at("test_1000.logits");
  for (int s = 0; s < kImages; ++s) {
    for (int i = 0; i < 10; ++i) {
      ASSERT_NEAR(outputs(i, s), logits.values[static_cast<std::size_t>(s * 10 + i)], 1e-3);
    }
  }
  EXPECT_EQ(count_wrong(classes_of(outputs), samples_.labels), kFloatWrong);
}

TEST_F(Resnet20, KeepsItsClassesInWideFormats) {
  const Samples some = samples_.head(200);
  const Eigen::MatrixXf outputs = graph_float_outputs(network_, some.inputs, 2);
  GraphEvaluator evaluator(some, outputs, 2);
  const LayerFormats formats{{2, 14}, {6, 10}, {7, 14}};
  const GraphEvaluation wide =
      evaluator.evaluate(quantize_graph(network_, uniform_plan(network_.graph.layers(), formats)));
  EXPECT_NEAR(static_cast<double>(wide.wrong),
              static_cast<double>(count_wrong(classes_of(outputs), some.labels)), 1);
  EXPECT_LT(wide.divergence, 1e-3);
}

TEST_F(Resnet20, ErrsLittleMoreWithWordsOf8And8And12Bits) {
  const QuantizedGraph network = quantize_graph(network_, narrow_plan());
  GraphEvaluator evaluator(samples_, {}, 1);
  evaluator.judge(network, -1);  // codes of the inputs
  const std::clock_t start = std::clock();
  const GraphEvaluation evaluation = evaluator.evaluate(network);
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  std::printf("W 8, X 8, P 12: %lld of 1000 wrong, %.2f CPU s\n",
              static_cast<long long>(evaluation.wrong), seconds);
  EXPECT_LE(evaluation.wrong, 90);
}

}  // namespace
}  // namespace minerva
