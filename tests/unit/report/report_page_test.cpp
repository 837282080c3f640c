#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "invented_summary.hpp"
#include "minerva/base/checksum.hpp"
#include "minerva/report/html_page.hpp"
#include "minerva/report/summary_report.hpp"
#include "text_checks.hpp"

namespace minerva {
namespace {

std::string page_of(const RunWithSections& run) { return to_html(run.summary(), all_reports()); }

/// What stands between two marks, and where the second ends.
std::string between(const std::string& text, const std::string& from, const std::string& to,
                    std::size_t& at) {
  const std::size_t begin = text.find(from, at);
  if (begin == std::string::npos) return "";
  const std::size_t end = text.find(to, begin + from.size());
  if (end == std::string::npos) return "";
  at = end + to.size();
  return text.substr(begin + from.size(), end - begin - from.size());
}

std::string between(const std::string& text, const std::string& from, const std::string& to) {
  std::size_t at = 0;
  return between(text, from, to, at);
}

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++found;
  return found;
}

/// The page without scripts, style and licence: what a reader reads.
std::string visible(std::string html) {
  for (const char* tag : {"script", "style", "pre"}) {
    const std::string open = std::string("<") + tag;
    const std::string close = std::string("</") + tag + ">";
    for (std::size_t at = 0; (at = html.find(open)) != std::string::npos;) {
      html.erase(at, html.find(close, at) + close.size() - at);
    }
  }
  // Terms of the glossary are words of their sentences.
  const std::string term = "<button type=\"button\" class=\"term\"";
  for (std::size_t at = 0; (at = html.find(term, at)) != std::string::npos;) {
    html.erase(at, html.find('>', at) + 1 - at);
    html.erase(html.find("</button>", at), std::string("</button>").size());
  }
  return html;
}

std::string page_with(const std::string& html) {
  PageSection section("s", "S", "Section");
  section.add(html);
  return html_page("title", "<h1>title</h1>", {section});
}

TEST(Glossary, TheFirstPlaceOfATermInASectionExplainsIt) {
  const std::string page = page_with(
      paragraph("Two lanes, one lane & SRAMs; the Pareto frontier, the frontier, plane, XW.") +
      "<p class=\"soft\">P of W</p>\n<ul><li>theta</li></ul>");
  std::vector<std::string> marked;
  const std::string open = "<button type=\"button\" class=\"term\" aria-describedby=\"";
  for (std::size_t at = 0; at != std::string::npos && page.find(open, at) != std::string::npos;) {
    at = page.find(open, at);
    const std::string id = between(page, open, "\">", at);
    marked.push_back(page.substr(at, page.find('<', at) - at));
    EXPECT_EQ(count(page, "<dd id=\"" + id + "\">"), 1) << id;
  }
  // In the order of the text; the longest of terms that begin at one place, plurals too, no part
  // of a word, nothing outside of prose.
  EXPECT_EQ(marked,
            (std::vector<std::string>{"lanes", "SRAMs", "Pareto frontier", "frontier", "P", "W"}));
  EXPECT_EQ(count(page, "<dt>"), 6);
  // Who does not unfold what comes before finds the term explained all the same.
  EXPECT_EQ(
      count(page_with(folded("More", paragraph("a lane, a lane")) + paragraph("a lane")), open), 2);
  EXPECT_EQ(page_with("<p>nothing of it</p>").find("id=\"glossary\""), std::string::npos);
}

nlohmann::json figures_of(const std::string& html) {
  return nlohmann::json::parse(
      between(html, "<script type=\"application/json\" id=\"figures\">", "</script>"));
}

Figure figure(const std::string& id) {
  Figure f;
  f.id = id;
  f.title = "A <title> & more";
  f.caption = "what it shows";
  f.alternative = "</script><script>alert(1)</script>";
  f.option = "{\"series\": []}";
  f.csv = "a_mw\n1\n";
  f.book = "Fig. 4.7";
  return f;
}

TEST(ReportPage, CarriesTheChartLibraryThatItAllowsAndNoOther) {
  const std::string html = page_of(invented_run());
  std::size_t at = html.find("id=\"figures\"");
  const std::string library = between(html, "<script>", "</script>", at);
  const std::string own = between(html, "<script>", "</script>", at);
  // echarts.common.min.js of npm's echarts 5.0.0, and of Debian 12's python3-locust.
  EXPECT_EQ(sha256(library.data(), library.size()),
            "da1eb321978793e7860220bea98bf1bfbb96e52d4773233bd8ae456dc561932e");
  EXPECT_TRUE(contains(own, "minerva.start();"));
  const std::string policy =
      between(html, "<meta http-equiv=\"Content-Security-Policy\" content=\"", "\">");
  EXPECT_TRUE(contains(policy, "default-src 'none'"));
  EXPECT_TRUE(contains(policy, "'sha256-2h6zIZeHk+eGAiC+qYvxv7uW5S1HcyM72K5FbcVhky4='"));
  EXPECT_EQ(count(policy, "'sha256-"), 2);
  EXPECT_FALSE(contains(between(policy, "script-src", "\""), "unsafe"));
  EXPECT_EQ(count(html, "<script"), 3);
  EXPECT_EQ(count(html, "</script"), 3);
  EXPECT_TRUE(contains(html, "Licensed to the Apache Software Foundation"));
  EXPECT_TRUE(contains(html, "TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION"));
  EXPECT_TRUE(contains(html, "Apache ECharts 5.0.0"));
}

TEST(ReportPage, IsEscapedAndLeadsNowhereElse) {
  RunWithSections run = invented_run();
  run.run.provenance.data_name = "</script><img src=x>";
  run.pruning.threshold_curve.front().theta = 0.125;
  const std::string html = page_of(run);
  const std::string text = visible(html);
  EXPECT_TRUE(contains(text, "Invented run &lt;for&gt; tests &amp; pictures"));
  EXPECT_TRUE(contains(text, "A note with &quot;quotes&quot; &amp; &lt;tags&gt;."));
  EXPECT_EQ(count(html, "</script>"), 3);
  EXPECT_FALSE(contains(text, "<img"));
  for (const char* banned : {"http://", "https://", "src=\"", "@import", "url("}) {
    EXPECT_FALSE(contains(text, banned)) << banned;
  }
  EXPECT_EQ(count(text, "href="), count(text, "href=\"#"));
  for (const char* tag :
       {"table", "tr", "td", "th", "div", "p", "details", "figure", "section", "nav", "ul", "li"}) {
    const std::string name = std::string("<") + tag;
    const int opened = count(text, name + ">") + count(text, name + " ");
    EXPECT_EQ(opened, count(text, std::string("</") + tag + ">")) << tag;
    EXPECT_GT(opened, 0) << tag;
  }
  // To look at the page: MINERVA_REPORT_SAMPLE=page.html.
  if (const char* path = std::getenv("MINERVA_REPORT_SAMPLE")) std::ofstream(path) << html;
}

TEST(ReportPage, HoldsEveryTable) {
  const std::string text = visible(page_of(invented_run()));
  for (const char* shown : {"low voltage",
                            "182.4",
                            "2.46x",
                            "7.65x",
                            "10.1",
                            "halving, 66 epochs of the 96",
                            "topology and the hyperparameters that the sweep chose",
                            "All 3 runs",
                            "All 3 points",
                            "Searched by invention.",
                            "outputs x 2^-3",
                            "Error around the chosen formats",
                            "Accumulators and saturation",
                            "The same threshold in every layer",
                            "Inputs of layer 2 by magnitude",
                            "The frontier and the chosen design",
                            "bit masking",
                            "0.53x",
                            "an invented disagreement",
                            "training.seed 1"}) {
    EXPECT_TRUE(contains(text, shown)) << shown;
  }
  // The stage table stands first, and is no wider than a page.
  const std::string first = between(text, "<table>", "</table>");
  for (const char* column : {"error, %", "power, mW", "saved since", "area, mm²"}) {
    EXPECT_TRUE(contains(first, column)) << column;
  }
  EXPECT_EQ(count(first, "scope=\"col\""), 5);
  EXPECT_TRUE(contains(page_of(invented_run()), "key = &lt;value&gt;"));
}

TEST(ReportPage, IsInTheOrderOfAReader) {
  const std::string text = visible(page_of(invented_run()));
  std::size_t at = 0;
  for (const char* mark :
       {"<h1>", "class=\"result\"", "<svg class=\"machine wide\"", "id=\"stages\"",
        "What each stage bought", "id=\"power\"", "id=\"design-space-section\"", "id=\"faults\"",
        "id=\"noise\"", "id=\"verification\"", "id=\"provenance\""}) {
    const std::size_t found = text.find(mark, at);
    ASSERT_NE(found, std::string::npos) << mark;
    at = found;
  }
}

TEST(ReportPage, DrawsTheMachineOfTheLastStage) {
  const std::string html = page_of(invented_run());
  const std::string drawing = between(html, "<svg class=\"machine wide\"", "</svg>");
  for (const char* shown :
       {"16 lanes, each with", "1 bank of 20,992 x 8 bits", "328 KiB at 0.6 V, all lanes",
        "one bit in 105 is faulty", "bit masking, sign zero, faults", "19 bits of accumulator",
        "250 MHz (4 ns)", "2 banks of 392 x 6 bits", "2 words of 6 bits a cycle"}) {
    EXPECT_TRUE(contains(drawing, shown)) << shown;
  }
  EXPECT_TRUE(contains(drawing, "10.1 mW, 55 %"));  // of the weight SRAM, 0.55 of 18.3
  EXPECT_TRUE(contains(visible(html), "The machine classifies invented digits 11,820 times a "));
  EXPECT_TRUE(contains(visible(html),
                       "It is built of 16 lanes of 1 multiplier at 250 MHz, weights of 8 bits "
                       "in 328 KiB of SRAM at 0.6 V, and takes "));
  RunWithSections without = invented_run();
  for (StageRow& row : without.run.stages) row.machine.reset();
  EXPECT_FALSE(contains(visible(page_of(without)), "<svg"));
}

TEST(ReportPage, EveryFigureHasItsFrameAndItsRowsTheirDimensions) {
  const std::string html = page_of(invented_run());
  const nlohmann::json figures = figures_of(html);
  EXPECT_GE(figures.size(), 10U);
  std::set<std::string> ids;
  for (const nlohmann::json& f : figures) {
    const std::string id = f.at("id");
    EXPECT_TRUE(ids.insert(id).second) << id;
    EXPECT_EQ(count(html, "<figure class=\"figure\" id=\"" + id + "\">"), 1) << id;
    EXPECT_FALSE(f.at("title").get<std::string>().empty()) << id;
    EXPECT_FALSE(f.at("alternative").get<std::string>().empty()) << id;
    EXPECT_GE(count(f.at("csv"), "\n"), 2) << id;
    for (const nlohmann::json& series : f.at("option").at("series")) {
      const std::size_t dimensions = series.at("dimensions").size();
      EXPECT_GE(dimensions, 2U) << id;
      EXPECT_FALSE(series.at("name").get<std::string>().empty()) << id;
      for (const nlohmann::json& item : series.at("data")) {
        const nlohmann::json& row = item.is_object() ? item.at("value") : item;
        EXPECT_EQ(row.size(), dimensions) << id << " " << series.at("name");
      }
    }
  }
  EXPECT_EQ(ids.count("design-space"), 1U);
}

TEST(ReportPage, AStoppedRunHasWhatThereIs) {
  RunWithSections run;
  run.run.title = "Stopped";
  run.run.network.topology = LayerGraph(Topology{{4, 3, 2}});
  run.noise = {{{1, 5, 6}, {2, 7, 8}}, 100, 100};
  const std::string html = page_of(run);
  EXPECT_EQ(count(html, "<section"), 3);  // training noise, provenance, glossary
  EXPECT_EQ(figures_of(html).size(), 1U);
  EXPECT_FALSE(contains(visible(html), "Design space"));
}

TEST(ReportPage, TheSameSummaryGivesTheSameBytes) {
  EXPECT_EQ(page_of(invented_run()), page_of(invented_run()));
}

TEST(HtmlPage, AFigureCannotEndTheScriptThatHoldsIt) {
  PageSection section("one", "One", "One <section>");
  section.add({figure("first"), figure("second")});
  const std::string html = html_page("t", "", {section, PageSection("empty", "Empty", "Empty")});
  EXPECT_EQ(count(html, "</script>"), 3);
  EXPECT_FALSE(contains(html, "<script>alert"));
  EXPECT_TRUE(contains(html, "<h2>One &lt;section&gt;</h2>"));
  EXPECT_TRUE(contains(html, "<h3>A &lt;title&gt; &amp; more</h3>"));
  EXPECT_FALSE(contains(html, "id=\"empty\""));
  const nlohmann::json figures = figures_of(html);
  ASSERT_EQ(figures.size(), 2U);
  EXPECT_EQ(figures[0].at("alternative"), "</script><script>alert(1)</script>");
  EXPECT_EQ(figures[0].at("csv"), "a_mw\n1\n");
}

TEST(HtmlPage, IdsDiffer) {
  PageSection section("one", "One", "One");
  section.add({figure("same"), figure("same")});
  EXPECT_THROW(html_page("t", "", {section}), ContractViolation);
  PageSection named("same", "One", "One");
  named.add({figure("same")});
  EXPECT_THROW(html_page("t", "", {named}), ContractViolation);
}

TEST(HtmlTable, NeedsACellForEveryColumn) {
  HtmlTable table({{"a", HtmlTable::Align::text}, {"b"}});
  EXPECT_TRUE(table.empty());
  EXPECT_THROW(table.add({"x"}), ContractViolation);
  table.add({"<x>", "1"}, true);
  const std::string html = table.html("name \"of\" it");
  EXPECT_TRUE(contains(html,
                       "<tr class=\"chosen\"><th scope=\"row\" class=\"t\">&lt;x&gt;</th>"
                       "<td>1</td></tr>"))
      << html;
  EXPECT_TRUE(contains(html, "aria-label=\"name &quot;of&quot; it\""));
}

}  // namespace
}  // namespace minerva
