#include "faultsim_stage.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "chip_study.hpp"
#include "criterion_study.hpp"
#include "fault_map_work.hpp"
#include "fault_report.hpp"
#include "fault_section.hpp"
#include "faultsim_settings.hpp"
#include "machine_variants.hpp"
#include "minerva/accelsim/fault_criterion.hpp"
#include "minerva/accelsim/fault_tables.hpp"
#include "minerva/accelsim/power_interval.hpp"
#include "minerva/accelsim/ppa.hpp"
#include "minerva/arithmetic/portable_math.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/design/design_json.hpp"
#include "minerva/faultsim/fault_map.hpp"
#include "minerva/faultsim/tolerance.hpp"
#include "minerva/network/quantized_graph.hpp"
#include "minerva/published/figures.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/report/power_effects.hpp"
#include "minerva/report/text_table.hpp"
#include "minerva/run/logging.hpp"
#include "minerva/statistics/intervals.hpp"
#include "mitigation_study.hpp"

// Stage 5: fault masking and the supply voltage of the weight SRAMs.
namespace minerva::faultsim {

using flow::RunContext;

namespace {

constexpr const char* kMapKey = "faults.map_file";
constexpr const char* kCriteriaFile = "fault_criteria.csv";
constexpr const char* kChipFile = "chip.csv";

void add_yields(Csv& csv, const StudiedMitigation& studied) {
  const Mitigation& m = studied.row.mitigation;
  for (const YieldRow& yield : studied.yields) {
    const YieldPoint& p = yield.point;
    csv.add({to_string(m.masking), to_string(m.sign), to_string(m.detector),
             yield.voltage_v ? CsvCell(*yield.voltage_v) : CsvCell(""), p.rate, p.maps, p.within,
             static_cast<double>(p.within) / p.maps, p.share.low, p.share.high});
  }
}

QuantizedGraph network_for_faults(const Design& design) {
  return quantize_graph(*design.network, design.plan, design.thresholds);
}

/// Of a network with formats and thresholds, on the samples that are tuned on.
FaultMapCounts fault_map_counts(const FaultStage& stage, RunContext& run,
                                const QuantizedGraph& network, const Mitigation& mitigation) {
  return FaultMapCounts(
      network, mitigation, run.tuned().evaluator,
      options_with_criterion(stage.faults, run.technology()),
      [](const std::string& what) { log_debug(what); }, run.threads());
}

constexpr double kConverterPercent = 85;  ///< assumption: a switched converter on the chip

/// What the finished machine draws with the converter that the technology takes as lossless.
void note_converter(RunContext& run, const StudiedMitigation& chosen) {
  const Technology& technology = run.technology();
  const auto& supply = chosen.supply;
  if (technology.components.has(FigureGroup::regulator) ||
      technology.is_nominal(supply.voltage_v)) {
    return;
  }
  const auto power_text = [&](double efficiency_percent) {
    return readable_number(power_with_regulator_mw(chosen.machine, chosen.activity, supply,
                                                   technology, efficiency_percent)) +
           " mW";
  };
  run.note("Supply of the weight SRAM: technology " + technology.name +
           " takes its converter as lossless. With one of " +
           readable_number(kConverterPercent, 0) + " % this machine draws " +
           power_text(kConverterPercent) + ", with a linear regulator (" +
           readable_number(100 * supply.voltage_v / technology.sram_nominal_v, 0) + " %) " +
           power_text(100 * supply.voltage_v / technology.sram_nominal_v) + ", instead of " +
           power_text(100) + ".");
}

/// What the sampling of fault maps does to the power: the supply follows from the tolerable rate,
/// whose interval is taken as that of a normal logarithm. A rate without a lower end may be any, so
/// that the supply stays nominal there.
RowEffect effect_of_sampling(const StudiedMitigation& chosen, const Technology& technology,
                             double confidence) {
  const FaultRateSummary& tolerable = chosen.row.at_mean;
  const double deviations = std::sqrt(chi_square_quantile(confidence, 1));
  const auto power_mw = [&](double end) {
    SramPoint supply = {technology.sram_nominal_v, 0};
    if (end > 0 && tolerable.rate > 0) {
      const double rate = tolerable.rate * portable_pow(end / tolerable.rate, 1 / deviations);
      supply = technology.lowest_voltage(rate);
    }
    return estimate_without_interval(chosen.machine, chosen.activity, supply, technology).power_mw;
  };
  return {kSamplingOfFaultMaps, power_mw(tolerable.low), power_mw(tolerable.high)};
}

/// The row of the finished design, of maps that chose nothing.
void add_finished_row(RunContext& run, const StudiedMitigation& chosen,
                      const QuantizedGraph& network, double confidence) {
  PpaEstimate ppa = estimate(chosen.machine, chosen.activity, chosen.supply, run.technology());
  if (ppa.interval) {
    ppa.interval = with_effect(std::move(*ppa.interval), ppa.power_mw,
                               effect_of_sampling(chosen, run.technology(), confidence));
  }
  char detail[120];
  std::snprintf(detail, sizeof detail, "%.2f V, fault rate %.3g of %.3g tolerated",
                chosen.supply.voltage_v, chosen.supply.fault_rate, chosen.row.at_mean.rate);
  run.add_row(detail, chosen.validation.wrong_mean, chosen.test.wrong_mean, &ppa, &network);
  StageRow& row = run.part().rows.back();
  const auto interval = [](const RatePoint& p) {
    return WrongInterval{p.mean_interval.low, p.mean_interval.high};
  };
  row.validation_interval = interval(chosen.validation);
  row.test_interval = interval(chosen.test);
  const FaultChips& chips = *chosen.row.chips_at_mean;
  row.chips = ChipShare{chips.maps, chips.validation, chips.test,
                        chips.both, chips.both_low,   chips.both_high};
  note_converter(run, chosen);
}

/// Says what the rates count as a failure, and refuses those of a slower clock.
void use_fault_table(RunContext& run, const DesignPoint& point) {
  const FaultTable table = fault_tables(run.technology()).front();
  check_fault_clock(table, point.clock_period_ns, run.technology().name);
  log_info("fault criterion of technology " + run.technology().name + ", rows " + table.name +
           ": " + printable(table.conditions, kWholeText));
}

/// What the finished design leaves with the run; `network` has its faults.
void leave_design(RunContext& run, const FaultStage& stage, const SramPoint& supply,
                  const MachineConfiguration& machine, const ActivityProfile& activity,
                  const DesignPoint& point, const QuantizedGraph& pruned) {
  run.write("faults.json", faults_to_json({stage.mitigation, supply}));
  // A ROM has no faults: its machine reads the weights as they are.
  QuantizedGraph without = pruned;
  without.mitigation = stage.mitigation;
  const ActivityProfile faultless =
      run.test().evaluator.evaluate(without, counting_for(without.graph, point)).activity;
  add_variants(run, machine, activity, faultless, supply);
}

/// The stage on one chip, whose fault map a file holds.
Design run_chip(const FaultStage& stage, RunContext& run, Design design) {
  const QuantizedGraph pruned = network_for_faults(design);
  const DesignPoint point =
      run.machine_point(graph_datapath_widths(run.network().graph, design.plan));
  const StudiedChip chip = study_chip(stage, run, design, pruned, point);
  FaultSection section;
  section.study.bound_wrong = chip.study.bound_wrong;
  section.study.failure_criterion = "the fault map of one chip, " + chip.study.file +
                                    (chip.study.conditions.empty() ? "" : ": ") +
                                    chip.study.conditions;
  section.study.voltages = chip.voltages;
  section.chip = chip.study;
  run.write(kChipFile, chip_csv(chip.study));
  run.part().section = to_json(section);
  const PpaEstimate ppa = estimate(chip.machine, chip.activity, chip.supply, run.technology());
  for (const ChipRow& row : chip.study.mitigations) {
    if (!row.chosen) continue;
    char detail[120];
    std::snprintf(detail, sizeof detail, "%.4g V on one chip, fault rate %.3g there",
                  chip.supply.voltage_v, chip.supply.fault_rate);
    run.add_row(detail, row.validation_wrong, row.test_wrong, &ppa, &pruned);
  }
  leave_design(run, stage, chip.supply, chip.machine, chip.activity, point, pruned);
  QuantizedGraph faulty = pruned;
  faulty.mitigation = stage.mitigation;
  chip.faults.inject(faulty, chip.supply.fault_rate > 0
                                 ? std::optional<double>(chip.supply.voltage_v)
                                 : std::nullopt);
  run.verify("final design, with the faults of the chip", faulty, point);
  design.mitigation = stage.mitigation;
  design.supply = chip.supply;
  return design;
}

Design run_faults(const FaultStage& stage, RunContext& run, Design design) {
  const FaultOptions o = options_with_criterion(stage.faults, run.technology());
  QuantizedGraph pruned = network_for_faults(design);
  const DesignPoint point =
      run.machine_point(graph_datapath_widths(run.network().graph, design.plan));
  use_fault_table(run, point);
  MitigationStudy study(stage, run, design, pruned);
  log_info("searching tolerable fault rates: at most " + std::to_string(study.bound()) + " of " +
           std::to_string(run.tuned().samples.size()) + " wrong, mean of " +
           std::to_string(o.maps) + " to " + std::to_string(o.maps_max) + " fault maps");
  FaultSection section;
  section.study = {
      static_cast<double>(study.bound()),       o.maps_max, o.confidence,      o.yield_quantile,
      failure_criterion(run.technology().rows), {},         o.confirming_maps, {}};
  Csv yields({"masking", "sign", "detector", "voltage_v", "fault_rate_per_bit", "maps",
              "maps_within", "share_within", "share_low", "share_high"});
  StudiedMitigation chosen;
  std::int64_t evaluated = 0;
  const std::vector<Mitigation> mitigations = compared_mitigations(stage);
  for (std::size_t i = 0; i < mitigations.size(); ++i) {
    Progress progress("searching fault maps, mitigation " + std::to_string(i + 1) + " of " +
                          std::to_string(mitigations.size()),
                      Progress::kOpenEnded, "maps");
    StudiedMitigation studied = study.study(
        mitigations[i], stage.answers.empty() ? std::vector<FaultAnswer>() : stage.answers[i],
        [&progress] { progress.advance(); });
    add_yields(yields, studied);
    section.mitigations.push_back(studied.row);
    evaluated += studied.evaluations;
    if (studied.row.chosen) chosen = std::move(studied);
  }
  if (study.taken() > 0) {
    log_info("took " + std::to_string(study.taken()) + " counts of fault maps over and evaluated " +
             std::to_string(evaluated) + " maps beside them, but for the test set");
  }
  run.write("yield.csv", yields.text());
  run.write(KeptCounts::kFile, study.counts_text());
  for (const FaultRateRow& at : run.technology().fault_rates) {
    section.study.voltages.push_back(
        voltage_row(chosen.machine, chosen.activity, {at.voltage_v, at.rate}, run.technology()));
  }
  section.study.criteria = study_criteria(stage, run, pruned, chosen, point, study.bound());
  if (section.study.criteria) {
    run.write(kCriteriaFile, fault_criteria_csv(*section.study.criteria));
  }
  run.part().section = to_json(section);
  add_finished_row(run, chosen, pruned, o.confidence);
  leave_design(run, stage, chosen.supply, chosen.machine, chosen.activity, point, pruned);
  pruned.mitigation = stage.mitigation;
  inject_faults(pruned, o.seed, 0, chosen.supply.fault_rate, 1, o.criterion);
  run.verify("final design, with faults", pruned, point);
  design.mitigation = stage.mitigation;
  design.supply = chosen.supply;
  return design;
}

/// Why a run leaves the stage out: only memories that hold all weights have fault maps.
flow::LeftOut left_out(const RunContext& run) {
  if (run.options().weight_storage == WeightStorage::rom) {
    return {"weights are in ROM", "Weights in ROM: stage 5 does not apply"};
  }
  if (run.options().point.streams_weights()) {
    return {"weights come from off chip",
            "Weights from off chip: stage 5 does not apply, since words of all layers pass through "
            "the same cells of the lanes' buffers"};
  }
  return {};
}

void check_alone(const RunContext& run) {
  if (run.options().weight_storage == WeightStorage::rom) {
    throw UserError("design.weight_storage", "rom",
                    "needs sram for stage 5: a ROM has no bit cells that fail at low voltage");
  }
  if (run.options().point.streams_weights()) {
    throw UserError("design.off_chip_words", std::to_string(run.options().point.off_chip_words),
                    "needs 0 for stage 5: fault maps are of memories that hold all weights");
  }
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
  definition.files = {"faults.json", "yield.csv", KeptCounts::kFile, kCriteriaFile, kChipFile};
  definition.arithmetic_version = 4;
  definition.needs = {"train", "noise", "dse", "quantize", "prune", "sharing"};
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
    run.ask_test_bound(question, stage->share);
    run.ask_file(question, kMapKey, stage->map_file);
  };
  definition.report = faults_report;
  definition.run = [stage](RunContext& run, Design design) {
    return stage->map_file.empty() ? run_faults(*stage, run, std::move(design))
                                   : run_chip(*stage, run, std::move(design));
  };
  definition.check_early = [stage](RunContext& run) {
    if (stage->map_file.empty() || !left_out(run).reason.empty()) return;
    check_voltages(read_chip_map(stage->map_file), stage->map_file, run.technology());
  };
  definition.check_alone = check_alone;
  definition.left_out = left_out;
  definition.sharded_work = [stage](flow::WorkSetup& setup) {
    if (!stage->map_file.empty()) {
      throw UserError(kMapKey, stage->map_file,
                      "needs no shards: one chip is evaluated at each voltage once, by minerva "
                      "faults");
    }
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

std::vector<double> rates_of_counts(RunContext& run) {
  std::vector<double> rates = rate_grid(run.state<FaultStage>().faults);
  const std::vector<double> grid = rates;
  for (const FaultRateRow& at : run.technology().fault_rates) {
    const double rate = rate_on_grid(at.rate, grid);
    if (std::find(rates.begin(), rates.end(), rate) == rates.end()) rates.push_back(rate);
  }
  std::sort(rates.begin(), rates.end());
  return rates;
}

std::vector<double> rates_of_every_map(RunContext& run, const Mitigation& mitigation,
                                       std::vector<double> near_start) {
  if (!(mitigation == run.state<FaultStage>().mitigation)) return near_start;
  const double lowest = near_start.front();
  const double highest = near_start.back();
  for (const double rate : rates_of_counts(run)) {
    if (rate >= lowest && rate <= highest) near_start.push_back(rate);
  }
  return near_start;
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
  const std::vector<double> counted =
      rates_of_every_map(run, mitigation, search.rates_near_start());
  for (int map = first; map < end; ++map) {
    search.tolerated_by(map);
    for (const double rate : counted) counts.wrong(rate, map);
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
