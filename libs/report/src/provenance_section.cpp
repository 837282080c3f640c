#include "minerva/report/text_table.hpp"
#include "sections.hpp"
#include "summary_names.hpp"

namespace minerva {
PageSection verification_section(const RunSummary& s) {
  PageSection section("verification", "Verification", "Do the models agree?");
  for (const VerificationRow& row : s.verification) {
    section.add(paragraph((row.agrees ? "✓ agrees: " : "✗ DIFFERS: ") + row.what +
                              (row.detail.empty() ? "" : " (" + row.detail + ")"),
                          row.agrees ? "good" : "bad"));
  }
  return section;
}

PageSection provenance_section(const RunSummary& s) {
  PageSection section("provenance", "Provenance", "Where the numbers come from");
  if (!s.notes.empty()) {
    std::string notes;
    for (const RunNote& note : s.notes) {
      notes += "<li>" + html_escaped(note.stage + ": " + note.text) + "</li>\n";
    }
    section.add(subheading("Notes") + "<ul>\n" + notes + "</ul>\n");
  }
  const Provenance& p = s.provenance;
  std::string seeds;
  for (const NamedSeed& seed : p.seeds) {
    seeds += (seeds.empty() ? "" : ", ") + seed.name + " " + std::to_string(seed.seed);
  }
  HtmlTable table({{"what", kText}, {"value", kText}});
  table.add({"program", "minerva " + p.version + ", " + p.compiler});
  table.add({"config.resolved.cfg, keys with an effect, SHA-256", p.config_sha256});
  if (!p.data_name.empty()) {
    table.add({"data", p.data_name + ", " + p.data_source});
    table.add({"data, SHA-256", p.data_sha256});
  }
  if (!s.network.sha256.empty()) table.add({"network, SHA-256", s.network.sha256});
  table.add({"technology",
             p.technology_name + (p.technology_calibrated ? ", calibrated" : ", uncalibrated")});
  table.add({"technology file, SHA-256", p.technology_sha256});
  table.add({"seeds", seeds});
  section.add(table.html("Where the numbers come from"));
  if (p.config.empty()) return section;
  return section.add(folded("The config: every key with an effect on results",
                            "<pre class=\"config\">" + html_escaped(p.config) + "</pre>\n"));
}

}  // namespace minerva
