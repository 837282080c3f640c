#include "minerva/workloads/babi.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "minerva/base/errors.hpp"
#include "minerva/data/unpacked_file.hpp"
#include "words.hpp"

namespace minerva::workloads {
namespace {

struct TextQuestion {
  std::vector<std::vector<std::string>> facts;
  std::vector<std::string> question;
  std::string answer;
};

[[noreturn]] void reject(const TextLines& lines, std::string_view line) {
  throw UserError(lines.where(), std::string(line),
                  "needs a line of a bAbI task: a number and a sentence, behind a question a tab "
                  "and its answer");
}

std::vector<TextQuestion> read_questions(const std::string& path) {
  TextLines lines(path);
  std::vector<TextQuestion> questions;
  std::vector<std::vector<std::string>> story;
  int before = 0;
  std::string_view line;
  while (lines.next(line)) {
    const std::size_t space = line.find(' ');
    if (space == 0 || space > 4 || space == std::string_view::npos ||
        line.substr(0, space).find_first_not_of("0123456789") != std::string_view::npos) {
      reject(lines, line);
    }
    const int number = std::stoi(std::string(line.substr(0, space)));
    if (number == 1) story.clear();
    if (number != 1 && number != before + 1) reject(lines, line);
    before = number;
    const std::string_view rest = line.substr(space + 1);
    const std::size_t tab = rest.find('\t');
    std::vector<std::string> sentence = words_of(rest.substr(0, tab));
    if (sentence.empty()) reject(lines, line);
    if (tab == std::string_view::npos) {
      story.push_back(std::move(sentence));
      continue;
    }
    const std::string_view behind = rest.substr(tab + 1);
    const std::string answer = lower_case(behind.substr(0, behind.find('\t')));
    if (answer.empty() || answer.find(' ') != std::string::npos || story.empty()) {
      reject(lines, line);
    }
    questions.push_back({story, std::move(sentence), answer});
  }
  if (questions.empty()) throw UserError(path, "", "needs at least one question of a bAbI task");
  return questions;
}

}  // namespace

BabiTask read_babi(const std::string& train_file, const std::string& test_file) {
  const std::vector<TextQuestion> train = read_questions(train_file);
  const std::vector<TextQuestion> test = read_questions(test_file);
  BabiTask task;
  std::set<std::string> words;
  for (const auto* part : {&train, &test}) {
    for (const TextQuestion& each : *part) {
      for (const auto& fact : each.facts) words.insert(fact.begin(), fact.end());
      words.insert(each.question.begin(), each.question.end());
      words.insert(each.answer);
    }
  }
  task.words = {""};
  task.words.insert(task.words.end(), words.begin(), words.end());
  std::map<std::string, int> numbers;
  for (std::size_t i = 0; i < task.words.size(); ++i) {
    numbers[task.words[i]] = static_cast<int>(i);
  }
  const auto encoded = [&](const std::vector<std::string>& sentence) {
    task.sentence_words = std::max(task.sentence_words, static_cast<int>(sentence.size()));
    std::vector<int> codes;
    codes.reserve(sentence.size());
    for (const std::string& word : sentence) codes.push_back(numbers.at(word));
    return codes;
  };
  const auto encode_part = [&](const std::vector<TextQuestion>& from,
                               std::vector<BabiQuestion>& to) {
    for (const TextQuestion& each : from) {
      BabiQuestion question;
      for (const auto& fact : each.facts) question.facts.push_back(encoded(fact));
      question.question = encoded(each.question);
      question.answer = numbers.at(each.answer);
      task.longest_story = std::max(task.longest_story, static_cast<int>(each.facts.size()));
      to.push_back(std::move(question));
    }
  };
  encode_part(train, task.train);
  encode_part(test, task.test);
  return task;
}

}  // namespace minerva::workloads
