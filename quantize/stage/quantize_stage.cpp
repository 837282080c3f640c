#include "quantize_stage.hpp"

#include <algorithm>
#include <cmath>

#include "minerva/accelsim/unskipped_energy.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/design/design_json.hpp"
#include "minerva/engine/saturation_text.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/network/quantized_graph.hpp"
#include "minerva/published/figures.hpp"
#include "minerva/quantize/width_search.hpp"
#include "minerva/run/logging.hpp"
#include "quantize_report.hpp"
#include "quantize_section.hpp"
#include "quantize_settings.hpp"

// Stage 3: formats of weights, activations and products.
namespace minerva::quantize {

using flow::RunContext;

namespace {

std::string formats_text(const QuantizationPlan& plan) {
  const LayerFormats& f = plan.layers.front();
  const int bits = f.weight.bits() + f.activation.bits() + f.product.bits();
  return "W " + to_string(f.weight) + ", X " + to_string(f.activation) + ", P " +
         to_string(f.product) + " (" + std::to_string(bits) + " bits)";
}

/// What the search was asked for, in a sentence.
std::string method_text(const QuantizeOptions& o) {
  if (o.uniform_bits > 0) {
    return "Words of " + std::to_string(o.uniform_bits) +
           " bits for every signal; only binary points were searched, for the least divergence.";
  }
  std::string text = "Searched from " + to_string(o.start);
  if (o.goal_bits > 0) {
    text += " to " + std::to_string(o.goal_bits) + " bits, for the least divergence";
  } else if (o.cost == CostOf::energy) {
    text += " for the least energy of a prediction";
  } else {
    text += " for the least weighted sum of bits";
  }
  return text + (o.scaling == LayerScaling::none
                     ? "."
                     : "; layers are scaled by powers of two where that diverges less.");
}

/// Accumulator widths, and saturations counted on `samples`.
std::vector<LayerSaturationRow> saturation_rows(const GraphNetwork& net,
                                                const QuantizationPlan& plan,
                                                const Samples& samples, int threads) {
  const QuantizedGraph quantized = quantize_graph(net, plan);
  const std::vector<LayerSaturations> counts =
      count_saturations(scaled_graph_network(net, plan), quantized, samples, threads);
  std::vector<LayerSaturationRow> rows;
  for (std::size_t k = 0; k < counts.size(); ++k) {
    const QuantizedLayer& layer = quantized.layers[k];
    LayerSaturationRow row;
    row.layer = static_cast<int>(k) + 1;
    row.accumulator_bits =
        graph_accumulator_bits(net.graph.layer(static_cast<int>(k)), layer.formats);
    const LayerSaturations all = saturable_values(net.graph, static_cast<int>(k), samples.size());
    row.weights = all.weights;
    row.weights_saturated = counts[k].weights;
    row.biases = all.biases;
    row.biases_saturated = counts[k].biases;
    row.inputs = all.inputs;
    row.inputs_saturated = counts[k].inputs;
    row.products = all.products;
    row.products_saturated = counts[k].products;
    rows.push_back(row);
  }
  return rows;
}

/// Plans around the chosen one, each judged on both sets.
std::vector<FormatCurveRow> format_curve(const GraphNetwork& net, const QuantizationPlan& chosen,
                                         const QuantizeOptions& options, FixedEvaluator& validation,
                                         FixedEvaluator& test) {
  std::vector<FormatCurveRow> rows;
  for (const NeighbourPlan& near : neighbour_plans(net.graph, chosen, options)) {
    throw_if_interrupted();
    const QuantizedGraph quantized = quantize_graph(net, near.plan);
    const FixedEvaluation on_validation = validation.evaluate(quantized);
    const FixedEvaluation on_test = test.evaluate(quantized);
    rows.push_back({near.signal.empty() ? "chosen" : near.signal, near.integer_bits_added,
                    near.fraction_bits_added, datapath_bits(near.plan), on_validation.wrong,
                    on_test.wrong, on_validation.divergence, on_test.divergence});
  }
  return rows;
}

/// A plan for a network; throws UserError for another number of layers.
PlanFile read_plan(const LayerGraph& graph, const std::string& text, const std::string& where) {
  PlanFile file = plan_from_json(text, where);
  if (static_cast<int>(file.plan.layers.size()) != graph.layers()) {
    throw UserError(
        where, std::to_string(file.plan.layers.size()) + " layers",
        "the network " + network_text(graph) + " has " + std::to_string(graph.layers()));
  }
  return file;
}

/// Formats that the user asks for, and the words for them in a message.
struct AskedFormats {
  std::string where;
  QuantizationPlan plan;
};

/// What the keys say: the start of the search, which the explorer's machines have too, and words of
/// one width.
std::vector<AskedFormats> formats_of_keys(const QuantizeStage& stage, int layers) {
  const QuantizeOptions& o = stage.quantize;
  std::vector<AskedFormats> asked = {
      {"quantize.start = '" + to_string(o.start) + "'",
       uniform_plan(layers, {o.start, o.start, o.start}, o.rounding)}};
  if (o.uniform_bits > 0 && stage.plan_file.empty()) {
    asked.push_back({"quantize.uniform_bits = '" + std::to_string(o.uniform_bits) + "'",
                     uniform_plan(layers, uniform_words(o.uniform_bits), o.rounding)});
  }
  return asked;
}

/// Whether the technology has figures for the machine that a plan asks for, thresholds included,
/// which stage 4 may add.
PlanAnswered answered_plans(RunContext& run) {
  const int macs = run.design().point.macs_per_lane;
  return [&technology = run.technology(), macs, graph = run.graph()](const QuantizationPlan& plan) {
    return !technology.unanswered(graph_datapath_widths(graph, plan), macs, true);
  };
}

/// Throws UserError, naming key or file, for formats that the user asks for and that the technology
/// does not answer for on a lane of so many multipliers.
void check_asked_formats(const QuantizeStage& stage, RunContext& run, const LayerGraph& graph,
                         int macs_per_lane, bool comparators) {
  std::vector<AskedFormats> asked = formats_of_keys(stage, graph.layers());
  if (!stage.plan_file.empty() && !run.works_alone()) {
    asked.push_back({"quantize.plan_file = '" + stage.plan_file + "'",
                     read_plan(graph, read_file(stage.plan_file), stage.plan_file).plan});
  }
  for (const AskedFormats& formats : asked) {
    run.technology().check_widths(graph_datapath_widths(graph, formats.plan), macs_per_lane,
                                  comparators, formats.where);
  }
}

/// Says which words are not tried because the technology does not answer for them.
void note_least_bits(const QuantizeOptions& options, int layers, RunContext& run) {
  const LeastBits least = least_bits(options, layers);
  if (least.weight <= 2 && least.activation <= 2 && least.product <= 2) return;
  run.note("Formats: technology " + run.technology().name + " answers for weights of " +
           std::to_string(least.weight) + " bits or more, activations of " +
           std::to_string(least.activation) + " or more and products of " +
           std::to_string(least.product) + " or more; narrower ones were not tried.");
}

Design run_quantization(const QuantizeStage& stage, RunContext& run, Design design) {
  const GraphNetwork& net = run.network();
  const LayerGraph& graph = net.graph;
  check_asked_formats(stage, run, graph, design.point.macs_per_lane, true);
  std::int64_t bound = run.most_wrong(stage.share);
  QuantizeSection summary;
  QuantizationPlan plan;
  const auto wrong_on_test = [&](const QuantizationPlan& p) {
    return run.test().evaluator.evaluate(quantize_graph(net, p)).wrong;
  };
  if (!stage.plan_file.empty()) {
    plan = read_plan(graph, read_file(stage.plan_file), stage.plan_file).plan;
    summary.searched = plan.layers;
    summary.validation_wrong = run.validation().evaluator.evaluate(quantize_graph(net, plan)).wrong;
    run.refuse_over_budget(stage.plan_file, quantize_graph(net, plan));
    summary.method = "Given by a file.";
    run.note("The plan of " + stage.plan_file + " was used; nothing was searched.");
  } else {
    summary.method = method_text(stage.quantize);
    const QFormat start = stage.quantize.start;
    const std::int64_t wrong_at_start =
        run.tuned()
            .evaluator
            .evaluate(quantize_graph(
                net, uniform_plan(graph.layers(), {start, start, start}, stage.quantize.rounding)))
            .wrong;
    // A share of a small budget may not even hold the start format; the whole budget must.
    if (wrong_at_start > bound && wrong_at_start <= run.most_wrong(1)) {
      run.note(to_string(start) + " alone has " + std::to_string(wrong_at_start) +
               " wrong samples, more than stage 3's share of the budget (" + std::to_string(bound) +
               "): the stage was given these.");
      bound = wrong_at_start;
    }
    log_info("searching formats: at most " + std::to_string(bound) + " of " +
             std::to_string(run.tuned().samples.size()) + " wrong (float " +
             std::to_string(run.tuned().wrong_float) + ")");
    const MachineNetwork on_machine(graph);
    const PlanCost cost = [&](const QuantizationPlan& p) {
      if (stage.quantize.cost == CostOf::bits) {
        return weighted_bits(p, stage.quantize.bit_costs);
      }
      return unskipped_energy_nj(on_machine, graph_datapath_widths(graph, p), design.point,
                                 run.technology());
    };
    QuantizeOptions options = stage.quantize;
    options.answered = answered_plans(run);
    note_least_bits(options, graph.layers(), run);
    Progress progress("searching formats", Progress::kOpenEnded, "evaluations");
    const QuantizeResult found = search_widths(net, run.tuned().evaluator, bound, options, cost,
                                               [&](std::int64_t evaluations, const std::string&) {
                                                 throw_if_interrupted();
                                                 progress.set_done(evaluations);
                                               });
    progress.set_done(found.evaluations);
    plan = found.hardware.plan;
    summary.searched = found.per_layer.plan.layers;
    summary.validation_wrong = found.per_layer.evaluation.wrong;
    summary.minima = found.minima.plan.layers;
    summary.minima_joined_wrong = found.minima.evaluation.wrong;
    summary.evaluations = found.evaluations;
  }
  summary.rounding = plan.rounding;
  for (const Widest widest : {Widest::one_binary_point, Widest::per_layer_point}) {
    HardwareReading reading;
    reading.widest = widest;
    reading.chosen = widest == stage.quantize.widest;
    try {
      // The chosen reading is what the search settled; the other is the same plan read otherwise.
      const QuantizationPlan hardware =
          reading.chosen ? plan : hardware_plan({plan.rounding, summary.searched}, widest);
      reading.layers = hardware.layers;
      reading.validation_wrong =
          run.validation().evaluator.evaluate(quantize_graph(net, hardware)).wrong;
      reading.test_wrong = wrong_on_test(hardware);
    } catch (const UserError& error) {
      reading.problem = error.what();
    }
    summary.hardware.push_back(reading);
  }
  run.write("plan.json", plan_to_json({plan, {}}));
  const QuantizedGraph quantized = quantize_graph(net, plan);
  const ActivityCounting counting =
      counting_for(graph, run.machine_point(graph_datapath_widths(graph, plan)));
  const FixedEvaluation on_validation = run.validation().evaluator.evaluate(quantized, counting);
  const FixedEvaluation on_test = run.test().evaluator.evaluate(quantized, counting);
  log_info("counting saturations");
  summary.saturation_samples = run.test().samples.size();
  summary.saturation = saturation_rows(net, plan, run.test().samples, run.threads());
  if (stage.quantize.curve) {
    log_info("measuring the error around the chosen formats");
    QuantizeOptions curve_options = stage.quantize;
    curve_options.answered = answered_plans(run);
    summary.curve =
        format_curve(net, plan, curve_options, run.validation().evaluator, run.test().evaluator);
  }
  run.part().section = to_json(summary);
  design.plan = plan;
  design.thresholds = {};
  const PpaEstimate estimate = run.estimate_ppa(design, quantized, on_test.activity);
  run.add_row(formats_text(plan), static_cast<double>(on_validation.wrong),
              static_cast<double>(on_test.wrong), &estimate, &quantized);
  log_info("formats: " + formats_text(plan));
  return design;
}

/// Every signal in the start format, before anything is searched.
void start_quantization(const QuantizeStage& stage, RunContext& run, Design& design) {
  const QFormat start = stage.quantize.start;
  const int layers = design.network != nullptr ? static_cast<int>(design.network->layers.size())
                                               : run.graph_ahead().layers();
  design.plan = uniform_plan(layers, {start, start, start}, stage.quantize.rounding);
}

bool load_plan(const QuantizeStage& stage, RunContext& run, Design& design) {
  const bool done = !stage.plan_file.empty() && run.is_done(kQuantizeStage);
  std::string where;
  const auto text =
      run.given_or_result(done ? "" : stage.plan_file, kQuantizeStage, "plan.json", where);
  if (!text) return false;
  const PlanFile file = read_plan(run.network().graph, *text, where);
  design.plan = file.plan;
  for (std::size_t k = 0; k < file.theta_codes.size(); ++k) {
    design.thresholds.theta.push_back(std::ldexp(static_cast<double>(file.theta_codes[k]),
                                                 -design.plan.layers[k].activation.fraction_bits));
  }
  return true;
}

void check_stage(QuantizeStage& stage) {
  stage.quantize.start = parse_format(stage.start_format, kMaxOperandBits, "quantize.start");
  check_options(stage.quantize);
}

}  // namespace

flow::StageDefinition quantize_stage() {
  const auto stage = std::make_shared<QuantizeStage>();
  flow::StageDefinition definition;
  definition.id = kQuantizeStage;
  definition.number = 3;
  definition.title = "3 quantization";
  definition.help = {"Stage 3 chooses the formats of weights, activations and products.",
                     "",
                     flow::sections_of_a_stage({"quantize"}),
                     {},
                     {{"minerva quantize --out runs/mnist --quantize.rounding=truncate", ""}}};
  definition.files = {"plan.json"};
  definition.arithmetic_version = 2;
  definition.needs = {"train", "noise", "dse"};
  definition.state = stage;
  definition.add_keys = [stage](Settings& settings) {
    add_quantize_settings(settings, *stage, stage->share);
  };
  definition.check = [stage](const flow::RunConfig&) { check_stage(*stage); };
  // Before anything is trained. How many multipliers a lane has is not known here: one has no tree.
  // Comparators are those of stage 4, which a run of all stages does.
  definition.check_early = [stage](RunContext& run) {
    const LayerGraph graph = run.graph_ahead();
    if (graph.layers() > 0) check_asked_formats(*stage, run, graph, 1, run.does_all());
  };
  definition.share = [stage] { return stage->share; };
  definition.start = [stage](RunContext& run, Design& design) {
    start_quantization(*stage, run, design);
  };
  definition.load = [stage](RunContext& run, Design& design) {
    return load_plan(*stage, run, design);
  };
  definition.missing = [](const RunContext&) {
    throw UserError("quantize.plan_file", "",
                    "needs a plan file, or plan.json of stage 3 in the run directory "
                    "(minerva quantize)");
  };
  definition.depends_on = [stage](RunContext& run, StageQuestion& question) {
    run.ask_accelerator(question);
    run.ask_design_point(question);
    if (stage->plan_file.empty()) {
      run.ask_bound(question, "most wrong samples", stage->share);
      run.ask_bound(question, "most wrong samples of the whole budget", 1);
    } else {
      run.ask_bound(question, "most wrong samples in the end", run.final_share());
    }
    run.ask_file(question, "quantize.plan_file", stage->plan_file);
  };
  definition.report = quantize_report;
  definition.run = [stage](RunContext& run, Design design) {
    return run_quantization(*stage, run, std::move(design));
  };
  // The book gives factors stage by stage for MNIST alone.
  definition.published_factor = [](const std::string& data_set) {
    return data_set == "mnist" ? std::optional<double>(published::kMnistQuantizationFactor.value)
                               : std::nullopt;
  };
  return definition;
}

}  // namespace minerva::quantize
