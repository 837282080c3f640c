#include "fault_page.hpp"

#include <algorithm>

#include "chip_page.hpp"
#include "fault_figures.hpp"
#include "minerva/report/html_table.hpp"
#include "minerva/report/text_table.hpp"

namespace minerva::faultsim {
namespace {

/// A fault rate a bit as the share of bits that are faulty.
std::string percent_of_bits(double rate) { return readable_number(100 * rate, 2) + " %"; }

std::string rate_text(const FaultRateSummary& r) {
  if (!(r.rate > 0)) return "none";
  return readable_number(r.rate, 2) + " = " + percent_of_bits(r.rate) + " (" +
         (r.low > 0 ? percent_of_bits(r.low) : "0") + " to " + percent_of_bits(r.high) + ")";
}

/// What may be relied on, then the estimate.
std::string relied_on_text(const FaultRateSummary& r) {
  if (!(r.low > 0))
    return r.rate > 0 ? "undecided (estimate " + percent_of_bits(r.rate) + ")" : "none";
  return readable_number(r.low, 2) + " = " + percent_of_bits(r.low) + " (estimate " +
         percent_of_bits(r.rate) + ", at most " + percent_of_bits(r.high) + ")";
}

std::string chips_line(const std::string& where, const FaultSupply& supply, const FaultChips& c) {
  const auto percent = [](double share) { return fixed_text(100 * share, 0); };
  return where + " (" +
         (supply.fault_rate > 0 ? fixed_text(supply.voltage_v, 2) + " V" : "nominal") + ") " +
         std::to_string(c.validation) + " of " + std::to_string(c.maps) +
         " chips are within the bound of validation (" + percent(c.validation_low) + " to " +
         percent(c.validation_high) + " %), " + std::to_string(c.test) +
         " within that of test, and " + std::to_string(c.both) + " within both (" +
         percent(c.both_low) + " to " + percent(c.both_high) + " %)";
}

/// What chips whose maps chose nothing say of the chosen mitigation.
std::string chips_paragraph(const FaultSection& faults) {
  for (const FaultRow& row : faults.mitigations) {
    if (!row.chosen || !row.chips_at_mean || !row.chips_at_quantile) continue;
    return paragraph(
        "Fault maps that chose nothing: " +
        chips_line("at the supply of the mean", row.supply_at_mean, *row.chips_at_mean) + "; " +
        chips_line("at the supply of " + readable_number(100 * faults.study.yield_quantile, 2) +
                       " % of chips",
                   row.supply_at_quantile, *row.chips_at_quantile) +
        ".");
  }
  return "";
}

/// "2.40 %" of the samples, behind a number of them.
std::string percent_of_samples(double wrong, std::int64_t samples) {
  if (samples <= 0) return "";
  return " = " + fixed_text(100 * wrong / static_cast<double>(samples), 2) + " %";
}

std::string wrong_cell(const std::optional<FaultCurvePoint>& p, std::int64_t samples) {
  if (!p) return "";
  return fixed_text(p->wrong_mean, 1) + percent_of_samples(p->wrong_mean, samples) + " (" +
         fixed_text(p->mean_low, 1) + " to " + fixed_text(p->mean_high, 1) + ")";
}

std::string supply_text(const FaultSupply& s) {
  return s.voltage_v > 0 ? fixed_text(s.voltage_v, 2) : "nominal";
}

std::string mitigation_table(const FaultSection& faults, const NetworkSummary& network) {
  const std::string quantile =
      readable_number(100 * faults.study.yield_quantile, 2) + " % of chips";
  HtmlTable table({{"mitigation", kText},
                   {"tolerable fault rate a bit, mean"},
                   {"SRAM supply, V"},
                   {"weight SRAM, mW"},
                   {"power, mW"},
                   {"validation wrong there"},
                   {"test wrong there"},
                   {"rate that at least " + quantile + " tolerate"},
                   {"SRAM supply, V"},
                   {"power, mW"},
                   {"chosen", kText}});
  for (const FaultRow& row : faults.mitigations) {
    table.add({mitigation_text(row.mitigation), rate_text(row.at_mean),
               supply_text(row.supply_at_mean), readable_number(row.supply_at_mean.weight_sram_mw),
               readable_number(row.supply_at_mean.power_mw),
               wrong_cell(row.tuning_supply, network.validation_samples),
               wrong_cell(row.test_supply, network.test_samples), relied_on_text(row.at_quantile),
               supply_text(row.supply_at_quantile),
               readable_number(row.supply_at_quantile.power_mw), row.chosen ? "yes" : ""},
              row.chosen);
  }
  return table.html("Mitigations");
}

/// Means at the rates that every mitigation was measured at.
std::string rate_table(const FaultSection& faults, const NetworkSummary& network) {
  const auto at = [](const FaultRow& row, double rate) {
    return std::find_if(row.curve.begin(), row.curve.end(),
                        [rate](const FaultCurvePoint& p) { return p.rate == rate; });
  };
  std::vector<HtmlTable::Column> columns = {{"validation wrong, mean", kText}};
  std::vector<double> rates;
  for (const FaultCurvePoint& p : faults.mitigations.front().curve) {
    if (std::all_of(faults.mitigations.begin(), faults.mitigations.end(),
                    [&](const FaultRow& row) { return at(row, p.rate) != row.curve.end(); })) {
      rates.push_back(p.rate);
      columns.push_back({"rate " + readable_number(p.rate, 2) + " = " + percent_of_bits(p.rate)});
    }
  }
  if (rates.empty()) return "";
  HtmlTable table(columns);
  for (const FaultRow& row : faults.mitigations) {
    std::vector<std::string> cells = {mitigation_text(row.mitigation)};
    for (const double rate : rates) {
      const double wrong = at(row, rate)->wrong_mean;
      cells.push_back(wrong_text(wrong) + percent_of_samples(wrong, network.validation_samples));
    }
    table.add(cells, row.chosen);
  }
  return table.html("Wrong samples at each fault rate");
}

/// The supply by each fault table of the technology.
std::string criterion_table(const FaultStudy& study, const NetworkSummary& network) {
  if (!study.criteria) return "";
  HtmlTable table({{"fault table", kText},
                   {"SRAM supply, V"},
                   {"fault rate a bit"},
                   {"weight SRAM, mW"},
                   {"power, mW"},
                   {"before/"},
                   {"validation wrong there"},
                   {"a bit is faulty if", kText}});
  for (const CriterionRow& row : *study.criteria) {
    table.add(
        {row.table, supply_text(row.supply),
         readable_number(row.supply.fault_rate, 2) + " = " + percent_of_bits(row.supply.fault_rate),
         readable_number(row.supply.weight_sram_mw), readable_number(row.supply.power_mw),
         row.factor ? factor_text(row.factor) : "",
         wrong_cell(row.tuning, network.validation_samples), row.conditions},
        row.table == study.criteria->front().table);
  }
  return table.html("Supply and power by each criterion") +
         paragraph(
             "The first table is the one by which the supply was lowered. Each criterion "
             "fails other cells, which are drawn for it. Every row: fault_criteria.csv.",
             "soft");
}

}  // namespace

PageSection faults_page(const RunSummary& summary, const FaultSection& faults) {
  PageSection section("faults", "Faults", "Faults in the weight memory");
  if (faults.chip) return section.add(chip_tables(*faults.chip)).add({chip_figure(*faults.chip)});
  if (faults.mitigations.empty()) return section;
  const FaultStudy& study = faults.study;
  return section
      .add(mitigation_table(faults, summary.network) +
           paragraph("At most " + wrong_text(study.bound_wrong) + " wrong samples of validation" +
                         percent_of_samples(study.bound_wrong, summary.network.validation_samples) +
                         "; in brackets intervals at " +
                         readable_number(100 * study.confidence, 2) +
                         " %. Errors there are of fault maps that chose nothing, " +
                         std::to_string(study.confirming_maps) +
                         " for the chosen mitigation. A failure is, by " +
                         summary.provenance.technology_name + ": " + study.failure_criterion +
                         access_time_note(study) +
                         ". Every point and row: "
                         "fault_curves.csv, yield.csv, voltage.csv.",
                     "soft") +
           chips_paragraph(faults) + criterion_table(study, summary.network) +
           rate_table(faults, summary.network))
      .add(fault_figures(summary, faults));
}

}  // namespace minerva::faultsim
