#include <gtest/gtest.h>

#include <cstdlib>
#include <ostream>
#include <string>

#include "minerva/data/load_dataset.hpp"
#include "minerva/engine/float_engine.hpp"
#include "minerva/engine/graph_engine.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/training/graph_training.hpp"

// LeNet-5 on the real images. One seed by default; MINERVA_LENET_SEEDS asks for the mean of more.
namespace minerva::training {
namespace {

struct Set {
  const char* name;
  double most_error_percent;
  Augmentation augmentation;
};

void PrintTo(const Set& set, std::ostream* out) { *out << set.name; }

class Lenet : public testing::TestWithParam<Set> {};

Dataset images(const std::string& name) {
  DataOptions options;
  options.dir = std::getenv("MINERVA_DATA_DIR");
  options.set = "mnist";
  if (name == "fashion-mnist") {
    options.set = "idx";
    options.dir += "/fashion-mnist";
    options.train_file = "train-images-idx3-ubyte.gz";
    options.train_labels_file = "train-labels-idx1-ubyte.gz";
    options.test_file = "t10k-images-idx3-ubyte.gz";
    options.test_labels_file = "t10k-labels-idx1-ubyte.gz";
  }
  options.validation_samples = 5000;
  return load_dataset(options);
}

TEST_P(Lenet, ErrsSeldom) {
  if (std::getenv("MINERVA_DATA_DIR") == nullptr) GTEST_SKIP() << "MINERVA_DATA_DIR is not set";
  const Dataset data = images(GetParam().name);
  const LayerGraph graph = parse_layer_graph("28x28x1 c6k5p2 m2 c16k5 m2 120 84 10", "network");
  TrainingOptions options;
  options.epochs = 10;
  options.batch_size = 100;
  options.regularization = {0, 1e-5, 0, 0.2};
  const char* seeds_text = std::getenv("MINERVA_LENET_SEEDS");
  const int seeds = seeds_text == nullptr ? 1 : std::atoi(seeds_text);
  double errors = 0;
  for (int seed = 1; seed <= seeds; ++seed) {
    options.seed = static_cast<std::uint64_t>(seed);
    const TrainedNetwork trained = train_graph(data, graph, options, GetParam().augmentation, 2);
    const std::int64_t wrong = count_wrong(
        classes_of(graph_float_outputs(trained.network, data.test.inputs, 2)), data.test.labels);
    std::printf("%s, seed %d: %lld of 10000 wrong, validation %lld of 5000\n", GetParam().name,
                seed, static_cast<long long>(wrong),
                static_cast<long long>(trained.history.back().validation_wrong));
    errors += 100.0 * static_cast<double>(wrong) / static_cast<double>(data.test.size());
  }
  EXPECT_LE(errors / seeds, GetParam().most_error_percent);
}
INSTANTIATE_TEST_SUITE_P(Images, Lenet,
                         testing::Values(Set{"mnist", 0.9, {false, 1, 0}},
                                         Set{"fashion-mnist", 10.5, {true, 0, 0}}),
                         [](const testing::TestParamInfo<Set>& set) {
                           return std::string(set.index == 0 ? "Mnist" : "FashionMnist");
                         });

}  // namespace
}  // namespace minerva::training
