#pragma once
#include <string>
#include <vector>

#include "minerva/report/run_summary.hpp"

namespace minerva {

/// A file's name in the run directory and its bytes.
struct NamedFile {
  std::string name;
  std::string bytes;
};

/// The stage table for a terminal, at most 120 columns for usual names and numbers, with the
/// bounds, the verification and the notes below it.
std::string stage_table_text(const RunSummary& summary);

/// summary.json, schema "minerva-summary-6": the whole summary.
std::string summary_to_json(const RunSummary& summary);
/// The summary that summary_to_json wrote; UserError names `file` and the JSON path of what is
/// wrong.
RunSummary summary_from_json(const std::string& text, const std::string& file);

/// report.html: one page with tables and figures, which opens offline. It carries the chart
/// library, its scripts and its style, and its content security policy forbids every connection.
/// The same summary gives the same bytes.
std::string to_html(const RunSummary& summary);

/// stages.csv, power.csv, noise.csv, sweep.csv, frontier.csv, formats.csv, pruning.csv,
/// faults.csv, variants.csv; a part that did not run is a file with its names alone.
std::vector<NamedFile> csv_files(const RunSummary& summary);

}  // namespace minerva
