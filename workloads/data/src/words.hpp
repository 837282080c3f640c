#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace minerva::workloads {

/// A UTF-8 text with the capitals of ASCII and of Latin-1 (U+00C0 to U+00DE) made small.
std::string lower_case(std::string_view text);

/// The lower-cased words of a sentence: runs of letters, digits, apostrophes and bytes of UTF-8
/// sequences. Punctuation is left out.
std::vector<std::string> words_of(std::string_view sentence);

/// The same with every punctuation mark as a word of its own.
std::vector<std::string> words_and_punctuation_of(std::string_view sentence);

}  // namespace minerva::workloads
