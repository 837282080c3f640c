#include "minerva/data/libsvm.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

#include "field_text.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/data/unpacked_file.hpp"
#include "minerva/network/topology.hpp"

namespace minerva {
namespace {

/// Takes the next word off a line; empty at its end.
std::string_view next_word(std::string_view& line) {
  line = trimmed(line);
  const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(end);
  return word;
}

void take_label(LibsvmFile& file, std::string_view word, const TextLines& lines) {
  if (word.find(':') != std::string_view::npos) {
    throw UserError(lines.where(), shown(word), "needs a label before the first INDEX:VALUE");
  }
  if (word.find(',') != std::string_view::npos) {
    throw UserError(lines.where(), shown(word), "are several labels: needs one a sample");
  }
  const auto number = number_in(word);
  if (number && !std::isfinite(*number)) {
    throw UserError(lines.where(), shown(word), "needs a word or a finite number as label");
  }
  file.labels.emplace_back(word);
}

void take_pair(LibsvmFile& file, std::string_view word, const TextLines& lines) {
  const std::size_t colon = word.find(':');
  const std::string_view index_text = word.substr(0, colon);
  if (index_text == "qid") {
    throw UserError(lines.where(), shown(word),
                    "is a query of a ranking: needs labels of classes and INDEX:VALUE alone");
  }
  std::int32_t index = -1;
  const auto [end, error] =
      std::from_chars(index_text.data(), index_text.data() + index_text.size(), index);
  const bool whole = error == std::errc() && end == index_text.data() + index_text.size();
  const auto number =
      colon == std::string_view::npos ? std::nullopt : number_in(word.substr(colon + 1));
  const float value = number ? static_cast<float>(*number) : 0;
  if (!whole || index < 0 || index > kMaxLayerWidth || !number || !std::isfinite(value)) {
    throw UserError(lines.where(), shown(word),
                    "needs INDEX:VALUE, an index of 0 to " + std::to_string(kMaxLayerWidth) +
                        " and a finite number of single precision");
  }
  if (file.indices.size() > file.begins.back() && file.indices.back() >= index) {
    throw UserError(
        lines.where(), shown(word),
        "needs an index above the one before it, " + std::to_string(file.indices.back()));
  }
  if (file.indices.empty()) file.least_index = file.largest_index = index;
  file.least_index = std::min(file.least_index, index);
  file.largest_index = std::max(file.largest_index, index);
  file.indices.push_back(index);
  file.values.push_back(value);
}

}  // namespace

LibsvmFile read_libsvm(const std::string& path) {
  TextLines lines(path);
  LibsvmFile file;
  file.path = path;
  std::string blank;  // where the first of the blank lines stands
  for (std::string_view line; lines.next(line);) {
    const std::size_t comment = line.find('#');
    line = trimmed(line.substr(0, comment));
    if (line.empty()) {
      if (blank.empty() && comment == std::string_view::npos) blank = lines.where();
      continue;
    }
    if (!blank.empty()) {
      throw UserError(blank, "", "is a blank line: needs a label and INDEX:VALUE, or the end");
    }
    take_label(file, next_word(line), lines);
    for (std::string_view word = next_word(line); !word.empty(); word = next_word(line)) {
      take_pair(file, word, lines);
    }
    file.begins.push_back(file.indices.size());
    file.lines.push_back(lines.number());
  }
  if (file.labels.empty()) throw UserError(path, "", "is empty: needs a sample a line");
  return file;
}

}  // namespace minerva
