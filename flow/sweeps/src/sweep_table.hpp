#pragma once
#include <optional>
#include <string>
#include <vector>

#include "minerva/base/enum_names.hpp"
#include "minerva/report/run_summary.hpp"
#include "sweep_plan.hpp"

namespace minerva::flow {

/// One run of a sweep and how it ended.
struct SweptRun {
  Combination combination;
  std::string folder;
  enum class State { waiting, done, mistake, disagreement } state = State::waiting;
  std::string message;                ///< why it failed
  std::optional<RunSummary> summary;  ///< of a run that is done
};
constexpr EnumNames<SweptRun::State, 4> enum_names(SweptRun::State) {
  return {{{SweptRun::State::waiting, "waiting"},
           {SweptRun::State::done, "done"},
           {SweptRun::State::mistake, "refused"},
           {SweptRun::State::disagreement, "models disagree"}}};
}

/// A line a run: name, state and the figures of its last stage, for a terminal.
std::string sweep_text(const std::vector<SweptRun>& runs);
/// The same with every swept key in a column of its own.
std::string sweep_csv(const std::vector<SweptRun>& runs);
/// Prints the same as JSON (minerva-sweep-1), where that was asked for.
void print_sweep_json(const std::vector<SweptRun>& runs);

}  // namespace minerva::flow
