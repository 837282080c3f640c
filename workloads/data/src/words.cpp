#include "words.hpp"

namespace minerva::workloads {
namespace {

bool is_ascii_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

/// Bytes of the UTF-8 sequence that begins at `at`; punctuation of U+2000 to U+206F (dashes,
/// quotation marks) and of Latin-1 (inverted marks) is told from letters by the caller.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  std::size_t length = 1;
  if (byte >= 0xF0) {
    length = 4;
  } else if (byte >= 0xE0) {
    length = 3;
  } else if (byte >= 0xC0) {
    length = 2;
  }
  return length > text.size() - at ? text.size() - at : length;
}

bool is_letter_sequence(std::string_view sequence) {
  if (sequence.size() == 1) return is_ascii_letter_or_digit(sequence[0]) || sequence[0] == '\'';
  const auto first = static_cast<unsigned char>(sequence[0]);
  const auto second = static_cast<unsigned char>(sequence[1]);
  if (first == 0xC2) return second == 0xAA || second == 0xBA;  // ordinal indicators
  if (first == 0xE2 && second == 0x80) {                       // general punctuation
    return sequence.size() == 3 && static_cast<unsigned char>(sequence[2]) == 0x99;  // apostrophe
  }
  return true;
}

std::vector<std::string> split(std::string_view sentence, bool keep_punctuation) {
  const std::string text = lower_case(sentence);
  const std::string_view view = text;
  std::vector<std::string> words;
  std::string word;
  const auto finish = [&] {
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  };
  for (std::size_t at = 0; at < view.size();) {
    const std::string_view sequence = view.substr(at, sequence_length(view, at));
    at += sequence.size();
    if (is_letter_sequence(sequence)) {
      word += sequence;
      continue;
    }
    finish();
    if (keep_punctuation && sequence != " " && sequence != "\t") words.emplace_back(sequence);
  }
  finish();
  return words;
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (std::size_t i = 0; i < lower.size(); ++i) {
    const auto byte = static_cast<unsigned char>(lower[i]);
    if (byte >= 'A' && byte <= 'Z') lower[i] = static_cast<char>(byte + 32);
    if (byte == 0xC3 && i + 1 < lower.size()) {
      const auto next = static_cast<unsigned char>(lower[i + 1]);
      // U+00D7 is the multiplication sign, which has no small form.
      if (next >= 0x80 && next <= 0x9E && next != 0x97) lower[i + 1] = static_cast<char>(next + 32);
    }
  }
  return lower;
}

std::vector<std::string> words_of(std::string_view sentence) { return split(sentence, false); }

std::vector<std::string> words_and_punctuation_of(std::string_view sentence) {
  return split(sentence, true);
}

}  // namespace minerva::workloads
