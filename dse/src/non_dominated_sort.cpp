#include "minerva/dse/non_dominated_sort.hpp"

#include <algorithm>
#include <limits>

namespace minerva::dse {
namespace {

bool beats(const Fitness& a, const Fitness& b, int dimensions) {
  if (a.violation != b.violation) return a.violation < b.violation;
  return a.violation == 0 && dominates(a.values, b.values, dimensions);
}

/// Crowding distances within one front.
void set_crowding(std::vector<Fitness>& population, std::vector<std::size_t> front,
                  int dimensions) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const std::size_t i : front) population[i].crowding = 0;
  for (std::size_t d = 0; d < static_cast<std::size_t>(dimensions); ++d) {
    const auto value = [&](std::size_t i) { return population[i].values[d]; };
    std::sort(front.begin(), front.end(), [&](std::size_t a, std::size_t b) {
      return value(a) != value(b) ? value(a) < value(b) : a < b;
    });
    const double range = value(front.back()) - value(front.front());
    population[front.front()].crowding = kInfinity;
    population[front.back()].crowding = kInfinity;
    if (!(range > 0)) continue;
    for (std::size_t k = 1; k + 1 < front.size(); ++k) {
      population[front[k]].crowding += (value(front[k + 1]) - value(front[k - 1])) / range;
    }
  }
}

}  // namespace

void sort_by_domination(std::vector<Fitness>& population, int dimensions) {
  const std::size_t size = population.size();
  std::vector<std::vector<std::size_t>> beaten(size);
  std::vector<int> beaten_by(size, 0);
  for (std::size_t a = 0; a < size; ++a) {
    for (std::size_t b = 0; b < size; ++b) {
      if (!beats(population[a], population[b], dimensions)) continue;
      beaten[a].push_back(b);
      ++beaten_by[b];
    }
  }
  std::vector<std::size_t> front;
  for (std::size_t i = 0; i < size; ++i) {
    if (beaten_by[i] == 0) front.push_back(i);
  }
  for (int rank = 0; !front.empty(); ++rank) {
    std::vector<std::size_t> next;
    for (const std::size_t i : front) {
      population[i].rank = rank;
      for (const std::size_t b : beaten[i]) {
        if (--beaten_by[b] == 0) next.push_back(b);
      }
    }
    set_crowding(population, front, dimensions);
    std::sort(next.begin(), next.end());
    front = std::move(next);
  }
}

bool preferred(const Fitness& a, const Fitness& b) {
  return a.rank != b.rank ? a.rank < b.rank : a.crowding > b.crowding;
}

}  // namespace minerva::dse
