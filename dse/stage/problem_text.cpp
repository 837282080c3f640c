#include "problem_text.hpp"

#include <algorithm>
#include <limits>

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/config/setting_text.hpp"

namespace minerva::dse {
namespace {

constexpr Relation kRelations[] = {Relation::at_most, Relation::at_least, Relation::equal,
                                   Relation::less, Relation::greater};

PointQuantity quantity_named(const std::string& name, const std::string& key) {
  std::string known;
  for (const PointQuantity& quantity : point_quantities()) {
    if (name == quantity.name) return quantity;
    if (!known.empty()) known += ", ";
    known += quantity.name;
  }
  throw UserError(key, name, "needs one of " + known);
}

Constraint parse_constraint(const std::string& item, const std::string& key) {
  const std::size_t at = item.find_first_of("<>=");
  const std::string place = key + ": " + item;
  if (at != std::string::npos) {
    for (const Relation relation : kRelations) {
      const std::string sign = to_string(relation);
      if (item.compare(at, sign.size(), sign) != 0) continue;
      Constraint constraint;
      constraint.quantity = quantity_named(std::string(trimmed(item.substr(0, at))), key);
      constraint.relation = relation;
      constraint.limit = parse_number(
          std::string(trimmed(item.substr(at + sign.size()))), place,
          Range<double>{std::numeric_limits<double>::lowest(), std::numeric_limits<double>::max()});
      return constraint;
    }
  }
  throw UserError(key, item, "needs the form area_mm2 <= 3, with <=, >=, <, > or ==");
}

template <typename T>
std::string list_text(const char* name, const std::vector<T>& values) {
  std::string text = std::string(name) + " =";
  for (const T& value : values) text += " " + setting_text(value);
  return text + "\n";
}

}  // namespace

std::vector<Constraint> parse_constraints(const std::string& text, const std::string& key) {
  std::vector<Constraint> constraints;
  for (const std::string& item : split_list(text, key)) {
    constraints.push_back(parse_constraint(item, key));
  }
  return constraints;
}

std::vector<Objective> parse_objectives(const std::string& text, const std::string& key) {
  constexpr Objective kAll[] = {Objective::power_mw, Objective::time_us, Objective::energy_nj,
                                Objective::area_mm2, Objective::edp_nj_us};
  std::vector<Objective> objectives;
  for (const std::string& item : split_list(text, key)) {
    const auto found = std::find_if(std::begin(kAll), std::end(kAll),
                                    [&](Objective o) { return item == to_string(o); });
    if (found == std::end(kAll)) {
      throw UserError(key, item, "needs power_mw, time_us, energy_nj, area_mm2 or edp_nj_us");
    }
    if (std::count(objectives.begin(), objectives.end(), *found) > 0) {
      throw UserError(key, item, "needs each objective once");
    }
    objectives.push_back(*found);
  }
  if (objectives.size() < 2) {
    throw UserError(key, text.empty() ? "(empty)" : text, "needs 2 to 5 objectives");
  }
  return objectives;
}

std::string problem_text(const Problem& problem, const Space& space) {
  std::string text = "topology = " + to_string(problem.network) + "\n";
  const DatapathWidths& w = problem.widths;
  text += list_text("widths_bits", std::vector<int>{w.weight_bits, w.activation_bits,
                                                    w.product_bits, w.accumulator_bits});
  if (w.index_bits > 0) {
    text += list_text("codebooks", std::vector<int>{w.index_bits, w.codebooks, w.sign_weights});
  }
  text += std::string("weight_storage = ") + to_string(problem.weight_storage) + "\nalso_for =";
  for (const MachineNetwork& other : problem.also_for) text += " " + to_string(other);
  if (problem.zero_inputs_percent > 0) {
    text += "\nzero_inputs_percent = " + setting_text(problem.zero_inputs_percent);
  }
  text += "\nobjectives =";
  for (const Objective objective : problem.objectives) {
    text += std::string(" ") + to_string(objective);
  }
  text += "\nconstraints =";
  for (const Constraint& constraint : problem.constraints) text += " " + to_string(constraint);
  text += "\n";
  for (const Axis& axis : axes()) {
    // A space whose machines do without a knob has the text that it had before the axis was.
    const std::vector<int>& values = space.*axis.values;
    const Knob& k = knob(axis.knob);
    if (k.left_out && values == std::vector<int>{*k.left_out}) continue;
    text += list_text(k.name, values);
  }
  text += list_text("clock_period_ns", space.clock_periods_ns);
  return text;
}

}  // namespace minerva::dse
