#pragma once
#include <functional>
#include <string>
#include <vector>

#include "minerva/report/html_page.hpp"
#include "minerva/report/run_summary.hpp"

namespace minerva {

/// A file's name in the run directory and its bytes.
struct NamedFile {
  std::string name;
  std::string bytes;
};

/// What a stage makes of its section of a summary. The functions get the JSON text of the section,
/// which is empty when the stage did not run.
struct StageReport {
  std::string stage;  ///< the stage's id: "quantize"
  /// Its sections of the page stand behind those of the other stages: how the network was made is
  /// asked after what was made of it.
  bool background = false;
  /// What it has to say at the head of the page, below the result: a sentence, or nothing. May be
  /// empty.
  std::function<std::string(const RunSummary& summary, const std::string& section)> headline;
  /// The CSV files that it makes. Each is made from an empty section, too, with its header alone.
  std::vector<std::string> csv_names;
  /// Those files, in the order of `csv_names`.
  std::function<std::vector<NamedFile>(const RunSummary& summary, const std::string& section)>
      csv_files;
  /// Its sections of report.html; those that are empty are left out of the page.
  std::function<std::vector<PageSection>(const RunSummary& summary, const std::string& section)>
      page_sections;
  /// Throws UserError unless the text of a section, which stands at `path` of `file`, is one that
  /// the stage writes; it names file and JSON path.
  std::function<void(const std::string& section, const std::string& file, const std::string& path)>
      check;
};

}  // namespace minerva
