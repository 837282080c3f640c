#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace minerva {

/// One cell of a CSV file: a text, an integer, or a finite double in the fewest digits that read
/// back to the same bits.
class CsvCell {
 public:
  CsvCell(const char* text) : text_(text) {}
  CsvCell(const std::string& text) : text_(text) {}
  CsvCell(int value) : text_(std::to_string(value)) {}
  CsvCell(std::int64_t value) : text_(std::to_string(value)) {}
  CsvCell(std::uint64_t value) : text_(std::to_string(value)) {}
  CsvCell(bool value) : text_(value ? "1" : "0") {}
  CsvCell(double value);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// A CSV file: one line of names, which carry the units, then one line a row. Quoted as RFC 4180
/// says; lines end in a newline alone.
class Csv {
 public:
  explicit Csv(const std::vector<std::string>& names);
  /// As many cells as there are names.
  void add(const std::vector<CsvCell>& row);
  const std::string& text() const { return text_; }

 private:
  std::size_t columns_;
  std::string text_;
};

}  // namespace minerva
