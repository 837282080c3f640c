#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/accelsim/layer_units.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/network/graph_schedule.hpp"
#include "minerva/network/windows_over.hpp"
#include "over_batches.hpp"

namespace minerva {
namespace {

/// Accesses of the banks of one memory, in a region of which tensors stand: those of the
/// predictions of a batch, one behind the other.
class AccessedBanks {
 public:
  /// @param first_word of a tensor in its region.
  AccessedBanks(std::vector<std::int64_t>& accesses, int region, int banks, std::int64_t first_word)
      : accesses_(accesses),
        first_(static_cast<std::size_t>(region) * static_cast<std::size_t>(banks)),
        banks_(banks),
        first_bank_(static_cast<std::size_t>(first_word % banks)) {}

  /// `times` accesses of each of the words 0 .. n - 1.
  void add_words(int n, std::int64_t times) {
    for (int bank = 0; bank < banks_; ++bank) {
      add_word(static_cast<std::size_t>(bank), words_in_bank(n, bank, banks_) * times);
    }
  }
  void add_word(std::size_t word, std::int64_t times) {
    accesses_[first_ + (first_bank_ + word) % static_cast<std::size_t>(banks_)] += times;
  }

 private:
  std::vector<std::int64_t>& accesses_;
  std::size_t first_;
  int banks_;
  std::size_t first_bank_;  ///< of the tensor
};

/// Every word of the windows of layer k, `times` times.
void add_windows(const LayerGraph& graph, int k, std::int64_t times, AccessedBanks banks) {
  const GraphLayer& layer = graph.layer(k);
  if (layer.kind == GraphLayerKind::dense) {
    banks.add_words(layer.input.size(), times);
    return;
  }
  const ComputedGrid grid = computed_grid(graph, k);
  const Window& w = layer.window;
  const auto rows = windows_over(grid.rows, w.height, w.stride_y, w.top, layer.input.height);
  const auto columns = windows_over(grid.columns, w.width, w.stride_x, w.left, layer.input.width);
  std::size_t word = 0;
  for (const std::int64_t row : rows) {
    for (const std::int64_t column : columns) {
      for (int c = 0; c < layer.input.channels; ++c) {
        banks.add_word(word++, row * column * times);
      }
    }
  }
}

/// The words of the tensor that layer k adds, once each position that has them.
void add_added(const LayerGraph& graph, int k, std::int64_t times, AccessedBanks banks) {
  const AddedTensor& added = graph.layer(k).added;
  const TensorShape& shape = graph.tensor(added.tensor);
  for (const Position& at : computed_positions(graph, k)) {
    for (int c = 0; c < shape.channels; ++c) {
      banks.add_word(storage_word(shape, at.y * added.stride_y, at.x * added.stride_x, c), times);
    }
  }
}

}  // namespace

BankAccesses count_bank_accesses(const MachineNetwork& network, const DesignPoint& point,
                                 const std::vector<BankActivity>& activity, std::int64_t samples) {
  expects(static_cast<int>(activity.size()) == network.layers(),
          "count_bank_accesses: activity and network differ in layers");
  const LayerGraph& graph = network.graph();
  const int weight_banks = point.weight_banks_per_lane();
  const int activation_banks = point.activation_banks_per_half();
  const LanePipeline pipeline = pipeline_of(point);
  BankAccesses all;
  all.weight_reads.resize(static_cast<std::size_t>(point.lanes) *
                          static_cast<std::size_t>(weight_banks));
  all.weight_writes.resize(all.weight_reads.size());
  all.bias_reads.resize(static_cast<std::size_t>(point.lanes));
  all.input_reads.resize(static_cast<std::size_t>(point.activation_bandwidth));
  all.activation_reads.resize(static_cast<std::size_t>(network.regions()) *
                              static_cast<std::size_t>(activation_banks));
  all.activation_writes.resize(all.activation_reads.size());
  const auto banks_of_tensor = [&](int tensor, int of_batch) {
    const std::int64_t first_word = std::int64_t{of_batch} * graph.tensor(tensor).size();
    return tensor == 0 ? AccessedBanks(all.input_reads, 0, point.activation_bandwidth, first_word)
                       : AccessedBanks(all.activation_reads, network.region_of_tensor(tensor),
                                       activation_banks, first_word);
  };
  // So many of the samples are the first of their batch, the second, ...
  const auto samples_at = [&](int of_batch) {
    return samples / point.batch_size + (of_batch < samples % point.batch_size ? 1 : 0);
  };
  for (int k = 0; k < network.layers(); ++k) {
    const LayerFacts& layer = network.facts(k);
    if (layer.fused) continue;
    const std::vector<std::int64_t>& kept = activity[static_cast<std::size_t>(k)].kept_inputs;
    expects(kept.size() ==
                static_cast<std::size_t>(layer.groups) * static_cast<std::size_t>(weight_banks),
            "count_bank_accesses: the activity was counted for another number of weight banks");
    const bool streams = layer.has_weights() && point.streams_weights();
    const auto passes_of_weights = over_batches<std::int64_t>(
        samples, pipeline, [&](const LanePipeline& of_batch, std::int64_t batches) {
          return streams ? weight_passes(layer, units_of(layer, of_batch), of_batch) * batches : 0;
        });
    for (int i = 0; layer.has_weights() && i < layer.channels; ++i) {
      const auto lane = static_cast<std::size_t>(lane_of(i, point.lanes));
      all.bias_reads[lane] += layer.positions * samples;
      const auto banks = static_cast<std::size_t>(weight_banks);
      const auto group = static_cast<std::size_t>(i / layer.channels_of_group) * banks;
      for (std::size_t bank = 0; bank < banks; ++bank) {
        all.weight_reads[lane * banks + bank] += kept[group + bank];
        all.weight_writes[lane * banks + bank] +=
            passes_of_weights * words_in_bank(layer.inputs, static_cast<int>(bank), weight_banks);
      }
    }
    const int passes =
        layer.has_weights() ? groups_of_layer(layer.channels_of_group, point.lanes) : 1;
    for (int s = 0; s < point.batch_size; ++s) {
      const std::int64_t here = samples_at(s);
      add_windows(graph, k, passes * here, banks_of_tensor(graph.layer(k).reads, s));
      if (layer.adds) add_added(graph, k, here, banks_of_tensor(graph.layer(k).added.tensor, s));
      if (network.region_written(k) == TensorRegions::kNone) continue;
      AccessedBanks(all.activation_writes, network.region_written(k), activation_banks,
                    std::int64_t{s} * layer.output_words)
          .add_words(layer.output_words, here);
    }
  }
  return all;
}

}  // namespace minerva
