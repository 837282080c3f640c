#include "option_parts.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "minerva/core/errors.hpp"

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
  series["itemStyle"] = {{"color", role}, {"borderColor", role}, {"borderWidth", 3}};
}

void make_book_mark(Json& series) {
  series["symbol"] = "diamond";
  series["symbolSize"] = 14;
  series["itemStyle"] = {{"color", "@book"}, {"opacity", 1}, {"borderColor", "@paper"}, {"borderWidth", 1.5}};
  series["z"] = 5;
}

Json rulers(const std::vector<Ruler>& lines) {
  Json data = Json::array();
  for (const Ruler& line : lines) {
    data.push_back({{"name", line.name},
                    {line.axis == 'x' ? "xAxis" : "yAxis", line.at},
                    {"lineStyle", {{"color", line.role}, {"type", line.dash}, {"width", 1.5}}},
                    {"label", {{"show", !line.name.empty()}, {"color", line.role}}}});
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

AxisRange round_range(double low, double high) {
  expects(std::isfinite(low) && std::isfinite(high) && low <= high, "an axis needs low <= high");
  const double span = high > low ? high - low : std::max(std::abs(low), 1.0);
  const double rough = span / 8;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  const double step = power * (rough / power <= 1   ? 1
                               : rough / power <= 2 ? 2
                               : rough / power <= 5 ? 5
                                                    : 10);
  const double first = std::floor(low / step);
  const double last = std::max(std::ceil(high / step), first + 1);
  // Divided by a whole number where the step is below 1: 0.3 and not 0.30000000000000004.
  if (step >= 1) return {first * step, last * step};
  const double parts = std::round(1 / step);
  return {first / parts, last / parts};
}

AxisRange round_logarithmic_range(double low, double high) {
  expects(low > 0 && std::isfinite(high) && low <= high,
          "a logarithmic axis needs 0 < low <= high");
  const auto ends = [](double value) {
    const double power = std::pow(10, std::floor(std::log10(value)));
    return std::array<double, 4>{power, 2 * power, 5 * power, 10 * power};
  };
  AxisRange range{ends(low)[0], ends(high)[3]};
  for (const double end : ends(low)) {
    if (end <= low) range.low = end;
  }
  const std::array<double, 4> above = ends(high);
  for (std::size_t i = above.size(); i-- > 0;) {
    if (above[i] >= high) range.high = above[i];
  }
  if (range.low == range.high) range = {range.low / 2, range.high * 2};
  return range;
}

void set_range(Json& axis, const AxisRange& range) {
  axis["min"] = range.low;
  axis["max"] = range.high;
}

void set_logarithmic_range(Json& axis, const Json& series, std::size_t dimension) {
  double low = 0;
  double high = 0;
  for (const Json& each : series) {
    for (const Json& row : each.at("data")) {
      const double value = row.at(dimension).get<double>();
      low = high == 0 ? value : std::min(low, value);
      high = std::max(high, value);
    }
  }
  if (high > 0) set_range(axis, round_logarithmic_range(low, high));
}

int height_of_rows(std::size_t rows, int pixels_a_row) {
  return std::max(240, 110 + static_cast<int>(rows) * pixels_a_row);
}

}  // namespace minerva
