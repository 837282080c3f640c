#include <algorithm>
#include <cstdio>

#include "flow.hpp"
#include "minerva/accelsim/ppa.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/design/design_json.hpp"
#include "minerva/engine/saturation.hpp"
#include "minerva/quantize/width_search.hpp"
#include "minerva/run/logging.hpp"

// Stage 3: formats of weights, activations and products.
namespace minerva::flow {
namespace {

std::string formats_text(const QuantizationPlan& plan) {
  const LayerFormats& f = plan.layers.front();
  const int bits = f.weight.bits() + f.activation.bits() + f.product.bits();
  return "W " + to_string(f.weight) + ", X " + to_string(f.activation) + ", P " +
         to_string(f.product) + " (" + std::to_string(bits) + " bits)";
}

/// What the search was asked for, in a sentence.
std::string method_text(const quantize::QuantizeOptions& o) {
  if (o.uniform_bits > 0) {
    return "Words of " + std::to_string(o.uniform_bits) +
           " bits for every signal; only binary points were searched, for the least divergence.";
  }
  std::string text = "Searched from " + to_string(o.start);
  if (o.goal_bits > 0) {
    text += " to " + std::to_string(o.goal_bits) + " bits, for the least divergence";
  } else if (o.cost == quantize::CostOf::energy) {
    text += " for the least energy of a prediction";
  } else {
    text += " for the least weighted sum of bits";
  }
  return text + (o.scaling == quantize::LayerScaling::none
                     ? "."
                     : "; layers are scaled by powers of two where that diverges less.");
}

/// Accumulator widths, and saturations counted on `samples`.
std::vector<LayerSaturationRow> saturation_rows(const Network& net, const QuantizationPlan& plan,
                                                const Samples& samples, int threads) {
  const QuantizedNetwork quantized = quantize_network(net, plan);
  const std::vector<LayerSaturations> counts =
      count_saturations(scaled_network(net, plan), quantized, samples, threads);
  std::vector<LayerSaturationRow> rows;
  for (std::size_t k = 0; k < counts.size(); ++k) {
    const QuantizedLayer& layer = quantized.layers[k];
    LayerSaturationRow row;
    row.layer = static_cast<int>(k) + 1;
    row.accumulator_bits = accumulator_bits(layer.formats.product, layer.n_in);
    row.weights = static_cast<std::int64_t>(layer.weights.size());
    row.weights_saturated = counts[k].weights;
    row.biases = static_cast<std::int64_t>(layer.biases.size());
    row.biases_saturated = counts[k].biases;
    row.inputs = samples.size() * layer.n_in;
    row.inputs_saturated = counts[k].inputs;
    row.products = row.inputs * layer.n_out;
    row.products_saturated = counts[k].products;
    rows.push_back(row);
  }
  return rows;
}

/// Plans around the chosen one, each judged on both sets.
std::vector<FormatCurveRow> format_curve(const Network& net, const QuantizationPlan& chosen,
                                         const quantize::QuantizeOptions& options,
                                         FixedEvaluator& validation, FixedEvaluator& test) {
  std::vector<FormatCurveRow> rows;
  for (const quantize::NeighbourPlan& near : quantize::neighbour_plans(chosen, options)) {
    throw_if_interrupted();
    const QuantizedNetwork quantized = quantize_network(net, near.plan);
    const FixedEvaluation on_validation = validation.evaluate(quantized);
    const FixedEvaluation on_test = test.evaluate(quantized);
    rows.push_back({near.signal.empty() ? "chosen" : near.signal, near.integer_bits_added,
                    near.fraction_bits_added, quantize::datapath_bits(near.plan),
                    on_validation.wrong, on_test.wrong, on_validation.divergence,
                    on_test.divergence});
  }
  return rows;
}

}  // namespace

void Flow::do_quantize() {
  const Network& net = network();
  const Topology topology = net.topology();
  const BudgetOptions& shares = options_.budget;
  std::int64_t bound = most_wrong(shares.share_quantize);
  PlanSummary& summary = summary_.plan;
  const auto wrong_on_test = [&](const QuantizationPlan& p) {
    return test().evaluator.evaluate(quantize_network(net, p)).wrong;
  };
  if (!options_.plan_file.empty()) {
    plan_.reset();
    plan(false);
    summary.searched = plan_->layers;
    summary.validation_wrong = validation().evaluator.evaluate(quantize_network(net, *plan_)).wrong;
    refuse_over_budget(options_.plan_file, quantize_network(net, *plan_));
    summary.method = "Given by a file.";
    note("The plan of " + options_.plan_file + " was used; nothing was searched.");
  } else {
    summary.method = method_text(options_.quantize);
    const QFormat start = options_.quantize.start;
    const std::int64_t wrong_at_start =
        tuned()
            .evaluator
            .evaluate(quantize_network(net, uniform_plan(topology.layers(), {start, start, start},
                                                         options_.quantize.rounding)))
            .wrong;
    // A share of a small budget may not even hold the start format; the whole budget must.
    if (wrong_at_start > bound && wrong_at_start <= most_wrong(1)) {
      note(to_string(start) + " alone has " + std::to_string(wrong_at_start) +
           " wrong samples, more than stage 3's share of the budget (" + std::to_string(bound) +
           "): the stage was given these.");
      bound = wrong_at_start;
    }
    log_info("searching formats: at most " + std::to_string(bound) + " of " +
             std::to_string(tuned().samples.size()) + " wrong (float " +
             std::to_string(tuned().wrong_float) + ")");
    const quantize::PlanCost cost = [&](const QuantizationPlan& p) {
      if (options_.quantize.cost == quantize::CostOf::bits) {
        return quantize::weighted_bits(p, options_.quantize.bit_costs);
      }
      MachineConfiguration design;
      design.topology = topology;
      design.widths = datapath_widths(p, topology);
      design.point = design_point(design.widths);
      design.activity = full_activity(topology.widths, design.point.inputs_per_cycle());
      return estimate(design, technology()).energy_per_prediction_nj;
    };
    quantize::QuantizeOptions options = options_.quantize;
    options.least_weight_bits = std::max(2, technology().least_weight_bits());
    options.least_activation_bits = technology().least_activation_bits();
    if (options.least_weight_bits > 2 || options.least_activation_bits > 2) {
      note("Formats: technology " + technology().name + " answers for weights of " +
           std::to_string(options.least_weight_bits) + " bits or more and activations of " +
           std::to_string(options.least_activation_bits) +
           " or more; narrower ones were not tried.");
    }
    Progress progress("searching formats", Progress::kOpenEnded, "evaluations");
    const quantize::QuantizeResult found =
        quantize::search_widths(net, tuned().evaluator, bound, options, cost,
                                [&](std::int64_t evaluations, const std::string&) {
                                  throw_if_interrupted();
                                  progress.set_done(evaluations);
                                });
    progress.set_done(found.evaluations);
    plan_ = found.hardware.plan;
    summary.searched = found.per_layer.plan.layers;
    summary.validation_wrong = found.per_layer.evaluation.wrong;
    summary.minima = found.minima.plan.layers;
    summary.minima_joined_wrong = found.minima.evaluation.wrong;
    summary.evaluations = found.evaluations;
  }
  summary.rounding = plan_->rounding;
  for (const Widest widest : {Widest::one_binary_point, Widest::per_layer_point}) {
    HardwareReading reading;
    reading.widest = widest;
    reading.chosen = widest == options_.quantize.widest;
    try {
      // The chosen reading is what the search settled; the other is the same plan read otherwise.
      const QuantizationPlan hardware =
          reading.chosen ? *plan_ : hardware_plan({plan_->rounding, summary.searched}, widest);
      reading.layers = hardware.layers;
      reading.validation_wrong =
          validation().evaluator.evaluate(quantize_network(net, hardware)).wrong;
      reading.test_wrong = wrong_on_test(hardware);
    } catch (const UserError& error) {
      reading.problem = error.what();
    }
    summary.hardware.push_back(reading);
  }
  write("plan.json", plan_to_json({*plan_, {}}));
  thresholds_.reset();
  const QuantizedNetwork quantized = quantize_network(net, *plan_);
  const int chunk = design_point(datapath_widths(*plan_, topology)).inputs_per_cycle();
  const FixedEvaluation on_validation = validation().evaluator.evaluate(quantized, chunk);
  const FixedEvaluation on_test = test().evaluator.evaluate(quantized, chunk);
  log_info("counting saturations");
  summary.saturation_samples = test().samples.size();
  summary.saturation = saturation_rows(net, *plan_, test().samples, threads_);
  if (options_.quantize.curve) {
    log_info("measuring the error around the chosen formats");
    summary.curve =
        format_curve(net, *plan_, options_.quantize, validation().evaluator, test().evaluator);
  }
  const PpaEstimate estimate = ppa(quantized, on_test.activity, {});
  StageRow row;
  row.name = "3 quantization";
  row.detail = formats_text(*plan_);
  add_row(row, static_cast<double>(on_validation.wrong), static_cast<double>(on_test.wrong),
          &estimate);
  log_info("formats: " + formats_text(*plan_));
}

}  // namespace minerva::flow
