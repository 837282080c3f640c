#include "technology_command.hpp"

#include <cstdio>

#include "json_output.hpp"
#include "minerva/accelsim/technology_report.hpp"
#include "minerva/base/text.hpp"
#include "minerva/files/shipped_files.hpp"
#include "settings_of_call.hpp"

namespace minerva::flow {
namespace {

constexpr std::size_t kMostInfluential = 8;  // rows of that table

void print_counts(const char* title, const std::vector<CountedText>& counts) {
  print_format("\n%s\n", title);
  for (const CountedText& counted : counts) {
    print_format("  %4d  %s\n", counted.rows, counted.text.c_str());
  }
}

void print_samples(const std::vector<SampleCost>& samples) {
  print_format("\nsample costs at 4 ns       pJ/operation   leakage uW       um2\n");
  for (const SampleCost& cost : samples) {
    if (cost.refusal.empty()) {
      print_format("  %-24s %12.4g %12.4g %9.5g\n", cost.name.c_str(), cost.energy_pj,
                   cost.leakage_uw, cost.area_um2);
    } else {
      print_format("  %-24s refused: %s\n", cost.name.c_str(), cost.refusal.c_str());
    }
  }
}

void print_machine(const TracedMachine& machine) {
  if (!machine.refusal.empty()) {
    print_format("\n%s: refused: %s\n", machine.name.c_str(), machine.refusal.c_str());
    return;
  }
  const PowerBasis& basis = machine.basis;
  print_format("\n%s: %.4g mW, which rest on rows that are, at their weakest,\n",
               machine.name.c_str(), basis.power_mw);
  for (std::size_t k = 0; k < kFigureKinds; ++k) {
    print_format("  %-12s %5.1f %%\n", to_string(static_cast<FigureKind>(k)),
                 basis.percent_of_kind[k]);
  }
  if (basis.interval) {
    print_format("  by the residuals of the rows %.4g to %.4g mW; %s decides, +-%.3g %%\n",
                 basis.interval->low_mw, basis.interval->high_mw,
                 basis.interval->deciding_row.c_str(), basis.interval->deciding_percent);
  }
  for (const std::string& operands : basis.operands) {
    print_format("  operands of %s\n", operands.c_str());
  }
  if (basis.operands.empty()) print_format("  operands: uniform random, of no network\n");
  print_format(
      "\n  part                     dynamic mW rests on   leakage mW rests on    weakest rows\n");
  for (const ComponentBasis& part : basis.components) {
    print_format("  %-24s %8.4g %-12s %9.4g %-12s %s\n", to_string(part.component), part.dynamic_mw,
                 part.dynamic_mw == 0 ? "" : to_string(part.dynamic_kind), part.leakage_mw,
                 part.leakage_mw == 0 ? "" : to_string(part.leakage_kind),
                 joined(part.weakest_rows).c_str());
  }
  print_format("\n  rows that move this power most, by how much when the row is 1 %% higher\n");
  for (std::size_t r = 0; r < basis.rows.size() && r < kMostInfluential; ++r) {
    print_format("    %+.4f %%  %-28s %s\n", basis.rows[r].percent / 100, basis.rows[r].key.c_str(),
                 to_string(basis.rows[r].kind));
  }
}

void print_rows(const Technology& technology) {
  print_format(
      "\nevery row: figure | value | unit | kind | node | conditions | source | residual, range\n");
  for (const FigureRow& row : technology.rows) {
    print_format("  %s | %s | %s | %s | %s | %s | %s%s%s\n", row.key().c_str(),
                 row.value_text.c_str(), row.unit.c_str(), to_string(row.kind), row.node.c_str(),
                 row.conditions.c_str(), row.source.c_str(), row.quality.empty() ? "" : " | ",
                 row.quality.c_str());
  }
}

}  // namespace

Json costs_json(const std::vector<SampleCost>& samples) {
  Json all = Json::array();
  for (const SampleCost& cost : samples) {
    if (!cost.refusal.empty()) {
      all.push_back({{"name", cost.name}, {"refusal", cost.refusal}});
      continue;
    }
    all.push_back({{"name", cost.name},
                   {"energy_pj", cost.energy_pj},
                   {"leakage_uw", cost.leakage_uw},
                   {"area_um2", cost.area_um2}});
  }
  return all;
}

Json machine_json(const TracedMachine& machine) {
  if (!machine.refusal.empty()) return {{"name", machine.name}, {"refusal", machine.refusal}};
  const PowerBasis& basis = machine.basis;
  Json document = {{"name", machine.name}, {"power_mw", basis.power_mw}};
  for (std::size_t k = 0; k < kFigureKinds; ++k) {
    document["percent_of_kind"][to_string(static_cast<FigureKind>(k))] = basis.percent_of_kind[k];
  }
  if (basis.interval) {
    document["interval"] = {{"low_mw", basis.interval->low_mw},
                            {"high_mw", basis.interval->high_mw},
                            {"deciding_row", basis.interval->deciding_row},
                            {"deciding_percent", basis.interval->deciding_percent}};
  }
  document["operands"] = basis.operands;
  for (const ComponentBasis& part : basis.components) {
    document["components"].push_back({{"name", to_string(part.component)},
                                      {"dynamic_mw", part.dynamic_mw},
                                      {"dynamic_rests_on", to_string(part.dynamic_kind)},
                                      {"leakage_mw", part.leakage_mw},
                                      {"leakage_rests_on", to_string(part.leakage_kind)},
                                      {"weakest_rows", part.weakest_rows}});
  }
  for (const RowInfluence& row : basis.rows) {
    document["rows"].push_back({{"figure", row.key},
                                {"kind", to_string(row.kind)},
                                {"percent_of_power_a_percent", row.percent / 100}});
  }
  return document;
}

Json technology_json(const Technology& technology, const TechnologyReport& report, bool all_rows) {
  Json document = {{"schema", "minerva-technology-1"},
                   {"name", report.name},
                   {"calibrated", report.calibrated},
                   {"rows", technology.rows.size()}};
  for (std::size_t k = 0; k < kFigureKinds; ++k) {
    document["rows_of_kind"][to_string(static_cast<FigureKind>(k))] = report.rows_of_kind[k];
  }
  for (const CountedText& node : report.nodes) document["rows_of_node"][node.text] = node.rows;
  for (const CountedText& source : report.sources) {
    document["rows_of_source"][source.text] = source.rows;
  }
  document["answers_for"] = report.ranges;
  document["sample_costs"] = costs_json(report.samples);
  document["machines"] = Json::array();
  for (const TracedMachine& machine : report.machines) {
    document["machines"].push_back(machine_json(machine));
  }
  document["left_out"] = report.left_out;
  document["warnings"] = report.warnings;
  document["set_by_the_user"] = technology.overrides;
  if (!all_rows) return document;
  for (const FigureRow& row : technology.rows) {
    document["every_row"].push_back({{"figure", row.key()},
                                     {"value", row.value_text},
                                     {"unit", row.unit},
                                     {"kind", to_string(row.kind)},
                                     {"node", row.node},
                                     {"conditions", row.conditions},
                                     {"source", row.source},
                                     {"quality", row.quality}});
  }
  return document;
}

int technology_command(const CommandCall& call) {
  std::vector<RowOverride> rows;
  Settings settings;  // rows of the file alone
  add_technology_rows(settings, rows);
  const Settings::CommandLine line = parse_words(call, settings);
  settings.apply(line);
  const std::string& file = line.positional.front();
  const Technology technology = read_technology(find_technology_file(file, ""), rows);
  const TechnologyReport report = report_technology(technology);
  const bool all_rows = call.value("tech.rows") == "all";
  if (output_form() == OutputForm::json) {
    print_document(technology_json(technology, report, all_rows));
    return 0;
  }
  print_format("%s: %zu rows, all accepted\n\nrows by kind\n", file.c_str(),
               technology.rows.size());
  for (std::size_t k = 0; k < kFigureKinds; ++k) {
    print_format("  %4d  %s\n", report.rows_of_kind[k], to_string(static_cast<FigureKind>(k)));
  }
  print_counts("rows by node", report.nodes);
  print_counts("rows by source", report.sources);
  if (!technology.overrides.empty()) print_format("\nset by the user\n");
  for (const std::string& set : technology.overrides) print_format("  %s\n", set.c_str());
  print_format("\nanswers for\n");
  for (const std::string& range : report.ranges) print_format("  %s\n", range.c_str());
  print_samples(report.samples);
  print_format(
      "\nMachines: 784-256-256-256-10 on 16 lanes x 1 MAC at 4 ns. reference: 16 bits, nothing\n"
      "skipped. optimized: W X P of 8 6 9 bits, 75 %% of the MACs skipped, bit masking with Razor\n"
      "at the lowest voltage with a fault rate of 1e-2 or less.\n");
  for (const TracedMachine& machine : report.machines) print_machine(machine);
  if (!report.left_out.empty()) print_format("\nleft out, as the file has no rows for it\n");
  for (const std::string& each : report.left_out) print_format("  - %s\n", each.c_str());
  print_format("\nknow before trusting it\n");
  for (const std::string& warning : report.warnings) print_format("  - %s\n", warning.c_str());
  if (all_rows) print_rows(technology);
  return 0;
}

}  // namespace minerva::flow
