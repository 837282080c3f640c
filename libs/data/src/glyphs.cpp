#include "glyphs.hpp"

#include <cstddef>

namespace minerva {
namespace {
Stroke curve(std::vector<Point> points) { return {true, std::move(points)}; }
Stroke line(std::vector<Point> points) { return {false, std::move(points)}; }

std::vector<std::vector<Glyph>> draw_glyphs() {
  // The formatter would put one point on a line and hide the shapes.
  // clang-format off
  return {
      // 0: round, slanted with an overlapping end, open at the top
      {{curve({{.5, 0}, {.17, .18}, {.05, .5}, {.17, .83}, {.5, 1}, {.83, .82}, {.95, .5},
                {.83, .17}, {.48, .01}})},
       {curve({{.62, .04}, {.25, .2}, {.12, .6}, {.3, .95}, {.6, .93}, {.85, .6}, {.83, .2},
                {.55, .02}, {.38, .14}})},
       {curve({{.38, .05}, {.12, .3}, {.1, .68}, {.4, 1}, {.8, .85}, {.92, .45}, {.78, .1},
                {.58, .03}})}},
      // 1: a bar, with a flag, with a flag and a foot
      {{line({{.52, 0}, {.48, 1}})},
       {line({{.27, .27}, {.56, 0}, {.55, 1}})},
       {line({{.28, .22}, {.52, 0}, {.52, 1}}),
        line({{.2, 1}, {.85, 1}})}},
      // 2: with a straight foot, with a loop, angular
      {{curve({{.1, .26}, {.3, .04}, {.65, .03}, {.84, .26}, {.68, .55}, {.36, .8}, {.08, 1}}),
        line({{.08, 1}, {.95, .97}})},
       {curve({{.12, .2}, {.45, 0}, {.82, .2}, {.65, .6}, {.3, .92}, {.1, .93}, {.14, .76},
                {.4, .8}, {.65, .97}, {.95, .9}})},
       {curve({{.1, .12}, {.5, .02}, {.86, .12}, {.6, .5}}),
        line({{.6, .5}, {.1, .98}, {.92, .96}})}},
      // 3: round, with a flat top, in one pull
      {{curve({{.12, .12}, {.45, 0}, {.82, .18}, {.7, .42}, {.38, .48}}),
        curve({{.38, .48}, {.78, .55}, {.9, .78}, {.58, 1}, {.1, .9}})},
       {line({{.1, .03}, {.85, .03}, {.42, .42}}),
        curve({{.42, .42}, {.8, .5}, {.88, .78}, {.55, 1}, {.1, .92}})},
       {curve({{.15, .1}, {.55, .01}, {.78, .22}, {.5, .46}, {.42, .5}, {.6, .5}, {.86, .72},
                {.55, .99}, {.12, .92}})}},
      // 4: open, closed, with a soft corner
      {{line({{.2, 0}, {.1, .55}, {.92, .55}}),
        line({{.75, .1}, {.7, 1}})},
       {line({{.66, 0}, {.08, .66}, {.95, .66}}),
        line({{.66, 0}, {.65, 1}})},
       {curve({{.15, .05}, {.12, .42}, {.35, .56}, {.8, .48}}),
        line({{.85, 0}, {.74, 1}})}},
      // 5: with a roof, roof detached, like an S
      {{line({{.85, .03}, {.25, .03}, {.18, .45}}),
        curve({{.18, .45}, {.5, .36}, {.85, .55}, {.82, .85}, {.5, 1}, {.1, .9}})},
       {curve({{.22, .1}, {.18, .45}, {.55, .42}, {.82, .65}, {.6, .97}, {.12, .94}}),
        line({{.3, .05}, {.9, 0}})},
       {curve({{.86, .05}, {.38, .06}, {.2, .35}, {.6, .5}, {.8, .75}, {.5, 1}, {.12, .93}})}},
      // 6: bent, straight, with a small loop
      {{curve({{.7, 0}, {.3, .25}, {.1, .62}, {.25, .95}, {.6, 1}, {.85, .78}, {.65, .55}, {.3, .6},
                {.12, .75}})},
       {curve({{.45, 0}, {.2, .4}, {.12, .75}, {.4, 1}, {.8, .85}, {.75, .6}, {.45, .55},
                {.18, .75}})},
       {curve({{.62, .02}, {.25, .42}, {.2, .85}, {.5, 1}, {.72, .85}, {.6, .68}, {.32, .78}})}},
      // 7: plain, with a bar, with a serif
      {{line({{.08, .05}, {.9, .05}, {.4, 1}})},
       {curve({{.08, .08}, {.45, .05}, {.88, .06}}),
        curve({{.88, .06}, {.58, .45}, {.42, 1}}),
        line({{.28, .5}, {.76, .47}})},
       {line({{.08, .22}, {.1, .05}}),
        curve({{.1, .05}, {.5, .08}, {.9, .03}}),
        curve({{.9, .03}, {.6, .42}, {.46, 1}})}},
      // 8: in one pull, two rings, open at the top
      {{curve({{.75, .12}, {.45, 0}, {.2, .2}, {.45, .45}, {.8, .7}, {.7, .95}, {.35, 1}, {.15, .8},
                {.4, .52}, {.75, .3}, {.74, .1}})},
       {curve({{.5, 0}, {.24, .2}, {.5, .46}, {.77, .2}, {.48, .01}}),
        curve({{.5, .46}, {.14, .74}, {.5, 1}, {.87, .74}, {.48, .46}})},
       {curve({{.82, .08}, {.4, .02}, {.22, .25}, {.55, .48}, {.78, .75}, {.5, 1}, {.2, .8},
                {.48, .5}, {.84, .16}})}},
      // 9: straight stem, bent stem, small head
      {{curve({{.8, .2}, {.45, 0}, {.12, .22}, {.3, .48}, {.68, .42}, {.82, .15}}),
        line({{.82, .15}, {.72, 1}})},
       {curve({{.78, .18}, {.45, .01}, {.15, .22}, {.32, .46}, {.7, .4}, {.8, .16}, {.82, .6},
                {.6, .97}, {.18, .93}})},
       {curve({{.72, .1}, {.4, .03}, {.25, .25}, {.5, .4}, {.75, .15}, {.68, .6}, {.45, 1}})}}};
  // clang-format on
}

/// The uniform Catmull-Rom spline between b and c, 0 <= t <= 1.
double spline(double a, double b, double c, double d, double t) {
  return 0.5 * (2 * b + t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a))));
}
}  // namespace

const std::vector<std::vector<Glyph>>& glyphs() {
  static const std::vector<std::vector<Glyph>> drawn = draw_glyphs();
  return drawn;
}

std::vector<Point> flatten(const Stroke& stroke, int pieces) {
  const std::vector<Point>& p = stroke.points;
  std::vector<Point> fine{p.front()};
  for (std::size_t i = 0; i + 1 < p.size(); ++i) {
    const Point& b = p[i];
    const Point& c = p[i + 1];
    const Point& a = i > 0 ? p[i - 1] : b;
    const Point& d = i + 2 < p.size() ? p[i + 2] : c;
    for (int piece = 1; piece <= pieces; ++piece) {
      const double t = static_cast<double>(piece) / pieces;
      fine.push_back(stroke.curved
                         ? Point{spline(a.x, b.x, c.x, d.x, t), spline(a.y, b.y, c.y, d.y, t)}
                         : Point{b.x + t * (c.x - b.x), b.y + t * (c.y - b.y)});
    }
  }
  return fine;
}

}  // namespace minerva
