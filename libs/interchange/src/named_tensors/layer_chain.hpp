#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace minerva {

/// A layer of which only name and sizes are known.
struct ChainLink {
  std::string name;
  std::int64_t inputs = 0;
  std::int64_t outputs = 0;
};

/// A name split into its text, '#' for each number, and the numbers without leading zeros.
struct NumberedName {
  std::string text;
  std::vector<std::string> numbers;
};
NumberedName numbered_name(const std::string& name);
/// Whether a's numbers come first; those of names with the same text count alike.
bool lower(const NumberedName& a, const NumberedName& b);

/// The order in which the layers follow each other: each takes as many inputs as the one before has
/// outputs. Where several layers could come next, they must differ in the numbers of their names
/// alone, and the lowest comes first. Throws UserError naming `file` and the layers when they do
/// not chain, or when nothing says which comes first.
std::vector<std::size_t> chain_order(const std::vector<ChainLink>& links, const std::string& file);

}  // namespace minerva
