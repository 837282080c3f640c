#include "minerva/workloads/similarity.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "minerva/base/errors.hpp"

namespace minerva::workloads {

double cosine_distance(const std::vector<double>& a, const std::vector<double>& b) {
  expects(a.size() == b.size(), "vectors of one length");
  double product = 0;
  double square_a = 0;
  double square_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    product += a[i] * b[i];
    square_a += a[i] * a[i];
    square_b += b[i] * b[i];
  }
  expects(square_a > 0 && square_b > 0, "a vector that is not zero");
  return 1 - product / std::sqrt(square_a * square_b);
}

std::vector<Join> centroid_linkage(const std::vector<std::vector<double>>& vectors) {
  struct Cluster {
    std::size_t number;
    std::vector<double> sum;
    std::size_t leaves;
  };
  std::vector<Cluster> clusters;
  for (std::size_t i = 0; i < vectors.size(); ++i) clusters.push_back({i, vectors[i], 1});
  std::vector<Join> joins;
  while (clusters.size() > 1) {
    // The sum of a cluster has the direction of its mean, which is all that the distance sees.
    std::size_t best_a = 0;
    std::size_t best_b = 1;
    double best = cosine_distance(clusters[0].sum, clusters[1].sum);
    for (std::size_t a = 0; a < clusters.size(); ++a) {
      for (std::size_t b = a + 1; b < clusters.size(); ++b) {
        const double distance = cosine_distance(clusters[a].sum, clusters[b].sum);
        if (distance < best) {
          best = distance;
          best_a = a;
          best_b = b;
        }
      }
    }
    Cluster joined = clusters[best_a];
    const Cluster& other = clusters[best_b];
    for (std::size_t i = 0; i < joined.sum.size(); ++i) joined.sum[i] += other.sum[i];
    joined.leaves += other.leaves;
    joins.push_back({joined.number, other.number, best, joined.leaves});
    joined.number = vectors.size() + joins.size() - 1;
    clusters.erase(clusters.begin() + static_cast<std::ptrdiff_t>(best_b));
    clusters.erase(clusters.begin() + static_cast<std::ptrdiff_t>(best_a));
    clusters.push_back(std::move(joined));
  }
  return joins;
}

namespace {

void append_leaves(const std::vector<Join>& joins, std::size_t cluster,
                   std::vector<std::size_t>& leaves) {
  const std::size_t n = joins.size() + 1;
  if (cluster < n) {
    leaves.push_back(cluster);
    return;
  }
  append_leaves(joins, joins[cluster - n].first, leaves);
  append_leaves(joins, joins[cluster - n].second, leaves);
}

}  // namespace

std::vector<std::size_t> leaf_order(const std::vector<Join>& joins) {
  std::vector<std::size_t> leaves;
  append_leaves(joins, 2 * joins.size(), leaves);
  return leaves;
}

std::vector<std::string> names_below(const std::vector<Join>& joins,
                                     const std::vector<std::string>& names, std::size_t join) {
  std::vector<std::size_t> leaves;
  append_leaves(joins, joins.size() + 1 + join, leaves);
  std::sort(leaves.begin(), leaves.end());
  std::vector<std::string> below;
  for (const std::size_t leaf : leaves) below.push_back(names.at(leaf));
  return below;
}

}  // namespace minerva::workloads
