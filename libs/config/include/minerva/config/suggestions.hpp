#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace minerva {

/// Fewest letters inserted, removed, replaced or swapped with their neighbour that turn one word
/// into the other, no letter touched twice (Damerau 1964; "optimal string alignment").
std::size_t spelling_distance(const std::string& a, const std::string& b);

/// The known words nearest to a misspelt one, in their order: all of the smallest distance, when
/// that is at most a third of the word's letters plus one; otherwise none.
std::vector<std::string> nearest_words(const std::string& word,
                                       const std::vector<std::string>& known);

/// "; did you mean a, b or c?", or nothing.
std::string did_you_mean(const std::vector<std::string>& nearest);

}  // namespace minerva
