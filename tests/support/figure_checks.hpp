#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "design_space_figures.hpp"
#include "fault_figures.hpp"
#include "prune_figures.hpp"
#include "quantize_figures.hpp"
#include "run_with_sections.hpp"
#include "sections.hpp"
#include "training_figures.hpp"

namespace minerva {

using Json = nlohmann::ordered_json;

inline std::vector<Figure> noise_figures(const RunWithSections& s) {
  return training::noise_figures(s.run, s.noise);
}
inline std::vector<Figure> sweep_figures(const RunWithSections& s) {
  return training::sweep_figures(s.run, s.swept);
}
inline std::vector<Figure> format_figures(const RunWithSections& s) {
  return quantize::format_figures(s.run, s.plan);
}
inline std::vector<Figure> pruning_figures(const RunWithSections& s) {
  return prune::pruning_figures(s.run, s.pruning);
}
inline std::vector<Figure> fault_figures(const RunWithSections& s) {
  return faultsim::fault_figures(s.run, s.faults);
}

inline std::vector<Figure> all_figures(const RunWithSections& s) {
  std::vector<Figure> all;
  for (const std::vector<Figure>& some :
       {noise_figures(s), sweep_figures(s), dse::design_space_figures(s.space, s.run),
        format_figures(s), pruning_figures(s), fault_figures(s), power_figures(s.run),
        layer_energy_figures(s.run)}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

inline Json option_of(const Figure& figure) { return Json::parse(figure.option); }

inline Figure figure_of(const std::vector<Figure>& figures, const std::string& id) {
  for (const Figure& figure : figures) {
    if (figure.id == id) return figure;
  }
  ADD_FAILURE() << "no figure " << id;
  return {};
}

/// The n-th series of that name that is not silent.
inline Json series_of(const Figure& figure, const std::string& name, std::size_t n = 0) {
  const Json option = option_of(figure);
  for (const Json& each : option.at("series")) {
    if (each.at("name") == name && !each.value("silent", false) && n-- == 0) return each;
  }
  ADD_FAILURE() << figure.id << " has no series " << name;
  return {{"data", Json::array()}};
}

inline std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

inline Json axis_of(const Figure& figure, const char* side, const Json& series) {
  const Json axes = option_of(figure).at(side);
  const std::size_t at = series.value(std::string(side) + "Index", std::size_t{0});
  return axes.is_array() ? axes.at(at) : axes;
}

inline const std::set<std::string> kRoles = {"@bound", "@chosen", "@book", "@frontier", "@quiet",
                                             "@ink",   "@soft",   "@line", "@paper",    "@good",
                                             "@bad",   "@1",      "@2",    "@3",        "@4",
                                             "@5",     "@6",      "@7",    "@8",        "@9"};

/// Every colour is a role of the theme.
inline void check_colours(const Json& node, const std::string& key) {
  if (node.is_string()) {
    const std::string text = node;
    if (key.size() >= 4 && key.substr(key.size() - 4) == "olor") {
      EXPECT_EQ(kRoles.count(text), 1U) << key << " " << text;
    } else {
      EXPECT_FALSE(contains(text, "#") || contains(text, "rgb(")) << text;
    }
  }
  if (node.is_object()) {
    for (const auto& item : node.items()) check_colours(item.value(), item.key());
  }
  if (node.is_array()) {
    for (const Json& item : node) check_colours(item, key);
  }
}

/// What every series must keep: rows as wide as its dimensions, values where they are drawn, and
/// nothing that a logarithmic axis does not have.
inline void check_series(const Figure& figure, const Json& series) {
  const std::string where = figure.id + ": " + series.at("name").get<std::string>();
  ASSERT_FALSE(series.at("data").empty()) << where;
  const Json encode = series.value("encode", Json{{"x", 0}, {"y", 1}});
  for (const char* side : {"xAxis", "yAxis"}) {
    const Json axis = axis_of(figure, side, series);
    const std::size_t at = encode.at(side[0] == 'x' ? "x" : "y");
    for (const Json& row : series.at("data")) {
      ASSERT_EQ(row.size(), series.at("dimensions").size()) << where;
      if (axis.at("type") == "category") {
        EXPECT_TRUE(std::count(axis.at("data").begin(), axis.at("data").end(), row.at(at)))
            << where << row.dump();
      } else {
        ASSERT_TRUE(row.at(at).is_number()) << where << row.dump();
      }
      if (axis.at("type") == "log") {
        EXPECT_GT(row.at(at).get<double>(), 0) << where;
      }
    }
    if (axis.contains("min")) {
      EXPECT_LT(axis.at("min").get<double>(), axis.at("max").get<double>()) << where;
      if (axis.at("type") == "log") {
        EXPECT_GT(axis.at("min").get<double>(), 0) << where;
      }
    }
    if (!series.contains("markLine")) continue;
    for (const Json& line : series.at("markLine").at("data")) {
      if (!line.is_object() || !line.contains(side)) continue;
      if (axis.at("type") == "log") {
        EXPECT_GT(line.at(side).get<double>(), 0) << where;
      }
      EXPECT_GE(line.at(side).get<double>(), axis.value("min", -1e300)) << where;
      EXPECT_LE(line.at(side).get<double>(), axis.value("max", 1e300)) << where;
    }
  }
}

inline void check_figures(const std::vector<Figure>& figures) {
  std::set<std::string> ids;
  for (const Figure& figure : figures) {
    EXPECT_TRUE(ids.insert(figure.id).second) << figure.id;
    EXPECT_FALSE(figure.title.empty() || figure.caption.empty() || figure.alternative.empty())
        << figure.id;
    EXPECT_GE(lines_of(figure.csv), 2U) << figure.id;
    EXPECT_EQ(figure.option.find("null,null,null,null"), std::string::npos);
    const Json option = option_of(figure);
    check_colours(option, "");
    for (const Json& series : option.at("series")) check_series(figure, series);
  }
}

}  // namespace minerva
