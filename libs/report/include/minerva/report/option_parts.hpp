#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace minerva {

// Pieces of ECharts options that figures share; figure.hpp says what an option may hold. Whoever
// calls these functions includes nlohmann/json.hpp.

using Json = nlohmann::ordered_json;

/// {"type": type, "name": name}; name with its unit.
Json axis(const char* type, const std::string& name);
/// The same in grid number `grid`.
Json axis(const char* type, const std::string& name, int grid);

/// A series without rows.
Json series(const char* type, const std::string& name, const std::vector<std::string>& dimensions);
/// Sets the axes of a series in grid number `grid`, of axes that are one a grid.
void put_into_grid(Json& series, int grid);

/// Colour, a role of figure.hpp, of marks, lines and areas.
void paint(Json& series, const char* role);
/// A ring around a point, in a role's colour.
void make_ring(Json& series, const char* role);
/// The sign of the book's numbers.
void make_book_mark(Json& series);

/// A straight line across a grid.
struct Ruler {
  char axis = 'x';  ///< the axis that `at` is a value of
  double at = 0;
  std::string name;  ///< short, written along the line
  const char* role = "@soft";
  const char* dash = "dashed";
  bool named_left = false;  ///< of a vertical line
};
/// A "markLine" for a series; its lines leave with the series.
Json rulers(const std::vector<Ruler>& lines);

/// The two silent series of a band from low to high along x. They go behind the series of the same
/// name in the list, whose sign the legend shows, and are drawn below it.
struct BandPoint {
  double x = 0;
  double low = 0;
  double high = 0;
};
std::vector<Json> band(const std::string& name, const std::string& x_name,
                       const std::vector<BandPoint>& points);

/// Least and largest of what an axis is to hold.
struct Extent {
  double low = 0;
  double high = 0;
  bool empty = true;

  void hold(double value);
};

/// Gives a linear axis round ends that hold low and high, and ticks that meet both.
void set_range(Json& axis, double low, double high);
/// Gives a logarithmic axis ends at 1, 2 or 5 times a power of ten that hold low and high. Needs
/// 0 < low <= high. Ends between powers of ten are not written where there are powers enough.
void set_logarithmic_range(Json& axis, double low, double high);
/// The same for one dimension of all rows of `series`, which are positive.
void set_logarithmic_range(Json& axis, const Json& series, std::size_t dimension);

/// The text of a whole option, as Figure::option has it.
std::string figure_option(const Json& option);

/// "1 point", "2 points".
std::string counted(std::size_t count, const char* one);

/// Half the height of a phone's screen at the least, more for many rows of bars.
int height_of_rows(std::size_t rows, int pixels_a_row);

}  // namespace minerva
