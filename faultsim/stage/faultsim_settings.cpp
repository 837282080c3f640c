#include "faultsim_settings.hpp"

#include "minerva/config/settings.hpp"

namespace minerva::faultsim {

void add_fault_settings(Settings& settings, FaultOptions& o, Mitigation& mitigation, double& rate,
                        int& map, std::string& faults_file) {
  settings.add_choice("faults.masking", &mitigation.masking,
                      {Masking::none, Masking::word, Masking::bit},
                      "what the datapath does with a faulty word", "book, Sec. 4.4.3: bit");
  settings.add_choice("faults.sign", &mitigation.sign,
                      {SignPolicy::hardened, SignPolicy::zero, SignPolicy::inverted},
                      "of bit masking: what a faulty sign column does",
                      "the book does not say; zero is what Razor flags give");
  settings.add_choice("faults.detector", &mitigation.detector,
                      {Detector::none, Detector::razor, Detector::parity}, "who finds faults",
                      "book, Sec. 4.4.3: Razor");
  settings.add("faults.seed", &o.seed, Range<std::uint64_t>{0, ~std::uint64_t{0} >> 1}, "1",
               "seed of the fault maps");
  settings.add("faults.maps", &o.maps, Range<int>{2, 1000000}, "fault maps",
               "maps added at a time, and the fewest of a rate; their mean is held to the bound");
  settings.add("faults.maps_max", &o.maps_max, Range<int>{2, 1000000}, "fault maps",
               "most maps of a rate, while its mean is not decided, and the maps of the yield");
  settings.add("faults.confidence", &o.confidence, Range<double>{0, 1}, "probability",
               "of every interval, both ends together; above 0 and below 1");
  settings.add("faults.half_width", &o.half_width, Range<double>{0, 1e9}, "samples",
               "no maps are added once the interval of the mean reaches no further");
  settings.add("faults.yield_quantile", &o.yield_quantile, Range<double>{0, 1}, "share of chips",
               "of the second tolerable rate, which so many chips tolerate; above 0 and below 1");
  settings.add("faults.lowest_rate", &o.lowest_rate, Range<double>{1e-9, kMaxFaultRate}, "per bit",
               "lowest fault rate of the search");
  settings.add("faults.highest_rate", &o.highest_rate, Range<double>{1e-9, kMaxFaultRate},
               "per bit", "highest fault rate of the search");
  settings.add("faults.rates_per_decade", &o.rates_per_decade, Range<int>{1, 1000}, "1",
               "steps of the search grid");
  settings.add("faults.report_rates", &o.report_rates, Range<double>{0, kMaxFaultRate}, {0, 1000},
               "per bit", "rates measured for every mitigation, for the table");
  settings.add("faults.rate", &rate, Range<double>{0, kMaxFaultRate}, "per bit",
               "of eval and simulate: fault rate of the weight memory");
  settings.add("faults.map", &map, Range<int>{0, 1000000000}, "1",
               "of eval and simulate: which fault map");
  settings.add("faults.file", &faults_file, "the keys above",
               "of eval and simulate: rate and mitigation from a file (--faults)");
}

}  // namespace minerva::faultsim
