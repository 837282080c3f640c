#include "dse_settings.hpp"

#include "minerva/base/errors.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/design/knobs.hpp"
#include "minerva/dse/space.hpp"
#include "minerva/flow/run_options.hpp"

namespace minerva::dse {

namespace {

struct AxisMeaning {
  KnobName knob;
  const char* meaning;
};

constexpr AxisMeaning kMeanings[] = {
    {KnobName::lanes,
     "The explorer tries these numbers of lanes; each lane computes one neuron at a time."},
    {KnobName::macs_per_lane, "The explorer tries these numbers of multipliers in a lane."},
    {KnobName::weight_bandwidth,
     "The explorer tries these numbers of weights that a lane reads in a cycle; it leaves out "
     "combinations in which they exceed the activation bandwidth."},
    {KnobName::activation_bandwidth,
     "The explorer tries these numbers of activations that are read in a cycle for all lanes "
     "together; it leaves out combinations in which they exceed the multipliers of a lane."},
    {KnobName::write_ports,
     "The explorer tries these numbers of activations that can be written in a cycle; 0 takes the "
     "activation bandwidth."},
    {KnobName::weight_banks,
     "The explorer tries these numbers of single-port weight banks in a lane; 0 takes the weight "
     "bandwidth."},
    {KnobName::activation_banks,
     "The explorer tries these numbers of banks in each half of the activation memory; 0 takes as "
     "many as the ports need."},
    {KnobName::multiplier_stages,
     "The explorer tries these numbers of pipeline stages in the multiplier; 0 takes as many as "
     "the technology needs for the clock period."},
    {KnobName::positions_per_weight,
     "The explorer tries these numbers of accumulators in a lane, which are positions of a "
     "convolution that one weight read serves."},
    {KnobName::off_chip_words,
     "The explorer tries these numbers of weights that an off-chip memory delivers in a cycle; 0 "
     "keeps all weights on chip. minerva run takes such a machine as design.off_chip_words alone."},
    {KnobName::read_ahead_words,
     "The explorer tries queues of this many words, with which skipped inputs take no cycle of the "
     "lanes; 0 builds none. Stage 2 skips nothing, so that a queue pays off in stage 6 alone, "
     "which "
     "explores the same space with the inputs that are skipped."},
    {KnobName::batch_size,
     "The explorer tries batches of these sizes, powers of two: predictions that run together "
     "layer "
     "by layer. Times are those of a batch over its predictions; latency_us is that of the batch."},
    {KnobName::clock_period_ns,
     "The explorer tries these clock periods, each of which the technology file must describe; of "
     "the default it leaves out the others. dse.clock_mhz gives them as frequencies."},
};

const char* meaning_of(KnobName name) {
  for (const AxisMeaning& row : kMeanings) {
    if (row.knob == name) return row.meaning;
  }
  throw ContractViolation("every axis of the space says what it means");
}

void add_space(const KeyRows& keys, Space& o) {
  const Range<int> items{1, 10000};
  for (const Axis& axis : axes()) {
    const Knob& k = knob(axis.knob);
    keys.add(std::string("dse.") + k.name, &(o.*axis.values), k.key_counts(), items, k.unit,
             meaning_of(axis.knob), k.source);
  }
  const Knob& clock = knob(KnobName::clock_period_ns);
  keys.add(std::string("dse.") + clock.name, &o.clock_periods_ns, clock.times_ns, items, clock.unit,
           meaning_of(KnobName::clock_period_ns), clock.source);
}

void add_goals(const KeyRows& keys, DseStageOptions& o) {
  keys.add(
      "dse.constraints", &o.constraints_text, "none",
      "Designs on the frontier must satisfy these limits, such as area_mm2 <= 3, "
      "predictions_per_s >= 10000; a limit compares a knob or a figure by <=, >=, <, > or ==.");
  keys.add("dse.objectives", &o.objectives_text, "",
           "The frontier minimizes these 2 to 5 objectives of power_mw, time_us, energy_nj, "
           "area_mm2 and edp_nj_us.",
           "book, Fig. 4.4b: power and time");
}

void add_search(const KeyRows& keys, SearchOptions& search) {
  keys.add_choice(
      "dse.search", &search.method,
      {SearchMethod::exhaustive, SearchMethod::nsga2, SearchMethod::random},
      "The explorer evaluates every combination (exhaustive), or searches with a limited "
      "number of evaluations by the genetic algorithm NSGA-II (nsga2) or at random "
      "(random).");
  keys.add("dse.evaluations", &search.evaluations, ranges::kEvaluations, "machines",
           "The searches nsga2 and random evaluate this many machines, each of them once.");
  keys.add("dse.population", &search.population, ranges::kPopulation, "machines",
           "The search nsga2 has this many machines in each generation.", "docs/design-space.md");
  keys.add("dse.seed", &search.seed, kSeedRange, "1",
           "The searches draw machines from this seed; so does the network that verifies "
           "dse.topology.");
}

void add_limits(const KeyRows& keys, BaselineRule& rule) {
  keys.add("dse.power_budget_mw", &rule.power_budget_mw, ranges::kPowerBudgetMw, "mW",
           "The finished accelerator is to stay below this power, so the baseline may take "
           "dse.expected_saving times as much.",
           "assumption: the low end of the book's tens of mW, Sec. 4.5");
  keys.add("dse.area_factor", &rule.area_factor, ranges::kAreaFactor, "1",
           "The baseline is the fastest design on the frontier whose area is at most this factor "
           "times the smallest one.",
           "assumption: the end of the flat part of the area curve");
}

void add_after_stages(const KeyRows& keys, DseStageOptions& o) {
  keys.add("dse.after_stages", &o.after_stages,
           "If true, a run ends with stage 6, which explores the design space again with the "
           "formats, the skipped inputs and the supply of the stages before it; minerva redesign "
           "does it at any time.");
}

void add_baseline(const KeyRows& keys, DseStageOptions& o) {
  keys.add("dse.expected_saving", &o.baseline_rule.expected_saving, ranges::kExpectedSaving, "1",
           "The stages after the exploration are expected to divide the power by this factor.",
           "book, Sec. 4.5: 8.1 on average");
  keys.add_choice(
      "dse.baseline", &o.baseline, {BaselineChoice::rule, BaselineChoice::named},
      "The design before optimization is chosen by the explorer's rule (rule), or it is "
      "the one of section [design] (named).");
}

}  // namespace

void add_dse_settings(Settings& settings, DseStageOptions& o) {
  const KeyRows keys = settings.read_by({"dse"});
  // Stage 6 explores the same space for the same goals.
  const KeyRows twice = settings.read_by({"dse", "redesign"});
  add_space(twice, o.space);
  flow::add_clock_in_mhz(settings, "dse.clock_period_ns");
  add_goals(twice, o);
  add_search(twice, o.search);
  add_limits(twice, o.baseline_rule);
  add_baseline(keys, o);
  add_after_stages(settings.by_content(), o);
  keys.add("dse.topology", &o.explored_topology_text, "the network's",
           "The command minerva dse explores machines for this network, such as 784-256-256-256-10 "
           "or 28x28x1 c6k5p2 m2 c16k5 m2 120 84 10, and then needs neither data nor a network.");
  keys.add(
      "dse.zero_inputs_percent", &o.zero_inputs_percent, Range<double>{0, 100}, "%",
      "With dse.topology this share of the inputs of every layer is taken as zero and skipped, "
      "each independently of the others; the inputs of the network are all kept. A run measures "
      "its zeros.");
  keys.add("dse.compare_exhaustive", &o.compare_exhaustive,
           "If true, a search is followed by an exhaustive exploration, and the report says how "
           "much of the exact frontier the search found.");
}

}  // namespace minerva::dse
