#include <algorithm>
#include <array>

#include "minerva/base/errors.hpp"
#include "width_steps.hpp"

// Where the descent begins and what is done behind it: minima of each signal alone, their repair,
// layers narrowed one by one, binary points.
namespace minerva::quantize {

QuantizationPlan WidthSearch::minima_alone(const QuantizationPlan& start,
                                           const std::vector<LayerRange>& ranges) {
  QuantizationPlan minima = start;
  judge_.begin_from(start);
  // The last layer first: what lies below it is computed once for all of its formats.
  for (std::size_t k = start.layers.size(); k-- > 0;) {
    const std::array<double, 3> reach = {ranges[k].weight, ranges[k].activation, ranges[k].product};
    for (std::size_t s = 0; s < kSignals.size(); ++s) {
      const NamedSignal& signal = kSignals[s];
      if (!rules_.is_free(k, signal)) continue;
      const std::string what = std::string(signal.name) + " of layer " + std::to_string(k);
      QuantizationPlan trial = start;
      QFormat& f = trial.layers[k].*signal.member;
      // Integer bits that the observed range leaves unused change nothing: start below them.
      QFormat best = {std::min(f.integer_bits, LayerRange::integer_bits(reach[s])),
                      f.fraction_bits};
      f = best;
      if (!limits_.legal(f, signal) || !rules_.settle(trial) || !judge_.holds(trial, what)) {
        best = start.layers[k].*signal.member;
      }
      for (const QFormat step : {QFormat{1, 0}, QFormat{0, 1}}) {
        while (true) {
          f = {best.integer_bits - step.integer_bits, best.fraction_bits - step.fraction_bits};
          if (!limits_.legal(f, signal) || !rules_.settle(trial) || !judge_.holds(trial, what))
            break;
          best = f;
        }
      }
      minima.layers[k].*signal.member = best;
    }
  }
  // Minima that can run one by one need not be able to together.
  return rules_.legal_from(std::move(minima), start, limits_);
}

QuantizationPlan WidthSearch::repair(QuantizationPlan plan, const QuantizationPlan& start) {
  // Minima that are answered one by one need not be together.
  plan = widened_to_answer(
      plan,
      {widest_bits(start, &LayerFormats::weight), widest_bits(start, &LayerFormats::activation),
       widest_bits(start, &LayerFormats::product)},
      limits_);
  plan = rules_.legal_from(std::move(plan), start, limits_);
  while (!judge_.holds(judge_.evaluate(plan, "repair"))) {
    const double plan_divergence = divergence(plan);
    const double plan_cost = cost_(plan);
    QuantizationPlan best;
    double best_gain = 0;
    bool first = true;
    for (const NamedSignal& signal : kSignals) {
      for (const QFormat step : {QFormat{1, 0}, QFormat{0, 1}}) {
        QuantizationPlan wider = plan;
        if (!changed(wider, signal, step.integer_bits, step.fraction_bits)) continue;
        const double extra = std::max(cost_(wider) - plan_cost, 1e-9 * plan_cost);
        const double gain = (plan_divergence - judge_.evaluate(wider, "repair").divergence) / extra;
        if (first || gain > best_gain) {
          best = wider;
          best_gain = gain;
          first = false;
        }
      }
    }
    if (first) return start;  // every word is full with its point elsewhere; the start holds
    plan = rules_.legal_from(hardware_plan(best, options_.widest), start, limits_);
  }
  return plan;
}

QuantizationPlan WidthSearch::narrow_layers(QuantizationPlan plan) {
  judge_.begin_from(plan);
  for (std::size_t k = plan.layers.size(); k-- > 0;) {
    for (const NamedSignal& signal : kSignals) {
      if (!rules_.is_free(k, signal)) continue;
      for (const QFormat step : {QFormat{1, 0}, QFormat{0, 1}}) {
        while (true) {
          QuantizationPlan move = plan;
          QFormat& f = move.layers[k].*signal.member;
          f = {f.integer_bits - step.integer_bits, f.fraction_bits - step.fraction_bits};
          if (!limits_.legal(f, signal) || !rules_.settle(move) ||
              !judge_.holds(move, "layers together")) {
            break;
          }
          plan = move;
        }
      }
    }
  }
  return plan;
}

QuantizationPlan WidthSearch::place_points(QuantizationPlan plan) {
  for (bool better = true; better;) {
    better = false;
    QuantizationPlan best;
    double best_divergence = divergence(plan);
    for (const QuantizationPlan& move : shifted(plan)) {
      const double move_divergence = divergence(move);
      if (move_divergence >= best_divergence) continue;
      best = move;
      best_divergence = move_divergence;
      better = true;
    }
    if (better) plan = best;
  }
  return plan;
}

}  // namespace minerva::quantize
