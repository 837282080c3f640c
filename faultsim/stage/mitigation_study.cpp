#include "mitigation_study.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "chip_in_machine.hpp"
#include "minerva/accelsim/fault_tables.hpp"
#include "minerva/accelsim/ppa.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/run/logging.hpp"

// Stage 5, one mitigation: what it tolerates, its supply, and what other maps say of that.
namespace minerva::faultsim {

using flow::RunContext;

namespace {

/// Rates of voltages in yield.csv are at least an eighth of a decade apart.
constexpr double kApart = 1.33;

FaultRateSummary rate_summary(const TolerableRate& rate) {
  return {rate.rate, rate.low, rate.high};
}

/// Where the share of chips falls: from the last rate at which all maps hold to the first at which
/// none does.
std::vector<FaultYieldPoint> falling_part(const std::vector<YieldPoint>& measured) {
  std::vector<FaultYieldPoint> part;
  for (std::size_t i = 0; i < measured.size(); ++i) {
    const YieldPoint& p = measured[i];
    const bool all_hold_after = i + 1 < measured.size() && measured[i + 1].within == p.maps;
    const bool none_held_before = i > 0 && measured[i - 1].within == 0;
    if (all_hold_after || none_held_before) continue;
    part.push_back({p.rate, p.maps, p.within, p.share.low, p.share.high});
  }
  return part;
}

FaultChips chips_at(double rate, FaultMapCounts& validation, std::int64_t validation_bound,
                    FaultMapCounts& test, std::int64_t test_bound) {
  const FaultOptions& o = validation.options();
  FaultChips chips;
  chips.rate = rate;
  chips.maps = o.confirming_maps;
  for (int i = 0; i < chips.maps; ++i) {
    const int map = kFirstConfirmingMap + i;
    const bool on_validation = validation.within(rate, map, validation_bound);
    const bool on_test = test.within(rate, map, test_bound);
    chips.validation += on_validation ? 1 : 0;
    chips.test += on_test ? 1 : 0;
    chips.both += on_validation && on_test ? 1 : 0;
  }
  const Interval both = proportion_interval(chips.both, chips.maps, o.confidence);
  const Interval first = proportion_interval(chips.validation, chips.maps, o.confidence);
  chips.both_low = both.low;
  chips.both_high = both.high;
  chips.validation_low = first.low;
  chips.validation_high = first.high;
  return chips;
}

void log_study(const FaultOptions& o, const StudiedMitigation& studied, const Tolerance& t) {
  const Mitigation& m = studied.row.mitigation;
  char text[280];
  std::snprintf(text, sizeof text,
                "%s masking, sign %s, %s: tolerates %.3g (%.3g to %.3g), %.2f V; %g of chips at "
                "least %.3g (%.3g, at most %.3g); %lld maps evaluated",
                to_string(m.masking), to_string(m.sign), to_string(m.detector), t.at_mean.rate,
                t.at_mean.low, t.at_mean.high, studied.supply.voltage_v, o.yield_quantile,
                t.at_quantile.low, t.at_quantile.rate, t.at_quantile.high,
                static_cast<long long>(studied.evaluations));
  log_info(text);
}

/// The next higher row of a fault table; the nominal supply without faults after the last.
SramPoint next_higher(const std::vector<FaultRateRow>& rates, double nominal_v,
                      const SramPoint& sram) {
  const SramPoint higher = lowest_voltage(rates, std::nextafter(sram.fault_rate, 0.0));
  return higher.voltage_v > sram.voltage_v ? higher : SramPoint{nominal_v, 0};
}

}  // namespace

SramPoint lowest_supply(const std::vector<FaultRateRow>& rates, double nominal_v, double tolerated,
                        const std::function<bool(double rate)>& holds) {
  SramPoint sram = lowest_voltage(rates, tolerated);
  while (sram.fault_rate > 0 && (sram.fault_rate > tolerated || !holds(sram.fault_rate))) {
    sram = next_higher(rates, nominal_v, sram);
  }
  return sram;
}

FaultSupply supply_of(const MachineConfiguration& design, const ActivityProfile& activity,
                      const SramPoint& sram, const Technology& technology) {
  const VoltageRow row = voltage_row(design, activity, sram, technology);
  return {row.voltage_v, row.fault_rate, row.weight_sram_dynamic_mw + row.weight_sram_leakage_mw,
          row.power_mw};
}

/// Counts on one set of samples, and what they are of.
struct MitigationStudy::SetCounts {
  const char* name;
  const Samples& samples;
  std::string content;
  FaultMapCounts counts;
};

MitigationStudy::MitigationStudy(const FaultStage& stage, RunContext& run, const Design& design,
                                 const QuantizedGraph& pruned)
    : stage_(stage),
      options_(options_with_criterion(stage.faults, run.technology())),
      run_(run),
      design_(design),
      pruned_(pruned),
      counting_(counting_for(run.network().graph, run.machine_point(graph_datapath_widths(
                                                      run.network().graph, design.plan)))),
      bound_(run.most_wrong(stage.share)),
      grid_(rate_grid(stage.faults)) {
  kept_.read(run.directory()->path_of(KeptCounts::kFile));
  if (!stage.counts_folder.empty()) kept_.read_folders_in(stage.counts_folder);
}

MitigationStudy::SetCounts MitigationStudy::counts_on(flow::JudgedSet& set, const char* name,
                                                      const Mitigation& mitigation) {
  QuantizedGraph masked = pruned_;
  masked.mitigation = mitigation;
  SetCounts made{name, set.samples,
                 content_of_counts(masked, set.samples, options_.seed, options_.criterion),
                 FaultMapCounts(
                     pruned_, mitigation, set.evaluator, options_,
                     [](const std::string& what) { log_debug(what); }, run_.threads())};
  return made;
}

void MitigationStudy::keep(const SetCounts& set) {
  counted_.push_back(
      {set.content, set.counts.mitigation(), set.name, set.samples.size(), set.counts.asked()});
}

void MitigationStudy::confirm(StudiedMitigation& studied, SetCounts& validation, SetCounts& test) {
  FaultRow& row = studied.row;
  const FaultOptions& o = options_;
  const double rate = studied.supply.fault_rate;
  const int maps = row.chosen ? o.confirming_maps : o.maps;
  studied.validation = validation.counts.confirm(rate, maps);
  studied.test = test.counts.confirm(rate, maps);
  row.tuning_supply = curve_point(run_.tunes_on_test() ? studied.test : studied.validation);
  row.test_supply = curve_point(studied.test);
  if (!row.chosen) return;
  const std::int64_t on_validation = run_.most_wrong_on_validation(stage_.share);
  const std::int64_t on_test = run_.most_wrong_on_test(stage_.share);
  row.chips_at_mean = chips_at(rate, validation.counts, on_validation, test.counts, on_test);
  row.chips_at_quantile = chips_at(row.supply_at_quantile.fault_rate, validation.counts,
                                   on_validation, test.counts, on_test);
}

std::vector<YieldRow> MitigationStudy::yields_at_voltages(FaultMapCounts& counts,
                                                          const FaultRow& row) const {
  std::vector<YieldRow> yields;
  if (row.yield.empty()) return yields;
  for (const FaultRateRow& at : run_.technology().fault_rates) {
    if (at.rate < row.yield.front().rate || at.rate > row.yield.back().rate) continue;
    const bool near_before = !yields.empty() && at.rate < kApart * yields.back().point.rate;
    if (near_before && at.rate != row.supply_at_mean.fault_rate) continue;
    yields.push_back({measure_yield(counts, rate_on_grid(at.rate, grid_), bound_), at.voltage_v});
  }
  return yields;
}

StudiedMitigation MitigationStudy::study(const Mitigation& mitigation,
                                         const std::vector<FaultAnswer>& handed_over,
                                         const std::function<void()>& on_evaluation) {
  const FaultOptions& o = options_;
  SetCounts validation = counts_on(run_.validation(), "validation", mitigation);
  SetCounts test = counts_on(run_.test(), "test", mitigation);
  for (SetCounts* set : {&validation, &test}) set->counts.on_evaluation(on_evaluation);
  FaultMapCounts& counts = run_.tunes_on_test() ? test.counts : validation.counts;
  counts.import(handed_over);
  taken_ += static_cast<std::int64_t>(handed_over.size());
  for (SetCounts* set : {&validation, &test}) {
    for (const CountedMaps& kept : kept_.of(set->content)) {
      if (kept.samples != set->samples.size() || !set->counts.can_import(kept.answers)) {
        log_warning("counts of fault maps that were kept contradict others; they are not used");
        continue;
      }
      set->counts.import(kept.answers);
      taken_ += static_cast<std::int64_t>(kept.answers.size());
    }
  }
  const Tolerance t = find_tolerance(counts, bound_);
  StudiedMitigation studied;
  FaultRow& row = studied.row;
  row.mitigation = mitigation;
  row.chosen = mitigation == stage_.mitigation;
  row.at_mean = rate_summary(t.at_mean);
  row.at_quantile = rate_summary(t.at_quantile);
  if (t.at_mean.rate > 0) row.tuning = curve_point(t.point);
  row.yield = falling_part(t.yield);
  for (const YieldPoint& point : t.yield) studied.yields.push_back({point, std::nullopt});
  const Technology& technology = run_.technology();
  studied.supply = lowest_supply(
      technology.fault_rates, technology.sram_nominal_v, t.at_mean.rate, [&](double rate) {
        return counts.measure_against(rate_on_grid(rate, grid_), bound_).wrong_mean <=
               static_cast<double>(bound_);
      });
  // The rate that is relied on was itself evaluated, and faults are nested in the rate.
  const SramPoint quantile_sram = lowest_supply(technology.fault_rates, technology.sram_nominal_v,
                                                t.at_quantile.low, [](double) { return true; });
  for (const RatePoint& p : counts.curve()) row.curve.push_back(curve_point(p));
  for (const double rate : o.report_rates) {
    if (rate > t.at_mean.rate) continue;
    row.test_curve.push_back(curve_point(test.counts.measure(rate_on_grid(rate, grid_), o.maps)));
  }
  QuantizedGraph masked = pruned_;
  masked.mitigation = mitigation;
  studied.activity = measure_activity(masked, run_.test().evaluator, studied.supply.fault_rate,
                                      o.maps, o, counting_, run_.threads());
  studied.machine = run_.machine_configuration(design_, masked);
  row.supply_at_mean = supply_of(studied.machine, studied.activity, studied.supply, technology);
  row.supply_at_quantile = supply_of(studied.machine, studied.activity, quantile_sram, technology);
  if (row.chosen) {
    for (YieldRow& at : yields_at_voltages(counts, row)) studied.yields.push_back(std::move(at));
  }
  confirm(studied, validation, test);
  studied.evaluations = counts.evaluations();
  log_study(o, studied, t);
  keep(validation);
  keep(test);
  return studied;
}

VoltageRow voltage_row(const MachineConfiguration& design, const ActivityProfile& activity,
                       const SramPoint& sram, const Technology& technology) {
  const PpaEstimate ppa = estimate_without_interval(design, activity, sram, technology);
  VoltageRow row{sram.voltage_v, sram.fault_rate, 0, 0, ppa.power_mw};
  for (const PowerPart& part : ppa.power) {
    if (part.name != minerva::to_string(CostGroup::weight_sram)) continue;
    row.weight_sram_dynamic_mw = part.dynamic_mw;
    row.weight_sram_leakage_mw = part.leakage_mw;
  }
  return row;
}

FaultCurvePoint curve_point(const RatePoint& p) {
  return {
      p.rate, p.maps, p.wrong_mean, p.wrong_deviation, p.mean_interval.low, p.mean_interval.high};
}

}  // namespace minerva::faultsim
