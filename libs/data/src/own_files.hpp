#pragma once
#include <string>
#include <vector>

#include "minerva/data/options.hpp"

namespace minerva {

/// A user's file: as named, or in data.dir; empty for no name. Throws UserError naming the key when
/// there is none.
std::string find_own_file(const DataOptions& options, const char* key, const std::string& name);

/// The files that data.subtract, data.divide and data.class_order name, found.
std::vector<std::string> files_of_values(const DataOptions& options);

/// The classes of data.class_order: a list with commas, or a file with one a line. Throws UserError
/// naming the key, or the file, for fewer than two classes and for an empty one.
std::vector<std::string> class_order(const DataOptions& options);

}  // namespace minerva
