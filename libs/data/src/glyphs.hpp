#pragma once
#include <vector>

namespace minerva {

struct Point {
  double x = 0;  ///< to the right
  double y = 0;  ///< downwards
};

/// One pull of the pen: a line through `points`, either straight between them or curved.
struct Stroke {
  bool curved = false;
  std::vector<Point> points;
};

/// One way to write a digit, in a box of 1 x 1.
using Glyph = std::vector<Stroke>;

/// The ways to write each of the ten digits, drawn for this project.
const std::vector<std::vector<Glyph>>& glyphs();

/// The stroke as a fine polyline: a Catmull-Rom spline through its points when it is curved,
/// straight pieces of equal number otherwise; `pieces` a span between two points.
std::vector<Point> flatten(const Stroke& stroke, int pieces);

}  // namespace minerva
