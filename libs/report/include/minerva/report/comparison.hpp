#pragma once
#include <string>
#include <vector>

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

/// comparison.html, and comparison.csv: a line a run and stage or variant. comparison_power.csv: a
/// line a run, a column a bar of the book's Fig. 4.11, in mW. comparison_training.csv: a line a
/// run, the trained networks. Bars that a run does not have are empty.
std::vector<NamedFile> comparison_files(const std::vector<ComparedRun>& runs);

}  // namespace minerva
