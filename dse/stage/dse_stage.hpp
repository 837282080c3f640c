#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "design_space_section.hpp"
#include "dse_stage_options.hpp"
#include "minerva/dse/baseline.hpp"
#include "minerva/dse/explore.hpp"
#include "minerva/dse/search.hpp"
#include "minerva/flow/run_context.hpp"

namespace minerva::dse {

/// A design space that was explored elsewhere, in ranges that follow each other and cover it.
struct ExploredElsewhere {
  std::vector<ExploredRange> ranges;
  /// Hands out the rows of all of them, in order, in blocks.
  std::function<void(const std::function<void(const std::string&)>& take)> rows;
};

/// The options of stage 2, and a design space that was explored elsewhere.
struct DseStage : DseStageOptions {
  /// The stage takes these designs instead of computing them.
  std::optional<ExploredElsewhere> explored;
};

/// Stage 2: the design space, its frontier, and the accelerator before optimization.
flow::StageDefinition dse_stage();

// The independent work of the stage, for plans.
/// Combinations of the design space that the stage explores, once prepared.
std::uint64_t combinations(flow::RunContext& run);
/// Explores some of them; hands out their rows of design_space.csv in order, in blocks.
ExploredRange explore_range(flow::RunContext& run, std::uint64_t first, std::uint64_t end,
                            const std::function<void(const std::string&)>& take_rows);

}  // namespace minerva::dse
