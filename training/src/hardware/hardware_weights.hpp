#pragma once
#include <cstdint>
#include <vector>

#include "hardware_arithmetic.hpp"
#include "minerva/training/gradient.hpp"
#include "minerva/training/hardware_training.hpp"
#include "minerva/training/options.hpp"

namespace minerva::training {

/// The parameters as the hardware reads them: weights and biases rounded half up to the formats of
/// their layers, weights that are shared as the nearest entry, and in a training step also with the
/// faulty bits of that step's map, masked by word_as_read. The map of steps s .. s + steps_per_map
/// - 1 is keyed (seed, training_faults, (s / steps_per_map, layer)), or in each step those of one
/// chip; biases are stored elsewhere and have no faults.
class HardwareWeights {
 public:
  HardwareWeights(const ParameterLayout& layout, const HardwareArithmetic& arithmetic,
                  const WeightFaults& faults, const std::vector<KnownFault>& known_faults,
                  std::uint64_t seed, int threads);

  /// Without faults. Valid until the next call of either function.
  const float* rounded(const float* parameters);
  /// With those of a step.
  const float* as_read(const float* parameters, std::uint64_t step);
  /// Keeps the weights that move within their formats (keep_in_range).
  void keep_in_formats(float* parameters) const;

 private:
  void draw_map(std::uint64_t map);

  struct FaultyWord {
    std::size_t parameter = 0;
    std::uint32_t faulty = 0;  ///< bits that read inverted
    int layer = 0;
    std::uint32_t reads_zero = 0;  ///< bits that are faulty where they store a 1
    std::uint32_t reads_one = 0;   ///< and where they store a 0
  };
  const ParameterLayout& layout_;
  const HardwareArithmetic& arithmetic_;
  WeightFaults faults_;
  std::uint64_t seed_;
  int threads_;
  std::vector<FaultyWord> words_;  ///< of the present map
  std::uint64_t map_ = 0;
  bool drawn_ = false;
  std::vector<float> read_;
};

}  // namespace minerva::training
