#pragma once
#include <array>
#include <string>
#include <vector>

#include "minerva/workloads/operation_types.hpp"

namespace minerva::workloads {

/// A row of Fathom's Fig. 3: percent of the training time of a workload by type of operation, in
/// the order of operation_types(). Shares of 1 % or less are 0 there.
struct PublishedProfile {
  const char* workload;
  std::array<int, kFigureTypes> percent;
};

/// Fig. 3 of R. Adolf, S. Rama, B. Reagen, G.-Y. Wei, D. Brooks, "Fathom: Reference Workloads for
/// Modern Deep Learning Methods", IISWC 2016; TensorFlow 0.8 on a Skylake i7-6700k.
const std::vector<PublishedProfile>& published_profiles();

/// The row as shares of 1, one for each type of the figure.
std::vector<double> published_shares(const PublishedProfile& profile);

}  // namespace minerva::workloads
