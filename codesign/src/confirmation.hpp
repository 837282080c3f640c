#pragma once
#include "minerva/codesign/search.hpp"

namespace minerva::codesign {

/// Errors of a design on both sets, over CodesignOptions::final_maps fault maps.
struct BothErrors {
  SampledError validation;
  SampledError test;
};
/// @param data of the inputs that the design's network reads
BothErrors errors_on_both_sets(const Design& design, const SearchSetup& setup, const Dataset& data);

/// Fills in what a point is reported by: both errors, with and without faults, its cost on the
/// machine of section [design], and what SystemC disagrees in.
void confirm(FrontierPoint& point, const SearchSetup& setup, const Dataset& data,
             const Mitigation& mitigation);

}  // namespace minerva::codesign
