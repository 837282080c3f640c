#include "measured_share.hpp"

#include "minerva/workloads/lane_machine.hpp"
#include "minerva/workloads/operation_recorder.hpp"

namespace minerva::workloads {
namespace {

/// Steps that the share of the time is measured over.
constexpr int kMeasuredSteps = 3;

}  // namespace

double measured_share(Workload& workload, const ExportedNetwork& exported) {
  WorkloadProfile profile;
  profile.mode = Mode::infer;
  profile.workload = workload.facts().name;
  workload.infer_step();
  OperationRecorder recorder;
  for (int i = 0; i < kMeasuredSteps; ++i) {
    recorder.begin_step();
    workload.infer_step();
    recorder.end_step();
  }
  recorder.write_to(profile);
  return covered_share(profile, exported.covered);
}

}  // namespace minerva::workloads
