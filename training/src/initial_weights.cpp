#include "minerva/training/initial_weights.hpp"

#include <cmath>

#include "minerva/arithmetic/random.hpp"

namespace minerva::training {

std::vector<float> initial_parameters(const ParameterLayout& layout,
                                      const TrainingOptions& options) {
  std::vector<float> parameters(layout.size());
  for (int k = 0; k < layout.topology().layers(); ++k) {
    KeyedRandom random(options.seed, Stream::initial_weights, static_cast<std::uint64_t>(k));
    const int fan_in = layout.topology().fan_in(k);
    const int fan_out = layout.topology().fan_out(k);
    const double variance =
        options.initialization == Initialization::he ? 2.0 / fan_in : 2.0 / (fan_in + fan_out);
    const double deviation = std::sqrt(variance);
    const double bound = std::sqrt(3 * variance);  // a uniform number in +-b has variance b^2 / 3
    float* weights = parameters.data() + layout.weights_at(k);
    for (std::size_t i = 0; i < layout.weights_size(k); ++i) {
      weights[i] = static_cast<float>(options.initial_distribution == InitialDistribution::normal
                                          ? deviation * random.normal()
                                          : random.uniform(-bound, bound));
    }
  }
  return parameters;
}

}  // namespace minerva::training
