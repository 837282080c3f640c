#pragma once
#include "minerva/data/options.hpp"
#include "minerva/data/sample_inputs.hpp"

namespace minerva {

/// Weighs and scales term counts of the three parts in place; idf and largest values are of
/// `train`. An input that never occurs there keeps a factor of 1 for max.
void weigh_terms(SparseInputs& train, SparseInputs& validation, SparseInputs& test,
                 Weighting weighting, InputScaling scaling);

/// Scales the dense inputs (inputs x samples) of the three parts in place, fitted on `train`. An
/// input that is constant there is only shifted.
void scale_inputs(Eigen::MatrixXf& train, Eigen::MatrixXf& validation, Eigen::MatrixXf& test,
                  InputScaling scaling);

}  // namespace minerva
