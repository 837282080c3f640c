#include <algorithm>
#include <functional>
#include <map>
#include <sstream>

#include "comparison_tables.hpp"
#include "comparison_verdict.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/report/html_page.hpp"
#include "minerva/report/text_table.hpp"
#include "run_labels.hpp"

namespace minerva {
namespace {

/// "predic-\ntions" for a terminal is "predictions" on a page.
std::string on_one_line(std::string heading) {
  for (std::size_t at = heading.find('\n'); at != std::string::npos; at = heading.find('\n')) {
    const bool hyphen = at > 0 && heading[at - 1] == '-';
    heading.replace(hyphen ? at - 1 : at, hyphen ? 2 : 1, hyphen ? "" : " ");
  }
  return heading;
}

std::string html_of(const ComparisonTable& content) {
  std::vector<HtmlTable::Column> columns;
  for (std::size_t c = 0; c < content.headings.size(); ++c) {
    columns.push_back(
        {on_one_line(content.headings[c]), c == 0 ? kText : HtmlTable::Align::number});
  }
  HtmlTable table(columns);
  for (const std::vector<std::string>& row : content.rows) table.add(row);
  return subheading(content.name) + table.html(content.name);
}

using Value = std::function<std::string(const StageRow&)>;

/// One measure: a row a stage, a column a run.
std::string stages_by_run(const std::vector<ComparedRun>& runs, const std::string& measure,
                          const Value& value) {
  std::vector<HtmlTable::Column> columns = {{"stage", kText}};
  std::vector<std::pair<std::string, std::string>> stages;  // name, id
  for (const ComparedRun& run : runs) {
    columns.push_back({run.name});
    for (const StageRow& row : run.summary.stages) {
      if (std::none_of(stages.begin(), stages.end(),
                       [&](const auto& stage) { return stage.second == row.stage; })) {
        stages.emplace_back(row.name, row.stage);
      }
    }
  }
  // A run that lacks stages in the middle must not put them at the end; names begin with numbers.
  std::sort(stages.begin(), stages.end());
  HtmlTable table(columns);
  for (const auto& [name, stage] : stages) {
    std::vector<std::string> cells = {name};
    bool any = false;
    for (const ComparedRun& run : runs) {
      const auto& rows = run.summary.stages;
      const auto found = std::find_if(
          rows.begin(), rows.end(), [&id = stage](const StageRow& row) { return row.stage == id; });
      cells.push_back(found == rows.end() ? "" : value(*found));
      any = any || !cells.back().empty();
    }
    if (any) table.add(cells);
  }
  return table.empty() ? "" : subheading(measure) + table.html(measure);
}

/// Figures of an accelerator are empty where a row is a network alone.
Value of_machine(double StageRow::*member, int digits = 3) {
  return [member, digits](const StageRow& row) {
    return row.power_mw > 0 ? readable_number(row.*member, digits) : std::string();
  };
}

std::string error_table(const std::vector<ComparedRun>& runs) {
  const auto with_bound = [](double wrong, const std::optional<double>& bound) {
    return wrong_text(wrong) + (bound ? " of " + wrong_text(*bound) : "");
  };
  return stages_by_run(runs, "Error on test, %",
                       [](const StageRow& row) { return fixed_text(row.test_error_percent, 2); }) +
         stages_by_run(
             runs, "Error on validation, %",
             [](const StageRow& row) { return fixed_text(row.validation_error_percent, 2); }) +
         stages_by_run(runs, "Spent of the error budget on validation, sigma",
                       [](const StageRow& row) { return fixed_text(row.spent_sigmas, 2); }) +
         folded(
             "In wrong samples, of those allowed",
             stages_by_run(runs, "Wrong on validation, of those allowed", [&](const StageRow& row) {
               return with_bound(row.validation_wrong, row.bound_validation_wrong);
             }) + stages_by_run(runs, "Wrong on test, of those allowed", [&](const StageRow& row) {
               return with_bound(row.test_wrong, row.bound_test_wrong);
             }));
}

std::string machines(const std::vector<ComparedRun>& runs) {
  return stages_by_run(runs, "Power, mW", of_machine(&StageRow::power_mw)) +
         stages_by_run(runs, "Power of the stage before over this one's",
                       [](const StageRow& row) { return factor_text(row.factor_before); }) +
         stages_by_run(runs, "Energy of a prediction, nJ",
                       of_machine(&StageRow::energy_per_prediction_nj)) +
         folded("Predictions a second and area",
                stages_by_run(runs, "Predictions a second",
                              of_machine(&StageRow::predictions_per_s, 1)) +
                    stages_by_run(runs, "Area, mm²", of_machine(&StageRow::area_mm2)));
}

std::string differences(const std::vector<ComparedRun>& runs) {
  std::string missing;
  std::vector<HtmlTable::Column> columns = {{"key", kText}};
  for (const ComparedRun& run : runs) {
    columns.push_back({run.name, kText});
    if (run.config.empty()) missing += (missing.empty() ? "" : ", ") + run.name;
  }
  std::string html;
  if (!missing.empty()) html += paragraph("Without config.resolved.cfg: " + missing + ".", "soft");
  HtmlTable table(columns);
  for (const ConfigDifference& difference : config_differences(runs)) {
    std::vector<std::string> cells = {difference.key};
    cells.insert(cells.end(), difference.values.begin(), difference.values.end());
    table.add(cells);
  }
  return html + (table.empty() ? paragraph("The configs are equal but for the run directory.")
                               : table.html("Keys whose values differ"));
}

std::string provenance(const std::vector<ComparedRun>& runs) {
  HtmlTable table({{"run", kText},
                   {"title", kText},
                   {"program", kText},
                   {"config, SHA-256", kText},
                   {"data", kText},
                   {"technology", kText}});
  for (const ComparedRun& run : runs) {
    const Provenance& p = run.summary.provenance;
    table.add({run.name, run.summary.title, "minerva " + p.version, p.config_sha256, p.data_name,
               p.technology_name + (p.technology_calibrated ? ", calibrated" : ", uncalibrated")});
  }
  return table.html("Where the runs come from");
}

/// "section.key" -> value of a resolved config, in its order.
std::vector<std::pair<std::string, std::string>> entries(const std::string& config) {
  std::vector<std::pair<std::string, std::string>> all;
  std::istringstream lines(config);
  std::string section;
  for (std::string line; std::getline(lines, line);) {
    line.erase(std::min(line.find('#'), line.size()));
    line.erase(line.find_last_not_of(" \t\r") + 1);
    if (line.empty()) continue;
    if (line.front() == '[' && line.back() == ']') {
      section = line.substr(1, line.size() - 2) + ".";
      continue;
    }
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos) continue;
    std::string key = line.substr(0, equals);
    key.erase(key.find_last_not_of(" \t") + 1);
    const std::size_t value = line.find_first_not_of(" \t", equals + 1);
    all.emplace_back(section + key, value == std::string::npos ? "" : line.substr(value));
  }
  return all;
}

}  // namespace

std::vector<ConfigDifference> config_differences(const std::vector<ComparedRun>& runs) {
  std::vector<std::string> keys;
  std::vector<std::map<std::string, std::string>> values;
  for (const ComparedRun& run : runs) {
    values.emplace_back();
    for (const auto& [key, value] : entries(run.config)) {
      if (key == "run.out") continue;
      values.back()[key] = value;
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
    }
  }
  std::vector<ConfigDifference> different;
  for (const std::string& key : keys) {
    ConfigDifference row{key, {}};
    bool differs = false;
    const std::string* first = nullptr;  // of the runs whose config is known
    for (std::size_t r = 0; r < runs.size(); ++r) {
      row.values.push_back(values[r][key]);
      if (runs[r].config.empty()) continue;
      if (first != nullptr && *first != values[r][key]) differs = true;
      if (first == nullptr) first = &values[r][key];
    }
    if (differs) different.push_back(std::move(row));
  }
  return different;
}

std::string comparison_html(const std::vector<ComparedRun>& named) {
  expects(!named.empty(), "comparison_html: no run");
  const std::vector<ComparedRun> runs = with_labels(named);
  std::string names;
  for (const ComparedRun& run : runs) names += (names.empty() ? "" : ", ") + run.name;
  const std::string title = std::to_string(runs.size()) + " runs compared";
  PageSection overview("overview", "Overview", "The runs at their ends");
  for (const ComparisonTable& table : comparison_tables(runs)) overview.add(html_of(table));
  PageSection figures("figures-section", "Figures", "Figures");
  figures.add(comparison_figures(runs));
  PageSection stages("stages", "Stages", "Stages side by side");
  stages.add(error_table(runs) + machines(runs));
  PageSection configs("configs", "Configs", "What differs in their configs");
  configs.add(differences(runs));
  PageSection sources("provenance", "Provenance", "Where the runs come from");
  sources.add(provenance(runs));
  const std::string verdict = comparison_verdict(runs);
  return html_page(title,
                   "<h1>" + html_escaped(title) + "</h1>\n" +
                       (verdict.empty() ? "" : paragraph(verdict, "result")) +
                       paragraph(names, "soft"),
                   {overview, figures, stages, configs, sources});
}

}  // namespace minerva
