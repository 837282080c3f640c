#pragma once
#include <string>
#include <vector>

namespace minerva {

/// A term of the pages. Where a paragraph, a caption or the head of a column of a section has it
/// for the first time, it becomes a button that shows its meaning.
struct GlossaryTerm {
  std::string term;     ///< as it is written, case included
  std::string meaning;  ///< a sentence
};

/// Every one of them, in alphabetical order.
const std::vector<GlossaryTerm>& glossary();

/// A section's HTML with the terms marked; adds those that it has to `used`, by their index.
std::string with_terms_marked(const std::string& html, std::vector<bool>& used);

/// The list of those terms with their meanings, to which the buttons refer by its ids.
std::string glossary_list(const std::vector<bool>& used);

}  // namespace minerva
