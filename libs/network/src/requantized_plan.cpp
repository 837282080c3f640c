#include "minerva/network/requantized_plan.hpp"

#include <algorithm>
#include <cmath>

namespace minerva {
namespace {

constexpr int kFewestProductBits = 2;

QFormat of_bits(int bits, int integer_bits) {
  const int fitting = std::min(integer_bits, bits);
  return {fitting, bits - fitting};
}

int between(int low, int high, double share) {
  return low + static_cast<int>(std::lround(share * (high - low)));
}

/// How far on the way from one number of bits to another; 1 beyond it, 0 where there is no way.
double share_of_way(int bits, int from, int to) {
  if (to <= from || bits <= from) return 0;
  return std::min(1.0, static_cast<double>(bits - from) / (to - from));
}

QFormat word(QFormat own, QFormat start, int bits) {
  const bool at_the_start = own.bits() < start.bits() && bits >= start.bits();
  return of_bits(bits, at_the_start ? start.integer_bits : own.integer_bits);
}

QFormat product(QFormat own, QFormat start, int factor_bits, int own_factor_bits) {
  const double share = share_of_way(factor_bits, own_factor_bits, 2 * start.bits());
  const int lost = std::max(0, own_factor_bits - factor_bits);
  const int bits = between(own.bits(), start.bits(), share) - (lost + 1) / 2;
  return of_bits(std::max(kFewestProductBits, bits),
                 share < 1 ? own.integer_bits : start.integer_bits);
}

}  // namespace

QuantizationPlan requantized_plan(const QuantizationPlan& plan, QFormat start, int weight_bits,
                                  int activation_bits) {
  QuantizationPlan out = plan;
  for (LayerFormats& formats : out.layers) {
    const int own_factor_bits = formats.weight.bits() + formats.activation.bits();
    formats.product =
        product(formats.product, start, weight_bits + activation_bits, own_factor_bits);
    const QFormat weight = word(formats.weight, start, weight_bits);
    formats.codebook = requantized(formats.codebook, formats.weight, weight);
    formats.weight = weight;
    formats.activation = word(formats.activation, start, activation_bits);
  }
  return out;
}

}  // namespace minerva
