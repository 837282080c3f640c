#include "fault_section.hpp"

#include "minerva/accelsim/fault_criterion.hpp"
#include "minerva/design/design_fields.hpp"

namespace minerva::faultsim {

using json::kNotNegative;

// Found by the archives through their argument, so not in an unnamed namespace.

template <typename Archive>
void fields(Archive& archive, FaultCurvePoint& value) {
  archive("rate", value.rate, json::Bounds{0, 1});
  archive("maps", value.maps, kNotNegative);
  archive("wrong_mean", value.wrong_mean, kNotNegative);
  archive("wrong_deviation", value.wrong_deviation, kNotNegative);
  archive("mean_low", value.mean_low);  // an interval of few maps may reach below 0
  archive("mean_high", value.mean_high);
}

template <typename Archive>
void fields(Archive& archive, FaultYieldPoint& value) {
  archive("rate", value.rate, json::Bounds{0, 1});
  archive("maps", value.maps, kNotNegative);
  archive("within", value.within, kNotNegative);
  archive("share_low", value.share_low, json::Bounds{0, 1});
  archive("share_high", value.share_high, json::Bounds{0, 1});
}

template <typename Archive>
void fields(Archive& archive, FaultChips& value) {
  archive("rate", value.rate, json::Bounds{0, 1});
  archive("maps", value.maps, kNotNegative);
  archive("validation", value.validation, kNotNegative);
  archive("test", value.test, kNotNegative);
  archive("both", value.both, kNotNegative);
  archive("both_low", value.both_low, json::Bounds{0, 1});
  archive("both_high", value.both_high, json::Bounds{0, 1});
  archive("validation_low", value.validation_low, json::Bounds{0, 1});
  archive("validation_high", value.validation_high, json::Bounds{0, 1});
}

template <typename Archive>
void fields(Archive& archive, FaultRateSummary& value) {
  archive("rate", value.rate, json::Bounds{0, 1});
  archive("low", value.low, json::Bounds{0, 1});
  archive("high", value.high, json::Bounds{0, 1});
}

template <typename Archive>
void fields(Archive& archive, FaultSupply& value) {
  archive("voltage_v", value.voltage_v, kNotNegative);
  archive("fault_rate", value.fault_rate, json::Bounds{0, 1});
  archive("weight_sram_mw", value.weight_sram_mw, kNotNegative);
  archive("power_mw", value.power_mw, kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, FaultRow& value) {
  fields(archive, value.mitigation);
  archive("chosen", value.chosen);
  archive("at_mean", value.at_mean);
  archive("at_quantile", value.at_quantile);
  archive("supply_at_mean", value.supply_at_mean);
  archive("supply_at_quantile", value.supply_at_quantile);
  archive("tuning", value.tuning);
  archive("tuning_supply", value.tuning_supply);
  archive("test_supply", value.test_supply);
  archive("chips_at_mean", value.chips_at_mean);
  archive("chips_at_quantile", value.chips_at_quantile);
  archive("curve", value.curve);
  archive("test_curve", value.test_curve);
  archive("yield", value.yield);
}

template <typename Archive>
void fields(Archive& archive, VoltageRow& value) {
  archive("voltage_v", value.voltage_v, kNotNegative);
  archive("fault_rate", value.fault_rate, json::Bounds{0, 1});
  archive("weight_sram_dynamic_mw", value.weight_sram_dynamic_mw, kNotNegative);
  archive("weight_sram_leakage_mw", value.weight_sram_leakage_mw, kNotNegative);
  archive("power_mw", value.power_mw, kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, CriterionRow& value) {
  archive("table", value.table);
  archive("conditions", value.conditions);
  archive("supply", value.supply);
  archive("tuning", value.tuning);
  archive("factor", value.factor, kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, ChipVoltage& value) {
  archive("voltage_v", value.voltage_v, kNotNegative);
  archive("faulty_bits", value.faulty_bits, kNotNegative);
  archive("fault_rate", value.fault_rate, json::Bounds{0, 1});
}

template <typename Archive>
void fields(Archive& archive, ChipError& value) {
  archive("voltage_v", value.voltage_v, kNotNegative);
  archive("validation_wrong", value.validation_wrong, kNotNegative);
  archive("test_wrong", value.test_wrong, kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, ChipRow& value) {
  fields(archive, value.mitigation);
  archive("chosen", value.chosen);
  archive("supply", value.supply);
  archive("validation_wrong", value.validation_wrong, kNotNegative);
  archive("test_wrong", value.test_wrong, kNotNegative);
  archive("within_test", value.within_test);
  archive("errors", value.errors);
}

template <typename Archive>
void fields(Archive& archive, ChipStudy& value) {
  archive("file", value.file);
  archive("sha256", value.sha256);
  archive("address", value.address);
  archive("conditions", value.conditions);
  archive("cells", value.cells, kNotNegative);
  archive("cells_elsewhere", value.cells_elsewhere, kNotNegative);
  archive("bound_wrong", value.bound_wrong);
  archive("bound_test_wrong", value.bound_test_wrong);
  archive("tuned_on_test", value.tuned_on_test);
  archive("voltages", value.voltages);
  archive("mitigations", value.mitigations);
}

template <typename Archive>
void fields(Archive& archive, FaultStudy& value) {
  archive("bound_wrong", value.bound_wrong);
  archive("maps", value.maps, kNotNegative);
  archive("confidence", value.confidence, json::Bounds{0, 1});
  archive("yield_quantile", value.yield_quantile, json::Bounds{0, 1});
  archive("failure_criterion", value.failure_criterion);
  archive("voltages", value.voltages);
  archive("confirming_maps", value.confirming_maps, kNotNegative);
  archive("criteria", value.criteria);
}

template <typename Archive>
void fields(Archive& archive, FaultSection& value) {
  archive("mitigations", value.mitigations);
  archive("study", value.study);
  archive("chip", value.chip);
}

std::string to_json(const FaultSection& section) {
  return json::dump_line(json::write_any(section));
}

FaultSection fault_section_from_json(const std::string& text, const std::string& file,
                                     const std::string& path) {
  FaultSection section;
  json::read_struct(json::parse(text, file), section, {file, path});
  return section;
}

FaultSection fault_section(const RunSummary& summary) {
  const std::string& text = summary.section(kFaultsStage);
  return text.empty() ? FaultSection{}
                      : fault_section_from_json(text, "summary", "sections.faults");
}

std::optional<FaultSupply> chosen_supply(const FaultSection& section) {
  for (const FaultRow& row : section.mitigations) {
    if (row.chosen) return row.supply_at_mean;
  }
  if (!section.chip) return std::nullopt;
  for (const ChipRow& row : section.chip->mitigations) {
    if (row.chosen) return row.supply;
  }
  return std::nullopt;
}

std::string access_time_note(const FaultStudy& study) {
  return counts_access_time(study.failure_criterion)
             ? ""
             : ". Access time at low voltage is not modelled";
}

std::string mitigation_text(const Mitigation& m) {
  std::string text =
      m.masking == Masking::none ? "no masking" : std::string(to_string(m.masking)) + " masking";
  if (m.masking == Masking::bit) text += std::string(", sign ") + to_string(m.sign);
  if (m.detector != Detector::none) text += std::string(", ") + to_string(m.detector);
  return text;
}

}  // namespace minerva::faultsim
