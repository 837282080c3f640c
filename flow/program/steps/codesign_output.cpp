#include "codesign_output.hpp"

#include <algorithm>
#include <cmath>

#include "minerva/base/text.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/report/text_table.hpp"
#include "minerva/statistics/hypervolume.hpp"

namespace minerva::flow {
namespace {

using codesign::AblationRow;
using codesign::FrontierPoint;
using codesign::SearchResult;

std::string formats_text(const QuantizationPlan& plan) {
  std::string text;
  for (const LayerFormats& f : plan.layers) {
    text += (text.empty() ? "" : " ") + to_string(f.weight) + "/" + to_string(f.activation) + "/" +
            to_string(f.product);
  }
  return text;
}

bool is_within(const FrontierPoint& point, const FrontierBound& bound) {
  return bound.most_wrong && point.validation_wrong <= static_cast<double>(*bound.most_wrong);
}

std::string within_text(const FrontierPoint& point, const FrontierBound& bound) {
  if (!bound.most_wrong) return "";
  return is_within(point, bound) ? "yes" : "no";
}

}  // namespace

std::string point_folder(std::size_t point) {
  const std::string number = std::to_string(point + 1);
  return "points/" + std::string(number.size() < 2 ? "0" : "") + number;
}

std::string widths_text(const FrontierPoint& point) {
  const DatapathWidths widths =
      graph_datapath_widths(point.design.network->graph, point.design.plan);
  return std::to_string(widths.weight_bits) + " " + std::to_string(widths.activation_bits) + " " +
         std::to_string(widths.product_bits);
}

std::string codes_text(const std::vector<int>& codes) {
  std::string text;
  for (const int code : codes) text += (text.empty() ? "" : " ") + std::to_string(code);
  return text;
}

std::string ablation_name(const AblationRow& row) {
  return row.without ? "without " + std::string(to_string(*row.without)) : "every mechanism";
}

double frontier_hypervolume(const SearchResult& result, double most_error_percent) {
  std::vector<ObjectiveValues> points;
  for (const FrontierPoint& p : result.points) {
    ObjectiveValues values{};
    values[0] = 100 * p.validation_wrong / static_cast<double>(result.validation_samples);
    values[1] = std::log10(p.cost.energy_nj);
    points.push_back(values);
  }
  ObjectiveValues reference{};
  reference[0] = most_error_percent;
  reference[1] = std::log10(kHypervolumeReferenceNj);
  return hypervolume(points, reference, 2);
}

std::string frontier_csv(const CodesignOutcome& outcome) {
  const SearchResult& result = outcome.result;
  const FrontierBound& bound = outcome.bound;
  Csv csv({"point",
           "inputs",
           "network",
           "formats_W_X_P",
           "theta_codes",
           "voltage_v",
           "fault_rate",
           "lanes",
           "macs_per_lane",
           "write_ports",
           "clock_period_ns",
           "validation_wrong_samples",
           "validation_deviation_samples",
           "validation_wrong_without_faults_samples",
           "test_wrong_samples",
           "test_deviation_samples",
           "test_wrong_without_faults_samples",
           "energy_per_prediction_nj",
           "energy_on_given_machine_nj",
           "area_mm2",
           "latency_us",
           "power_mw",
           "within_bound"});
  for (std::size_t i = 0; i < result.points.size(); ++i) {
    const FrontierPoint& p = result.points[i];
    csv.add({static_cast<std::int64_t>(i + 1),
             result.candidates[p.candidate].inputs,
             network_text(p.design.network->graph),
             formats_text(p.design.plan),
             codes_text(p.theta_codes),
             p.design.supply.voltage_v,
             p.design.supply.fault_rate,
             p.design.point.lanes,
             p.design.point.macs_per_lane,
             p.design.point.write_ports,
             p.design.point.clock_period_ns,
             p.validation_wrong,
             p.validation_deviation,
             p.validation_clean,
             p.test_wrong,
             p.test_deviation,
             p.test_clean,
             p.cost.energy_nj,
             p.energy_on_given_machine_nj,
             p.cost.area_mm2,
             p.cost.latency_us,
             p.cost.power_mw,
             within_text(p, bound)});
  }
  return csv.text();
}

std::string rounds_csv(const SearchResult& result) {
  Csv csv({"round", "epochs", "candidate", "validation_wrong_samples", "energy_per_prediction_nj",
           "goes_on"});
  for (const codesign::RoundRow& row : result.rounds) {
    csv.add({row.round, row.epochs, codesign::to_string(result.candidates[row.candidate]),
             row.wrong, row.energy_nj, std::string(row.goes_on ? "yes" : "no")});
  }
  return csv.text();
}

std::string ablation_csv(const CodesignOutcome& outcome) {
  Csv csv({"mechanism_switched_off", "energy_within_bound_nj", "energy_on_given_machine_nj",
           "validation_wrong_samples", "test_wrong_samples", "least_validation_wrong_samples",
           "energy_of_least_error_nj"});
  for (const AblationRow& row : outcome.ablation) {
    const std::optional<FrontierPoint>& p = row.within;
    const auto cell = [&](double value) { return p ? CsvCell(value) : CsvCell(""); };
    csv.add({std::string(row.without ? to_string(*row.without) : "none"),
             cell(p ? p->cost.energy_nj : 0), cell(p ? p->energy_on_given_machine_nj : 0),
             cell(p ? p->validation_wrong : 0), cell(p ? p->test_wrong : 0),
             row.least_error.validation_wrong, row.least_error.cost.energy_nj});
  }
  return csv.text();
}

std::string seeds_csv(const CodesignOutcome& outcome) {
  Csv csv({"seed", "validation_wrong_samples", "test_wrong_samples", "within_bound"});
  for (const codesign::SeedRow& row : outcome.result.seeds) {
    const auto& most = outcome.bound.most_wrong;
    csv.add({static_cast<std::int64_t>(row.seed), row.validation_wrong, row.test_wrong,
             std::string(!most                                                ? ""
                         : row.validation_wrong <= static_cast<double>(*most) ? "yes"
                                                                              : "no")});
  }
  return csv.text();
}

namespace {

Json ablation_json(const CodesignOutcome& outcome) {
  Json rows = Json::array();
  for (const AblationRow& row : outcome.ablation) {
    Json json = {{"without", nullptr},
                 {"energy_within_bound_nj", nullptr},
                 {"energy_on_given_machine_nj", nullptr},
                 {"validation_wrong", nullptr},
                 {"test_wrong", nullptr},
                 {"least_validation_wrong", row.least_error.validation_wrong},
                 {"energy_of_least_error_nj", row.least_error.cost.energy_nj}};
    if (row.without) json["without"] = to_string(*row.without);
    if (row.within) {
      json["energy_within_bound_nj"] = row.within->cost.energy_nj;
      json["validation_wrong"] = row.within->validation_wrong;
      json["test_wrong"] = row.within->test_wrong;
      if (row.within->energy_on_given_machine_nj >= 0) {
        json["energy_on_given_machine_nj"] = row.within->energy_on_given_machine_nj;
      }
    }
    rows.push_back(std::move(json));
  }
  return rows;
}

Json seeds_json(const SearchResult& result) {
  Json rows = Json::array();
  for (const codesign::SeedRow& row : result.seeds) {
    rows.push_back({{"seed", row.seed},
                    {"validation_wrong", row.validation_wrong},
                    {"test_wrong", row.test_wrong}});
  }
  return rows;
}

}  // namespace

Json frontier_json(const CodesignOutcome& outcome) {
  const SearchResult& result = outcome.result;
  const FrontierBound& bound = outcome.bound;
  Json points = Json::array();
  for (std::size_t i = 0; i < result.points.size(); ++i) {
    const FrontierPoint& p = result.points[i];
    Json point = {{"folder", point_folder(i)},
                  {"inputs", result.candidates[p.candidate].inputs},
                  {"network", network_text(p.design.network->graph)},
                  {"formats", formats_text(p.design.plan)},
                  {"widths_W_X_P", widths_text(p)},
                  {"theta_codes", p.theta_codes},
                  {"voltage_v", p.design.supply.voltage_v},
                  {"fault_rate", p.design.supply.fault_rate},
                  {"machine", to_string(p.design.point)},
                  {"validation_wrong", p.validation_wrong},
                  {"validation_deviation", p.validation_deviation},
                  {"validation_wrong_without_faults", p.validation_clean},
                  {"test_wrong", p.test_wrong},
                  {"test_deviation", p.test_deviation},
                  {"test_wrong_without_faults", p.test_clean},
                  {"energy_per_prediction_nj", p.cost.energy_nj},
                  {"energy_on_given_machine_nj", nullptr},
                  {"area_mm2", p.cost.area_mm2},
                  {"latency_us", p.cost.latency_us},
                  {"cycles", p.cost.cycles},
                  {"within_bound", nullptr}};
    if (p.energy_on_given_machine_nj >= 0) {
      point["energy_on_given_machine_nj"] = p.energy_on_given_machine_nj;
    }
    if (bound.most_wrong) point["within_bound"] = is_within(p, bound);
    points.push_back(std::move(point));
  }
  Json document = {{"schema", "minerva-codesign-2"},
                   {"technology", outcome.technology},
                   {"validation_samples", result.validation_samples},
                   {"test_samples", result.test_samples},
                   {"candidates", result.candidates.size()},
                   {"dropped", result.dropped},
                   {"designs_judged", result.designs_judged},
                   {"training_gmacs", result.training_gmacs},
                   {"hypervolume", outcome.hypervolume},
                   {"chosen", nullptr},
                   {"bound_validation_wrong", nullptr},
                   {"bound_from", bound.origin},
                   {"sequential", nullptr},
                   {"seeds", seeds_json(result)},
                   {"ablation", ablation_json(outcome)},
                   {"points", points}};
  if (result.chosen) document["chosen"] = point_folder(*result.chosen);
  if (bound.most_wrong) document["bound_validation_wrong"] = *bound.most_wrong;
  if (bound.sequential) {
    const SequentialPoint& s = *bound.sequential;
    document["sequential"] = {{"folder", s.folder},
                              {"technology", s.technology},
                              {"validation_wrong", s.validation_wrong},
                              {"test_wrong", s.test_wrong},
                              {"energy_per_prediction_nj", s.energy_nj},
                              {"area_mm2", s.area_mm2},
                              {"float_validation_wrong", s.float_validation_wrong},
                              {"float_test_wrong", s.float_test_wrong}};
    if (s.bound_test_wrong) document["sequential"]["bound_test_wrong"] = *s.bound_test_wrong;
  }
  return document;
}

namespace {

/// The point of least energy within the bound, or of least error, beside the sequential flow.
std::string chosen_text(const CodesignOutcome& outcome) {
  const FrontierBound& bound = outcome.bound;
  const FrontierPoint& p = outcome.result.points[*outcome.result.chosen];
  std::string text = (bound.most_wrong ? "within it: point " : "least error: point ") +
                     std::to_string(*outcome.result.chosen + 1) + ", " +
                     number_text(p.cost.energy_nj, 4) + " nJ";
  if (bound.sequential) {
    const double sequential_nj = bound.sequential->energy_nj;
    text +=
        ", 1 / " + number_text(sequential_nj / p.cost.energy_nj, 3) + " of the sequential flow's";
    if (p.energy_on_given_machine_nj > 0) {
      text += ", and 1 / " + number_text(sequential_nj / p.energy_on_given_machine_nj, 3) +
              " on the given machine";
    }
    if (const auto& most = bound.sequential->bound_test_wrong) {
      text += "; on the test set " + number_text(p.test_wrong) + " wrong, bound " +
              number_text(*most) + (p.test_wrong <= *most ? ": confirmed" : ": not confirmed");
    }
  }
  return text + "\n";
}

std::string seeds_text(const CodesignOutcome& outcome) {
  std::string text;
  for (const codesign::SeedRow& row : outcome.result.seeds) {
    text += "seed " + std::to_string(row.seed) + ": " + number_text(row.validation_wrong) +
            " validation and " + number_text(row.test_wrong) + " test samples wrong";
    if (const auto& most = outcome.bound.most_wrong) {
      text += row.validation_wrong <= static_cast<double>(*most) ? ", within the bound"
                                                                 : ", not within the bound";
    }
    text += "\n";
  }
  return text;
}

std::string ablation_text(const CodesignOutcome& outcome) {
  if (outcome.ablation.empty()) return "";
  TextTable table({"chosen network", "nJ within the bound", "nJ, given machine",
                   "wrong, validation", "wrong, test", "least wrong", "at nJ"});
  for (const codesign::AblationRow& row : outcome.ablation) {
    const std::optional<FrontierPoint>& p = row.within;
    table.add({ablation_name(row), p ? number_text(p->cost.energy_nj, 4) : "-",
               p && p->energy_on_given_machine_nj >= 0
                   ? number_text(p->energy_on_given_machine_nj, 4)
                   : "-",
               p ? number_text(p->validation_wrong) : "-", p ? number_text(p->test_wrong) : "-",
               number_text(row.least_error.validation_wrong),
               number_text(row.least_error.cost.energy_nj, 4)});
  }
  return table.text();
}

}  // namespace

std::string frontier_text(const CodesignOutcome& outcome) {
  const SearchResult& result = outcome.result;
  const FrontierBound& bound = outcome.bound;
  TextTable table({"point", "inputs", "network", "W X P", "theta", "V", "machine",
                   "wrong, validation", "wrong, test", "nJ", "nJ, given machine", "within"});
  for (std::size_t i = 0; i < result.points.size(); ++i) {
    const FrontierPoint& p = result.points[i];
    const DesignPoint& m = p.design.point;
    table.add(
        {std::to_string(i + 1), result.candidates[p.candidate].inputs,
         network_text(p.design.network->graph), widths_text(p), codes_text(p.theta_codes),
         number_text(p.design.supply.voltage_v),
         std::to_string(m.lanes) + " x " + std::to_string(m.macs_per_lane) + ", " +
             std::to_string(m.write_ports) + " ports, " + number_text(m.clock_period_ns) + " ns",
         number_text(p.validation_wrong), number_text(p.test_wrong),
         number_text(p.cost.energy_nj, 4),
         p.energy_on_given_machine_nj < 0 ? "-" : number_text(p.energy_on_given_machine_nj, 4),
         within_text(p, bound)});
  }
  std::string text = table.text();
  if (bound.sequential) {
    const SequentialPoint& s = *bound.sequential;
    text += "sequential flow (" + s.folder + "): " + number_text(s.validation_wrong) +
            " validation and " + number_text(s.test_wrong) + " test samples wrong, " +
            number_text(s.energy_nj, 4) + " nJ a prediction\n";
  }
  text += "trainings: " + number_text(result.training_gmacs, 4) +
          "e9 MACs of forward passes; hypervolume " + number_text(outcome.hypervolume, 4) + "\n";
  if (bound.most_wrong) {
    text += "bound: " + std::to_string(*bound.most_wrong) + " of " +
            std::to_string(result.validation_samples) + " validation samples (" + bound.origin +
            ")\n";
  }
  if (!result.chosen) return text;
  return text + chosen_text(outcome) + seeds_text(outcome) + ablation_text(outcome);
}

}  // namespace minerva::flow
