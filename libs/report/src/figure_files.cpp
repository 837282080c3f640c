#include "minerva/report/figure_files.hpp"

#include <map>
#include <nlohmann/json.hpp>

#include "embedded.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/report/html_page.hpp"

namespace minerva {
namespace {

using Json = nlohmann::ordered_json;

std::string json_text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Text as LaTeX sets it; letters beyond ASCII that figures have are set as mathematics.
std::string latex(const std::string& text) {
  static const std::map<std::string, std::string> kLetters = {
      {"µ", "$\\mu$"}, {"²", "$^2$"},      {"θ", "$\\theta$"},
      {"±", "$\\pm$"}, {"×", "$\\times$"}, {"·", "$\\cdot$"}};
  std::string set;
  for (std::size_t i = 0; i < text.size();) {
    bool found = false;
    for (const auto& [letter, as] : kLetters) {
      if (text.compare(i, letter.size(), letter) != 0) continue;
      set += as;
      i += letter.size();
      found = true;
      break;
    }
    if (found) continue;
    const char c = text[i++];
    switch (c) {
      case '\\':
        set += "\\textbackslash{}";
        break;
      case '~':
      case '^':
        set += std::string("\\") + c + "{}";
        break;
      case '<':
      case '>':
      case '|':
        set += std::string("$") + (c == '|' ? "\\vert" : std::string(1, c)) + "$";
        break;
      case '#':
      case '$':
      case '%':
      case '&':
      case '_':
      case '{':
      case '}':
        set += '\\';
        set += c;
        break;
      default:
        set += c;
    }
  }
  return set;
}

/// Names of the axes with their units: "time of a prediction, µs".
std::vector<std::string> axis_names(const Figure& figure, const char* side) {
  const Json option = Json::parse(figure.option);
  std::vector<std::string> names;
  if (!option.contains(side)) return names;
  const Json& axes = option.at(side);
  for (const Json& axis : axes.is_array() ? axes : Json::array({axes})) {
    const std::string name = axis.value("name", "");
    if (!name.empty()) names.push_back(name);
  }
  return names;
}

std::string latex_float(const Figure& figure) {
  std::string axes;
  for (const auto& [side, direction] :
       {std::pair("xAxis", " Across: "), std::pair("yAxis", " Up: ")}) {
    std::string names;
    for (const std::string& name : axis_names(figure, side)) {
      names += (names.empty() ? direction : "; ") + name;
    }
    if (!names.empty()) axes += names + ".";
  }
  return "% Needs \\usepackage{svg}, or " + figure.id +
         ".pdf (rsvg-convert -f pdf) and graphicx.\n"
         "\\begin{figure}\n  \\centering\n  \\includesvg[width=\\linewidth]{" +
         figure.id + "}\n  \\caption{" + latex(figure.title + ". " + figure.caption) + latex(axes) +
         "}\n  \\label{fig:" + figure.id + "}\n\\end{figure}\n";
}

}  // namespace

FigureProgram figure_program(const std::vector<Figure>& figures) {
  Json scripts = Json::array();
  for (const std::string_view part :
       {embedded::kChartLibrary, embedded::kNumbersScript, embedded::kOptionScript}) {
    scripts.push_back(std::string(part));
  }
  FigureProgram program;
  program.script =
      "const kScripts = " + json_text(scripts) + ";\n" + std::string(embedded::kOfflineScript);
  program.input = "{\"style\":" + json_text(std::string(embedded::kReportStyle)) + ",\"figures\":[";
  for (std::size_t i = 0; i < figures.size(); ++i) {
    program.input += (i == 0 ? "" : ",") + figure_json(figures[i]);
  }
  program.input += "]}";
  return program;
}

std::vector<NamedFile> figure_files(const std::vector<Figure>& figures, const std::string& output,
                                    const std::string& program) {
  const Json drawn = Json::parse(output, nullptr, false);
  if (!drawn.is_array() || drawn.size() != figures.size()) {
    throw UserError(program, "", "did not draw the " + std::to_string(figures.size()) + " figures");
  }
  std::vector<NamedFile> files;
  for (std::size_t i = 0; i < figures.size(); ++i) {
    const Json& each = drawn[i];
    if (!each.is_object() || each.value("id", "") != figures[i].id ||
        each.value("svg", "").empty()) {
      throw UserError(program, "", "did not draw the figure " + figures[i].id);
    }
    files.push_back({figures[i].id + ".svg", each.at("svg").get<std::string>()});
    files.push_back({figures[i].id + ".csv", figures[i].csv});
    files.push_back({figures[i].id + ".tex", latex_float(figures[i])});
  }
  return files;
}

}  // namespace minerva
