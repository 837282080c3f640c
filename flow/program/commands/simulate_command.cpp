#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "evaluate_command.hpp"
#include "evaluation_setup.hpp"
#include "json_output.hpp"
#include "minerva/accelsim/machine.hpp"
#include "minerva/accelsim/verify_point.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/report/text_table.hpp"
#include "saturation_output.hpp"
#include "waveform_file.hpp"
#include "waveform_window.hpp"

namespace minerva::flow {
namespace {

const char* legend_of_trace(const LayerGraph& graph) {
  return graph.is_dense_chain()
             ? "Cycles of the first prediction (g: group, j: inputs, n: neurons, *: held)\n"
             : "Cycles of the first prediction (p: position, g: group, j: inputs, a: channels of "
               "an "
               "added tensor, w: word of a pool, n: channels, *: held)\n";
}

/// Runs the cycles from `from` on, `count` at most, and shows them.
void show_trace(const LayerGraph& graph, Machine& machine, int multiplier_stages, std::int64_t from,
                std::int64_t count, Json& document) {
  const std::vector<std::string> headings = cycle_table_headings(multiplier_stages);
  TextTable table(headings);
  document["trace"] = {{"headings", headings}, {"rows", Json::array()}};
  while (machine.running() && machine.state().cycle + 1 < from + count) {
    machine.step();
    if (machine.state().cycle >= from) {
      const std::vector<std::string> row = cycle_table_row(machine.state());
      table.add(row);
      document["trace"]["rows"].push_back(row);
    }
  }
  print_text(std::string(legend_of_trace(graph)) + table.text() + "\n");
}

/// Cycles of every layer of each batch; of each sample where predictions run one after the other.
using CyclesOfEach = std::vector<std::vector<LayerCycles>>;

SimulationResult run_machine(const EvaluationSetup& setup, const RunOptions& options,
                             const std::vector<std::vector<std::int16_t>>& inputs,
                             const CyclesOfEach& cycles, Json& document) {
  std::optional<WaveformFile> waveform;
  MachineOptions machine_options;
  machine_options.model = options.simulation_model;
  WaveformWindow window;
  if (!options.evaluation.vcd.empty()) {
    window = waveform_window(options.evaluation, cycles);
    waveform.emplace(options.evaluation.vcd);
    machine_options.waveform = {waveform->temporary_path(), options.evaluation.vcd_lanes,
                                window.first_cycle, window.end_cycle};
  }
  SimulationResult result;
  WaveformView view;
  {
    Machine machine(setup.network, setup.point, machine_options);
    for (const auto& batch : batches_of(inputs, setup.point.batch_size)) {
      machine.issue(batch);
      if (result.batches.empty() && options.evaluation.trace_cycles > 0) {
        show_trace(setup.network.graph, machine, setup.point.multiplier_stages,
                   options.evaluation.trace_from, options.evaluation.trace_cycles, document);
      }
      if (machine.running()) machine.run(throw_if_interrupted);
      result.batches.push_back(machine.result());
    }
    result.bank_accesses = machine.bank_accesses();
    view.signals = machine.waveform_signals();
  }
  if (waveform) {
    view.cycle_ps = std::llround(setup.point.clock_period_ns * 1000);
    view.begin_ps = window.first_cycle * view.cycle_ps;
    waveform->publish(window.end_cycle * view.cycle_ps, view);
  }
  return result;
}

std::vector<CycleName> causes_of(const DesignPoint& point) {
  return cycle_names_of(point.streams_weights(), point.reads_ahead());
}

/// A mean of counts: whole where it is whole, one decimal otherwise.
std::string mean_text(std::int64_t sum, std::size_t samples) {
  const auto count = static_cast<std::int64_t>(samples);
  char text[40];
  std::snprintf(text, sizeof text, "%.*f", sum % count == 0 ? 0 : 1,
                static_cast<double>(sum) / static_cast<double>(count));
  return text;
}

/// Sums over the samples, a row a layer, and of all layers.
std::vector<LayerCycles> sums_of_cycles(const CyclesOfEach& cycles) {
  std::vector<LayerCycles> sums(cycles.front().size() + 1);
  for (const std::vector<LayerCycles>& sample : cycles) {
    for (std::size_t k = 0; k < sample.size(); ++k) {
      sums[k] += sample[k];
      sums.back() += sample[k];
    }
  }
  return sums;
}

/// The fewest and the most cycles of a sample, or a batch.
std::pair<std::int64_t, std::int64_t> range_of_cycles(const CyclesOfEach& cycles) {
  std::pair<std::int64_t, std::int64_t> range{std::numeric_limits<std::int64_t>::max(), 0};
  for (const std::vector<LayerCycles>& sample : cycles) {
    std::int64_t total = 0;
    for (const LayerCycles& layer : sample) total += layer.total();
    range = {std::min(range.first, total), std::max(range.second, total)};
  }
  return range;
}

void show_cycles(const CyclesOfEach& cycles, const DesignPoint& point, std::size_t samples,
                 Json& document) {
  const double clock_period_ns = point.clock_period_ns;
  const std::vector<CycleName> causes = causes_of(point);
  std::vector<std::string> headings = {"layer"};
  for (const CycleName& cause : causes) headings.emplace_back(cause.name);
  headings.emplace_back("total cycles");
  TextTable table(headings);
  const std::size_t batches = cycles.size();
  // Whole, but where a machine reads ahead, or the last batch is smaller.
  const auto mean = [&](std::int64_t sum) {
    const auto count = static_cast<std::int64_t>(batches);
    return sum % count == 0 ? Json(sum / count)
                            : Json(static_cast<double>(sum) / static_cast<double>(count));
  };
  const std::vector<LayerCycles> sums = sums_of_cycles(cycles);
  for (std::size_t k = 0; k < sums.size(); ++k) {
    const std::string name = k + 1 < sums.size() ? std::to_string(k + 1) : "all";
    std::vector<std::string> row = {name};
    Json numbers = {{"layer", name}};
    for (const CycleName& cause : causes) {
      row.push_back(mean_text(sums[k].*cause.member, batches));
      numbers[cause.name] = mean(sums[k].*cause.member);
    }
    row.push_back(mean_text(sums[k].total(), batches));
    numbers["total"] = mean(sums[k].total());
    table.add(row);
    document["cycles"].push_back(numbers);
  }
  const double mean_cycles =
      static_cast<double>(sums.back().total()) / static_cast<double>(samples);
  const double predictions_per_s = 1e9 / (mean_cycles * clock_period_ns);
  char rate[160];
  std::snprintf(rate, sizeof rate, "%.1f predictions/s at %g ns", predictions_per_s,
                clock_period_ns);
  std::string title = "Cycles of one prediction by cause";
  std::string performance = rate;
  if (point.runs_batches()) {
    const double latency_us = static_cast<double>(sums.back().total()) /
                              static_cast<double>(batches) * clock_period_ns / 1000;
    std::snprintf(rate, sizeof rate, ", latency of a batch %.4g us", latency_us);
    performance += rate;
    document["batch_latency_us"] = latency_us;
    title = "Cycles of one batch of " + std::to_string(point.batch_size) +
            " predictions by cause, mean of " + std::to_string(batches);
  }
  if (point.reads_ahead()) {
    const auto [least, most] = range_of_cycles(cycles);
    title += ", mean of " + std::to_string(samples) + " (" + std::to_string(least) + " to " +
             std::to_string(most) + " in all)";
    document["cycles_least"] = least;
    document["cycles_most"] = most;
  }
  print_text(title + "\n" + table.text() + performance +
             "; loading the input memory is not timed\n\n");
  document["predictions_per_s"] = predictions_per_s;
}

/// Events that a machine for such a network has.
std::vector<GraphEventName> names_of_events(const LayerGraph& graph, const DesignPoint& point) {
  std::vector<GraphEventName> names = graph_event_names();
  const GraphEventName loads = names.back();
  names.resize(graph.is_dense_chain() ? event_names().size() : names.size() - 1);
  if (point.streams_weights()) names.push_back(loads);
  return names;
}

/// Events of each layer, over all samples.
std::vector<GraphEventCounts> sums_of_events(const std::vector<SimulatedBatch>& batches) {
  std::vector<GraphEventCounts> sum(batches.front().events.size());
  for (const SimulatedBatch& batch : batches) {
    for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += batch.events[k];
  }
  return sum;
}

/// The file of simulate.csv, in the columns that layers.csv has of them.
std::string simulation_csv(const EvaluationSetup& setup,
                           const std::vector<SimulatedBatch>& batches) {
  const LayerGraph& graph = setup.network.graph;
  const auto samples = setup.samples.size();
  const std::vector<CycleName> causes = causes_of(setup.point);
  const std::vector<GraphEventName> events = names_of_events(graph, setup.point);
  std::vector<std::string> names = {"layer", "text"};
  for (const CycleName& cause : causes) names.emplace_back(cause.name);
  names.emplace_back("cycles");
  for (const GraphEventName& event : events) names.emplace_back(event.name);
  Csv csv(names);
  const std::vector<GraphEventCounts> sum = sums_of_events(batches);
  for (std::size_t k = 0; k < sum.size(); ++k) {
    LayerCycles cycles;
    for (const SimulatedBatch& batch : batches) cycles += batch.cycles[k];
    // Whole, but where a machine reads ahead, or runs batches.
    const auto mean = [&](std::int64_t of_all) -> CsvCell {
      const auto count = static_cast<std::int64_t>(samples);
      if (of_all % count == 0) return of_all / count;
      return static_cast<double>(of_all) / static_cast<double>(count);
    };
    const int layer = static_cast<int>(k);
    std::vector<CsvCell> cells = {layer + 1, layer_text(graph.layer(layer), layer)};
    for (const CycleName& cause : causes) cells.push_back(mean(cycles.*cause.member));
    cells.push_back(mean(cycles.total()));
    for (const GraphEventName& event : events) {
      cells.push_back(static_cast<double>(sum[k].*event.member) / static_cast<double>(samples));
    }
    csv.add(cells);
  }
  return csv.text();
}

void show_events(const LayerGraph& graph, const DesignPoint& point,
                 const std::vector<SimulatedBatch>& batches, std::size_t samples, Json& document) {
  const std::vector<GraphEventCounts> sum = sums_of_events(batches);
  const std::size_t depth = sum.size();
  std::vector<std::string> headings = {"event"};
  for (std::size_t k = 0; k < depth; ++k) headings.push_back("layer " + std::to_string(k + 1));
  TextTable table(headings);
  for (const GraphEventName& event : names_of_events(graph, point)) {
    std::vector<std::string> row = {event.name};
    Json& means = document["events_mean"][event.name] = Json::array();
    for (std::size_t k = 0; k < depth; ++k) {
      means.push_back(static_cast<double>(sum[k].*event.member) / static_cast<double>(samples));
      row.push_back(mean_text(sum[k].*event.member, samples));
    }
    table.add(row);
  }
  print_text("Events of one prediction, mean of " + std::to_string(samples) + "\n" + table.text() +
             "\n");
}

void show_banks(const BankAccesses& accesses, const DesignPoint& point, std::size_t samples,
                Json& document) {
  TextTable table({"accesses of a bank", "banks", "min", "mean", "max"});
  for (const BankAccessName& kind : bank_access_names()) {
    if (kind.member == &BankAccesses::weight_writes && !point.streams_weights()) continue;
    const std::vector<std::int64_t>& banks = accesses.*kind.member;
    const auto [least, most] = std::minmax_element(banks.begin(), banks.end());
    const std::int64_t sum = std::accumulate(banks.begin(), banks.end(), std::int64_t{0});
    table.add({kind.name, std::to_string(banks.size()), mean_text(*least, samples),
               mean_text(sum, samples * banks.size()), mean_text(*most, samples)});
    const auto mean = [samples](std::int64_t total, std::size_t of_banks) {
      return static_cast<double>(total) / static_cast<double>(samples * of_banks);
    };
    document["bank_accesses_mean"].push_back({{"kind", kind.name},
                                              {"banks", banks.size()},
                                              {"least", mean(*least, 1)},
                                              {"mean", mean(sum, banks.size())},
                                              {"most", mean(*most, 1)}});
  }
  print_text("Memory banks, accesses of one prediction, mean of " + std::to_string(samples) + "\n" +
             table.text() + "\n");
}

void check_trace(const RunOptions& options, const EvaluationSetup& setup,
                 const std::vector<LayerCycles>& of_first) {
  std::int64_t cycles = 0;
  for (const LayerCycles& layer : of_first) cycles += layer.total();
  if (options.evaluation.trace_cycles > 0 && options.evaluation.trace_from >= cycles) {
    throw UserError("simulate.trace_from", std::to_string(options.evaluation.trace_from),
                    "needs 0 to " + std::to_string(cycles - 1) +
                        ", the last cycle of a prediction of " + to_string(setup.point));
  }
}

}  // namespace

void simulate_command(RunContext& run) {
  const RunOptions& options = run.options();
  const EvaluationSetup setup =
      set_up_evaluation(run, options.evaluation.simulate_samples, "simulate.samples");
  const std::vector<std::vector<std::int16_t>> inputs = codes_of_each(setup);
  const CyclesOfEach cycles = cycles_of_each(setup.network, setup.point, inputs);
  check_trace(options, setup, cycles.front());
  const std::string machine = to_string(setup.point);
  const std::string network = network_text(setup.network.graph);
  print_text("machine " + machine + "\nnetwork " + network + "\n\n");
  Json document = {{"schema", "minerva-simulation-1"},
                   {"machine", machine},
                   {"network", network},
                   {"model", to_string(options.simulation_model)},
                   {"clock_period_ns", setup.point.clock_period_ns},
                   {"samples", inputs.size()},
                   {"batch_size", setup.point.batch_size}};
  const SimulationResult result = run_machine(setup, options, inputs, cycles, document);
  CyclesOfEach simulated;
  for (const SimulatedBatch& batch : result.batches) simulated.push_back(batch.cycles);
  show_cycles(simulated, setup.point, inputs.size(), document);
  show_events(setup.network.graph, setup.point, result.batches, inputs.size(), document);
  show_banks(result.bank_accesses, setup.point, inputs.size(), document);
  std::int64_t wrong = 0;
  const std::vector<int> classes = result.predicted_classes();
  for (std::size_t s = 0; s < inputs.size(); ++s) {
    wrong += classes[s] != setup.samples.labels[s] ? 1 : 0;
  }
  document["wrong"] = wrong;
  print_text(std::to_string(wrong) + " of " + std::to_string(inputs.size()) +
             " predictions wrong\n");
  const SaturationOutput saturation =
      saturation_output(run.network(), setup.network, setup.samples, run.threads());
  document["saturation"] = saturation.document;
  print_text("saturation: " + saturation.text + "\n");
  const std::vector<std::string> differences =
      verify_result(setup.network, setup.point, inputs, result);
  if (!differences.empty()) throw VerificationFailure(differences.front());
  if (!options.evaluation.csv.empty()) {
    write_file(options.evaluation.csv, simulation_csv(setup, result.batches));
  }
  print_text(std::string("SystemC (") + to_string(options.simulation_model) +
             "), closed form and inference agree on every cycle, count and bit\n");
  print_document(document);
}

}  // namespace minerva::flow
