#pragma once
#include "command.hpp"

namespace minerva::flow {

/// `minerva data`: lists the known data sets, where to get them, and whether their files are there.
/// `minerva data SET|CONFIG [--data.key=value ...]`: loads one and says what is in it. Throws
/// UserError for what cannot be loaded.
int data_command(const CommandCall& call);

}  // namespace minerva::flow
