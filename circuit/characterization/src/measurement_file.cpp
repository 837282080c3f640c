#include "measurement_file.hpp"

#include <nlohmann/json.hpp>

#include "minerva/base/errors.hpp"

namespace minerva::circuit {
namespace {

using Json = nlohmann::ordered_json;

/// Every member with its name, in one place for both directions.
template <typename Figures, typename Visit>
void visit_members(Figures& figures, const Visit& visit) {
  visit("operations", figures.operations);
  visit("cells", figures.cells);
  visit("area_um2", figures.area_um2);
  visit("longest_path_ns", figures.longest_path_ns);
  visit("internal_fj", figures.internal_fj);
  visit("switching_fj", figures.switching_fj);
  visit("input_nets_fj", figures.input_nets_fj);
  visit("clock_net_fj", figures.clock_net_fj);
  visit("leakage_nw", figures.leakage_nw);
  visit("transitions", figures.events);
  visit("swallowed", figures.swallowed);
}

}  // namespace

std::string measurement_to_json(const UnitMeasurement& figures) {
  Json document;
  visit_members(figures, [&](const char* name, const auto& member) { document[name] = member; });
  return document.dump(2) + "\n";
}

UnitMeasurement measurement_from_json(const std::string& text, const std::string& where) {
  UnitMeasurement figures;
  const Json document = Json::parse(text, nullptr, false);
  visit_members(figures, [&](const char* name, auto& member) {
    if (!document.is_object() || !document.contains(name) || !document[name].is_number()) {
      throw UserError(
          where, "",
          std::string("needs the number '") + name + "'; remove the file and it is measured again");
    }
    document[name].get_to(member);
  });
  return figures;
}

}  // namespace minerva::circuit
