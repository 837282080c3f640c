#include <algorithm>
#include <cstdio>

#include "flow.hpp"
#include "minerva/accelsim/ppa.hpp"
#include "minerva/app/logging.hpp"
#include "minerva/dse/explore.hpp"
#include "minerva/dse/verify_point.hpp"
#include "minerva/report/design_json.hpp"

// Stage 2: the design space, its frontier and the accelerator before optimization.
namespace minerva::flow {

void Flow::verify(const std::string& what, const QuantizedNetwork& network,
                  const DesignPoint& point) {
  const Samples some = data().test.head(options_.verify_samples);
  const std::vector<std::int16_t> codes =
      input_codes(some.inputs, network.layers.front().formats.activation, network.rounding);
  std::vector<std::vector<std::int16_t>> inputs;
  const std::ptrdiff_t n_in = network.layers.front().n_in;
  for (std::ptrdiff_t s = 0; s < some.size(); ++s) {
    inputs.emplace_back(codes.begin() + s * n_in, codes.begin() + (s + 1) * n_in);
  }
  const std::vector<std::string> differences = dse::verify_point(network, point, inputs);
  if (!differences.empty()) {
    throw VerificationFailure(what + " (" + to_string(point) + "): " + differences.front());
  }
  summary_.verification.push_back({what + ": SystemC = closed form = inference", true,
                                   to_string(point) + "; every cycle, count and accumulator of " +
                                       std::to_string(inputs.size()) + " predictions"});
}

void Flow::explore() {
  const Network& net = network();
  const Topology topology = net.topology();
  const QFormat start = options_.quantize.start;
  const QuantizationPlan formats =
      uniform_plan(topology.layers(), {start, start, start}, options_.quantize.rounding);
  const QuantizedNetwork quantized = quantize_network(net, formats);
  const DatapathWidths widths = datapath_widths(formats, topology);
  if (summary_.stages.empty()) {
    StageRow float_network;
    float_network.name = "1 float network";
    float_network.detail = to_string(topology);
    add_row(0, float_network, static_cast<double>(validation().wrong_float),
            static_cast<double>(test().wrong_float), 0, nullptr);
  }
  const dse::Exploration space =
      dse::explore(topology, widths, options_.space, technology(), threads_);
  log_info("explored " + std::to_string(space.points.size()) + " designs, " +
           std::to_string(space.frontier.size()) + " on the frontier");
  summary_.design_space.clear();
  summary_.verification.clear();
  summary_.notes.clear();
  for (const dse::ExploredPoint& p : space.points) {
    summary_.design_space.push_back({p.point, p.cycles, 1e6 / p.time_us, p.energy_nj, p.power_mw,
                                     p.area_mm2, false, false, false});
  }
  point_.reset();
  if (options_.baseline == Baseline::rule) {
    const dse::Baseline chosen = dse::choose_baseline(space, options_.baseline_rule);
    DesignPoint point = space.points[chosen.index].point;
    summary_.design_space[chosen.index].chosen = true;
    summary_.notes.push_back("Baseline: " + chosen.reason);
    write("design_point.json", design_point_to_json(point));
    point.multiplier_stages = 0;  // narrower signals may need fewer
    point_ = point;
  } else {
    const DesignPoint named = design_point(widths);
    summary_.notes.push_back("Baseline: named by the user, " + to_string(named));
    for (DesignSpaceRow& row : summary_.design_space) row.chosen = row.point == named;
    write("design_point.json", design_point_to_json(named));
  }
  const DesignPoint baseline = design_point(widths);
  {
    Progress progress("simulating the frontier in SystemC",
                      static_cast<std::int64_t>(space.frontier.size()) + 1, "designs");
    for (const std::size_t i : space.frontier) {
      DesignSpaceRow& row = summary_.design_space[i];
      row.on_frontier = true;
      verify("frontier point", quantized, row.point);
      summary_.verification.pop_back();  // one line for all of them, below
      row.verified = true;
      progress.advance();
    }
    summary_.verification.push_back({"frontier: SystemC = closed form = inference", true,
                                     std::to_string(space.frontier.size()) +
                                         " designs; every cycle, count and accumulator of " +
                                         std::to_string(options_.verify_samples) +
                                         " predictions each"});
    verify("baseline", quantized, baseline);
    for (DesignSpaceRow& row : summary_.design_space) row.verified |= row.chosen;
    progress.advance();
  }
  const int chunk = baseline.inputs_per_cycle();
  const FixedEvaluation on_validation = validation().evaluator.evaluate(quantized, chunk);
  const FixedEvaluation on_test = test().evaluator.evaluate(quantized, chunk);
  const PpaEstimate estimate = ppa(quantized, on_test.activity, {});
  StageRow row;
  row.name = "2 baseline";
  row.detail = to_string(start) + ", " + to_string(baseline);
  add_row(1, row, static_cast<double>(on_validation.wrong), static_cast<double>(on_test.wrong), 0,
          &estimate);
  log_info("baseline: " + to_string(baseline));
  write_summary();
}

}  // namespace minerva::flow
