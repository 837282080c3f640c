#include "sharing_page.hpp"

#include "minerva/report/html_table.hpp"
#include "minerva/report/text_table.hpp"
#include "sharing_section.hpp"

namespace minerva::sharing {
namespace {

std::string headline_of(const SharingSection& sharing) {
  for (const CandidateRow& row : sharing.candidates) {
    if (!row.chosen || row.entries == 0) continue;
    return "The weight memory holds indices of " + std::to_string(row.index_bits) +
           (row.index_bits == 1 ? " bit" : " bits") + " into a codebook of " +
           std::to_string(row.entries) + " weights a layer.";
  }
  return "No codebook is within the share of the error budget: the weight memory holds codes of W.";
}

std::string candidates_table(const SharingSection& sharing) {
  HtmlTable table({{"weights of a layer", kText},
                   {"stored bits"},
                   {"wrong, validation"},
                   {"wrong, test"},
                   {"weight memory, KiB"},
                   {"power, mW"},
                   {"energy a prediction, nJ"},
                   {"area, mm2"},
                   {"", kText}});
  for (const CandidateRow& row : sharing.candidates) {
    table.add({row.entries == 0 ? "any code of W" : std::to_string(row.entries),
               std::to_string(row.index_bits), std::to_string(row.validation_wrong),
               std::to_string(row.test_wrong), fixed_text(row.weight_memory_kibibytes, 1),
               readable_number(row.power_mw), readable_number(row.energy_per_prediction_nj),
               readable_number(row.area_mm2),
               row.chosen   ? "chosen"
               : row.within ? ""
                            : "beyond the share of the budget"});
  }
  return table.html("Sizes of codebooks, at the nominal voltage");
}

std::string codebook_table(const CodebookRow& row) {
  HtmlTable table({{"index"}, {"code of W"}, {"value"}, {"weights"}});
  for (const EntryRow& entry : row.entries) {
    table.add({std::to_string(entry.index), std::to_string(entry.code),
               readable_number(entry.value), count_text(entry.weights)});
  }
  const std::string name = "Codebook of layer " + std::to_string(row.layer) + ", " + row.format +
                           ", rms error " + readable_number(row.rms_error);
  return folded(name, table.html(name));
}

PageSection page_of(const SharingSection& sharing) {
  PageSection section("sharing", "Weight sharing", "Shared weights");
  if (sharing.candidates.empty()) return section;
  section.add(paragraph(headline_of(sharing)) + candidates_table(sharing));
  for (const CodebookRow& row : sharing.codebooks) section.add(codebook_table(row));
  return section;
}

SharingSection section_of(const std::string& text) {
  return text.empty() ? SharingSection{}
                      : sharing_section_from_json(text, "summary", "sections.sharing");
}

}  // namespace

StageReport sharing_report() {
  StageReport report;
  report.stage = kSharingStage;
  // sharing.csv and codebooks.csv are files of the stage, since a run without it has none.
  report.csv_files = [](const RunSummary&, const std::string&) -> std::vector<NamedFile> {
    return {};
  };
  report.page_sections = [](const RunSummary&, const std::string& text) {
    return std::vector<PageSection>{page_of(section_of(text))};
  };
  report.check = [](const std::string& text, const std::string& file, const std::string& path) {
    sharing_section_from_json(text, file, path);
  };
  return report;
}

}  // namespace minerva::sharing
