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

/// Indices of the points that no other point dominates (as small in both and smaller in one), by
/// rising `first`. Of points equal in both, the lowest index stays.
std::vector<std::size_t> pareto_frontier(const std::vector<Objectives>& points);

constexpr int kMaxObjectives = 5;
/// Objectives of a point, all minimised; entries beyond the number in use are 0.
using ObjectiveValues = std::array<double, kMaxObjectives>;

/// a is as small as b in every one of the first `dimensions` objectives.
bool as_small(const ObjectiveValues& a, const ObjectiveValues& b, int dimensions);
/// As small in all and smaller in one.
bool dominates(const ObjectiveValues& a, const ObjectiveValues& b, int dimensions);

/// The points that no other point dominates, of all that were added so far. What it holds does not
/// depend on the order of adding: of points equal in every objective the lowest index stays.
class ParetoArchive {
 public:
  struct Member {
    std::uint64_t index = 0;
    ObjectiveValues values{};
  };

  /// 1 to kMaxObjectives dimensions.
  explicit ParetoArchive(int dimensions);
  /// Whether the point stays. Values may be infinite, not NaN.
  bool add(std::uint64_t index, const ObjectiveValues& values);
  int dimensions() const { return dimensions_; }
  std::size_t size() const { return members_.size(); }
  /// By rising first objective, then second, and so on.
  std::vector<Member> sorted() const;

 private:
  int dimensions_;
  std::vector<Member> members_;
};

}  // namespace minerva
