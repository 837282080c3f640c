#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace minerva::workloads {

/// A question of the bAbI tasks (Weston et al., arXiv 1502.05698) with the facts that precede it in
/// its story. Words are numbers of BabiTask::words.
struct BabiQuestion {
  std::vector<std::vector<int>> facts;  ///< in the order of the story, earlier questions left out
  std::vector<int> question;
  int answer = 0;
};

/// The questions of one task with their vocabulary.
struct BabiTask {
  std::vector<std::string> words;  ///< in alphabetical order behind the empty word, which is word 0
  int sentence_words = 0;          ///< words of the longest fact or question
  int longest_story = 0;           ///< most facts that precede a question
  std::vector<BabiQuestion> train;
  std::vector<BabiQuestion> test;
};

/// Reads a task from its two files, which may be compressed by gzip. A line is "N words." for a
/// fact and "N words?<tab>answer<tab>numbers" for a question; N = 1 begins a story. Words are
/// lower-cased. Throws UserError naming file and line for anything else.
BabiTask read_babi(const std::string& train_file, const std::string& test_file);

}  // namespace minerva::workloads
