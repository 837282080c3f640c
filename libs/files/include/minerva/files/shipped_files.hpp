#pragma once
#include <string>

namespace minerva {

/// Finds a file that comes with the program, such as "configs/tech/public40.cfg": as named; in a
/// folder above `beside` (a file, such as the config that names it; may be empty); in
/// share/minerva beside the folder of an installed program; in the folder that
/// seek_shipped_files_in named; where the program was built. Gives `name` back when it is nowhere,
/// so that whoever opens it names it.
std::string find_shipped_file(const std::string& name, const std::string& beside);

/// The same for a technology, for which a word such as "open45" stands for
/// "configs/tech/open45.cfg" where no file has the word as its name.
std::string find_technology_file(const std::string& name, const std::string& beside);

/// Says where a library that another program loads, such as the Python package, was installed with
/// its files: a folder share/minerva. Call it once, before any thread asks for a file.
void seek_shipped_files_in(const std::string& folder);

}  // namespace minerva
