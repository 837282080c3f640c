#pragma once
#include <string>

#include "minerva/data/load_dataset.hpp"

namespace minerva {

/// How the files of a set look.
enum class Form { generated, idx, cifar, csv, arff, libsvm, documents };
Form form_of(const std::string& set);
/// Whether the files are the user's, named by data.train_file and others.
bool is_own_set(const std::string& set);

/// The options with the set's own weighting, scaling and vocabulary where they ask for them.
DataOptions with_set_defaults(DataOptions options);

}  // namespace minerva
