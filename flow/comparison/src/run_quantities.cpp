#include "minerva/comparison/run_quantities.hpp"

#include <functional>

#include "minerva/comparison/comparison.hpp"

namespace minerva {
namespace {

using Number = std::optional<double>;

const StageRow* last_of(const RunSummary& s) {
  return s.stages.empty() ? nullptr : &s.stages.back();
}

/// A number of the last stage, as the stage table has it.
template <double StageRow::*kMember>
Number counted(const RunSummary& s) {
  const StageRow* const row = last_of(s);
  return row != nullptr ? Number(row->*kMember) : std::nullopt;
}

/// One that is 0 where there is no accelerator.
template <double StageRow::*kMember>
Number positive(const RunSummary& s) {
  const StageRow* const row = last_of(s);
  return row != nullptr && row->*kMember > 0 ? Number(row->*kMember) : std::nullopt;
}

template <Number StageRow::*kMember>
Number given(const RunSummary& s) {
  const StageRow* const row = last_of(s);
  return row != nullptr ? row->*kMember : std::nullopt;
}

/// An end of an interval.
template <auto kInterval, auto kEnd>
Number end_of(const RunSummary& s) {
  const StageRow* const row = last_of(s);
  if (row == nullptr || !(row->*kInterval)) return std::nullopt;
  return static_cast<double>(std::invoke(kEnd, *(row->*kInterval)));
}

template <auto kMember>
Number of_machine(const RunSummary& s) {
  const StageRow* const row = last_of(s);
  if (row == nullptr || !row->machine) return std::nullopt;
  return static_cast<double>(std::invoke(kMember, *row->machine));
}

template <auto kMember>
Number of_weights(const RunSummary& s) {
  const StageRow* const row = last_of(s);
  if (row == nullptr || !row->machine) return std::nullopt;
  for (const DescribedMemory& memory : row->machine->memories) {
    if (memory.name == "weights") return static_cast<double>(std::invoke(kMember, memory));
  }
  return std::nullopt;
}

Number chips_percent(const RunSummary& s) {
  const StageRow* const row = last_of(s);
  if (row == nullptr || !row->chips || row->chips->maps == 0) return std::nullopt;
  return 100.0 * row->chips->both / row->chips->maps;
}

}  // namespace

const std::vector<RunQuantity>& run_quantities() {
  using R = StageRow;
  using M = MachineDescription;
  static const std::vector<RunQuantity> all = {
      {"validation_wrong", "wrong on validation", "valid.\nwrong", counted<&R::validation_wrong>},
      {"validation_wrong_low", "wrong on validation, low end", "",
       end_of<&R::validation_interval, &WrongInterval::low>},
      {"validation_wrong_high", "wrong on validation, high end", "",
       end_of<&R::validation_interval, &WrongInterval::high>},
      {"bound_validation_wrong", "bound on validation", "bound", given<&R::bound_validation_wrong>},
      {"validation_error_percent", "error on validation, %", "",
       counted<&R::validation_error_percent>},
      {"test_wrong", "wrong on test", "test\nwrong", counted<&R::test_wrong>},
      {"test_wrong_low", "wrong on test, low end", "",
       end_of<&R::test_interval, &WrongInterval::low>},
      {"test_wrong_high", "wrong on test, high end", "",
       end_of<&R::test_interval, &WrongInterval::high>},
      {"bound_test_wrong", "bound on test", "bound", given<&R::bound_test_wrong>},
      {"test_error_percent", "error on test, %", "test\n%", counted<&R::test_error_percent>},
      {"power_mw", "power, mW", "power\nmW", positive<&R::power_mw>},
      {"energy_per_prediction_nj", "energy, nJ", "energy\nnJ",
       positive<&R::energy_per_prediction_nj>},
      {"predictions_per_s", "predictions, 1/s", "", positive<&R::predictions_per_s>},
      {"area_mm2", "area, mm²", "area\nmm2", positive<&R::area_mm2>},
      {"factor_before", "power of the stage before / this", "", given<&R::factor_before>},
      {"factor_baseline", "power of the baseline / this", "power\nbaseline/this",
       given<&R::factor_baseline>},
      {"spent_validation_sigmas", "spent on validation, sigma", "", counted<&R::spent_sigmas>},
      {"spent_test_sigmas", "spent on test, sigma", "", counted<&R::spent_test_sigmas>},
      {"chips_within_both_percent", "chips within both bounds, %", "", chips_percent},
      {"power_low_mw", "power, low end, mW", "",
       end_of<&R::power_interval, &PowerInterval::low_mw>},
      {"power_high_mw", "power, high end, mW", "",
       end_of<&R::power_interval, &PowerInterval::high_mw>},
      {"lanes", "lanes", "", of_machine<&M::lanes>},
      {"macs_per_lane", "MACs a lane", "", of_machine<&M::macs_per_lane>},
      {"clock_period_ns", "clock, ns", "", of_machine<&M::clock_period_ns>},
      {"weight_bits", "bits of a weight", "", of_machine<&M::weight_bits>},
      {"activation_bits", "bits of an activation", "", of_machine<&M::activation_bits>},
      {"product_bits", "bits of a product", "", of_machine<&M::product_bits>},
      {"weight_memory_kib", "weight memory, KiB", "", of_weights<&DescribedMemory::kibibytes>},
      {"weight_memory_voltage_v", "supply of the weights, V", "",
       of_weights<&DescribedMemory::voltage_v>},
      {"fault_rate", "fault rate per bit", "", of_machine<&M::fault_rate>},
      {"skipped_macs_percent", "skipped MACs, %", "", skipped_macs_percent},
  };
  return all;
}

}  // namespace minerva
