#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>

#include "arrays.hpp"
#include "bindings.hpp"
#include "long_call.hpp"
#include "minerva/accelsim/fault_tables.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/engine/evaluate.hpp"
#include "minerva/engine/float_engine.hpp"
#include "minerva/engine/graph_engine.hpp"
#include "minerva/faultsim/fault_map_counts.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/prune/threshold_search.hpp"
#include "settings_of_call.hpp"
#include "wrapped.hpp"

namespace py = pybind11;

namespace minerva::python {
namespace {

void check_samples(const Design& design, const Samples& samples, bool labelled) {
  const LayerGraph& graph = graph_of(design);
  if (samples.inputs.rows() != graph.inputs()) {
    throw UserError(
        "inputs", std::to_string(samples.inputs.rows()) + " inputs a sample",
        "the network " + network_text(graph) + " needs " + std::to_string(graph.inputs()));
  }
  if (samples.size() == 0) throw UserError("inputs", "0 samples", "needs 1 or more");
  if (!labelled) return;
  if (samples.labels.empty()) throw UserError("labels", "", "needs one a sample");
  for (const std::int32_t label : samples.labels) {
    if (label < graph.outputs()) continue;
    throw UserError("labels", std::to_string(label),
                    "the network " + network_text(graph) + " needs classes 0 to " +
                        std::to_string(graph.outputs() - 1));
  }
}

/// A fault map by its number, and who says what a fault is.
struct FaultMap {
  std::uint64_t seed = 1;
  std::uint64_t number = 0;
  const Technology* technology = nullptr;
};

QuantizedGraph stored_network(const Design& design, const std::optional<FaultMap>& map,
                              int threads) {
  QuantizedGraph network = quantized(design);
  if (!map) return network;
  faultsim::inject_faults(network, map->seed, map->number, design.supply.fault_rate, threads,
                          fault_tables(*map->technology).front().criterion);
  return network;
}

std::optional<FaultMap> fault_map_of(std::optional<std::uint64_t> number, std::uint64_t seed,
                                     const LoadedTechnology* technology) {
  if (!number) return std::nullopt;
  if (technology == nullptr) {
    throw UserError("technology", "None", "needs one, which says what a fault is");
  }
  return FaultMap{seed, *number, technology->technology.get()};
}

struct Sums {
  std::vector<std::int64_t> accumulators;  ///< [sample][output], at the fraction of the last P
  std::vector<std::int32_t> classes;
  int fraction_bits = 0;
};

/// The output sums of every sample, some samples at a time: the engine gives those of all layers.
Sums output_sums(const QuantizedGraph& network, const Samples& samples, int threads) {
  constexpr std::int64_t kBlock = 512;
  Sums sums;
  sums.fraction_bits = network.layers.back().formats.product.fraction_bits;
  for (std::int64_t first = 0; first < samples.size(); first += kBlock) {
    const std::int64_t count = std::min(kBlock, samples.size() - first);
    Samples block;
    if (samples.inputs.is_sparse()) {
      block.inputs = SampleInputs(SparseInputs(samples.inputs.sparse().middleCols(first, count)));
    } else {
      block.inputs = Eigen::MatrixXf(samples.inputs.dense().middleCols(first, count));
    }
    block.labels.resize(static_cast<std::size_t>(count));
    GraphEvaluator evaluator(block, {}, threads);
    for (const auto& layers : evaluator.accumulators(network)) {  // of a sample
      const std::vector<std::int64_t>& last = layers.back();
      expects(last.size() == static_cast<std::size_t>(network.graph.outputs()), "a sum an output");
      sums.accumulators.insert(sums.accumulators.end(), last.begin(), last.end());
      sums.classes.push_back(
          static_cast<std::int32_t>(std::max_element(last.begin(), last.end()) - last.begin()));
    }
  }
  return sums;
}

struct Evaluation {
  FixedEvaluation fixed;
  std::int64_t wrong_float = 0;
  std::vector<std::int32_t> classes;  ///< of the words of the hardware
  std::vector<std::int32_t> classes_float;
  double macs_skipped_percent = 0;
  std::vector<GraphEventCounts> events;
};

Evaluation evaluation_of(const Design& design, const Samples& samples,
                         const std::optional<FaultMap>& map, bool with_classes, int threads) {
  check_samples(design, samples, true);
  Evaluation result;
  const QuantizedGraph network = stored_network(design, map, threads);
  const Eigen::MatrixXf reference = float_outputs(*design.network, samples.inputs, threads);
  result.classes_float = classes_of(reference);
  result.wrong_float = count_wrong(result.classes_float, samples.labels);
  FixedEvaluator evaluator(samples, reference, threads);
  result.fixed = evaluator.evaluate(network, counting_for(network.graph, design.point));
  result.macs_skipped_percent = prune::skipped_percent(network, result.fixed.activity);
  for (int k = 0; k < network.graph.layers(); ++k) {
    result.events.push_back(graph_events(network.graph, k, result.fixed.activity,
                                         network.layers[static_cast<std::size_t>(k)].theta_code,
                                         design.point.lanes));
  }
  if (!with_classes) return result;
  result.classes = output_sums(network, samples, threads).classes;
  expects(count_wrong(result.classes, samples.labels) == result.fixed.wrong,
          "the two engines count the same errors");
  return result;
}

py::list activity_layers(const ActivityProfile& activity) {
  py::list layers;
  for (const LayerActivity& did : activity.layers) {
    py::dict layer;
    layer["kept_inputs"] = did.kept_inputs;
    layer["zero_inputs"] = did.zero_inputs;
    layer["active_chunks"] = did.active_chunks;
    layer["kept_tile_inputs"] = did.kept_tile_inputs;
    layer["repeated_zero_inputs"] = did.repeated_zero_inputs;
    layer["repeated_zero_chunks"] = did.repeated_zero_chunks;
    layers.append(layer);
  }
  return layers;
}

py::list counts_of(const std::vector<GraphEventCounts>& events) {
  py::list layers;
  for (const GraphEventCounts& counted : events) {
    py::dict layer;
    for (const GraphEventName& event : graph_event_names())
      layer[event.name] = counted.*event.member;
    layers.append(layer);
  }
  return layers;
}

py::dict as_dict(Evaluation result) {
  py::dict members;
  members["samples"] = result.fixed.samples;
  members["wrong"] = result.fixed.wrong;
  members["wrong_float"] = result.wrong_float;
  members["error_percent"] = result.fixed.error_percent();
  members["error_float_percent"] =
      100.0 * static_cast<double>(result.wrong_float) / static_cast<double>(result.fixed.samples);
  members["divergence_nats"] = result.fixed.divergence;
  members["macs_skipped_percent"] = result.macs_skipped_percent;
  members["classes"] =
      result.classes.empty() ? py::object(py::none()) : taken_over(std::move(result.classes));
  members["classes_float"] = taken_over(std::move(result.classes_float));
  members["activity"] = Activity{result.fixed.activity};
  members["counts"] = counts_of(result.events);
  return members;
}

ActivityProfile faulty_activity(const Design& design, const Samples& samples,
                                const Technology& technology, int maps, std::uint64_t seed,
                                int threads) {
  check_samples(design, samples, true);
  faultsim::FaultOptions options;
  options.seed = seed;
  options.criterion = fault_tables(technology).front().criterion;
  if (maps < 1) throw UserError("maps", std::to_string(maps), "needs 1 or more");
  const QuantizedGraph network = quantized(design);
  FixedEvaluator evaluator(samples, {}, threads);
  return faultsim::measure_activity(network, evaluator, design.supply.fault_rate, maps, options,
                                    counting_for(network.graph, design.point), threads);
}

}  // namespace

void bind_evaluation(py::module_& module) {
  py::class_<Activity>(module, "Activity",
                       "What the inputs of each layer did, summed over samples: what the cost of a "
                       "machine depends on.")
      .def_property_readonly("samples", [](const Activity& a) { return a.profile.samples; })
      .def_property_readonly(
          "inputs_per_cycle", [](const Activity& a) { return a.profile.chunk; },
          "Of the machine that it was counted for.")
      .def_property_readonly(
          "layers", [](const Activity& a) { return activity_layers(a.profile); },
          "Counts of each layer as a dict.");
  module.def(
      "evaluate",
      [](const Design& design, const SampleSet& set, std::optional<std::uint64_t> fault_map,
         std::uint64_t fault_seed, const LoadedTechnology* technology, bool classes, int threads) {
        const auto map = fault_map_of(fault_map, fault_seed, technology);
        return as_dict(long_call([&] {
          return evaluation_of(design, *set.samples, map, classes, threads_of(threads));
        }));
      },
      py::arg("design"), py::arg("samples"), py::arg("fault_map"), py::arg("fault_seed"),
      py::arg("technology"), py::arg("classes"), py::arg("threads"),
      "Errors, classes, activity and counts of a design.");
  module.def(
      "output_sums",
      [](const Design& design, const SampleSet& set, std::optional<std::uint64_t> fault_map,
         std::uint64_t fault_seed, const LoadedTechnology* technology, int threads) {
        const auto map = fault_map_of(fault_map, fault_seed, technology);
        const auto sums = std::make_shared<Sums>(long_call([&] {
          check_samples(design, *set.samples, false);
          const int used = threads_of(threads);
          return output_sums(stored_network(design, map, used), *set.samples, used);
        }));
        const auto outputs = static_cast<py::ssize_t>(graph_of(design).outputs());
        const auto count = static_cast<py::ssize_t>(sums->classes.size());
        return py::make_tuple(view(sums->accumulators.data(), {count, outputs}, {outputs, 1}, sums),
                              view(sums->classes, sums), sums->fraction_bits);
      },
      py::arg("design"), py::arg("samples"), py::arg("fault_map"), py::arg("fault_seed"),
      py::arg("technology"), py::arg("threads"),
      "int64 (samples, outputs) codes of the output sums, int32 classes, and their fraction bits.");
  module.def(
      "float_outputs",
      [](const Design& design, const SampleSet& set, int threads) {
        const auto outputs = std::make_shared<const Eigen::MatrixXf>(long_call([&] {
          check_samples(design, *set.samples, false);
          return float_outputs(*design.network, set.samples->inputs, threads_of(threads));
        }));
        return py::make_tuple(view(outputs->data(), {outputs->cols(), outputs->rows()},
                                   {outputs->rows(), 1}, outputs),
                              taken_over(classes_of(*outputs)));
      },
      py::arg("design"), py::arg("samples"), py::arg("threads"),
      "float32 (samples, outputs) sums of the float network, and int32 classes.");
  module.def(
      "faulty_activity",
      [](const Design& design, const SampleSet& set, const LoadedTechnology& technology, int maps,
         std::uint64_t seed, int threads) {
        return Activity{long_call([&] {
          return faulty_activity(design, *set.samples, *technology.technology, maps, seed,
                                 threads_of(threads));
        })};
      },
      py::arg("design"), py::arg("samples"), py::arg("technology"), py::arg("maps"),
      py::arg("seed"), py::arg("threads"),
      "The activity under fault maps at the fault rate of the design's supply.");
}

}  // namespace minerva::python
