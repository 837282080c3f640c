#pragma once
#include <cstdint>
#include <vector>

#include "kernels.hpp"
#include "minerva/network/quantized_network.hpp"

namespace minerva {

/// What is known of the weights that one input feeds.
struct WeightRow {
  std::int32_t largest = 0;  ///< |weight| as read, before `weight_shift`
  /// Largest |x| of which no product leaves P, and of which every product fits 16 bits; beyond
  /// that one products take 32 bits.
  std::int32_t unclamped_x = 0;
  std::int32_t narrow_x = 0;
  /// Left shifts of the weights as laid out, and of x in the narrow product.
  std::int16_t weight_shift = 0;
  std::int16_t input_shift = 0;

  friend bool operator==(const WeightRow& a, const WeightRow& b) {
    return a.largest == b.largest && a.weight_shift == b.weight_shift;
  }
};

/// A layer laid out for the kernels: weights as read, a padded row an input.
struct PreparedLayer {
  LayerKind kind = LayerKind::dense;
  int n_in = 0;
  int n_out = 0;
  int row = 0;  ///< padded n_out
  int theta_code = 0;
  LayerFormats formats;
  bool sums_in_64 = false;  ///< beyond the kernels: plain loops with 64-bit sums
  int left = 0;             ///< shift that gives weights the fraction bits that P has more
  int shift = 0;            ///< fraction bits that a product loses
  std::int32_t rest = 0;    ///< most that rounding adds to a product before its shift
  kernels::ProductRounding rounding;
  std::vector<WeightRow> rows;
  kernels::AlignedVector<std::int16_t> weights;
  std::vector<std::int32_t> biases;  ///< padded with 0

  std::size_t at(int input) const {
    return static_cast<std::size_t>(input) * static_cast<std::size_t>(row);
  }
  /// Weight (j, i) as read, a code of W.
  std::int32_t weight(int j, int i) const {
    const int shifted = rows[static_cast<std::size_t>(j)].weight_shift + left;
    return weights[at(j) + static_cast<std::size_t>(i)] >> shifted;
  }
};

/// Whether both compute the same sums from the same inputs, and skip the same inputs.
bool equal(const PreparedLayer& a, const PreparedLayer& b);
/// The same but for the weights.
bool equal_but_weights(const PreparedLayer& a, const PreparedLayer& b);

/// Inputs of one layer and sample that change a sum, sorted by the kernel that takes them.
class ActiveInputs {
 public:
  /// Inputs whose bit is set in `bits`; x holds the codes.
  void gather(const PreparedLayer& layer, const std::int16_t* x,
              const std::vector<std::uint64_t>& bits);
  /// acc[i] += the products, `layer.row` sums; for layers with 32-bit sums.
  void accumulate(const PreparedLayer& layer, std::int32_t* acc) const;

 private:
  struct Blocks {
    std::vector<kernels::NarrowInput> inputs;
    std::vector<std::uint32_t> ends;
    std::size_t count = 0;
    std::int32_t bound = 0;  // of the sums of the block that is open

    void clear(std::size_t most);
    void add(kernels::NarrowInput input, std::int32_t product_bound);
    void close();
  };
  Blocks unclamped_;
  Blocks clamped_;
  std::vector<kernels::WideInput> wide_;
};

}  // namespace minerva
