#pragma once
#include "minerva/workloads/lane_network.hpp"
#include "minerva/workloads/workload.hpp"

namespace minerva::workloads {

/// Share of the time of a workload's inference, measured now, that its exported layers stand for.
double measured_share(Workload& workload, const ExportedNetwork& exported);

}  // namespace minerva::workloads
