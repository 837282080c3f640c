#include "minerva/report/option_parts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

#include "minerva/base/errors.hpp"

namespace minerva {

Json axis(const char* type, const std::string& name) { return {{"type", type}, {"name", name}}; }

Json axis(const char* type, const std::string& name, int grid) {
  return {{"type", type}, {"name", name}, {"gridIndex", grid}};
}

Json series(const char* type, const std::string& name, const std::vector<std::string>& dimensions) {
  return {{"type", type}, {"name", name}, {"dimensions", dimensions}, {"data", Json::array()}};
}

void put_into_grid(Json& series, int grid) {
  series["xAxisIndex"] = grid;
  series["yAxisIndex"] = grid;
}

void paint(Json& series, const char* role) {
  series["itemStyle"]["color"] = role;
  if (series.at("type") == "line") series["lineStyle"]["color"] = role;
}

void make_ring(Json& series, const char* role) {
  series["symbol"] = "emptyCircle";
  series["symbolSize"] = 18;
  series["itemStyle"] = {{"color", role}, {"opacity", 1}};
  series["z"] = 4;
}

void make_book_mark(Json& series) {
  series["symbol"] = "diamond";
  series["symbolSize"] = 14;
  series["itemStyle"] = {
      {"color", "@book"}, {"opacity", 1}, {"borderColor", "@paper"}, {"borderWidth", 1.5}};
  series["z"] = 5;
}

Json rulers(const std::vector<Ruler>& lines) {
  Json data = Json::array();
  for (const Ruler& line : lines) {
    data.push_back(
        {{"name", line.name},
         {line.axis == 'x' ? "xAxis" : "yAxis", line.at},
         {"lineStyle", {{"color", line.role}, {"type", line.dash}, {"width", 1.5}}},
         {"label",
          {{"show", !line.name.empty()},
           {"position", line.axis == 'x' && !line.named_left ? "insideEndBottom" : "insideEndTop"},
           {"color", line.role}}}});
  }
  return {{"silent", true}, {"symbol", "none"}, {"data", data}};
}

std::vector<Json> band(const std::string& name, const std::string& x_name,
                       const std::vector<BandPoint>& points) {
  // The value that is stacked must be the first dimension: of two value axes ECharts stacks that.
  const auto part = [&](const char* what) {
    Json s = series("line", name, {what, x_name});
    s["encode"] = {{"x", 1}, {"y", 0}};
    s["stack"] = "interval of " + name;
    s["silent"] = true;
    s["symbol"] = "none";
    s["lineStyle"] = {{"opacity", 0}};
    s["z"] = 1;
    return s;
  };
  Json foot = part("low");
  Json height = part("high - low");
  height["areaStyle"] = {{"opacity", 0.15}};
  for (const BandPoint& p : points) {
    expects(p.low <= p.high, "a band needs low <= high");
    foot["data"].push_back({p.low, p.x});
    height["data"].push_back({p.high - p.low, p.x});
  }
  return {foot, height};
}

void Extent::hold(double value) {
  low = empty ? value : std::min(low, value);
  high = empty ? value : std::max(high, value);
  empty = false;
}

void set_range(Json& axis, double low, double high) {
  expects(std::isfinite(low) && std::isfinite(high) && low <= high, "an axis needs low <= high");
  const double span = high > low ? high - low : std::max(std::abs(low), 1.0);
  const double rough = span / 5;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  const double digits = rough / power;
  const double step = power * (digits < 1.5 ? 1 : digits < 3.5 ? 2 : digits < 7.5 ? 5 : 10);
  const double first = std::floor(low / step);
  const double last = std::max(std::ceil(high / step), first + 1);
  // Divided by a whole number where the step is below 1: 0.3 and not 0.30000000000000004.
  const double parts = std::round(1 / step);
  const auto tick = [&](double n) { return step >= 1 ? n * step : n / parts; };
  axis["min"] = tick(first);
  axis["max"] = tick(last);
  axis["interval"] = tick(1);
}

void set_logarithmic_range(Json& axis, double low, double high) {
  expects(low > 0 && std::isfinite(high) && low <= high,
          "a logarithmic axis needs 0 < low <= high");
  constexpr double kEnds[] = {1, 2, 5, 10};
  const auto power_of = [](double value) {
    return std::pow(10, std::floor(std::log10(value) + 1e-12));  // 1e-4 is its own power
  };
  double first = power_of(low);
  for (const double end : kEnds) {
    if (end * power_of(low) <= low) first = end * power_of(low);
  }
  double last = 10 * power_of(high);
  for (std::size_t i = std::size(kEnds); i-- > 0;) {
    if (kEnds[i] * power_of(high) >= high) last = kEnds[i] * power_of(high);
  }
  if (first == last) {
    first /= 2;
    last *= 2;
  }
  axis["min"] = first;
  axis["max"] = last;
  const double lowest_power = power_of(first) == first ? first : 10 * power_of(first);
  if (10 * lowest_power > last) return;
  if (first != lowest_power) axis["axisLabel"]["showMinLabel"] = false;
  if (last != power_of(last)) axis["axisLabel"]["showMaxLabel"] = false;
}

void set_logarithmic_range(Json& axis, const Json& series, std::size_t dimension) {
  Extent extent;
  for (const Json& each : series) {
    for (const Json& row : each.at("data")) extent.hold(row.at(dimension).get<double>());
  }
  if (!extent.empty) set_logarithmic_range(axis, extent.low, extent.high);
}

std::string figure_option(const Json& option) {
  return option.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string counted(std::size_t count, const char* one) {
  return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

int height_of_rows(std::size_t rows, int pixels_a_row) {
  return std::max(240, 110 + static_cast<int>(rows) * pixels_a_row);
}

}  // namespace minerva
