#pragma once
#include <cstdint>
#include <memory>

#include "minerva/network/quantized_network.hpp"

namespace minerva {

/// The sums of one dense layer, by the kernels of the bit-true engine, for callers that have the
/// inputs of a layer rather than samples: training that computes what the hardware computes.
class DenseLayerSums {
 public:
  /// Layer k of `network`, whose weights are taken as read, with its faults and masking.
  DenseLayerSums(const QuantizedLayers& network, int k);
  ~DenseLayerSums();
  DenseLayerSums(DenseLayerSums&&) noexcept;

  /// Working memory of one thread, which may serve several layers.
  class Scratch {
   public:
    Scratch();
    ~Scratch();
    Scratch(Scratch&&) noexcept;

   private:
    friend class DenseLayerSums;
    struct Parts;
    std::unique_ptr<Parts> parts_;
  };

  /// Writes the n_out accumulators, at the fraction of P, for n_in codes of X. Codes below the
  /// layer's threshold are skipped.
  void compute(const std::int16_t* codes, Scratch& scratch, std::int64_t* sums) const;

 private:
  struct Layer;
  std::unique_ptr<Layer> layer_;
};

}  // namespace minerva
