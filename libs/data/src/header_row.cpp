#include "header_row.hpp"

#include <algorithm>
#include <cstdint>
#include <map>

#include "field_text.hpp"
#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

// From these lengths on, numbers that count the columns are taken for a header. A sample whose
// values count 0, 1, 2, .. by chance is not likely there.
constexpr std::size_t kInputsThatCount = 3;    // when no sample has the label of the first row
constexpr std::size_t kColumnsThatCount = 10;  // label included, when a sample has that label
constexpr std::size_t kColumnsInDoubt = 4;     // from here to there the user is asked
constexpr std::size_t kRowsOfATable = 10;      // in fewer rows a class of one sample is usual

/// Whether each number is the one before it plus `step`.
bool has_steps(const std::vector<double>& numbers, double step) {
  for (std::size_t i = 1; i < numbers.size(); ++i) {
    if (numbers[i] != numbers[i - 1] + step) return false;
  }
  return true;
}

/// 0, 1, 2, .. or 1, 2, 3, ..
bool counts(const std::vector<double>& numbers) {
  return !numbers.empty() && (numbers[0] == 0 || numbers[0] == 1) && has_steps(numbers, 1);
}

std::vector<double> numbers_of(const std::vector<std::string>& fields) {
  std::vector<double> numbers;
  for (const std::string& field : fields) {
    const auto number = number_in(field);
    if (!number) return {};
    numbers.push_back(*number);
  }
  return numbers;
}

/// How often each label stands, numbers of one value as one label.
class LabelCounts {
 public:
  explicit LabelCounts(const std::vector<std::string>& labels) {
    for (const std::string& label : labels) {
      if (const auto number = label_number_in(label)) {
        ++numbers_[*number];
      } else {
        ++words_[label];
      }
    }
  }
  std::int64_t of(const std::string& label) const {
    const auto number = label_number_in(label);
    const auto as_number = number ? numbers_.find(*number) : numbers_.end();
    if (as_number != numbers_.end()) return as_number->second;
    const auto as_word = words_.find(label);
    return as_word == words_.end() ? 0 : as_word->second;
  }
  bool all_are_numbers() const { return words_.empty(); }
  bool each_stands_twice() const {
    const auto twice = [](const auto& entry) { return entry.second >= 2; };
    return std::all_of(numbers_.begin(), numbers_.end(), twice) &&
           std::all_of(words_.begin(), words_.end(), twice);
  }

 private:
  std::map<double, std::int64_t> numbers_;
  std::map<std::string, std::int64_t> words_;
};

[[noreturn]] void ask(const CsvTable& table, const std::string& value, const std::string& doubt) {
  throw UserError(table.path + ":1", value,
                  doubt +
                      ": needs data.header = present if this row holds the names of the "
                      "columns, absent if it is a sample");
}

}  // namespace

bool has_names_alone(const std::vector<std::string_view>& fields, std::size_t label) {
  bool has_name = false;
  for (std::size_t c = 0; c < fields.size(); ++c) {
    if (c == label) continue;
    if (number_in(fields[c])) return false;
    has_name = has_name || !fields[c].empty();
  }
  return has_name;
}

FirstRowVerdict judge_first_row(const std::vector<std::string>& first,
                                const std::vector<double>& inputs, const std::string& label,
                                const CsvTable& below) {
  if (below.labels.empty()) return {};
  const LabelCounts labels(below.labels);
  const bool all_count = counts(numbers_of(first));
  const std::string columns = std::to_string(first.size());
  if (labels.of(label) > 0) {
    if (!all_count || first.size() < kColumnsInDoubt) return {};
    if (first.size() < kColumnsThatCount) {
      ask(below, first.front() + " .. " + first.back(), "counts its " + columns + " columns");
    }
    return {true, "it counts its " + columns + " columns"};
  }
  if (!label_number_in(label) && labels.all_are_numbers()) {
    return {true, "its label " + shown(label) + " is a word, and all below are numbers"};
  }
  if (!labels.each_stands_twice()) return {};
  const std::string alone = "its label " + shown(label) + " stands in no other row";
  if (counts(inputs) && inputs.size() >= kInputsThatCount) {
    return {true, alone + ", and its inputs count the columns"};
  }
  // A class of one sample, or a header? Steps that are equal are the mark of a header of numbers.
  const bool steps =
      inputs.size() >= 2 && inputs[1] != inputs[0] && has_steps(inputs, inputs[1] - inputs[0]);
  if (below.labels.size() + 1 < kRowsOfATable) return {};
  if (steps || !label_number_in(label)) ask(below, label, "is a label that stands in no other row");
  return {};
}

}  // namespace minerva
