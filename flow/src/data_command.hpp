#pragma once
#include <string>
#include <vector>

namespace minerva::flow {

/// `minerva data`: lists the known data sets, where to get them, and whether their files are there.
/// `minerva data SET|CONFIG [--data.key=value ...]`: loads one and says what is in it. Throws
/// UserError for what cannot be loaded.
void data_command(const std::vector<std::string>& arguments);

}  // namespace minerva::flow
