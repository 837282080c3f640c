#pragma once
#include <array>
#include <vector>

#include "minerva/quantize/width_search.hpp"

namespace minerva::quantize {

using Signal = QFormat LayerFormats::*;
struct NamedSignal {
  Signal member;
  int max_bits;
  const char* name;
};
constexpr std::array<NamedSignal, 3> kSignals = {{{&LayerFormats::weight, kMaxOperandBits, "W"},
                                                  {&LayerFormats::activation, kMaxOperandBits, "X"},
                                                  {&LayerFormats::product, kMaxProductBits, "P"}}};

/// What a search may try.
struct PlanLimits {
  LeastBits least;        ///< of every layer
  PlanAnswered answered;  ///< of the datapath, all layers together; empty: every plan

  bool legal(QFormat format, const NamedSignal& signal) const;
  bool allow(const QuantizationPlan& plan) const { return !answered || answered(plan); }
};

/// The format of one signal changed by (dm, dn) in every layer; false when one becomes illegal, or
/// the plan one that is not answered.
bool change_all(QuantizationPlan& plan, const NamedSignal& signal, int dm, int dn,
                const PlanLimits& limits);

/// The plan with the fewest fraction bits added, to all layers alike, with which it is answered.
/// @param most bits of each signal, W, X and P, up to which it is widened; that plan is answered.
QuantizationPlan widened_to_answer(const QuantizationPlan& plan, const std::array<int, 3>& most,
                                   const PlanLimits& limits);

/// Every layer's outputs scaled by 2^d more; false when a scale becomes illegal.
bool scale_all(QuantizationPlan& plan, int d);

/// The plan with other scales of its layers, a power of two up or down: of one layer, or of one
/// layer and all above it, which leaves the weights above as they are. The last layers come first,
/// because what lies below a change need not be computed again.
std::vector<QuantizationPlan> rescaled(const QuantizationPlan& plan);

/// Bits of one signal, the widest of the layers.
int widest_bits(const QuantizationPlan& plan, Signal signal);

}  // namespace minerva::quantize
