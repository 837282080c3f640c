#include <algorithm>
#include <cmath>
#include <cstdio>

#include "flow.hpp"
#include "minerva/accelsim/ppa.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/design/design_json.hpp"
#include "minerva/faultsim/tolerance.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/run/logging.hpp"

// Stage 5: fault masking and the supply voltage of the weight SRAMs.
namespace minerva::flow {
namespace {

FaultCurvePoint curve_point(const faultsim::RatePoint& p) {
  return {
      p.rate, p.maps, p.wrong_mean, p.wrong_deviation, p.mean_interval.low, p.mean_interval.high};
}

FaultRateSummary rate_summary(const faultsim::TolerableRate& rate) {
  return {rate.rate, rate.low, rate.high};
}

/// The next higher row of the technology's fault table; the nominal supply without faults after
/// the last.
SramPoint next_higher(const Technology& technology, const SramPoint& sram) {
  const SramPoint higher = technology.lowest_voltage(std::nextafter(sram.fault_rate, 0.0));
  return higher.voltage_v > sram.voltage_v ? higher : SramPoint{technology.sram_nominal_v, 0};
}

/// The lowest voltage whose rate is at most `tolerated` and, by `holds`, within the bound: the mean
/// of few maps need not fall with the rate, so each voltage taken is measured at its own.
template <typename Holds>
SramPoint lowest_supply(const Technology& technology, double tolerated, const Holds& holds) {
  SramPoint sram = technology.lowest_voltage(tolerated);
  while (sram.fault_rate > 0 && (sram.fault_rate > tolerated || !holds(sram.fault_rate))) {
    sram = next_higher(technology, sram);
  }
  return sram;
}

VoltageRow voltage_row(MachineConfiguration design, const SramPoint& sram,
                       const Technology& technology) {
  design.weight_sram = sram;
  const PpaEstimate ppa = estimate(design, technology);
  VoltageRow row{sram.voltage_v, sram.fault_rate, 0, 0, ppa.power_mw};
  for (const PowerPart& part : ppa.power) {
    if (part.name != minerva::to_string(minerva::CostGroup::weight_sram)) continue;
    row.weight_sram_dynamic_mw = part.dynamic_mw;
    row.weight_sram_leakage_mw = part.leakage_mw;
  }
  return row;
}

FaultSupply supply(const MachineConfiguration& design, const SramPoint& sram,
                   const Technology& technology) {
  const VoltageRow row = voltage_row(design, sram, technology);
  return {row.voltage_v, row.fault_rate, row.weight_sram_dynamic_mw + row.weight_sram_leakage_mw,
          row.power_mw};
}

std::string failure_criterion(const Technology& technology) {
  for (const FigureRow& row : technology.rows) {
    if (row.name == "fault_rate") return row.conditions + "; " + row.source;
  }
  return "";
}

/// Where the share of chips falls: from the last grid rate at which all maps hold to the first at
/// which none does.
std::vector<FaultYieldPoint> falling_part(const std::vector<faultsim::YieldPoint>& grid) {
  std::vector<FaultYieldPoint> part;
  for (std::size_t i = 0; i < grid.size(); ++i) {
    const faultsim::YieldPoint& p = grid[i];
    const bool all_hold_after = i + 1 < grid.size() && grid[i + 1].within == p.maps;
    const bool none_held_before = i > 0 && grid[i - 1].within == 0;
    if (all_hold_after || none_held_before) continue;
    part.push_back({p.rate, p.maps, p.within, p.share.low, p.share.high});
  }
  return part;
}

void add_yield(Csv& csv, const Mitigation& m, const faultsim::YieldPoint& p, CsvCell voltage_v) {
  csv.add({to_string(m.masking), to_string(m.sign), to_string(m.detector), voltage_v, p.rate,
           p.maps, p.within, static_cast<double>(p.within) / p.maps, p.share.low, p.share.high});
}

}  // namespace

/// Every mitigation that the report compares: the book's three, word masking with what parity
/// finds, and bit masking under each policy for the sign column.
std::vector<Mitigation> Flow::compared_mitigations() const {
  std::vector<Mitigation> all = {
      {Masking::none, SignPolicy::zero, Detector::none},
      {Masking::word, SignPolicy::zero, Detector::razor},
      {Masking::word, SignPolicy::zero, Detector::parity},
      {Masking::bit, SignPolicy::inverted, Detector::razor},
      {Masking::bit, SignPolicy::zero, Detector::razor},
      {Masking::bit, SignPolicy::hardened, Detector::razor},
  };
  for (const Mitigation& m : all) {
    if (m == options_.mitigation) return all;
  }
  all.push_back(options_.mitigation);
  return all;
}

QuantizedNetwork Flow::network_for_faults() {
  faultsim::check_options(options_.faults);
  check_mitigation(options_.mitigation);
  const QuantizationPlan formats = plan(false);
  return quantize_network(network(), formats, thresholds(formats));
}

faultsim::FaultMapCounts Flow::fault_map_counts(const QuantizedNetwork& network,
                                                const Mitigation& mitigation) {
  return faultsim::FaultMapCounts(
      network, mitigation, tuned().evaluator, options_.faults,
      [](const std::string& what) { log_debug(what); }, threads());
}

std::vector<faultsim::FaultAnswer> Flow::search_fault_maps(const Mitigation& mitigation, int first,
                                                           int end) {
  faultsim::FaultMapCounts counts = fault_map_counts(network_for_faults(), mitigation);
  Progress progress(std::string("searching fault maps, ") + to_string(mitigation.masking) +
                        " masking, sign " + to_string(mitigation.sign) + ", " +
                        to_string(mitigation.detector),
                    end - first, "maps");
  faultsim::MapSearch search(counts, most_wrong(options_.budget.share_faults),
                             faultsim::MapSearch::Counting::exact);
  for (int map = first; map < end; ++map) {
    search.tolerated_by(map);
    progress.advance();
  }
  std::vector<faultsim::FaultAnswer> answers = counts.answers();
  // Map 0 tells where to begin, also when it is another share's.
  answers.erase(
      std::remove_if(answers.begin(), answers.end(),
                     [&](const faultsim::FaultAnswer& a) { return a.map < first || a.map >= end; }),
      answers.end());
  std::stable_sort(
      answers.begin(), answers.end(),
      [](const faultsim::FaultAnswer& a, const faultsim::FaultAnswer& b) { return a.map < b.map; });
  return answers;
}

void Flow::do_faults() {
  const faultsim::FaultOptions& o = options_.faults;
  QuantizedNetwork pruned = network_for_faults();
  const DesignPoint point = design_point(datapath_widths(plan(false), network().topology()));
  const int chunk = point.inputs_per_cycle();
  const BudgetOptions& shares = options_.budget;
  const std::int64_t bound = most_wrong(shares.share_faults);
  log_info("searching tolerable fault rates: at most " + std::to_string(bound) + " of " +
           std::to_string(tuned().samples.size()) + " wrong, mean of " + std::to_string(o.maps) +
           " to " + std::to_string(o.maps_max) + " fault maps");
  summary_.fault_study = {
      static_cast<double>(bound),      o.maps_max, o.confidence, o.yield_quantile,
      failure_criterion(technology()), {}};
  test().evaluator.prepare_base(pruned);
  Csv yields({"masking", "sign", "detector", "voltage_v", "fault_rate_per_bit", "maps",
              "maps_within", "share_within", "share_low", "share_high"});
  SramPoint chosen_sram;
  MachineConfiguration finished;
  faultsim::RatePoint on_tuned;
  faultsim::RatePoint on_test;
  double tolerated = 0;
  std::int64_t evaluated = 0;
  std::int64_t taken = 0;
  const std::vector<Mitigation> mitigations = compared_mitigations();
  for (std::size_t i = 0; i < mitigations.size(); ++i) {
    const Mitigation& mitigation = mitigations[i];
    faultsim::FaultMapCounts counts = fault_map_counts(pruned, mitigation);
    if (!fault_answers_.empty()) {
      counts.import(fault_answers_[i]);
      taken += static_cast<std::int64_t>(fault_answers_[i].size());
    }
    const faultsim::Tolerance t = faultsim::find_tolerance(counts, bound);
    FaultRow row;
    row.mitigation = mitigation;
    row.chosen = mitigation == options_.mitigation;
    row.at_mean = rate_summary(t.at_mean);
    row.at_quantile = rate_summary(t.at_quantile);
    if (t.at_mean.rate > 0) row.tuning = curve_point(t.point);
    for (const faultsim::RatePoint& p : t.curve) row.curve.push_back(curve_point(p));
    std::vector<faultsim::YieldPoint> on_grid;
    for (const double rate : faultsim::rate_grid(o)) {
      on_grid.push_back(faultsim::yield_at(t.of_map, rate, o.confidence));
      add_yield(yields, mitigation, on_grid.back(), "");
    }
    for (const FaultRateRow& at : technology().fault_rates) {
      add_yield(yields, mitigation, faultsim::yield_at(t.of_map, at.rate, o.confidence),
                at.voltage_v);
    }
    row.yield = falling_part(on_grid);

    QuantizedNetwork masked = pruned;
    masked.mitigation = mitigation;
    const SramPoint sram = lowest_supply(technology(), t.at_mean.rate, [&](double rate) {
      return counts.measure_against(rate, bound).wrong_mean <= static_cast<double>(bound);
    });
    const SramPoint quantile_sram =
        lowest_supply(technology(), t.at_quantile.rate, [](double) { return true; });
    const faultsim::RatePoint at_supply = counts.measure_against(sram.fault_rate, bound);
    row.tuning_supply = curve_point(at_supply);
    // The test set confirms what is built: the supply, and the table's rates that are tolerated.
    const faultsim::FaultActivity test_supply =
        faultsim::measure_activity(masked, test().evaluator, sram.fault_rate,
                                   row.chosen ? at_supply.maps : o.maps, o, chunk, threads());
    row.test_supply = curve_point(test_supply.point);
    for (const double rate : o.report_rates) {
      if (rate > t.at_mean.rate) continue;
      row.test_curve.push_back(curve_point(
          faultsim::measure_activity(masked, test().evaluator, rate, o.maps, o, chunk, threads())
              .point));
    }
    const MachineConfiguration design = design_of(masked, test_supply.activity, sram);
    row.supply_at_mean = supply(design, sram, technology());
    row.supply_at_quantile = supply(design, quantile_sram, technology());
    char text[240];
    std::snprintf(text, sizeof text,
                  "%s masking, sign %s, %s: tolerates %.3g (%.3g to %.3g), %.2f V; %g of chips "
                  "%.3g (%.3g to %.3g); %lld maps evaluated",
                  to_string(mitigation.masking), to_string(mitigation.sign),
                  to_string(mitigation.detector), t.at_mean.rate, t.at_mean.low, t.at_mean.high,
                  sram.voltage_v, o.yield_quantile, t.at_quantile.rate, t.at_quantile.low,
                  t.at_quantile.high, static_cast<long long>(counts.evaluations()));
    log_info(text);
    evaluated += counts.evaluations();
    if (row.chosen) {
      chosen_sram = sram;
      finished = design;
      on_tuned = at_supply;
      on_test = test_supply.point;
      tolerated = t.at_mean.rate;
    }
    summary_.faults.push_back(row);
  }
  if (taken > 0) {
    log_info("took " + std::to_string(taken) + " counts of fault maps over and evaluated " +
             std::to_string(evaluated) + " maps beside them, but for the test set");
  }
  write("yield.csv", yields.text());
  for (const FaultRateRow& at : technology().fault_rates) {
    summary_.fault_study.voltages.push_back(
        voltage_row(finished, {at.voltage_v, at.rate}, technology()));
  }
  pruned.mitigation = options_.mitigation;
  write("faults.json", faults_to_json({options_.mitigation, chosen_sram}));
  const double validation_wrong =
      &tuned() == &validation()
          ? on_tuned.wrong_mean
          : faultsim::measure_activity(pruned, validation().evaluator, chosen_sram.fault_rate,
                                       on_tuned.maps, o, chunk, threads())
                .point.wrong_mean;
  const PpaEstimate estimate = minerva::estimate(finished, technology());
  StageRow row;
  row.name = "5 fault mitigation";
  char detail[120];
  std::snprintf(detail, sizeof detail, "%.2f V, fault rate %.3g of %.3g tolerated",
                chosen_sram.voltage_v, chosen_sram.fault_rate, tolerated);
  row.detail = detail;
  add_row(row, validation_wrong, on_test.wrong_mean, &estimate);
  add_variants(finished);
  faultsim::inject_faults(pruned, o.seed, 0, chosen_sram.fault_rate);
  verify("final design, with faults", pruned, point);
}

}  // namespace minerva::flow
