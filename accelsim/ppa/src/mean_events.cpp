#include <algorithm>
#include <cmath>

#include "cost.hpp"
#include "minerva/accelsim/cycle_model.hpp"

namespace minerva {
namespace {

/// Cycles of a lane in a layer with so many products: chunks of all its sums, full or not.
double lane_cycles(const LayerFacts& layer, int products, double macs) {
  const int chunks = layer.segments * ceil_divide(layer.segment_words, products);
  return macs / layer.inputs * chunks;
}

/// Additions in the trees of all lanes, in a layer with these events.
double tree_additions(double cycles, int products, double macs, double updates) {
  if (products < 2 || macs == 0) return 0;
  return cycles * adders_used(products, macs / (cycles * products), updates / cycles);
}

/// Whether a profile was measured, or one that takes every input as kept and knows of no zeros.
bool knows_zeros(const ActivityProfile& activity) {
  return std::any_of(activity.layers.begin(), activity.layers.end(),
                     [](const LayerActivity& layer) { return layer.zero_inputs > 0; });
}

/// The zeros among the inputs of a layer that skips nothing.
class ZerosOfLayer {
 public:
  ZerosOfLayer() = default;
  /// Of a dense layer, zeros behind zeros were counted. In a convolution, whose windows begin anew
  /// with every kernel row, they are taken to be as likely there as behind any other input.
  ZerosOfLayer(const LayerActivity& layer, bool counted, int products)
      : known_(layer.kept_inputs > 0 && layer.active_chunks > 0) {
    if (!known_) return;
    const auto kept = static_cast<double>(layer.kept_inputs);
    const double share = static_cast<double>(layer.zero_inputs) / kept;
    input_ = counted ? static_cast<double>(layer.repeated_zero_inputs) / kept : std::pow(share, 2);
    chunk_ = counted ? static_cast<double>(layer.repeated_zero_chunks) /
                           static_cast<double>(layer.active_chunks)
                     : std::pow(share, 2 * products);
  }

  /// Of so many operations on an input each, those in which it is 0 and was so the time before.
  void divide(double operations, MeanCount& count) const { divide(operations, input_, count); }
  /// The same of operations on a chunk each.
  void divide_chunks(double operations, MeanCount& count) const {
    divide(operations, chunk_, count);
  }
  /// The same of the additions in the tree of `products` products, each behind some of them.
  void divide_tree(double lane_cycles, int products, double additions, MeanCount& count) const {
    if (!known_) return;
    const double nonzero = lane_cycles * adders_used(products, 1 - input_, 1 - chunk_);
    count.nonzero += std::min(nonzero, additions);
    count.zero += additions - std::min(nonzero, additions);
  }

 private:
  void divide(double operations, double share, MeanCount& count) const {
    if (!known_) return;
    count.zero += operations * share;
    count.nonzero += operations * (1 - share);
  }

  bool known_ = false;
  double input_ = 0;  ///< share of the inputs that are 0 behind a 0
  double chunk_ = 0;  ///< the same of chunks
};

void add_layer(const MachineConfiguration& machine, int k, const ActivityProfile& activity,
               TreeAdditions trees, MeanEvents& mean) {
  const LayerFacts& layer = machine.network.facts(k);
  const GraphEventCounts events = count_events(machine, k, activity);
  const double samples = static_cast<double>(activity.samples);
  const auto per_prediction = [&](std::int64_t count) {
    return static_cast<double>(count) / samples;
  };
  if (machine.point.reads_ahead()) {  // a queued word issues in a cycle of its own
    mean.reads_ahead = true;
    mean.queued_words += per_prediction(count_cycles(machine, k, activity).issue);
  }
  mean.input_reads += per_prediction(events.input_reads);
  mean.activation_reads += per_prediction(events.activation_reads);
  mean.comparisons += per_prediction(events.comparisons);
  const int products = machine.point.inputs_per_cycle();
  // Accumulators of several predictions take turns, so that an input follows another prediction's.
  const bool interleaved = machine.point.runs_batches() && machine.point.positions_per_weight > 1;
  ZerosOfLayer zeros;
  if (trees == TreeAdditions::counted && layer.has_weights() && !machine.skips(k) &&
      knows_zeros(activity)) {
    zeros = ZerosOfLayer(activity.layers[static_cast<std::size_t>(k)],
                         layer.kind == GraphLayerKind::dense && !interleaved, products);
  }
  const auto add = [&](MeanCount& count, std::int64_t happened) {
    count.all += per_prediction(happened);
    if (machine.skips(k)) count.kept += per_prediction(happened);
  };
  add(mean.weight_reads, events.weight_reads_done);
  zeros.divide(per_prediction(events.weight_reads_done), mean.weight_reads);
  add(mean.macs, events.macs_done);
  zeros.divide(per_prediction(events.macs_done), mean.macs);
  add(mean.updates, events.accumulator_updates);
  zeros.divide_chunks(per_prediction(events.accumulator_updates), mean.updates);
  if (layer.has_weights()) {
    const double groups = groups_of_layer(layer.channels, machine.point.lanes);
    const double words = per_prediction(events.weight_reads_done) * groups / layer.channels;
    mean.kept_words += {words, machine.skips(k) ? words : 0};
    zeros.divide(words, mean.kept_words);
    zeros.divide(per_prediction(events.input_reads + events.activation_reads), mean.fetched_zeros);
    if (trees == TreeAdditions::counted) {
      const double macs = per_prediction(events.macs_done);
      const double cycles =
          lane_cycles(layer, products, macs + per_prediction(events.macs_skipped));
      const double additions =
          tree_additions(cycles, products, macs, per_prediction(events.accumulator_updates));
      mean.tree_additions += {additions, machine.skips(k) ? additions : 0};
      zeros.divide_tree(cycles, products, additions, mean.tree_additions);
    }
  }
  mean.bias_reads += per_prediction(events.bias_reads);
  mean.weight_loads += per_prediction(events.weight_loads);
  (layer.is_last ? mean.output_words : mean.hidden_words) += per_prediction(events.words_written);
  if (layer.kind == GraphLayerKind::dense && !layer.adds) {
    if (!layer.is_last) mean.activated_words += per_prediction(events.words_written);
    return;
  }
  if (!layer.is_last && !layer.fused) {
    mean.activated_words += static_cast<double>(layer.neurons());
  }
  const double added = per_prediction(events.added_reads);
  const double pooled = per_prediction(events.pool_reads);
  (layer.adds_input ? mean.input_reads : mean.activation_reads) += added;
  (layer.reads_input ? mean.input_reads : mean.activation_reads) += pooled;
  mean.added_words += added;
  mean.pooled_words += pooled;
  mean.updates.all += pooled;
  if (layer.kind == GraphLayerKind::sum_pool) mean.summed_words += pooled;
  if (layer.kind == GraphLayerKind::max_pool) {
    const double maxima = per_prediction(events.pool_operations);
    mean.maxima += maxima;
    if (layer.fused) mean.fused_maxima += maxima;
  }
}

}  // namespace

double adders_used(int products, double product, double any) {
  if (products < 2 || product <= 0) return 0;
  const double growth = std::log(std::max(1.0, any / product)) / std::log(products);
  // Adders of one level have one of two sizes, so few powers are taken.
  double used = 0;
  double last = 0;
  int last_behind = 0;
  for (int adder = 1; adder < products; ++adder) {
    // Of its descendants, those from `products` on are products.
    int behind = 0;
    int first = adder, after = adder + 1;
    while (first < 2 * products) {
      behind += std::max(0, std::min(after, 2 * products) - std::max(first, products));
      first *= 2;
      after *= 2;
    }
    if (behind != last_behind) {
      last = product * std::pow(behind, growth);
      last_behind = behind;
    }
    used += last;
  }
  return used;
}

TreeAdditions trees_of(const Technology& technology) {
  return technology.components.has(FigureGroup::core) ? TreeAdditions::counted
                                                      : TreeAdditions::left_out;
}

MeanEvents mean_events_of_layer(const MachineConfiguration& machine, int k,
                                const ActivityProfile& activity, TreeAdditions trees) {
  MeanEvents mean;
  if (k == 0) mean.input_words = machine.network.inputs();
  add_layer(machine, k, activity, trees, mean);
  return mean;
}

MeanEvents mean_events(const MachineConfiguration& machine, const ActivityProfile& activity,
                       TreeAdditions trees) {
  MeanEvents mean;
  mean.input_words = machine.network.inputs();
  for (int k = 0; k < machine.network.layers(); ++k) add_layer(machine, k, activity, trees, mean);
  return mean;
}

}  // namespace minerva
