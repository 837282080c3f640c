#include <algorithm>
#include <cmath>

#include "fault_report.hpp"
#include "html_page.hpp"
#include "log_chart.hpp"
#include "minerva/report/text_table.hpp"
#include "summary_names.hpp"

namespace minerva {
namespace {

constexpr auto kText = HtmlTable::Align::text;
constexpr auto kLinear = ChartAxis::Scale::linear;
constexpr auto kLogarithmic = ChartAxis::Scale::logarithmic;
constexpr std::size_t kColours = 9;

std::string paragraph(const std::string& text) {
  return "<p class=\"soft\">" + html_escaped(text) + "</p>\n";
}

std::string colour(std::size_t row) { return "var(--p" + std::to_string(row % kColours) + ")"; }

std::string rate_text(const FaultRateSummary& r) {
  if (!(r.rate > 0)) return "none";
  return readable_number(r.rate, 2) + " (" + (r.low > 0 ? readable_number(r.low, 2) : "0") +
         " to " + readable_number(r.high, 2) + ")";
}

std::string wrong_cell(const std::optional<FaultCurvePoint>& p) {
  if (!p) return "";
  return fixed_text(p->wrong_mean, 1) + " (" + fixed_text(p->mean_low, 1) + " to " +
         fixed_text(p->mean_high, 1) + ")";
}

std::string supply_text(const FaultSupply& s) {
  return s.voltage_v > 0 ? fixed_text(s.voltage_v, 2) : "nominal";
}

std::string mitigation_table(const RunSummary& s) {
  const std::string quantile =
      readable_number(100 * s.fault_study.yield_quantile, 2) + " % of chips";
  HtmlTable table({{"mitigation", kText},
                   {"tolerable fault rate a bit, mean"},
                   {"SRAM supply, V"},
                   {"weight SRAM, mW"},
                   {"power, mW"},
                   {"validation wrong there"},
                   {"test wrong there"},
                   {"tolerable rate, " + quantile},
                   {"SRAM supply, V"},
                   {"power, mW"},
                   {"chosen", kText}});
  for (const FaultRow& row : s.faults) {
    table.add({mitigation_text(row.mitigation), rate_text(row.at_mean),
               supply_text(row.supply_at_mean), readable_number(row.supply_at_mean.weight_sram_mw),
               readable_number(row.supply_at_mean.power_mw), wrong_cell(row.tuning_supply),
               wrong_cell(row.test_supply), rate_text(row.at_quantile),
               supply_text(row.supply_at_quantile),
               readable_number(row.supply_at_quantile.power_mw), row.chosen ? "yes" : ""},
              row.chosen);
  }
  return table.html();
}

/// Means at the rates that every mitigation was measured at.
std::string rate_table(const RunSummary& s) {
  const auto at = [](const FaultRow& row, double rate) {
    return std::find_if(row.curve.begin(), row.curve.end(),
                        [rate](const FaultCurvePoint& p) { return p.rate == rate; });
  };
  std::vector<HtmlTable::Column> columns = {{"validation wrong, mean", kText}};
  std::vector<double> rates;
  for (const FaultCurvePoint& p : s.faults.front().curve) {
    if (std::all_of(s.faults.begin(), s.faults.end(),
                    [&](const FaultRow& row) { return at(row, p.rate) != row.curve.end(); })) {
      rates.push_back(p.rate);
      columns.push_back({"rate " + readable_number(p.rate, 2)});
    }
  }
  if (rates.empty()) return "";
  HtmlTable table(columns);
  for (const FaultRow& row : s.faults) {
    std::vector<std::string> cells = {mitigation_text(row.mitigation)};
    for (const double rate : rates) cells.push_back(wrong_text(at(row, rate)->wrong_mean));
    table.add(cells, row.chosen);
  }
  return table.html();
}

std::string error_figure(const RunSummary& s) {
  std::vector<ChartSeries> series;
  double least = 0;
  double most = 0;
  for (std::size_t i = 0; i < s.faults.size(); ++i) {
    ChartSeries line{
        mitigation_text(s.faults[i].mitigation), ChartSeries::Mark::intervals, colour(i), {}};
    for (const FaultCurvePoint& p : s.faults[i].curve) {
      if (!(p.rate > 0 && p.wrong_mean > 0)) continue;
      line.points.push_back({p.rate, p.wrong_mean, p.mean_low, p.mean_high});
      least = least == 0 ? p.rate : std::min(least, p.rate);
      most = std::max(most, p.rate);
    }
    series.push_back(std::move(line));
  }
  if (s.fault_study.bound_wrong > 0 && most > 0) {
    const double bound = s.fault_study.bound_wrong;
    series.push_back(
        {"bound", ChartSeries::Mark::line, "var(--bad)", {{least, bound}, {most, bound}}});
  }
  return chart({"fault rate a bit", kLogarithmic}, {"wrong samples of validation", kLogarithmic},
               series) +
         paragraph("Mean of wrong samples against the fault rate, with its interval at " +
                   readable_number(100 * s.fault_study.confidence, 2) +
                   " % (book, Fig. 4.9). Every point: fault_curves.csv.");
}

std::string yield_figure(const RunSummary& s) {
  std::vector<ChartSeries> series;
  for (std::size_t i = 0; i < s.faults.size(); ++i) {
    ChartSeries line{
        mitigation_text(s.faults[i].mitigation), ChartSeries::Mark::intervals, colour(i), {}};
    for (const FaultYieldPoint& p : s.faults[i].yield) {
      line.points.push_back(
          {p.rate, 100.0 * p.within / p.maps, 100 * p.share_low, 100 * p.share_high});
    }
    series.push_back(std::move(line));
  }
  const std::string figure =
      chart({"fault rate a bit", kLogarithmic}, {"chips within the bound, %", kLinear}, series);
  if (figure.empty()) return "";
  return figure + paragraph("Share of " + std::to_string(s.fault_study.maps) +
                            " fault maps that stay within the bound, with Clopper and Pearson's "
                            "interval: a chip has one map. Every rate and voltage: yield.csv.");
}

std::string voltage_figures(const RunSummary& s) {
  const std::vector<VoltageRow>& rows = s.fault_study.voltages;
  if (rows.empty()) return "";
  ChartSeries rate{"fault rate", ChartSeries::Mark::line, "var(--p0)", {}};
  ChartSeries all{"accelerator", ChartSeries::Mark::line, "var(--p1)", {}};
  ChartSeries sram{"weight SRAMs", ChartSeries::Mark::line, "var(--p0)", {}};
  ChartSeries leakage{"of it leakage", ChartSeries::Mark::line, "var(--p2)", {}};
  for (const VoltageRow& row : rows) {
    if (row.fault_rate > 0) rate.points.push_back({row.voltage_v, row.fault_rate});
    all.points.push_back({row.voltage_v, row.power_mw});
    sram.points.push_back({row.voltage_v, row.weight_sram_dynamic_mw + row.weight_sram_leakage_mw});
    leakage.points.push_back({row.voltage_v, row.weight_sram_leakage_mw});
  }
  std::vector<ChartSeries> rates = {rate};
  for (std::size_t i = 0; i < s.faults.size(); ++i) {
    const FaultSupply& at = s.faults[i].supply_at_mean;
    if (!(at.voltage_v > 0 && at.fault_rate > 0)) continue;
    rates.push_back({mitigation_text(s.faults[i].mitigation),
                     ChartSeries::Mark::ring,
                     colour(i),
                     {{at.voltage_v, at.fault_rate}}});
  }
  const ChartAxis volts{"supply of the weight SRAMs, V", kLinear};
  std::vector<ChartBorder> border;
  for (const FaultRow& row : s.faults) {
    if (row.chosen && row.supply_at_mean.voltage_v > 0) {
      border.push_back({row.supply_at_mean.voltage_v, "chosen"});
    }
  }
  return chart(volts, {"fault rate a bit", kLogarithmic}, rates, border) +
         chart(volts, {"power, mW", kLinear}, {all, sram, leakage}, border) +
         paragraph(
             "Fault rate, and power of the finished design with the chosen mitigation, "
             "against the supply (book, Fig. 4.8); rings are the lowest supplies whose rate "
             "each mitigation tolerates by the mean. A failure is, by " +
             s.provenance.technology_name + ": " + s.fault_study.failure_criterion +
             ". Access time at low voltage is not modelled. Every row: voltage.csv.");
}

}  // namespace

std::string faults_section(const RunSummary& s) {
  if (s.faults.empty()) return "";
  return "<h2>Faults in the weight memory</h2>\n" + mitigation_table(s) +
         paragraph("At most " + wrong_text(s.fault_study.bound_wrong) +
                   " wrong samples of validation; in brackets intervals at " +
                   readable_number(100 * s.fault_study.confidence, 2) + " %.") +
         rate_table(s) + error_figure(s) + yield_figure(s) + voltage_figures(s);
}

}  // namespace minerva
