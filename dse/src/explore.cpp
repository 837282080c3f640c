#include "minerva/dse/explore.hpp"

#include <omp.h>

#include <algorithm>
#include <exception>

#include "minerva/core/errors.hpp"
#include "minerva/core/random.hpp"

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
  std::exception_ptr failure;
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

Exploration explore(const Problem& problem, const Grid& grid, int threads, const RowSink& sink,
                    const ExplorationState& from) {
  expects(threads >= 1, "explore: needs one thread or more");
  const int dimensions = static_cast<int>(problem.objectives.size());
  ExplorationState state = from;
  ParetoArchive frontier(dimensions);
  for (const ExploredPoint& p : evaluate_combinations(problem, grid, from.frontier)) {
    frontier.add(p.combination, objective_values(p, problem.objectives));
  }
  std::vector<PointEvaluator> of_thread(static_cast<std::size_t>(threads), PointEvaluator(problem));
  while (state.next < grid.combinations()) {
    const std::uint64_t end = std::min(grid.combinations(), state.next + kBlock);
    const auto count = static_cast<std::int64_t>((end - state.next + kChunk - 1) / kChunk);
    std::vector<Chunk> chunks(static_cast<std::size_t>(count), Chunk(dimensions));
#pragma omp parallel for num_threads(threads) schedule(dynamic)
    for (std::int64_t i = 0; i < count; ++i) {
      Chunk& chunk = chunks[static_cast<std::size_t>(i)];
      const std::uint64_t first = state.next + static_cast<std::uint64_t>(i) * kChunk;
      try {
        explore_chunk(problem, grid, first, std::min(end, first + kChunk), sink,
                      of_thread[static_cast<std::size_t>(omp_get_thread_num())], chunk);
      } catch (...) {
        chunk.failure = std::current_exception();  // must not leave the parallel region
      }
    }
    for (const Chunk& chunk : chunks) {
      if (chunk.failure) std::rethrow_exception(chunk.failure);
      sample_legal(chunk.legal, state);
      state.legal += chunk.legal.size();
      state.within_constraints += chunk.within_constraints;
      for (std::size_t r = 0; r < kRules; ++r) state.skipped[r] += chunk.skipped[r];
      for (const ParetoArchive::Member& m : chunk.frontier.sorted()) {
        frontier.add(m.index, m.values);
      }
      if (sink.write && !chunk.rows.empty()) sink.write(chunk.rows);
    }
    state.next = end;
    if (!sink.checkpoint) continue;
    state.frontier.clear();
    for (const ParetoArchive::Member& m : frontier.sorted()) state.frontier.push_back(m.index);
    sink.checkpoint(state);
  }
  if (state.legal == 0) {
    throw UserError("section dse", std::to_string(grid.combinations()) + " combinations",
                    "leaves no legal machine: needs weight bandwidth <= activation bandwidth <= "
                    "MACs of a lane, banks for every port, and 16 multiplier stages at most");
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
  std::vector<std::uint64_t> on_frontier;
  for (const ParetoArchive::Member& m : frontier.sorted()) on_frontier.push_back(m.index);
  exploration.frontier = evaluate_combinations(problem, grid, on_frontier);
  exploration.sample = evaluate_combinations(problem, grid, state.sample);
  return exploration;
}

}  // namespace minerva::dse
