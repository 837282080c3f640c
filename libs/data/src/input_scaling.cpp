#include "minerva/data/input_scaling.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "minerva/arithmetic/portable_math.hpp"
#include "minerva/base/errors.hpp"

namespace minerva {

namespace {

/// idf of each input over the training samples.
std::vector<double> inverse_frequencies(const SparseInputs& train) {
  std::vector<double> frequencies(static_cast<std::size_t>(train.rows()));
  for (Eigen::Index k = 0; k < train.nonZeros(); ++k) {
    ++frequencies[static_cast<std::size_t>(train.innerIndexPtr()[k])];
  }
  const double samples = static_cast<double>(train.cols());
  for (double& f : frequencies) f = portable_log((1 + samples) / (1 + f)) + 1;
  return frequencies;
}

double term_weight(double count, double inverse_frequency, Weighting weighting) {
  switch (weighting) {
    case Weighting::binary:
      return 1;
    case Weighting::counts:
      return count;
    case Weighting::log:
      return 1 + portable_log(count);
    case Weighting::tfidf:
      return count * inverse_frequency;
    case Weighting::log_tfidf:
      return (1 + portable_log(count)) * inverse_frequency;
    case Weighting::set_default:
      break;
  }
  expects(false, "term_weight: the set's own weighting was not filled in");
  return 0;
}

double square_of_length(const SparseInputs& part, Eigen::Index sample) {
  double sum = 0;
  for (SparseInputs::InnerIterator x(part, sample); x; ++x) {
    sum += static_cast<double>(x.value()) * static_cast<double>(x.value());
  }
  return sum;
}

double root_mean_square_length(const SparseInputs& part) {
  double sum = 0;
  for (Eigen::Index sample = 0; sample < part.outerSize(); ++sample) {
    sum += square_of_length(part, sample);
  }
  return std::sqrt(sum / static_cast<double>(part.cols()));
}

/// Gives every sample this length; a sample of zeros keeps none.
void set_length(SparseInputs& part, double length) {
  for (Eigen::Index sample = 0; sample < part.outerSize(); ++sample) {
    const double factor = length / std::sqrt(square_of_length(part, sample));
    for (SparseInputs::InnerIterator x(part, sample); x; ++x) {
      x.valueRef() = static_cast<float>(static_cast<double>(x.value()) * factor);
    }
  }
}

/// x -> (x - shift) / divisor.
struct LinearMap {
  double shift = 0;
  double divisor = 1;
};

/// The map of one input over the training samples.
LinearMap fitted(const Eigen::MatrixXf& train, Eigen::Index input, InputScaling scaling) {
  const auto row = train.row(input);
  const double least = static_cast<double>(row.minCoeff());
  const double most = static_cast<double>(row.maxCoeff());
  if (scaling == InputScaling::minmax) return {least, most > least ? most - least : 1};
  const bool is_flag = (row.array() == 0 || row.array() == 1).all();
  if (is_flag) return {};
  double sum = 0;
  for (Eigen::Index s = 0; s < train.cols(); ++s) sum += static_cast<double>(row(s));
  const double mean = sum / static_cast<double>(train.cols());
  double squares = 0;
  for (Eigen::Index s = 0; s < train.cols(); ++s) {
    const double difference = static_cast<double>(row(s)) - mean;
    squares += difference * difference;
  }
  const double deviation = std::sqrt(squares / static_cast<double>(train.cols()));
  return {mean, most > least ? deviation : 1};
}
}  // namespace

void weigh_terms(SparseInputs& train, SparseInputs& validation, SparseInputs& test,
                 Weighting weighting, InputScaling scaling) {
  expects(scaling == InputScaling::none || scaling == InputScaling::max ||
              scaling == InputScaling::unit || scaling == InputScaling::length,
          "weigh_terms: a scaling of dense inputs");
  const std::vector<double> idf = inverse_frequencies(train);
  SparseInputs* const parts[] = {&train, &validation, &test};
  for (SparseInputs* part : parts) {
    for (Eigen::Index k = 0; k < part->nonZeros(); ++k) {
      const auto input = static_cast<std::size_t>(part->innerIndexPtr()[k]);
      float& value = part->valuePtr()[k];
      value = static_cast<float>(term_weight(static_cast<double>(value), idf[input], weighting));
    }
  }
  if (scaling == InputScaling::unit || scaling == InputScaling::length) {
    const double length = scaling == InputScaling::unit ? 1 : root_mean_square_length(train);
    for (SparseInputs* part : parts) set_length(*part, length);
  }
  if (scaling != InputScaling::max) return;
  Eigen::VectorXf largest = SampleInputs(train).largest_magnitudes();
  for (float& value : largest) value = value == 0 ? 1 : value;
  for (SparseInputs* part : parts) {
    for (Eigen::Index k = 0; k < part->nonZeros(); ++k) {
      part->valuePtr()[k] /= largest[part->innerIndexPtr()[k]];
    }
  }
}

void scale_inputs(Eigen::MatrixXf& train, Eigen::MatrixXf& validation, Eigen::MatrixXf& test,
                  InputScaling scaling) {
  if (scaling == InputScaling::none) return;
  expects(scaling == InputScaling::minmax || scaling == InputScaling::standard,
          "scale_inputs: a scaling of sparse inputs");
  std::vector<LinearMap> maps;
  for (Eigen::Index i = 0; i < train.rows(); ++i) maps.push_back(fitted(train, i, scaling));
  Eigen::MatrixXf* const parts[] = {&train, &validation, &test};
  for (Eigen::MatrixXf* part : parts) {
    for (Eigen::Index s = 0; s < part->cols(); ++s) {
      for (Eigen::Index i = 0; i < part->rows(); ++i) {
        const LinearMap& map = maps[static_cast<std::size_t>(i)];
        float& x = (*part)(i, s);
        x = static_cast<float>((static_cast<double>(x) - map.shift) / map.divisor);
        if (!std::isfinite(x)) {
          throw UserError("data.scaling", to_string(scaling),
                          "makes input " + std::to_string(i + 1) +
                              " larger than single precision holds: needs none, or a validation "
                              "and test set nearer to the training set");
        }
      }
    }
  }
}

}  // namespace minerva
