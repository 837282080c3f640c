#pragma once
#include <functional>
#include <string>
#include <vector>

#include "minerva/workloads/workload.hpp"

namespace minerva::workloads::test {

using Tensors = std::vector<HostTensor>;

/// The loss of a model in plain loops.
using PlainLoss =
    std::function<double(const Tensors& parameters, const Tensors& inputs, const Tensors& labels)>;

/// The value of one parameter behind the first step, from its value and gradient before it.
using PlainUpdate = std::function<double(double value, double gradient)>;

/// A small workload of random examples, set up, with a batch.
std::unique_ptr<Workload> small_workload(const std::string& name, Variant variant,
                                         std::uint64_t seed = 3);

/// Takes one step of training and holds its loss against `loss`, its gradients against central
/// differences of `loss` at some numbers of every parameter, and the new parameters against
/// `update`, if that is given. The parameters before the step are handed to `before`, if it is
/// given.
void check_step(Workload& workload, const PlainLoss& loss, const PlainUpdate& update,
                const std::function<void(const Tensors&)>& before = {});

/// TensorFlow's Adam in its first step.
PlainUpdate first_adam(double rate);

}  // namespace minerva::workloads::test
