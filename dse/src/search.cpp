#include "minerva/dse/search.hpp"

#include <omp.h>

#include <algorithm>
#include <numeric>
#include <unordered_set>

#include "minerva/arithmetic/portable_math.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/parallel.hpp"
#include "minerva/dse/non_dominated_sort.hpp"
#include "minerva/statistics/hypervolume.hpp"

namespace minerva::dse {
namespace {

constexpr double kIllegal = 1e9;  ///< violation of any illegal combination is above this
constexpr std::size_t kRandomBatch = 1024;
constexpr int kRetries = 20;  ///< mutations of a child that was drawn before

struct Individual {
  Digits digits{};
  Fitness fitness;
};

ObjectiveValues logarithms(ObjectiveValues values, std::size_t dimensions) {
  for (std::size_t d = 0; d < dimensions; ++d) values[d] = portable_log(values[d]);
  return values;
}

/// The combinations drawn so far and what came of them.
class Drawn {
 public:
  Drawn(const Problem& problem, const Grid& grid, const SearchOptions& options, int threads,
        const RowSink& sink)
      : problem_(problem),
        grid_(grid),
        sink_(sink),
        left_(static_cast<std::uint64_t>(options.evaluations)),
        frontier_(static_cast<int>(problem.objectives.size())),
        evaluators_(static_cast<std::size_t>(threads), PointEvaluator(problem)) {}

  /// Nothing more to spend, or nothing more to draw.
  bool ended() const { return left_ == 0 || drawn_.size() == grid_.combinations(); }
  std::uint64_t left() const { return left_; }
  bool knows(const Digits& digits) const { return drawn_.count(grid_.combination(digits)) != 0; }

  /// A new combination; the next new one after a random one that is known.
  Digits draw(KeyedRandom& random) const {
    std::uint64_t c = random.below(grid_.combinations());
    while (drawn_.count(c) != 0) c = (c + 1) % grid_.combinations();
    return grid_.digits(c);
  }

  /// Notes a new combination for the next evaluation; whether it is a machine.
  bool take(const Digits& digits) {
    expects(drawn_.insert(grid_.combination(digits)).second, "search: a combination drawn twice");
    Candidate candidate;
    candidate.individual.digits = digits;
    const std::optional<Rule> broken = grid_.machine(digits, candidate.point);
    candidate.legal = !broken;
    if (broken) ++skipped_[static_cast<std::size_t>(*broken)];
    if (candidate.legal) --left_;
    batch_.push_back(std::move(candidate));
    return batch_.back().legal;
  }

  /// Evaluates what was taken since the last call; illegal combinations come back, too.
  std::vector<Individual> evaluate() {
    const auto count = static_cast<std::int64_t>(batch_.size());
    for_each_index(count, static_cast<int>(evaluators_.size()), 1, [&](std::int64_t i) {
      Candidate& c = batch_[static_cast<std::size_t>(i)];
      if (!c.legal) return;
      c.explored = evaluators_[static_cast<std::size_t>(omp_get_thread_num())](
          grid_.combination(c.individual.digits), c.point);
    });
    std::vector<Individual> individuals;
    std::string rows;
    for (Candidate& c : batch_) {
      Fitness& fitness = c.individual.fitness;
      if (c.legal) {
        legal_.push_back(c.explored.combination);
        if (sink_.append) sink_.append(c.explored, rows);
        const ObjectiveValues values = objective_values(c.explored, problem_.objectives);
        fitness.values = logarithms(values, problem_.objectives.size());
        fitness.violation = violation(problem_.constraints, c.explored);
        if (c.explored.within_constraints) {
          ++within_constraints_;
          frontier_.add(c.explored.combination, values);
        }
      } else {
        fitness.violation = kIllegal + grid_.violation(c.individual.digits);
      }
      individuals.push_back(c.individual);
    }
    batch_.clear();
    if (sink_.write && !rows.empty()) sink_.write(rows);
    return individuals;
  }

  Exploration result() const {
    Exploration found;
    found.combinations = grid_.combinations();
    found.looked_at = drawn_.size();
    found.legal = legal_.size();
    found.within_constraints = within_constraints_;
    found.skipped = skipped_;
    std::vector<std::uint64_t> on_frontier;
    for (const ParetoArchive::Member& m : frontier_.sorted()) on_frontier.push_back(m.index);
    found.frontier = evaluate_combinations(problem_, grid_, on_frontier);
    std::vector<std::uint64_t> sample;
    const std::size_t stride = (legal_.size() + kMostSamples - 1) / kMostSamples;
    for (std::size_t i = 0; i < legal_.size(); i += stride) sample.push_back(legal_[i]);
    found.sample = evaluate_combinations(problem_, grid_, sample);
    return found;
  }

 private:
  struct Candidate {
    Individual individual;
    DesignPoint point;
    bool legal = false;
    ExploredPoint explored;
  };

  const Problem& problem_;
  const Grid& grid_;
  const RowSink& sink_;
  std::uint64_t left_;
  ParetoArchive frontier_;
  std::vector<PointEvaluator> evaluators_;
  std::unordered_set<std::uint64_t> drawn_;
  std::vector<std::uint64_t> legal_;  ///< in the order of evaluation
  std::uint64_t within_constraints_ = 0;
  std::array<std::uint64_t, kRules> skipped_{};
  std::vector<Candidate> batch_;
};

void search_randomly(Drawn& drawn, std::uint64_t seed) {
  for (std::uint64_t batch = 0; !drawn.ended(); ++batch) {
    KeyedRandom random(seed, Stream::design_search, batch);
    for (std::size_t i = 0; i < kRandomBatch && !drawn.ended(); ++i) drawn.take(drawn.draw(random));
    drawn.evaluate();
  }
}

/// Children of a population, as digits.
class Breeder {
 public:
  Breeder(const Grid& grid, const std::vector<Individual>& parents)
      : sizes_(grid.sizes()), parents_(parents) {
    for (std::size_t a = 0; a < kAxes; ++a) {
      if (sizes_[a] > 1) free_.push_back(a);
    }
  }

  Digits child(KeyedRandom& random) const {
    Digits digits = tournament(random).digits;
    const Digits other = tournament(random).digits;
    if (random.uniform() < 0.9) {  // the usual share of crossover in NSGA-II
      for (const std::size_t a : free_) {
        if (random.below(2) == 0) digits[a] = other[a];
      }
    }
    mutate(digits, random);
    return digits;
  }

  /// Changes each free digit with a probability of one over their number, half of the time by a
  /// small step, since neighbouring values make similar machines.
  void mutate(Digits& digits, KeyedRandom& random) const {
    for (const std::size_t a : free_) {
      if (random.below(free_.size()) != 0) continue;
      if (random.below(2) == 0) {
        digits[a] = static_cast<std::uint32_t>(random.below(sizes_[a]));
        continue;
      }
      std::uint32_t step = 1;
      while (step < sizes_[a] && random.below(2) == 0) step *= 2;
      if (random.below(2) == 0) {
        digits[a] = std::min(sizes_[a] - 1, digits[a] + step);
      } else {
        digits[a] -= std::min(digits[a], step);
      }
    }
  }

 private:
  const Individual& tournament(KeyedRandom& random) const {
    const Individual& a = parents_[random.below(parents_.size())];
    const Individual& b = parents_[random.below(parents_.size())];
    return preferred(b.fitness, a.fitness) ? b : a;
  }

  Digits sizes_;
  const std::vector<Individual>& parents_;
  std::vector<std::size_t> free_;
};

/// The best of a population by rank and crowding, `size` at most.
std::vector<Individual> survivors(const std::vector<Individual>& all, std::size_t size,
                                  int dimensions) {
  std::vector<Fitness> fitness;
  fitness.reserve(all.size());
  for (const Individual& individual : all) fitness.push_back(individual.fitness);
  sort_by_domination(fitness, dimensions);
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return preferred(fitness[a], fitness[b]); });
  order.resize(std::min(size, order.size()));
  std::vector<Individual> best;
  best.reserve(order.size());
  for (const std::size_t i : order) best.push_back({all[i].digits, fitness[i]});
  return best;
}

void search_by_nsga2(Drawn& drawn, const Grid& grid, const SearchOptions& options, int dimensions) {
  const auto size = static_cast<std::size_t>(options.population);
  KeyedRandom first(options.seed, Stream::design_search, 0);
  // Machines may be rare among the combinations: draw more, until a population of them is there.
  std::size_t legal = 0;
  for (std::size_t i = 0; i < 20 * size && legal < size && !drawn.ended(); ++i) {
    legal += drawn.take(drawn.draw(first)) ? 1 : 0;
  }
  std::vector<Individual> population = survivors(drawn.evaluate(), size, dimensions);
  for (std::uint64_t generation = 1; !drawn.ended(); ++generation) {
    KeyedRandom random(options.seed, Stream::design_search, generation);
    const Breeder breeder(grid, population);
    for (std::size_t i = 0; i < size && !drawn.ended(); ++i) {
      Digits child = breeder.child(random);
      for (int retry = 0; retry < kRetries && drawn.knows(child); ++retry) {
        breeder.mutate(child, random);
      }
      drawn.take(drawn.knows(child) ? drawn.draw(random) : child);
    }
    std::vector<Individual> all = drawn.evaluate();
    all.insert(all.begin(), population.begin(), population.end());
    population = survivors(all, size, dimensions);
  }
}

}  // namespace

void check_search_options(const SearchOptions& options) {
  check_in_range("dse.evaluations", options.evaluations, ranges::kEvaluations);
  check_in_range("dse.population", options.population, ranges::kPopulation);
}

Exploration search(const Problem& problem, const Grid& grid, const SearchOptions& options,
                   int threads, const RowSink& sink) {
  expects(threads >= 1, "search: needs one thread or more");
  check_search_options(options);
  if (options.method == SearchMethod::exhaustive) return explore(problem, grid, threads, sink);
  Drawn drawn(problem, grid, options, threads, sink);
  if (options.method == SearchMethod::random) {
    search_randomly(drawn, options.seed);
  } else {
    search_by_nsga2(drawn, grid, options, static_cast<int>(problem.objectives.size()));
  }
  Exploration found = drawn.result();
  if (found.frontier.empty()) {
    throw UserError("dse.evaluations", std::to_string(options.evaluations),
                    "found no machine within dse.constraints among " + std::to_string(found.legal) +
                        " evaluated, " + std::to_string(found.looked_at) + " combinations drawn");
  }
  return found;
}

FrontierComparison compare_frontiers(const std::vector<ExploredPoint>& found,
                                     const std::vector<ExploredPoint>& exact,
                                     const std::vector<Objective>& objectives) {
  expects(!exact.empty(), "compare_frontiers: an empty exact frontier");
  const std::size_t dimensions = objectives.size();
  FrontierComparison comparison;
  comparison.points_exact = exact.size();
  std::vector<ObjectiveValues> exact_values;
  for (const ExploredPoint& p : exact) {
    exact_values.push_back(objective_values(p, objectives));
    for (std::size_t d = 0; d < dimensions; ++d) {
      comparison.reference[d] = std::max(comparison.reference[d], 1.1 * exact_values.back()[d]);
    }
  }
  std::vector<ObjectiveValues> found_values;
  found_values.reserve(found.size());
  for (const ExploredPoint& p : found) found_values.push_back(objective_values(p, objectives));
  for (const ObjectiveValues& values : exact_values) {
    comparison.points_found +=
        std::count(found_values.begin(), found_values.end(), values) > 0 ? 1 : 0;
  }
  const auto volume = [&](std::vector<ObjectiveValues> values) {
    for (ObjectiveValues& v : values) v = logarithms(v, dimensions);
    return hypervolume(values, logarithms(comparison.reference, dimensions),
                       static_cast<int>(dimensions));
  };
  comparison.hypervolume_ratio = volume(found_values) / volume(exact_values);
  return comparison;
}

}  // namespace minerva::dse
