#pragma once
#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace minerva::workloads {

/// Words that every vocabulary begins with: padding, begin and end of a sentence, unknown word.
enum SpecialWord : int { kPaddingWord = 0, kGoWord = 1, kEndWord = 2, kUnknownWord = 3 };
inline constexpr int kSpecialWords = 4;

/// The length classes of Fathom's seq2seq: a pair belongs to the first bucket whose `source` is
/// larger than its source words and whose `target` is larger than its target words with the end
/// word.
struct SentenceBucket {
  int source = 0;
  int target = 0;
};
inline constexpr std::array<SentenceBucket, 4> kSentenceBuckets{
    {{5, 10}, {10, 15}, {20, 25}, {40, 50}}};

/// A sentence in two languages, as numbers of words; `target` ends with kEndWord.
struct SentencePair {
  std::vector<int> source;
  std::vector<int> target;
};

/// Parallel sentences with a vocabulary for each language: the special words, then the words from
/// the most frequent to the least, equally frequent ones in alphabetical order.
struct SentencePairs {
  std::vector<std::string> source_words;
  std::vector<std::string> target_words;
  std::array<std::vector<SentencePair>, kSentenceBuckets.size()> buckets;
  std::size_t too_long = 0;  ///< pairs that no bucket takes
};

/// Reads lines of three fields with tabs between them: place, source sentence, target sentence
/// (UTF-8, may be compressed by gzip). A vocabulary keeps at most `vocabulary` words, the special
/// words included; other words become kUnknownWord. Throws UserError naming file and line.
SentencePairs read_sentence_pairs(const std::string& path, int vocabulary);

}  // namespace minerva::workloads
