#pragma once
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "minerva/data/dataset.hpp"
#include "minerva/data/sample_inputs.hpp"

namespace minerva {

/// The documents of a text file. Each line is one document: its class, a TAB, and its terms with
/// blanks between them. Document i is line i + 1.
struct Documents {
  std::string path;
  std::vector<std::string> labels;        ///< class of each document
  std::vector<std::string> terms;         ///< different terms, in order of appearance
  std::vector<std::int32_t> occurrences;  ///< indices into `terms`, document after document
  std::vector<std::size_t> begins;        ///< of each document in `occurrences`, and the end

  std::size_t size() const { return labels.size(); }
};

/// Reads the documents of a file, which may be compressed by gzip. A document without a term is
/// kept. Throws UserError naming
/// file:line for a line without TAB or class, and naming the file when it has no document or no
/// document has a term.
Documents read_documents(const std::string& path);

/// The terms that are inputs of a network, in byte order: input i is terms[i].
struct Vocabulary {
  std::vector<std::string> terms;
  std::unordered_map<std::string, std::int32_t> index;
};

/// Chooses the terms that occur in `min_df` or more of the chosen documents, and of those the
/// `max_terms` with the highest document frequency (0: all of them), ties in byte order. Throws
/// UserError naming data.vocabulary_min_df when that is above the number of documents or no term is
/// left.
Vocabulary choose_vocabulary(const Documents& documents, const std::vector<std::size_t>& chosen,
                             int min_df, int max_terms);

/// Counts how often each term of the vocabulary occurs in each of the chosen documents. The result
/// is inputs x samples. Adds to `counts` how many occurrences were kept and dropped, and how many
/// documents are empty.
SparseInputs count_terms(const Documents& documents, const std::vector<std::size_t>& chosen,
                         const Vocabulary& vocabulary, TermCounts& counts);

}  // namespace minerva
