#include "technology_figures.hpp"

#include <algorithm>

#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

using T = Technology;
using Row = DatapathByPeriod::Row;

DatapathByPeriod& by_period(T& t) { return std::get<DatapathByPeriod>(t.datapath); }
DatapathByWidth& by_width(T& t) { return std::get<DatapathByWidth>(t.datapath); }

constexpr auto kEnergy = &UnitFigures::energy_pj;
constexpr auto kLeakage = &UnitFigures::leakage_uw;
constexpr auto kArea = &UnitFigures::area_um2;

const FigureSpec kOfEveryForm[] = {
    {"bitwise_energy", "pJ", 0, 10, [](T& t) -> double& { return t.bitwise.energy_pj; }},
    {"bitwise_leakage", "uW", 0, 100, [](T& t) -> double& { return t.bitwise.leakage_uw; }},
    {"bitwise_area", "um2", 0, 1e4, [](T& t) -> double& { return t.bitwise.area_um2; }},
    {"multiplexer_bit_energy", "pJ", 0, 1,
     [](T& t) -> double& { return t.multiplexer_bit.energy_pj; }},
    {"multiplexer_bit_leakage", "uW", 0, 10,
     [](T& t) -> double& { return t.multiplexer_bit.leakage_uw; }},
    {"multiplexer_bit_area", "um2", 0, 100,
     [](T& t) -> double& { return t.multiplexer_bit.area_um2; }},
    {"clock_energy", "pJ/mm2", 0, 1000, [](T& t) -> double& { return t.clock_energy_pj_per_mm2; },
     FigureIndex::none, nullptr, nullptr, FigureGroup::clock_area},
    {"sram_energy_fixed", "pJ", 0, 100, [](T& t) -> double& { return t.sram_energy_fixed_pj; },
     FigureIndex::none, nullptr, nullptr, FigureGroup::sram_root},
    {"sram_energy_root", "pJ", 0, 1, [](T& t) -> double& { return t.sram_energy_root_pj; },
     FigureIndex::none, nullptr, nullptr, FigureGroup::sram_root},
    {"sram_write_to_read", "1", 0.1, 10, [](T& t) -> double& { return t.sram_write_to_read; }},
    {"sram_area_fixed", "um2", 0, 1e5, [](T& t) -> double& { return t.sram_area_fixed_um2; },
     FigureIndex::none, nullptr, nullptr, FigureGroup::sram_root},
    {"sram_area_bit", "um2", 0.05, 5, [](T& t) -> double& { return t.sram_area_bit_um2; },
     FigureIndex::none, nullptr, nullptr, FigureGroup::sram_root},
    {"sram_leakage", "uW/KB", 0, 1000, [](T& t) -> double& { return t.sram_leakage_uw_per_kb; }},
    {"sram_words_min", "words", 1, 65536, [](T& t) -> double& { return t.sram_words_min; }},
    {"sram_words_max", "words", 1, 1048576, [](T& t) -> double& { return t.sram_words_max; }},
    {"sram_width_min", "bits", 1, 64, [](T& t) -> double& { return t.sram_width_min_bits; }},
    {"sram_width_max", "bits", 1, 64, [](T& t) -> double& { return t.sram_width_max_bits; }},
    {"rom_read", "1", 0.01, 10, [](T& t) -> double& { return t.rom_read_to_sram; }},
    {"rom_area", "1", 0.01, 10, [](T& t) -> double& { return t.rom_area_to_sram; }},
    {"rom_leakage", "1", 0, 10, [](T& t) -> double& { return t.rom_leakage_to_sram; }},
    {"sram_nominal_voltage", "V", 0.3, 3, [](T& t) -> double& { return t.sram_nominal_v; }},
    {"sram_dynamic_exponent", "1", 1, 3, [](T& t) -> double& { return t.sram_dynamic_exponent; }},
    {"sram_leakage_per_volt", "1/V", 0, 20, [](T& t) -> double& { return t.sram_leakage_per_v; }},
    {"razor_power", "%", 0, 100, [](T& t) -> double& { return t.razor_power_percent; }},
    {"razor_area", "%", 0, 100, [](T& t) -> double& { return t.razor_area_percent; }},
    {"parity_power", "%", 0, 100, [](T& t) -> double& { return t.parity_power_percent; }},
    {"parity_area", "%", 0, 100, [](T& t) -> double& { return t.parity_area_percent; }},
    {"hardened_column_area", "%", 0, 1000,
     [](T& t) -> double& { return t.hardened_column_area_percent; }},
    {"fault_rate", "1", 0, 1, nullptr, FigureIndex::voltage},
    {"fault_rate_clocked", "1", 0, 1, nullptr, FigureIndex::voltage, nullptr, nullptr,
     FigureGroup::required, true},
    {"fault_rate_static_noise", "1", 0, 1, nullptr, FigureIndex::voltage, nullptr, nullptr,
     FigureGroup::required, true},
    {"fault_rate_read_flip", "1", 0, 1, nullptr, FigureIndex::voltage, nullptr, nullptr,
     FigureGroup::required, true},
    {"fault_rate_write_failure", "1", 0, 1, nullptr, FigureIndex::voltage, nullptr, nullptr,
     FigureGroup::required, true},
    {"fault_rate_slow_read", "1", 0, 1, nullptr, FigureIndex::voltage, nullptr, nullptr,
     FigureGroup::required, true},
    {"fault_clock_period", "ns", 0.1, 1000, nullptr, FigureIndex::none, nullptr, nullptr,
     FigureGroup::required, true},
};

const FigureSpec kByPeriod[] = {
    {"multiplier_energy_exponent", "1", 0.5, 2,
     [](T& t) -> double& { return by_period(t).multiplier_energy_exponent; }},
    {"multiplier_area_exponent", "1", 0.5, 2,
     [](T& t) -> double& { return by_period(t).multiplier_area_exponent; }},
    {"comparator_energy", "pJ", 0, 10,
     [](T& t) -> double& { return by_period(t).comparator.energy_pj; }},
    {"comparator_leakage", "uW", 0, 100,
     [](T& t) -> double& { return by_period(t).comparator.leakage_uw; }},
    {"comparator_area", "um2", 0, 1e4,
     [](T& t) -> double& { return by_period(t).comparator.area_um2; }},
    {"multiplier_delay_fixed", "ns", -1, 10,
     [](T& t) -> double& { return by_period(t).multiplier_delay_fixed_ns; }},
    {"multiplier_delay_per_bit", "ns", 0, 1,
     [](T& t) -> double& { return by_period(t).multiplier_delay_per_bit_ns; }},
    {"adder_delay_fixed", "ns", -1, 10,
     [](T& t) -> double& { return by_period(t).adder_delay_fixed_ns; }},
    {"adder_delay_per_bit", "ns", 0, 1,
     [](T& t) -> double& { return by_period(t).adder_delay_per_bit_ns; }},
    {"multiplier_energy", "pJ", 0, 1000, nullptr, FigureIndex::clock_period, kEnergy,
     &Row::multiplier},
    {"multiplier_leakage", "uW", 0, 1e4, nullptr, FigureIndex::clock_period, kLeakage,
     &Row::multiplier},
    {"multiplier_area", "um2", 0, 1e6, nullptr, FigureIndex::clock_period, kArea, &Row::multiplier},
    {"adder_energy", "pJ", 0, 100, nullptr, FigureIndex::clock_period, kEnergy, &Row::adder},
    {"adder_leakage", "uW", 0, 1e3, nullptr, FigureIndex::clock_period, kLeakage, &Row::adder},
    {"adder_area", "um2", 0, 1e5, nullptr, FigureIndex::clock_period, kArea, &Row::adder},
    {"register_bit_energy", "pJ", 0, 1, nullptr, FigureIndex::clock_period, kEnergy,
     &Row::register_bit},
    {"register_bit_leakage", "uW", 0, 10, nullptr, FigureIndex::clock_period, kLeakage,
     &Row::register_bit},
    {"register_bit_area", "um2", 0, 1e3, nullptr, FigureIndex::clock_period, kArea,
     &Row::register_bit},
};

const FigureSpec kByWidth[] = {
    {"clock_period_min", "ns", 0.1, 1000,
     [](T& t) -> double& { return by_width(t).clock_period_min_ns; }},
    {"clock_period_max", "ns", 0.1, 1000,
     [](T& t) -> double& { return by_width(t).clock_period_max_ns; }},
    {"register_bit_energy", "pJ", 0, 1,
     [](T& t) -> double& { return by_width(t).register_bit.energy_pj; }},
    {"register_bit_leakage", "uW", 0, 10,
     [](T& t) -> double& { return by_width(t).register_bit.leakage_uw; }},
    {"register_bit_area", "um2", 0, 1e3,
     [](T& t) -> double& { return by_width(t).register_bit.area_um2; }},
    {"multiplier_energy", "pJ", 0, 1000, nullptr, FigureIndex::operands, kEnergy},
    {"multiplier_leakage", "uW", 0, 1e4, nullptr, FigureIndex::operands, kLeakage},
    {"multiplier_area", "um2", 0, 1e6, nullptr, FigureIndex::operands, kArea},
    {"multiplier_delay", "ns", 0, 100, nullptr, FigureIndex::operands},
    {"adder_energy", "pJ", 0, 100, nullptr, FigureIndex::bits, kEnergy},
    {"adder_leakage", "uW", 0, 1e3, nullptr, FigureIndex::bits, kLeakage},
    {"adder_area", "um2", 0, 1e5, nullptr, FigureIndex::bits, kArea},
    {"adder_delay", "ns", 0, 100, nullptr, FigureIndex::bits},
    {"comparator_energy", "pJ", 0, 10, nullptr, FigureIndex::bits, kEnergy},
    {"comparator_leakage", "uW", 0, 100, nullptr, FigureIndex::bits, kLeakage},
    {"comparator_area", "um2", 0, 1e4, nullptr, FigureIndex::bits, kArea},
};

const FigureRow& law_row(const std::vector<FigureRow>& rows, const std::string& name,
                         const std::string& path) {
  for (const FigureRow& row : rows) {
    if (row.name == name) return row;
  }
  throw UserError(path, name, "is missing");
}

}  // namespace

std::vector<FigureSpec> figures_of(DatapathForm form) {
  std::vector<FigureSpec> all(std::begin(kOfEveryForm), std::end(kOfEveryForm));
  if (form == DatapathForm::by_period) {
    all.insert(all.end(), std::begin(kByPeriod), std::end(kByPeriod));
  } else {
    all.insert(all.end(), std::begin(kByWidth), std::end(kByWidth));
    const std::vector<FigureSpec> more = optional_figures_by_width();
    all.insert(all.end(), more.begin(), more.end());
  }
  const std::vector<FigureSpec> more = optional_figures();
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

std::vector<LawSpec> laws_of(DatapathForm form) {
  std::vector<LawSpec> laws = {{"sram_law", FigureGroup::required, true},
                               {"input_load_law", FigureGroup::required, true}};
  if (form == DatapathForm::by_period) return laws;
  for (const char* name :
       {"multiplier_law", "multiplier_delay_law", "adder_law", "comparator_law"}) {
    laws.push_back({name, FigureGroup::required});
  }
  laws.push_back({"rounding_law", FigureGroup::rounding});
  laws.push_back({"rectifier_law", FigureGroup::rectifier});
  return laws;
}

std::vector<std::string> names_replaced_by(const std::string& name) {
  FigureGroup own = FigureGroup::required;
  std::vector<FigureSpec> specs = figures_of(DatapathForm::by_width);
  for (const FigureSpec& spec : specs) {
    if (name == spec.name) own = spec.group;
  }
  std::vector<std::string> names;
  for (const GroupChoice& choice : kGroupChoices) {
    if (own != choice.first && own != choice.second) continue;
    const FigureGroup other = own == choice.first ? choice.second : choice.first;
    for (const FigureSpec& spec : specs) {
      if (spec.group == other) names.push_back(spec.name);
    }
  }
  return names;
}

DatapathForm read_form(const std::vector<FigureRow>& rows, const std::string& path) {
  const FigureRow& row = law_row(rows, "datapath_law", path);
  if (row.value_text == "by_period") return DatapathForm::by_period;
  if (row.value_text == "by_width") return DatapathForm::by_width;
  throw UserError(row.where + ": datapath_law", row.value_text, "needs by_period or by_width");
}

PiecewiseLaw read_law(const std::vector<FigureRow>& rows, const std::string& name,
                      const std::string& path) {
  const FigureRow& row = law_row(rows, name, path);
  if (row.value_text == "piecewise_linear") return PiecewiseLaw::linear;
  if (row.value_text == "piecewise_log_log") return PiecewiseLaw::log_log;
  const bool of_operands = name == "multiplier_law" || name == "multiplier_delay_law";
  if (of_operands && row.value_text == "piecewise_bilinear") return PiecewiseLaw::bilinear;
  throw UserError(row.where + ": " + name, row.value_text,
                  of_operands ? "needs piecewise_linear, piecewise_log_log or piecewise_bilinear"
                              : "needs piecewise_linear or piecewise_log_log");
}

bool law_is(const std::vector<FigureRow>& rows, const std::string& name, const std::string& word,
            std::initializer_list<const char*> others) {
  for (const FigureRow& row : rows) {
    if (row.name != name) continue;
    if (row.value_text == word) return true;
    std::string allowed = word;
    for (const char* other : others) {
      if (row.value_text == other) return false;
      allowed = std::string(other) + " or " + allowed;
    }
    throw UserError(row.where + ": " + name, row.value_text, "needs " + allowed);
  }
  return false;
}

bool has_linear_sram_law(const std::vector<FigureRow>& rows) {
  return law_is(rows, "sram_law", "linear_in_words_and_bits", {"root_of_bits"});
}

bool has_double_input_buffer(const std::vector<FigureRow>& rows) {
  return law_is(rows, "input_load_law", "double_buffer", {"left_out"});
}

double operand_position(const FigureRow& row) {
  return row.name == "multiplier_delay" ? row.index[0] + row.index[1] : row.index[0] * row.index[1];
}

}  // namespace minerva
