#pragma once
#include <optional>
#include <string>
#include <vector>

namespace minerva {

/// What a click on a point, or Enter, opens beside a figure: a bar a part with its number, the
/// total, and the other dimensions of the point as a list.
struct Breakdown {
  std::string title;               ///< "Power by part"
  std::string unit;                ///< of the parts and of the total: "mW"
  std::vector<std::string> parts;  ///< dimensions of the series that are the parts, in order
  std::string total;               ///< the dimension that is their sum: "power, mW"
};

/// What a reader may change of a cloud of points: which quantities are the axes and the colour,
/// and, by parallel coordinates, which points are shown. Names are dimensions of the series.
struct Explorer {
  std::vector<std::string> series;      ///< by name, those that are coloured and filtered
  std::vector<std::string> quantities;  ///< to choose from
  std::string x;                        ///< those that the option draws
  std::string y;
  std::vector<std::string> axes;  ///< of the parallel coordinates; one of equal values is left out
  std::string noun = "designs";   ///< what the points are
};

/// One figure of a page, drawn by ECharts 5.0.0 (line, bar, scatter and pie series alone).
///
/// `option` is an ECharts option as JSON text (option_parts.hpp), completed by page/report.js,
/// which adds theme, legend, grid, tooltip, number formats, patterns and the text for screen
/// readers. It follows these rules:
/// - Every series has `name`, `dimensions` and rows as arrays: {"type": "scatter", "name":
///   "frontier", "dimensions": ["time, us", "power, mW", "lanes"], "data": [[20.1, 33.0, 4], ..]}.
///   A dimension's name ends in its unit behind the last ", ". Tooltip, announcements and
///   breakdowns list the dimensions by these names; numbers get three digits; an empty text or null
///   is left out; texts are allowed, and stand for categories in bar charts. `encode` says what is
///   drawn where it is not the first two.
/// - A series that only helps to draw (the foot of a band) has "silent": true; it is in neither
///   legend nor tooltip nor reach of the keyboard.
/// - Axes have `type` and `name` (with unit). Leave out `grid`, or give an array of n empty objects
///   with `gridIndex` in the axes: n grids are stacked from top to bottom. Leave out `legend`,
///   `title`, `toolbox`, `textStyle`, `animation`.
/// - `tooltip` is by item; {"tooltip": {"trigger": "axis"}} lists all series of a category, with
///   their sum where they are stacked.
/// - No colour is written out. Series take the theme's palette in order. Where a colour means
///   something it is a role, understood under every key that ends in "olor": "@bound", "@chosen",
///   "@book", "@frontier", "@quiet" (the many points behind), "@ink", "@soft" (text that steps
///   back), "@line", "@paper", "@good", "@bad", and "@1" .. "@9" of the palette, so that a part has
///   one colour in all figures.
/// - A function is an object {"minerva": "name"} in the place of a formatter, a symbol size or the
///   like: {"formatter": {"minerva": "number"}}. Names are those of the table `functions` in
///   page/option.js; an unknown one is an error.
struct Figure {
  std::string id;           ///< "design-space": its anchor, and the name of its downloads
  std::string title;        ///< what it shows
  std::string caption;      ///< one or two sentences: what to see, which set, units; plain text
  std::string option;       ///< one JSON object
  std::string csv;          ///< the data behind it, every column with its unit
  std::string book;         ///< the book's figure beside it, "Fig. 4.7: ..."; may be empty
  std::string alternative;  ///< what a reader who does not see it should know; plain text
  std::optional<Breakdown> breakdown = std::nullopt;
  std::optional<Explorer> explorer = std::nullopt;
  int height_px = 380;            ///< CSS pixels, without the caption
  std::string first_series = {};  ///< where the keyboard begins; empty: the one drawn first
};

}  // namespace minerva
