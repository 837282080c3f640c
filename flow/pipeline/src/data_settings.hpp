#pragma once
#include "minerva/data/options.hpp"

namespace minerva {
class Settings;
}

namespace minerva::flow {

/// Adds the keys of section [data].
void add_data_settings(Settings& settings, DataOptions& options);

}  // namespace minerva::flow
