#include <algorithm>
#include <nlohmann/json.hpp>

#include "minerva/report/csv.hpp"
#include "minerva/report/layer_figure.hpp"
#include "minerva/report/option_parts.hpp"
#include "minerva/report/text_table.hpp"
#include "sections.hpp"

namespace minerva {
namespace {

double number_of(const std::vector<NamedNumber>& numbers, const char* name) {
  for (const NamedNumber& each : numbers) {
    if (each.name == name) return each.value;
  }
  return 0;
}

/// Of the products that a layer could make; 0 for a pool.
double skipped_percent(const LayerEstimate& layer) {
  const double done = number_of(layer.events, "macs_done");
  const double skipped = number_of(layer.events, "macs_skipped");
  return done + skipped > 0 ? 100 * skipped / (done + skipped) : 0;
}

/// The finished machine; null: no stage has one.
const StageRow* last_with_layers(const RunSummary& s) {
  const auto last = std::find_if(s.stages.rbegin(), s.stages.rend(),
                                 [](const StageRow& row) { return !row.layers.empty(); });
  return last == s.stages.rend() ? nullptr : &*last;
}

/// Its cycles are those of the layer before.
bool is_fused(const LayerEstimate& layer) { return layer.cycles.total() == 0; }
/// Nothing of it is to be drawn.
bool is_free(const LayerEstimate& layer) { return is_fused(layer) && !(layer.energy_nj() > 0); }

std::string layer_table(const std::vector<LayerEstimate>& layers) {
  HtmlTable table({{"layer", kText},
                   {"formats", kText},
                   {"cycles"},
                   {"of them stalls"},
                   {"MACs skipped, %"},
                   {"energy, nJ"},
                   {"of it leakage, nJ"}});
  for (std::size_t k = 0; k < layers.size(); ++k) {
    const LayerEstimate& layer = layers[k];
    if (is_fused(layer)) {
      table.add({layer_label(layers, k), layer.formats, "with the layer before", "", "",
                 readable_number(layer.energy_nj()), ""});
      continue;
    }
    table.add({layer_label(layers, k), layer.formats, count_text(layer.cycles.total()),
               count_text(layer.cycles.stall), fixed_text(skipped_percent(layer), 1),
               readable_number(layer.energy_nj()), readable_number(layer.leakage_nj)});
  }
  return table.html("Layers of the finished machine");
}

}  // namespace

std::string layer_label(const std::vector<LayerEstimate>& layers, std::size_t k) {
  return std::to_string(k + 1) + ": " + layers[k].name;
}

Figure layer_figure(const std::vector<LayerEstimate>& layers) {
  Csv csv({"layer", "quantity", "of", "value"});
  Json categories = Json::array();
  for (std::size_t k = 0; k < layers.size(); ++k) {
    if (!is_free(layers[k])) categories.push_back(layer_label(layers, k));
  }
  Json all = Json::array();
  const auto add = [&](const std::string& name, const char* quantity, int grid, auto&& value) {
    Json bars = series("bar", name, {"layer", quantity});
    bool some = false;
    for (std::size_t k = 0; k < layers.size(); ++k) {
      if (is_free(layers[k])) continue;
      const double number = value(layers[k]);
      some = some || number > 0;
      bars["data"].push_back({layer_label(layers, k), number});
      csv.add({layer_label(layers, k), quantity, name, number});
    }
    bars["encode"] = {{"x", 1}, {"y", 0}};
    bars["stack"] = quantity;
    put_into_grid(bars, grid);
    if (some) all.push_back(bars);
  };
  for (const NamedNumber& part : layers.front().parts_nj) {
    add(part.name, "energy, nJ", 0,
        [&](const LayerEstimate& layer) { return number_of(layer.parts_nj, part.name.c_str()); });
  }
  add("leakage", "energy, nJ", 0, [](const LayerEstimate& layer) { return layer.leakage_nj; });
  for (const CycleName& cause : cycle_names()) {
    std::string name = cause.name;
    std::replace(name.begin(), name.end(), '_', ' ');
    add(name, "cycles", 1, [&](const LayerEstimate& layer) {
      return static_cast<double>(layer.cycles.*cause.member);
    });
  }
  Json x_axes = Json::array();
  Json y_axes = Json::array();
  for (int grid = 0; grid < 2; ++grid) {
    x_axes.push_back(axis("value", grid == 0 ? "energy, nJ" : "cycles", grid));
    Json y = axis("category", "", grid);
    y["data"] = categories;
    y["inverse"] = true;
    y_axes.push_back(y);
  }
  Figure figure;
  figure.option = figure_option({{"grid", Json::array({Json::object(), Json::object()})},
                                 {"xAxis", x_axes},
                                 {"yAxis", y_axes},
                                 {"series", all}});
  figure.id = "energy-by-layer";
  figure.title = "Energy and cycles of each layer";
  figure.caption =
      "Of a prediction on the machine. Leakage is that of the whole accelerator while the "
      "layer runs. A pool that the layer before takes along has energy and no cycles of its own.";
  const auto most = std::max_element(
      layers.begin(), layers.end(),
      [](const LayerEstimate& a, const LayerEstimate& b) { return a.energy_nj() < b.energy_nj(); });
  double whole_nj = 0;
  for (const LayerEstimate& layer : layers) whole_nj += layer.energy_nj();
  figure.alternative = "Layer " +
                       layer_label(layers, static_cast<std::size_t>(most - layers.begin())) +
                       " takes most, " + readable_number(most->energy_nj()) + " of " +
                       readable_number(whole_nj) + " nJ.";
  figure.csv = csv.text();
  figure.height_px = 2 * height_of_rows(categories.size(), 26) + 60;
  return figure;
}

std::vector<Figure> layer_energy_figures(const RunSummary& s) {
  const StageRow* last = last_with_layers(s);
  if (last == nullptr) return {};
  return {layer_figure(last->layers)};
}

PageSection layer_section(const RunSummary& s) {
  PageSection section("layers", "Layers", "Where a prediction spends its time and energy");
  const StageRow* last = last_with_layers(s);
  if (last == nullptr) return section;
  return section.add(layer_table(last->layers)).add(layer_energy_figures(s));
}

}  // namespace minerva
