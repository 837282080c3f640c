#pragma once
#include "minerva/codesign/search.hpp"

namespace minerva::codesign {

/// search() for callers that leave nothing to choose on purpose.
SearchResult run_search(const SearchSetup& setup);

}  // namespace minerva::codesign
