#pragma once
#include <string>
#include <vector>

#include "minerva/report/run_summary.hpp"
#include "minerva/report/stage_report.hpp"

namespace minerva {

/// The stage table for a terminal, at most 120 columns for usual names and numbers, with the
/// bounds, the verification and the notes below it.
std::string stage_table_text(const RunSummary& summary);
/// What the float network errs before anything is spent, in one line: of a network that the user
/// gives, the first number to compare with that of the program that trained it.
std::string float_error_text(const NetworkSummary& network);

/// summary.json, schema "minerva-summary-10": the whole summary.
std::string summary_to_json(const RunSummary& summary);
/// The summary that summary_to_json wrote. `reports` are those of every stage, which check the
/// sections. UserError names `file` and the JSON path of what is wrong; of a summary of an older
/// version it says what to do.
RunSummary summary_from_json(const std::string& text, const std::string& file,
                             const std::vector<StageReport>& reports);

/// report.html: one page with tables and figures, which opens offline; the answer stands
/// first, then the sections of the stages in the order of `reports`, those of the background last. It carries the chart library, its scripts and its style, and its
/// content security policy forbids every connection. The same summary gives the same bytes.
std::string to_html(const RunSummary& summary, const std::vector<StageReport>& reports);
/// The figures of that page, in its order.
std::vector<Figure> figures_of_page(const RunSummary& summary,
                                    const std::vector<StageReport>& reports);

/// stages.csv, power.csv, the files of every stage, variants.csv; a part that did not run is a
/// file with its header alone.
std::vector<NamedFile> csv_files(const RunSummary& summary,
                                 const std::vector<StageReport>& reports);

}  // namespace minerva
