#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace minerva {

/// Results of `task(0)` to `task(count - 1)`, computed by `workers` child processes that take one
/// task after the other; in the order of the tasks. For code that exists once per process, such as
/// the SystemC kernel. The children are forked from the caller as it is, also after OpenMP regions
/// ran in it; a task must therefore not use OpenMP, log, or rely on exit handlers. `on_done` is
/// called in the caller after each result.
/// A task that throws makes this throw std::runtime_error with the task and what was thrown; a
/// child that crashes or ends early likewise, naming the task that it was at. A task that runs out
/// of memory makes this throw std::bad_alloc, and a machine without files or processes left for the
/// children ResourceFailure. No child outlives the call.
std::vector<std::string> run_in_processes(std::size_t count, int workers,
                                          const std::function<std::string(std::size_t)>& task,
                                          const std::function<void()>& on_done = {});

}  // namespace minerva
