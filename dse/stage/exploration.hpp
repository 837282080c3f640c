#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "design_space_section.hpp"
#include "dse_stage_options.hpp"
#include "minerva/dse/explore.hpp"
#include "minerva/dse/search.hpp"
#include "minerva/flow/run_context.hpp"

// A design space explored into a file and a section of the report, and its frontier in SystemC.
namespace minerva::dse {

/// "exhaustive", or the method with what it spends.
std::string search_text(const SearchOptions& search);
/// Knobs of a space with columns of their own in design_space.csv.
std::vector<const Knob*> further_knobs(const Space& space);

DesignSpaceRow row_of(const ExploredPoint& point);
/// A machine with its power by part, whose names it leaves in `power_parts`.
DesignSpaceRow row_of(PointEvaluator& evaluator, std::uint64_t combination,
                      const DesignPoint& point, std::vector<std::string>& power_parts);
/// Designs with an off-chip memory have one part more than others, the last one: gives it to the
/// others, which draw no power in it.
void pad_power(DesignSpaceSection& space);
/// A sink that appends the lines of design_space.csv; what becomes of them is not set.
RowSink sink_of_rows(const Space& space);

/// Totals, frontier, bend and sample as the report has them.
DesignSpaceSection summarized(const Problem& problem, const Exploration& found);

struct SpaceFile {
  std::string name;  ///< in the run directory
  /// What the lines depend on besides problem, space, search, technology and program version.
  std::string depends_on;
};
/// Explores every machine of a space, or searches it, writes the lines to the file, and goes on
/// where an exploration of the same question was stopped.
Exploration explore_to_file(const DseStageOptions& stage, flow::RunContext& run,
                            const Problem& problem, const Space& space, const SpaceFile& to);

/// What messages call a design space that is verified.
struct VerifiedSpace {
  std::string designs;  ///< "frontier and baseline"
  std::string chosen;   ///< "the baseline"
};
/// Simulates the frontier and the chosen machine in SystemC, in several processes, and marks the
/// rows. Throws VerificationFailure when the models differ; no inputs: it is switched off.
void verify_space(flow::RunContext& run, const QuantizedGraph& network,
                  const std::vector<std::vector<std::int16_t>>& inputs, const VerifiedSpace& called,
                  DesignSpaceSection& space);

}  // namespace minerva::dse
