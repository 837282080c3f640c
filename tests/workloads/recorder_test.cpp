#include <gtest/gtest.h>

#include <numeric>

#include "minerva/workloads/operation_recorder.hpp"
#include "minerva/workloads/workload.hpp"

namespace minerva::workloads {
namespace {

struct Case {
  std::string name;
  Variant variant;
  Mode mode;
};
void PrintTo(const Case& each, std::ostream* out) {
  *out << each.name << " " << to_string(each.variant) << " " << to_string(each.mode);
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const WorkloadFacts& facts : workload_facts()) {
    for (const Variant variant : {Variant::paper, Variant::code}) {
      for (const Mode mode : {Mode::train, Mode::infer}) all.push_back({facts.name, variant, mode});
    }
  }
  return all;
}

WorkloadProfile profile_of(const Case& each, int steps, std::vector<TraceEvent>& events) {
  WorkloadOptions options;
  options.small = true;
  options.synthetic = true;
  options.variant = each.variant;
  options.bucket = 0;
  const std::unique_ptr<Workload> workload = make_workload(each.name, options);
  workload->setup();
  OperationRecorder recorder;
  for (int i = 0; i < steps; ++i) {
    workload->next_batch();
    recorder.begin_step();
    if (each.mode == Mode::train) {
      workload->train_step();
    } else {
      workload->infer_step();
    }
    recorder.end_step();
  }
  WorkloadProfile profile;
  profile.workload = each.name;
  profile.mode = each.mode;
  recorder.write_to(profile);
  events = recorder.last_step();
  return profile;
}

class RecordedWorkload : public testing::TestWithParam<Case> {};

TEST_P(RecordedWorkload, HasATypeForEveryOperation) {
  std::vector<TraceEvent> events;
  const WorkloadProfile profile = profile_of(GetParam(), 2, events);
  EXPECT_EQ(unknown_operations(profile), std::vector<std::string>());
  ASSERT_EQ(profile.step_us.size(), 2u);
  for (std::size_t step = 0; step < 2; ++step) {
    double inside = 0;
    for (const OperationRecord& each : profile.operations) inside += each.self_us[step];
    EXPECT_GT(inside, 0);
    EXPECT_LE(inside, profile.step_us[step]) << "own times do not overlap";
  }
  bool backward = false;
  bool update = false;
  std::int64_t calls = 0;
  for (const OperationRecord& each : profile.operations) {
    backward = backward || (each.phase == Phase::backward && each.calls > 0);
    update = update || (each.phase == Phase::update && each.calls > 0);
    calls += each.calls;
  }
  const bool training = GetParam().mode == Mode::train;
  EXPECT_EQ(backward, training);
  EXPECT_EQ(update, training);
  EXPECT_EQ(calls, static_cast<std::int64_t>(events.size())) << "of the last step";
}

INSTANTIATE_TEST_SUITE_P(All, RecordedWorkload, testing::ValuesIn(cases()));

TEST(Recorder, TellsTheTwoGradientsOfAConvolutionAndTheOptimizer) {
  std::vector<TraceEvent> events;
  const WorkloadProfile profile = profile_of({"alexnet", Variant::code, Mode::train}, 1, events);
  const auto calls = [&](const std::string& name) {
    std::int64_t count = 0;
    for (const OperationRecord& each : profile.operations) {
      if (each.name == name) count += each.calls;
    }
    return count;
  };
  EXPECT_EQ(calls("op:Conv2DBackFilter"), 5);
  EXPECT_EQ(calls("op:Conv2DBackInput"), 4) << "images need no gradient";
  EXPECT_EQ(calls("op:ApplyAdam"), 1);
  for (const OperationRecord& each : profile.operations) {
    if (each.name == "op:Conv2DBackFilter") {
      EXPECT_EQ(each.phase, Phase::backward);
    }
    if (each.name == "op:ApplyAdam") {
      EXPECT_EQ(each.phase, Phase::update);
    }
    if (each.name == "aten::relu") {
      EXPECT_EQ(each.phase, Phase::forward);
    }
  }
  EXPECT_EQ(calls("aten::convolution_backward"), 0) << "counted by the scopes around it";
}

}  // namespace
}  // namespace minerva::workloads
