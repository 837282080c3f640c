#pragma once
#include <cstdint>
#include <vector>

#include "minerva/arithmetic/fixed_point.hpp"
#include "minerva/training/gradient.hpp"
#include "minerva/training/options.hpp"

namespace minerva::training {

/// The weights that a step under faults uses: rounded half up to the format, read from a memory
/// with faulty bits (word_as_read), as floats again. The map of steps s .. s + steps_per_map - 1
/// is that of core/faulty_cells, keyed (seed, training_faults, (s / steps_per_map, layer)). Words
/// are numbered as in the accelerator, i * n_in + j.
class FaultyWeights {
 public:
  FaultyWeights(const ParameterLayout& layout, const WeightFaults& faults, std::uint64_t seed);

  /// All parameters as read in this step; biases as they are. Valid until the next call.
  const std::vector<float>& as_read(const std::vector<float>& parameters, std::uint64_t step);

 private:
  void draw_map(std::uint64_t map);

  struct FaultyWord {
    std::size_t parameter = 0;
    std::uint16_t faulty = 0;
  };
  ParameterLayout layout_;
  WeightFaults faults_;
  QFormat format_;
  std::uint64_t seed_;
  std::vector<FaultyWord> words_;  ///< of the present map
  std::vector<std::uint16_t> masks_;
  std::uint64_t map_ = 0;
  bool drawn_ = false;
  std::vector<float> read_;
};

}  // namespace minerva::training
