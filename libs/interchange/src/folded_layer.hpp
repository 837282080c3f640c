#pragma once
#include <Eigen/Core>
#include <string>
#include <vector>

namespace minerva {

/// factor * x + offset for each number x of a list. A list of one element holds for all of them.
struct Elementwise {
  std::vector<double> factor = {1};
  std::vector<double> offset = {0};

  double factor_at(Eigen::Index i) const { return at(factor, i); }
  double offset_at(Eigen::Index i) const { return at(offset, i); }
  /// Whether both lists are for all of `count` numbers, or have one for each.
  bool fits(Eigen::Index count) const;
  /// Whether every factor is 1, and whether every offset is 0.
  bool keeps_scale() const;
  bool keeps_zero() const;

 private:
  static double at(const std::vector<double>& list, Eigen::Index i) {
    return list.size() == 1 ? list[0] : list[static_cast<std::size_t>(i)];
  }
};

/// What both do, `first` before `second`.
Elementwise combined(const Elementwise& first, const Elementwise& second);

/// What BatchNormalization computes when a network is used: (x - mean) / sqrt(variance + epsilon) *
/// gamma + beta. `gamma` and `beta` empty: 1 and 0. Throws UserError naming `file` and `name` for a
/// variance that has no root, or lists that differ in length.
Elementwise batch_normalization(const std::vector<float>& gamma, const std::vector<float>& beta,
                                const std::vector<float>& mean, const std::vector<float>& variance,
                                double epsilon, const std::string& file, const std::string& name);

/// The numbers of a layer while linear steps fold into it. Once something folds it is computed in
/// double precision, and rounded to float32 once, when it is complete; otherwise it keeps its bits.
/// Weights are channels x fan-in.
struct FoldedLayer {
  Eigen::MatrixXf weights;
  Eigen::VectorXf biases;
  bool folded = false;  ///< then the numbers are these:
  Eigen::MatrixXd exact_weights;
  Eigen::VectorXd exact_biases;

  Eigen::Index channels() const { return folded ? exact_weights.rows() : weights.rows(); }
  Eigen::Index fan_in() const { return folded ? exact_weights.cols() : weights.cols(); }
  /// From here on in double precision.
  void unfold();
  /// What the layer reads is f(x) and not x, number by number: W (f x + o) + b = (W f) x + (W o +
  /// b). Sums are added in the order of the inputs.
  void scale_inputs(const Elementwise& step);
  /// What the layer gives is f(sum), channel by channel.
  void scale_sums(const Elementwise& step);
  /// Biases of a layer that has none yet keep their bits where nothing has folded.
  void add_biases(Eigen::VectorXf values);
  /// Rounds what folded; `layer` names it in `notes`, which get how many numbers were rounded.
  /// Throws UserError naming `file` and the layer for a number beyond the range of float32.
  void round(const std::string& file, const std::string& layer, std::vector<std::string>& notes);
};

}  // namespace minerva
