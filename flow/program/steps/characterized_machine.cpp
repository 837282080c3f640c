#include "characterized_machine.hpp"

#include <algorithm>
#include <set>

#include "evaluation_setup.hpp"
#include "flow_command.hpp"
#include "lane_operands.hpp"
#include "minerva/accelsim/machine_structure.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/network/quantized_graph.hpp"
#include "minerva/network/requantized_plan.hpp"
#include "minerva/sram/sram_rows.hpp"
#include "run_operands.hpp"

namespace minerva::flow {
namespace {

using circuit::CharacterizationOptions;
using circuit::LaneOperands;
using circuit::LaneUnit;
using circuit::RowPlan;

constexpr int kLanesWithoutRun = 16;  // of the machine of docs/machine.md
const LaneUnit kLaneWithoutRun = circuit::lane_for(8, 6, kLanesWithoutRun);

/// A width of a table of multipliers with the machine's own.
std::vector<int> with_own(std::vector<int> widths, int own) {
  widths.push_back(own);
  std::sort(widths.begin(), widths.end());
  widths.erase(std::unique(widths.begin(), widths.end()), widths.end());
  return widths;
}

circuit::DatapathUnit sequencer_of(const MachineConfiguration& configuration) {
  const MachineStructure structure = structure_of(configuration);
  circuit::SequencerLayout layout;
  const MachineNetwork& network = configuration.network;
  for (int k = 0; k < network.layers(); ++k) {
    if (!network.facts(k).has_weights()) continue;
    layout.layers.push_back({structure.pipeline.chunks(network.facts(k).inputs),
                             structure.pipeline.groups(network.facts(k).channels)});
  }
  layout.layer_bits = structure.control.layer_bits;
  layout.group_bits = structure.control.group_bits;
  layout.chunk_bits = structure.control.input_bits;
  layout.lane_bits = structure.control.lane_bits;
  layout.lanes = structure.pipeline.lanes;
  layout.write_ports = structure.pipeline.write_ports;
  circuit::DatapathUnit unit =
      circuit::unit_of(circuit::DatapathUnitKind::sequencer, layout.bits());
  unit.sequencer = layout;
  return unit;
}

/// A table of many lanes takes so few samples in each: what they lack is in the machine's own lane.
constexpr std::int64_t kSamplesOfManyLanes = 4;
constexpr std::size_t kManyLanes = 64;
constexpr int kNarrowestFactor = 4;  // of a lane whose products are given

/// Lanes of other widths than the machine's: where they come from is the only difference between
/// a call with a run and one without.
class LaneSource {
 public:
  virtual ~LaneSource() = default;
  virtual LaneOperands lane(int weight_bits, int activation_bits) const = 0;
  /// A lane with products of so many bits, and with factors as wide as such products have.
  virtual LaneOperands lane_of_product(int bits) const = 0;
  /// Comparisons of inputs of so many bits; nothing without thresholds.
  virtual std::vector<circuit::UnitOperands> comparisons(int bits) const = 0;
};

class UniformLanes : public LaneSource {
 public:
  LaneOperands lane(int weight_bits, int activation_bits) const override {
    return {circuit::lane_for(weight_bits, activation_bits, kLanesWithoutRun), {}};
  }
  LaneOperands lane_of_product(int bits) const override {
    int factor_bits = kNarrowestFactor;
    while (factor_bits < kMaxOperandBits &&
           lane(factor_bits, factor_bits).lane.product_bits < bits) {
      ++factor_bits;
    }
    LaneOperands operands = lane(factor_bits, factor_bits);
    operands.lane.drop_bits += operands.lane.product_bits - bits;
    operands.lane.product_bits = bits;
    return operands;
  }
  std::vector<circuit::UnitOperands> comparisons(int) const override { return {}; }
};

class LanesOfRun : public LaneSource {
 public:
  /// @param few samples of the lanes
  LanesOfRun(RunContext& run, const EvaluationSetup& setup, const Samples& few, std::uint64_t seed)
      : run_(run),
        setup_(setup),
        few_(few),
        seed_(seed),
        start_(parse_format(run.config().settings().text("quantize.start"), kMaxOperandBits,
                            "quantize.start")) {}

  LaneOperands lane(int weight_bits, int activation_bits) const override {
    return lane_of(plan(weight_bits, activation_bits));
  }
  LaneOperands lane_of_product(int bits) const override {
    const auto product_bits = [](const QuantizationPlan& of) {
      int most = 0;
      for (const LayerFormats& formats : of.layers) most = std::max(most, formats.product.bits());
      return most;
    };
    int factor_bits = kNarrowestFactor;
    while (factor_bits < kMaxOperandBits && product_bits(plan(factor_bits, factor_bits)) < bits) {
      ++factor_bits;
    }
    QuantizationPlan made = plan(factor_bits, factor_bits);
    for (LayerFormats& formats : made.layers) {
      formats.product.integer_bits = std::min(formats.product.integer_bits, bits);
      formats.product.fraction_bits = bits - formats.product.integer_bits;
    }
    return lane_of(made);
  }
  std::vector<circuit::UnitOperands> comparisons(int bits) const override {
    return comparator_operands(quantized(plan(bits, bits)), setup_.samples);
  }

 private:
  QuantizationPlan plan(int weight_bits, int activation_bits) const {
    return requantized_plan(run_.design().plan, start_, weight_bits, activation_bits);
  }
  QuantizedGraph quantized(const QuantizationPlan& of) const {
    return quantize_graph(run_.network(), of, run_.design().thresholds);
  }
  LaneOperands lane_of(const QuantizationPlan& of) const {
    return lane_operands(quantized(of), few_, seed_, setup_.point.lanes).operands;
  }

  RunContext& run_;
  const EvaluationSetup& setup_;
  const Samples& few_;
  std::uint64_t seed_;
  QFormat start_;  ///< of all signals, from which the search of formats began
};

/// Units that are not asked for already.
void add_units(const std::vector<circuit::DatapathUnit>& units, CharacterizationOptions& options) {
  std::set<std::string> asked_for;
  for (const circuit::DatapathUnit& unit : options.units) asked_for.insert(unit.name());
  for (const circuit::DatapathUnit& unit : units) {
    if (asked_for.insert(unit.name()).second) options.units.push_back(unit);
  }
}

/// The lanes and units of a technology file.
/// @param wide_sum_bits a width of sums that is measured, too
void add_rows(const LaneSource& source, const MachineRequest& request, const LaneOperands& machine,
              int wide_sum_bits, RowPlan& plan, CharacterizationOptions& options) {
  std::set<std::string> names = {machine.lane.name()};
  const auto add = [&](LaneOperands operands) {
    operands.idle = false;  // gates are those of the machine's own lane
    if (names.insert(operands.lane.name()).second) options.lanes.push_back(std::move(operands));
  };
  const std::vector<int> weights = with_own(request.grid_widths, machine.lane.weight_bits);
  const std::vector<int> inputs = with_own(request.grid_widths, machine.lane.activation_bits);
  for (const int a : weights) {
    for (const int b : inputs) {
      const bool own = a == machine.lane.weight_bits && b == machine.lane.activation_bits;
      LaneOperands operands = own ? machine : source.lane(a, b);
      plan.grid.push_back(operands.lane);
      add(std::move(operands));
    }
  }
  const std::vector<int> sums =
      with_own({std::begin(kSumWidths), std::end(kSumWidths)}, wide_sum_bits);
  for (const int bits : with_own(sums, machine.lane.accumulator_bits)) {
    LaneOperands operands =
        bits == machine.lane.accumulator_bits
            ? machine
            : source.lane_of_product(circuit::product_bits_of_sum(machine.lane, bits));
    operands.lane.accumulator_bits = bits;
    plan.sums.push_back(operands.lane);
    add(std::move(operands));
  }
  plan.comparators = inputs;
  for (const int bits : inputs) {
    if (bits == machine.lane.activation_bits) continue;  // among the units of the run itself
    for (circuit::UnitOperands& each : source.comparisons(bits)) {
      options.further_operands.push_back(std::move(each));
    }
  }
  add_units(circuit::units_of_rows(plan), options);
  for (const circuit::DatapathUnit& unit : circuit::timed_units_of_rows(plan)) {
    options.further_operands.push_back({unit, circuit::timing_operands()});
  }
}

/// Adds what the machine's lane does over the samples of the other lanes.
void add_few_samples(LaneOperands few, LaneOperands& machine) {
  for (circuit::LaneStream& stream : few.streams) {
    stream.name = stream.name == "run" ? circuit::kFewSamples : circuit::kFewSamplesKept;
    machine.streams.push_back(std::move(stream));
  }
}

/// An added word ties the formats of two layers together, which the widths of a table tear apart.
void require_no_added_tensor(const LayerGraph& graph) {
  for (int k = 0; k < graph.layers(); ++k) {
    if (!graph.layer(k).added) continue;
    throw UserError("characterize: --technology", layer_name(graph.layer(k), k),
                    "adds a tensor, whose formats do not follow the widths of a table; needs a "
                    "network without added tensors, or --run alone");
  }
}

void add_run(const MachineRequest& request, Pipeline& pipeline, CharacterizedMachine& made,
             CharacterizationOptions& options, std::vector<std::string>& notes) {
  RowPlan& plan = made.plan;
  RunContext& run = pipeline.context();
  const EvaluationSetup setup = set_up_evaluation(run, request.samples, "--samples");
  const int lanes = setup.point.lanes;
  const QuantizedGraph& network = setup.network;
  if (request.rows) require_no_added_tensor(network.graph);
  LaneOperandsOfRun own = lane_operands(network, setup.samples, options.seed, lanes);
  if (own.left_out > 0) {
    notes.push_back("a lane has one binary point: " + std::to_string(own.left_out) +
                    " neurons of layers with another one are not among its operands");
  }
  plan.machine = own.operands.lane;
  plan.sequencer = sequencer_of(machine_configuration(network, setup.point));
  plan.network = run.data().name + " " + to_string(MachineNetwork(network.graph)) + ", " +
                 fixed_text(own.kept_percent, 1) + " % of its inputs kept";
  const bool many = request.grid_widths.size() * request.grid_widths.size() > kManyLanes;
  const std::int64_t few_samples =
      many ? std::min(request.samples, kSamplesOfManyLanes) : request.samples;
  const EvaluationSetup few = set_up_evaluation(run, few_samples, "--samples");
  if (request.rows && few_samples < request.samples) {
    add_few_samples(lane_operands(network, few.samples, options.seed, lanes).operands,
                    own.operands);
  }
  options.lanes.push_back(own.operands);
  options.further_operands = run_operands(network, setup.samples, options.seed);
  options.further_operands.push_back(write_operands(network, setup.samples, lanes));
  // Beside the lane, its parts alone.
  std::vector<circuit::DatapathUnit> alone = {plan.sequencer};
  for (const circuit::LanePart& part : circuit::lane_parts(plan.machine)) {
    alone.push_back(part.unit);
  }
  add_units(alone, options);
  if (request.rows) {
    const QFormat start = parse_format(run.config().settings().text("quantize.start"),
                                       kMaxOperandBits, "quantize.start");
    const int layers = static_cast<int>(network.layers.size());
    const QuantizedGraph wide = quantize_graph(
        run.network(), uniform_plan(layers, {start, start, start}, network.rounding), {});
    made.cores = reference_plan(network, setup, wide, options.conditions.clock_ns, options.threads);
    plan.core_network = to_string(made.cores->machines.front().machine.network);
    add_rows(LanesOfRun(run, setup, few.samples, options.seed), request, own.operands,
             made.cores->machines.back().machine.widths.accumulator_bits, plan, options);
  }
}

/// Beside the operands of a network, uniform ones of the same unit.
void add_uniform_operands(CharacterizationOptions& options) {
  std::set<std::string> asked_for;
  for (const circuit::DatapathUnit& unit : options.units) asked_for.insert(unit.name());
  std::vector<circuit::UnitOperands> all;
  for (circuit::UnitOperands& each : options.further_operands) {
    if (asked_for.insert(each.unit.name()).second) {
      all.push_back({each.unit, uniform_operands(each.unit, options.seed, options.operations)});
    }
    all.push_back(std::move(each));
  }
  options.further_operands = std::move(all);
}

}  // namespace

CharacterizedMachine add_machine(const MachineRequest& request, CharacterizationOptions& options,
                                 std::vector<std::string>& notes) {
  CharacterizedMachine made;
  RowPlan& plan = made.plan;
  plan.node = request.node;
  if (!request.run.empty()) {
    const CommandCall of_run{command_named("eval"), {request.run}, {}};
    flow_command(of_run, Keeps::a_run_if_asked,
                 [&](Pipeline& pipeline) { add_run(request, pipeline, made, options, notes); });
    add_uniform_operands(options);
    return made;
  }
  if (!request.rows) return made;
  const LaneOperands machine{kLaneWithoutRun, {}};
  plan.machine = machine.lane;
  MachineConfiguration configuration;
  configuration.network = Topology({784, 256, 256, 256, 10});
  configuration.point.lanes = kLanesWithoutRun;
  plan.sequencer = sequencer_of(configuration);
  notes.push_back(
      "without --run, the rows are of a lane of 8 x 6 bits among 16, and of the "
      "sequencer of 784-256-256-256-10");
  options.lanes.push_back(machine);
  add_rows(UniformLanes(), request, machine, machine.lane.accumulator_bits, plan, options);
  return made;
}

std::string technology_text(const circuit::CellRows& rows, const std::string& base_file,
                            const std::string& heading) {
  std::set<std::string> replaced(rows.replaced.begin(), rows.replaced.end());
  for (const FigureRow& row : rows.rows) {
    for (const char* part : {"", "_internal", "_switching"}) replaced.insert(row.name + part);
  }
  // Rows of a datapath by clock period, which have no place beside one by width.
  for (const char* name :
       {"multiplier_energy_exponent", "multiplier_area_exponent", "multiplier_delay_fixed",
        "multiplier_delay_per_bit", "adder_delay_fixed", "adder_delay_per_bit"}) {
    replaced.insert(name);
  }
  std::vector<FigureRow> all;
  if (!base_file.empty()) {
    for (const FigureRow& row : read_technology_file(base_file).rows) {
      if (replaced.count(row.name) == 0) all.push_back(row);
    }
  }
  all.insert(all.end(), rows.rows.begin(), rows.rows.end());
  return "# " + heading + "\n" + sram::rows_text(all);
}

}  // namespace minerva::flow
