#pragma once
#include <string>

#include "minerva/quantize/width_search.hpp"

namespace minerva {
class Settings;
}

namespace minerva::quantize {

/// Binds the keys of section [quantize]. `start_format` is the text of options.start.
void add_quantize_settings(Settings& settings, QuantizeOptions& options, std::string& start_format,
                           std::string& plan_file);

}  // namespace minerva::quantize
