#pragma once
#include "minerva/dse/explore.hpp"

namespace minerva {
class Settings;
}

namespace minerva::dse {

/// Binds the keys of section [dse] but for those that belong to the flow.
void add_dse_settings(Settings& settings, Space& space, BaselineRule& rule);

}  // namespace minerva::dse
