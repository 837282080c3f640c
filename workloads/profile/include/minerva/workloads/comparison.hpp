#pragma once
#include <string>
#include <vector>

#include "minerva/report/figure.hpp"
#include "minerva/workloads/profile.hpp"
#include "minerva/workloads/similarity.hpp"

namespace minerva::workloads {

/// A tree of workloads with the rows that it is made of.
struct SimilarityTree {
  std::vector<std::string> names;
  std::vector<std::vector<double>> rows;
  std::vector<Join> joins;  ///< none of fewer than two rows
};

/// A measured row beside the published one, by class and by type.
struct PublishedDistance {
  std::string workload;
  double by_class = 0;  ///< cosine distance of the rows summed by class
  double by_type = 0;   ///< of the 22 columns
};

/// Profiles of several workloads, brought into one order: that of Fathom's Fig. 3.
class WorkloadComparison {
 public:
  /// Throws UserError for two profiles of one workload, mode and number of threads, and unless at
  /// least one is of training on one thread.
  explicit WorkloadComparison(std::vector<WorkloadProfile> profiles);

  /// Training on the fewest threads measured, a profile a workload.
  const std::vector<const WorkloadProfile*>& training() const { return training_; }
  /// Of a workload in one mode on a number of threads; nothing where that was not measured.
  const WorkloadProfile* find(const std::string& workload, Mode mode, int threads) const;
  const std::vector<WorkloadProfile>& profiles() const { return profiles_; }

  SimilarityTree tree_by_class() const;
  SimilarityTree tree_by_type() const;
  std::vector<PublishedDistance> published_distances() const;

 private:
  std::vector<WorkloadProfile> profiles_;
  std::vector<const WorkloadProfile*> training_;
};

/// The tree of the published table, of 22 columns or summed by class.
SimilarityTree published_tree(bool by_class);

/// For the terminal: shares by class beside the published ones, joins of both trees, times.
std::string comparison_text(const WorkloadComparison& comparison);
/// The six figures of the paper's Sec. V, those whose profiles there are.
std::vector<Figure> comparison_figures(const WorkloadComparison& comparison);
/// The page with all of it.
std::string comparison_page(const WorkloadComparison& comparison);
/// comparison.json, schema minerva-fathom-comparison-1.
std::string comparison_json(const WorkloadComparison& comparison);

}  // namespace minerva::workloads
