#include "quantize_figures.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "minerva/published/figures.hpp"
#include "minerva/report/option_parts.hpp"
#include "quantize_csv.hpp"
#include "quantize_text.hpp"

namespace minerva::quantize {
namespace {

constexpr QFormat format_of(const published::Figure& integer_bits,
                            const published::Figure& fraction_bits) {
  return {static_cast<int>(integer_bits.value), static_cast<int>(fraction_bits.value)};
}
/// The book's datapath for MNIST.
const LayerFormats kBookMnist{
    format_of(published::kMnistWeightIntegerBits, published::kMnistWeightFractionBits),
    format_of(published::kMnistActivationIntegerBits, published::kMnistActivationFractionBits),
    format_of(published::kMnistProductIntegerBits, published::kMnistProductFractionBits), 0};

struct Signal {
  const char* name;
  QFormat LayerFormats::*format;
};
constexpr Signal kSignals[] = {
    {"W", &LayerFormats::weight}, {"X", &LayerFormats::activation}, {"P", &LayerFormats::product}};

/// Integer and fraction bits of one reading, stacked, a bar a layer and signal.
void add_reading(Json& all, const std::string& name, const char* stack,
                 const std::vector<LayerFormats>& layers, double opacity) {
  const auto part = [&](const char* what, const char* role) {
    Json bar = series("bar", name + ", " + what + " bits",
                      {"layer and signal", std::string(what) + " bits", "format", "bits in all"});
    bar["encode"] = {{"x", 1}, {"y", 0}};
    bar["stack"] = stack;
    bar["itemStyle"] = {{"color", role}, {"opacity", opacity}};
    return bar;
  };
  Json integer = part("integer", "@1");
  Json fraction = part("fraction", "@2");
  for (std::size_t k = 0; k < layers.size(); ++k) {
    for (const Signal& signal : kSignals) {
      const QFormat q = layers[k].*signal.format;
      const std::string category = std::to_string(k + 1) + " " + signal.name;
      integer["data"].push_back({category, q.integer_bits, to_string(q), q.bits()});
      fraction["data"].push_back({category, q.fraction_bits, to_string(q), q.bits()});
    }
  }
  all.push_back(integer);
  all.push_back(fraction);
}

Figure bits(const RunSummary& summary, const QuantizeSection& plan) {
  Figure figure;
  Json all = Json::array();
  add_reading(all, "needed", "needed", plan.searched, 1);
  const HardwareReading* const built = chosen_reading(plan);
  if (built != nullptr) add_reading(all, "built", "built", built->layers, 0.55);
  Json categories = Json::array();
  Json book =
      series("scatter", "the book's datapath", {"layer and signal", "bits in all", "format"});
  for (std::size_t k = 0; k < plan.searched.size(); ++k) {
    for (const Signal& signal : kSignals) {
      const std::string category = std::to_string(k + 1) + " " + signal.name;
      categories.push_back(category);
      const QFormat q = kBookMnist.*signal.format;
      book["data"].push_back({category, q.bits(), to_string(q)});
    }
  }
  if (summary.provenance.data_name == "mnist") {
    book["encode"] = {{"x", 1}, {"y", 0}};
    make_book_mark(book);
    all.push_back(book);
    figure.book = "Fig. 4.6 and Sec. 4.4.1, MNIST: the datapath has " + formats_text(kBookMnist) +
                  " for W, X and P; its bits by layer can only be seen in a plot.";
  } else {
    figure.book = "Fig. 4.6, for MNIST alone.";
  }
  Json y = axis("category", "");
  y["data"] = categories;
  y["inverse"] = true;
  Json x = axis("value", "bits");
  x["minInterval"] = 1;
  figure.option = figure_option({{"xAxis", x}, {"yAxis", y}, {"series", all}});
  figure.id = "bits";
  figure.title = "Bits of each layer and signal";
  figure.caption =
      "Weights W, inputs X and products P of each layer: integer bits with the sign, "
      "then fraction bits. Needed: as searched, layers together" +
      std::string(built == nullptr ? "."
                                   : "; built: as the one datapath has them, " +
                                         formats_text(built->layers.front()) + " in layer 1.");
  std::string text;
  for (std::size_t k = 0; k < plan.searched.size(); ++k) {
    text += (k == 0 ? "Layer " : "; layer ") + std::to_string(k + 1) + " needs " +
            formats_text(plan.searched[k]);
  }
  figure.alternative = text + ".";
  figure.csv = formats_csv(plan);
  figure.height_px = height_of_rows(categories.size(), 26);
  return figure;
}

/// Error and divergence around the chosen formats.
std::vector<Figure> around(const RunSummary& summary, const QuantizeSection& plan) {
  if (plan.curve.empty() || summary.network.validation_samples <= 0) return {};
  const auto samples = static_cast<double>(summary.network.validation_samples);
  const std::vector<std::string> of_error = {"bits of W, X and P",        "validation error, %",
                                             "validation wrong, samples", "test wrong, samples",
                                             "integer bits added",        "fraction bits added"};
  const std::vector<std::string> of_divergence = {"bits of W, X and P", "divergence, nats",
                                                  "on test, nats", "integer bits added",
                                                  "fraction bits added"};
  const auto is_chosen = [](const FormatCurveRow& row) {
    return row.integer_bits_added == 0 && row.fraction_bits_added == 0;
  };
  const auto error_point = [&](const FormatCurveRow& row) {
    return Json{row.datapath_bits,      100 * static_cast<double>(row.validation_wrong) / samples,
                row.validation_wrong,   row.test_wrong,
                row.integer_bits_added, row.fraction_bits_added};
  };
  const auto divergence_point = [](const FormatCurveRow& row) {
    return Json{row.datapath_bits, row.validation_divergence, row.test_divergence,
                row.integer_bits_added, row.fraction_bits_added};
  };
  constexpr const char* kFilled[] = {"circle", "rect", "triangle"};
  constexpr const char* kHollow[] = {"emptyCircle", "emptyRect", "emptyTriangle"};
  Json all = Json::array();
  std::size_t zeros = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    for (const bool fraction : {true, false}) {
      std::vector<const FormatCurveRow*> rows;
      bool changed = false;
      for (const FormatCurveRow& row : plan.curve) {
        const bool mine = row.signal == kSignals[i].name &&
                          (fraction ? row.integer_bits_added : row.fraction_bits_added) == 0;
        changed = changed || mine;
        if (mine || is_chosen(row)) rows.push_back(&row);
      }
      if (!changed) continue;
      std::stable_sort(rows.begin(), rows.end(),
                       [](const FormatCurveRow* a, const FormatCurveRow* b) {
                         return a->datapath_bits < b->datapath_bits;
                       });
      const std::string name =
          std::string(kSignals[i].name) + (fraction ? ", fraction bits" : ", integer bits");
      Json error = series("line", name, of_error);
      Json divergence = series("line", name, of_divergence);
      const std::string role = "@" + std::to_string(i + 1);
      for (Json* each : {&error, &divergence}) {
        paint(*each, role.c_str());
        (*each)["symbol"] = fraction ? kFilled[i] : kHollow[i];
        (*each)["symbolSize"] = 8;
        (*each)["lineStyle"]["type"] = fraction ? "solid" : "dashed";
      }
      for (const FormatCurveRow* row : rows) {
        error["data"].push_back(error_point(*row));
        if (row->validation_divergence > 0) {
          divergence["data"].push_back(divergence_point(*row));
        } else if (!is_chosen(*row)) {
          ++zeros;
        }
      }
      put_into_grid(error, 0);
      put_into_grid(divergence, 1);
      all.push_back(error);
      if (!divergence["data"].empty()) all.push_back(divergence);
    }
  }
  for (const FormatCurveRow& row : plan.curve) {
    if (!is_chosen(row)) continue;
    const auto add = [&](const std::vector<std::string>& dimensions, const Json& point, int grid) {
      Json mark = series("scatter", "chosen", dimensions);
      mark["data"].push_back(point);
      make_ring(mark, "@chosen");
      put_into_grid(mark, grid);
      all.push_back(mark);
    };
    add(of_error, error_point(row), 0);
    if (row.validation_divergence > 0) add(of_divergence, divergence_point(row), 1);
    break;
  }
  if (all.empty()) return {};
  Figure figure;
  const StageRow* stage = nullptr;
  for (const StageRow& row : summary.stages) {
    if (row.stage == kQuantizeStage) stage = &row;
  }
  std::optional<double> bound;
  if (stage != nullptr && stage->bound_validation_wrong) {
    bound = 100 * *stage->bound_validation_wrong / samples;
    all[0]["markLine"] = rulers({{'y', *bound, "bound", "@bound", "dashed"}});
  }
  Json above = axis("value", "", 0);
  above["axisLabel"]["show"] = false;
  Json below = axis("value", "bits of W, X and P together", 1);
  int least = plan.curve.front().datapath_bits;
  int most = least;
  for (const FormatCurveRow& row : plan.curve) {
    least = std::min(least, row.datapath_bits);
    most = std::max(most, row.datapath_bits);
  }
  for (Json* each : {&above, &below}) {
    set_range(*each, least - 0.5, most + 0.5);
    (*each)["minInterval"] = 1;
  }
  Json error = axis("value", "validation error, %", 0);
  Extent errors;
  for (const FormatCurveRow& row : plan.curve) {
    errors.hold(100 * static_cast<double>(row.validation_wrong) / samples);
  }
  if (bound) errors.hold(*bound);
  set_range(error, errors.low, errors.high);
  figure.option = figure_option({{"grid", Json::array({Json::object(), Json::object()})},
                                 {"xAxis", {above, below}},
                                 {"yAxis", {error, axis("log", "divergence, nats", 1)}},
                                 {"series", all}});
  figure.id = "error-against-bits";
  figure.title = "Error around the chosen formats";
  figure.caption =
      "One signal's bits changed in every layer, all else as chosen: error above, "
      "divergence from the float network's outputs below, on validation.";
  if (zeros > 0) {
    figure.caption += " Left out below: " + counted(zeros, "point") + " without divergence.";
  }
  figure.alternative = std::to_string(plan.curve.size()) + " variants from " +
                       std::to_string(least) + " to " + std::to_string(most) +
                       " bits in all; the table has their numbers.";
  figure.csv = format_curve_csv(plan);
  figure.height_px = 480;
  return {figure};
}

}  // namespace

std::vector<Figure> format_figures(const RunSummary& summary, const QuantizeSection& plan) {
  if (plan.searched.empty()) return {};
  std::vector<Figure> figures = {bits(summary, plan)};
  for (Figure& figure : around(summary, plan)) figures.push_back(std::move(figure));
  return figures;
}

}  // namespace minerva::quantize
