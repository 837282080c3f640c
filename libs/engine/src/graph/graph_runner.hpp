#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "graph/prepared_graph.hpp"
#include "graph/window_activity.hpp"

namespace minerva {

/// What a runner counts and keeps.
struct GraphRun {
  int chunk = 1;
  int tile = 1;
  bool keep_all_sums = false;  ///< of every layer, not of the last alone
  int batch_size = 1;          ///< samples whose tiles lie together; divides kBatchSamples
};

/// Runs a prepared graph on batches of up to kBatchSamples samples; one a thread.
class GraphRunner {
 public:
  /// `graph` must outlive the runner.
  GraphRunner(const PreparedGraph& graph, const GraphRun& run);

  /// The codes of sample `lane` of the next batch, graph.inputs() of them.
  void set_input(int lane, const std::int16_t* codes);
  /// Computes the batch of the lanes 0 .. samples - 1 and adds what its inputs did to `activity`,
  /// one a layer; from layer `first` on, whose tensors and later ones' must be there.
  void run(int samples, std::vector<GraphLayerActivity>& activity, int first = 0);
  /// The words of tensor t of a batch, a code a lane each, not of the outputs.
  const kernels::AlignedVector<std::int16_t>& codes(int t) const {
    return tensors_[static_cast<std::size_t>(t)];
  }
  void set_codes(int t, const kernels::AlignedVector<std::int16_t>& codes) {
    tensors_[static_cast<std::size_t>(t)] = codes;
  }

  /// Sum `word` of layer k, in storage order: of the last layer, or of all with keep_all_sums.
  std::int64_t sum(int k, int word, int lane) const;
  std::int64_t output(int word, int lane) const { return sum(last_, word, lane); }
  int predicted_class(int lane) const;
  /// Code `word` of tensor t, not of the outputs.
  std::int16_t code(int t, int word, int lane) const;

 private:
  using Codes = kernels::AlignedVector<std::int16_t>;
  static constexpr std::size_t kMagnitudes = 17;  ///< bits of the largest input of a batch: 0 to 16

  void run_weights(int k, int samples, GraphLayerActivity& activity);
  void run_tiles(int k, const LayerTerms& terms, const std::int16_t* x);
  void run_in_64(int k, const std::int16_t* x);
  void run_max_pool(int k);
  void run_sum_pool(int k);
  /// Writes the sums of one word.
  void store(int k, std::size_t word, const std::int32_t* acc);
  void store_64(int k, std::size_t word, const std::int64_t* acc);
  const LayerTerms& terms_of(int k, std::int32_t largest_input);
  /// First word of the tensor that layer k adds at this place; null: there is none.
  const std::int16_t* added_word(int k, const Position& at, int channel) const;
  bool keeps_sums(int k) const { return run_.keep_all_sums || k == last_; }
  Codes& tensor(int t) { return tensors_[static_cast<std::size_t>(t)]; }

  const PreparedGraph& graph_;
  GraphRun run_;
  int last_;
  std::vector<Codes> tensors_;
  std::vector<std::unique_ptr<WindowActivity>> counters_;
  std::vector<std::vector<std::int64_t>> sums_;
  /// Copies of tensors among zeros, which layers of the same geometry share.
  std::map<std::array<std::size_t, 4>, Codes> copies_;
  std::vector<Codes*> copy_of_;
  std::vector<std::array<std::unique_ptr<LayerTerms>, kMagnitudes>> terms_;
  std::vector<kernels::WordMasks> masks_;
};

}  // namespace minerva
