#pragma once
#include <memory>
#include <string>

#include "minerva/accelsim/technology.hpp"
#include "minerva/workloads/stages_file.hpp"
#include "minerva/workloads/workload.hpp"

namespace minerva::workloads {

/// As budget.share_quantize and budget.share_prune: parts of the budget that may be spent behind
/// the stages 3 and 4 when stage 5 follows.
inline constexpr double kShareOfFormats = 0.3;
inline constexpr double kShareOfThresholds = 0.5;

/// What fathom stages was asked for.
struct StagePlan {
  WorkloadOptions options;
  int steps = 0;  ///< of each training
  int seeds = 0;
  int samples = 0;  ///< most predictions of each set; 0: as many as an evaluation has time for
  int episodes = 0;
  double output_error_percent = 0;
};

/// A workload after plan.steps steps of training.
std::unique_ptr<Workload> trained(const std::string& name, const StagePlan& plan,
                                  std::uint64_t seed);

/// Whether the workload has a measure of its own for the five stages: autoenc and deepq.
bool has_own_error(const std::string& name);

/// The budget's quantity is the half squared error of an image.
StagesResult autoenc_stages(const StagePlan& plan, const Technology& technology);
/// The budget's quantity is the score of the games. A search asks how many decisions change, and
/// the largest share of them is taken with which formats and thresholds still score within the
/// bound.
StagesResult deepq_stages(const StagePlan& plan, const Technology& technology);
/// The stages 2 to 4 of the exported layers of any workload that has held_out examples. The
/// budget's quantity is their output error (OutputPower).
StagesResult output_stages(const std::string& name, const StagePlan& plan,
                           const Technology& technology);

}  // namespace minerva::workloads
