#pragma once
#include <map>
#include <memory>
#include <string>

#include "minerva/flow/run_context.hpp"

namespace minerva::python {

/// Values of keys by name, "training.hidden", as texts.
using KeyValues = std::map<std::string, std::string>;

/// Sets keys as the command line does, whose words its messages have.
void apply_keys(Settings& settings, const KeyValues& keys);

/// What a command without a run directory works with. @param config a file, sought as the program
/// seeks it, or the folder of a run; empty: defaults.
std::shared_ptr<flow::RunContext> context_of(const std::string& config, const KeyValues& keys);

/// As many threads as the machine has where `threads` is 0.
int threads_of(int threads);

}  // namespace minerva::python
