#include "faultsim_settings.hpp"

#include "minerva/config/settings.hpp"

namespace minerva::faultsim {
namespace {

void add_mitigation(const KeyRows& keys, Mitigation& mitigation) {
  keys.add_choice("faults.masking", &mitigation.masking,
                  {Masking::none, Masking::word, Masking::bit},
                  "The datapath uses a faulty weight as it is (none), replaces the whole word by 0 "
                  "(word), or replaces each faulty bit by the sign bit (bit).",
                  "book, Sec. 4.4.3: bit");
  keys.add_choice("faults.sign", &mitigation.sign,
                  {SignPolicy::hardened, SignPolicy::zero, SignPolicy::inverted},
                  "Under bit masking, the cells of the sign bit never fail (hardened), a word with "
                  "a faulty sign bit becomes 0 (zero), or the faulty sign is used and copied "
                  "(inverted).",
                  "the book does not say; zero is what Razor flags give");
  keys.add_choice("faults.detector", &mitigation.detector,
                  {Detector::none, Detector::razor, Detector::parity},
                  "Faults are found by Razor flip-flops, which flag each column, or by parity, "
                  "which tells only that an odd number of bits of a word is faulty, or not at all "
                  "(none).",
                  "book, Sec. 4.4.3: Razor");
}

/// What eval and simulate take for one evaluation under faults; no stage of a run reads it.
void add_single_evaluation(const KeyRows& keys, FaultStageOptions& o) {
  keys.add(
      "faults.rate", &o.fault_rate, ranges::kRate, "per bit",
      "The commands eval, simulate and rtl let each bit of the weight memory be faulty with this "
      "probability.");
  keys.add("faults.map", &o.fault_map, Range<int>{0, 1000000000}, "1",
           "The commands eval, simulate and rtl draw the fault map of this number.");
  keys.add(
      "faults.file", &o.faults_file, "the keys above",
      "The commands eval, simulate and rtl read fault rate and mitigation from this file, or take "
      "it as the map of a chip (--faults).");
  keys.add("faults.voltage_v", &o.voltage_v, Range<double>{0, 10}, "V",
           "The commands eval, simulate and rtl take the faults of a chip's map, faults.file or "
           "faults.map_file, at this supply voltage, which must be one of those measured.");
  keys.add("faults.write_map", &o.write_map, "write none",
           "The command eval writes the fault map of faults.map, at every voltage of the "
           "technology's fault table, to this file, as the map of a chip.");
}

}  // namespace

void add_fault_settings(Settings& settings, FaultStageOptions& o, double& share_of_budget) {
  const KeyRows keys = settings.read_by({"faults"});
  FaultOptions& f = o.faults;
  add_mitigation(keys, o.mitigation);
  // Stage 6 measures the activity under the same maps.
  const KeyRows twice = settings.read_by({"faults", "redesign"});
  twice.add("faults.seed", &f.seed, kSeedRange, "1", "The fault maps are drawn from this seed.");
  twice.add("faults.maps", &f.maps, ranges::kMaps, "fault maps",
            "Fault maps are added in groups of this many, so that every rate is measured with at "
            "least so many; their mean error is compared with the error budget.");
  keys.add("faults.maps_max", &f.maps_max, ranges::kMaps, "fault maps",
           "No rate gets more fault maps than this while its mean error is too close to the budget "
           "to be decided; the yield is measured with this many.");
  keys.add(
      "faults.confidence", &f.confidence, ranges::kProbability, "probability",
      "Every interval covers the true value with this probability, counting both of its ends.");
  keys.add("faults.half_width", &f.half_width, ranges::kHalfWidth, "samples",
           "No more fault maps are added once the interval of the mean error reaches no further "
           "than this to either side.");
  keys.add("faults.confirming_maps", &f.confirming_maps, ranges::kMaps, "fault maps",
           "The finished design is measured with this many fault maps that chose nothing, on "
           "validation and test; they say whether its error is confirmed.");
  keys.add("faults.yield_quantile", &f.yield_quantile, ranges::kProbability, "share of chips",
           "The second tolerable fault rate is one at which at least this share of the chips stays "
           "within the error budget, with the confidence asked for.");
  keys.add("faults.lowest_rate", &f.lowest_rate, ranges::kSearchedRate, "per bit",
           "The search for the tolerable fault rate starts at this rate.");
  keys.add("faults.highest_rate", &f.highest_rate, ranges::kSearchedRate, "per bit",
           "The search for the tolerable fault rate ends at this rate.");
  keys.add("faults.rates_per_decade", &f.rates_per_decade, ranges::kRatesPerDecade, "1",
           "The search tries this many fault rates in each decade, equally spaced on a logarithmic "
           "scale.");
  keys.add("faults.report_rates", &f.report_rates, ranges::kRate, {0, 1000}, "per bit",
           "The table of mitigations is measured at these fault rates.");
  settings.without_effect().add(
      "faults.counts_dir", &o.counts_folder, "the run directory alone",
      "Counts of fault maps are taken from the run directories in this folder, too, where network, "
      "formats, thresholds, samples, mitigation and seed are the same; a sweep names its own.");
  add_single_evaluation(settings.without_effect(), o);
  settings.by_content().add(
      "faults.map_file", &o.map_file, "draw fault maps",
      "The faults are those of one chip, whose measured map this file holds, and not drawn.",
      "docs/faults.md");
  settings.by_content().add(
      "budget.share_faults", &share_of_budget, kShareRange, "1",
      "This share of the error budget may be used by the end of stage 5; what the stages before "
      "did not use is available to it.",
      "docs/arithmetic.md");
  settings.rename("faults.trials", "faults.maps");
  settings.rename("faults.trials_max", "faults.maps_max");
  settings.rename("faults.trial", "faults.map");
}

}  // namespace minerva::faultsim
