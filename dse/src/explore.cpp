#include "minerva/dse/explore.hpp"

#include <omp.h>

#include <algorithm>

#include "minerva/arithmetic/random.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/parallel.hpp"

namespace minerva::dse {
namespace {

// Fixed, so that blocks and checkpoints are the same at any thread count.
constexpr std::uint64_t kBlock = 65536;  ///< combinations between two checkpoints
constexpr std::uint64_t kChunk = 1024;   ///< combinations that one thread takes at once

/// What one thread found in a chunk.
struct Chunk {
  explicit Chunk(int dimensions) : frontier(dimensions) {}
  std::string rows;
  std::vector<std::uint64_t> legal;
  std::uint64_t within_constraints = 0;
  std::array<std::uint64_t, kRules> skipped{};
  ParetoArchive frontier;
};

void explore_chunk(const Problem& problem, const Grid& grid, std::uint64_t first, std::uint64_t end,
                   const RowSink& sink, PointEvaluator& evaluate, Chunk& chunk) {
  Digits digits = grid.digits(first);
  DesignPoint point;
  for (std::uint64_t c = first; c < end; ++c, grid.advance(digits)) {
    if (const std::optional<Rule> broken = grid.machine(digits, point)) {
      ++chunk.skipped[static_cast<std::size_t>(*broken)];
      continue;
    }
    const ExploredPoint explored = evaluate(c, point);
    chunk.legal.push_back(c);
    if (sink.append) sink.append(explored, chunk.rows);
    if (!explored.within_constraints) continue;
    ++chunk.within_constraints;
    chunk.frontier.add(c, objective_values(explored, problem.objectives));
  }
}

/// Keeps every `stride`-th legal combination, doubling the stride when they become too many.
void sample_legal(const std::vector<std::uint64_t>& legal, ExplorationState& state) {
  for (std::size_t i = 0; i < legal.size(); ++i) {
    if ((state.legal + i) % state.sample_stride != 0) continue;
    if (state.sample.size() == kMostSamples) {
      for (std::size_t k = 0; 2 * k < kMostSamples; ++k) state.sample[k] = state.sample[2 * k];
      state.sample.resize(kMostSamples / 2);
      state.sample_stride *= 2;
      if ((state.legal + i) % state.sample_stride != 0) continue;
    }
    state.sample.push_back(legal[i]);
  }
}

}  // namespace

std::vector<ExploredPoint> picked(const std::vector<ExploredPoint>& points, std::size_t most) {
  if (points.size() <= most) return points;
  std::vector<std::size_t> order(points.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto draw = [&](std::size_t i) { return mix_keys(points[i].combination, most); };
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const std::uint64_t of_a = draw(a);
    const std::uint64_t of_b = draw(b);
    return of_a != of_b ? of_a < of_b : a < b;
  });
  order.resize(most);
  std::sort(order.begin(), order.end());
  std::vector<ExploredPoint> some;
  some.reserve(most);
  for (const std::size_t i : order) some.push_back(points[i]);
  return some;
}

std::vector<ExploredPoint> evaluate_combinations(const Problem& problem, const Grid& grid,
                                                 const std::vector<std::uint64_t>& combinations) {
  PointEvaluator evaluate(problem);
  std::vector<ExploredPoint> points;
  points.reserve(combinations.size());
  for (const std::uint64_t c : combinations) {
    DesignPoint point;
    expects(c < grid.combinations() && !grid.machine(grid.digits(c), point),
            "evaluate_combinations: needs legal combinations");
    points.push_back(evaluate(c, point));
  }
  return points;
}

namespace {

/// Explores one block, several chunks at a time; they come back in their order.
std::vector<Chunk> explore_block(const Problem& problem, const Grid& grid, std::uint64_t first,
                                 std::uint64_t end, const RowSink& sink,
                                 std::vector<PointEvaluator>& of_thread) {
  const int dimensions = static_cast<int>(problem.objectives.size());
  const int threads = static_cast<int>(of_thread.size());
  const auto count = static_cast<std::int64_t>((end - first + kChunk - 1) / kChunk);
  std::vector<Chunk> chunks(static_cast<std::size_t>(count), Chunk(dimensions));
  for_each_index(count, threads, 1, [&](std::int64_t i) {
    const std::uint64_t begin = first + static_cast<std::uint64_t>(i) * kChunk;
    explore_chunk(problem, grid, begin, std::min(end, begin + kChunk), sink,
                  of_thread[static_cast<std::size_t>(omp_get_thread_num())],
                  chunks[static_cast<std::size_t>(i)]);
  });
  return chunks;
}

void add_members(const ParetoArchive& of_part, ParetoArchive& frontier) {
  for (const ParetoArchive::Member& m : of_part.sorted()) frontier.add(m.index, m.values);
}

std::vector<std::uint64_t> combinations_of(const ParetoArchive& frontier) {
  std::vector<std::uint64_t> combinations;
  for (const ParetoArchive::Member& m : frontier.sorted()) combinations.push_back(m.index);
  return combinations;
}

/// Adds combinations by their figures, computed again.
void add_combinations(const Problem& problem, const Grid& grid,
                      const std::vector<std::uint64_t>& combinations, ParetoArchive& frontier) {
  for (const ExploredPoint& p : evaluate_combinations(problem, grid, combinations)) {
    frontier.add(p.combination, objective_values(p, problem.objectives));
  }
}

/// The exploration of a state in which every combination was looked at.
Exploration concluded(const Problem& problem, const Grid& grid, const ExplorationState& state,
                      const ParetoArchive& frontier) {
  if (state.legal == 0) {
    throw UserError(
        "section dse", std::to_string(grid.combinations()) + " combinations",
        "leaves no legal machine: needs weight bandwidth <= activation bandwidth <= "
        "MACs of a lane, banks for every port, 16 multiplier stages at most, and a clock "
        "period in which an accumulator adds and every memory answers");
  }
  if (state.within_constraints == 0) {
    throw UserError(
        "dse.constraints", "",
        "leaves none of " + std::to_string(state.legal) + " legal machines; needs wider ones");
  }
  Exploration exploration;
  exploration.combinations = exploration.looked_at = grid.combinations();
  exploration.legal = state.legal;
  exploration.within_constraints = state.within_constraints;
  exploration.skipped = state.skipped;
  exploration.frontier = evaluate_combinations(problem, grid, combinations_of(frontier));
  exploration.sample = evaluate_combinations(problem, grid, state.sample);
  return exploration;
}

}  // namespace

Exploration explore(const Problem& problem, const Grid& grid, int threads, const RowSink& sink,
                    const ExplorationState& from) {
  expects(threads >= 1, "explore: needs one thread or more");
  ExplorationState state = from;
  ParetoArchive frontier(static_cast<int>(problem.objectives.size()));
  add_combinations(problem, grid, from.frontier, frontier);
  std::vector<PointEvaluator> of_thread(static_cast<std::size_t>(threads), PointEvaluator(problem));
  while (state.next < grid.combinations()) {
    const std::uint64_t end = std::min(grid.combinations(), state.next + kBlock);
    for (const Chunk& chunk : explore_block(problem, grid, state.next, end, sink, of_thread)) {
      sample_legal(chunk.legal, state);
      state.legal += chunk.legal.size();
      state.within_constraints += chunk.within_constraints;
      for (std::size_t r = 0; r < kRules; ++r) state.skipped[r] += chunk.skipped[r];
      add_members(chunk.frontier, frontier);
      if (sink.write && !chunk.rows.empty()) sink.write(chunk.rows);
    }
    state.next = end;
    if (!sink.checkpoint) continue;
    state.frontier = combinations_of(frontier);
    sink.checkpoint(state);
  }
  return concluded(problem, grid, state, frontier);
}

ExploredRange explore_range(const Problem& problem, const Grid& grid, std::uint64_t first,
                            std::uint64_t end, int threads, const RowSink& sink) {
  expects(threads >= 1, "explore_range: needs one thread or more");
  expects(first <= end && end <= grid.combinations(), "explore_range: needs a range of the grid");
  ExploredRange range;
  range.first = first;
  range.end = end;
  ParetoArchive frontier(static_cast<int>(problem.objectives.size()));
  std::vector<PointEvaluator> of_thread(static_cast<std::size_t>(threads), PointEvaluator(problem));
  for (std::uint64_t next = first; next < end;) {
    const std::uint64_t block_end = std::min(end, next + kBlock);
    for (const Chunk& chunk : explore_block(problem, grid, next, block_end, sink, of_thread)) {
      range.legal += chunk.legal.size();
      range.within_constraints += chunk.within_constraints;
      add_members(chunk.frontier, frontier);
      if (sink.write && !chunk.rows.empty()) sink.write(chunk.rows);
    }
    next = block_end;
  }
  range.frontier = combinations_of(frontier);
  return range;
}

Exploration joined_exploration(const Problem& problem, const Grid& grid,
                               const std::vector<ExploredRange>& ranges) {
  ExplorationState state;
  ParetoArchive frontier(static_cast<int>(problem.objectives.size()));
  DesignPoint point;
  std::vector<std::uint64_t> legal;
  for (const ExploredRange& range : ranges) {
    expects(range.first == state.next && range.end <= grid.combinations(),
            "joined_exploration: needs ranges that follow each other");
    const std::uint64_t before = state.legal;
    Digits digits = grid.digits(range.first);
    for (std::uint64_t begin = range.first; begin < range.end; begin += kChunk) {
      legal.clear();
      const std::uint64_t end = std::min(range.end, begin + kChunk);
      for (std::uint64_t c = begin; c < end; ++c, grid.advance(digits)) {
        if (const std::optional<Rule> broken = grid.machine(digits, point)) {
          ++state.skipped[static_cast<std::size_t>(*broken)];
        } else {
          legal.push_back(c);
        }
      }
      sample_legal(legal, state);
      state.legal += legal.size();
    }
    if (state.legal - before != range.legal || range.within_constraints > range.legal) {
      throw UserError(
          "combinations " + std::to_string(range.first) + " to " + std::to_string(range.end - 1),
          std::to_string(range.legal) + " legal machines",
          "there are " + std::to_string(state.legal - before));
    }
    state.within_constraints += range.within_constraints;
    add_combinations(problem, grid, range.frontier, frontier);
    state.next = range.end;
  }
  expects(state.next == grid.combinations(),
          "joined_exploration: needs ranges that cover the grid");
  return concluded(problem, grid, state, frontier);
}

}  // namespace minerva::dse
