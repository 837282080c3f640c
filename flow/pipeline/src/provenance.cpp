#include "minerva/flow/provenance.hpp"

namespace minerva::flow {

std::string program_version() { return MINERVA_VERSION; }
std::string compiler_version() { return MINERVA_COMPILER; }

}  // namespace minerva::flow
