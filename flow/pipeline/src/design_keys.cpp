#include "minerva/config/settings.hpp"
#include "minerva/design/knobs.hpp"
#include "minerva/flow/run_options.hpp"

namespace minerva::flow {
namespace {

void add_point(const KeyRows& keys, DesignPoint& p) {
  for (const Knob& knob : knobs()) {
    const std::string key = std::string("design.") + knob.name;
    if (knob.count != nullptr) {
      keys.add(key, &(p.*knob.count), knob.key_counts(), knob.unit, knob.meaning,
               knob.source_of_default);
    } else {
      keys.add(key, &(p.*knob.time_ns), knob.times_ns, knob.unit, knob.meaning,
               knob.source_of_default);
    }
  }
}

}  // namespace

void add_design_keys(Settings& settings, RunOptions& o) {
  const KeyRows explorer = settings.read_by({"dse"});
  add_point(explorer, o.point);
  add_clock_in_mhz(settings, "design.clock_period_ns");
  // Energy and area, by which the later stages choose and report, depend on the memories.
  const KeyRows memories =
      settings.read_by({"dse", "quantize", "prune", "sharing", "faults", "redesign"});
  memories.add_choice(
      "design.weight_storage", &o.weight_storage, {WeightStorage::sram, WeightStorage::rom},
      "Weights are stored in SRAM (sram), or in a ROM (rom), which holds one network "
      "for good and needs no fault masking but cannot run at a lower voltage.",
      "book, Sec. 4.5");
  memories.add("design.also_for", &o.also_for, Range<int>{0, 1000},
               "The memories are large enough for these networks too, so that the accelerator is "
               "programmable.",
               "book, Sec. 4.5");
  settings.read_by({"faults"})
      .add("design.programmable_for", &o.programmable_for, Range<int>{0, 1000},
           "The report includes a variant of the finished accelerator whose memories are large "
           "enough for these networks too; an empty list leaves the variant out.",
           "book, Sec. 4.5");
  explorer.add("design.file", &o.design_file, "the keys above, or the point in the run directory",
               "The design point is read from this file.");
  // Stages 5 and 6 verify their designs with as many predictions as stage 2 its frontier.
  settings.read_by({"dse", "faults", "redesign"})
      .add("dse.verify_samples", &o.verify_samples, Range<int>{0, 100000}, "samples",
           "SystemC repeats this many predictions on each design of the frontier and compares "
           "cycles, counts and outputs; 0 leaves the comparison out.");
}

}  // namespace minerva::flow
