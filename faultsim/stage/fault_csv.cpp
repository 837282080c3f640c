#include "fault_csv.hpp"

#include <vector>

#include "minerva/report/csv.hpp"

namespace minerva::faultsim {
namespace {

void append(std::vector<CsvCell>& cells, const std::vector<CsvCell>& more) {
  cells.insert(cells.end(), more.begin(), more.end());
}

std::vector<CsvCell> mitigation_cells(const Mitigation& m) {
  return {to_string(m.masking), to_string(m.sign), to_string(m.detector)};
}

std::vector<CsvCell> chips_cells(const std::optional<FaultChips>& c) {
  if (!c) return {"", "", "", ""};
  return {c->maps, c->validation, c->test, c->both};
}

std::vector<CsvCell> mean_cells(const std::optional<FaultCurvePoint>& p) {
  if (!p) return {"", "", "", ""};
  return {p->maps, p->wrong_mean, p->mean_low, p->mean_high};
}

}  // namespace

std::string faults_csv(const FaultSection& faults) {
  std::vector<std::string> names = {"masking", "sign", "detector", "chosen"};
  for (const std::string at : {"mean", "quantile"}) {
    for (const char* end : {"", "_low", "_high"}) {
      names.push_back("tolerable_rate_per_bit_at_" + at + end);
    }
  }
  for (const std::string at : {"mean", "quantile"}) {
    for (const char* what : {"voltage_v", "fault_rate_per_bit", "weight_sram_mw", "power_mw"}) {
      names.push_back(std::string(what) + "_at_" + at);
    }
  }
  for (const std::string where : {"tuning_tolerable", "tuning_supply", "test_supply"}) {
    names.push_back(where + "_maps");
    for (const char* what : {"_wrong_mean", "_wrong_low", "_wrong_high"}) {
      names.push_back(where + what);
    }
  }
  for (const std::string at : {"mean", "quantile"}) {
    for (const char* what :
         {"chips", "chips_within_validation", "chips_within_test", "chips_within_both"}) {
      names.push_back(std::string(what) + "_at_" + at);
    }
  }
  Csv csv(names);
  for (const FaultRow& row : faults.mitigations) {
    std::vector<CsvCell> cells = mitigation_cells(row.mitigation);
    cells.emplace_back(row.chosen);
    for (const FaultRateSummary& r : {row.at_mean, row.at_quantile}) {
      append(cells, {r.rate, r.low, r.high});
    }
    for (const FaultSupply& s : {row.supply_at_mean, row.supply_at_quantile}) {
      append(cells, {s.voltage_v, s.fault_rate, s.weight_sram_mw, s.power_mw});
    }
    append(cells, mean_cells(row.tuning));
    append(cells, mean_cells(row.tuning_supply));
    append(cells, mean_cells(row.test_supply));
    append(cells, chips_cells(row.chips_at_mean));
    append(cells, chips_cells(row.chips_at_quantile));
    csv.add(cells);
  }
  return csv.text();
}

std::string fault_curves_csv(const FaultSection& faults) {
  Csv csv({"masking", "sign", "detector", "set", "fault_rate_per_bit", "maps", "wrong_mean_samples",
           "wrong_deviation_samples", "wrong_mean_low", "wrong_mean_high"});
  for (const FaultRow& row : faults.mitigations) {
    const auto add = [&](const char* set, const FaultCurvePoint& p) {
      std::vector<CsvCell> cells = mitigation_cells(row.mitigation);
      append(cells,
             {set, p.rate, p.maps, p.wrong_mean, p.wrong_deviation, p.mean_low, p.mean_high});
      csv.add(cells);
    };
    for (const FaultCurvePoint& p : row.curve) add("tuning", p);
    for (const FaultCurvePoint& p : row.test_curve) add("test", p);
  }
  return csv.text();
}

std::string voltage_csv(const FaultSection& faults) {
  Csv csv({"voltage_v", "fault_rate_per_bit", "weight_sram_dynamic_mw", "weight_sram_leakage_mw",
           "weight_sram_mw", "power_mw"});
  for (const VoltageRow& row : faults.study.voltages) {
    csv.add({row.voltage_v, row.fault_rate, row.weight_sram_dynamic_mw, row.weight_sram_leakage_mw,
             row.weight_sram_dynamic_mw + row.weight_sram_leakage_mw, row.power_mw});
  }
  return csv.text();
}

}  // namespace minerva::faultsim
