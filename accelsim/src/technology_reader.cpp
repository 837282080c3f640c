#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>
#include <string>

#include "minerva/accelsim/technology.hpp"
#include "minerva/core/errors.hpp"
#include "number_text.hpp"
#include "technology_rows.hpp"

namespace minerva {
namespace {

/// What a row of the file must be: its unit, its range and where it goes.
struct Figure {
  const char* name;
  const char* unit;
  double low;
  double high;
  double Technology::*member;
  UnitFigures Technology::*unit_figures = nullptr;  ///< instead of member: a figure of this unit
  double UnitFigures::*unit_member = nullptr;

  double& place(Technology& t) const {
    return member != nullptr ? t.*member : t.*unit_figures.*unit_member;
  }
};

struct TableFigure {
  const char* name;
  const char* unit;
  double low;
  double high;
  double UnitFigures::*member;
  UnitFigures DatapathRow::*unit_of_row;
};

using T = Technology;
constexpr Figure kFigures[] = {
    {"multiplier_energy_exponent", "1", 0.5, 2, &T::multiplier_energy_exponent},
    {"multiplier_area_exponent", "1", 0.5, 2, &T::multiplier_area_exponent},
    {"comparator_energy", "pJ", 0, 10, nullptr, &T::comparator, &UnitFigures::energy_pj},
    {"comparator_leakage", "uW", 0, 100, nullptr, &T::comparator, &UnitFigures::leakage_uw},
    {"comparator_area", "um2", 0, 1e4, nullptr, &T::comparator, &UnitFigures::area_um2},
    {"bitwise_energy", "pJ", 0, 10, nullptr, &T::bitwise, &UnitFigures::energy_pj},
    {"bitwise_leakage", "uW", 0, 100, nullptr, &T::bitwise, &UnitFigures::leakage_uw},
    {"bitwise_area", "um2", 0, 1e4, nullptr, &T::bitwise, &UnitFigures::area_um2},
    {"multiplexer_bit_energy", "pJ", 0, 1, nullptr, &T::multiplexer_bit, &UnitFigures::energy_pj},
    {"multiplexer_bit_leakage", "uW", 0, 10, nullptr, &T::multiplexer_bit,
     &UnitFigures::leakage_uw},
    {"multiplexer_bit_area", "um2", 0, 100, nullptr, &T::multiplexer_bit, &UnitFigures::area_um2},
    {"clock_energy", "pJ/mm2", 0, 1000, &T::clock_energy_pj_per_mm2},
    {"multiplier_delay_fixed", "ns", -1, 10, &T::multiplier_delay_fixed_ns},
    {"multiplier_delay_per_bit", "ns", 0, 1, &T::multiplier_delay_per_bit_ns},
    {"adder_delay_fixed", "ns", -1, 10, &T::adder_delay_fixed_ns},
    {"adder_delay_per_bit", "ns", 0, 1, &T::adder_delay_per_bit_ns},
    {"sram_energy_fixed", "pJ", 0, 100, &T::sram_energy_fixed_pj},
    {"sram_energy_root", "pJ", 0, 1, &T::sram_energy_root_pj},
    {"sram_write_to_read", "1", 0.1, 10, &T::sram_write_to_read},
    {"sram_area_fixed", "um2", 0, 1e5, &T::sram_area_fixed_um2},
    {"sram_area_bit", "um2", 0.05, 5, &T::sram_area_bit_um2},
    {"sram_leakage", "uW/KB", 0, 1000, &T::sram_leakage_uw_per_kb},
    {"sram_words_min", "words", 1, 65536, &T::sram_words_min},
    {"sram_words_max", "words", 1, 1048576, &T::sram_words_max},
    {"sram_width_min", "bits", 1, 64, &T::sram_width_min_bits},
    {"sram_width_max", "bits", 1, 64, &T::sram_width_max_bits},
    {"sram_nominal_voltage", "V", 0.3, 3, &T::sram_nominal_v},
    {"sram_dynamic_exponent", "1", 1, 3, &T::sram_dynamic_exponent},
    {"sram_leakage_per_volt", "1/V", 0, 20, &T::sram_leakage_per_v},
    {"razor_power", "%", 0, 100, &T::razor_power_percent},
    {"razor_area", "%", 0, 100, &T::razor_area_percent},
    {"parity_power", "%", 0, 100, &T::parity_power_percent},
    {"parity_area", "%", 0, 100, &T::parity_area_percent},
    {"hardened_column_area", "%", 0, 1000, &T::hardened_column_area_percent},
};

constexpr TableFigure kDatapathFigures[] = {
    {"multiplier_energy", "pJ", 0, 1000, &UnitFigures::energy_pj, &DatapathRow::multiplier},
    {"multiplier_leakage", "uW", 0, 1e4, &UnitFigures::leakage_uw, &DatapathRow::multiplier},
    {"multiplier_area", "um2", 0, 1e6, &UnitFigures::area_um2, &DatapathRow::multiplier},
    {"adder_energy", "pJ", 0, 100, &UnitFigures::energy_pj, &DatapathRow::adder},
    {"adder_leakage", "uW", 0, 1e3, &UnitFigures::leakage_uw, &DatapathRow::adder},
    {"adder_area", "um2", 0, 1e5, &UnitFigures::area_um2, &DatapathRow::adder},
    {"register_bit_energy", "pJ", 0, 1, &UnitFigures::energy_pj, &DatapathRow::register_bit},
    {"register_bit_leakage", "uW", 0, 10, &UnitFigures::leakage_uw, &DatapathRow::register_bit},
    {"register_bit_area", "um2", 0, 1e3, &UnitFigures::area_um2, &DatapathRow::register_bit},
};
void check_row(const FigureRow& row, const char* unit, double low, double high) {
  if (row.unit != unit) {
    throw UserError(row.where + ": unit of " + row.name, row.unit, std::string("needs ") + unit);
  }
  if (row.value < low || row.value > high) {
    throw UserError(row.where + ": " + row.name, row.value_text,
                    "needs " + number_text(low) + " to " + number_text(high) + " " + unit);
  }
}

/// Reads all rows into one Technology, remembering which were seen.
class TechnologyReader {
 public:
  TechnologyReader(const std::string& path, Technology& technology)
      : path_(path), technology_(technology) {}

  void add(const FigureRow& row) {
    const std::string key = row.indexed ? row.name + "[" + number_text(row.index) + "]" : row.name;
    if (!seen_.insert(key).second) throw UserError(row.where, key, "stands twice in the file");
    if (row.kind == "calibrated") technology_.calibrated = true;
    if (row.indexed ? add_table_row(row) : add_figure(row)) return;
    throw UserError(row.where, key, "is no figure of a technology");
  }

  void finish() {
    for (const Figure& figure : kFigures) require(figure.name);
    if (technology_.datapath.empty()) throw UserError(path_, "multiplier_energy[..]", "is missing");
    for (const DatapathRow& row : technology_.datapath) {
      for (const TableFigure& figure : kDatapathFigures) {
        require(std::string(figure.name) + "[" + number_text(row.clock_period_ns) + "]");
      }
    }
    auto& rates = technology_.fault_rates;
    std::sort(rates.begin(), rates.end(), [](const FaultRateRow& a, const FaultRateRow& b) {
      return a.voltage_v > b.voltage_v;
    });
    if (rates.empty() ||
        std::abs(rates.front().voltage_v - technology_.sram_nominal_v) > kSameIndex) {
      throw UserError(path_ + ": fault_rate", number_text(technology_.sram_nominal_v),
                      "needs the row of sram_nominal_voltage as its highest");
    }
    for (std::size_t k = 1; k < rates.size(); ++k) {
      if (rates[k].rate <= rates[k - 1].rate) {
        throw UserError(path_ + ": fault_rate[" + number_text(rates[k].voltage_v) + "]",
                        number_text(rates[k].rate), "needs more faults than at higher voltages");
      }
    }
    check_areas();
    check_order("sram_words_max", technology_.sram_words_min, technology_.sram_words_max);
    check_order("sram_width_max", technology_.sram_width_min_bits, technology_.sram_width_max_bits);
  }

 private:
  bool add_figure(const FigureRow& row) {
    for (const Figure& figure : kFigures) {
      if (row.name != figure.name) continue;
      check_row(row, figure.unit, figure.low, figure.high);
      figure.place(technology_) = row.value;
      return true;
    }
    return false;
  }

  bool add_table_row(const FigureRow& row) {
    if (row.name == "fault_rate") {
      check_row(row, "1", 0, 1);
      technology_.fault_rates.push_back({row.index, row.value});
      return true;
    }
    for (const TableFigure& figure : kDatapathFigures) {
      if (row.name != figure.name) continue;
      check_row(row, figure.unit, figure.low, figure.high);
      row_of_period(row).*figure.unit_of_row.*figure.member = row.value;
      return true;
    }
    return false;
  }

  DatapathRow& row_of_period(const FigureRow& row) {
    if (row.index <= 0) throw UserError(row.where, row.name, "needs a positive clock period");
    auto& rows = technology_.datapath;
    const auto at = std::lower_bound(
        rows.begin(), rows.end(), row.index,
        [](const DatapathRow& r, double period) { return r.clock_period_ns < period; });
    if (at != rows.end() && at->clock_period_ns == row.index) return *at;
    DatapathRow fresh;
    fresh.clock_period_ns = row.index;
    return *rows.insert(at, fresh);
  }

  void require(const std::string& key) const {
    if (seen_.count(key) == 0) throw UserError(path_, key, "is missing");
  }

  // A slower clock never needs a larger unit.
  void check_areas() const {
    const auto& rows = technology_.datapath;
    for (std::size_t k = 1; k < rows.size(); ++k) {
      for (const TableFigure& figure : kDatapathFigures) {
        if (figure.member != &UnitFigures::area_um2) continue;
        const double area = rows[k].*figure.unit_of_row.*figure.member;
        if (area > rows[k - 1].*figure.unit_of_row.*figure.member) {
          throw UserError(
              path_ + ": " + figure.name + "[" + number_text(rows[k].clock_period_ns) + "]",
              number_text(area), "needs no more area than at shorter periods");
        }
      }
    }
  }

  void check_order(const char* name, double low, double high) const {
    if (high < low) {
      throw UserError(path_ + ": " + name, number_text(high),
                      "needs " + number_text(low) + " or more, the smallest of its range");
    }
  }

  std::string path_;
  Technology& technology_;
  std::set<std::string> seen_;
};

}  // namespace

Technology read_technology(const std::string& path) {
  Technology technology;
  technology.name = std::filesystem::path(path).stem().string();
  TechnologyReader reader(path, technology);
  for (const FigureRow& row : read_figure_rows(path)) reader.add(row);
  reader.finish();
  return technology;
}

}  // namespace minerva
