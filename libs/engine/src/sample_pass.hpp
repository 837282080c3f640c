#pragma once
#include <cstdint>
#include <vector>

#include "first_layer_codes.hpp"
#include "minerva/design/counts.hpp"
#include "prepared_layer.hpp"

namespace minerva {

using PreparedNetwork = std::vector<PreparedLayer>;
PreparedNetwork prepare_network(const QuantizedLayers& network);

/// Sums of one layer for every sample, rows of padded(n_out).
using LayerSums = kernels::AlignedVector<std::int32_t>;

/// Everything that a network computed on the samples, to begin from.
struct BaseRun {
  PreparedNetwork layers;
  std::vector<LayerSums> sums;    ///< a layer
  std::vector<LayerCodes> codes;  ///< inputs of a layer; empty for layer 1
  /// Activity of layer 1 in chunks of `chunk`; 0: not known yet.
  LayerActivity first_activity;
  int chunk = 0;
};

/// The weights of a layer that differ from the base's, by input.
struct ChangedWeights {
  struct Input {
    int input;
    std::size_t end;  ///< of its weights in `weights`
  };
  struct Weight {
    int neuron;
    std::int16_t before;
    std::int16_t after;
  };
  std::vector<Input> inputs;
  std::vector<Weight> weights;
  bool too_many = false;  ///< running the layer whole takes less
};
ChangedWeights changed_dense_weights(const PreparedLayer& before, const PreparedLayer& after);

/// What one walk over the samples computes, and from where it begins.
struct SamplePass {
  const PreparedNetwork* layers = nullptr;
  const FirstLayerCodes* inputs = nullptr;
  int chunk = 1;
  /// The first `start` layers are not run; `prefix` holds the sums of the last of them.
  std::size_t start = 0;
  const LayerSums* prefix = nullptr;
  /// The first `base_layers` layers equal those of `base`. With `changed` (one a layer) the others
  /// equal them but for these weights.
  const BaseRun* base = nullptr;
  std::size_t base_layers = 0;
  const std::vector<ChangedWeights>* changed = nullptr;
  /// The inputs of layer 1 are not counted, because the base has their activity.
  bool first_selected = false;
  /// Where sums and input codes are kept, one a layer; null: nowhere.
  std::vector<LayerSums*> keep_sums;
  std::vector<LayerCodes*> keep_codes;
};

/// Runs samples one after another; one a thread.
class SampleRunner {
 public:
  explicit SampleRunner(const SamplePass& pass);
  /// Adds what the inputs did to `activity` (layers from pass.start on).
  void run(std::int64_t sample, std::vector<LayerActivity>& activity);
  /// Sum i of layer k, k >= pass.start, of the last sample.
  std::int64_t sum(std::size_t k, int i) const;
  /// The same of the output layer.
  std::int64_t output(int i) const { return sum(sums_.size() - 1, i); }
  int predicted_class() const;
  /// Codes at the inputs of layer k, k >= pass.start, of the last sample.
  const std::int16_t* codes(std::size_t k) const { return x_[k]; }

 private:
  void next_inputs(std::size_t k, std::int64_t sample);
  void select(std::size_t k, LayerActivity& activity);
  /// Computes the sums of layer k from its inputs, by its kind (layer_dispatch.cpp).
  void run_layer(std::size_t k, std::int64_t sample);
  // dense_sample_pass.cpp
  void run_dense(std::size_t k, std::int64_t sample);
  bool from_base(std::size_t k, std::int64_t sample);
  void add_changed_weights(std::size_t k);
  void run_in_64(std::size_t k);

  const SamplePass& pass_;
  FirstLayerCodes::Reader first_codes_;
  ActiveInputs active_;
  std::vector<LayerCodes> code_rows_;   // of each layer
  std::vector<const std::int16_t*> x_;  // of each layer
  std::vector<std::uint64_t> kept_;
  int kept_count_ = 0;
  std::vector<std::uint64_t> differ_;
  std::vector<std::uint64_t> kept_before_;
  std::vector<LayerSums> acc_;  // of each layer
  LayerSums taken_;
  std::vector<std::vector<std::int64_t>> wide_;  // of each layer, where sums need 64 bits
  std::vector<const std::int32_t*> sums_;        // of each layer; null: wide_ holds them
  bool sums_of_base_ = false;
};

}  // namespace minerva
