#pragma once
#include <memory>

#include "torch_workload.hpp"

namespace minerva::workloads {

// The eight workloads, each in a file of its name.
using MakeWorkload = std::unique_ptr<Workload>(const WorkloadFacts& facts,
                                               const WorkloadOptions& options);
MakeWorkload make_seq2seq;
MakeWorkload make_memory_network;
MakeWorkload make_speech;
MakeWorkload make_autoencoder;
MakeWorkload make_residual;
MakeWorkload make_vgg;
MakeWorkload make_alexnet;
MakeWorkload make_deepq;

}  // namespace minerva::workloads
