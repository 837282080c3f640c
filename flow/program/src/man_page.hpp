#pragma once
#include <string>

namespace minerva::flow {

/// The program's manual page, minerva(1), in mdoc.
std::string man_page();

}  // namespace minerva::flow
