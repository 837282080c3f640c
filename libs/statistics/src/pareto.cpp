#include "minerva/statistics/pareto.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "minerva/base/errors.hpp"

namespace minerva {

std::vector<std::size_t> pareto_frontier(const std::vector<Objectives>& points) {
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (points[a].first != points[b].first) return points[a].first < points[b].first;
    if (points[a].second != points[b].second) return points[a].second < points[b].second;
    return a < b;
  });
  std::vector<std::size_t> frontier;
  for (const std::size_t i : order) {
    if (frontier.empty() || points[i].second < points[frontier.back()].second) {
      frontier.push_back(i);
    }
  }
  return frontier;
}

bool as_small(const ObjectiveValues& a, const ObjectiveValues& b, int dimensions) {
  for (std::size_t d = 0; d < static_cast<std::size_t>(dimensions); ++d) {
    if (!(a[d] <= b[d])) return false;
  }
  return true;
}

bool dominates(const ObjectiveValues& a, const ObjectiveValues& b, int dimensions) {
  return as_small(a, b, dimensions) && !as_small(b, a, dimensions);
}

ParetoArchive::ParetoArchive(int dimensions) : dimensions_(dimensions) {
  expects(dimensions >= 1 && dimensions <= kMaxObjectives,
          "ParetoArchive: needs 1 to kMaxObjectives dimensions");
}

bool ParetoArchive::add(std::uint64_t index, const ObjectiveValues& values) {
  for (std::size_t d = 0; d < static_cast<std::size_t>(dimensions_); ++d) {
    expects(!std::isnan(values[d]), "ParetoArchive: an objective is not a number");
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    Member& member = members_[i];
    if (as_small(member.values, values, dimensions_)) {
      // No member can have been dropped yet: whoever the new point dominates, this member does too.
      if (as_small(values, member.values, dimensions_)) {
        member.index = std::min(member.index, index);
        return member.index == index;
      }
      std::swap(members_[i / 2], member);  // members that reject often come early
      return false;
    }
    if (!as_small(values, member.values, dimensions_)) members_[kept++] = member;
  }
  members_.resize(kept);
  members_.push_back({index, values});
  return true;
}

std::vector<ParetoArchive::Member> ParetoArchive::sorted() const {
  std::vector<Member> all = members_;
  std::sort(all.begin(), all.end(),
            [](const Member& a, const Member& b) { return a.values < b.values; });
  return all;
}

}  // namespace minerva
