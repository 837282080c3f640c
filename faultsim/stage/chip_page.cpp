#include "chip_page.hpp"

#include <nlohmann/json.hpp>

#include "chip_study.hpp"
#include "minerva/report/html_table.hpp"
#include "minerva/report/option_parts.hpp"
#include "minerva/report/text_table.hpp"

namespace minerva::faultsim {
namespace {

std::string voltage_text(const FaultSupply& supply) {
  return readable_number(supply.voltage_v, 3) + (supply.fault_rate > 0 ? "" : " (no faults)");
}

std::string chip_table(const ChipStudy& chip) {
  HtmlTable table({{"mitigation", kText},
                   {"lowest supply, V"},
                   {"fault rate a bit there"},
                   {"weight SRAM, mW"},
                   {"power, mW"},
                   {"validation wrong"},
                   {"test wrong"},
                   {"within the bound of test", kText},
                   {"chosen", kText}});
  for (const ChipRow& row : chip.mitigations) {
    table.add(
        {mitigation_text(row.mitigation), voltage_text(row.supply),
         readable_number(row.supply.fault_rate, 2), readable_number(row.supply.weight_sram_mw),
         readable_number(row.supply.power_mw), wrong_text(row.validation_wrong),
         wrong_text(row.test_wrong), row.within_test ? "yes" : "no", row.chosen ? "yes" : ""},
        row.chosen);
  }
  return table.html("Mitigations on one chip");
}

std::string voltage_table(const ChipStudy& chip) {
  std::vector<HtmlTable::Column> columns = {
      {"supply, V"}, {"bits of weights that read wrong"}, {"their share"}};
  for (const ChipRow& row : chip.mitigations) {
    columns.push_back({mitigation_text(row.mitigation) + ": validation wrong"});
  }
  HtmlTable table(columns);
  for (std::size_t k = 0; k < chip.voltages.size(); ++k) {
    const ChipVoltage& at = chip.voltages[k];
    std::vector<std::string> cells = {readable_number(at.voltage_v), wrong_text(at.faulty_bits),
                                      readable_number(at.fault_rate, 2)};
    for (const ChipRow& row : chip.mitigations) {
      cells.push_back(wrong_text(row.errors[k].validation_wrong));
    }
    table.add(cells);
  }
  return table.html("Wrong samples at each voltage of the chip");
}

}  // namespace

std::string chip_tables(const ChipStudy& chip) {
  return chip_table(chip) +
         paragraph("One chip, whose faults were not drawn: " + chip.file + " (sha256 " +
                       chip.sha256.substr(0, 12) + ", address by " + chip.address + "), " +
                       readable_number(chip.cells, 12) + " faulty cells, of which " +
                       readable_number(chip.cells_elsewhere, 12) + " store no bit of a weight" +
                       (chip.conditions.empty() ? "" : "; " + chip.conditions) +
                       ". The supply of a mitigation is the lowest voltage that was measured at "
                       "which at most " +
                       wrong_text(chip.bound_wrong) + " samples of " +
                       (chip.tuned_on_test ? "test" : "validation") +
                       " are wrong, as they are at every higher one. Every point: chip.csv.",
                   "soft") +
         folded("Every voltage", voltage_table(chip));
}

Figure chip_figure(const ChipStudy& chip) {
  Json all = Json::array();
  Extent volts;
  Extent wrong;
  std::string text;
  for (const ChipRow& row : chip.mitigations) {
    Json line = series(
        "line", mitigation_text(row.mitigation) + (row.chosen ? " (chosen)" : ""),
        {"supply, V", "validation wrong, samples", "test wrong, samples", "fault rate a bit"});
    for (std::size_t k = 0; k < row.errors.size(); ++k) {
      const ChipError& at = row.errors[k];
      line["data"].push_back(
          {at.voltage_v, at.validation_wrong, at.test_wrong, chip.voltages[k].fault_rate});
      volts.hold(at.voltage_v);
      wrong.hold(at.validation_wrong);
    }
    if (row.chosen) line["lineStyle"]["width"] = 3.5;
    all.push_back(line);
    text += (text.empty() ? "Lowest supplies: " : "; ") + mitigation_text(row.mitigation) + " " +
            voltage_text(row.supply) + " V";
  }
  wrong.hold(chip.bound_wrong);
  wrong.hold(0);
  if (!chip.tuned_on_test) {
    all[0]["markLine"] = rulers({{'y', chip.bound_wrong, "bound", "@bound", "dashed"}});
  }
  Json x = axis("value", "supply of the weight SRAMs, V");
  set_range(x, volts.low, volts.high);
  Json y = axis("value", "validation wrong, samples");
  set_range(y, wrong.low, wrong.high);
  Figure figure;
  figure.option = figure_option({{"xAxis", x}, {"yAxis", y}, {"series", all}});
  figure.id = "chip";
  figure.title = "Error against the voltage of one chip";
  figure.caption =
      "Wrong samples of validation with the faults that the chip has at each voltage, "
      "by its map " +
      chip.file + ".";
  figure.alternative = text + ".";
  figure.csv = chip_csv(chip);
  figure.height_px = 440;
  return figure;
}

}  // namespace minerva::faultsim
