#pragma once
#include <Eigen/Core>
#include <cstddef>
#include <string>
#include <vector>

#include "folded_layer.hpp"
#include "minerva/network/network.hpp"
#include "qonnx/layer_quants.hpp"

namespace minerva {

/// Builds the layers of the machine, fully connected with ReLU between them, from the linear steps
/// of another tool's network. What is linear folds into one layer: factors and offsets behind a
/// layer, or in front of one, and layers without a ReLU between them. A layer that folds is
/// computed in double precision and rounded to float32 once, when it is complete; all others keep
/// their bits.
class NetworkFolding {
 public:
  /// `file` names the network in messages and must outlive this. `largest_bytes` bounds what the
  /// double precision may hold in all.
  NetworkFolding(const std::string& file, std::size_t largest_bytes)
      : file_(file), bytes_left_(largest_bytes) {}

  /// A layer on what is at hand. Its weights must be n_out x n_in and fit the layer before.
  void dense(NetworkLayer layer, LayerQuants quants = {});
  /// What is at hand, scaled and shifted number by number.
  void elementwise(const Elementwise& step);
  /// A ReLU behind the sums at hand.
  void activate();
  /// Biases of the layer whose sums are at hand; one that is not folded has none yet.
  void set_biases(Eigen::VectorXf biases, const std::optional<QuantSignal>& quant);

  /// Whether the sums of a layer are at hand, and not inputs or activations.
  bool at_sums() const { return at_sums_; }
  /// Whether factors and offsets are at hand that no layer has read yet.
  bool has_pending() const { return has_pending_; }
  std::size_t layers() const { return layers_.size(); }
  /// Neurons of the last layer.
  Eigen::Index outputs() const { return outputs_; }
  LayerQuants& last_quants() { return layers_.back().quants; }

  /// The network, each layer rounded. Throws UserError for numbers beyond the range of float32.
  Network network();
  std::vector<LayerQuants> quants() const;
  /// How many numbers of each folded layer were rounded.
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  struct Layer {
    FoldedLayer numbers;
    LayerQuants quants;
  };
  void charge(std::size_t numbers);
  void unfold(FoldedLayer& layer);
  void apply_pending(Layer& layer);
  void merge(Layer layer);

  const std::string& file_;
  std::size_t bytes_left_;
  std::vector<Layer> layers_;
  Eigen::Index outputs_ = 0;
  bool at_sums_ = false;
  bool has_pending_ = false;
  Elementwise pending_;
  std::vector<std::string> notes_;
};

}  // namespace minerva
