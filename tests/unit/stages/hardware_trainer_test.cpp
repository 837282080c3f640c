#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <memory>

#include "minerva/data/input_selection.hpp"
#include "minerva/data/load_dataset.hpp"
#include "minerva/engine/fixed_engine.hpp"
#include "minerva/network/quantize_network.hpp"
#include "minerva/training/hardware_training.hpp"
#include "minerva/training/trainer.hpp"
#include "minerva/training/training_cache.hpp"
#include "softmax_loss.hpp"

namespace minerva::training {
namespace {

const Dataset& digits() {
  static const Dataset data = [] {
    DataOptions options;
    options.set = "digits";
    options.train_samples = 1500;
    options.validation_samples = 500;
    options.test_samples = 500;
    return load_dataset(options);
  }();
  return data;
}

QuantizationPlan plan_of(int layers, int product_fraction_bits = 4) {
  QuantizationPlan plan;
  for (int k = 0; k < layers; ++k) {
    LayerFormats formats;
    formats.weight = {1, 3};
    formats.activation = {k == 0 ? 1 : 3, k == 0 ? 3 : 1};
    const int whole = formats.weight.fraction_bits + formats.activation.fraction_bits;
    const int fraction = std::min(whole, product_fraction_bits);
    formats.product = {8 - whole, fraction};
    formats.scale_exponent = k + 1;
    plan.layers.push_back(formats);
  }
  return plan;
}

TrainingOptions recipe(int epochs = 4) {
  TrainingOptions options;
  options.hidden = {40, 24};
  options.epochs = epochs;
  options.batch_size = 50;
  options.regularization.dropout_fraction = 0;
  options.regularization.activation_l1 = 1e-4;
  auto hardware = std::make_shared<HardwareTraining>();
  hardware->plan = plan_of(3);
  hardware->thresholds.theta = {0, 0.5, 0.5};
  options.hardware = hardware;
  return options;
}

std::shared_ptr<HardwareTraining> hardware_of(const TrainingOptions& options) {
  return std::make_shared<HardwareTraining>(*options.hardware);
}

void expect_equal_bits(const GraphNetwork& a, const GraphNetwork& b) {
  ASSERT_EQ(a.layers.size(), b.layers.size());
  for (std::size_t k = 0; k < a.layers.size(); ++k) {
    EXPECT_EQ(a.layers[k].weights, b.layers[k].weights) << "layer " << k;
    EXPECT_EQ(a.layers[k].biases, b.layers[k].biases) << "layer " << k;
  }
}

TEST(HardwareTrainer, LearnsInTheFormatsOfThePlan) {
  const TrainedNetwork trained = train(digits(), recipe(8));
  // Ten classes: guessing is wrong 450 times of 500.
  EXPECT_LT(trained.history.back().validation_wrong, 120);
  EXPECT_LT(trained.history.back().loss, trained.history.front().loss);
}

TEST(HardwareTrainer, CountsTheErrorsOfTheBitTrueEngine) {
  for (const int product_fraction_bits : {4, 2}) {
    TrainingOptions options = recipe(2);
    auto hardware = hardware_of(options);
    hardware->plan = plan_of(3, product_fraction_bits);
    options.hardware = hardware;
    const TrainedNetwork trained = train(digits(), options);
    FixedEvaluator evaluator(digits().validation, {}, 1);
    const FixedEvaluation exact =
        evaluator.evaluate(quantize_graph(trained.network, hardware->plan, hardware->thresholds));
    EXPECT_EQ(trained.history.back().validation_wrong, exact.wrong);
    EXPECT_EQ(wrong_samples(trained.network, options, digits().validation), exact.wrong);
  }
}

TEST(HardwareTrainer, GivesTheSameBitsAtAnyNumberOfThreads) {
  TrainingOptions options = recipe(2);
  options.faults.rate = 0.05;
  options.faults.steps_per_map = 3;
  options.augmentation.shift_pixels = 1;
  options.augmentation.rotate_degrees = 10;
  options.augmentation.bend_pixels = 0.5;
  const TrainedNetwork one = train(digits(), options, {}, 1);
  const TrainedNetwork three = train(digits(), options, {}, 3);
  expect_equal_bits(one.network, three.network);
  EXPECT_EQ(one.history.back().loss, three.history.back().loss);
}

TEST(HardwareTrainer, GoesOnFromACheckpointToTheSameBits) {
  TrainingOptions options = recipe(3);
  options.faults.rate = 0.03;
  TrainingOptions teaching = recipe(2);
  teaching.hardware = nullptr;
  teaching.hidden = {64};
  auto hardware = hardware_of(options);
  hardware->teacher = std::make_shared<const GraphNetwork>(train(digits(), teaching).network);
  options.hardware = hardware;
  const TrainedNetwork whole = train(digits(), options);
  MemoryStore store;
  TrainingCache cache(digits(), store, {});
  cache.train(options, 1, KeepNetwork::no);
  TrainingCache again(digits(), store, {});
  const TrainingCache::Result rest = again.train(options, 0, KeepNetwork::yes);
  EXPECT_EQ(rest.epochs_trained, 2);
  expect_equal_bits(again.network(options), whole.network);
  EXPECT_EQ(*rest.record.validation_wrong, whole.history.back().validation_wrong);
}

TEST(HardwareTrainer, KeyDependsOnWhatTheResultDependsOn) {
  MemoryStore store;
  TrainingCache cache(digits(), store, {});
  const TrainingOptions options = recipe();
  const std::string key = cache.key_of(options);
  const auto differs = [&](const std::function<void(HardwareTraining&)>& change) {
    TrainingOptions other = options;
    auto hardware = hardware_of(options);
    change(*hardware);
    other.hardware = hardware;
    return cache.key_of(other) != key;
  };
  EXPECT_FALSE(differs([](HardwareTraining&) {}));
  EXPECT_TRUE(differs([](HardwareTraining& h) { h.plan.layers[1].scale_exponent += 1; }));
  EXPECT_TRUE(differs([](HardwareTraining& h) { h.plan.layers[2].product = {4, 3}; }));
  EXPECT_TRUE(differs([](HardwareTraining& h) { h.thresholds.theta[1] = 1; }));
  EXPECT_TRUE(differs([](HardwareTraining& h) { h.temperature = 3; }));
  EXPECT_TRUE(differs([](HardwareTraining& h) {
    h.start = std::make_shared<const GraphNetwork>(train(digits(), recipe(1)).network);
  }));
  TrainingOptions in_float = options;
  in_float.hardware = nullptr;
  EXPECT_NE(cache.key_of(in_float), key);
}

TEST(HardwareTrainer, KeepsWeightsWithinHalfAStepOfTheirFormats) {
  TrainingOptions options = recipe(3);
  options.learning_rate = 0.03;
  const TrainedNetwork trained = train(digits(), options);
  const QuantizationPlan& plan = options.hardware->plan;
  for (std::size_t k = 0; k < plan.layers.size(); ++k) {
    const double step = plan.layers[k].weight.step() / std::exp2(weight_scale_exponent(plan, k));
    EXPECT_LE(trained.network.layers[k].weights.maxCoeff(), 7.5 * step);
    EXPECT_GE(trained.network.layers[k].weights.minCoeff(), -8.5 * step);
  }
}

TEST(HardwareTrainer, DistillationFollowsItsLoss) {
  const float sums[] = {0.3F, -1.2F, 2.0F, 0.7F};
  const float wanted[] = {1.0F, 0.1F, -0.4F, 0.2F};
  const TeacherOutputs teacher{wanted, 0.7, 3};
  float delta[4];
  distilled_loss(sums, 4, 2, teacher, wanted, 1, delta);
  for (int i = 0; i < 4; ++i) {
    constexpr float kStep = 1e-2F;
    float moved[4];
    float unused[4];
    std::copy(sums, sums + 4, moved);
    moved[i] += kStep;
    const double above = distilled_loss(moved, 4, 2, teacher, wanted, 1, unused);
    moved[i] -= 2 * kStep;
    const double below = distilled_loss(moved, 4, 2, teacher, wanted, 1, unused);
    EXPECT_NEAR(delta[i], (above - below) / (2 * kStep), 2e-4) << i;
  }
  // A teacher that says the same adds nothing.
  const TeacherOutputs same{sums, 1, 3};
  EXPECT_NEAR(distilled_loss(sums, 4, 2, same, sums, 1, delta), 0, 1e-6);
  for (const float d : delta) EXPECT_NEAR(d, 0, 1e-6);
}

std::string message_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(HardwareTrainer, RefusesWhatItCannotTrain) {
  TrainingOptions options = recipe();
  options.regularization.dropout_fraction = 0.2;
  EXPECT_NE(message_of([&] { train(digits(), options); }).find("training.dropout"),
            std::string::npos);
  options = recipe();
  auto hardware = hardware_of(options);
  hardware->teacher = std::make_shared<const GraphNetwork>(graph_network(Network{
      {{Eigen::MatrixXf::Zero(10, 9), Eigen::VectorXf::Zero(10), LayerKind::dense}}, "", {}}));
  options.hardware = hardware;
  EXPECT_NE(message_of([&] { train(digits(), options); }).find("finetune.teacher"),
            std::string::npos);
  options = recipe();
  hardware = hardware_of(options);
  hardware->plan.layers[0].weight = {1, 0};
  options.hardware = hardware;
  EXPECT_NE(message_of([&] { train(digits(), options); }).find("2 bits"), std::string::npos);
}

TEST(InputSelection, ReadsItsTexts) {
  for (const char* text :
       {"all", "used:0.01", "grid:2", "grid:2:24", "checker", "checker:24", "learned:40"}) {
    EXPECT_EQ(to_string(parse_input_selection(text, "k")), text);
  }
  for (const char* text : {"", "used", "used:", "used:2", "used:-1", "grid", "grid:0",
                           "grid:2:", "grid:1.5", "all:1", "checker:0", "checker:2:3", "grid:2:3:4",
                           "used:0.1x", "learned", "learned:0", "file:", "file:no-such-file"}) {
    EXPECT_THROW(parse_input_selection(text, "k"), UserError) << text;
  }
}

TEST(InputSelection, ReadsAListAndRefusesOneThatDoesNotFit) {
  const std::string file = testing::TempDir() + "minerva_inputs_test.txt";
  const auto with = [&](const std::string& lines) {
    std::ofstream(file) << lines;
    return parse_input_selection("file:" + file, "data.inputs");
  };
  const Dataset& data = digits();
  EXPECT_EQ(selected_inputs(data, with("0\n3\n7\n"), "k"), (std::vector<std::int32_t>{0, 3, 7}));
  EXPECT_EQ(with_selected_inputs(data, with("0\n3\n7\n"), "k").inputs(), 3);
  for (const char* lines : {"", "3\n3\n", "3\n1\n", "-1\n", "x\n", "1 2\n", "1.5\n"}) {
    EXPECT_THROW(with(lines), UserError) << lines;
  }
  EXPECT_THROW(selected_inputs(data, with("0\n100000\n"), "k"), UserError);
  EXPECT_THROW(selected_inputs(data, parse_input_selection("learned:3", "k"), "k"), UserError);
  std::remove(file.c_str());
}

TEST(InputSelection, KeepsAGridOfTheMiddleAndWhatIsUsed) {
  const Dataset& all = digits();
  const int side = all.input_shape.width;
  const Dataset grid =
      with_selected_inputs(all, parse_input_selection("grid:2:20", "data.inputs"), "data.inputs");
  EXPECT_EQ(grid.input_shape, (TensorShape{10, 10, 1}));
  const int first = (side - 20) / 2;
  for (int y = 0; y < 10; ++y) {
    for (int x = 0; x < 10; ++x) {
      EXPECT_EQ(grid.test.inputs.at(y * 10 + x, 7),
                all.test.inputs.at((first + 2 * y) * side + first + 2 * x, 7));
    }
  }
  const Dataset checker =
      with_selected_inputs(all, parse_input_selection("checker:20", "k"), "data.inputs");
  EXPECT_EQ(checker.inputs(), 200);
  EXPECT_EQ(checker.kept_inputs[0], first * side + first);
  EXPECT_EQ(checker.kept_inputs[10], (first + 1) * side + first + 1);
  EXPECT_EQ(grid.whole_train->inputs.rows(), all.inputs());
  const Dataset used =
      with_selected_inputs(all, parse_input_selection("used:0.3", "data.inputs"), "data.inputs");
  std::size_t kept = 0;
  for (int j = 0; j < all.inputs(); ++j) {
    std::int64_t inked = 0;
    for (std::int64_t s = 0; s < all.train.size(); ++s) {
      inked += all.train.inputs.at(j, s) != 0 ? 1 : 0;
    }
    const bool keeps = static_cast<double>(inked) > 0.3 * static_cast<double>(all.train.size());
    const bool kept_here = kept < used.kept_inputs.size() && used.kept_inputs[kept] == j;
    EXPECT_EQ(kept_here, keeps) << j;
    if (kept_here) ++kept;
  }
  EXPECT_NE(message_of([&] {
              with_selected_inputs(all, parse_input_selection("used:1", "k"), "data.inputs");
            }).find("leaves no input"),
            std::string::npos);
  EXPECT_NE(message_of([&] {
              with_selected_inputs(all, parse_input_selection("grid:2:99", "k"), "data.inputs");
            }).find("data.inputs"),
            std::string::npos);
}

TEST(InputSelection, TeachesAndDistortsWithTheWholeImages) {
  const Dataset grid =
      with_selected_inputs(digits(), parse_input_selection("grid:2", "k"), "data.inputs");
  TrainingOptions teaching = recipe(2);
  teaching.hardware = nullptr;
  TrainingOptions options = recipe(6);
  auto hardware = hardware_of(options);
  hardware->teacher = std::make_shared<const GraphNetwork>(train(digits(), teaching).network);
  options.hardware = hardware;
  options.augmentation.rotate_degrees = 5;
  options.augmentation.stretch_percent = 5;
  const TrainedNetwork one = train(grid, options, {}, 1);
  const TrainedNetwork two = train(grid, options, {}, 2);
  expect_equal_bits(one.network, two.network);
  EXPECT_LT(one.history.back().validation_wrong, 200);
}

}  // namespace
}  // namespace minerva::training
