#include "gradient_work.hpp"

// The one place of this room that tells kinds of layers apart, beside the counts of LayerShape.

namespace minerva::training {

template <class Scalar>
void LossGradient<Scalar>::Work::forward_layer(int k, const Scalar* parameters, const Batch& batch,
                                               bool dropping) {
  const LayerKind kind = layout_.topology().layer(k).kind;
  switch (kind) {
    case LayerKind::dense:
      return forward_dense(k, parameters, batch, dropping);
  }
  refuse_layer_kind(kind);
}

template <class Scalar>
void LossGradient<Scalar>::Work::backward_layer(int k, const Scalar* parameters,
                                                const Scalar* penalised, Scalar* gradient,
                                                const Descent& rule,
                                                const DescentState<Scalar>& state) {
  const LayerKind kind = layout_.topology().layer(k).kind;
  switch (kind) {
    case LayerKind::dense:
      return backward_dense(k, parameters, penalised, gradient, rule, state);
  }
  refuse_layer_kind(kind);
}

template void LossGradient<float>::Work::forward_layer(int, const float*, const Batch&, bool);
template void LossGradient<double>::Work::forward_layer(int, const double*, const Batch&, bool);
template void LossGradient<float>::Work::backward_layer(int, const float*, const float*, float*,
                                                        const Descent&, const DescentState<float>&);
template void LossGradient<double>::Work::backward_layer(int, const double*, const double*, double*,
                                                         const Descent&,
                                                         const DescentState<double>&);

}  // namespace minerva::training
