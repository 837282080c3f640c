#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "minerva/design/design_point.hpp"
#include "minerva/report/run_summary.hpp"

namespace minerva::dse {

inline constexpr const char* kDseStage = "dse";

/// One accelerator of the design space (book, Fig. 4.4).
struct DesignSpaceRow {
  /// Its number among all combinations of the space; a baseline may lie outside.
  std::optional<std::uint64_t> combination;
  DesignPoint point;
  std::int64_t weight_bank_words = 0;  ///< words that the network puts into one weight bank
  bool over_partitioned = false;       ///< those are fewer than the smallest macro has
  std::int64_t cycles = 0;             ///< of one prediction
  double time_us = 0;                  ///< of one prediction
  double energy_per_prediction_nj = 0;
  double power_mw = 0;
  double area_mm2 = 0;
  double weight_memory_mm2 = 0;  ///< of the area
  bool within_constraints = true;
  bool on_frontier = false;
  bool chosen = false;
  bool verified = false;  ///< simulated in SystemC and found equal
  int differences = 0;    ///< that the simulation found
  /// Power of each of DesignSpaceSection::power_parts, which add up to power_mw; empty: not known.
  std::vector<double> dynamic_mw;
  std::vector<double> leakage_mw;

  double predictions_per_s() const { return 1e6 / time_us; }
};

/// Combinations that are no machine, by the rule they break first.
struct SkippedCombinations {
  std::string rule;
  std::int64_t combinations = 0;
};

/// A design space explored: totals, the frontier, and some points for figures. Every legal point
/// stands in design_space.csv, not here.
struct DesignSpaceSection {
  LayerGraph topology;
  std::string search;  ///< "exhaustive", or the method with what it spent
  std::int64_t combinations = 0;
  std::int64_t looked_at = 0;
  std::int64_t legal = 0;
  std::int64_t within_constraints = 0;
  std::vector<SkippedCombinations> skipped;
  std::vector<std::string> objectives;
  std::vector<std::string> constraints;
  std::vector<DesignSpaceRow> frontier;    ///< by rising first objective
  std::optional<DesignSpaceRow> baseline;  ///< a baseline that is not on the frontier
  std::string baseline_reason;             ///< or why there is none
  /// The machine of the last stage, of a space that is explored after the stages.
  std::optional<DesignSpaceRow> finished;
  std::optional<int> bend;  ///< first over-partitioned frontier point, going to faster ones
  std::string verification;
  std::vector<DesignSpaceRow> sample;    ///< legal points for figures, all or some at random
  std::vector<std::string> power_parts;  ///< of every row, by name
  /// Of a search that was compared with the exhaustive frontier.
  std::optional<double> hypervolume_ratio;
  std::int64_t exact_points = 0;
  std::int64_t exact_points_found = 0;

  /// Whether there is a machine to start from; without one baseline_reason says what misses it.
  bool has_baseline() const { return chosen_row() != nullptr; }
  /// That machine, on the frontier or not; null: there is none.
  const DesignSpaceRow* chosen_row() const;
  /// Whether the stage ran.
  bool explored() const { return combinations > 0; }
};
/// The section as JSON text.
std::string to_json(const DesignSpaceSection& section);
/// The section of a text; UserError names `file` and the JSON path, below `path`, of what is wrong.
DesignSpaceSection design_space_section_from_json(const std::string& text, const std::string& file,
                                                  const std::string& path = "");
/// The section of a summary; empty when the stage did not run.
DesignSpaceSection design_space_section(const RunSummary& summary);

}  // namespace minerva::dse
