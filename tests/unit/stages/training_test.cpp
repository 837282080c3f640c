#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "minerva/base/errors.hpp"
#include "minerva/engine/float_engine.hpp"
#include "minerva/training/noise.hpp"
#include "minerva/training/sweep.hpp"
#include "minerva/training/trainer.hpp"
#include "training_problem.hpp"

namespace minerva::training {
namespace {
TEST(Train, LearnsDigitsWithEveryOptimizer) {
  const Dataset data = small_digits();
  for (const Optimizer optimizer :
       {Optimizer::sgd, Optimizer::nesterov, Optimizer::adam, Optimizer::rmsprop}) {
    TrainingOptions options = small_options();
    options.optimizer = optimizer;
    const bool adaptive = optimizer == Optimizer::adam || optimizer == Optimizer::rmsprop;
    options.learning_rate = adaptive ? 3e-3 : 0.05;
    options.epochs = 10;
    const TrainedNetwork trained = train(data, options);
    ASSERT_EQ(trained.history.size(), 10U);
    EXPECT_LT(trained.history.back().loss, 0.5 * trained.history.front().loss);
    EXPECT_LT(count_wrong(trained.network, data.test), 90) << to_string(optimizer);
    EXPECT_EQ(trained.network.graph.topology(), (Topology{{784, 40, 30, 10}}));
    EXPECT_EQ(trained.network.graph.input(), (TensorShape{28, 28, 1}));
  }
}

TEST(Train, SchedulesDiffer) {
  const Dataset data = small_digits();
  TrainingOptions options = small_options();
  options.step_epochs = 2;
  std::vector<GraphNetwork> networks;
  for (const Schedule schedule : {Schedule::constant, Schedule::step, Schedule::cosine}) {
    options.schedule = schedule;
    networks.push_back(train(data, options).network);
  }
  EXPECT_FALSE(same_bits(networks[0], networks[1]));
  EXPECT_FALSE(same_bits(networks[0], networks[2]));
  options.schedule = Schedule::step;
  options.step_factor = 1;
  EXPECT_TRUE(same_bits(networks[0], train(data, options).network));
}

TEST(Train, PatienceStopsAndRestoresTheBestEpoch) {
  const Dataset data = small_digits();
  TrainingOptions options = small_options();
  options.learning_rate = 0.01;
  options.schedule = Schedule::constant;
  options.epochs = 60;
  options.patience_epochs = 3;
  const TrainedNetwork trained = train(data, options);
  const auto best = static_cast<std::size_t>(trained.best_epoch);
  ASSERT_LT(trained.history.size(), 60U);
  ASSERT_EQ(trained.history.size(), best + 3);
  const auto fewest = std::min_element(
      trained.history.begin(), trained.history.end(), [](const auto& a, const auto& b) {
        return a.validation_wrong != b.validation_wrong ? a.validation_wrong < b.validation_wrong
                                                        : a.validation_loss < b.validation_loss;
      });
  EXPECT_EQ(fewest->epoch, trained.best_epoch);
  // A training that ends at the best epoch has the same weights.
  options.patience_epochs = 0;
  options.epochs = trained.best_epoch;
  EXPECT_TRUE(same_bits(trained.network, train(data, options).network));
}

TEST(Train, DivergenceNamesEpochAndStep) {
  try {
    train(small_digits(), diverging_options());
    FAIL() << "did not diverge";
  } catch (const UserError& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("training.learning_rate = '90'"), std::string::npos) << message;
    EXPECT_NE(message.find("epoch 1, step "), std::string::npos) << message;
  }
}

void expect_refused(const TrainingOptions& options, const std::string& key) {
  try {
    check(options);
    FAIL() << key << " was accepted";
  } catch (const UserError& error) {
    EXPECT_EQ(std::string(error.what()).rfind("training." + key + " ", 0), 0U) << error.what();
  }
}

TEST(TrainingOptions, OutOfRangeNamesTheKey) {
  const auto with = [](auto change) {
    TrainingOptions options;
    change(options);
    return options;
  };
  EXPECT_NO_THROW(check(TrainingOptions{}));
  expect_refused(with([](auto& o) { o.hidden = {256, 0}; }), "hidden");
  expect_refused(with([](auto& o) { o.learning_rate = 0; }), "learning_rate");
  expect_refused(with([](auto& o) { o.learning_rate = std::nan(""); }), "learning_rate");
  expect_refused(with([](auto& o) { o.momentum = 1; }), "momentum");
  expect_refused(with([](auto& o) { o.regularization.l1 = -1e-9; }), "l1");
  expect_refused(with([](auto& o) { o.regularization.l2 = -1; }), "l2");
  expect_refused(with([](auto& o) { o.regularization.activation_l1 = -1; }), "activation_l1");
  expect_refused(with([](auto& o) { o.regularization.dropout_fraction = 1; }), "dropout");
  expect_refused(with([](auto& o) { o.batch_size = 0; }), "batch_size");
  expect_refused(with([](auto& o) { o.epochs = 0; }), "epochs");
  expect_refused(with([](auto& o) { o.step_epochs = 0; }), "step_epochs");
  expect_refused(with([](auto& o) { o.step_factor = 2; }), "step_factor");
  expect_refused(with([](auto& o) { o.patience_epochs = -1; }), "patience_epochs");
  expect_refused(with([](auto& o) { o.mean_decay = 1; }), "mean_decay");
  expect_refused(with([](auto& o) { o.variance_decay = 1; }), "variance_decay");
  expect_refused(with([](auto& o) { o.rmsprop_decay = -0.1; }), "rmsprop_decay");
  expect_refused(with([](auto& o) { o.epsilon = 0; }), "epsilon");
  expect_refused(with([](auto& o) { o.clip_norm = -1; }), "clip_norm");
  expect_refused(with([](auto& o) { o.regularization.input_dropout_fraction = 1; }),
                 "input_dropout");
  expect_refused(with([](auto& o) { o.warmup_epochs = o.epochs; }), "warmup_epochs");
  expect_refused(with([](auto& o) { o.faults.rate = 0.6; }), "fault_rate");
  expect_refused(with([](auto& o) { o.faults.steps_per_map = 0; }), "fault_steps");
  expect_refused(with([](auto& o) { o.faults.format = "Q0.8"; }), "fault_format");
  expect_refused(with([](auto& o) { o.faults.format = "eight bits"; }), "fault_format");
  expect_refused(with([](auto& o) { o.faults.format = "Q1.0"; }), "fault_format");
  TrainingOptions batch;
  batch.batch_size = 1011;
  EXPECT_THROW(train(small_digits(), batch), UserError);
}

TEST(Noise, IsTheSameAtOneAndTwoThreads) {
  const Dataset data = small_digits();
  const NoiseMeasurement one = measure_noise(data, small_options(), 4, 7, 1);
  const NoiseMeasurement two = measure_noise(data, small_options(), 4, 7, 2);
  ASSERT_EQ(one.noise.runs.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(one.noise.runs[i].seed, 7 + i);
    EXPECT_EQ(two.noise.runs[i].seed, 7 + i);
    EXPECT_EQ(one.noise.runs[i].validation_wrong, two.noise.runs[i].validation_wrong);
    EXPECT_EQ(one.noise.runs[i].test_wrong, two.noise.runs[i].test_wrong);
  }
  EXPECT_TRUE(same_bits(one.first.network, two.first.network));
  EXPECT_GT(one.noise.validation_sigma_percent(), 0);
  const std::int64_t wrong =
      count_wrong(classes_of(float_outputs(one.first.network, data.test.inputs)), data.test.labels);
  EXPECT_EQ(wrong, one.noise.runs[0].test_wrong);
}

TEST(Noise, FailureOfATrainingIsPassedOn) {
  EXPECT_THROW(measure_noise(small_digits(), diverging_options(), 3, 1, 2), UserError);
}

TEST(Sweep, FindsFrontierAndChoice) {
  const Dataset data = small_digits();
  SweepOptions grid;
  grid.hidden = {{4}, {40}, {80, 40}};
  grid.l2 = {0, 1e-2};
  grid.tolerance_percent = 1.5;
  const SweepResult result = sweep(data, small_options(), grid, 2);
  const SweepResult again = sweep(data, small_options(), grid, 1);
  ASSERT_EQ(result.points.size(), 6U);
  EXPECT_EQ(result.chosen, again.chosen);
  double lowest = 100;
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(result.points[i].validation_wrong, again.points[i].validation_wrong);
    EXPECT_EQ(result.points[i].options.hidden, grid.hidden[i / 2]);
    EXPECT_EQ(result.points[i].options.regularization.l2, grid.l2[i % 2]);
    lowest = std::min(lowest, result.points[i].validation_error_percent);
  }
  EXPECT_EQ(result.points[4].weights, 784 * 80 + 80 * 40 + 40 * 10);
  const SweepPoint& chosen = result.points[result.chosen];
  EXPECT_LE(chosen.validation_error_percent, lowest + 1.5);
  for (const SweepPoint& point : result.points) {
    if (point.weights < chosen.weights) {
      EXPECT_GT(point.validation_error_percent, lowest + 1.5);
    }
    bool dominated = false;
    for (const SweepPoint& other : result.points) {
      dominated |=
          other.weights <= point.weights && other.validation_wrong < point.validation_wrong;
      dominated |=
          other.weights < point.weights && other.validation_wrong <= point.validation_wrong;
    }
    if (dominated) {
      EXPECT_FALSE(point.on_frontier);
    }
  }
  EXPECT_TRUE(chosen.on_frontier);
}

TEST(Train, ValidationLossAndCountAreThoseOfTheNetwork) {
  const Dataset data = small_digits();
  const TrainedNetwork trained = train(data, small_options());
  const Eigen::MatrixXf outputs = float_outputs(trained.network, data.validation.inputs);
  double loss = 0;
  for (Eigen::Index c = 0; c < outputs.cols(); ++c) {
    double sum = 0;
    for (Eigen::Index r = 0; r < outputs.rows(); ++r) {
      sum += std::exp(static_cast<double>(outputs(r, c)));
    }
    const auto label = data.validation.labels[static_cast<std::size_t>(c)];
    loss += std::log(sum) - static_cast<double>(outputs(label, c));
  }
  loss /= static_cast<double>(outputs.cols());
  // The engines add in single precision in two ways: 784 products of about 1.
  EXPECT_NEAR(trained.history.back().validation_loss, loss, 1e-5);
  const std::int64_t wrong = count_wrong(classes_of(outputs), data.validation.labels);
  EXPECT_LE(std::abs(trained.history.back().validation_wrong - wrong), 1);
}

TEST(Train, TwoThreadsInsideATrainingGiveTheSameBits) {
  const Dataset data = small_digits();
  Trainer one(data, small_options(), 1);
  Trainer two(data, small_options(), 2);
  for (int i = 0; i < 30; ++i) {
    one.step();
    two.step();
  }
  EXPECT_EQ(one.state().parameters, two.state().parameters);
  EXPECT_EQ(one.state().second, two.state().second);
  EXPECT_EQ(one.state().history.at(0).loss, two.state().history.at(0).loss);
}

TEST(Train, SparseSamplesGiveTheBitsOfDenseOnes) {
  // With dropped inputs and without: neither the products nor the draw may see the form.
  const Dataset dense = small_digits();
  Dataset sparse = dense;
  for (Samples* part : {&sparse.train, &sparse.validation, &sparse.test}) {
    SparseInputs values = part->inputs.dense().sparseView();
    values.makeCompressed();
    part->inputs = SampleInputs(std::move(values));
  }
  std::vector<GraphNetwork> networks;
  for (const double dropped : {0.0, 0.3}) {
    TrainingOptions options = small_options();
    options.epochs = 2;
    options.regularization.input_dropout_fraction = dropped;
    networks.push_back(train(dense, options).network);
    EXPECT_TRUE(same_bits(networks.back(), train(sparse, options).network)) << dropped;
  }
  EXPECT_FALSE(same_bits(networks[0], networks[1]));
}

TEST(Sweep, RefusesABadGrid) {
  SweepOptions grid;
  grid.tolerance_percent = -1;
  EXPECT_THROW(check(grid, TrainingOptions{}), UserError);
  grid.tolerance_percent = 0;
  grid.dropout_fractions = {0.1, 1.0};
  EXPECT_THROW(check(grid, TrainingOptions{}), UserError);
}

}  // namespace
}  // namespace minerva::training
