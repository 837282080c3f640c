#include "minerva/workloads/lane_stages.hpp"

#include <algorithm>
#include <cmath>

#include "minerva/accelsim/fault_tables.hpp"
#include "minerva/accelsim/ppa.hpp"
#include "minerva/accelsim/timing.hpp"
#include "minerva/accelsim/unskipped_energy.hpp"
#include "minerva/base/text.hpp"
#include "minerva/dse/baseline.hpp"
#include "minerva/dse/explore.hpp"
#include "minerva/engine/evaluate.hpp"
#include "minerva/engine/float_engine.hpp"
#include "minerva/faultsim/tolerance.hpp"
#include "minerva/network/quantized_graph.hpp"
#include "minerva/prune/threshold_search.hpp"
#include "minerva/quantize/width_search.hpp"
#include "minerva/report/text_table.hpp"

namespace minerva::workloads {
namespace {

/// Fewer maps than stage 5 of a run has, which compares mitigations and chips.
constexpr int kMaps = 10;
constexpr int kMostMaps = 20;
/// The mean is known well enough at this part of the error that may be spent.
constexpr double kHalfWidth = 0.05;

std::int64_t error_of(const Eigen::MatrixXf& outputs, const StagedSet& set) {
  return set.measure.targets ? squared_error_units(outputs, *set.measure.targets)
                             : count_wrong(classes_of(outputs), set.samples.labels);
}

}  // namespace

StagedSet with_targets(const Eigen::MatrixXf& inputs, const Eigen::MatrixXf& targets) {
  StagedSet set;
  set.samples = {SampleInputs(inputs), classes_of(targets)};
  set.measure.targets = std::make_shared<const Eigen::MatrixXf>(targets);
  return set;
}

StagedSet with_float_outputs(const GraphNetwork& network, const Eigen::MatrixXf& inputs,
                             int threads) {
  return with_targets(inputs, float_outputs(network, SampleInputs(inputs), threads));
}

StagedSet with_decisions(const GraphNetwork& network, const Eigen::MatrixXf& inputs, int threads) {
  StagedSet set;
  set.samples = {SampleInputs(inputs),
                 classes_of(float_outputs(network, SampleInputs(inputs), threads))};
  return set;
}

OutputPower::OutputPower(const StagedSet& set) {
  const Eigen::MatrixXf& outputs = *set.measure.targets;
  double squares = 0;
  for (Eigen::Index i = 0; i < outputs.cols(); ++i) {
    for (Eigen::Index o = 0; o < outputs.rows(); ++o) {
      squares += static_cast<double>(outputs(o, i)) * outputs(o, i);
    }
  }
  whole_units_ = squares / 2 * static_cast<double>(kSquaredErrorUnits);
}

std::int64_t OutputPower::units_of(double percent) const {
  return static_cast<std::int64_t>(std::floor(percent / 100 * whole_units_));
}

double OutputPower::percent_of(double units) const { return 100 * units / whole_units_; }

struct LaneStages::State {
  Design design;
  StagedSet tuned;
  StagedSet test;
  const Technology& technology;
  int threads;
  Eigen::MatrixXf tuned_outputs;
  Eigen::MatrixXf test_outputs;
  FixedEvaluator on_tuned;
  FixedEvaluator on_test;

  State(GraphNetwork network, StagedSet tuned_set, StagedSet test_set, const Technology& of,
        int thread_count)
      : tuned(std::move(tuned_set)),
        test(std::move(test_set)),
        technology(of),
        threads(thread_count),
        tuned_outputs(float_outputs(network, tuned.samples.inputs, thread_count)),
        test_outputs(float_outputs(network, test.samples.inputs, thread_count)),
        on_tuned(tuned.samples, tuned_outputs, thread_count, tuned.measure),
        on_test(test.samples, test_outputs, thread_count, test.measure) {
    design.network = std::make_shared<const GraphNetwork>(std::move(network));
  }

  const LayerGraph& graph() const { return graph_of(design); }
  DatapathWidths widths() const { return graph_datapath_widths(graph(), design.plan); }
  DesignPoint built() const { return completed_point(design.point, widths(), technology); }

  /// The design as it is, whose errors are those without faults.
  StagedRow row(const std::string& stage, const std::string& detail) {
    Design whole = design;
    whole.point = built();
    const QuantizedGraph network = quantized(whole);
    const FixedEvaluation of_test = on_test.evaluate(network, counting_for(graph(), whole.point));
    return priced(whole, of_test.activity,
                  {stage, detail, static_cast<double>(on_tuned.evaluate(network).wrong),
                   static_cast<double>(of_test.wrong)});
  }

  StagedRow priced(const Design& whole, const ActivityProfile& activity, StagedRow row) const {
    const PpaEstimate cost = estimate(whole, activity, technology);
    row.energy_nj = cost.energy_per_prediction_nj;
    row.power_mw = cost.power_mw;
    row.area_mm2 = cost.area_mm2;
    row.predictions_per_s = cost.predictions_per_s;
    return row;
  }
};

LaneStages::LaneStages(GraphNetwork network, StagedSet tuned, StagedSet test,
                       const Technology& technology, int threads)
    : state_(
          new State(std::move(network), std::move(tuned), std::move(test), technology, threads)) {}
LaneStages::~LaneStages() = default;

const Design& LaneStages::design() const { return state_->design; }
std::int64_t LaneStages::tuned_samples() const { return state_->tuned.samples.size(); }
std::int64_t LaneStages::test_samples() const { return state_->test.samples.size(); }
std::int64_t LaneStages::float_error() const {
  return error_of(state_->tuned_outputs, state_->tuned);
}

StagedRow LaneStages::float_row() const {
  return {"1 float network", to_string(graph_of(state_->design)),
          static_cast<double>(float_error()),
          static_cast<double>(error_of(state_->test_outputs, state_->test))};
}

std::int64_t LaneStages::changed_decisions() const {
  const State& state = *state_;
  const Samples decided = {state.test.samples.inputs, classes_of(state.test_outputs)};
  FixedEvaluator evaluator(decided, {}, state.threads);
  return evaluator.evaluate(quantized(state.design)).wrong;
}

StagedRow LaneStages::choose_machine() {
  State& state = *state_;
  state.design.plan = uniform_plan(state.graph().layers());
  dse::Problem problem;
  problem.network = MachineNetwork(state.graph());
  problem.widths = state.widths();
  problem.technology = &state.technology;
  const dse::Grid grid(dse::Space(), problem.hardware(), state.technology);
  const dse::Exploration explored = dse::explore(problem, grid, state.threads);
  const dse::Baseline baseline = dse::choose_baseline(explored.frontier);
  state.design.point = explored.frontier[baseline.index ? *baseline.index : baseline.nearest].point;
  state.design.point.multiplier_stages = 0;  // narrower words may need fewer
  return state.row("2 baseline",
                   to_string(state.built()) + (baseline.index ? ""
                                                              : "; no machine is within the rule's "
                                                                "limits, and this one is nearest"));
}

StagedRow LaneStages::quantize(std::int64_t most_error) {
  State& state = *state_;
  quantize::QuantizeOptions options;
  options.curve = false;
  options.per_layer_figure = false;
  options.scaling = quantize::LayerScaling::power_of_two;
  const int macs = state.design.point.macs_per_lane;
  options.answered = [&](const QuantizationPlan& plan) {
    return !state.technology.unanswered(graph_datapath_widths(state.graph(), plan), macs, true);
  };
  const MachineNetwork on_machine(state.graph());
  const quantize::QuantizeResult found = quantize::search_widths(
      *state.design.network, state.on_tuned, most_error, options,
      [&](const QuantizationPlan& plan) {
        return unskipped_energy_nj(on_machine, graph_datapath_widths(state.graph(), plan),
                                   state.design.point, state.technology);
      });
  state.design.plan = found.hardware.plan;
  state.design.thresholds = {};
  const LayerFormats& f = state.design.plan.layers.front();
  return state.row("3 quantization", "W " + to_string(f.weight) + ", X " + to_string(f.activation) +
                                         ", P " + to_string(f.product) + " (" +
                                         std::to_string(found.evaluations) + " plans)");
}

StagedRow LaneStages::prune(std::int64_t most_error) {
  State& state = *state_;
  const prune::PruneResult found = prune::search_thresholds(
      *state.design.network, state.design.plan, state.on_tuned, most_error, {});
  state.design.thresholds = found.thresholds;
  return state.row("4 pruning", fixed_text(found.skipped_percent, 1) +
                                    " % of MACs skipped; exact zeros alone " +
                                    fixed_text(found.skipped_by_zeros_percent, 1) + " %");
}

StagedRow LaneStages::lower_supply(std::int64_t most_error) {
  State& state = *state_;
  Design& design = state.design;
  design.mitigation = {Masking::bit, SignPolicy::hardened, Detector::razor};
  Design whole = design;
  whole.point = state.built();
  const QuantizedGraph network = quantized(whole);
  faultsim::FaultOptions options;
  options.criterion = fault_tables(state.technology).front().criterion;
  options.maps = kMaps;
  options.maps_max = kMostMaps;
  options.report_rates.clear();
  options.half_width = std::max(1.0, kHalfWidth * static_cast<double>(most_error - float_error()));
  faultsim::FaultMapCounts of_tuned(network, design.mitigation, state.on_tuned, options, {},
                                    state.threads);
  const faultsim::Tolerance tolerance = faultsim::find_tolerance(of_tuned, most_error);
  design.supply = state.technology.lowest_voltage(tolerance.at_mean.rate);
  if (design.supply.fault_rate > tolerance.at_mean.rate) {
    design.supply = {state.technology.sram_nominal_v, 0};
  }
  whole.supply = design.supply;
  const double rate = design.supply.fault_rate;
  faultsim::FaultMapCounts of_test(network, design.mitigation, state.on_test, options, {},
                                   state.threads);
  StagedRow row;
  row.stage = "5 fault mitigation";
  row.detail = readable_number(design.supply.voltage_v) + " V, fault rate " +
               readable_number(rate) + " of " + readable_number(tolerance.at_mean.rate) +
               " tolerated";
  row.tuned_error = of_tuned.confirm(rate, kMostMaps).wrong_mean;
  row.test_error = of_test.confirm(rate, kMostMaps).wrong_mean;
  const ActivityProfile activity =
      faultsim::measure_activity(network, state.on_test, rate, kMaps, options,
                                 counting_for(state.graph(), whole.point), state.threads);
  return state.priced(whole, activity, row);
}

}  // namespace minerva::workloads
