#include "minerva/sharing/codebooks.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <map>

#include "minerva/base/errors.hpp"

namespace minerva::sharing {
namespace {

/// How often each code is there, by rising code.
using Histogram = std::vector<std::pair<std::int64_t, std::int64_t>>;

Histogram histogram_of(const std::vector<std::int16_t>& weights) {
  std::map<std::int64_t, std::int64_t> counts;
  for (const std::int16_t weight : weights) ++counts[weight];
  return {counts.begin(), counts.end()};
}

/// The least squared error of the codes [from, to) of a histogram around one whole number. Sums
/// stay below 2^62 for 2^31 weights of 16 bits.
class Clusters {
 public:
  explicit Clusters(const Histogram& histogram) : sums_(histogram.size() + 1) {
    for (std::size_t i = 0; i < histogram.size(); ++i) {
      const auto [code, count] = histogram[i];
      const Sums& before = sums_[i];
      sums_[i + 1] = {before.count + count, before.codes + count * code,
                      before.squares + count * code * code};
    }
  }
  std::size_t size() const { return sums_.size() - 1; }
  /// The whole number nearest to the mean, in the middle the upper one.
  std::int64_t center(std::size_t from, std::size_t to) const {
    const std::int64_t count = sums_[to].count - sums_[from].count;
    const std::int64_t doubled = 2 * (sums_[to].codes - sums_[from].codes) + count;
    const std::int64_t quotient = doubled / (2 * count);
    return quotient - (doubled % (2 * count) < 0 ? 1 : 0);
  }
  std::int64_t error(std::size_t from, std::size_t to) const {
    return from == to ? 0 : error_around(center(from, to), from, to);
  }
  std::int64_t error_around(std::int64_t center, std::size_t from, std::size_t to) const {
    return sums_[to].squares - sums_[from].squares -
           2 * center * (sums_[to].codes - sums_[from].codes) +
           center * center * (sums_[to].count - sums_[from].count);
  }

 private:
  struct Sums {
    std::int64_t count = 0;
    std::int64_t codes = 0;
    std::int64_t squares = 0;
  };
  std::vector<Sums> sums_;
};

/// The best cuts of the first codes into a number of clusters, one cluster after the other.
class Partition {
 public:
  explicit Partition(const Clusters& clusters)
      : clusters_(clusters), errors_(clusters.size() + 1, kNone) {
    errors_[0] = 0;
  }

  /// One more cluster, around a center of its own; with `at_zero` around 0.
  void add_cluster(bool at_zero) {
    std::vector<std::int64_t> errors(errors_.size(), kNone);
    cuts_.emplace_back(errors_.size(), 0);
    const auto error = [&](std::size_t from, std::size_t to) {
      return at_zero ? clusters_.error_around(0, from, to) : clusters_.error(from, to);
    };
    fill(0, errors_.size() - 1, 0, errors_.size() - 1, error, errors);
    errors_ = std::move(errors);
  }
  /// First code of each cluster but the first one, where all codes are in one.
  std::vector<std::size_t> cuts() const {
    std::vector<std::size_t> found;
    std::size_t end = clusters_.size();
    for (std::size_t cluster = cuts_.size(); cluster-- > 0;) {
      end = cuts_[cluster][end];
      found.push_back(end);
    }
    std::reverse(found.begin(), found.end());
    return found;
  }

 private:
  static constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::max();

  /// The best cut for the first `to` codes rises with `to`, since the error of a cluster satisfies
  /// the quadrangle inequality: halves of [low, high] need to look at their part of the cuts alone.
  template <typename Error>
  void fill(std::size_t low, std::size_t high, std::size_t first_cut, std::size_t last_cut,
            const Error& error, std::vector<std::int64_t>& errors) {
    const std::size_t to = low + (high - low) / 2;
    std::size_t best = first_cut;
    for (std::size_t cut = first_cut; cut <= std::min(to, last_cut); ++cut) {
      if (errors_[cut] == kNone) continue;
      const std::int64_t whole = errors_[cut] + error(cut, to);
      if (whole >= errors[to]) continue;
      errors[to] = whole;
      best = cut;
    }
    cuts_.back()[to] = best;
    if (to > low) fill(low, to - 1, first_cut, best, error, errors);
    if (to < high) fill(to + 1, high, best, last_cut, error, errors);
  }

  const Clusters& clusters_;
  std::vector<std::int64_t> errors_;            ///< least error of the first codes
  std::vector<std::vector<std::size_t>> cuts_;  ///< [cluster][number of codes]: where it begins
};

/// Centers of at most `count` clusters of the codes, rising; behind them, with `zero_behind`, is
/// one around 0, which is not among them.
std::vector<std::int64_t> centers_of(const Histogram& histogram, int count, bool zero_behind) {
  if (histogram.empty()) return {};
  const Clusters clusters(histogram);
  Partition partition(clusters);
  for (int k = 0; k < count; ++k) partition.add_cluster(false);
  if (zero_behind) partition.add_cluster(true);
  std::vector<std::size_t> cuts = partition.cuts();
  cuts.push_back(clusters.size());
  std::vector<std::int64_t> centers;
  for (std::size_t k = 0; k < static_cast<std::size_t>(count); ++k) {
    if (cuts[k] < cuts[k + 1]) centers.push_back(clusters.center(cuts[k], cuts[k + 1]));
  }
  return centers;
}

/// The codes below 0 (sign -1), or those above it seen from there: all of them negative.
Histogram side_of(const Histogram& histogram, int sign) {
  Histogram side;
  for (const auto& [code, count] : histogram) {
    if (code * sign > 0) side.emplace_back(-std::abs(code), count);
  }
  std::sort(side.begin(), side.end());
  return side;
}

std::vector<std::int64_t> centers_with_zero(const Histogram& histogram, int entries) {
  std::vector<std::int64_t> centers = centers_of(side_of(histogram, -1), entries / 2, true);
  std::vector<std::int64_t> above = centers_of(side_of(histogram, 1), (entries - 1) / 2, true);
  centers.push_back(0);
  for (std::size_t k = above.size(); k-- > 0;) centers.push_back(-above[k]);
  return centers;
}

}  // namespace

Codebook least_squares_codebook(const std::vector<std::int16_t>& weights, int entries,
                                bool zero_entry) {
  expects(entries >= 2 && entries <= kMostCodebookEntries, "a codebook of 2 to 16 entries");
  expects(!weights.empty(), "a codebook of weights");
  const Histogram histogram = histogram_of(weights);
  const std::vector<std::int64_t> centers =
      zero_entry ? centers_with_zero(histogram, entries) : centers_of(histogram, entries, false);
  Codebook codebook;
  codebook.entries.assign(2, 0);
  while (static_cast<int>(codebook.entries.size()) < entries) {
    codebook.entries.resize(2 * codebook.entries.size(), 0);
  }
  const int half = static_cast<int>(codebook.entries.size()) / 2;
  const int count = static_cast<int>(centers.size());
  const auto negative = static_cast<int>(
      std::count_if(centers.begin(), centers.end(), [](std::int64_t c) { return c < 0; }));
  const int first = half - std::clamp(negative, count - half, half);
  for (int k = 0; k < count; ++k) {
    codebook.entries[static_cast<std::size_t>(first + k)] =
        static_cast<std::int16_t>(centers[static_cast<std::size_t>(k)]);
  }
  return codebook;
}

Codebook sign_codebook(const std::vector<std::int16_t>& weights, QFormat format, bool ternary) {
  Codebook best;
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  for (std::int64_t scale = 1; scale <= format.max_code(); scale *= 2) {
    const auto s = static_cast<std::int16_t>(scale);
    const auto minus = static_cast<std::int16_t>(-scale);
    Codebook codebook;
    if (ternary) {
      codebook.entries = {0, minus, 0, s};
    } else {
      codebook.entries = {minus, s};
    }
    const std::int64_t error = squared_error(weights, codebook);
    if (error >= least) continue;
    least = error;
    best = codebook;
  }
  return best;
}

std::int64_t squared_error(const std::vector<std::int16_t>& weights, const Codebook& codebook) {
  std::int64_t error = 0;
  for (const auto& [code, count] : histogram_of(weights)) {
    const std::int64_t off = code - codebook.nearest(static_cast<std::int32_t>(code));
    error += count * off * off;
  }
  return error;
}

}  // namespace minerva::sharing
