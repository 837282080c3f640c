#include <cstdio>

#include "evaluate_command.hpp"
#include "evaluation_setup.hpp"
#include "minerva/accelsim/simulate.hpp"
#include "minerva/dse/verify_point.hpp"
#include "minerva/report/text_table.hpp"

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

}  // namespace

void simulate_command(Flow& flow) {
  const EvaluationSetup setup = set_up_evaluation(flow, flow.options().simulate_samples);
  std::printf("machine %s\nnetwork %s\n\n", to_string(setup.point).c_str(),
              to_string(setup.network.topology()).c_str());
  std::fflush(stdout);
  const std::vector<std::vector<std::int16_t>> inputs = codes_of(setup);
  const SimulationResult result = simulate(setup.network, setup.point, inputs);
  print_cycles(result.samples.front().cycles, setup.point.clock_period_ns);
  print_events(result.samples);
  std::int64_t wrong = 0;
  for (std::size_t s = 0; s < inputs.size(); ++s) {
    wrong += result.samples[s].predicted_class != setup.samples.labels[s] ? 1 : 0;
  }
  std::printf("%lld of %zu predictions wrong\n", static_cast<long long>(wrong), inputs.size());
  const std::vector<std::string> differences =
      dse::verify_point(setup.network, setup.point, inputs);
  if (!differences.empty()) throw VerificationFailure(differences.front());
  std::printf("SystemC, closed form and inference agree on every cycle, count and bit\n");
}

}  // namespace minerva::flow
