#pragma once
#include <cstddef>
#include <cstdint>
#include <list>
#include <vector>

#include "kernels.hpp"
#include "minerva/arithmetic/fixed_point.hpp"
#include "minerva/data/sample_inputs.hpp"

namespace minerva {

/// Codes at the inputs of one layer for every sample, rows of padded(n_in).
using LayerCodes = kernels::AlignedVector<std::int16_t>;

/// Inputs of layer 1 as codes, in the form that the inputs are in.
class FirstLayerCodes {
 public:
  /// `inputs` must outlive the codes when they are sparse.
  FirstLayerCodes(const SampleInputs& inputs, QFormat format, Rounding mode);

  /// Hands out samples one after another; one a thread.
  class Reader {
   public:
    explicit Reader(const FirstLayerCodes& codes);
    /// padded(n_in) codes; they stay until the next call.
    const std::int16_t* row(std::int64_t sample);

   private:
    const FirstLayerCodes& codes_;
    LayerCodes sparse_row_;  ///< the sample at hand among zeros
    std::int64_t filled_ = -1;
  };

 private:
  int row_;                            ///< padded n_in
  const SparseInputs* sparse_;         ///< where the codes below stand; null: dense
  std::vector<std::int16_t> nonzero_;  ///< of sparse inputs, one a stored value
  LayerCodes rows_;                    ///< of dense inputs
};

/// The codes in the formats that were asked for last, since a search comes back to few of them.
class RecentFirstLayerCodes {
 public:
  /// They stay until some further formats were asked for.
  const FirstLayerCodes& of(const SampleInputs& inputs, QFormat format, Rounding mode);

 private:
  struct Entry {
    QFormat format;
    Rounding mode;
    FirstLayerCodes codes;
  };
  /// Formats that are kept: 2 bytes an input and sample each.
  static constexpr std::size_t kMost = 8;
  std::list<Entry> entries_;  ///< most recently used first
};

}  // namespace minerva
