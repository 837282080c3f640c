#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <string>

#include "minerva/accelsim/fault_criterion.hpp"
#include "minerva/accelsim/fault_tables.hpp"
#include "minerva/accelsim/technology.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "operand_table.hpp"
#include "technology_figures.hpp"
#include "technology_groups.hpp"

namespace minerva {
namespace {

constexpr const char* kInternal = kInternalEnding;
constexpr const char* kSwitching = kSwitchingEnding;
constexpr double kWidestUnitBits = 64;  // twice what a product may have

bool is_whole(double number) { return number >= 1 && number == std::floor(number); }

bool take_ending(std::string& name, const std::string& ending) {
  if (name.size() <= ending.size() ||
      name.compare(name.size() - ending.size(), ending.size(), ending) != 0) {
    return false;
  }
  name.resize(name.size() - ending.size());
  return true;
}

/// One unit of the last digit that a number is printed with: 0.01 for "3.25", 1e-12 for "3.25e-10".
double last_digit(const std::string& text) {
  const auto exponent_at = text.find_first_of("eE");
  const std::string mantissa = text.substr(0, exponent_at);
  const auto point = mantissa.find('.');
  const int decimals =
      point == std::string::npos ? 0 : static_cast<int>(mantissa.size() - point - 1);
  const int exponent =
      exponent_at == std::string::npos ? 0 : std::stoi(text.substr(exponent_at + 1));
  return std::pow(10.0, exponent - decimals);
}

/// Holds the rows of a file to what its form asks for.
class TechnologyChecks {
 public:
  TechnologyChecks(const std::string& path, const std::vector<FigureRow>& rows)
      : path_(path), form_(read_form(rows, path)), specs_(figures_of(form_)) {
    for (const FigureRow& row : rows) add(row);
    has_double_input_buffer(rows);
    check_groups(rows, form_, path_);
    require_all();
    for (const auto& [key, row] : by_key_) check_parts(*row);
    check_faults();
    if (form_ == DatapathForm::by_period) {
      check_areas();
    } else {
      check_tables(rows);
      check_order("clock_period_min", "clock_period_max");
    }
    check_order("sram_words_min", "sram_words_max");
    check_order("sram_width_min", "sram_width_max");
  }

 private:
  const FigureSpec* spec_of(const std::string& name) const {
    for (const FigureSpec& spec : specs_) {
      if (name == spec.name) return &spec;
    }
    return nullptr;
  }

  void add(const FigureRow& row) {
    if (!by_key_.emplace(row.key(), &row).second) {
      throw UserError(row.where, row.key(), "stands twice in the file");
    }
    if (row.is_law()) {
      check_law(row);
      return;
    }
    std::string name = row.name;
    const bool part = take_ending(name, kInternal) || take_ending(name, kSwitching);
    const FigureSpec* spec = spec_of(name);
    if (spec == nullptr || (part && !spec->is_energy())) {
      throw UserError(row.where, row.key(),
                      form_ == DatapathForm::by_period
                          ? "is no figure of a technology whose datapath_law is by_period"
                          : "is no figure of a technology whose datapath_law is by_width");
    }
    check_index(row, *spec);
    if (row.unit != spec->unit) {
      throw UserError(row.where + ": unit of " + row.key(), row.unit,
                      std::string("needs ") + spec->unit);
    }
    if (row.value < spec->low || row.value > spec->high) {
      throw UserError(
          row.where + ": " + row.key(), row.value_text,
          "needs " + number_text(spec->low) + " to " + number_text(spec->high) + " " + spec->unit);
    }
    if ((row.unit == "words" || row.unit == "bits") && !is_whole(row.value)) {
      throw UserError(row.where + ": " + row.key(), row.value_text, "needs a whole number");
    }
    if (!part) tables_[name].push_back(&row);
  }

  void check_law(const FigureRow& row) const {
    const std::vector<LawSpec> laws = laws_of(form_);
    const bool known = row.name == "datapath_law" ||
                       std::any_of(laws.begin(), laws.end(),
                                   [&](const LawSpec& law) { return row.name == law.name; });
    if (!known || !row.index.empty()) {
      throw UserError(row.where, row.key(), "is no law of a technology of this datapath_law");
    }
    if (row.unit != "law")
      throw UserError(row.where + ": unit of " + row.key(), row.unit, "needs law");
  }

  void check_index(const FigureRow& row, const FigureSpec& spec) const {
    const auto width = [](double bits) { return is_whole(bits) && bits <= kWidestUnitBits; };
    const auto refuse = [&](const char* needs) { throw UserError(row.where, row.key(), needs); };
    switch (spec.index) {
      case FigureIndex::none:
        if (!row.index.empty()) refuse("needs no index: it is one figure");
        return;
      case FigureIndex::clock_period:
        if (row.index.size() != 1 || row.index[0] <= 0)
          refuse("needs a positive clock period [ns]");
        return;
      case FigureIndex::voltage:
        if (row.index.size() != 1 || row.index[0] <= 0) refuse("needs a positive voltage [V]");
        return;
      case FigureIndex::bits:
        if (row.index.size() != 1 || !width(row.index[0])) {
          refuse("needs a width of 1 to 64 bits");
        }
        return;
      case FigureIndex::operands:
        if (row.index.size() != 2 || !width(row.index[0]) || !width(row.index[1])) {
          refuse("needs two widths of 1 to 64 bits, [axb]");
        }
        return;
    }
  }

  void require(const std::string& key) const {
    if (by_key_.count(key) == 0) throw UserError(path_, key, "is missing");
  }

  void require_all() const {
    for (const FigureSpec& spec : specs_) {
      if (spec.optional || spec.group != FigureGroup::required) continue;
      if (spec.index == FigureIndex::none)
        require(spec.name);
      else if (tables_.count(spec.name) == 0) {
        throw UserError(path_, std::string(spec.name) + "[..]", "is missing");
      }
    }
    // A clock period that has one unit has them all.
    for (const FigureSpec& has : specs_) {
      if (has.index != FigureIndex::clock_period) continue;
      for (const FigureRow* row : tables_.at(has.name)) {
        for (const FigureSpec& needs : specs_) {
          if (needs.index != FigureIndex::clock_period) continue;
          require(std::string(needs.name) + "[" + number_text(row->index[0]) + "]");
        }
      }
    }
  }

  /// internal + switching = the energy, within the last digit it is printed with.
  void check_parts(const FigureRow& row) const {
    std::string name = row.name;
    const bool internal = take_ending(name, kInternal);
    if (!internal && !take_ending(name, kSwitching)) return;
    FigureRow whole = row, other = row;
    whole.name = name;
    other.name = name + (internal ? kSwitching : kInternal);
    require(whole.key());
    require(other.key());
    const FigureRow& total = *by_key_.at(whole.key());
    const double sum = row.value + by_key_.at(other.key())->value;
    // Both sides were rounded to the digits printed; the last factor is for binary rounding.
    if (std::abs(sum - total.value) <= last_digit(total.value_text) * (1 + 1e-9)) return;
    throw UserError(row.where + ": " + name + kInternal + " + " + kSwitching, number_text(sum),
                    "needs " + total.key() + " = " + total.value_text + " within its last digit");
  }

  bool has(const std::string& name) const { return tables_.count(name) != 0; }

  /// The laws of the tables by width, and what each asks of its rows.
  void check_tables(const std::vector<FigureRow>& rows) const {
    for (const LawSpec& law : laws_of(form_)) {
      if (!law.optional && (law.group == FigureGroup::required || by_key_.count(law.name) != 0)) {
        read_law(rows, law.name, path_);
      }
    }
    for (const FigureSpec& spec : specs_) {
      if (!has(spec.name)) continue;
      if (spec.index == FigureIndex::operands && law_of(rows, spec) == PiecewiseLaw::bilinear) {
        check_grid(tables_.at(spec.name));
      } else {
        check_rising(spec);
      }
    }
    check_logarithms(rows);
    if (read_law(rows, "multiplier_law", path_) != PiecewiseLaw::bilinear) {
      check_overlap("multiplier", {"_energy", "_leakage", "_area"});
    }
    check_overlap("adder", {"_energy", "_leakage", "_area", "_delay"});
    for (const char* unit : {"comparator", "rounding", "rectifier"}) {
      if (has(std::string(unit) + "_energy")) check_overlap(unit, {"_energy", "_leakage", "_area"});
    }
  }

  PiecewiseLaw law_of(const std::vector<FigureRow>& rows, const FigureSpec& spec) const {
    return read_law(
        rows,
        std::string(spec.name) == "multiplier_delay" ? "multiplier_delay_law" : "multiplier_law",
        path_);
  }

  /// Two rows at the same place of the law are one too many. A wider unit is never cheaper; rows of
  /// optional groups are measured one by one, with operands of their own, and need not rise. Nor
  /// need the additions of a file with operands of a network, where each is behind products of its
  /// own width.
  void check_rising(const FigureSpec& spec) const {
    if (spec.index != FigureIndex::operands && spec.index != FigureIndex::bits) return;
    std::vector<const FigureRow*> rows = tables_.at(spec.name);
    std::sort(rows.begin(), rows.end(),
              [&](const FigureRow* a, const FigureRow* b) { return position(*a) < position(*b); });
    const bool in_lanes = std::string(spec.name) == "adder_energy" && has("adder_energy_dense");
    const bool rises = spec.group == FigureGroup::required && !in_lanes;
    for (std::size_t k = 1; k < rows.size(); ++k) {
      if (position(*rows[k]) == position(*rows[k - 1])) {
        throw UserError(rows[k]->where, rows[k]->key(),
                        "stands where " + rows[k - 1]->key() + " stands: the law sees " +
                            (spec.unit_figure != nullptr ? "a b alone" : "a + b alone"));
      }
      if (rises && rows[k]->value < rows[k - 1]->value) {
        throw UserError(rows[k]->where + ": " + rows[k]->key(), rows[k]->value_text,
                        "needs no less than " + rows[k - 1]->key() + " = " +
                            rows[k - 1]->value_text + ", a narrower unit");
      }
    }
  }

  /// A law in logarithms has no zeros.
  void check_logarithms(const std::vector<FigureRow>& rows) const {
    for (const auto& [name, table] : tables_) {
      const std::string unit = name.substr(0, name.find('_'));
      const std::string law = name == "multiplier_delay" ? "multiplier_delay_law" : unit + "_law";
      const FigureSpec& spec = *spec_of(name);
      if (spec.index != FigureIndex::operands && spec.index != FigureIndex::bits) continue;
      if (read_law(rows, law, path_) == PiecewiseLaw::log_log) require_positive(table);
    }
  }

  static double position(const FigureRow& row) {
    return row.index.size() == 2 ? operand_position(row) : row.index[0];
  }

  /// There is a width at which every figure of the unit is known.
  void check_overlap(const std::string& unit, std::initializer_list<const char*> figures) const {
    const FigureRow* narrow = nullptr;  // the table that starts last starts here
    const FigureRow* wide = nullptr;    // the table that ends first ends here
    for (const char* figure : figures) {
      const std::vector<const FigureRow*>& rows = tables_.at(unit + figure);
      const auto [first, last] = std::minmax_element(
          rows.begin(), rows.end(),
          [](const FigureRow* a, const FigureRow* b) { return position(*a) < position(*b); });
      if (narrow == nullptr || position(**first) > position(*narrow)) narrow = *first;
      if (wide == nullptr || position(**last) < position(*wide)) wide = *last;
    }
    if (position(*narrow) <= position(*wide)) return;
    throw UserError(
        narrow->where, narrow->key(),
        "needs to start within the other tables of the unit, which end at " + wide->key());
  }

  static void require_positive(const std::vector<const FigureRow*>& table) {
    for (const FigureRow* row : table) {
      if (row->value > 0) continue;
      throw UserError(row->where + ": " + row->key(), row->value_text,
                      "needs more than 0 for the law piecewise_log_log");
    }
  }

  /// A slower clock never needs a larger unit.
  void check_areas() const {
    for (const FigureSpec& spec : specs_) {
      if (spec.index != FigureIndex::clock_period || spec.unit_figure != &UnitFigures::area_um2) {
        continue;
      }
      std::vector<const FigureRow*> rows = tables_.at(spec.name);
      std::sort(rows.begin(), rows.end(),
                [](const FigureRow* a, const FigureRow* b) { return a->index[0] < b->index[0]; });
      for (std::size_t k = 1; k < rows.size(); ++k) {
        if (rows[k]->value <= rows[k - 1]->value) continue;
        throw UserError(rows[k]->where + ": " + rows[k]->key(), rows[k]->value_text,
                        "needs no more than " + rows[k - 1]->key() + " = " +
                            rows[k - 1]->value_text + ", of a shorter period");
      }
    }
  }

  /// A table of another criterion may have the same rate at two voltages: none that was seen.
  void check_fault_table(std::vector<const FigureRow*> rates) const {
    std::sort(rates.begin(), rates.end(),
              [](const FigureRow* a, const FigureRow* b) { return a->index[0] > b->index[0]; });
    const std::string& name = rates.front()->name;
    const FigureRow& nominal = *by_key_.at("sram_nominal_voltage");
    if (std::abs(rates.front()->index[0] - nominal.value) > kSameIndex) {
      throw UserError(path_ + ": " + name, number_text(rates.front()->index[0]) + " V",
                      "needs sram_nominal_voltage = " + nominal.value_text + " as its highest row");
    }
    for (std::size_t k = 1; k < rates.size(); ++k) {
      const double above = rates[k - 1]->value;
      if (rates[k]->value > above || (name != kFaultTable && rates[k]->value == above)) continue;
      throw UserError(rates[k]->where + ": " + rates[k]->key(), rates[k]->value_text,
                      "needs more faults than " + rates[k - 1]->key() + " = " +
                          rates[k - 1]->value_text + ", at a higher voltage");
    }
    for (const FigureRow* row : rates) check_criterion(*row, *rates.front());
  }

  /// All rows of a table count the same failures, those that its name says.
  void check_criterion(const FigureRow& row, const FigureRow& first) const {
    const std::optional<FaultCriterion> criterion = criterion_of(row.conditions);
    if (criterion != criterion_of(first.conditions)) {
      throw UserError(row.where + ": conditions of " + row.key(), row.conditions,
                      "needs the criterion of " + first.key() + ", a row of the same table");
    }
    if (row.name != kFaultTable && (!criterion || fault_table_name(*criterion) != row.name)) {
      throw UserError(row.where + ": conditions of " + row.key(), row.conditions,
                      "needs to begin with the name of the criterion and a colon");
    }
    if (criterion && counts_access_time(*criterion) && by_key_.count(kFaultClock) == 0) {
      throw UserError(row.where, row.key(),
                      "counts reads that are too slow for a clock: needs a row " +
                          std::string(kFaultClock) + " [ns], the clock period that it is for");
    }
  }

  void check_faults() const {
    const std::vector<const FigureRow*>& used = tables_.at(kFaultTable);
    check_fault_table(used);
    const std::optional<FaultCriterion> criterion = criterion_of(used.front()->conditions);
    for (const auto& each : enum_names(FaultCriterion{})) {
      const auto table = tables_.find(fault_table_name(each.value));
      if (table == tables_.end()) continue;
      if (criterion == each.value) {
        throw UserError(table->second.front()->where, table->second.front()->key(),
                        "is of the criterion of fault_rate: needs one table of a criterion");
      }
      check_fault_table(table->second);
    }
  }

  void check_order(const char* low_name, const char* high_name) const {
    const FigureRow& low = *by_key_.at(low_name);
    const FigureRow& high = *by_key_.at(high_name);
    if (high.value >= low.value) return;
    throw UserError(high.where + ": " + high.name, high.value_text,
                    "needs " + low.value_text + " or more, which is " + low.name);
  }

  std::string path_;
  DatapathForm form_;
  std::vector<FigureSpec> specs_;
  std::map<std::string, const FigureRow*> by_key_;
  std::map<std::string, std::vector<const FigureRow*>> tables_;  ///< by name, in file order
};

}  // namespace

Technology read_technology(const std::string& path, const std::vector<RowOverride>& overrides) {
  TechnologyFile file = read_technology_file(path);
  const std::string name = std::filesystem::path(path).stem().string();
  for (const RowOverride& change : overrides) {
    file.overrides.push_back(override_rows(file.rows, change, name));
  }
  const TechnologyChecks checks(path, file.rows);
  Technology technology = assemble_technology(name, std::move(file.rows));
  technology.files = std::move(file.files);
  technology.overrides = std::move(file.overrides);
  return technology;
}

std::string rows_text(const Technology& technology) {
  std::string text;
  for (const FigureRow& row : technology.rows) {
    text += row.key();
    for (const std::string& column : {row.value_text, row.unit, row.node, row.conditions,
                                      row.source, std::string(to_string(row.kind))}) {
      text += " | " + column;
    }
    if (!row.quality.empty()) text += " | " + row.quality;
    text += "\n";
  }
  return text;
}

}  // namespace minerva
