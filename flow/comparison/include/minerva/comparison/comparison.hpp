#pragma once
#include <optional>
#include <string>
#include <vector>

#include "minerva/report/figure.hpp"
#include "minerva/report/run_summary.hpp"
#include "minerva/report/summary_report.hpp"

namespace minerva {

struct ComparedRun {
  std::string name;  ///< of the run directory
  RunSummary summary;
  std::string config = "";  ///< its config.resolved.cfg; may be empty
};

/// Runs side by side for a terminal: networks and training noise, errors at the end, power after
/// each stage with the factors, the two variants, and the means beside the book's.
std::string comparison_text(const std::vector<ComparedRun>& runs);

/// comparison.html: the same tables, stages side by side, figures, and the keys of the configs
/// whose values differ; a page as to_html makes it.
std::string comparison_html(const std::vector<ComparedRun>& runs);

/// Trade-off of power and error, power by part, factors, errors and frontiers of the runs side by
/// side. What no run has has no figure.
std::vector<Figure> comparison_figures(const std::vector<ComparedRun>& runs);

/// MACs that the finished machine of a run skips, of all of the test set, in percent; nothing: stage
/// 4 did not run.
std::optional<double> skipped_macs_percent(const RunSummary& summary);

/// comparison.html, and comparison.csv: a line a run and stage or variant. comparison_power.csv: a
/// line a run, a column a bar of the book's Fig. 4.11, in mW. comparison_training.csv: a line a
/// run, the trained networks. Bars that a run does not have are empty.
std::vector<NamedFile> comparison_files(const std::vector<ComparedRun>& runs);

}  // namespace minerva
