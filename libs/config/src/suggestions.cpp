#include "minerva/config/suggestions.hpp"

#include <algorithm>
#include <numeric>

namespace minerva {

std::size_t spelling_distance(const std::string& a, const std::string& b) {
  // Three rows of the table: the one before the last is what a swap of neighbours starts from.
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = a[i - 1] == b[j - 1];
      row[j] = std::min({last[j - 1] + (same ? 0 : 1), last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
  }
  return row.back();
}

std::vector<std::string> nearest_words(const std::string& word,
                                       const std::vector<std::string>& known) {
  std::size_t smallest = word.size() / 3 + 1;  // further away it would not be a help
  std::vector<std::string> nearest;
  for (const std::string& candidate : known) {
    // Every letter more or less is a step; a word of a megabyte is near to nothing.
    const std::size_t longer = std::max(word.size(), candidate.size());
    if (longer - std::min(word.size(), candidate.size()) > smallest) continue;
    const std::size_t distance = spelling_distance(word, candidate);
    if (distance > smallest || distance >= candidate.size()) continue;
    if (distance < smallest) nearest.clear();
    smallest = distance;
    if (std::find(nearest.begin(), nearest.end(), candidate) == nearest.end()) {
      nearest.push_back(candidate);
    }
  }
  return nearest;
}

std::string did_you_mean(const std::vector<std::string>& nearest) {
  std::string text;
  for (std::size_t i = 0; i < nearest.size(); ++i) {
    text += i == 0 ? "; did you mean " : i + 1 == nearest.size() ? " or " : ", ";
    text += nearest[i];
  }
  return nearest.empty() ? "" : text + "?";
}

}  // namespace minerva
