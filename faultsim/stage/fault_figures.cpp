#include "fault_figures.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "fault_csv.hpp"
#include "minerva/published/figures.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/report/option_parts.hpp"
#include "minerva/report/text_table.hpp"

namespace minerva::faultsim {
namespace {

/// A rate that the book's MNIST tolerates.
struct BookRate {
  const char* name;
  double rate;
};
constexpr BookRate kBookRates[] = {{"no masking", published::kMnistRateWithoutMasking.value},
                                   {"word masking", published::kMnistRateWithWordMasking.value},
                                   {"bit masking", published::kMnistRateWithBitMasking.value}};

std::string book_rates_text() {
  std::string text;
  for (const BookRate& rate : kBookRates) {
    text += (text.empty() ? "" : ", ") + readable_number(rate.rate, 2) + " with " + rate.name;
  }
  return text;
}

bool is_mnist(const RunSummary& summary) { return summary.provenance.data_name == "mnist"; }

std::string confidence_text(const FaultSection& faults) {
  return readable_number(100 * faults.study.confidence, 2) + " %";
}

const std::vector<std::string> kErrorDimensions = {"fault rate a bit", "validation wrong, samples",
                                                   "error, %",         "interval from, samples",
                                                   "to, samples",      "fault maps"};

bool drawable(const FaultCurvePoint& p) { return p.rate > 0 && p.wrong_mean > 0; }

/// The curve of each mitigation in one grid, then the bands of their intervals. Bands are cut at
/// `foot`: an interval of few maps may reach 0 or less, which a logarithmic axis does not have.
Json error_curves(const RunSummary& summary, const FaultSection& faults, int grid, double foot) {
  Json lines = Json::array();
  Json bands = Json::array();
  const auto samples = static_cast<double>(summary.network.validation_samples);
  for (const FaultRow& row : faults.mitigations) {
    const std::string name = mitigation_text(row.mitigation) + (row.chosen ? " (chosen)" : "");
    Json line = series("line", name, kErrorDimensions);
    std::vector<BandPoint> points;
    for (const FaultCurvePoint& p : row.curve) {
      if (!drawable(p)) continue;
      line["data"].push_back({p.rate, p.wrong_mean,
                              samples > 0 ? Json(100 * p.wrong_mean / samples) : Json(nullptr),
                              p.mean_low, p.mean_high, p.maps});
      points.push_back({p.rate, std::max(p.mean_low, foot), std::max(p.mean_high, foot)});
    }
    if (line["data"].empty()) continue;
    if (row.chosen) line["lineStyle"]["width"] = 3.5;
    put_into_grid(line, grid);
    lines.push_back(line);
    for (Json& part : band(name, kErrorDimensions[0], points)) {
      part["stack"] = part["stack"].get<std::string>() + ", grid " + std::to_string(grid);
      put_into_grid(part, grid);
      bands.push_back(std::move(part));
    }
  }
  for (Json& part : bands) lines.push_back(std::move(part));
  return lines;
}

std::optional<Figure> error_figure(const RunSummary& summary, const FaultSection& faults) {
  Extent rates;
  Extent wrong;
  Extent near;  // errors close to the bound
  std::size_t left_out = 0;
  bool cut = false;
  const double bound = faults.study.bound_wrong;
  for (const FaultRow& row : faults.mitigations) {
    for (const FaultCurvePoint& p : row.curve) {
      if (!drawable(p)) {
        ++left_out;
        continue;
      }
      rates.hold(p.rate);
      wrong.hold(p.wrong_mean);
      wrong.hold(std::max(p.mean_high, p.wrong_mean));
      if (p.wrong_mean <= bound) near.hold(p.wrong_mean);
    }
  }
  if (rates.empty) return std::nullopt;
  Figure figure;
  const bool zoomed = bound > 0 && !near.empty;
  if (bound > 0) wrong.hold(bound);
  Json tolerated = series("scatter", "tolerated",
                          {"fault rate a bit", "bound, samples", "mitigation", "from", "to"});
  std::string text;
  for (const FaultRow& row : faults.mitigations) {
    if (!(row.at_mean.rate > 0) || !(bound > 0)) continue;
    tolerated["data"].push_back({row.at_mean.rate, bound, mitigation_text(row.mitigation),
                                 row.at_mean.low > 0 ? Json(row.at_mean.low) : Json(nullptr),
                                 row.at_mean.high});
    rates.hold(row.at_mean.rate);
    text += (text.empty() ? "Tolerated: " : "; ") + mitigation_text(row.mitigation) + " " +
            readable_number(row.at_mean.rate, 2);
  }
  make_ring(tolerated, "@bound");
  tolerated["symbolSize"] = 12;
  Json book = series("scatter", "the book, tolerated",
                     {"fault rate a bit", "bound, samples", "mitigation"});
  if (is_mnist(summary) && bound > 0) {
    for (const BookRate& rate : kBookRates) {
      book["data"].push_back({rate.rate, bound, rate.name});
      rates.hold(rate.rate);
    }
    figure.book = "Fig. 4.9 and Sec. 4.4.3, MNIST: tolerated about " + book_rates_text() +
                  "; marked on our bound.";
  } else {
    figure.book = "Fig. 4.9, for MNIST alone.";
  }
  make_book_mark(book);
  const double foot = wrong.low / 2;
  for (const FaultRow& row : faults.mitigations) {
    for (const FaultCurvePoint& p : row.curve) cut = cut || (drawable(p) && p.mean_low < foot);
  }
  Json all = error_curves(summary, faults, 0, foot);
  if (bound > 0) all[0]["markLine"] = rulers({{'y', bound, "bound", "@bound", "dashed"}});
  const std::size_t first_near = all.size();
  if (zoomed) {
    for (Json& each : error_curves(summary, faults, 1, foot)) all.push_back(std::move(each));
    all[first_near]["markLine"] = rulers({{'y', bound, "bound", "@bound", "dashed"}});
  }
  for (Json* marks : {&tolerated, &book}) {
    if ((*marks)["data"].empty()) continue;
    put_into_grid(*marks, zoomed ? 1 : 0);
    all.push_back(*marks);
  }
  Json x_axes = Json::array();
  Json y_axes = Json::array();
  for (int grid = 0; grid <= (zoomed ? 1 : 0); ++grid) {
    const bool last = grid == (zoomed ? 1 : 0);
    Json x = axis("log", last ? "fault rate a bit" : "", grid);
    if (!last) x["axisLabel"]["show"] = false;
    set_logarithmic_range(x, rates.low, rates.high);
    x_axes.push_back(x);
  }
  y_axes.push_back(axis("log", "validation wrong, samples", 0));
  set_logarithmic_range(y_axes[0], wrong.low, wrong.high);
  if (zoomed) {
    y_axes.push_back(axis("value", "the same near the bound", 1));
    set_range(y_axes[1], near.low, bound + (bound - near.low));
  }
  Json grids = Json::array({Json::object()});
  if (zoomed) grids.push_back(Json::object());
  figure.option =
      figure_option({{"grid", grids}, {"xAxis", x_axes}, {"yAxis", y_axes}, {"series", all}});
  figure.id = "error-against-fault-rate";
  figure.title = "Error against fault rate, by mitigation";
  figure.caption = "Mean over fault maps with its interval at " + confidence_text(faults) +
                   ", on validation; rings are the rates at which the mean holds the bound.";
  if (left_out > 0) {
    figure.caption +=
        " Left out: " + counted(left_out, "point") + " at rate 0 or without a wrong sample.";
  }
  if (cut) figure.caption += " Intervals that reach far down are cut.";
  figure.alternative = text.empty() ? "No rate is tolerated." : text + ".";
  figure.csv = fault_curves_csv(faults);
  figure.height_px = zoomed ? 620 : 460;
  return figure;
}

std::optional<Figure> yield_figure(const FaultSection& faults) {
  Csv csv({"mitigation", "fault_rate_per_bit", "maps", "within_bound", "share_percent",
           "share_low_percent", "share_high_percent"});
  Json all = Json::array();
  Json bands = Json::array();
  Extent rates;
  for (const FaultRow& row : faults.mitigations) {
    const std::string name = mitigation_text(row.mitigation) + (row.chosen ? " (chosen)" : "");
    Json line = series("line", name,
                       {"fault rate a bit", "chips within the bound, %", "within, maps", "maps",
                        "interval from, %", "to, %"});
    std::vector<BandPoint> points;
    for (const FaultYieldPoint& p : row.yield) {
      if (p.maps <= 0) continue;
      const double percent = 100.0 * p.within / p.maps;
      csv.add({mitigation_text(row.mitigation), p.rate, p.maps, p.within, percent,
               100 * p.share_low, 100 * p.share_high});
      if (!(p.rate > 0)) continue;
      line["data"].push_back(
          {p.rate, percent, p.within, p.maps, 100 * p.share_low, 100 * p.share_high});
      points.push_back({p.rate, 100 * p.share_low, 100 * p.share_high});
      rates.hold(p.rate);
    }
    if (line["data"].empty()) continue;
    if (row.chosen) line["lineStyle"]["width"] = 3.5;
    all.push_back(line);
    for (Json& part : band(name, "fault rate a bit", points)) bands.push_back(std::move(part));
  }
  if (all.empty()) return std::nullopt;
  for (Json& part : bands) all.push_back(std::move(part));
  const double quantile = 100 * faults.study.yield_quantile;
  if (quantile > 0) {
    all[0]["markLine"] =
        rulers({{'y', quantile, readable_number(quantile, 2) + " % of chips", "@bound", "dashed"}});
  }
  Json x = axis("log", "fault rate a bit");
  set_logarithmic_range(x, rates.low, rates.high);
  Json y = axis("value", "chips within the bound, %");
  set_range(y, 0, 100);
  Figure figure;
  figure.option = figure_option({{"xAxis", x}, {"yAxis", y}, {"series", all}});
  figure.id = "yield";
  figure.title = "Share of chips within the bound";
  figure.caption = "A chip has one fault map; shares of " + std::to_string(faults.study.maps) +
                   " maps, each evaluated at the rate, with Clopper and Pearson's interval at " +
                   confidence_text(faults) + ", on validation.";
  std::string text;
  for (const FaultRow& row : faults.mitigations) {
    if (row.yield.empty()) continue;
    text += (text.empty()
                 ? "Rates that at least " + readable_number(quantile, 2) + " % of chips tolerate: "
                 : "; ") +
            mitigation_text(row.mitigation) + " " +
            (row.at_quantile.low > 0 ? readable_number(row.at_quantile.low, 2) : "undecided");
  }
  figure.alternative = text + ".";
  figure.csv = csv.text();
  figure.height_px = 440;
  return figure;
}

std::optional<Figure> voltage_figure(const RunSummary& summary, const FaultSection& faults) {
  const std::vector<VoltageRow>& rows = faults.study.voltages;
  if (rows.empty()) return std::nullopt;
  Json rate = series("line", "fault rate", {"supply, V", "fault rate a bit"});
  Json whole = series("line", "accelerator", {"supply, V", "power, mW", "fault rate a bit"});
  Json memory = series("line", "weight SRAMs", {"supply, V", "power, mW", "fault rate a bit"});
  Json leakage = series("line", "of it leakage", {"supply, V", "power, mW", "fault rate a bit"});
  std::size_t without_faults = 0;
  Extent volts;
  Extent rates_above;
  for (const VoltageRow& row : rows) {
    if (row.fault_rate > 0) {
      rate["data"].push_back({row.voltage_v, row.fault_rate});
      rates_above.hold(row.fault_rate);
    } else {
      ++without_faults;
    }
    whole["data"].push_back({row.voltage_v, row.power_mw, row.fault_rate});
    memory["data"].push_back(
        {row.voltage_v, row.weight_sram_dynamic_mw + row.weight_sram_leakage_mw, row.fault_rate});
    leakage["data"].push_back({row.voltage_v, row.weight_sram_leakage_mw, row.fault_rate});
    volts.hold(row.voltage_v);
  }
  paint(rate, "@4");
  paint(whole, "@1");
  paint(memory, "@2");
  paint(leakage, "@3");
  for (Json* line : {&rate, &whole, &memory, &leakage}) (*line)["symbolSize"] = 4;
  put_into_grid(rate, 0);
  for (Json* line : {&whole, &memory, &leakage}) put_into_grid(*line, 1);
  Json supplies = series("scatter", "lowest supply of a mitigation",
                         {"supply, V", "fault rate a bit", "mitigation", "power, mW"});
  std::vector<Ruler> above;
  std::string chosen = "nominal supply";
  for (const FaultRow& row : faults.mitigations) {
    const FaultSupply& at = row.supply_at_mean;
    if (!(at.voltage_v > 0)) continue;
    if (at.fault_rate > 0) {
      supplies["data"].push_back(
          {at.voltage_v, at.fault_rate, mitigation_text(row.mitigation), at.power_mw});
    }
    if (row.chosen) {
      above.push_back({'x', at.voltage_v, "chosen", "@chosen", "dashed"});
      chosen = fixed_text(at.voltage_v, 2) + " V at a fault rate of " +
               readable_number(at.fault_rate, 2);
    }
  }
  Json all = Json::array();
  const bool faulty = !rate["data"].empty();
  if (faulty) {
    if (!above.empty()) rate["markLine"] = rulers(above);
    all.push_back(rate);
    if (!supplies["data"].empty()) {
      make_ring(supplies, "@bound");
      supplies["symbolSize"] = 12;
      put_into_grid(supplies, 0);
      all.push_back(supplies);
    }
  }
  if (faulty) {
    for (Ruler& line : above) line.name.clear();
  }
  if (!above.empty()) whole["markLine"] = rulers(above);
  for (const Json* line : {&whole, &memory, &leakage}) all.push_back(*line);
  Figure figure;
  Json upper = axis("value", "", 0);
  upper["axisLabel"]["show"] = false;
  Json lower = axis("value", "supply of the weight SRAMs, V", 1);
  for (Json* each : {&upper, &lower}) set_range(*each, volts.low, volts.high);
  Json rates = axis("log", "fault rate a bit", 0);
  if (faulty) set_logarithmic_range(rates, rates_above.low, rates_above.high);
  figure.option = figure_option({{"grid", Json::array({Json::object(), Json::object()})},
                                 {"xAxis", {upper, lower}},
                                 {"yAxis", {rates, axis("value", "power, mW", 1)}},
                                 {"series", all}});
  figure.id = "voltage";
  figure.title = "Fault rate and power against voltage";
  figure.caption = "The finished design with the chosen mitigation; a failure is, by " +
                   summary.provenance.technology_name + ": " + faults.study.failure_criterion +
                   access_time_note(faults.study) + ".";
  if (without_faults > 0) {
    figure.caption += " Left out above: " + counted(without_faults, "voltage") + " without faults.";
  }
  figure.alternative = "Chosen: " + chosen + ". Power of the accelerator from " +
                       readable_number(rows.front().power_mw) + " mW at " +
                       fixed_text(rows.front().voltage_v, 2) + " V to " +
                       readable_number(rows.back().power_mw) + " mW at " +
                       fixed_text(rows.back().voltage_v, 2) + " V.";
  figure.book =
      "Fig. 4.8, a 16 KB array in 40 nm: at 0.7 V about half the power, with seemingly "
      "negligible faults; its curves can only be seen in a plot.";
  figure.csv = voltage_csv(faults);
  figure.height_px = 460;
  return figure;
}

}  // namespace

std::vector<Figure> fault_figures(const RunSummary& summary, const FaultSection& faults) {
  std::vector<Figure> figures;
  for (std::optional<Figure>& figure : std::vector<std::optional<Figure>>{
           voltage_figure(summary, faults), error_figure(summary, faults), yield_figure(faults)}) {
    if (figure) figures.push_back(std::move(*figure));
  }
  return figures;
}

}  // namespace minerva::faultsim
