#include "set_rules.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "minerva/base/errors.hpp"
#include "minerva/data/input_selection.hpp"
#include "minerva/data/known_sets.hpp"

namespace minerva {
namespace {

struct SetRule {
  const char* set;
  Form form;
  Weighting weighting;
  InputScaling scaling;
  int min_df;
  int max_terms;
};

// The cuts are those that give the book's numbers of inputs, Table 4.1.
constexpr std::array<SetRule, 13> kRules{{
    {"digits", Form::generated, Weighting::set_default, InputScaling::none, 0, 0},
    {"mnist", Form::idx, Weighting::set_default, InputScaling::none, 0, 0},
    {"fashion-mnist", Form::idx, Weighting::set_default, InputScaling::none, 0, 0},
    {"cifar10", Form::cifar, Weighting::set_default, InputScaling::none, 0, 0},
    {"forest", Form::csv, Weighting::set_default, InputScaling::standard, 0, 0},
    {"reuters", Form::documents, Weighting::log_tfidf, InputScaling::none, 9, 0},
    {"webkb", Form::documents, Weighting::log_tfidf, InputScaling::none, 8, 0},
    {"20ng", Form::documents, Weighting::log_tfidf, InputScaling::none, 1, 21979},
    {"idx", Form::idx, Weighting::set_default, InputScaling::none, 0, 0},
    {"csv", Form::csv, Weighting::set_default, InputScaling::standard, 0, 0},
    {"arff", Form::arff, Weighting::set_default, InputScaling::standard, 0, 0},
    {"libsvm", Form::libsvm, Weighting::set_default, InputScaling::none, 0, 0},
    {"bag_of_words", Form::documents, Weighting::log_tfidf, InputScaling::none, 1, 0},
}};

const SetRule& rule_of(const std::string& set) {
  const auto found = std::find_if(kRules.begin(), kRules.end(),
                                  [&](const SetRule& rule) { return set == rule.set; });
  expects(found != kRules.end(), "rule_of: no set of that name");
  return *found;
}

void refuse(const char* key, const std::string& value, const std::string& allowed) {
  throw UserError(key, value, allowed);
}

void check_numbers(const DataOptions& o) {
  check_in_range("data.train_samples", o.train_samples, data_ranges::kSamples);
  check_in_range("data.validation_samples", o.validation_samples, data_ranges::kSamples);
  check_in_range("data.test_samples", o.test_samples, data_ranges::kSamples);
  check_in_range("data.vocabulary_min_df", o.vocabulary_min_df, data_ranges::kSamples);
  check_in_range("data.vocabulary_max_terms", o.vocabulary_max_terms, data_ranges::kWidth);
  check_in_range("data.classes", o.classes, data_ranges::kWidth);
}

/// Keys of files belong to the sets of a user's own files.
void check_files(const DataOptions& o) {
  const bool own = is_own_set(o.set);
  struct Named {
    const char* key;
    const std::string& value;
    bool labels;
  };
  const Named files[] = {{"data.train_file", o.train_file, false},
                         {"data.validation_file", o.validation_file, false},
                         {"data.test_file", o.test_file, false},
                         {"data.train_labels_file", o.train_labels_file, true},
                         {"data.validation_labels_file", o.validation_labels_file, true},
                         {"data.test_labels_file", o.test_labels_file, true}};
  for (const Named& file : files) {
    if (file.value.empty()) continue;
    if (file.labels && o.set != "idx") {
      refuse(file.key, file.value, "needs data.set = idx, which is " + o.set);
    }
    if (!own) {
      refuse(file.key, file.value,
             "needs data.set = idx, csv, arff, libsvm or bag_of_words, which is " + o.set);
    }
  }
  if (!own) return;
  if (o.train_file.empty()) refuse("data.train_file", "", "needs a file for data.set = " + o.set);
  if (o.test_file.empty() && o.test_samples == 0) {
    refuse("data.test_file", "",
           "needs a file, or data.test_samples above 0 to hold samples out of data.train_file");
  }
  if (o.set != "idx") return;
  for (std::size_t part = 0; part < 3; ++part) {
    const Named& values = files[part];
    const Named& labels = files[part + 3];
    if (values.value.empty() == labels.value.empty()) continue;
    const Named& missing = values.value.empty() ? values : labels;
    const Named& given = values.value.empty() ? labels : values;
    refuse(missing.key, "", std::string("needs a file beside ") + given.key + " = " + given.value);
  }
}

/// Which columns are what.
void check_table_keys(const DataOptions& o) {
  const Form form = form_of(o.set);
  const bool has_columns = o.set == "csv" || form == Form::arff;
  if (has_columns && o.csv.label_column.empty()) {
    refuse("data.label_column", "", "needs last, first, a number from 1 or a name");
  }
  const CsvOptions usual;
  if (o.csv.label_column != usual.label_column && !has_columns) {
    refuse("data.label_column", o.csv.label_column,
           "needs data.set = csv or arff, which is " + o.set);
  }
  if (o.csv.leave_out != usual.leave_out && !has_columns) {
    refuse("data.leave_out", o.csv.leave_out, "needs data.set = csv or arff, which is " + o.set);
  }
  if (o.set == "csv") return;
  const std::string need = "needs data.set = csv, which is " + o.set;
  if (o.csv.delimiter != usual.delimiter) {
    refuse("data.delimiter", to_string(o.csv.delimiter), need);
  }
  if (o.csv.header != usual.header) refuse("data.header", to_string(o.csv.header), need);
}

/// Fixed numbers of the inputs, and what says which output a label is.
void check_inputs_and_labels(const DataOptions& o) {
  const bool scales = !o.subtract.empty() || !o.divide.empty();
  const char* key = o.subtract.empty() ? "data.divide" : "data.subtract";
  const std::string& value = o.subtract.empty() ? o.divide : o.subtract;
  if (scales && form_of(o.set) == Form::documents) {
    refuse(key, value, "needs dense inputs, which the documents of " + o.set + " are not");
  }
  if (scales && o.scaling != InputScaling::set_default && o.scaling != InputScaling::none) {
    refuse("data.scaling", to_string(o.scaling),
           std::string("needs none or default beside ") + key + " = " + value +
               ": inputs are scaled once");
  }
  const bool has_labels = form_of(o.set) != Form::generated;
  if (!o.class_order.empty() && !has_labels) {
    refuse("data.class_order", o.class_order, "needs a set of files, which " + o.set + " is not");
  }
  if (o.label_offset == 0) return;
  const std::string offset = std::to_string(o.label_offset);
  if (!o.class_order.empty()) {
    refuse("data.label_offset", offset,
           "needs 0 beside data.class_order, which says which output each label is");
  }
  if (!has_labels) {
    refuse("data.label_offset", offset, "needs a set of files, which " + o.set + " is not");
  }
}

/// Where the validation samples come from.
void check_validation(const DataOptions& o) {
  if (o.validation_from == ValidationFrom::train) return;
  const Form form = form_of(o.set);
  if (form != Form::idx && form != Form::cifar) {
    refuse("data.validation_from", "test",
           "needs data.set = mnist, fashion-mnist, cifar10 or idx, which is " + o.set);
  }
  if (!o.validation_file.empty()) {
    refuse("data.validation_from", "test",
           "needs data.validation_file to be left out, which is " + o.validation_file);
  }
  if (o.set == "idx" && o.test_file.empty()) {
    refuse("data.validation_from", "test", "needs data.test_file, whose first half they are");
  }
}

/// What has a meaning for some forms of files only.
void check_form(const DataOptions& o) {
  const Form form = form_of(o.set);
  if (form != Form::documents) {
    const std::string need = "needs documents: data.set reuters, webkb, 20ng or bag_of_words, not ";
    if (o.weighting != Weighting::set_default) {
      refuse("data.weighting", to_string(o.weighting), need + o.set);
    }
    if (o.vocabulary_min_df > 0) {
      refuse("data.vocabulary_min_df", std::to_string(o.vocabulary_min_df), need + o.set);
    }
    if (o.vocabulary_max_terms > 0) {
      refuse("data.vocabulary_max_terms", std::to_string(o.vocabulary_max_terms), need + o.set);
    }
  }
  const bool sparse_scaling = o.scaling == InputScaling::max || o.scaling == InputScaling::unit ||
                              o.scaling == InputScaling::length;
  const bool dense_scaling =
      o.scaling == InputScaling::minmax || o.scaling == InputScaling::standard;
  if (form == Form::documents ? dense_scaling : sparse_scaling) {
    refuse("data.scaling", to_string(o.scaling),
           std::string("needs none, ") +
               (form == Form::documents ? "max, unit or length for the documents of "
                                        : "minmax or standard for the dense inputs of ") +
               o.set);
  }
  check_table_keys(o);
}

}  // namespace

const std::vector<std::string>& data_set_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    all.reserve(kRules.size());
    for (const SetRule& rule : kRules) all.emplace_back(rule.set);
    return all;
  }();
  return names;
}

Form form_of(const std::string& set) { return rule_of(set).form; }

bool is_own_set(const std::string& set) {
  return form_of(set) != Form::generated && !is_known_set(set);
}

bool fits_scaling_by_default(const std::string& set) {
  const InputScaling scaling = rule_of(set).scaling;
  return scaling == InputScaling::minmax || scaling == InputScaling::standard;
}

DataOptions with_set_defaults(DataOptions options) {
  const SetRule& rule = rule_of(options.set);
  if (options.weighting == Weighting::set_default) options.weighting = rule.weighting;
  if (options.scaling == InputScaling::set_default) {
    const bool trained = options.given_network.outputs == 0;
    const bool fixed = !options.subtract.empty() || !options.divide.empty();
    options.scaling = trained && !fixed ? rule.scaling : InputScaling::none;
  }
  // One key given replaces the set's whole cut: 20ng with a least frequency has no largest number.
  if (options.vocabulary_min_df == 0 && options.vocabulary_max_terms == 0) {
    options.vocabulary_min_df = rule.min_df;
    options.vocabulary_max_terms = rule.max_terms;
  }
  options.vocabulary_min_df = std::max(options.vocabulary_min_df, rule.min_df > 0 ? 1 : 0);
  if (options.set == "forest") {
    options.csv.header = HeaderRow::absent;
    options.csv.delimiter = Delimiter::comma;
  }
  return options;
}

void check(const DataOptions& options) {
  const auto& names = data_set_names();
  if (std::find(names.begin(), names.end(), options.set) == names.end()) {
    std::string all;
    for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
    throw UserError("data.set", options.set, "must be one of " + all);
  }
  check_numbers(options);
  check_files(options);
  check_form(options);
  check_validation(options);
  check_inputs_and_labels(options);
  parse_input_selection(options.inputs, "data.inputs");
}

}  // namespace minerva
