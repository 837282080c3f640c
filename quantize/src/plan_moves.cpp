#include "plan_moves.hpp"

#include <algorithm>
#include <cstdlib>

namespace minerva::quantize {

bool legal(QFormat f, const NamedSignal& signal, LeastBits least) {
  const int fewest = signal.member == &LayerFormats::weight       ? least.weight
                     : signal.member == &LayerFormats::activation ? least.activation
                                                                  : 1;
  return f.integer_bits >= 1 && f.fraction_bits >= 0 && f.bits() <= signal.max_bits &&
         f.bits() >= fewest;
}

bool change_all(QuantizationPlan& plan, const NamedSignal& signal, int dm, int dn,
                LeastBits least) {
  for (LayerFormats& layer : plan.layers) {
    QFormat& f = layer.*signal.member;
    f = {f.integer_bits + dm, f.fraction_bits + dn};
    if (!legal(f, signal, least)) return false;
  }
  return true;
}

bool scale_all(QuantizationPlan& plan, int d) {
  bool possible = true;
  for (LayerFormats& layer : plan.layers) {
    layer.scale_exponent += d;
    possible = possible && std::abs(layer.scale_exponent) <= kMaxScaleExponent;
  }
  return possible;
}

std::vector<QuantizationPlan> rescaled(const QuantizationPlan& plan) {
  std::vector<QuantizationPlan> moves;
  const std::size_t layers = plan.layers.size();
  for (std::size_t k = layers; k-- > 0;) {
    for (const bool and_above : {false, true}) {
      if (and_above && k + 1 == layers) continue;  // nothing lies above the last
      const std::size_t end = and_above ? layers : k + 1;
      for (const int d : {-1, 1}) {
        QuantizationPlan move = plan;
        bool possible = true;
        for (std::size_t j = k; j < end; ++j) {
          move.layers[j].scale_exponent += d;
          possible = possible && std::abs(move.layers[j].scale_exponent) <= kMaxScaleExponent;
        }
        if (possible) moves.push_back(move);
      }
    }
  }
  return moves;
}

int widest_bits(const QuantizationPlan& plan, Signal signal) {
  int bits = 0;
  for (const LayerFormats& layer : plan.layers) bits = std::max(bits, (layer.*signal).bits());
  return bits;
}

int datapath_bits(const QuantizationPlan& plan) {
  int sum = 0;
  for (const NamedSignal& signal : kSignals) sum += widest_bits(plan, signal.member);
  return sum;
}

}  // namespace minerva::quantize
