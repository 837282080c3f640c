#pragma once
#include <string>
#include <vector>

namespace minerva {

struct ChartPoint {
  double x = 0;
  double y = 0;
};

/// Points of one kind; positive numbers.
struct ChartSeries {
  enum class Mark { dots, line, ring };
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

/// A picture in SVG with logarithmic axes from the least to the largest value, a legend above.
/// Empty when there is no point.
std::string log_chart(const std::string& x_name, const std::string& y_name,
                      const std::vector<ChartSeries>& series,
                      const std::vector<ChartBorder>& borders = {});

}  // namespace minerva
