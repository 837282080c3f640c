#include "minerva/data/digits.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "glyphs.hpp"
#include "minerva/arithmetic/portable_math.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/base/parallel.hpp"

namespace minerva {
namespace {
// How far the hand varies. Chosen so that 784-256-256-256-10 trained on 8,000 samples has an error
// between 1 and 4 %; every figure is an assumption.
constexpr double kPointJitter = 0.035;  // standard deviation, glyph boxes
constexpr double kMostRotation = 0.22;  // radians
constexpr double kMostShear = 0.28;     // horizontal shift per height
constexpr double kWidthLow_px = 11, kWidthHigh_px = 17;
constexpr double kHeightLow_px = 16, kHeightHigh_px = 21;
constexpr double kMostShift_px = 1.2;
constexpr double kElastic_px = 0.65;  // amplitude of each of four waves
constexpr double kWaveLow_px = 12, kWaveHigh_px = 40;
constexpr double kRadiusLow_px = 0.7, kRadiusHigh_px = 1.9;
constexpr double kEdge_px = 1.2;       // from full ink to none
constexpr double kGapChance = 0.08;    // that a stroke misses a piece
constexpr double kGrain = 0.10;        // deviation of the ink, pixel by pixel
constexpr double kSpeckChance = 0.15;  // that there is a speck of dirt
constexpr int kPiecesPerSpan = 6;
constexpr double kPi = 3.14159265358979323846;

/// A smooth random displacement of the paper: four plane waves.
class ElasticField {
 public:
  explicit ElasticField(KeyedRandom& random) {
    for (Wave& wave : waves_) {
      const double direction = random.uniform(0, 2 * kPi);
      const double number = 2 * kPi / random.uniform(kWaveLow_px, kWaveHigh_px);
      wave = {number * portable_cos(direction), number * portable_sin(direction),
              random.uniform(0, 2 * kPi), kElastic_px * random.normal(),
              kElastic_px * random.normal()};
    }
  }

  Point moved(Point p) const {
    Point to = p;
    for (const Wave& wave : waves_) {
      const double height = portable_sin(wave.kx * p.x + wave.ky * p.y + wave.phase);
      to.x += wave.dx * height;
      to.y += wave.dy * height;
    }
    return to;
  }

 private:
  struct Wave {
    double kx, ky, phase, dx, dy;
  };
  std::array<Wave, 4> waves_{};
};

/// Ink on paper, one value a pixel, 0 .. 1.
using Canvas = std::array<double, kDigitSide * kDigitSide>;

/// Draws a straight piece of a pen of the given radius, antialiased; ink does not add up.
void draw_piece(Canvas& canvas, Point a, Point b, double radius) {
  const double reach = radius + kEdge_px;
  const auto first = [&](double v) { return std::max(0, static_cast<int>(std::floor(v - reach))); };
  const auto last = [&](double v) {
    return std::min(kDigitSide - 1, static_cast<int>(std::floor(v + reach)));
  };
  const double dx = b.x - a.x;
  const double dy = b.y - a.y;
  const double length_squared = std::max(dx * dx + dy * dy, 1e-12);
  for (int y = first(std::min(a.y, b.y)); y <= last(std::max(a.y, b.y)); ++y) {
    for (int x = first(std::min(a.x, b.x)); x <= last(std::max(a.x, b.x)); ++x) {
      const double px = x + 0.5 - a.x;
      const double py = y + 0.5 - a.y;
      const double t = std::min(1.0, std::max(0.0, (px * dx + py * dy) / length_squared));
      const double ex = px - t * dx;
      const double ey = py - t * dy;
      const double ink = (radius - std::sqrt(ex * ex + ey * ey)) / kEdge_px + 0.5;
      double& pixel = canvas[static_cast<std::size_t>(y * kDigitSide + x)];
      pixel = std::max(pixel, std::min(1.0, ink));
    }
  }
}

/// Takes a glyph to the canvas: jitter, affine map, elastic displacement, pen.
void draw_glyph(Canvas& canvas, Glyph glyph, KeyedRandom& random) {
  const double angle = random.uniform(-kMostRotation, kMostRotation);
  const double cosine = portable_cos(angle);
  const double sine = portable_sin(angle);
  const double shear = random.uniform(-kMostShear, kMostShear);
  const double width = random.uniform(kWidthLow_px, kWidthHigh_px);
  const double height = random.uniform(kHeightLow_px, kHeightHigh_px);
  const double shift_x = kDigitSide / 2.0 + random.uniform(-kMostShift_px, kMostShift_px);
  const double shift_y = kDigitSide / 2.0 + random.uniform(-kMostShift_px, kMostShift_px);
  const double radius = random.uniform(kRadiusLow_px, kRadiusHigh_px);
  const ElasticField field(random);
  for (Stroke& stroke : glyph) {
    for (Point& p : stroke.points) {
      p.x += kPointJitter * random.normal();
      p.y += kPointJitter * random.normal();
    }
    std::vector<Point> fine = flatten(stroke, kPiecesPerSpan);
    for (Point& p : fine) {
      const double y = height * (p.y - 0.5);
      const double x = width * (p.x - 0.5) - shear * y;
      p = field.moved({cosine * x - sine * y + shift_x, sine * x + cosine * y + shift_y});
    }
    const std::size_t pieces = fine.size() - 1;
    std::size_t gap = pieces;
    if (random.uniform() < kGapChance) gap = random.below(pieces);
    for (std::size_t i = 0; i < pieces; ++i) {
      if (i != gap) draw_piece(canvas, fine[i], fine[i + 1], radius);
    }
  }
}

int draw_sample(KeyedRandom random, float* pixels) {
  const auto digit = static_cast<std::size_t>(random.below(10));
  const std::vector<Glyph>& ways = glyphs()[digit];
  Canvas canvas{};
  draw_glyph(canvas, ways[random.below(ways.size())], random);
  if (random.uniform() < kSpeckChance) {
    const Point from{random.uniform(2, kDigitSide - 2), random.uniform(2, kDigitSide - 2)};
    const Point to{from.x + 2 * random.normal(), from.y + 2 * random.normal()};
    draw_piece(canvas, from, to, random.uniform(0.3, 0.9));
  }
  const double darkness = random.uniform(0.75, 1.0);
  for (std::size_t i = 0; i < canvas.size(); ++i) {
    double ink = 0;
    if (canvas[i] > 0) ink = canvas[i] * darkness * (1 + kGrain * random.normal());
    // Through 8 bits, as a scanned image has them.
    const double level = std::floor(255 * std::min(1.0, std::max(0.0, ink)) + 0.5);
    pixels[i] = static_cast<float>(level) / 255.0F;
  }
  return static_cast<int>(digit);
}
}  // namespace

Samples generate_digits(std::uint64_t seed, DigitsPart part, int count, int threads) {
  expects(count >= 0 && threads >= 1, "generate_digits: sizes");
  Samples samples;
  samples.inputs.dense().resize(kDigitSide * kDigitSide, count);
  samples.labels.resize(static_cast<std::size_t>(count));
  const std::uint64_t key = std::uint64_t{static_cast<std::uint32_t>(part)} << 32;
  for_each_index_evenly(count, threads, [&](std::int64_t i) {
    throw_if_interrupted();
    samples.labels[static_cast<std::size_t>(i)] =
        draw_sample(KeyedRandom(seed, Stream::digits, key | static_cast<std::uint32_t>(i)),
                    samples.inputs.dense().col(i).data());
  });
  return samples;
}

}  // namespace minerva
