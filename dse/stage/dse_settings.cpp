#include "dse_settings.hpp"

#include "minerva/config/settings.hpp"

namespace minerva::dse {

void add_dse_settings(Settings& settings, Space& o, BaselineRule& rule, SearchOptions& search,
                      std::string& objectives, std::string& constraints) {
  const Range<int> items{1, 10000};
  settings.add("dse.lanes", &o.lanes, Range<int>{1, 1024}, items, "lanes",
               "neurons computed at once", "book, Sec. 4.3.2: inter-neuron parallelism");
  settings.add("dse.macs_per_lane", &o.macs_per_lane, Range<int>{1, 64}, items, "MACs",
               "multipliers in a lane", "book, Sec. 4.3.2: intra-neuron parallelism");
  settings.add("dse.weight_bandwidth", &o.weight_bandwidths, Range<int>{1, 64}, items,
               "words/cycle", "weights read per lane; combinations above the MACs are left out",
               "book, Sec. 4.3.2: SRAM bandwidth");
  settings.add("dse.activation_bandwidth", &o.activation_bandwidths, Range<int>{1, 64}, items,
               "words/cycle", "activations read for all lanes together; likewise",
               "book, Sec. 4.3.2: SRAM bandwidth");
  settings.add("dse.write_ports", &o.write_ports, Range<int>{0, 1024}, items, "words/cycle",
               "activations written; 0: the activation bandwidth");
  settings.add("dse.weight_banks", &o.weight_banks, Range<int>{0, 1024}, items, "banks",
               "single-port weight banks of a lane; 0: the weight bandwidth");
  settings.add("dse.activation_banks", &o.activation_banks, Range<int>{0, 1024}, items, "banks",
               "of each half of the activation memory; 0: what the ports need");
  settings.add("dse.multiplier_stages", &o.multiplier_stages, Range<int>{0, 16}, items, "stages",
               "pipeline stages of M; 0: what the technology asks for");
  settings.add("dse.clock_period_ns", &o.clock_periods_ns, Range<double>{0, 1000, true}, items,
               "ns", "rows of the technology's datapath table", "book, Sec. 4.2: clock frequency");
  settings.add(
      "dse.constraints", &constraints, "none",
      "limits that frontier designs must keep, such as area_mm2 <= 3, predictions_per_s >= "
      "10000; relations <=, >=, <, >, ==; names: every knob and figure");
  settings.add("dse.objectives", &objectives, "",
               "of the frontier, 2 to 5 of power_mw, time_us, energy_nj, area_mm2, edp_nj_us",
               "book, Fig. 4.4b: power and time");
  settings.add_choice("dse.search", &search.method,
                      {SearchMethod::exhaustive, SearchMethod::nsga2, SearchMethod::random},
                      "every combination, or a search that spends a number of evaluations");
  settings.add("dse.evaluations", &search.evaluations, Range<std::int64_t>{1, 1000000000},
               "machines", "of a search: machines evaluated, each one once");
  settings.add("dse.population", &search.population, Range<int>{4, 10000}, "machines", "of nsga2",
               "docs/design-space.md");
  settings.add("dse.seed", &search.seed, Range<std::uint64_t>{0, ~std::uint64_t{0} >> 1}, "1",
               "of a search, and of the network that verifies dse.topology");
  settings.add("dse.power_budget_mw", &rule.power_budget_mw, Range<double>{0, 1e6, true}, "mW",
               "power wanted after all stages; the baseline may have expected_saving times as much",
               "assumption: the low end of the book's tens of mW, Sec. 4.5");
  settings.add("dse.expected_saving", &rule.expected_saving, Range<double>{1, 1000}, "1",
               "factor that the later stages are trusted to save",
               "book, Sec. 4.5: 8.1 on average");
  settings.add("dse.area_factor", &rule.area_factor, Range<double>{1, 1000}, "1",
               "the baseline is the fastest frontier point within this factor of the smallest area",
               "assumption: the end of the flat part of the area curve");
}

}  // namespace minerva::dse
