#include "log_chart.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "html_page.hpp"
#include "minerva/core/errors.hpp"
#include "minerva/report/text_table.hpp"
#include "summary_names.hpp"

namespace minerva {
namespace {

constexpr double kWidth = 640;
constexpr double kHeight = 340;
constexpr double kLeft = 70;
constexpr double kRight = 16;
constexpr double kTop = 12;
constexpr double kBottom = 46;

/// Least and largest value, and where they lie in the picture.
struct Axis {
  bool linear = false;
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  double begin = 0;
  double end = 0;

  void include(double value) {
    expects(std::isfinite(value) && (linear || value > 0), "chart: a number does not fit its axis");
    low = std::min(low, value);
    high = std::max(high, value);
  }
  /// A margin of 3 %, and a decade (or a half on each side) where all values are one.
  void widen() {
    if (linear) {
      const double margin = high > low ? 0.03 * (high - low) : 0.5;
      low -= margin;
      high += margin;
      return;
    }
    const double margin = high > low ? std::pow(high / low, 0.03) : std::sqrt(10.0);
    low /= margin;
    high *= margin;
  }
  double at(double value) const {
    const double part =
        linear ? (value - low) / (high - low) : std::log(value / low) / std::log(high / low);
    return begin + (end - begin) * part;
  }
  std::vector<double> ticks() const { return linear ? even_ticks() : decade_ticks(); }
  /// 1, 2 and 5 of every decade; powers of ten alone when these are too many.
  std::vector<double> decade_ticks() const {
    std::vector<double> all;
    std::vector<double> decades;
    for (int e = static_cast<int>(std::floor(std::log10(low))); std::pow(10, e) <= high; ++e) {
      for (const double m : {1.0, 2.0, 5.0}) {
        const double value = m * std::pow(10, e);
        if (value < low || value > high) continue;
        all.push_back(value);
        if (m == 1) decades.push_back(value);
      }
    }
    return all.size() > 8 ? decades : all;
  }
  /// Multiples of 1, 2 or 5 times a power of ten, ten at most.
  std::vector<double> even_ticks() const {
    double step = std::pow(10, std::floor(std::log10((high - low) / 10)));
    for (const double m : {2.0, 2.5, 2.0}) {
      if ((high - low) / step <= 10) break;
      step *= m;
    }
    std::vector<double> all;
    for (double i = std::ceil(low / step); i * step <= high; ++i)
      all.push_back(i * step + 0.0);  // no -0
    return all;
  }
};

std::string px(double value) { return fixed_text(value, 1); }

std::string line(double x1, double y1, double x2, double y2, const std::string& style) {
  return "<line x1=\"" + px(x1) + "\" y1=\"" + px(y1) + "\" x2=\"" + px(x2) + "\" y2=\"" + px(y2) +
         "\" " + style + "/>\n";
}

std::string text(double x, double y, const std::string& what, const std::string& style) {
  return "<text x=\"" + px(x) + "\" y=\"" + px(y) + "\" fill=\"var(--soft)\" font-size=\"12\" " +
         style + ">" + html_escaped(what) + "</text>\n";
}

std::string marks(const ChartSeries& series, const Axis& x, const Axis& y) {
  std::string path;
  for (const ChartPoint& p : series.points) {
    const std::string at = px(x.at(p.x)) + " " + px(y.at(p.y));
    switch (series.mark) {
      case ChartSeries::Mark::line:
      case ChartSeries::Mark::intervals:
        path += (path.empty() ? "M" : "L") + at;
        break;
      case ChartSeries::Mark::dots:
        path += "M" + at + "h0";
        break;
      case ChartSeries::Mark::ring:
        path += "M" + at + "m-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0";
        break;
    }
  }
  if (series.mark == ChartSeries::Mark::intervals) {
    for (const ChartPoint& p : series.points) {
      const double low = y.linear ? p.low : std::max(p.low, y.low);
      path += "M" + px(x.at(p.x)) + " " + px(y.at(low)) + "V" + px(y.at(p.high));
    }
  }
  const char* width = series.mark == ChartSeries::Mark::dots ? "3" : "2";
  return "<path d=\"" + path + "\" fill=\"none\" stroke=\"" + series.colour + "\" stroke-width=\"" +
         width + "\" stroke-linecap=\"round\"/>\n";
}

}  // namespace

std::string log_chart(const std::string& x_name, const std::string& y_name,
                      const std::vector<ChartSeries>& series,
                      const std::vector<ChartBorder>& borders) {
  return chart({x_name}, {y_name}, series, borders);
}

std::string chart(const ChartAxis& x_axis, const ChartAxis& y_axis,
                  const std::vector<ChartSeries>& series, const std::vector<ChartBorder>& borders) {
  Axis x;
  Axis y;
  x.linear = x_axis.scale == ChartAxis::Scale::linear;
  y.linear = y_axis.scale == ChartAxis::Scale::linear;
  for (const ChartSeries& s : series) {
    for (const ChartPoint& p : s.points) {
      x.include(p.x);
      y.include(p.y);
      if (s.mark != ChartSeries::Mark::intervals) continue;
      y.include(p.high);
      if (y.linear || p.low > 0) y.include(p.low);
    }
  }
  if (x.high < x.low) return "";
  x.widen();
  y.widen();
  x.begin = kLeft;
  x.end = kWidth - kRight;
  y.begin = kHeight - kBottom;
  y.end = kTop;
  std::string legend;
  for (const ChartSeries& s : series) {
    legend +=
        "<span class=\"key\" style=\"background:" + s.colour + "\"></span>" + html_escaped(s.name);
  }
  std::string svg = "<p class=\"soft\">" + legend + "</p>\n<svg viewBox=\"0 0 " + px(kWidth) + " " +
                    px(kHeight) + "\" role=\"img\" aria-label=\"" +
                    html_escaped(y_axis.name + " against " + x_axis.name) +
                    "\" style=\"max-width:44rem;width:100%\">\n";
  const std::string grid = "stroke=\"var(--line)\" stroke-width=\"1\"";
  for (const double value : x.ticks()) {
    svg += line(x.at(value), y.begin, x.at(value), y.end, grid);
    svg += text(x.at(value), y.begin + 16, readable_number(value), "text-anchor=\"middle\"");
  }
  for (const double value : y.ticks()) {
    svg += line(x.begin, y.at(value), x.end, y.at(value), grid);
    svg += text(x.begin - 6, y.at(value) + 4, readable_number(value), "text-anchor=\"end\"");
  }
  for (const ChartSeries& s : series) svg += marks(s, x, y);
  for (const ChartBorder& border : borders) {
    const double at = x.at(border.x);
    const bool right = at < (x.begin + x.end) / 2;
    svg += line(at, y.begin, at, y.end,
                "stroke=\"var(--bad)\" stroke-width=\"1\" stroke-dasharray=\"5 4\"");
    svg += text(at + (right ? 5 : -5), y.end + 12, border.name,
                right ? "text-anchor=\"start\"" : "text-anchor=\"end\"");
  }
  svg += text((x.begin + x.end) / 2, kHeight - 8, x_axis.name, "text-anchor=\"middle\"");
  svg += text(0, 0, y_axis.name,
              "text-anchor=\"middle\" transform=\"translate(14 " + px((y.begin + y.end) / 2) +
                  ") rotate(-90)\"");
  return svg + "</svg>\n";
}

}  // namespace minerva
