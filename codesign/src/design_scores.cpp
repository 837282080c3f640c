#include "minerva/codesign/design_scores.hpp"

#include <algorithm>
#include <cmath>

#include "minerva/accelsim/completed_point.hpp"
#include "minerva/accelsim/fault_tables.hpp"
#include "minerva/accelsim/ppa.hpp"
#include "minerva/accelsim/timing.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/engine/evaluate.hpp"
#include "minerva/faultsim/fault_map.hpp"

namespace minerva::codesign {

Design at_supply(Design design, const SramPoint& supply, const Mitigation& mitigation) {
  design.supply = supply;
  design.mitigation = supply.fault_rate > 0 ? mitigation : Mitigation{};
  return design;
}

DesignScores::DesignScores(const Samples& samples, const Technology& technology,
                           std::vector<DesignPoint> machines, std::uint64_t fault_seed, int threads)
    : samples_(samples),
      technology_(technology),
      machines_(std::move(machines)),
      fault_seed_(fault_seed),
      threads_(threads),
      evaluator_(std::make_unique<FixedEvaluator>(samples, Eigen::MatrixXf{}, threads)) {}

SampledError DesignScores::error_of(const Design& design, int maps) {
  const QuantizedGraph clean = quantized(design);
  const ActivityCounting counting = counting_for(clean.graph, design.point);
  FixedEvaluator& evaluator = *evaluator_;
  SampledError error;
  error.samples = samples_.size();
  if (design.supply.fault_rate <= 0) {
    const FixedEvaluation evaluation = evaluator.evaluate(clean, counting);
    error.wrong = static_cast<double>(evaluation.wrong);
    error.activity = evaluation.activity;
    return error;
  }
  const std::optional<FaultCriterion> criterion = fault_tables(technology_).front().criterion;
  std::vector<double> wrong;
  for (int map = 0; map < maps; ++map) {
    QuantizedGraph faulty = clean;
    faultsim::inject_faults(faulty, fault_seed_, static_cast<std::uint64_t>(map),
                            design.supply.fault_rate, threads_, criterion);
    const FixedEvaluation evaluation = evaluator.evaluate(faulty, counting);
    wrong.push_back(static_cast<double>(evaluation.wrong));
    if (map == 0) {
      error.activity = evaluation.activity;
    } else {
      error.activity += evaluation.activity;
    }
  }
  for (const double w : wrong) error.wrong += w;
  error.wrong /= maps;
  double squares = 0;
  for (const double w : wrong) squares += (w - error.wrong) * (w - error.wrong);
  if (maps > 1) error.deviation = std::sqrt(squares / (maps - 1));
  return error;
}

std::optional<DesignCost> DesignScores::cost_on(const Design& design, const DesignPoint& machine,
                                                const ActivityProfile& activity,
                                                std::string& why) const {
  try {
    Design built = design;
    built.point = machine;
    built = completed_design(std::move(built), technology_);
    if (design.supply.fault_rate > 0) {
      check_fault_clock(fault_tables(technology_).front(), machine.clock_period_ns,
                        technology_.name);
    }
    const MachineConfiguration configuration = machine_configuration(built);
    check_timing(configuration, technology_);
    const PpaFigures figures =
        estimate_figures(configuration, activity, design.supply, technology_);
    return DesignCost{figures.energy_nj, figures.area_mm2, figures.time_ns / 1000, figures.power_mw,
                      figures.cycles};
  } catch (const UserError& error) {
    if (why.empty()) why = error.what();
    return std::nullopt;
  }
}

std::vector<ScoredDesign> DesignScores::all_machines(Design design, int maps, std::string& why) {
  std::vector<ScoredDesign> scored;
  std::optional<SampledError> error;
  int chunk = 0;
  // Machines that take as many inputs a cycle share one evaluation.
  std::vector<DesignPoint> machines = machines_;
  std::stable_sort(machines.begin(), machines.end(), [](const auto& a, const auto& b) {
    return a.inputs_per_cycle() < b.inputs_per_cycle();
  });
  for (const DesignPoint& machine : machines) {
    if (machine.inputs_per_cycle() != chunk) {
      design.point = machine;
      design.point.multiplier_stages = 1;  // counts do not depend on it
      error = error_of(design, maps);
      chunk = machine.inputs_per_cycle();
    }
    const auto cost = cost_on(design, machine, error->activity, why);
    if (!cost) continue;
    ScoredDesign point{design, error->wrong, *cost};
    point.design.point = machine;
    point.design.point.multiplier_stages =
        multiplier_stages(graph_datapath_widths(graph_of(design), design.plan),
                          machine.macs_per_lane, machine.clock_period_ns, technology_);
    scored.push_back(std::move(point));
  }
  return scored;
}

std::optional<ScoredDesign> DesignScores::best_machine(Design design, int maps, std::string& why) {
  std::vector<ScoredDesign> scored = all_machines(std::move(design), maps, why);
  if (scored.empty()) return std::nullopt;
  return *std::min_element(scored.begin(), scored.end(), [](const auto& a, const auto& b) {
    return a.cost.energy_nj < b.cost.energy_nj;
  });
}

std::vector<SramPoint> DesignScores::supplies(double most_fault_rate) const {
  std::vector<SramPoint> all{{technology_.sram_nominal_v, 0}};
  for (const FaultRateRow& row : technology_.fault_rates) {
    if (row.voltage_v >= technology_.sram_nominal_v) continue;
    if (row.rate < kLeastFaultRate || row.rate > most_fault_rate) continue;
    all.push_back({row.voltage_v, row.rate});
  }
  return all;
}

}  // namespace minerva::codesign
