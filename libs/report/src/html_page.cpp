#include "minerva/report/html_page.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "embedded.hpp"
#include "glossary.hpp"
#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

using Json = nlohmann::ordered_json;

std::string base64_of_hexadecimal(const std::string& hexadecimal) {
  constexpr const char* kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::vector<unsigned> bytes;
  for (std::size_t i = 0; i + 1 < hexadecimal.size(); i += 2) {
    bytes.push_back(static_cast<unsigned>(std::stoul(hexadecimal.substr(i, 2), nullptr, 16)));
  }
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = bytes.size() - i;
    const unsigned group =
        (bytes[i] << 16U) | ((left > 1 ? bytes[i + 1] : 0) << 8U) | (left > 2 ? bytes[i + 2] : 0);
    text += kLetters[(group >> 18U) & 63U];
    text += kLetters[(group >> 12U) & 63U];
    text += left > 1 ? kLetters[(group >> 6U) & 63U] : '=';
    text += left > 2 ? kLetters[group & 63U] : '=';
  }
  return text;
}

/// A script's source as the content security policy names it (CSP level 3, sec. 2.3.1).
std::string allowed(const std::string& script) {
  return "'sha256-" + base64_of_hexadecimal(sha256(script.data(), script.size())) + "'";
}

std::string page_script() {
  std::string text;
  for (const std::string_view part :
       {embedded::kNumbersScript, embedded::kOptionScript, embedded::kFigureScript,
        embedded::kExplorerScript, embedded::kKeyboardScript, embedded::kTermsScript,
        embedded::kReportScript}) {
    text += part;
  }
  return text;
}

/// The frame that page/figure.js fills.
std::string figure_html(const Figure& figure) {
  const std::string id = html_escaped(figure.id);
  return "<figure class=\"figure\" id=\"" + id + "\">\n<h3>" + html_escaped(figure.title) +
         "</h3>\n<div class=\"drawing\" style=\"height:" + std::to_string(figure.height_px) +
         "px\"></div>\n<figcaption>" + html_escaped(figure.caption) +
         (figure.book.empty()
              ? ""
              : "<span class=\"book\"><b>The book:</b> " + html_escaped(figure.book) + "</span>") +
         "</figcaption>\n</figure>\n";
}

/// JSON text; what is not UTF-8 is replaced.
std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// JSON text between script tags: no "<" can end them early.
std::string data_block(const std::string& json) {
  std::string text;
  for (const char c : json) {
    if (c == '<') {
      text += "\\u003c";
    } else {
      text += c;
    }
  }
  return text;
}

std::string footer() {
  return "<footer>\n" +
         folded("Charts by Apache ECharts 5.0.0, Apache License 2.0: notices and licence",
                "<pre>" + html_escaped(std::string(embedded::kChartLibraryNotices)) + "\n" +
                    html_escaped(std::string(embedded::kApacheLicence)) + "</pre>") +
         "</footer>\n";
}

}  // namespace

std::string figure_json(const Figure& figure) {
  const auto member = [](const char* name, const std::string& value) {
    return "\"" + std::string(name) + "\":" + value;
  };
  std::string json = "{" + member("id", text_of(figure.id)) + "," +
                     member("title", text_of(figure.title)) + "," +
                     member("alternative", text_of(figure.alternative)) + "," +
                     member("height", std::to_string(figure.height_px)) + "," +
                     member("option", figure.option) + "," + member("csv", text_of(figure.csv));
  if (!figure.first_series.empty()) json += "," + member("first", text_of(figure.first_series));
  if (figure.breakdown) {
    const Breakdown& b = *figure.breakdown;
    json +=
        "," +
        member("breakdown",
               text_of(
                   {{"title", b.title}, {"unit", b.unit}, {"parts", b.parts}, {"total", b.total}}));
  }
  if (figure.explorer) {
    const Explorer& e = *figure.explorer;
    json += "," + member("explore", text_of({{"series", e.series},
                                             {"quantities", e.quantities},
                                             {"x", e.x},
                                             {"y", e.y},
                                             {"axes", e.axes},
                                             {"noun", e.noun}}));
  }
  return json + "}";
}

PageSection::PageSection(std::string id, std::string name, std::string heading)
    : id_(std::move(id)), name_(std::move(name)), heading_(std::move(heading)) {}

PageSection& PageSection::add(const std::string& html) {
  body_ += html;
  return *this;
}

PageSection& PageSection::add(const std::vector<Figure>& figures) {
  for (const Figure& figure : figures) {
    body_ += figure_html(figure);
    figures_.push_back(figure);
  }
  return *this;
}

std::string html_page(const std::string& title, const std::string& opening,
                      const std::vector<PageSection>& sections) {
  std::string links;
  std::string body;
  std::string figures;
  std::set<std::string> ids;
  std::vector<bool> terms(glossary().size());
  const auto add = [&](const PageSection& section) {
    if (section.empty()) return;
    expects(ids.insert(section.id_).second, "html_page: two sections of one id");
    const std::string id = html_escaped(section.id_);
    links += "<li><a href=\"#" + id + "\">" + html_escaped(section.name_) + "</a></li>\n";
    body += "<section id=\"" + id + "\">\n<h2>" + html_escaped(section.heading_) + "</h2>\n" +
            with_terms_marked(section.body_, terms) + "</section>\n";
    for (const Figure& figure : section.figures_) {
      expects(ids.insert(figure.id).second, "html_page: two figures or sections of one id");
      figures += (figures.empty() ? "" : ",") + figure_json(figure);
    }
  };
  const std::string opening_with_terms = with_terms_marked(opening, terms);
  for (const PageSection& section : sections) add(section);
  add(PageSection("glossary", "Glossary", "Glossary").add(glossary_list(terms)));
  const std::string library(embedded::kChartLibrary);
  const std::string script = page_script();
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
         "style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'; "
         "script-src " +
         allowed(library) + " " + allowed(script) +
         "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
         html_escaped(title) + "</title>\n<style>\n" + std::string(embedded::kReportStyle) +
         "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#results\">Skip to the results</a>\n"
         "<header>\n<nav aria-label=\"Sections\"><ul>\n" +
         links +
         "</ul></nav>\n<button type=\"button\" id=\"theme\" hidden></button>\n</header>\n"
         "<main id=\"results\" tabindex=\"-1\">\n" +
         opening_with_terms +
         "<noscript><p class=\"bad\">The figures need scripts; the tables hold the numbers."
         "</p></noscript>\n" +
         body + "</main>\n" + footer() +
         "<div id=\"announcer\" class=\"unseen\" role=\"status\" aria-live=\"polite\"></div>\n"
         "<script type=\"application/json\" id=\"figures\">" +
         data_block("[" + figures + "]") + "</script>\n<script>" + library + "</script>\n<script>" +
         script + "</script>\n</body>\n</html>\n";
}

}  // namespace minerva
