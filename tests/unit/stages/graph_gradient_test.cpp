#include "minerva/training/graph_gradient.hpp"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <functional>
#include <set>
#include <vector>

#include "minerva/data/load_dataset.hpp"
#include "minerva/engine/graph_engine.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/training/graph_training.hpp"
#include "minerva/training/sweep.hpp"
#include "minerva/training/training_cache.hpp"
#include "random_graph.hpp"

namespace minerva::training {
namespace {

/// A batch of random inputs and labels for a graph of random parameters.
struct GraphCase {
  GraphCase(const LayerGraph& graph, int size, std::uint64_t seed)
      : layout(graph), batch_size(size) {
    KeyedRandom random(seed, Stream::test);
    for (std::size_t i = 0; i < layout.size(); ++i) parameters.push_back(0.5 * random.normal());
    inputs = Eigen::MatrixXf(Eigen::MatrixXf::NullaryExpr(
        graph.inputs(), size, [&] { return static_cast<float>(random.normal()); }));
    for (int i = 0; i < size; ++i) {
      labels.push_back(
          static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(graph.outputs()))));
    }
  }
  Batch batch() const { return {&inputs, labels.data(), batch_size, nullptr, 0, 5, 3}; }

  GraphParameterLayout layout;
  int batch_size;
  std::vector<double> parameters;
  SampleInputs inputs;
  std::vector<std::int32_t> labels;
};

void expect_gradient_matches_differences(const LayerGraph& graph,
                                         const Regularization& regularization, int trials,
                                         const Augmentation& augmentation = {}) {
  SCOPED_TRACE(to_string(graph));
  GraphCase c(graph, 11, 1);
  GraphGradient<double> loss(c.layout, regularization, 11);
  std::vector<double> gradient(c.layout.size());
  loss.evaluate(c.parameters.data(), c.batch(), gradient.data(), augmentation);
  std::vector<double> unused(c.layout.size());
  const auto total = [&](const std::vector<double>& at) {
    return loss.evaluate(at.data(), c.batch(), unused.data(), augmentation) +
           loss.weight_penalty(at.data());
  };
  KeyedRandom random(2, Stream::test);
  const double h = 1e-6;
  for (int trial = 0; trial < trials; ++trial) {
    const auto i = static_cast<std::size_t>(random.below(c.layout.size()));
    std::vector<double> moved = c.parameters;
    moved[i] += h;
    const double above = total(moved);
    moved[i] -= 2 * h;
    const double below = total(moved);
    const double difference = (above - below) / (2 * h);
    ASSERT_NEAR(gradient[i], difference, 1e-7 * (1 + std::abs(difference))) << "parameter " << i;
  }
}

LayerGraph graph_of(const char* text) { return parse_layer_graph(text, "network"); }

TEST(GraphGradient, MatchesDifferencesOfEveryKindOfLayer) {
  for (const char* text :
       {"7x6x3 c4k3p1 5", "7x6x3 c4k3x2s2x1p1x0 5", "7x6x3 c4k3 m2 5", "7x6x3 c4k3 m3s1p1 5",
        "7x6x3 c4k3 a2 5", "7x6x3 c4k3 s2s1p1 5", "7x6x3 d6k3p1 5", "7x6x3 c4k3 d4k3p1 d8k2 5",
        "7x6x3 c4k1 r4 r6s2 a 5", "7x6x3 c4k1 r6s2b a 5", "7x6x3 c4k3n c2k3 5 5+3 5",
        "7x6x3 m2 c4k2 5", "7x6x3 c5k3 a"}) {
    expect_gradient_matches_differences(graph_of(text), {0, 0, 0, 0}, 60);
  }
}

TEST(GraphGradient, MatchesDifferencesWithPenaltiesDropoutAndAugmentation) {
  const LayerGraph graph = graph_of("7x6x3 c4k3p1 m2 d8k2 9 6 5");
  expect_gradient_matches_differences(graph, {0.1, 0.2, 0, 0}, 60);
  expect_gradient_matches_differences(graph, {0, 0, 0.3, 0}, 60);
  expect_gradient_matches_differences(graph, {0, 0, 0, 0.4}, 60);
  expect_gradient_matches_differences(graph, {0.1, 0.2, 0.3, 0.4}, 60, {true, 2, 1});
}

TEST(GraphGradient, MatchesDifferencesOfRandomGraphs) {
  int checked = 0;
  for (std::uint64_t index = 0; index < 60; ++index) {
    KeyedRandom random(7, Stream::test, index);
    const LayerGraph graph = random_graph(random, drawn(random, 1, 6));
    if (GraphParameterLayout(graph).size() == 0) continue;
    expect_gradient_matches_differences(graph, {0.01, 0.02, 0.03, 0.3}, 8);
    ++checked;
  }
  EXPECT_GT(checked, 40);
}

// Channels that fill no vector, and a fan-in that the products take in parts.
TEST(GraphGradient, HasTheSameBitsAtAnyNumberOfThreadsAndOnEveryInstructionSet) {
  const GraphCase c(graph_of("16x16x2 c6k3p1 m2 r6 d6k3p1 c12k5p2 c20k5 30 5"), 150, 4);
  const std::vector<float> parameters(c.parameters.begin(), c.parameters.end());
  const Regularization regularization{1e-3, 1e-3, 1e-3, 0.3};
  std::vector<float> one(c.layout.size());
  GraphGradient<float> single(c.layout, regularization, 150, 1);
  const double loss = single.evaluate(parameters.data(), c.batch(), one.data(), {true, 1, 1});
  for (const int threads : {2, 5}) {
    std::vector<float> many(c.layout.size());
    GraphGradient<float> several(c.layout, regularization, 150, threads);
    EXPECT_EQ(several.evaluate(parameters.data(), c.batch(), many.data(), {true, 1, 1}), loss);
    EXPECT_EQ(many, one);
  }
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    std::vector<float> here(c.layout.size());
    EXPECT_EQ(single.evaluate(parameters.data(), c.batch(), here.data(), {true, 1, 1}), loss);
    EXPECT_EQ(here, one) << hwy::TargetName(target);
  }
  hwy::SetSupportedTargetsForTest(0);
  // Single precision follows double.
  std::vector<double> exact(c.layout.size());
  GraphGradient<double> plain(c.layout, regularization, 150, 2);
  plain.evaluate(std::vector<double>(parameters.begin(), parameters.end()).data(), c.batch(),
                 exact.data(), {true, 1, 1});
  double largest = 0;
  for (const double g : exact) largest = std::max(largest, std::abs(g));
  for (std::size_t i = 0; i < exact.size(); ++i) ASSERT_NEAR(one[i], exact[i], 2e-4 * largest);
}

TEST(GraphGradient, JudgesAsTheFloatEngine) {
  const GraphCase c(graph_of("9x9x2 c5k3p1 m2 r5 a 6"), 40, 9);
  const std::vector<float> parameters(c.parameters.begin(), c.parameters.end());
  GraphGradient<float> loss(c.layout, {0, 0, 0, 0.5}, 40);
  const BatchErrors errors = loss.judge(parameters.data(), c.batch());
  const Eigen::MatrixXf outputs =
      graph_float_outputs(network_of(c.layout, parameters, ""), c.inputs);
  int wrong = 0;
  double total = 0;
  for (int s = 0; s < 40; ++s) {
    Eigen::Index best = 0;
    const Eigen::VectorXd sums = outputs.col(s).cast<double>();
    sums.maxCoeff(&best);
    wrong += best != c.labels[static_cast<std::size_t>(s)] ? 1 : 0;
    total += std::log((sums.array() - sums[c.labels[static_cast<std::size_t>(s)]]).exp().sum());
  }
  EXPECT_EQ(errors.wrong, wrong);
  EXPECT_NEAR(errors.loss, total, 1e-3 * total);
}

TEST(Augmentation, MovesFlipsAndCuts) {
  const TensorShape shape{2, 3, 2};
  const float image[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  const auto changed = [&](const ImageChange& change) {
    std::vector<float> to(12);
    change_image(image, shape, change, to.data());
    return to;
  };
  EXPECT_EQ(changed({true, 0, 0, 0, 0, 2, 3}),
            (std::vector<float>{5, 6, 3, 4, 1, 2, 11, 12, 9, 10, 7, 8}));
  EXPECT_EQ(changed({false, 1, -1, 0, 0, 2, 3}),
            (std::vector<float>{0, 0, 0, 0, 0, 0, 3, 4, 5, 6, 0, 0}));
  EXPECT_EQ(changed({false, 0, 0, 1, 1, 1, 2}),
            (std::vector<float>{0, 0, 0, 0, 0, 0, 0, 0, 9, 10, 11, 12}));
}

TEST(Augmentation, DrawsEveryChangeAlikeAndKeyed) {
  const TensorShape shape{8, 8, 1};
  std::set<int> downs;
  std::set<int> lefts;
  int flips = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const ImageChange change = draw_change({true, 2, 3}, shape, 1, i);
    const ImageChange again = draw_change({false, 2, 3}, shape, 1, i);
    EXPECT_EQ(change.down, again.down);
    EXPECT_FALSE(again.flip);
    downs.insert(change.down);
    lefts.insert(change.left);
    flips += change.flip ? 1 : 0;
    EXPECT_EQ(change.height, 5);
  }
  EXPECT_EQ(downs, (std::set<int>{-2, -1, 0, 1, 2}));
  EXPECT_EQ(lefts, (std::set<int>{0, 1, 2, 3}));
  EXPECT_NEAR(flips, 500, 80);
  EXPECT_THROW(check_augmentation({false, 8, 0}, shape, "training"), UserError);
  EXPECT_THROW(check_augmentation({false, 0, -1}, shape, "training"), UserError);
  EXPECT_NO_THROW(check_augmentation({true, 7, 7}, shape, "training"));
}

/// Images of 12 x 12 with a bright stripe in one of four directions.
Dataset stripes() {
  Dataset data;
  data.classes = 4;
  data.input_shape = {12, 12, 1};
  const auto draw = [&](std::uint64_t index, int count, Samples& samples) {
    KeyedRandom random(1, Stream::test, index);
    samples.inputs.dense() = Eigen::MatrixXf::NullaryExpr(
        144, count, [&] { return static_cast<float>(0.3 * random.uniform()); });
    for (int s = 0; s < count; ++s) {
      const int label = drawn(random, 0, 3);
      samples.labels.push_back(label);
      int y = drawn(random, 3, 8);
      int x = drawn(random, 3, 8);
      const int dy[] = {0, 1, 1, 1};
      const int dx[] = {1, 0, 1, -1};
      for (int i = -3; i <= 3; ++i) {
        samples.inputs.dense()((y + i * dy[label]) * 12 + x + i * dx[label], s) = 1;
      }
    }
  };
  draw(1, 1500, data.train);
  draw(2, 300, data.validation);
  return data;
}

TEST(GraphTraining, LearnsWhereTheStripesLieAtAnyPlace) {
  const Dataset data = stripes();
  TrainingOptions options;
  options.epochs = 25;
  options.batch_size = 50;
  options.regularization = {0, 1e-5, 0, 0.1};
  const LayerGraph graph = graph_of("12x12x1 c6k3p1 m2 c8k3 m2 16 4");
  const TrainedNetwork one = train_graph(data, graph, options, {false, 1, 0}, 1);
  EXPECT_LT(one.history.back().validation_wrong, 20);
  EXPECT_GT(one.history.front().validation_wrong, one.history.back().validation_wrong);
  EXPECT_EQ(one.network.trained_by.find("minerva 12x12x1 c6k3p1 m2 c8k3 m2 16 4, adam"), 0U);
  options.epochs = 2;
  const TrainedNetwork a = train_graph(data, graph, options, {true, 1, 0}, 1);
  const TrainedNetwork b = train_graph(data, graph, options, {true, 1, 0}, 3);
  for (std::size_t k = 0; k < a.network.layers.size(); ++k) {
    EXPECT_EQ(a.network.layers[k].weights, b.network.layers[k].weights);
    EXPECT_EQ(a.network.layers[k].biases, b.network.layers[k].biases);
  }
}

struct Killed {};

/// A store that ends the program when it has saved so many checkpoints.
class DyingStore : public MemoryStore {
 public:
  void save(const std::string& name, const std::string& bytes) override {
    MemoryStore::save(name, bytes);
    if (name.find(".checkpoint") != std::string::npos && --checkpoints_left == 0) throw Killed{};
  }
  int checkpoints_left = 2;
};

TEST(GraphTraining, GoesOnFromACheckpointToTheSameBits) {
  const Dataset data = stripes();
  TrainingOptions options;
  options.network = graph_of("12x12x1 c4k3p1 m2 16 4");
  options.augmentation = {true, 1, 2};
  options.epochs = 4;
  options.batch_size = 64;  // the last one of an epoch is smaller
  options.regularization = {1e-6, 1e-5, 1e-5, 0.2};
  const TrainedNetwork whole = train(data, options);
  DyingStore store;
  int deaths = 0;
  for (const int threads : {1, 3, 2, 1}) {
    store.checkpoints_left = 2;
    TrainingCache cache(data, store, {1, 0});
    try {
      cache.train(options, 0, KeepNetwork::yes, {}, threads);
      const GraphNetwork network = cache.network(options);
      ASSERT_EQ(network.graph, options.network);
      EXPECT_EQ(network.trained_by, whole.network.trained_by);
      for (std::size_t k = 0; k < network.layers.size(); ++k) {
        EXPECT_EQ(network.layers[k].weights, whole.network.layers[k].weights);
        EXPECT_EQ(network.layers[k].biases, whole.network.layers[k].biases);
      }
      EXPECT_TRUE(cache.known(options).validation_wrong.has_value());
      break;
    } catch (const Killed&) {
      ++deaths;
    }
  }
  EXPECT_EQ(deaths, 1);
}

TEST(GraphTraining, OfOtherLayersOrImagesIsAnotherTraining) {
  const Dataset data = stripes();
  MemoryStore store;
  const TrainingCache cache(data, store, {});
  TrainingOptions options;
  options.network = graph_of("12x12x1 c4k3p1 m2 16 4");
  std::set<std::string> keys = {cache.key_of(options)};
  const auto differs = [&](const std::function<void(TrainingOptions&)>& change) {
    TrainingOptions other = options;
    change(other);
    return keys.insert(cache.key_of(other)).second;
  };
  EXPECT_TRUE(differs([](TrainingOptions& o) { o.network = graph_of("12x12x1 c4k3 m2 16 4"); }));
  EXPECT_TRUE(differs([](TrainingOptions& o) { o.augmentation.flip = true; }));
  EXPECT_TRUE(differs([](TrainingOptions& o) { o.augmentation.shift_pixels = 1; }));
  EXPECT_TRUE(differs([](TrainingOptions& o) { o.augmentation.crop_pixels = 1; }));
  EXPECT_TRUE(differs([](TrainingOptions& o) { o.network = {}; }));
}

TEST(GraphTraining, IsSweptBesideFullyConnectedNetworks) {
  const Dataset data = stripes();
  TrainingOptions base;
  base.epochs = 1;
  SweepOptions space;
  space.hidden = {{8}, {12, 8}};
  space.networks = {graph_of("12x12x1 c4k3p1 m2 4"), graph_of("12x12x1 c2k3s2 4")};
  space.learning_rates = {1e-3, 2e-3};
  ASSERT_EQ(grid_size(space), 8);
  const std::vector<TrainingOptions> points = sweep_points(space, base);
  ASSERT_EQ(points.size(), 8U);
  EXPECT_EQ(points[2].hidden, (std::vector<int>{12, 8}));
  EXPECT_EQ(points[3].network.layers(), 0);
  EXPECT_EQ(points[4].network, space.networks[0]);
  EXPECT_EQ(points[7].network, space.networks[1]);
  EXPECT_EQ(points[7].learning_rate, 2e-3);
  const SweepResult result = sweep(data, base, space, 2);
  EXPECT_EQ(result.points[4].weights, space.networks[0].weight_count());
  EXPECT_TRUE(result.points[6].finished);
}

TEST(GraphTraining, RefusesWhatItDoesNotDo) {
  const Dataset data = stripes();
  const auto error = [&](const char* text, const TrainingOptions& options) {
    try {
      train_graph(data, graph_of(text), options);
    } catch (const UserError& e) {
      return std::string(e.what());
    }
    return std::string("no error");
  };
  TrainingOptions options;
  EXPECT_NE(error("12x12x2 c6k3 4", options).find("needs an input of 12x12x1"), std::string::npos);
  EXPECT_NE(error("12x12x1 c6k3 3", options).find("needs 4 outputs, one for each class"),
            std::string::npos);
  options.faults.rate = 0.01;
  EXPECT_NE(error("12x12x1 c6k3 4", options).find("training.fault_rate"), std::string::npos);
}

}  // namespace
}  // namespace minerva::training
