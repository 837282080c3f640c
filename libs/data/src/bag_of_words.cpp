#include "minerva/data/bag_of_words.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>

#include "minerva/base/errors.hpp"
#include "minerva/data/unpacked_file.hpp"

namespace minerva {
namespace {

/// Numbers strings in order of appearance.
class TermNumbers {
 public:
  std::int32_t of(std::string_view term) {
    const auto [at, is_new] = numbers_.emplace(term, static_cast<std::int32_t>(terms_.size()));
    if (is_new) terms_.emplace_back(term);
    return at->second;
  }
  std::vector<std::string> take() { return std::move(terms_); }

 private:
  std::unordered_map<std::string_view, std::int32_t> numbers_;  // of bytes that the reader holds
  std::vector<std::string> terms_;
};

/// In how many of the chosen documents each term stands.
std::vector<int> document_frequencies(const Documents& documents,
                                      const std::vector<std::size_t>& chosen) {
  std::vector<int> frequencies(documents.terms.size());
  std::vector<std::size_t> last_seen(documents.terms.size(), documents.size());
  for (const std::size_t d : chosen) {
    for (std::size_t i = documents.begins[d]; i < documents.begins[d + 1]; ++i) {
      const auto term = static_cast<std::size_t>(documents.occurrences[i]);
      if (last_seen[term] != d) ++frequencies[term];
      last_seen[term] = d;
    }
  }
  return frequencies;
}
}  // namespace

Documents read_documents(const std::string& path) {
  TextLines lines(path);
  Documents documents;
  documents.path = path;
  TermNumbers numbers;
  documents.begins.push_back(0);
  std::string_view line;
  while (lines.next(line)) {
    const std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos || tab == 0) {
      throw UserError(lines.where(), std::string(line.substr(0, 40)),
                      "needs a class, a TAB and terms with blanks between them");
    }
    documents.labels.emplace_back(line.substr(0, tab));
    const std::string_view text = line.substr(tab + 1);
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find_first_of(" \t", begin), text.size());
      if (end > begin) documents.occurrences.push_back(numbers.of(text.substr(begin, end - begin)));
      begin = end + 1;
    }
    documents.begins.push_back(documents.occurrences.size());
  }
  documents.terms = numbers.take();
  if (documents.labels.empty()) throw UserError(path, "", "is empty: needs a document a line");
  if (documents.terms.empty()) {
    throw UserError(path, std::to_string(documents.size()) + " documents",
                    "needs a document with a term: all are empty");
  }
  return documents;
}

Vocabulary choose_vocabulary(const Documents& documents, const std::vector<std::size_t>& chosen,
                             int min_df, int max_terms) {
  const std::vector<int> frequencies = document_frequencies(documents, chosen);
  const auto frequency = [&](std::size_t t) { return frequencies[t]; };
  if (static_cast<std::size_t>(min_df) > chosen.size()) {
    throw UserError("data.vocabulary_min_df", std::to_string(min_df),
                    "needs at most " + std::to_string(chosen.size()) +
                        ", the training documents of " + documents.path);
  }
  std::vector<std::size_t> kept;
  for (std::size_t t = 0; t < frequencies.size(); ++t) {
    if (frequency(t) >= min_df) kept.push_back(t);
  }
  if (kept.empty()) {
    throw UserError("data.vocabulary_min_df", std::to_string(min_df),
                    "leaves no term: needs at most " +
                        std::to_string(*std::max_element(frequencies.begin(), frequencies.end())) +
                        ", the highest document frequency in " + documents.path);
  }
  const auto by_bytes = [&](std::size_t a, std::size_t b) {
    return documents.terms[a] < documents.terms[b];
  };
  if (max_terms > 0 && kept.size() > static_cast<std::size_t>(max_terms)) {
    std::sort(kept.begin(), kept.end(), [&](std::size_t a, std::size_t b) {
      return frequency(a) != frequency(b) ? frequency(a) > frequency(b) : by_bytes(a, b);
    });
    kept.resize(static_cast<std::size_t>(max_terms));
  }
  std::sort(kept.begin(), kept.end(), by_bytes);
  Vocabulary vocabulary;
  for (const std::size_t t : kept) {
    vocabulary.index[documents.terms[t]] = static_cast<std::int32_t>(vocabulary.terms.size());
    vocabulary.terms.push_back(documents.terms[t]);
  }
  return vocabulary;
}

SparseInputs count_terms(const Documents& documents, const std::vector<std::size_t>& chosen,
                         const Vocabulary& vocabulary, TermCounts& counts) {
  std::vector<std::int32_t> input_of_term(documents.terms.size(), -1);
  for (std::size_t t = 0; t < documents.terms.size(); ++t) {
    const auto found = vocabulary.index.find(documents.terms[t]);
    if (found != vocabulary.index.end()) input_of_term[t] = found->second;
  }
  std::vector<std::int32_t> starts{0};
  std::vector<std::int32_t> inputs;
  std::vector<float> values;
  std::vector<std::int32_t> sorted;
  for (const std::size_t d : chosen) {
    sorted.clear();
    for (std::size_t i = documents.begins[d]; i < documents.begins[d + 1]; ++i) {
      const std::int32_t input = input_of_term[static_cast<std::size_t>(documents.occurrences[i])];
      if (input >= 0) sorted.push_back(input);
    }
    const std::size_t occurrences = documents.begins[d + 1] - documents.begins[d];
    counts.kept += static_cast<std::int64_t>(sorted.size());
    counts.dropped += static_cast<std::int64_t>(occurrences - sorted.size());
    counts.empty_documents += occurrences == 0 ? 1 : 0;
    counts.zero_samples += sorted.empty() ? 1 : 0;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      if (i == 0 || sorted[i] != sorted[i - 1]) {
        inputs.push_back(sorted[i]);
        values.push_back(0);
      }
      values.back() += 1;
    }
    starts.push_back(static_cast<std::int32_t>(inputs.size()));
  }
  return Eigen::Map<const SparseInputs>(
      static_cast<Eigen::Index>(vocabulary.terms.size()), static_cast<Eigen::Index>(chosen.size()),
      static_cast<Eigen::Index>(inputs.size()), starts.data(), inputs.data(), values.data());
}

}  // namespace minerva
