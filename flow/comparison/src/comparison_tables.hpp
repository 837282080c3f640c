#pragma once
#include <string>
#include <vector>

#include "minerva/comparison/comparison.hpp"

namespace minerva {

/// A table of the comparison, for a terminal and for the page. Headings may have several lines.
struct ComparisonTable {
  std::string name;
  std::vector<std::string> headings;
  std::vector<std::vector<std::string>> rows;
};
/// Networks with their noise; errors at the end; power after each stage with means and the book's.
std::vector<ComparisonTable> comparison_tables(const std::vector<ComparedRun>& runs);

/// A key whose values differ, with one value a run: empty where the run does not have it.
struct ConfigDifference {
  std::string key;
  std::vector<std::string> values;
};
/// What differs between the resolved configs, in their order; the run directory is not compared.
std::vector<ConfigDifference> config_differences(const std::vector<ComparedRun>& runs);

}  // namespace minerva
