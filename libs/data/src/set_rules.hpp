#pragma once
#include <string>

#include "minerva/data/load_dataset.hpp"

namespace minerva {

/// How the files of a set look.
enum class Form { generated, idx, csv, documents };
Form form_of(const std::string& set);

/// The options with the set's own weighting, scaling and vocabulary where they ask for them.
DataOptions with_set_defaults(DataOptions options);

}  // namespace minerva
