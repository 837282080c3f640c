#pragma once
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "minerva/data/dataset.hpp"
#include "minerva/data/sample_inputs.hpp"

namespace minerva {

/// Documents of a text file, one a line: class, TAB, terms with blanks between them. Line i + 1
/// holds document i.
struct Documents {
  std::string path;
  std::vector<std::string> labels;        ///< class of each document
  std::vector<std::string> terms;         ///< different terms, in order of appearance
  std::vector<std::int32_t> occurrences;  ///< indices into `terms`, document after document
  std::vector<std::size_t> begins;        ///< of each document in `occurrences`, and the end

  std::size_t size() const { return labels.size(); }
};

/// Reads documents, gzip or not. A document without a term is kept. Throws UserError naming
/// file:line for a line without TAB or class, and naming the file when it has no document or no
/// document has a term.
Documents read_documents(const std::string& path);

/// Terms that are inputs, in byte order; input i is terms[i].
struct Vocabulary {
  std::vector<std::string> terms;
  std::unordered_map<std::string, std::int32_t> index;
};

/// The terms that stand in `min_df` or more of the chosen documents; of those the `max_terms` of
/// the highest document frequency (0: all), ties in byte order. Throws UserError naming
/// data.vocabulary_min_df when that is above the number of documents or no term is left.
Vocabulary choose_vocabulary(const Documents& documents, const std::vector<std::size_t>& chosen,
                             int min_df, int max_terms);

/// How often each term of the vocabulary stands in each of the chosen documents: inputs x samples.
/// Adds to `counts` what was kept, dropped and empty.
SparseInputs count_terms(const Documents& documents, const std::vector<std::size_t>& chosen,
                         const Vocabulary& vocabulary, TermCounts& counts);

}  // namespace minerva
