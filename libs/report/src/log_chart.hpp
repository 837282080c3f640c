#pragma once
#include <string>
#include <vector>

namespace minerva {

struct ChartPoint {
  double x = 0;
  double y = 0;
  /// An interval of y, drawn as a bar by Mark::intervals.
  double low = 0;
  double high = 0;
};

/// Points of one kind; positive numbers on a logarithmic axis, any finite ones on a linear one.
struct ChartSeries {
  /// intervals: a line through the points, and a bar at each from its low to its high.
  enum class Mark { dots, line, ring, intervals };
  std::string name;
  Mark mark = Mark::dots;
  std::string colour;  ///< a CSS value
  std::vector<ChartPoint> points;
};

/// A vertical line across the chart.
struct ChartBorder {
  double x = 0;
  std::string name;
};

struct ChartAxis {
  enum class Scale { logarithmic, linear };
  std::string name;  ///< with its unit
  Scale scale = Scale::logarithmic;
};

/// A picture in SVG with axes from the least to the largest value, a legend above. Bars that leave
/// a logarithmic axis at its foot are cut at the least value. Empty when there is no point.
std::string chart(const ChartAxis& x, const ChartAxis& y, const std::vector<ChartSeries>& series,
                  const std::vector<ChartBorder>& borders = {});
/// The same with both axes logarithmic.
std::string log_chart(const std::string& x_name, const std::string& y_name,
                      const std::vector<ChartSeries>& series,
                      const std::vector<ChartBorder>& borders = {});

}  // namespace minerva
