#include <algorithm>
#include <optional>

#include "dense_set.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/data/csv.hpp"
#include "set_loaders.hpp"
#include "set_rules.hpp"

namespace minerva {
namespace {
// Rows of the parts of forest, from 0 (covtype.info: "first 11,340 records used for training data
// subset, next 3,780 records used for validation data subset, last .. for testing").
constexpr std::size_t kForestTrainRows = 11340;
constexpr std::size_t kForestValidationRows = 3780;
constexpr int kForestInputs = 54;

/// Rows of a table: where a part comes from.
struct TableRows {
  const CsvTable* table;
  std::size_t first = 0;
  std::size_t count = 0;

  LabelledFile labels() const {
    const auto begin = table->labels.begin() + static_cast<std::ptrdiff_t>(first);
    return {table->path,
            {begin, begin + static_cast<std::ptrdiff_t>(count)},
            table->first_line + static_cast<std::int64_t>(first),
            table->lines};  // of whole files alone
  }
};

TableRows whole(const CsvTable& table) { return {&table, 0, table.labels.size()}; }

Samples select(const TableRows& rows, const ChosenSamples& chosen) {
  const CsvTable& table = *rows.table;
  Eigen::MatrixXf values(table.inputs, static_cast<Eigen::Index>(chosen.places.size()));
  for (std::size_t i = 0; i < chosen.places.size(); ++i) {
    const std::size_t row = rows.first + chosen.places[i];
    std::copy_n(table.values.data() + row * static_cast<std::size_t>(table.inputs), table.inputs,
                values.col(static_cast<Eigen::Index>(i)).data());
  }
  return {std::move(values), chosen.labels};
}

/// Refuses a table whose columns are not those of the training file.
void check_columns(const CsvTable& table, const CsvTable& train) {
  if (table.inputs != train.inputs) {
    throw UserError(table.path, std::to_string(table.inputs + 1) + " columns",
                    "needs " + std::to_string(train.inputs + 1) + ", as " + train.path + " has");
  }
  if (table.column_names.empty() != train.column_names.empty()) {
    throw UserError(table.path, table.column_names.empty() ? "no header" : "a header",
                    "needs the same as " + train.path + " (data.header)");
  }
  for (std::size_t i = 0; i < table.column_names.size(); ++i) {
    if (table.column_names[i] != train.column_names[i]) {
      throw UserError(table.path + ":1", table.column_names[i],
                      "needs " + train.column_names[i] + " here, as in " + train.path);
    }
  }
}

/// The parts of a table of forest.
void check_forest(const CsvTable& table) {
  if (table.inputs != kForestInputs || !table.column_names.empty() ||
      table.labels.size() <= kForestTrainRows + kForestValidationRows) {
    throw UserError(
        table.path,
        std::to_string(table.labels.size()) + " rows of " + std::to_string(table.inputs + 1),
        "needs " + std::to_string(kForestTrainRows + kForestValidationRows + 1) +
            " rows or more of 55 columns and no header, as covtype.data has");
  }
}
}  // namespace

Dataset load_table_set(const DataOptions& options, const SetPaths& paths) {
  const auto read = form_of(options.set) == Form::arff ? read_arff : read_csv;
  const CsvTable train_table = read(paths.train, options.csv);
  std::optional<CsvTable> validation_table;
  std::optional<CsvTable> test_table;
  TableRows train = whole(train_table);
  std::optional<TableRows> validation;
  std::optional<TableRows> test;
  const auto read_other = [&](const std::string& path, std::optional<CsvTable>& table,
                              std::optional<TableRows>& rows) {
    if (path.empty()) return;
    table = read(path, options.csv);
    check_columns(*table, train_table);
    rows = whole(*table);
  };
  if (options.set == "forest") {
    check_forest(train_table);
    train.count = kForestTrainRows;
    validation = {&train_table, kForestTrainRows, kForestValidationRows};
    const std::size_t first = kForestTrainRows + kForestValidationRows;
    test = {&train_table, first, train_table.labels.size() - first};
  } else {
    read_other(paths.validation, validation_table, validation);
    read_other(paths.test, test_table, test);
  }
  LabelledFiles files;
  files.train = train.labels();
  if (validation) files.validation = validation->labels();
  if (test) files.test = test->labels();
  Dataset data = dense_set(files, options, {}, train, validation, test);
  data.input_shape = TensorShape::vector(train_table.inputs);
  data.input_names = train_table.column_names;
  if (!is_own_set(options.set)) return data;
  const auto say_how = [&](const CsvTable& table) {
    const std::string note = table.path + ": " + table.read_as;
    if (data.notes.empty() || data.notes.back() != note) data.notes.push_back(note);
  };
  say_how(train_table);
  if (validation_table) say_how(*validation_table);
  if (test_table) say_how(*test_table);
  return data;
}

}  // namespace minerva
