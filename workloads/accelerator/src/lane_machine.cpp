#include "minerva/workloads/lane_machine.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "minerva/accelsim/completed_point.hpp"
#include "minerva/accelsim/ppa.hpp"
#include "minerva/engine/evaluate.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/network/quantized_graph.hpp"
#include "minerva/quantize/width_search.hpp"

namespace minerva::workloads {
namespace {

constexpr double kBitsOfByte = 8;
constexpr double kMega = 1e6;
constexpr std::int64_t kPredictions = 64;
constexpr std::int64_t kLargePredictions = 2;
constexpr std::int64_t kLargeMacs = 100000000;

Samples unlabelled(const SampleInputs& inputs) {
  return {inputs, std::vector<std::int32_t>(static_cast<std::size_t>(inputs.cols()), 0)};
}

double megabytes(double words, int word_bits) { return words * word_bits / kBitsOfByte / kMega; }

std::vector<LaneLayer> layers_of(const LayerGraph& graph, const ActivityProfile& activity) {
  std::vector<LaneLayer> layers;
  for (int k = 0; k < graph.layers(); ++k) {
    const GraphLayer& layer = graph.layer(k);
    LaneLayer own;
    own.weights = layer.weight_count();
    if (layer.has_weights()) {
      const std::int64_t words = window_words(graph, k);
      own.macs = words * (layer.channels / layer.groups);
      own.zero_share =
          static_cast<double>(activity.layers[static_cast<std::size_t>(k)].zero_inputs) /
          static_cast<double>(words * activity.samples);
    }
    layers.push_back(own);
  }
  return layers;
}

/// Sets which layers' weights are on the chip.
void place_weights(const LayerGraph& graph, const LaneMachine& machine,
                   std::vector<LaneLayer>& layers) {
  std::vector<int> order(layers.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    return graph.layer(a).positions() > graph.layer(b).positions();
  });
  double held = 0;
  for (const int k : order) {
    LaneLayer& layer = layers[static_cast<std::size_t>(k)];
    const double own = megabytes(static_cast<double>(layer.weights), machine.word_bits);
    layer.on_chip = own == 0 || (!machine.point.streams_weights() &&
                                 held + own <= machine.weight_memory_mb);
    if (layer.on_chip) held += own;
  }
}

std::string formats_text(const QuantizationPlan& plan) {
  const LayerFormats& f = plan.layers.front();
  return "W " + to_string(f.weight) + ", X " + to_string(f.activation) + ", P " +
         to_string(f.product);
}

}  // namespace

double covered_share(const WorkloadProfile& profile, const std::vector<CoveredType>& covered) {
  double whole_us = 0;
  for (const double time : median_type_times_us(profile)) whole_us += time;
  WorkloadProfile forward = profile;
  forward.operations.erase(
      std::remove_if(forward.operations.begin(), forward.operations.end(),
                     [](const OperationRecord& each) { return each.phase != Phase::forward; }),
      forward.operations.end());
  const std::vector<double> times = median_type_times_us(forward);
  double covered_us = 0;
  for (const CoveredType& each : covered) {
    const double part = profile.mode == Mode::train ? each.training : each.inference;
    covered_us += part * times[type_number(each.type)];
  }
  return whole_us > 0 ? covered_us / whole_us : 0;
}

double amdahl_limit(double share) {
  return share < 1 ? 1 / (1 - share) : std::numeric_limits<double>::infinity();
}

double example_ms(const WorkloadProfile& profile) {
  return median_step_us(profile) / 1000 / profile.batch;
}

std::int64_t LaneWorkload::weights() const {
  std::int64_t sum = 0;
  for (const LaneLayer& layer : layers) sum += layer.weights;
  return sum;
}

std::int64_t LaneWorkload::macs() const {
  std::int64_t sum = 0;
  for (const LaneLayer& layer : layers) sum += layer.macs;
  return sum;
}

double LaneWorkload::zero_share() const {
  double zeros = 0;
  for (const LaneLayer& layer : layers) {
    zeros += layer.zero_share.value_or(0) * static_cast<double>(layer.macs);
  }
  return zeros / static_cast<double>(macs());
}

double LaneWorkload::weight_megabytes(int word_bits) const {
  return megabytes(static_cast<double>(weights()), word_bits);
}

double LaneWorkload::example_energy_uj() const {
  return predictions_per_example * cost.energy_per_prediction_nj / 1000;
}

double LaneWorkload::example_ms() const {
  return predictions_per_example * 1000 / cost.predictions_per_s;
}

std::int64_t measured_predictions(const LayerGraph& graph) {
  return graph.mac_count() > kLargeMacs ? kLargePredictions : kPredictions;
}

Design lane_design(const ExportedNetwork& exported, const SampleInputs& inputs, int word_bits) {
  const LayerGraph& graph = exported.network.graph;
  quantize::QuantizeOptions options;
  options.uniform_bits = word_bits;
  Design design;
  design.network = std::make_shared<const GraphNetwork>(exported.network);
  std::vector<quantize::LayerRange> ranges =
      quantize::profile_ranges(exported.network, unlabelled(inputs));
  for (std::size_t k = 0; k < ranges.size(); ++k) {
    // A bias is a word of P, too.
    const Eigen::VectorXf& biases = exported.network.layers[k].biases;
    if (biases.size() == 0) continue;
    ranges[k].product = std::max(ranges[k].product, double{biases.cwiseAbs().maxCoeff()});
  }
  design.plan = quantize::plan_by_ranges(graph, ranges, options);
  for (int k = 0; k < graph.layers(); ++k) {
    const QFormat x = design.plan.layers[static_cast<std::size_t>(k)].activation;
    design.thresholds.theta.push_back(graph.layer(k).has_weights() ? x.step() : 0);
  }
  return design;
}

std::vector<LaneLayer> measured_layers(const ExportedNetwork& exported, const SampleInputs& inputs,
                                       int word_bits, int threads) {
  const Samples samples = unlabelled(inputs);
  FixedEvaluator evaluator(samples, {}, threads);
  const FixedEvaluation measured =
      evaluator.evaluate(quantized(lane_design(exported, inputs, word_bits)));
  return layers_of(exported.network.graph, measured.activity);
}

LaneWorkload on_lane_machine(const ExportedNetwork& exported, const SampleInputs& inputs,
                             const LaneMachine& machine, const Technology& technology,
                             int threads) {
  Design design = lane_design(exported, inputs, machine.word_bits);
  const LayerGraph& graph = exported.network.graph;
  const DatapathWidths widths = graph_datapath_widths(graph, design.plan);
  technology.check_widths(widths, machine.point.macs_per_lane, true,
                          "--bits " + std::to_string(machine.word_bits));
  design.point = completed_point(machine.point, widths, technology);
  const Samples samples = unlabelled(inputs);
  FixedEvaluator evaluator(samples, {}, threads);
  const FixedEvaluation measured =
      evaluator.evaluate(quantized(design), counting_for(graph, design.point));
  LaneWorkload result;
  result.network = network_text(graph);
  result.formats = formats_text(design.plan);
  result.point = design.point;
  result.predictions = measured.samples;
  result.predictions_per_example = exported.predictions_per_example;
  result.left_out = exported.left_out;
  result.cost = estimate(design, measured.activity, technology);
  result.layers = layers_of(graph, measured.activity);
  place_weights(graph, machine, result.layers);
  return result;
}

}  // namespace minerva::workloads
