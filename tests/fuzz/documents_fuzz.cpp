#include <numeric>

#include "fuzz_check.hpp"
#include "minerva/data/bag_of_words.hpp"

namespace minerva::fuzz {
namespace {

std::string written(const Documents& documents) {
  std::string text = "\xef\xbb\xbf";  // the mark that readers leave out; a class may begin with one
  for (std::size_t d = 0; d < documents.size(); ++d) {
    text += documents.labels[d] + "\t";
    for (std::size_t i = documents.begins[d]; i < documents.begins[d + 1]; ++i) {
      text += documents.terms[static_cast<std::size_t>(documents.occurrences[i])] + " ";
    }
    text += "\n";
  }
  return text;
}

void check_vocabulary(const Documents& documents, int min_df, int max_terms) {
  std::vector<std::size_t> chosen(documents.size());
  std::iota(chosen.begin(), chosen.end(), std::size_t{0});
  Vocabulary vocabulary;
  if (!accepts([&] { vocabulary = choose_vocabulary(documents, chosen, min_df, max_terms); })) {
    return;
  }
  require(!vocabulary.terms.empty(), "a vocabulary with a term");
  require(max_terms == 0 || vocabulary.terms.size() <= static_cast<std::size_t>(max_terms),
          "a vocabulary as small as asked for");
  TermCounts counts;
  const SparseInputs inputs = count_terms(documents, chosen, vocabulary, counts);
  require(static_cast<std::size_t>(inputs.rows()) == vocabulary.terms.size() &&
              static_cast<std::size_t>(inputs.cols()) == documents.size(),
          "an input a term, a sample a document");
  require(static_cast<std::size_t>(counts.kept + counts.dropped) == documents.occurrences.size(),
          "every occurrence is kept or dropped");
  double sum = 0;
  for (Eigen::Index k = 0; k < inputs.nonZeros(); ++k) sum += double{inputs.valuePtr()[k]};
  require(sum == static_cast<double>(counts.kept), "counts that add up to what was kept");
}

}  // namespace
}  // namespace minerva::fuzz

/// The first byte holds the limits of the vocabulary, the rest is a file of documents.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace minerva;
  if (size == 0) return 0;
  const fuzz::MemoryFile file(fuzz::text_of(data + 1, size - 1));
  Documents documents;
  if (!fuzz::accepts([&] { documents = read_documents(file.path()); })) return 0;
  const fuzz::MemoryFile copy(fuzz::written(documents));
  const Documents again = read_documents(copy.path());
  fuzz::require(again.labels == documents.labels && again.terms == documents.terms &&
                    again.occurrences == documents.occurrences && again.begins == documents.begins,
                "the same documents when written and read back");
  fuzz::check_vocabulary(documents, 1 + (data[0] & 7), data[0] >> 3);
  return 0;
}
