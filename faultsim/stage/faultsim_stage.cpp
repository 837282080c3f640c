#include "faultsim_stage.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "fault_map_work.hpp"
#include "fault_report.hpp"
#include "fault_section.hpp"
#include "faultsim_settings.hpp"
#include "machine_variants.hpp"
#include "minerva/accelsim/fault_criterion.hpp"
#include "minerva/accelsim/ppa.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/design/design_json.hpp"
#include "minerva/faultsim/fault_map.hpp"
#include "minerva/faultsim/tolerance.hpp"
#include "minerva/network/quantize_network.hpp"
#include "minerva/published/figures.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/run/logging.hpp"

// Stage 5: fault masking and the supply voltage of the weight SRAMs.
namespace minerva::faultsim {

using flow::RunContext;

namespace {

FaultCurvePoint curve_point(const RatePoint& p) {
  return {
      p.rate, p.maps, p.wrong_mean, p.wrong_deviation, p.mean_interval.low, p.mean_interval.high};
}

FaultRateSummary rate_summary(const TolerableRate& rate) {
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

VoltageRow voltage_row(const MachineConfiguration& design, const ActivityProfile& activity,
                       const SramPoint& sram, const Technology& technology) {
  const PpaEstimate ppa = estimate(design, activity, sram, technology);
  VoltageRow row{sram.voltage_v, sram.fault_rate, 0, 0, ppa.power_mw};
  for (const PowerPart& part : ppa.power) {
    if (part.name != minerva::to_string(CostGroup::weight_sram)) continue;
    row.weight_sram_dynamic_mw = part.dynamic_mw;
    row.weight_sram_leakage_mw = part.leakage_mw;
  }
  return row;
}

FaultSupply supply(const MachineConfiguration& design, const ActivityProfile& activity,
                   const SramPoint& sram, const Technology& technology) {
  const VoltageRow row = voltage_row(design, activity, sram, technology);
  return {row.voltage_v, row.fault_rate, row.weight_sram_dynamic_mw + row.weight_sram_leakage_mw,
          row.power_mw};
}

/// Where the share of chips falls: from the last grid rate at which all maps hold to the first at
/// which none does.
std::vector<FaultYieldPoint> falling_part(const std::vector<YieldPoint>& grid) {
  std::vector<FaultYieldPoint> part;
  for (std::size_t i = 0; i < grid.size(); ++i) {
    const YieldPoint& p = grid[i];
    const bool all_hold_after = i + 1 < grid.size() && grid[i + 1].within == p.maps;
    const bool none_held_before = i > 0 && grid[i - 1].within == 0;
    if (all_hold_after || none_held_before) continue;
    part.push_back({p.rate, p.maps, p.within, p.share.low, p.share.high});
  }
  return part;
}

void add_yield(Csv& csv, const Mitigation& m, const YieldPoint& p, CsvCell voltage_v) {
  csv.add({to_string(m.masking), to_string(m.sign), to_string(m.detector), voltage_v, p.rate,
           p.maps, p.within, static_cast<double>(p.within) / p.maps, p.share.low, p.share.high});
}

QuantizedNetwork network_for_faults(const Design& design) {
  return quantize_network(*design.network, design.plan, design.thresholds);
}

/// Of a network with formats and thresholds, on the samples that are tuned on.
FaultMapCounts fault_map_counts(const FaultStage& stage, RunContext& run,
                                const QuantizedNetwork& network, const Mitigation& mitigation) {
  return FaultMapCounts(
      network, mitigation, run.tuned().evaluator, stage.faults,
      [](const std::string& what) { log_debug(what); }, run.threads());
}

Design run_faults(const FaultStage& stage, RunContext& run, Design design) {
  const FaultOptions& o = stage.faults;
  QuantizedNetwork pruned = network_for_faults(design);
  const DesignPoint point =
      run.machine_point(datapath_widths(design.plan, run.network().topology()));
  const int chunk = point.inputs_per_cycle();
  const std::int64_t bound = run.most_wrong(stage.share);
  log_info("searching tolerable fault rates: at most " + std::to_string(bound) + " of " +
           std::to_string(run.tuned().samples.size()) + " wrong, mean of " +
           std::to_string(o.maps) + " to " + std::to_string(o.maps_max) + " fault maps");
  FaultSection section;
  section.study = {static_cast<double>(bound),
                   o.maps_max,
                   o.confidence,
                   o.yield_quantile,
                   failure_criterion(run.technology().rows),
                   {}};
  run.test().evaluator.prepare_base(pruned);
  Csv yields({"masking", "sign", "detector", "voltage_v", "fault_rate_per_bit", "maps",
              "maps_within", "share_within", "share_low", "share_high"});
  SramPoint chosen_sram;
  MachineConfiguration finished;
  ActivityProfile finished_activity;
  RatePoint on_tuned;
  RatePoint on_test;
  double tolerated = 0;
  std::int64_t evaluated = 0;
  std::int64_t taken = 0;
  const std::vector<Mitigation> mitigations = compared_mitigations(stage);
  for (std::size_t i = 0; i < mitigations.size(); ++i) {
    const Mitigation& mitigation = mitigations[i];
    FaultMapCounts counts = fault_map_counts(stage, run, pruned, mitigation);
    Progress progress("searching fault maps, mitigation " + std::to_string(i + 1) + " of " +
                          std::to_string(mitigations.size()),
                      Progress::kOpenEnded, "maps");
    counts.on_evaluation([&] { progress.set_done(counts.evaluations()); });
    if (!stage.answers.empty()) {
      counts.import(stage.answers[i]);
      taken += static_cast<std::int64_t>(stage.answers[i].size());
    }
    const Tolerance t = find_tolerance(counts, bound);
    FaultRow row;
    row.mitigation = mitigation;
    row.chosen = mitigation == stage.mitigation;
    row.at_mean = rate_summary(t.at_mean);
    row.at_quantile = rate_summary(t.at_quantile);
    if (t.at_mean.rate > 0) row.tuning = curve_point(t.point);
    for (const RatePoint& p : t.curve) row.curve.push_back(curve_point(p));
    std::vector<YieldPoint> on_grid;
    for (const double rate : rate_grid(o)) {
      on_grid.push_back(yield_at(t.of_map, rate, o.confidence));
      add_yield(yields, mitigation, on_grid.back(), "");
    }
    for (const FaultRateRow& at : run.technology().fault_rates) {
      add_yield(yields, mitigation, yield_at(t.of_map, at.rate, o.confidence), at.voltage_v);
    }
    row.yield = falling_part(on_grid);

    QuantizedNetwork masked = pruned;
    masked.mitigation = mitigation;
    const SramPoint sram = lowest_supply(run.technology(), t.at_mean.rate, [&](double rate) {
      return counts.measure_against(rate, bound).wrong_mean <= static_cast<double>(bound);
    });
    const SramPoint quantile_sram =
        lowest_supply(run.technology(), t.at_quantile.rate, [](double) { return true; });
    const RatePoint at_supply = counts.measure_against(sram.fault_rate, bound);
    row.tuning_supply = curve_point(at_supply);
    // The test set confirms what is built: the supply, and the table's rates that are tolerated.
    const FaultActivity test_supply =
        measure_activity(masked, run.test().evaluator, sram.fault_rate,
                         row.chosen ? at_supply.maps : o.maps, o, chunk, run.threads());
    row.test_supply = curve_point(test_supply.point);
    for (const double rate : o.report_rates) {
      if (rate > t.at_mean.rate) continue;
      row.test_curve.push_back(curve_point(
          measure_activity(masked, run.test().evaluator, rate, o.maps, o, chunk, run.threads())
              .point));
    }
    const MachineConfiguration machine = run.machine_configuration(design, masked);
    row.supply_at_mean = supply(machine, test_supply.activity, sram, run.technology());
    row.supply_at_quantile = supply(machine, test_supply.activity, quantile_sram, run.technology());
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
      finished = machine;
      finished_activity = test_supply.activity;
      on_tuned = at_supply;
      on_test = test_supply.point;
      tolerated = t.at_mean.rate;
    }
    section.mitigations.push_back(row);
  }
  if (taken > 0) {
    log_info("took " + std::to_string(taken) + " counts of fault maps over and evaluated " +
             std::to_string(evaluated) + " maps beside them, but for the test set");
  }
  run.write("yield.csv", yields.text());
  for (const FaultRateRow& at : run.technology().fault_rates) {
    section.study.voltages.push_back(
        voltage_row(finished, finished_activity, {at.voltage_v, at.rate}, run.technology()));
  }
  run.part().section = to_json(section);
  pruned.mitigation = stage.mitigation;
  run.write("faults.json", faults_to_json({stage.mitigation, chosen_sram}));
  const double validation_wrong =
      &run.tuned() == &run.validation()
          ? on_tuned.wrong_mean
          : measure_activity(pruned, run.validation().evaluator, chosen_sram.fault_rate,
                             on_tuned.maps, o, chunk, run.threads())
                .point.wrong_mean;
  const PpaEstimate estimate =
      minerva::estimate(finished, finished_activity, chosen_sram, run.technology());
  char detail[120];
  std::snprintf(detail, sizeof detail, "%.2f V, fault rate %.3g of %.3g tolerated",
                chosen_sram.voltage_v, chosen_sram.fault_rate, tolerated);
  run.add_row(detail, validation_wrong, on_test.wrong_mean, &estimate);
  add_variants(run, finished, finished_activity, chosen_sram);
  inject_faults(pruned, o.seed, 0, chosen_sram.fault_rate);
  run.verify("final design, with faults", pruned, point);
  design.mitigation = stage.mitigation;
  design.supply = chosen_sram;
  return design;
}

bool weights_in_rom(const RunContext& run) {
  return run.options().weight_storage == WeightStorage::rom;
}

}  // namespace

flow::StageDefinition fault_stage() {
  const auto stage = std::make_shared<FaultStage>();
  flow::StageDefinition definition;
  definition.id = kFaultsStage;
  definition.number = 5;
  definition.title = "5 fault mitigation";
  definition.help = {
      "Stage 5 finds the tolerable fault rate and with it the voltage of the weight SRAMs.",
      "",
      flow::sections_of_a_stage({"quantize", "prune", "faults"}),
      {},
      {{"minerva faults --out runs/mnist", "The run directory holds the results of stage 4."}}};
  definition.files = {"faults.json", "yield.csv"};
  definition.arithmetic_version = 2;
  definition.needs = {"train", "noise", "dse", "quantize", "prune"};
  definition.seed_keys = {"faults.seed"};
  definition.state = stage;
  definition.add_keys = [stage](Settings& settings) {
    add_fault_settings(settings, *stage, stage->share);
  };
  definition.check = [stage](const flow::RunConfig&) {
    check_options(stage->faults);
    check_mitigation(stage->mitigation);
  };
  definition.share = [stage] { return stage->share; };
  definition.depends_on = [stage](RunContext& run, StageQuestion& question) {
    run.ask_accelerator(question);
    run.ask_design_point(question);
    run.require("quantize");
    run.ask_plan(question);
    run.ask_thresholds(question);
    run.ask_bound(question, "most wrong samples", stage->share);
  };
  definition.report = faults_report;
  definition.run = [stage](RunContext& run, Design design) {
    return run_faults(*stage, run, std::move(design));
  };
  definition.check_alone = [](const RunContext& run) {
    if (!weights_in_rom(run)) return;
    throw UserError("design.weight_storage", "rom",
                    "needs sram for stage 5: a ROM has no bit cells that fail at low voltage");
  };
  definition.left_out = [](const RunContext& run) {
    return weights_in_rom(run)
               ? flow::LeftOut{"weights are in ROM", "Weights in ROM: stage 5 does not apply"}
               : flow::LeftOut{};
  };
  definition.sharded_work = [](flow::WorkSetup& setup) {
    return std::make_unique<FaultMapWork>(setup);
  };
  // The book gives factors stage by stage for MNIST alone.
  definition.published_factor = [](const std::string& data_set) {
    return data_set == "mnist" ? std::optional<double>(published::kMnistFaultFactor.value)
                               : std::nullopt;
  };
  return definition;
}

/// Every mitigation that the report compares: the book's three, word masking with what parity
/// finds, and bit masking under each policy for the sign column.
std::vector<Mitigation> compared_mitigations(const FaultStage& stage) {
  std::vector<Mitigation> all = {
      {Masking::none, SignPolicy::zero, Detector::none},
      {Masking::word, SignPolicy::zero, Detector::razor},
      {Masking::word, SignPolicy::zero, Detector::parity},
      {Masking::bit, SignPolicy::inverted, Detector::razor},
      {Masking::bit, SignPolicy::zero, Detector::razor},
      {Masking::bit, SignPolicy::hardened, Detector::razor},
  };
  for (const Mitigation& m : all) {
    if (m == stage.mitigation) return all;
  }
  all.push_back(stage.mitigation);
  return all;
}

std::vector<FaultAnswer> search_fault_maps(RunContext& run, const Mitigation& mitigation, int first,
                                           int end) {
  const FaultStage& stage = run.state<FaultStage>();
  FaultMapCounts counts =
      fault_map_counts(stage, run, network_for_faults(run.design()), mitigation);
  Progress progress(std::string("searching fault maps, ") + to_string(mitigation.masking) +
                        " masking, sign " + to_string(mitigation.sign) + ", " +
                        to_string(mitigation.detector),
                    end - first, "maps");
  MapSearch search(counts, run.most_wrong(stage.share), MapSearch::Counting::exact);
  for (int map = first; map < end; ++map) {
    search.tolerated_by(map);
    progress.advance();
  }
  std::vector<FaultAnswer> answers = counts.answers();
  // Map 0 tells where to begin, also when it is another share's.
  answers.erase(std::remove_if(answers.begin(), answers.end(),
                               [&](const FaultAnswer& a) { return a.map < first || a.map >= end; }),
                answers.end());
  std::stable_sort(answers.begin(), answers.end(),
                   [](const FaultAnswer& a, const FaultAnswer& b) { return a.map < b.map; });
  return answers;
}

}  // namespace minerva::faultsim
