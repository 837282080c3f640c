#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace minerva {

/// Two objectives of a point, both minimised.
struct Objectives {
  double first = 0;
  double second = 0;
};

/// The Pareto frontier: the indices of the points that no other point dominates, by rising `first`.
/// A point dominates a second one when it is as small in both objectives and smaller in one. Of
/// points that are equal in both, the one with the lowest index is returned.
std::vector<std::size_t> pareto_frontier(const std::vector<Objectives>& points);

constexpr int kMaxObjectives = 5;
/// Objectives of a point, all minimised; entries beyond the number in use are 0.
using ObjectiveValues = std::array<double, kMaxObjectives>;

/// Whether a is as small as b, or smaller, in every one of the first `dimensions` objectives.
bool as_small(const ObjectiveValues& a, const ObjectiveValues& b, int dimensions);
/// Whether a is as small as b in all of the first `dimensions` objectives and smaller in one.
bool dominates(const ObjectiveValues& a, const ObjectiveValues& b, int dimensions);

/// The points that no other point dominates, of all that were added so far. The content does not
/// depend on the order of adding: of points that are equal in every objective, the one with the
/// lowest index is stored.
class ParetoArchive {
 public:
  struct Member {
    std::uint64_t index = 0;
    ObjectiveValues values{};
  };

  /// @param dimensions the number of objectives, 1 to kMaxObjectives.
  explicit ParetoArchive(int dimensions);
  /// Adds a point, and returns whether the archive stores it. Values may be infinite, but not NaN.
  bool add(std::uint64_t index, const ObjectiveValues& values);
  int dimensions() const { return dimensions_; }
  std::size_t size() const { return members_.size(); }
  /// All points, sorted by rising first objective, then by the second, and so on.
  std::vector<Member> sorted() const;

 private:
  int dimensions_;
  std::vector<Member> members_;
};

}  // namespace minerva
