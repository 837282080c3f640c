#include "evaluate_command.hpp"

#include <cstdio>
#include <optional>

#include "chip_in_machine.hpp"
#include "evaluation_setup.hpp"
#include "faultsim_stage.hpp"
#include "graph_dump_files.hpp"
#include "json_output.hpp"
#include "label_table.hpp"
#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/base/parallel.hpp"
#include "minerva/base/text.hpp"
#include "minerva/design/design_json.hpp"
#include "minerva/engine/float_engine.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/files/owned_folder.hpp"
#include "minerva/interchange/npy.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/prune/threshold_search.hpp"
#include "minerva/run/logging.hpp"
#include "saturation_output.hpp"

namespace minerva::flow {
namespace {

using Shape = std::vector<std::size_t>;

std::size_t size(int n) { return static_cast<std::size_t>(n); }

void dump_network(OwnedFolder& folder, const EvaluationSetup& setup, const GraphNetwork& net) {
  for (std::size_t k = 0; k < setup.network.layers.size(); ++k) {
    const QuantizedLayer& layer = setup.network.layers[k];
    if (layer.weights.empty()) continue;  // a pool
    const std::string n = std::to_string(k) + ".npy";
    const Shape matrix = {size(layer.n_in), size(layer.n_out)};
    folder.write("w" + n, npy_bytes(layer.weights, matrix));
    folder.write("b" + n, npy_bytes(layer.biases, {size(layer.n_out)}));
    if (setup.faults) {
      std::vector<std::int16_t> read(layer.weights.size());
      for (int j = 0; j < layer.n_in; ++j) {
        for (int i = 0; i < layer.n_out; ++i) {
          read[layer.index(j, i)] =
              static_cast<std::int16_t>(setup.network.weight_as_read(static_cast<int>(k), j, i));
        }
      }
      folder.write("mask" + n, npy_bytes(layer.faulty_bits, matrix));
      folder.write("wread" + n, npy_bytes(read, matrix));
    }
    const LayerParameters& exact = net.layers[k];
    folder.write("float_w" + n,
                 npy_bytes(std::vector<float>(exact.weights.data(),
                                              exact.weights.data() + exact.weights.size()),
                           matrix));
    folder.write("float_b" + n,
                 npy_bytes(std::vector<float>(exact.biases.data(),
                                              exact.biases.data() + exact.biases.size()),
                           {size(layer.n_out)}));
  }
}

/// Inputs, sums and classes of every sample, from the reference; returns the wrong samples.
std::int64_t dump_samples(OwnedFolder& folder, const EvaluationSetup& setup, int threads) {
  const QuantizedNetwork network = setup.chain();
  const std::size_t depth = network.layers.size();
  const std::int64_t count = setup.samples.size();
  const auto samples = static_cast<std::size_t>(count);
  const std::vector<std::int16_t> codes = input_codes(
      setup.samples.inputs, network.layers.front().formats.activation, network.rounding);
  std::vector<std::vector<std::int32_t>> x(depth);
  std::vector<std::vector<std::int64_t>> acc(depth);
  for (std::size_t k = 0; k < depth; ++k) {
    x[k].resize(samples * size(network.layers[k].n_in));
    acc[k].resize(samples * size(network.layers[k].n_out));
  }
  std::vector<std::int32_t> classes(samples);
  for_each_index(count, threads, 16, [&](std::int64_t s) {
    throw_if_interrupted();
    const FixedTrace trace =
        trace_prediction(network, codes.data() + s * network.layers.front().n_in);
    for (std::size_t k = 0; k < depth; ++k) {
      std::copy(trace.inputs[k].begin(), trace.inputs[k].end(),
                x[k].begin() + s * network.layers[k].n_in);
      std::copy(trace.accumulators[k].begin(), trace.accumulators[k].end(),
                acc[k].begin() + s * network.layers[k].n_out);
    }
    classes[static_cast<std::size_t>(s)] = trace.predicted_class;
  });
  for (std::size_t k = 0; k < depth; ++k) {
    const std::string n = std::to_string(k) + ".npy";
    folder.write("x" + n, npy_bytes(x[k], {samples, size(network.layers[k].n_in)}));
    folder.write("acc" + n, npy_bytes(acc[k], {samples, size(network.layers[k].n_out)}));
  }
  folder.write("class.npy", npy_bytes(classes, {samples}));
  return count_wrong(classes, setup.samples.labels);
}

void dump_description(OwnedFolder& folder, const EvaluationSetup& setup,
                      FixedEvaluator& evaluator) {
  const QuantizedNetwork network = setup.chain();
  const Topology topology = network.topology();
  DumpDescription description;
  description.plan.plan = network.plan();
  description.faults = setup.faults;
  description.mitigation = network.mitigation;
  description.point = setup.point;
  description.cycles = count_cycles(topology, setup.point);
  description.counts.resize(network.layers.size());
  for (const QuantizedLayer& layer : network.layers) {
    description.plan.theta_codes.push_back(layer.theta_code);
  }
  for (const ActivityProfile& sample :
       evaluator.activity_of_each(network, setup.point.inputs_per_cycle())) {
    for (std::size_t k = 0; k < network.layers.size(); ++k) {
      const QuantizedLayer& layer = network.layers[k];
      description.counts[k].push_back(count_events(layer.n_in, layer.n_out, static_cast<int>(k),
                                                   setup.point, sample.layers[k], 1,
                                                   layer.theta_code > 0));
    }
  }
  folder.write("plan.json", dump_to_json(description));
}

/// The fault map that faults.write_map asks for.
void write_map(RunContext& run, const EvaluationSetup& setup) {
  const faultsim::FaultStage& o = run.state<faultsim::FaultStage>();
  if (o.write_map.empty()) return;
  const faultsim::ChipMap chip = faultsim::chip_of_technology(
      o.faults, o.fault_map, run.technology(), setup.network, setup.point);
  write_file(o.write_map, faultsim::chip_map_text(chip));
  log_info("wrote " + std::to_string(chip.faults.size()) + " faulty cells at " +
           std::to_string(chip.measured_v.size()) + " voltages to " + printable(o.write_map));
}

/// Of a given network: signs that the labels are others than it means, or that it knows the
/// samples.
void say_what_is_doubtful(RunContext& run, const std::vector<LabelRow>& labels,
                          std::int64_t wrong_float) {
  const std::string mismatch = mismatch_of_labels(labels);
  if (!mismatch.empty()) log_warning(mismatch);
  const SamplePart part = run.options().evaluation.part;
  const std::string warning =
      run.warning_of_held_out({part == SamplePart::validation, part == SamplePart::test});
  if (warning.empty()) return;
  log_warning(warning);
  if (wrong_float > 0) return;
  log_warning(std::string("no ") + to_string(part) +
              " sample is wrong: a sign that the network was trained on them");
}

}  // namespace

void evaluate_command(RunContext& run) {
  const EvaluationOptions& o = run.options().evaluation;
  std::optional<OwnedFolder> dump;
  if (!o.dump.empty()) {
    dump.emplace(o.dump, "dump", [&] {
      throw UserError("eval.dump", o.dump,
                      "needs a new or an empty folder, or one of an earlier dump");
    });
  }
  EvaluationSetup setup = set_up_evaluation(run, o.eval_samples, "eval.samples");
  if (dump) {
    refuse_read_ahead(setup.point, "eval.dump, which has the same cycles for every sample");
    refuse_batches(setup.point, "eval.dump, which has the cycles and counts of single samples");
  }
  write_map(run, setup);
  const GraphNetwork& net = run.network();
  const Eigen::MatrixXf reference = float_outputs(net, setup.samples.inputs, run.threads());
  FixedEvaluator evaluator(setup.samples, reference, run.threads());
  const FixedEvaluation e =
      evaluator.evaluate(setup.network, counting_for(setup.network.graph, setup.point));
  if (dump) {
    dump->remove_earlier_files();
    dump_network(*dump, setup, net);
    const bool chain = setup.network.graph.is_dense_chain();
    const std::int64_t wrong =
        chain ? dump_samples(*dump, setup, run.threads()) : dump_maps(*dump, setup, run.threads());
    expects(wrong == e.wrong, "eval: the fast engine and the reference disagree");
    chain ? dump_description(*dump, setup, evaluator)
          : dump_graph_description(*dump, setup, evaluator);
  }
  const std::vector<std::int32_t> float_classes = classes_of(reference);
  const std::int64_t wrong_float = count_wrong(float_classes, setup.samples.labels);
  const bool given = !run.options().network_file.empty();
  const std::vector<LabelRow> labels = label_rows(run.data(), setup.samples, float_classes);
  const double skipped_percent = prune::skipped_percent(setup.network, e.activity);
  const double float_percent =
      100.0 * static_cast<double>(wrong_float) / static_cast<double>(e.samples);
  char text[512];
  std::snprintf(text, sizeof text,
                "samples            %lld (%s of %s)\n"
                "wrong, fixed point %lld (%.3f %%)\n"
                "wrong, float       %lld (%.3f %%)\n"
                "divergence         %.6g nats a sample\n"
                "MACs skipped       %.3f %%\n",
                static_cast<long long>(e.samples), to_string(o.part), run.data().name.c_str(),
                static_cast<long long>(e.wrong), e.error_percent(),
                static_cast<long long>(wrong_float), float_percent, e.divergence, skipped_percent);
  const SaturationOutput saturation =
      saturation_output(net, setup.network, setup.samples, run.threads());
  print_text(text + ("saturation         " + saturation.text + "\n") +
             (o.dump.empty() ? "" : "integers           " + o.dump + "\n"));
  if (given) {
    print_text("\nlabels and outputs of the float network\n" + label_table_text(labels));
    say_what_is_doubtful(run, labels, wrong_float);
  }
  Json document = {{"schema", "minerva-evaluation-1"},
                   {"data", run.data().name},
                   {"part", to_string(o.part)},
                   {"network", network_text(setup.network.graph)},
                   {"samples", e.samples},
                   {"wrong", e.wrong},
                   {"error_percent", e.error_percent()},
                   {"wrong_float", wrong_float},
                   {"error_float_percent", float_percent},
                   {"divergence_nats", e.divergence},
                   {"macs_skipped_percent", skipped_percent},
                   {"fault_map", setup.faults},
                   {"saturation", saturation.document}};
  if (given) {
    document["labels"] = label_table_json(labels);
    document["notes"] = run.data().notes;
  }
  if (!o.dump.empty()) document["dump"] = o.dump;
  print_document(document);
}

}  // namespace minerva::flow
