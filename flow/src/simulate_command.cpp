#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <optional>

#include "evaluate_command.hpp"
#include "evaluation_setup.hpp"
#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/accelsim/machine.hpp"
#include "minerva/core/errors.hpp"
#include "minerva/dse/verify_point.hpp"
#include "minerva/report/text_table.hpp"
#include "waveform_file.hpp"

namespace minerva::flow {
namespace {

std::vector<std::vector<std::int16_t>> codes_of(const EvaluationSetup& setup) {
  const std::vector<std::int16_t> all =
      input_codes(setup.samples.inputs, setup.network.layers.front().formats.activation,
                  setup.network.rounding);
  std::vector<std::vector<std::int16_t>> each;
  const std::ptrdiff_t n_in = setup.network.layers.front().n_in;
  for (std::ptrdiff_t s = 0; s < setup.samples.size(); ++s) {
    each.emplace_back(all.begin() + s * n_in, all.begin() + (s + 1) * n_in);
  }
  return each;
}

/// Runs the cycles from `from` on, `count` at most, and prints them.
void print_trace(Machine& machine, int multiplier_stages, std::int64_t from, std::int64_t count) {
  TextTable table(cycle_table_headings(multiplier_stages));
  while (machine.running() && machine.state().cycle + 1 < from + count) {
    machine.step();
    if (machine.state().cycle >= from) {
      table.add(cycle_table_row(machine.state(), machine.lanes()));
    }
  }
  std::printf("Cycles of the first prediction (g: group, j: inputs, n: neurons, *: held)\n%s\n",
              table.text().c_str());
}

SimulationResult run_machine(const EvaluationSetup& setup, const FlowOptions& options,
                             const std::vector<std::vector<std::int16_t>>& inputs) {
  std::optional<WaveformFile> waveform;
  MachineOptions machine_options;
  machine_options.model = options.simulation_model;
  if (!options.vcd.empty()) {
    waveform.emplace(options.vcd);
    machine_options.waveform = {waveform->temporary_path(), options.vcd_lanes};
  }
  SimulationResult result;
  std::int64_t cycles = 0;
  {
    Machine machine(setup.network, setup.point, machine_options);
    for (const auto& input : inputs) {
      machine.issue(input);
      if (result.samples.empty() && options.trace_cycles > 0) {
        print_trace(machine, setup.point.multiplier_stages, options.trace_from,
                    options.trace_cycles);
      }
      if (machine.running()) machine.run();
      result.samples.push_back(machine.result());
      for (const LayerCycles& layer : result.samples.back().cycles) cycles += layer.total();
    }
    result.bank_accesses = machine.bank_accesses();
  }
  if (waveform) waveform->publish(cycles * std::llround(setup.point.clock_period_ns * 1000));
  return result;
}

void print_cycles(const std::vector<LayerCycles>& cycles, double clock_period_ns) {
  TextTable table({"layer", "fill", "issue", "stall", "drain", "total cycles"});
  LayerCycles sum;
  const auto add = [&](const std::string& name, const LayerCycles& c) {
    table.add({name, std::to_string(c.fill), std::to_string(c.issue), std::to_string(c.stall),
               std::to_string(c.drain), std::to_string(c.total())});
  };
  for (std::size_t k = 0; k < cycles.size(); ++k) {
    add(std::to_string(k + 1), cycles[k]);
    sum += cycles[k];
  }
  add("all", sum);
  std::printf("Cycles of one prediction by cause\n%s", table.text().c_str());
  std::printf("%.1f predictions/s at %g ns; loading the input memory is not timed\n\n",
              1e9 / (static_cast<double>(sum.total()) * clock_period_ns), clock_period_ns);
}

/// A mean of counts: whole where it is whole, one decimal otherwise.
std::string mean_text(std::int64_t sum, std::size_t samples) {
  const auto count = static_cast<std::int64_t>(samples);
  char text[40];
  std::snprintf(text, sizeof text, "%.*f", sum % count == 0 ? 0 : 1,
                static_cast<double>(sum) / static_cast<double>(count));
  return text;
}

void print_events(const std::vector<SimulatedPrediction>& samples) {
  const std::size_t depth = samples.front().events.size();
  std::vector<EventCounts> sum(depth);
  for (const SimulatedPrediction& sample : samples) {
    for (std::size_t k = 0; k < depth; ++k) sum[k] += sample.events[k];
  }
  std::vector<std::string> headings = {"event"};
  for (std::size_t k = 0; k < depth; ++k) headings.push_back("layer " + std::to_string(k + 1));
  TextTable table(headings);
  for (const EventName& event : event_names()) {
    std::vector<std::string> row = {event.name};
    for (std::size_t k = 0; k < depth; ++k) {
      row.push_back(mean_text(sum[k].*event.member, samples.size()));
    }
    table.add(row);
  }
  std::printf("Events of one prediction, mean of %zu\n%s\n", samples.size(), table.text().c_str());
}

void print_banks(const BankAccesses& accesses, std::size_t samples) {
  TextTable table({"accesses of a bank", "banks", "min", "mean", "max"});
  for (const BankAccessName& kind : bank_access_names()) {
    const std::vector<std::int64_t>& banks = accesses.*kind.member;
    const auto [least, most] = std::minmax_element(banks.begin(), banks.end());
    const std::int64_t sum = std::accumulate(banks.begin(), banks.end(), std::int64_t{0});
    table.add({kind.name, std::to_string(banks.size()), mean_text(*least, samples),
               mean_text(sum, samples * banks.size()), mean_text(*most, samples)});
  }
  std::printf("Memory banks, accesses of one prediction, mean of %zu\n%s\n", samples,
              table.text().c_str());
}

void check_trace(const FlowOptions& options, const EvaluationSetup& setup) {
  const std::int64_t cycles = total_cycles(setup.network.topology(), setup.point);
  if (options.trace_cycles > 0 && options.trace_from >= cycles) {
    throw UserError("simulate.trace_from", std::to_string(options.trace_from),
                    "needs 0 to " + std::to_string(cycles - 1) +
                        ", the last cycle of a prediction of " + to_string(setup.point));
  }
}

}  // namespace

void simulate_command(Flow& flow) {
  const FlowOptions& options = flow.options();
  const EvaluationSetup setup = set_up_evaluation(flow, options.simulate_samples, "simulate.samples");
  check_trace(options, setup);
  std::printf("machine %s\nnetwork %s\n\n", to_string(setup.point).c_str(),
              to_string(setup.network.topology()).c_str());
  std::fflush(stdout);
  const std::vector<std::vector<std::int16_t>> inputs = codes_of(setup);
  const SimulationResult result = run_machine(setup, options, inputs);
  print_cycles(result.samples.front().cycles, setup.point.clock_period_ns);
  print_events(result.samples);
  print_banks(result.bank_accesses, inputs.size());
  std::int64_t wrong = 0;
  for (std::size_t s = 0; s < inputs.size(); ++s) {
    wrong += result.samples[s].predicted_class != setup.samples.labels[s] ? 1 : 0;
  }
  std::printf("%lld of %zu predictions wrong\n", static_cast<long long>(wrong), inputs.size());
  const std::vector<std::string> differences =
      dse::verify_result(setup.network, setup.point, inputs, result);
  if (!differences.empty()) throw VerificationFailure(differences.front());
  std::printf("SystemC (%s), closed form and inference agree on every cycle, count and bit\n",
              to_string(options.simulation_model));
}

}  // namespace minerva::flow
