#include "dse_settings.hpp"

#include "minerva/config/settings.hpp"

namespace minerva::dse {

void add_dse_settings(Settings& settings, Space& o, BaselineRule& rule, SearchOptions& search,
                      std::string& objectives, std::string& constraints) {
  const Range<int> items{1, 10000};
  for (const Axis& axis : axes()) {
    const Knob& k = knob(axis.knob);
    settings.add(std::string("dse.") + k.name, &(o.*axis.values),
                 Range<int>{k.least_of_key(), k.most}, items, k.unit, meaning_of_key(k), k.source);
  }
  const Knob& clock = knob(KnobName::clock_period_ns);
  settings.add(std::string("dse.") + clock.name, &o.clock_periods_ns,
               Range<double>{0, static_cast<double>(clock.most), true}, items, clock.unit,
               meaning_of_key(clock), clock.source);
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
