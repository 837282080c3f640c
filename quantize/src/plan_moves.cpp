#include "plan_moves.hpp"

#include <algorithm>
#include <cstdlib>

#include "minerva/base/errors.hpp"

namespace minerva::quantize {

namespace {

bool change_formats(QuantizationPlan& plan, const NamedSignal& signal, int dm, int dn,
                    const PlanLimits& limits) {
  for (LayerFormats& layer : plan.layers) {
    QFormat& f = layer.*signal.member;
    f = {f.integer_bits + dm, f.fraction_bits + dn};
    if (!limits.legal(f, signal)) return false;
  }
  return true;
}

/// Bits of signal s, 0 to 2, that `least` asks for.
int& bits_of(LeastBits& least, std::size_t s) {
  return s == 0 ? least.weight : s == 1 ? least.activation : least.product;
}

}  // namespace

LeastBits least_bits(const QuantizeOptions& options, int layers) {
  LeastBits least;
  if (!options.answered) return least;
  const LayerFormats start = {options.start, options.start, options.start};
  for (std::size_t s = 0; s < kSignals.size(); ++s) {
    const int fewest = bits_of(least, s);
    int& bits = bits_of(least, s);
    for (bits = options.start.bits(); bits > fewest; --bits) {
      LayerFormats narrower = start;
      narrower.*kSignals[s].member = {1, bits - 2};
      if (!options.answered(uniform_plan(layers, narrower, options.rounding))) break;
    }
  }
  return least;
}

bool PlanLimits::legal(QFormat f, const NamedSignal& signal) const {
  const int fewest = signal.member == &LayerFormats::weight       ? least.weight
                     : signal.member == &LayerFormats::activation ? least.activation
                                                                  : least.product;
  return f.integer_bits >= 1 && f.fraction_bits >= 0 && f.bits() <= signal.max_bits &&
         f.bits() >= fewest;
}

bool change_all(QuantizationPlan& plan, const NamedSignal& signal, int dm, int dn,
                const PlanLimits& limits) {
  return change_formats(plan, signal, dm, dn, limits) && limits.allow(plan);
}

QuantizationPlan widened_to_answer(const QuantizationPlan& plan, const std::array<int, 3>& most,
                                   const PlanLimits& limits) {
  if (limits.allow(plan)) return plan;
  std::array<int, 3> room{};
  int all = 0;
  for (std::size_t s = 0; s < room.size(); ++s) {
    room[s] = std::max(0, most[s] - widest_bits(plan, kSignals[s].member));
    all += room[s];
  }
  for (int added = 1; added <= all; ++added) {
    for (int product = std::min(added, room[2]); product >= 0; --product) {
      for (int activation = std::min(added - product, room[1]); activation >= 0; --activation) {
        const int weight = added - product - activation;
        if (weight > room[0]) continue;
        QuantizationPlan wider = plan;
        if (change_formats(wider, kSignals[0], 0, weight, limits) &&
            change_formats(wider, kSignals[1], 0, activation, limits) &&
            change_formats(wider, kSignals[2], 0, product, limits) && limits.allow(wider)) {
          return wider;
        }
      }
    }
  }
  throw ContractViolation("widened_to_answer: words as wide as the start's are answered");
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
