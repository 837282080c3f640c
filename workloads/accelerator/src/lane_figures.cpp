#include <algorithm>
#include <nlohmann/json.hpp>

#include "minerva/report/csv.hpp"
#include "minerva/report/layer_figure.hpp"
#include "minerva/report/option_parts.hpp"
#include "minerva/report/text_table.hpp"
#include "minerva/workloads/lane_report.hpp"

// Figures of the report: covered shares, energy against time, zeros, and the layers of each
// network.
namespace minerva::workloads {
namespace {

constexpr double kPercent = 100;

Figure covered_figure(const LaneReport& report) {
  Csv csv({"workload", "mode", "covered_share", "amdahl_limit"});
  const std::vector<std::string> dimensions = {"workload", "covered, %", "limit"};
  Json inference = series("bar", "inference", dimensions);
  Json training = series("bar", "training", dimensions);
  Json names = Json::array();
  std::string text;
  const auto add = [&](Json& bars, const LaneRow& row, const char* mode, double share) {
    bars["data"].push_back({row.workload, kPercent * share, limit_text(share)});
    csv.add(
        {row.workload, mode, share, share < 1 ? CsvCell(amdahl_limit(share)) : CsvCell("none")});
    text += (text.empty() ? "Covered: " : "; ") + row.workload + " " + mode + " " +
            fixed_text(kPercent * share, 0) + " %";
  };
  for (const LaneRow& row : report.rows) {
    names.push_back(row.workload);
    if (row.inference) add(inference, row, "inference", row.covered_in_inference);
    if (row.training) add(training, row, "training", row.covered_in_training);
  }
  Json all = Json::array();
  for (Json* bars : {&inference, &training}) {
    (*bars)["encode"] = {{"x", 1}, {"y", 0}};
    if (!(*bars)["data"].empty()) all.push_back(*bars);
  }
  Json x = axis("value", "share of the time that the machine covers, %");
  set_range(x, 0, kPercent);
  Json y = axis("category", "");
  y["data"] = names;
  y["inverse"] = true;
  Figure figure;
  figure.option = figure_option({{"xAxis", x}, {"yAxis", y}, {"series", all}});
  figure.id = "covered-shares";
  figure.title = "What the lane machine covers of each workload";
  figure.caption =
      "Share of the CPU's time in operations that the machine takes over. However fast it is, the "
      "whole gets no faster than 1 / (1 - share). The machine runs forward passes alone, so "
      "gradients and updates of a training stay with the CPU.";
  figure.alternative = text + ".";
  figure.csv = csv.text();
  figure.height_px = height_of_rows(names.size(), 44);
  return figure;
}

Figure cost_figure(const LaneReport& report) {
  Csv csv({"workload", "time_ms", "energy_uj", "cpu_ms"});
  Json all = Json::array();
  Extent times;
  Extent energies;
  std::string text;
  for (const LaneRow& row : report.rows) {
    if (!row.machine) continue;
    const double ms = row.machine->example_ms();
    const double uj = row.machine->example_energy_uj();
    Json points = series("scatter", row.workload,
                         {"time of an example, ms", "energy of an example, uJ", "power, mW",
                          "area, mm2", "covered part on the CPU, ms"});
    const double cpu_ms = row.inference ? row.covered_in_inference * example_ms(*row.inference) : 0;
    points["data"].push_back({ms, uj, row.machine->cost.power_mw, row.machine->cost.area_mm2,
                              row.inference ? Json(cpu_ms) : Json()});
    all.push_back(points);
    times.hold(ms);
    energies.hold(uj);
    csv.add({row.workload, ms, uj, row.inference ? CsvCell(cpu_ms) : CsvCell("")});
    text += (text.empty() ? "" : "; ") + row.workload + " " + readable_number(uj) + " uJ in " +
            readable_number(ms) + " ms";
  }
  Figure figure;
  if (all.empty()) return figure;
  Json x = axis("log", "time of an example, ms");
  set_logarithmic_range(x, times.low, times.high);
  Json y = axis("log", "energy of an example, uJ");
  set_logarithmic_range(y, energies.low, energies.high);
  figure.option = figure_option({{"xAxis", x}, {"yAxis", y}, {"series", all}});
  figure.id = "energy-and-time";
  figure.title = "Energy and time of an example on the machine";
  figure.caption =
      "Of the layers that the machine runs, all weights on the chip, zeros skipped. An example of "
      "speech is a recording, one of seq2seq a sentence.";
  figure.alternative = text + ".";
  figure.csv = csv.text();
  figure.height_px = 420;
  return figure;
}

Figure zero_figure(const LaneReport& report) {
  Csv csv({"workload", "number", "layer", "zero_share"});
  Json all = Json::array();
  std::string text;
  double most = 1;
  for (const LaneRow& row : report.rows) {
    if (!row.machine) continue;
    Json line = series("line", row.workload, {"layer with weights", "zeros, %", "layer"});
    int number = 0;
    for (std::size_t k = 0; k < row.machine->layers.size(); ++k) {
      const LaneLayer& layer = row.machine->layers[k];
      if (!layer.zero_share) continue;
      ++number;
      line["data"].push_back(
          {number, kPercent * *layer.zero_share, row.machine->cost.layers[k].name});
      csv.add({row.workload, number, row.machine->cost.layers[k].name, *layer.zero_share});
      most = std::max<double>(most, number);
    }
    all.push_back(line);
    text += (text.empty() ? "Zeros among the inputs of all products: " : "; ") + row.workload +
            " " + fixed_text(kPercent * row.machine->zero_share(), 0) + " %";
  }
  Figure figure;
  if (all.empty()) return figure;
  Json x = axis("value", "layer with weights, from the input on");
  x["min"] = 1;
  x["max"] = most + (most < 2 ? 1 : 0);
  x["minInterval"] = 1;
  Json y = axis("value", "zeros among the inputs of a layer, %");
  set_range(y, 0, kPercent);
  figure.option = figure_option({{"xAxis", x}, {"yAxis", y}, {"series", all}});
  figure.id = "zeros";
  figure.title = "Zeros among the inputs of each layer";
  figure.caption =
      "Measured in the machine's words on the inputs of the workload. Layer 1 reads the input "
      "itself. A network that was not trained has about half zeros behind every ReLU.";
  figure.book = "Deep Learning for Computer Architects, Sec. 4.5: most activities are zero.";
  figure.alternative = text + ".";
  figure.csv = csv.text();
  figure.height_px = 420;
  return figure;
}

Figure layers_of(const LaneRow& row) {
  Figure figure = layer_figure(row.machine->cost.layers);
  figure.id += "-" + row.workload;
  figure.title += ": " + row.workload;
  return figure;
}

}  // namespace

std::vector<Figure> lane_report_figures(const LaneReport& report) {
  std::vector<Figure> figures = {covered_figure(report)};
  for (Figure& each : std::vector<Figure>{cost_figure(report), zero_figure(report)}) {
    if (!each.option.empty()) figures.push_back(std::move(each));
  }
  for (const LaneRow& row : report.rows) {
    if (row.machine) figures.push_back(layers_of(row));
  }
  return figures;
}

}  // namespace minerva::workloads
