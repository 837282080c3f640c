#include "minerva/design/machine_configuration.hpp"

namespace minerva {}  // namespace minerva
