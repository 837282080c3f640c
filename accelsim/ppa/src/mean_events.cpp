#include "cost.hpp"
#include "minerva/accelsim/cycle_model.hpp"

namespace minerva {
namespace {

void add_layer(const MachineConfiguration& machine, int k, const ActivityProfile& activity,
               MeanEvents& mean) {
  const LayerFacts& layer = machine.network.facts(k);
  const GraphEventCounts events = count_events(machine, k, activity);
  const double samples = static_cast<double>(activity.samples);
  const auto per_prediction = [&](std::int64_t count) {
    return static_cast<double>(count) / samples;
  };
  mean.input_reads += per_prediction(events.input_reads);
  mean.activation_reads += per_prediction(events.activation_reads);
  mean.comparisons += per_prediction(events.comparisons);
  const auto add = [&](MeanCount& count, std::int64_t happened) {
    count.all += per_prediction(happened);
    if (machine.skips(k)) count.kept += per_prediction(happened);
  };
  add(mean.weight_reads, events.weight_reads_done);
  add(mean.macs, events.macs_done);
  add(mean.updates, events.accumulator_updates);
  mean.bias_reads += per_prediction(events.bias_reads);
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

MeanEvents mean_events_of_layer(const MachineConfiguration& machine, int k,
                                const ActivityProfile& activity) {
  MeanEvents mean;
  if (k == 0) mean.input_words = machine.network.inputs();
  add_layer(machine, k, activity, mean);
  return mean;
}

MeanEvents mean_events(const MachineConfiguration& machine, const ActivityProfile& activity) {
  MeanEvents mean;
  mean.input_words = machine.network.inputs();
  for (int k = 0; k < machine.network.layers(); ++k) add_layer(machine, k, activity, mean);
  return mean;
}

}  // namespace minerva
