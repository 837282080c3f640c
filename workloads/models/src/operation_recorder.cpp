#include "minerva/workloads/operation_recorder.hpp"

#include <ATen/record_function.h>
#include <time.h>
#include <torch/csrc/api/include/torch/version.h>

#include <algorithm>
#include <map>
#include <memory>
#include <numeric>
#include <utility>

#include "minerva/base/errors.hpp"

namespace minerva::workloads {
namespace {

struct Open {
  double begin_us = 0;
  double inside_us = 0;  ///< of operations that were called from it
  Phase phase_before = Phase::forward;
  bool opens_operation = false;
};

struct Measured {
  std::int64_t calls = 0;
  std::vector<double> self_us;
};

struct Recording {
  at::CallbackHandle handle = 0;
  bool active = false;
  clockid_t clock = CLOCK_MONOTONIC;
  Phase phase = Phase::forward;
  int inside_own_operation = 0;  ///< depth of scopes "op:"
  std::vector<Open> stack;
  std::map<std::pair<std::string, Phase>, Measured> operations;
  std::vector<double> step_us;
  double step_begin_us = 0;
  std::vector<TraceEvent> events;
};

thread_local std::unique_ptr<Recording> recording;

double now_us() {
  timespec now{};
  ::clock_gettime(recording->clock, &now);
  return 1e6 * static_cast<double>(now.tv_sec) + 1e-3 * static_cast<double>(now.tv_nsec);
}

bool begins_with(const std::string& text, const char* begin) { return text.rfind(begin, 0) == 0; }

std::unique_ptr<at::ObserverContext> begin_operation(const at::RecordFunction& function) {
  if (!recording || !recording->active) return nullptr;
  Open open;
  open.phase_before = recording->phase;
  if (function.scope() == at::RecordScope::USER_SCOPE) {
    const std::string name = function.name();
    if (name == "phase:backward") recording->phase = Phase::backward;
    if (name == "phase:update") recording->phase = Phase::update;
    open.opens_operation = begins_with(name, "op:");
    if (open.opens_operation) ++recording->inside_own_operation;
  }
  open.begin_us = now_us();
  recording->stack.push_back(open);
  return nullptr;
}

void end_operation(const at::RecordFunction& function, at::ObserverContext*) {
  if (!recording || !recording->active || recording->stack.empty()) return;
  const double end_us = now_us();
  const Open open = recording->stack.back();
  recording->stack.pop_back();
  const double duration_us = end_us - open.begin_us;
  const Phase phase = recording->phase;
  recording->phase = open.phase_before;
  if (open.opens_operation) --recording->inside_own_operation;
  // Inside of an own operation nothing else is counted.
  if (recording->inside_own_operation > 0) return;
  if (!recording->stack.empty()) recording->stack.back().inside_us += duration_us;
  const std::string name = function.name();
  if (type_of_operation(name) == kNotAnOperation) return;
  Measured& measured = recording->operations[{name, phase}];
  measured.self_us.resize(recording->step_us.size() + 1, 0.0);
  measured.self_us.back() += std::max(0.0, duration_us - open.inside_us);
  ++measured.calls;
  recording->events.push_back({name, phase, open.begin_us - recording->step_begin_us, duration_us});
}

}  // namespace

OperationRecorder::OperationRecorder(Clock clock) {
  expects(recording == nullptr, "one recorder at a time");
  recording = std::make_unique<Recording>();
  recording->clock = clock == Clock::wall ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID;
  recording->handle = at::addThreadLocalCallback(
      at::RecordFunctionCallback(&begin_operation, &end_operation)
          .scopes({at::RecordScope::FUNCTION, at::RecordScope::BACKWARD_FUNCTION,
                   at::RecordScope::USER_SCOPE}));
}

OperationRecorder::~OperationRecorder() {
  at::removeCallback(recording->handle);
  recording.reset();
}

void OperationRecorder::begin_step() {
  recording->stack.clear();
  recording->events.clear();
  recording->phase = Phase::forward;
  recording->inside_own_operation = 0;
  for (auto& entry : recording->operations) entry.second.calls = 0;
  recording->active = true;
  recording->step_begin_us = now_us();
}

void OperationRecorder::end_step() {
  recording->step_us.push_back(now_us() - recording->step_begin_us);
  recording->active = false;
}

void OperationRecorder::write_to(WorkloadProfile& profile) const {
  profile.step_us = recording->step_us;
  profile.operations.clear();
  for (const auto& [key, measured] : recording->operations) {
    OperationRecord record;
    record.name = key.first;
    record.phase = key.second;
    const std::size_t type = type_of_operation(record.name);
    if (type != kUnknownOperation) record.type = operation_types()[type].name;
    record.calls = measured.calls;
    record.self_us = measured.self_us;
    record.self_us.resize(profile.step_us.size(), 0.0);
    profile.operations.push_back(std::move(record));
  }
  const auto total = [](const OperationRecord& record) {
    return std::accumulate(record.self_us.begin(), record.self_us.end(), 0.0);
  };
  std::stable_sort(profile.operations.begin(), profile.operations.end(),
                   [&](const auto& a, const auto& b) { return total(a) > total(b); });
}

std::vector<TraceEvent> OperationRecorder::last_step() const { return recording->events; }

std::string library_text() { return std::string("LibTorch ") + TORCH_VERSION; }

}  // namespace minerva::workloads
