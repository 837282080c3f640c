#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "minerva/dse/explored_point.hpp"
#include "minerva/dse/space.hpp"

namespace minerva::dse {

/// Points that figures show: every legal one while there are at most this many, else evenly thinned
/// to between half of it and all of it.
constexpr std::size_t kMostSamples = 4096;

/// How far an exploration has come: all it needs to go on.
struct ExplorationState {
  std::uint64_t next = 0;  ///< first combination that was not looked at
  std::uint64_t legal = 0;
  std::uint64_t within_constraints = 0;
  std::array<std::uint64_t, kRules> skipped{};  ///< combinations that break each rule
  std::vector<std::uint64_t> frontier;          ///< combinations, in no order that matters
  std::vector<std::uint64_t> sample;            ///< every `sample_stride`-th legal combination
  std::uint64_t sample_stride = 1;
};

/// Takes the points as they come, in the order of their combinations.
struct RowSink {
  /// Appends the text of a point. Called from several threads at once, each with its own text.
  std::function<void(const ExploredPoint& point, std::string& text)> append;
  /// The texts of the next points, joined.
  std::function<void(const std::string& rows)> write;
  /// After a block of combinations, all of whose rows were written.
  std::function<void(const ExplorationState& state)> checkpoint;
};

struct Exploration {
  std::uint64_t combinations = 0;  ///< of the space
  std::uint64_t looked_at = 0;     ///< all of them, or those that a search drew
  std::uint64_t legal = 0;         ///< of those looked at: evaluated
  std::uint64_t within_constraints = 0;
  std::array<std::uint64_t, kRules> skipped{};
  std::vector<ExploredPoint> frontier;  ///< by rising first objective, then second, ..
  std::vector<ExploredPoint> sample;    ///< evenly thinned legal points, kMostSamples at most
};

/// Figures of every legal combination, and the frontier of those within the constraints. Of points
/// equal in every objective the lowest combination stays. The same bits and the same rows at any
/// thread count; memory does not grow with the space. `from`: a state that a checkpoint of the same
/// problem and grid gave; rows before it are not written again.
/// Throws UserError for what estimate_figures refuses, for a space without a legal combination, and
/// when no legal one is within the constraints.
Exploration explore(const Problem& problem, const Grid& grid, int threads, const RowSink& sink = {},
                    const ExplorationState& from = {});

/// What a range of combinations holds, for an exploration in parts.
struct ExploredRange {
  std::uint64_t first = 0;  ///< combinations first to end - 1
  std::uint64_t end = 0;
  std::uint64_t legal = 0;
  std::uint64_t within_constraints = 0;
  /// Combinations on the frontier of the range alone, by rising objectives.
  std::vector<std::uint64_t> frontier;
};
/// Figures of the legal combinations of a range, whose rows go to the sink (no checkpoints). The
/// same bits and the same rows at any thread count; memory does not grow with the range.
ExploredRange explore_range(const Problem& problem, const Grid& grid, std::uint64_t first,
                            std::uint64_t end, int threads, const RowSink& sink = {});
/// explore() from ranges that follow each other and cover the grid: the same exploration. Legality
/// is counted again; throws UserError naming a range whose count is another, and as explore().
Exploration joined_exploration(const Problem& problem, const Grid& grid,
                               const std::vector<ExploredRange>& ranges);

/// All points, or `most` of them picked at random, in their order. Which ones depends on their
/// combinations alone. (Every n-th would leave out whole values of the knob that turns fastest.)
std::vector<ExploredPoint> picked(const std::vector<ExploredPoint>& points, std::size_t most);

/// The figures of some combinations, which must be legal.
std::vector<ExploredPoint> evaluate_combinations(const Problem& problem, const Grid& grid,
                                                 const std::vector<std::uint64_t>& combinations);

}  // namespace minerva::dse
