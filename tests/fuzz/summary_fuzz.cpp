#include "fuzz_check.hpp"
#include "minerva/report/summary_report.hpp"
#include "run_with_sections.hpp"
#include "sealed.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace minerva;
  RunSummary summary;
  // With a checksum that fits, or no byte behind it would ever be read.
  const std::string text = sealed_json(fuzz::text_of(data, size));
  if (!fuzz::accepts([&] { summary = summary_from_json(text, "summary.json", all_reports()); }))
    return 0;
  const std::string written = summary_to_json(summary);
  fuzz::require(summary_to_json(summary_from_json(written, "written", all_reports())) == written,
                "the same bytes when written and read back");
  // Whoever reads a summary shows it.
  fuzz::require(!stage_table_text(summary).empty(), "a table");
  fuzz::require(!csv_files(summary, all_reports()).empty(), "CSV files");
  fuzz::require(!to_html(summary, all_reports()).empty(), "a page");
  return 0;
}
