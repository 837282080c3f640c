#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace minerva::workloads {

/// 1 - a.b / (|a| |b|): 0 for vectors of one direction, 1 for orthogonal ones. Both have the same
/// length, and neither is zero.
double cosine_distance(const std::vector<double>& a, const std::vector<double>& b);

/// The joining of two clusters. Leaves are clusters 0 to n - 1 in the order of the vectors, and the
/// k-th join makes cluster n + k.
struct Join {
  std::size_t first = 0;  ///< the smaller number
  std::size_t second = 0;
  double distance = 0;  ///< cosine distance of the two centroids
  std::size_t leaves = 0;
};

/// Agglomerative clustering with centroid linkage, as Fathom's Sec. V-C has it: of all clusters the
/// two whose centroids have the least cosine distance are joined, until one is left. The centroid
/// is the mean of all vectors of the cluster. Of equal distances the pair with the smaller numbers
/// joins. @return n - 1 joins of n vectors
std::vector<Join> centroid_linkage(const std::vector<std::vector<double>>& vectors);

/// The leaves of a dendrogram from top to bottom, so that its lines do not cross: of a join, the
/// branch of its first cluster above that of its second.
std::vector<std::size_t> leaf_order(const std::vector<Join>& joins);

/// "(residual, vgg)": the leaves below each join, by name, in their order.
std::vector<std::string> names_below(const std::vector<Join>& joins,
                                     const std::vector<std::string>& names, std::size_t join);

}  // namespace minerva::workloads
