#include "dse_settings.hpp"

#include "minerva/app/settings.hpp"

namespace minerva::dse {

void add_dse_settings(Settings& settings, Space& o, BaselineRule& rule) {
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
  settings.add("dse.clock_period_ns", &o.clock_periods_ns, Range<double>{0, 1000, true}, items,
               "ns", "rows of the technology's datapath table", "book, Sec. 4.2: clock frequency");
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
