#include <cmath>
#include <cstdio>

#include "flow.hpp"
#include "minerva/accelsim/ppa.hpp"
#include "minerva/app/logging.hpp"
#include "minerva/core/errors.hpp"
#include "minerva/faultsim/tolerance.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/report/design_json.hpp"

// Stage 5: fault masking and the supply voltage of the weight SRAMs.
namespace minerva::flow {
namespace {

/// Every mitigation that the report compares: the book's three, and bit masking under each policy
/// for the sign column.
std::vector<Mitigation> compared_mitigations(const Mitigation& chosen) {
  std::vector<Mitigation> all = {
      {Masking::none, SignPolicy::zero, Detector::none},
      {Masking::word, SignPolicy::zero, Detector::razor},
      {Masking::bit, SignPolicy::inverted, Detector::razor},
      {Masking::bit, SignPolicy::zero, Detector::razor},
      {Masking::bit, SignPolicy::hardened, Detector::razor},
  };
  for (const Mitigation& m : all) {
    if (m == chosen) return all;
  }
  all.push_back(chosen);
  return all;
}

}  // namespace

void Flow::faults() {
  if (options_.weight_storage == WeightStorage::rom) {
    throw UserError("design.weight_storage", "rom",
                    "needs sram for stage 5: a ROM has no bit cells that fail at low voltage");
  }
  const Network& net = network();
  const QuantizationPlan formats = plan(false);
  QuantizedNetwork pruned = quantize_network(net, formats, thresholds(formats));
  const BudgetOptions& shares = options_.budget;
  const std::int64_t bound = most_wrong(shares.share_faults);
  log_info("searching tolerable fault rates: at most " + std::to_string(bound) + " of " +
           std::to_string(tuned().samples.size()) + " wrong, mean of " +
           std::to_string(options_.faults.trials) + " fault maps");
  summary_.faults.clear();
  Csv curves({"masking", "sign", "detector", "fault_rate_per_bit", "trials", "wrong_mean_samples",
              "wrong_deviation_samples"});
  double tolerated = 0;
  for (const Mitigation& mitigation : compared_mitigations(options_.mitigation)) {
    const faultsim::Tolerance t =
        faultsim::find_tolerance(pruned, mitigation, tuned().evaluator, bound, options_.faults,
                                 [](const std::string& what) { log_debug(what); });
    for (const faultsim::RatePoint& p : t.curve) {
      curves.add({to_string(mitigation.masking), to_string(mitigation.sign),
                  to_string(mitigation.detector), p.rate, p.trials, p.wrong_mean,
                  p.wrong_deviation});
    }
    const SramPoint point = technology().lowest_voltage(t.rate);
    const bool chosen = mitigation == options_.mitigation;
    FaultRow row;
    row.mitigation = mitigation;
    row.trials = options_.faults.trials;
    row.tolerable_rate = t.rate;
    row.voltage_v = point.voltage_v;
    row.validation_wrong_mean = t.rate > 0 ? t.at_rate.wrong_mean : 0;
    row.chosen = chosen;
    for (const faultsim::RatePoint& p : t.curve) {
      row.curve.push_back({p.rate, p.wrong_mean, p.wrong_deviation});
    }
    if (chosen) tolerated = t.rate;
    char text[160];
    std::snprintf(text, sizeof text, "%s masking, sign %s: tolerates %.3g, %.2f V",
                  to_string(mitigation.masking), to_string(mitigation.sign), t.rate,
                  point.voltage_v);
    log_info(text);
    summary_.faults.push_back(row);
  }
  write("fault_curves.csv", curves.text());

  pruned.mitigation = options_.mitigation;
  const int chunk = design_point(datapath_widths(formats, net.topology())).inputs_per_cycle();
  // The mean of few maps need not fall with the rate: the voltage taken is the lowest whose own
  // rate is measured to hold. A point without faults is the nominal supply.
  SramPoint sram = technology().lowest_voltage(tolerated);
  while (sram.fault_rate > 0) {
    const bool tolerable = sram.fault_rate <= tolerated;
    if (tolerable &&
        faultsim::measure_rate(pruned, tuned().evaluator, sram.fault_rate, options_.faults)
                .wrong_mean <= static_cast<double>(bound)) {
      break;
    }
    const SramPoint higher = technology().lowest_voltage(std::nextafter(sram.fault_rate, 0.0));
    sram = higher.voltage_v > sram.voltage_v ? higher : SramPoint{technology().sram_nominal_v, 0};
  }
  for (FaultRow& row : summary_.faults) {
    if (row.chosen) row.voltage_v = sram.voltage_v;
  }
  write("faults.json", faults_to_json({options_.mitigation, sram}));
  const auto measure = [&](JudgedSet& set) {
    return faultsim::measure_rate(pruned, set.evaluator, sram.fault_rate, options_.faults, chunk);
  };
  const faultsim::RatePoint on_validation = measure(validation());
  const faultsim::RatePoint on_test = measure(test());
  for (FaultRow& row : summary_.faults) {
    if (row.chosen) row.test_wrong_mean = on_test.wrong_mean;
  }
  const Design finished = design_of(pruned, on_test.activity, sram);
  const PpaEstimate estimate = minerva::estimate(finished, technology());
  StageRow row;
  row.name = "5 fault mitigation";
  char detail[120];
  std::snprintf(detail, sizeof detail, "%.2f V, fault rate %.3g of %.3g tolerated", sram.voltage_v,
                sram.fault_rate, tolerated);
  row.detail = detail;
  add_row(4, row, on_validation.wrong_mean, on_test.wrong_mean, shares.share_faults, &estimate);
  add_variants(finished);
  faultsim::inject_faults(pruned, options_.faults.seed, 0, sram.fault_rate);
  verify("final design, with faults", pruned,
         design_point(datapath_widths(formats, net.topology())));
  write_summary();
}

}  // namespace minerva::flow
