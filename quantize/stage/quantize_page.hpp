#pragma once
#include "minerva/report/html_page.hpp"
#include "quantize_section.hpp"

namespace minerva::quantize {

/// Number formats: of every layer, the error around them, saturations. Empty when the stage did not
/// run.
PageSection formats_page(const RunSummary& summary, const QuantizeSection& plan);

}  // namespace minerva::quantize
