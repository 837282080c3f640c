#include "minerva/workloads/sentence_pairs.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "minerva/base/errors.hpp"
#include "minerva/data/unpacked_file.hpp"
#include "words.hpp"

namespace minerva::workloads {
namespace {

using Sentence = std::vector<std::string>;

std::vector<std::string> vocabulary_of(const std::vector<Sentence>& sentences, int largest) {
  std::unordered_map<std::string, std::size_t> counts;
  for (const Sentence& sentence : sentences) {
    for (const std::string& word : sentence) ++counts[word];
  }
  std::vector<std::pair<std::string, std::size_t>> order(counts.begin(), counts.end());
  std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  std::vector<std::string> words = {"_PAD", "_GO", "_END", "_UNKNOWN"};
  for (const auto& entry : order) {
    if (words.size() >= static_cast<std::size_t>(largest)) break;
    words.push_back(entry.first);
  }
  return words;
}

std::vector<std::vector<int>> encoded(const std::vector<Sentence>& sentences,
                                      const std::vector<std::string>& words) {
  std::unordered_map<std::string, int> numbers;
  for (std::size_t i = kSpecialWords; i < words.size(); ++i) {
    numbers.emplace(words[i], static_cast<int>(i));
  }
  std::vector<std::vector<int>> codes;
  codes.reserve(sentences.size());
  for (const Sentence& sentence : sentences) {
    codes.emplace_back();
    for (const std::string& word : sentence) {
      const auto found = numbers.find(word);
      codes.back().push_back(found == numbers.end() ? int{kUnknownWord} : found->second);
    }
  }
  return codes;
}

}  // namespace

SentencePairs read_sentence_pairs(const std::string& path, int vocabulary) {
  expects(vocabulary > kSpecialWords, "a vocabulary has more words than the special ones");
  TextLines lines(path);
  std::vector<Sentence> sources;
  std::vector<Sentence> targets;
  std::string_view line;
  while (lines.next(line)) {
    const std::size_t first = line.find('\t');
    const std::size_t second = first == std::string_view::npos ? first : line.find('\t', first + 1);
    if (second == std::string_view::npos || line.find('\t', second + 1) != std::string_view::npos) {
      throw UserError(lines.where(), std::string(line.substr(0, 40)),
                      "needs three fields with tabs between them: place, sentence, translation");
    }
    sources.push_back(words_and_punctuation_of(line.substr(first + 1, second - first - 1)));
    targets.push_back(words_and_punctuation_of(line.substr(second + 1)));
  }
  if (sources.empty()) throw UserError(path, "", "needs at least one line");
  SentencePairs pairs;
  pairs.source_words = vocabulary_of(sources, vocabulary);
  pairs.target_words = vocabulary_of(targets, vocabulary);
  std::vector<std::vector<int>> source_codes = encoded(sources, pairs.source_words);
  std::vector<std::vector<int>> target_codes = encoded(targets, pairs.target_words);
  for (std::size_t i = 0; i < source_codes.size(); ++i) {
    target_codes[i].push_back(kEndWord);
    const auto bucket = std::find_if(
        kSentenceBuckets.begin(), kSentenceBuckets.end(), [&](const SentenceBucket& each) {
          return source_codes[i].size() < static_cast<std::size_t>(each.source) &&
                 target_codes[i].size() < static_cast<std::size_t>(each.target);
        });
    if (bucket == kSentenceBuckets.end()) {
      ++pairs.too_long;
      continue;
    }
    pairs.buckets[static_cast<std::size_t>(bucket - kSentenceBuckets.begin())].push_back(
        {std::move(source_codes[i]), std::move(target_codes[i])});
  }
  return pairs;
}

}  // namespace minerva::workloads
