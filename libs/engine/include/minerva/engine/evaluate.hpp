#pragma once
#include "minerva/design/design.hpp"
#include "minerva/engine/fixed_engine.hpp"

namespace minerva {

/// The network of a design as its hardware holds it: in the formats of the plan, with thresholds
/// and mitigation, without faults. Throws UserError when plan or thresholds do not fit the network.
QuantizedGraph quantized(const Design& design);

/// The first question about a design: its error on a set of samples, its divergence from its float
/// network, and the activity that its machine sees, in chunks of the inputs of a cycle. Exact, and
/// the same at every number of threads. No bit is faulty: under the fault rate of a supply the
/// error is a distribution over fault maps, which faultsim::measure_activity samples. Of many
/// designs on the same samples, a FixedEvaluator answers the same and keeps what they share.
FixedEvaluation evaluate(const Design& design, const Samples& samples, int threads = 1);

}  // namespace minerva
