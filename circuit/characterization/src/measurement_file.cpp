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
  visit("driven_clock_fj", figures.driven_clock_fj);
  visit("input_nets_fj", figures.input_nets_fj);
  visit("clock_net_fj", figures.clock_net_fj);
  visit("leakage_nw", figures.leakage_nw);
  visit("transitions", figures.events);
  visit("swallowed", figures.swallowed);
}

}  // namespace

std::string measurements_to_json(const std::vector<UnitMeasurement>& all) {
  Json document = Json::array();
  for (const UnitMeasurement& figures : all) {
    Json one;
    visit_members(figures, [&](const char* name, const auto& member) { one[name] = member; });
    document.push_back(std::move(one));
  }
  return document.dump(2) + "\n";
}

std::vector<UnitMeasurement> measurements_from_json(const std::string& text, std::size_t count,
                                                    const std::string& where) {
  const char* const remedy = "; remove the file and it is measured again";
  const Json document = Json::parse(text, nullptr, false);
  if (!document.is_array() || document.size() != count) {
    throw UserError(where, "",
                    "needs a list of " + std::to_string(count) + " measurements" + remedy);
  }
  std::vector<UnitMeasurement> all(count);
  for (std::size_t k = 0; k < count; ++k) {
    const Json& one = document[k];
    visit_members(all[k], [&](const char* name, auto& member) {
      if (!one.is_object() || !one.contains(name) || !one[name].is_number()) {
        throw UserError(where, "", std::string("needs the number '") + name + "'" + remedy);
      }
      one[name].get_to(member);
    });
  }
  return all;
}

}  // namespace minerva::circuit
