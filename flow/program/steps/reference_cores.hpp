#pragma once
#include <cstdint>
#include <vector>

#include "evaluation_setup.hpp"
#include "minerva/circuit/reference_core.hpp"

namespace minerva::flow {

/// A machine to be put into gates, and what it does there.
struct ReferenceMachine {
  QuantizedGraph network;
  MachineConfiguration machine;
  CoreEvents events;
  std::vector<std::vector<std::int16_t>> inputs;
};

/// The machines of ReferenceCores.
struct ReferencePlan {
  std::vector<ReferenceMachine> machines;
};

/// Cores of 8 lanes x 1, 2 and 4 MACs with 2 write ports, which no other machine of a flow needs to
/// be, for the given network without faults, over the first of the samples, as many as make 1.4
/// million multiplications. Of a network of more than 500,000, evenly spaced ones of its hidden
/// neurons are left (assumption: they switch as all do); a network of maps stays whole, and one of
/// more than 1.4 million is refused by a UserError. Layers without a threshold skip zeros in the
/// kept machines. Two machines run `wide`, the same network in the formats of quantize.start, and
/// each of the dense ones of two MACs has one beside it whose inputs and activations are all 0.
ReferencePlan reference_plan(const QuantizedGraph& network, const EvaluationSetup& setup,
                             const QuantizedGraph& wide, double clock_ns, int threads);

/// Their figures. Netlists and predictions are stored in options.folder, as those of validation
/// are.
circuit::ReferenceCores measured_cores(const ReferencePlan& plan,
                                       const circuit::ValidationOptions& options,
                                       const circuit::ValidationProgress& progress);

}  // namespace minerva::flow
