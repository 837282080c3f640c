#include "codesign_page.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "minerva/base/text.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/report/html_page.hpp"
#include "minerva/report/option_parts.hpp"

namespace minerva::flow {
namespace {

using codesign::AblationRow;
using codesign::FrontierPoint;
using codesign::SearchResult;

double percent(double wrong, std::int64_t samples) {
  return 100 * wrong / static_cast<double>(samples);
}

std::string machine_text(const DesignPoint& m) {
  return std::to_string(m.lanes) + " x " + std::to_string(m.macs_per_lane) + ", " +
         counted(static_cast<std::size_t>(m.write_ports), "write port") + ", " +
         number_text(m.clock_period_ns) + " ns";
}

/// Points of one network, as one series.
std::string series_name(const SearchResult& result, const FrontierPoint& point) {
  return result.candidates[point.candidate].inputs + " " +
         network_text(point.design.network->graph);
}

/// Names of the parts of any point, in the order of their first use.
std::vector<std::string> parts_of(const SearchResult& result) {
  std::vector<std::string> parts;
  for (const FrontierPoint& point : result.points) {
    for (const NamedNumber& part : point.parts_nj) {
      if (std::find(parts.begin(), parts.end(), part.name) == parts.end()) {
        parts.push_back(part.name);
      }
    }
  }
  return parts;
}

std::vector<std::string> point_dimensions(const std::vector<std::string>& parts) {
  std::vector<std::string> dimensions{
      "error on validation, %", "energy, nJ", "error on test, %", "point",     "W X P, bits",
      "thresholds, codes",      "supply, V",  "machine",          "area, mm²", "latency, us"};
  for (const std::string& part : parts) dimensions.push_back(part + ", nJ");
  return dimensions;
}

Json point_row(const SearchResult& result, std::size_t index,
               const std::vector<std::string>& parts) {
  const FrontierPoint& p = result.points[index];
  Json row = Json::array({percent(p.validation_wrong, result.validation_samples), p.cost.energy_nj,
                          percent(p.test_wrong, result.test_samples), std::to_string(index + 1),
                          widths_text(p), codes_text(p.theta_codes), p.design.supply.voltage_v,
                          machine_text(p.design.point), p.cost.area_mm2, p.cost.latency_us});
  for (const std::string& name : parts) {
    const auto part = std::find_if(p.parts_nj.begin(), p.parts_nj.end(),
                                   [&](const NamedNumber& each) { return each.name == name; });
    row.push_back(part == p.parts_nj.end() ? Json(nullptr) : Json(part->value));
  }
  return row;
}

Figure frontier_figure(const CodesignOutcome& outcome) {
  const SearchResult& result = outcome.result;
  const std::vector<std::string> parts = parts_of(result);
  const std::vector<std::string> dimensions = point_dimensions(parts);
  std::vector<Json> all;
  std::vector<std::string> names;
  Extent errors;
  Extent energies;
  Csv csv({"point", "network", "error_validation_percent", "error_test_percent",
           "energy_per_prediction_nj"});
  for (std::size_t i = 0; i < result.points.size(); ++i) {
    const FrontierPoint& p = result.points[i];
    const std::string name = series_name(result, p);
    auto at = std::find(names.begin(), names.end(), name);
    if (at == names.end()) {
      names.push_back(name);
      all.push_back(series("scatter", name, dimensions));
      at = names.end() - 1;
    }
    const Json row = point_row(result, i, parts);
    all[static_cast<std::size_t>(at - names.begin())]["data"].push_back(row);
    errors.hold(row[0]);
    energies.hold(row[1]);
    csv.add({static_cast<std::int64_t>(i + 1), name, row[0].get<double>(), row[2].get<double>(),
             p.cost.energy_nj});
  }
  if (result.chosen) {
    Json ring = series("scatter",
                       outcome.bound.most_wrong ? "least energy within the bound" : "least error",
                       dimensions);
    ring["data"].push_back(point_row(result, *result.chosen, parts));
    make_ring(ring, "@chosen");
    all.push_back(ring);
  }
  if (outcome.bound.sequential) {
    const SequentialPoint& s = *outcome.bound.sequential;
    Json beside = series("scatter", "the five stages one after the other",
                         {"error on validation, %", "energy, nJ", "error on test, %"});
    beside["data"].push_back({percent(s.validation_wrong, result.validation_samples), s.energy_nj,
                              percent(s.test_wrong, result.test_samples)});
    paint(beside, "@ink");
    beside["symbol"] = "diamond";
    beside["symbolSize"] = 12;
    errors.hold(beside["data"][0][0]);
    energies.hold(s.energy_nj);
    all.push_back(beside);
  }
  if (outcome.bound.most_wrong) {
    const double bound =
        percent(static_cast<double>(*outcome.bound.most_wrong), result.validation_samples);
    errors.hold(bound);
    all.front()["markLine"] = rulers({{'x', bound, "bound", "@bound"}});
  }
  const bool logarithmic = errors.low > 0;  // no error, or a bound of none, has no logarithm
  Json x = axis(logarithmic ? "log" : "value", "error on validation, %");
  if (logarithmic) {
    set_logarithmic_range(x, errors.low, errors.high);
  } else {
    set_range(x, errors.low, errors.high);
  }
  Json y = axis("log", "energy of a prediction, nJ");
  set_logarithmic_range(y, energies.low, energies.high);
  Figure figure;
  figure.id = "frontier";
  figure.title = "Energy against error";
  figure.caption =
      "Points than which no other design of the search has both less error and less energy, each "
      "on "
      "its own machine and at its own supply; the error is the mean over fault maps. A click on a "
      "point opens its energy by part.";
  const FrontierPoint& least = result.points.back();
  figure.alternative = counted(result.points.size(), "point") + "; least error " +
                       readable_number(percent(least.validation_wrong, result.validation_samples)) +
                       " % at " + readable_number(least.cost.energy_nj) + " nJ.";
  figure.option = figure_option({{"xAxis", x}, {"yAxis", y}, {"series", all}});
  figure.csv = csv.text();
  std::vector<std::string> named;
  for (const std::string& part : parts) named.push_back(part + ", nJ");
  figure.breakdown = Breakdown{"Energy by part", "nJ", named, "energy, nJ"};
  figure.height_px = 460;
  return figure;
}

Figure ablation_figure(const CodesignOutcome& outcome) {
  Json bars = series("bar", "within the bound", {"mechanism", "energy, nJ"});
  Csv csv({"chosen_network", "energy_within_bound_nj"});
  std::string text;
  for (const AblationRow& row : outcome.ablation) {
    const std::string name = ablation_name(row);
    const bool within = row.within.has_value();
    bars["data"].push_back({name, within ? Json(row.within->cost.energy_nj) : Json(nullptr)});
    csv.add({name, within ? CsvCell(row.within->cost.energy_nj) : CsvCell("")});
    text += (text.empty() ? "" : "; ") + name + " " +
            (within ? readable_number(row.within->cost.energy_nj) + " nJ" : "not within the bound");
  }
  bars["encode"] = {{"x", 1}, {"y", 0}};
  Json y = axis("category", "");
  y["inverse"] = true;
  for (const AblationRow& row : outcome.ablation) y["data"].push_back(ablation_name(row));
  Figure figure;
  figure.id = "ablation";
  figure.title = "What each mechanism contributes";
  figure.caption =
      "The least energy within the bound that the chosen network reaches when it is trained and "
      "searched again without one mechanism. No bar: it does not meet the bound without it.";
  figure.alternative = text + ".";
  figure.option = figure_option(
      {{"xAxis", axis("value", "energy of a prediction, nJ")}, {"yAxis", y}, {"series", {bars}}});
  figure.csv = csv.text();
  figure.height_px = height_of_rows(outcome.ablation.size(), 34);
  return figure;
}

std::string points_table(const SearchResult& result) {
  HtmlTable table({{"point"},
                   {"inputs", kText},
                   {"network", kText},
                   {"W X P, bits", kText},
                   {"thresholds, codes", kText},
                   {"supply, V"},
                   {"machine", kText},
                   {"wrong, validation"},
                   {"wrong, test"},
                   {"energy, nJ"},
                   {"on the given machine, nJ"},
                   {"area, mm²"},
                   {"latency, us"}});
  for (std::size_t i = 0; i < result.points.size(); ++i) {
    const FrontierPoint& p = result.points[i];
    table.add(
        {std::to_string(i + 1), result.candidates[p.candidate].inputs,
         network_text(p.design.network->graph), widths_text(p), codes_text(p.theta_codes),
         number_text(p.design.supply.voltage_v), machine_text(p.design.point),
         readable_number(p.validation_wrong), readable_number(p.test_wrong),
         readable_number(p.cost.energy_nj),
         p.energy_on_given_machine_nj < 0 ? "" : readable_number(p.energy_on_given_machine_nj),
         readable_number(p.cost.area_mm2), readable_number(p.cost.latency_us)},
        result.chosen == i);
  }
  return table.html("Points of the frontier");
}

std::string ablation_table(const CodesignOutcome& outcome) {
  HtmlTable table({{"chosen network", kText},
                   {"energy within the bound, nJ"},
                   {"wrong, validation"},
                   {"wrong, test"},
                   {"least wrong, validation"},
                   {"at, nJ"}});
  for (const AblationRow& row : outcome.ablation) {
    const auto& p = row.within;
    table.add({ablation_name(row), p ? readable_number(p->cost.energy_nj) : "",
               p ? readable_number(p->validation_wrong) : "",
               p ? readable_number(p->test_wrong) : "",
               readable_number(row.least_error.validation_wrong),
               readable_number(row.least_error.cost.energy_nj)});
  }
  return table.html("The chosen network without each mechanism");
}

std::string rounds_table(const SearchResult& result) {
  HtmlTable table({{"round"},
                   {"epochs"},
                   {"candidate", kText},
                   {"wrong, validation"},
                   {"energy, nJ"},
                   {"goes on", kText}});
  for (const codesign::RoundRow& row : result.rounds) {
    table.add({std::to_string(row.round), std::to_string(row.epochs),
               codesign::to_string(result.candidates[row.candidate]), readable_number(row.wrong),
               readable_number(row.energy_nj), row.goes_on ? "yes" : ""});
  }
  return table.html("Candidates by round");
}

std::string opening(const CodesignOutcome& outcome) {
  const SearchResult& result = outcome.result;
  std::string html =
      paragraph(counted(result.candidates.size(), "candidate") + ", " +
                std::to_string(result.designs_judged) +
                " designs judged by the bit-true engine, technology " + outcome.technology + ".");
  if (outcome.bound.most_wrong) {
    const std::string bound = std::to_string(*outcome.bound.most_wrong) + " of " +
                              std::to_string(result.validation_samples) + " validation samples (" +
                              outcome.bound.origin + ")";
    html += result.chosen
                ? paragraph("The least energy within the bound of " + bound + " is " +
                            readable_number(result.points[*result.chosen].cost.energy_nj) + " nJ.")
                : paragraph("No point is within the bound of " + bound + ".", "bad");
  }
  if (outcome.bound.sequential && result.chosen) {
    const double sequential_nj = outcome.bound.sequential->energy_nj;
    html += paragraph(
        "The five stages one after the other need " + readable_number(sequential_nj) + " nJ, " +
        readable_number(sequential_nj / result.points[*result.chosen].cost.energy_nj) +
        " times as much.");
  }
  for (const codesign::SeedRow& row : result.seeds) {
    html += paragraph("With seed " + std::to_string(row.seed) + " the chosen design has " +
                          readable_number(row.validation_wrong) + " validation and " +
                          readable_number(row.test_wrong) + " test samples wrong.",
                      "soft");
  }
  return html;
}

}  // namespace

std::string codesign_page(const CodesignOutcome& outcome,
                          const codesign::CodesignOptions& options) {
  std::vector<PageSection> sections;
  PageSection frontier("frontier-section", "Frontier", "Energy against error");
  if (!outcome.result.points.empty()) {
    frontier.add(std::vector<Figure>{frontier_figure(outcome)});
    frontier.add(points_table(outcome.result));
  }
  sections.push_back(frontier);
  PageSection ablation("ablation-section", "Ablation", "What each mechanism contributes");
  if (!outcome.ablation.empty()) {
    if (outcome.bound.most_wrong) ablation.add(std::vector<Figure>{ablation_figure(outcome)});
    ablation.add(ablation_table(outcome));
  }
  sections.push_back(ablation);
  PageSection rounds("rounds-section", "Rounds", "How the search came to it");
  rounds.add(paragraph(
      options.method == codesign::SearchMethod::random
          ? "Candidates were drawn and trained to the end."
          : "Every candidate is trained a little; those go on that no other one beats in every "
            "objective."));
  rounds.add(rounds_table(outcome.result));
  sections.push_back(rounds);
  return html_page("Joint search", opening(outcome), sections);
}

}  // namespace minerva::flow
