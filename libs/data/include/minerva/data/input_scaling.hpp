#pragma once
#include <cstdint>

#include "minerva/data/sample_inputs.hpp"

namespace minerva {

/// The value of an input whose term occurs c times in a document. With N training documents, df of
/// which have the term, idf is ln((1 + N) / (1 + df)) + 1, and the value is
/// binary: 1; counts: c; log: 1 + ln c; tfidf: c idf; log_tfidf: (1 + ln c) idf.
enum class Weighting { set_default, binary, counts, log, tfidf, log_tfidf };
const char* to_string(Weighting weighting);

/// How inputs are scaled; everything is fitted on the training part. none: not at all. For dense
/// inputs, minmax scales each input to 0 .. 1, and standard scales each to mean 0 and deviation 1
/// but leaves inputs that are only 0 or 1. For sparse inputs, max divides each input by its largest
/// value, unit scales each sample to Euclidean length 1, and length scales each sample to the root
/// mean square length of the training samples.
enum class Scaling { set_default, none, minmax, standard, max, unit, length };
const char* to_string(Scaling scaling);

/// Replaces the term counts of the three parts by weighted and scaled values, in place. The idf and
/// the largest values are those of `train`. With max, an input that never occurs there keeps a
/// factor of 1.
void weigh_terms(SparseInputs& train, SparseInputs& validation, SparseInputs& test,
                 Weighting weighting, Scaling scaling);

/// Scales the dense inputs (inputs x samples) of the three parts in place, fitted on `train`. An
/// input that is constant there is only shifted.
void scale_inputs(Eigen::MatrixXf& train, Eigen::MatrixXf& validation, Eigen::MatrixXf& test,
                  Scaling scaling);

}  // namespace minerva
