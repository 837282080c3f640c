#pragma once
#include <string>

namespace minerva::flow {

std::string program_version();
std::string compiler_version();

}  // namespace minerva::flow
