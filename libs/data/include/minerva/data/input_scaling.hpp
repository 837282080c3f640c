#pragma once
#include <cstdint>

#include "minerva/base/enum_names.hpp"
#include "minerva/data/sample_inputs.hpp"

namespace minerva {

/// What a term that stands c times in a document counts, N documents, df of them with the term,
/// idf = ln((1 + N) / (1 + df)) + 1:
/// binary: 1; counts: c; log: 1 + ln c; tfidf: c idf; log_tfidf: (1 + ln c) idf.
enum class Weighting { set_default, binary, counts, log, tfidf, log_tfidf };
constexpr EnumNames<Weighting, 6> enum_names(Weighting) {
  return {{{Weighting::set_default, "default"},
           {Weighting::binary, "binary"},
           {Weighting::counts, "counts"},
           {Weighting::log, "log"},
           {Weighting::tfidf, "tfidf"},
           {Weighting::log_tfidf, "log_tfidf"}}};
}

/// none: as they are. Of dense inputs: minmax, each input to 0 .. 1; standard, each to mean 0 and
/// deviation 1, but inputs that are only 0 or 1 stay. Of sparse inputs: max, each input divided by
/// its largest value; unit, each sample to Euclidean length 1;
/// length, each sample to the root mean square length of the training samples. All from the
/// training part.
enum class InputScaling { set_default, none, minmax, standard, max, unit, length };
constexpr EnumNames<InputScaling, 7> enum_names(InputScaling) {
  return {{{InputScaling::set_default, "default"},
           {InputScaling::none, "none"},
           {InputScaling::minmax, "minmax"},
           {InputScaling::standard, "standard"},
           {InputScaling::max, "max"},
           {InputScaling::unit, "unit"},
           {InputScaling::length, "length"}}};
}

/// Weighs and scales term counts of the three parts in place; idf and largest values are of
/// `train`. An input that never occurs there keeps a factor of 1 for max.
void weigh_terms(SparseInputs& train, SparseInputs& validation, SparseInputs& test,
                 Weighting weighting, InputScaling scaling);

/// Scales dense inputs of the three parts in place, fitted on `train`; an input that is constant
/// there is only shifted.
void scale_inputs(Eigen::MatrixXf& train, Eigen::MatrixXf& validation, Eigen::MatrixXf& test,
                  InputScaling scaling);

}  // namespace minerva
