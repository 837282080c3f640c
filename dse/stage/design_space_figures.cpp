#include "design_space_figures.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "design_space_report.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/report/option_parts.hpp"
#include "minerva/report/text_table.hpp"

namespace minerva::dse {
namespace {

std::vector<std::string> machine_dimensions() {
  return {"time, µs",
          "power, mW",
          "energy, nJ",
          "area, mm²",
          "weight memory, mm²",
          "cycles",
          "predictions, 1/s",
          "lanes",
          "MACs a lane",
          "weight words a cycle and lane",
          "activation words a cycle",
          "write ports",
          "weight banks a lane",
          "activation banks",
          "multiplier stages",
          "clock, ns",
          "words a weight bank"};
}

Json machine_row(const DesignSpaceRow& row) {
  const DesignPoint& p = row.point;
  return {row.time_us,
          row.power_mw,
          row.energy_per_prediction_nj,
          row.area_mm2,
          row.weight_memory_mm2,
          row.cycles,
          row.predictions_per_s(),
          p.lanes,
          p.macs_per_lane,
          p.weight_bandwidth,
          p.activation_bandwidth,
          p.write_ports,
          p.weight_banks_per_lane(),
          p.activation_banks_per_half(),
          p.multiplier_stages,
          p.clock_period_ns,
          row.weight_bank_words};
}

bool drawable(const DesignSpaceRow& row) { return row.time_us > 0 && row.power_mw > 0; }

/// The designs of a summary as rows of one shape.
class DesignRows {
 public:
  explicit DesignRows(const DesignSpaceSection& space)
      : space_(space), dimensions_(machine_dimensions()) {
    for (const std::string& part : space.power_parts) parts_.push_back(part + ", mW");
    dimensions_.insert(dimensions_.end(), parts_.begin(), parts_.end());
  }
  const std::vector<std::string>& dimensions() const { return dimensions_; }
  const std::vector<std::string>& parts() const { return parts_; }

  Json row(const DesignSpaceRow& design) const {
    Json cells = machine_row(design);
    for (std::size_t k = 0; k < parts_.size(); ++k) {
      cells.push_back(k < design.dynamic_mw.size()
                          ? Json(design.dynamic_mw[k] + design.leakage_mw[k])
                          : Json(nullptr));
    }
    return cells;
  }

  /// All drawn designs: those of `row`, what each is, and its power by part.
  std::string csv() const {
    std::string names = design_space_csv_names(further_knobs(space_));
    names.pop_back();
    std::string text = names + ",on_frontier,chosen";
    for (const std::string& part : space_.power_parts) {
      std::string name = part + " dynamic_mw";
      std::replace(name.begin(), name.end(), ' ', '_');
      text += "," + name;
      name.replace(name.size() - 10, 10, "leakage_mw");
      text += "," + name;
    }
    text += "\n";
    for (const DesignSpaceRow& design : space_.sample) add_csv(design, text);
    for (const DesignSpaceRow& design : space_.frontier) add_csv(design, text);
    if (space_.baseline) add_csv(*space_.baseline, text);
    return text;
  }

 private:
  void add_csv(const DesignSpaceRow& design, std::string& text) const {
    append_design_space_csv(design, text, further_knobs(space_));
    text.pop_back();
    text += std::string(design.on_frontier ? ",1" : ",0") + (design.chosen ? ",1" : ",0");
    for (std::size_t k = 0; k < parts_.size(); ++k) {
      const bool known = k < design.dynamic_mw.size();
      text += "," + (known ? CsvCell(design.dynamic_mw[k]).text() : "");
      text += "," + (known ? CsvCell(design.leakage_mw[k]).text() : "");
    }
    text += "\n";
  }

  const DesignSpaceSection& space_;
  std::vector<std::string> dimensions_;
  std::vector<std::string> parts_;
};

/// Frontier designs by rising time.
std::vector<const DesignSpaceRow*> by_time(const DesignSpaceSection& space) {
  std::vector<const DesignSpaceRow*> rows;
  for (const DesignSpaceRow& row : space.frontier) {
    if (drawable(row)) rows.push_back(&row);
  }
  std::stable_sort(rows.begin(), rows.end(), [](const DesignSpaceRow* a, const DesignSpaceRow* b) {
    return a->time_us != b->time_us ? a->time_us < b->time_us : a->power_mw < b->power_mw;
  });
  return rows;
}

/// The frontier is a curve of time and power, not a cloud of other objectives.
bool is_curve(const DesignSpaceSection& space) {
  const auto has = [&](const char* name) {
    return std::count(space.objectives.begin(), space.objectives.end(), name) == 1;
  };
  return space.objectives.size() == 2 && has("time_us") && has("power_mw");
}

std::string machine_text(const DesignSpaceRow& row) {
  return to_string(row.point) + ": " + readable_number(row.time_us) + " µs, " +
         readable_number(row.power_mw) + " mW";
}

const DesignSpaceRow* bend_row(const DesignSpaceSection& space) {
  if (!space.bend) return nullptr;
  return &space.frontier[static_cast<std::size_t>(*space.bend)];
}

/// The machine after each later stage: how far it moved from the baseline that was chosen here.
Json later_stages(const RunSummary& summary) {
  Json later = series("line", "after the later stages",
                      {"time, µs", "power, mW", "energy, nJ", "area, mm²", "stage"});
  bool explored = false;
  for (const StageRow& row : summary.stages) {
    if (explored && row.power_mw > 0 && row.predictions_per_s > 0) {
      later["data"].push_back({1e6 / row.predictions_per_s, row.power_mw,
                               row.energy_per_prediction_nj, row.area_mm2, row.name});
    }
    explored = explored || row.stage == kDseStage;
  }
  paint(later, "@good");
  later["symbol"] = "diamond";
  later["symbolSize"] = 10;
  later["lineStyle"]["type"] = "dotted";
  later["z"] = 5;
  return later;
}

Explorer explorer_of(const DesignRows& rows) {
  Explorer explorer;
  explorer.series = {"legal designs", "frontier"};
  explorer.quantities = machine_dimensions();
  explorer.quantities.insert(explorer.quantities.end(), rows.parts().begin(), rows.parts().end());
  explorer.x = "time, µs";
  explorer.y = "power, mW";
  explorer.axes = {"lanes",
                   "MACs a lane",
                   "weight words a cycle and lane",
                   "activation words a cycle",
                   "write ports",
                   "weight banks a lane",
                   "activation banks",
                   "clock, ns",
                   "time, µs",
                   "power, mW",
                   "energy, nJ",
                   "area, mm²"};
  return explorer;
}

/// The machine of the last stage, in a space that is explored after it.
Json finished_machine(const DesignSpaceRow& row, const DesignRows& rows) {
  Json mark = series("scatter", "machine of the stages", rows.dimensions());
  mark["data"].push_back(rows.row(row));
  paint(mark, "@good");
  mark["symbol"] = "diamond";
  mark["symbolSize"] = 12;
  mark["z"] = 6;
  return mark;
}

Figure cloud(const DesignSpaceSection& space, const RunSummary& summary, const SpaceLook& look) {
  const DesignRows rows(space);
  Json legal = series("scatter", "legal designs", rows.dimensions());
  for (const DesignSpaceRow& design : space.sample) {
    if (drawable(design)) legal["data"].push_back(rows.row(design));
  }
  legal["symbolSize"] = 5;
  legal["itemStyle"] = {{"color", "@quiet"}, {"opacity", 0.6}};
  Json frontier = series(is_curve(space) ? "line" : "scatter", "frontier", rows.dimensions());
  for (const DesignSpaceRow* design : by_time(space)) {
    frontier["data"].push_back(rows.row(*design));
  }
  paint(frontier, "@frontier");
  frontier["symbol"] = "rect";
  frontier["symbolSize"] = 6;
  if (is_curve(space)) frontier["lineStyle"]["type"] = "solid";
  Json all = Json::array();
  for (const Json& each : {legal, frontier}) {
    if (!each["data"].empty()) all.push_back(each);
  }
  const DesignSpaceRow* const bend = bend_row(space);
  if (bend != nullptr && drawable(*bend)) {
    Json mark = series("scatter", "bend", rows.dimensions());
    mark["data"].push_back(rows.row(*bend));
    mark["symbol"] = "triangle";
    mark["symbolSize"] = 13;
    mark["itemStyle"] = {{"color", "@ink"}, {"borderColor", "@paper"}, {"borderWidth", 1}};
    mark["z"] = 5;
    all.push_back(mark);
  }
  const DesignSpaceRow* const chosen = space.chosen_row();
  if (chosen != nullptr && drawable(*chosen)) {
    Json mark = series("scatter", look.chosen, rows.dimensions());
    make_ring(mark, "@chosen");
    mark["data"].push_back(rows.row(*chosen));
    all.push_back(mark);
  }
  Json later = Json::object({{"data", Json::array()}});
  if (space.finished && drawable(*space.finished)) {
    all.push_back(finished_machine(*space.finished, rows));
  } else {
    later = later_stages(summary);
    if (!later["data"].empty()) all.push_back(later);
  }
  Figure figure;
  figure.first_series = "frontier";
  Json x = axis("log", "time of a prediction, µs");
  Json y = axis("log", "power, mW");
  set_logarithmic_range(x, all, 0);
  set_logarithmic_range(y, all, 1);
  figure.option =
      figure_option({{"grid", {{"right", 34}}}, {"xAxis", x}, {"yAxis", y}, {"series", all}});
  figure.id = look.id;
  figure.title = look.title + ": power against time";
  const auto drawn = static_cast<std::int64_t>(space.sample.size());
  figure.caption = (drawn == space.legal ? "All " + count_text(drawn) + " legal designs"
                                         : count_text(drawn) + " of " + count_text(space.legal) +
                                               " legal designs, picked at random,") +
                   " " + look.state + "; a click shows a design's power by part.";
  if (!later["data"].empty()) {
    figure.caption +=
        " Below the baseline the same machine after quantization, pruning and at low voltage, as "
        "far "
        "as they were done: the last is the machine that was built.";
  }
  figure.alternative =
      count_text(static_cast<std::int64_t>(space.frontier.size())) + " designs on the frontier" +
      (chosen == nullptr ? "." : "; the " + look.chosen + " is " + machine_text(*chosen) + ".");
  if (!space.finished) figure.book = "Fig. 4.4b, whose points can only be seen in a plot.";
  figure.csv = rows.csv();
  if (!rows.parts().empty()) {
    figure.breakdown = Breakdown{"Power by part", "mW", rows.parts(), "power, mW"};
  }
  figure.explorer = explorer_of(rows);
  figure.height_px = 460;
  return figure;
}

/// Energy and area of the frontier along time.
Figure cost(const DesignSpaceSection& space, const SpaceLook& look) {
  Json energy =
      series("line", "energy",
             {"time, µs", "energy, nJ", "power, mW", "lanes", "MACs a lane", "clock, ns"});
  // The area of the weight memory and, stacked on it, of all else; the stacked value stands first.
  const auto area_of = [](const char* name) {
    Json s = series("line", name,
                    {std::string(name) + ", mm²", "time, µs", "area in all, mm²", "lanes",
                     "MACs a lane", "clock, ns"});
    s["encode"] = {{"x", 1}, {"y", 0}};
    s["stack"] = "area";
    s["symbol"] = "none";
    s["areaStyle"] = {{"opacity", 0.5}};
    put_into_grid(s, 1);
    return s;
  };
  Json memory = area_of("weight memory");
  Json rest = area_of("other area");
  Extent times;
  for (const DesignSpaceRow* row : by_time(space)) {
    const Json machine = {row->point.lanes, row->point.macs_per_lane, row->point.clock_period_ns};
    Json of_energy = {row->time_us, row->energy_per_prediction_nj, row->power_mw};
    Json of_memory = {row->weight_memory_mm2, row->time_us, row->area_mm2};
    Json of_rest = {row->area_mm2 - row->weight_memory_mm2, row->time_us, row->area_mm2};
    for (Json* cells : {&of_energy, &of_memory, &of_rest}) {
      cells->insert(cells->end(), machine.begin(), machine.end());
    }
    if (row->energy_per_prediction_nj > 0) energy["data"].push_back(of_energy);
    memory["data"].push_back(of_memory);
    rest["data"].push_back(of_rest);
    times.hold(row->time_us);
  }
  paint(energy, "@frontier");
  energy["symbol"] = "rect";
  energy["symbolSize"] = 5;
  energy["lineStyle"]["opacity"] = is_curve(space) ? 1 : 0;
  paint(memory, "@1");
  paint(rest, "@3");
  for (Json* each : {&energy, &memory, &rest}) (*each)["lineStyle"]["type"] = "solid";
  put_into_grid(energy, 0);
  Json all = {energy, memory, rest};
  std::vector<Ruler> lines;
  const DesignSpaceRow* const bend = bend_row(space);
  if (bend != nullptr && drawable(*bend)) {
    lines.push_back({'x', bend->time_us, "bend", "@ink", "dotted"});
  }
  const DesignSpaceRow* const chosen = space.chosen_row();
  if (chosen != nullptr && drawable(*chosen)) {
    lines.push_back({'x', chosen->time_us, look.chosen, "@chosen", "dashed"});
    times.hold(chosen->time_us);
    const auto add = [&](double value, const char* dimension, int grid) {
      Json mark = series("scatter", look.chosen, {"time, µs", dimension});
      make_ring(mark, "@chosen");
      mark["data"].push_back({chosen->time_us, value});
      put_into_grid(mark, grid);
      all.push_back(mark);
    };
    if (chosen->energy_per_prediction_nj > 0) {
      add(chosen->energy_per_prediction_nj, "energy, nJ", 0);
    }
    add(chosen->area_mm2, "area in all, mm²", 1);
  }
  if (!lines.empty()) {
    all[0]["markLine"] = rulers(lines);
    for (Ruler& line : lines) line.name.clear();
    all[1]["markLine"] = rulers(lines);
  }
  Json above = axis("log", "", 0);
  above["axisLabel"]["show"] = false;
  Json below = axis("log", "time of a prediction, µs", 1);
  set_logarithmic_range(above, times.low, times.high);
  set_logarithmic_range(below, times.low, times.high);
  Json of_energy = axis("log", "energy, nJ", 0);
  set_logarithmic_range(of_energy, Json::array({energy}), 1);
  Figure figure;
  figure.option = figure_option({{"grid", {{{"right", 34}}, {{"right", 34}}}},
                                 {"xAxis", {above, below}},
                                 {"yAxis", {of_energy, axis("value", "area, mm²", 1)}},
                                 {"series", all}});
  figure.id = look.cost_id;
  figure.title = "Energy and area of the frontier";
  if (space.finished) figure.title += " after the stages";
  figure.caption =
      "The frontier's designs by the time of a prediction: energy of a prediction above, area by "
      "kind below.";
  if (bend != nullptr) {
    figure.caption +=
        " At the bend, going to faster designs, the first weight banks fall below "
        "the smallest macro.";
  }
  figure.alternative =
      chosen == nullptr
          ? "No design was chosen."
          : "The " + look.chosen + " takes " + readable_number(chosen->energy_per_prediction_nj) +
                " nJ and " + readable_number(chosen->area_mm2) + " mm², " +
                readable_number(chosen->weight_memory_mm2) + " mm² of it weight memory.";
  if (!space.finished) {
    figure.book =
        "Fig. 4.4c: area climbs steeply where memories are partitioned below the smallest "
        "macro, with little energy saved.";
  }
  figure.csv = frontier_csv(space);
  figure.height_px = 460;
  return figure;
}

}  // namespace

std::vector<Figure> design_space_figures(const DesignSpaceSection& space, const RunSummary& summary,
                                         const SpaceLook& look) {
  std::vector<Figure> figures;
  const bool frontier = std::any_of(space.frontier.begin(), space.frontier.end(), drawable);
  if (frontier || std::any_of(space.sample.begin(), space.sample.end(), drawable)) {
    figures.push_back(cloud(space, summary, look));
  }
  if (frontier) figures.push_back(cost(space, look));
  return figures;
}

}  // namespace minerva::dse
