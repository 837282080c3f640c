#include <charconv>
#include <cmath>
#include <cstring>

#include "fuzz_check.hpp"
#include "minerva/data/csv.hpp"
#include "minerva/data/libsvm.hpp"

namespace minerva::fuzz {
namespace {

std::string quoted(const std::string& text) {
  std::string field = "\"";
  for (const char c : text) field += c == '"' ? std::string("\"\"") : std::string(1, c);
  return field + "\"";
}

std::string number(float value) {
  char buffer[40];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

/// The table as a file whose label stands in the last column.
std::string written(const CsvTable& table) {
  std::string text;
  for (const std::string& name : table.column_names) text += quoted(name) + ",";
  if (!table.column_names.empty()) text += "\"the label\"\n";
  const auto inputs = static_cast<std::size_t>(table.inputs);
  for (std::size_t s = 0; s < table.labels.size(); ++s) {
    for (std::size_t i = 0; i < inputs; ++i) text += number(table.values[s * inputs + i]) + ",";
    text += quoted(table.labels[s]) + "\n";
  }
  return text;
}

void check(const std::string& text, const CsvOptions& options) {
  const MemoryFile file(text);
  CsvTable table;
  if (!accepts([&] { table = read_csv(file.path(), options); })) return;
  const auto inputs = static_cast<std::size_t>(table.inputs);
  require(inputs >= 1 && !table.labels.empty(), "samples with inputs");
  require(table.values.size() == inputs * table.labels.size(), "a value an input and sample");
  require(table.column_names.empty() || table.column_names.size() == inputs, "a name an input");
  for (const float value : table.values) require(std::isfinite(value), "finite values");
  for (const std::string& name : table.column_names) {
    if (name == "the label") return;  // would stand twice in what is written below
  }

  const MemoryFile copy(written(table));
  const CsvOptions plain{"last", Delimiter::comma,
                         table.column_names.empty() ? HeaderRow::absent : HeaderRow::present,
                         "none"};
  const CsvTable again = read_csv(copy.path(), plain);
  require(again.labels == table.labels && again.column_names == table.column_names,
          "the same words when written and read back");
  require(again.values.size() == table.values.size() &&
              std::memcmp(again.values.data(), table.values.data(),
                          table.values.size() * sizeof(float)) == 0,
          "the same bits when written and read back");
}

void check_arff(const std::string& text, const CsvOptions& options) {
  const MemoryFile file(text);
  CsvTable table;
  if (!accepts([&] { table = read_arff(file.path(), options); })) return;
  const auto inputs = static_cast<std::size_t>(table.inputs);
  require(inputs >= 1 && table.column_names.size() == inputs, "inputs with names");
  require(table.values.size() == inputs * table.labels.size(), "a value an input and sample");
  require(table.lines.size() == table.labels.size(), "a line a sample");
  for (const float value : table.values) require(std::isfinite(value), "finite values");
}

void check_libsvm(const std::string& text) {
  const MemoryFile text_file(text);
  LibsvmFile file;
  if (!accepts([&] { file = read_libsvm(text_file.path()); })) return;
  require(file.size() >= 1 && file.begins.size() == file.size() + 1, "samples with an end");
  require(file.begins.back() == file.indices.size() && file.indices.size() == file.values.size(),
          "a value an index");
  for (std::size_t s = 0; s < file.size(); ++s) {
    for (std::size_t k = file.begins[s]; k < file.begins[s + 1]; ++k) {
      require(std::isfinite(file.values[k]), "finite values");
      require(file.indices[k] >= file.least_index && file.indices[k] <= file.largest_index,
              "indices in the range that is said");
      require(k == file.begins[s] || file.indices[k] > file.indices[k - 1], "ascending indices");
    }
  }
}

}  // namespace
}  // namespace minerva::fuzz

/// The first byte chooses the options and the form, the rest is the file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace minerva;
  if (size == 0) return 0;
  const std::uint8_t choice = data[0];
  CsvOptions options;
  constexpr const char* kLabels[] = {"last", "first", "2", "kind"};
  options.label_column = kLabels[choice & 3];
  constexpr Delimiter kDelimiters[] = {Delimiter::comma, Delimiter::semicolon, Delimiter::tab,
                                       Delimiter::detect};
  options.delimiter = kDelimiters[(choice >> 2) & 3];
  constexpr HeaderRow kHeaders[] = {HeaderRow::detect, HeaderRow::present, HeaderRow::absent,
                                    HeaderRow::detect};
  options.header = kHeaders[(choice >> 4) & 3];
  const std::string text = fuzz::text_of(data + 1, size - 1);
  if ((choice & 0xc0) == 0xc0) {
    fuzz::check_libsvm(text);
  } else if ((choice & 0xc0) == 0x80) {
    fuzz::check_arff(text, options);
  } else {
    fuzz::check(text, options);
  }
  return 0;
}
