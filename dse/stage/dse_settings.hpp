#pragma once
#include <string>

#include "minerva/dse/baseline.hpp"
#include "minerva/dse/search.hpp"
#include "minerva/dse/space.hpp"

namespace minerva {
class Settings;
}

namespace minerva::dse {

/// Binds the keys of section [dse] but for those that belong to the flow. `objectives` and
/// `constraints` are texts for parse_objectives and parse_constraints.
void add_dse_settings(Settings& settings, Space& space, BaselineRule& rule, SearchOptions& search,
                      std::string& objectives, std::string& constraints);

}  // namespace minerva::dse
