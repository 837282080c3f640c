#include "step_check.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "minerva/arithmetic/random.hpp"

namespace minerva::workloads::test {
namespace {

/// Numbers of each parameter whose gradient is checked: the largest one and some at random.
constexpr int kRandomPlaces = 3;
/// Of double precision losses; small, so that no ReLU or maximum changes sides between the two.
constexpr double kDifference = 1e-6;

std::vector<std::size_t> places_of(const HostTensor& gradient, KeyedRandom& random) {
  std::size_t largest = 0;
  for (std::size_t i = 0; i < gradient.values.size(); ++i) {
    if (std::abs(gradient.values[i]) > std::abs(gradient.values[largest])) largest = i;
  }
  std::vector<std::size_t> places = {largest};
  for (int i = 0; i < kRandomPlaces; ++i) {
    places.push_back(static_cast<std::size_t>(random.below(gradient.values.size())));
  }
  return places;
}

}  // namespace

std::unique_ptr<Workload> small_workload(const std::string& name, Variant variant,
                                         std::uint64_t seed) {
  WorkloadOptions options;
  options.small = true;
  options.synthetic = true;
  options.variant = variant;
  options.seed = seed;
  options.bucket = 0;
  std::unique_ptr<Workload> workload = make_workload(name, options);
  workload->setup();
  workload->next_batch();
  return workload;
}

void check_step(Workload& workload, const PlainLoss& loss, const PlainUpdate& update,
                const std::function<void(const Tensors&)>& before) {
  Tensors parameters = workload.parameters();
  if (before) before(parameters);
  const double measured = workload.train_step();
  const Tensors inputs = workload.inputs();
  const Tensors labels = workload.labels();
  const double expected = loss(parameters, inputs, labels);
  // Single precision against double precision.
  EXPECT_NEAR(measured, expected, 2e-5 * std::abs(expected) + 1e-6);

  const Tensors gradients = workload.gradients();
  const Tensors after = workload.parameters();
  ASSERT_EQ(gradients.size(), parameters.size());
  KeyedRandom random(1, Stream::test);
  double steepest = 0;
  for (const HostTensor& each : gradients) {
    for (const double value : each.values) steepest = std::max(steepest, std::abs(value));
  }
  ASSERT_GT(steepest, 0);
  int nonzero = 0;
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    for (const std::size_t place : places_of(gradients[p], random)) {
      double& value = parameters[p].values[place];
      const double kept = value;
      value = kept + kDifference;
      const double above = loss(parameters, inputs, labels);
      value = kept - kDifference;
      const double below = loss(parameters, inputs, labels);
      value = kept;
      const double slope = (above - below) / (2 * kDifference);
      const double gradient = gradients[p].values[place];
      EXPECT_NEAR(gradient, slope, 1e-3 * std::abs(slope) + 1e-5 * steepest)
          << parameters[p].name << " [" << place << "]";
      if (std::abs(slope) > 1e-4 * steepest) ++nonzero;
      if (!update) continue;
      const double stepped = update(kept, gradient);
      EXPECT_NEAR(after[p].values[place], stepped, 2e-6 * std::abs(stepped) + 1e-7)
          << parameters[p].name << " [" << place << "]";
    }
  }
  // The check must not live on zeros.
  EXPECT_GE(nonzero, static_cast<int>(parameters.size()) / 2);
}

PlainUpdate first_adam(double rate) {
  return [rate](double value, double gradient) {
    const double first = 0.1 * gradient;
    const double second = 0.001 * gradient * gradient;
    const double corrected = rate * std::sqrt(1 - 0.999) / (1 - 0.9);
    return value - corrected * first / (std::sqrt(second) + 1e-8);
  };
}

}  // namespace minerva::workloads::test
