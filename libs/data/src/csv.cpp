#include "minerva/data/csv.hpp"

#include <cmath>
#include <string_view>

#include "field_text.hpp"
#include "header_row.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/data/unpacked_file.hpp"
#include "minerva/network/topology.hpp"
#include "row_fields.hpp"
#include "table_builder.hpp"

namespace minerva {

namespace {

class Reader {
 public:
  Reader(const std::string& path, const CsvOptions& options)
      : path_(path),
        options_(options),
        lines_(path),
        delimiter_(options.delimiter == Delimiter::detect ? detect_delimiter(lines_)
                                                          : options.delimiter),
        fields_(lines_, delimiter_),
        builder_(path, options, lines_) {}

  CsvTable read() {
    std::string_view line;
    if (!lines_.next(line)) throw UserError(path_, "", "is empty: needs a row a sample");
    read_first(fields_.split(line));
    read_samples();
    if (in_doubt_) settle_first();
    CsvTable& table = builder_.table();
    if (table.labels.empty()) throw UserError(path_, "", "has a header and no sample");
    builder_.leave_out_row_numbers();
    table.first_line = header_.empty() ? 1 : 2;
    table.read_as = "delimiter " + std::string(to_string(delimiter_)) +
                    (options_.delimiter == Delimiter::detect ? " (detected), " : ", ") +
                    header_text() + builder_.description();
    return std::move(table);
  }

 private:
  /// Takes the first row for names or for a sample, or leaves it in doubt until all are read.
  void read_first(const std::vector<std::string_view>& first) {
    const std::size_t columns = first.size();
    if (columns < 2 || columns > kMaxLayerWidth) {
      const bool detected = options_.delimiter == Delimiter::detect;
      throw UserError(lines_.where(), std::to_string(columns) + " column(s)",
                      "needs a label and 1 to " + std::to_string(kMaxLayerWidth) + " inputs with " +
                          (detected ? "comma, semicolon, tab or blanks" : to_string(delimiter_)) +
                          " between them (data.delimiter)");
    }
    first_.assign(first.begin(), first.end());
    const std::size_t label = label_place(options_, path_, columns).value_or(columns);
    if (options_.header == HeaderRow::present) {
      header_ = first_;
    } else if (options_.header == HeaderRow::detect &&
               (builder_.names_one_of(first_) || has_names_alone(first, label))) {
      header_ = first_;
      header_reason_ = "has names";
    }
    builder_.set_columns(
        columns, header_,
        path_ + (options_.header == HeaderRow::absent ? " is said to have no header"
                                                      : " has no header"));
    if (!header_.empty()) return;
    const std::string_view its_label = first[builder_.label()];
    const auto inputs = static_cast<std::size_t>(builder_.table().inputs);
    const bool sound = !its_label.empty() && std::isfinite(number_in(its_label).value_or(0)) &&
                       inputs_of_first().size() == inputs;
    if (options_.header == HeaderRow::detect && sound) {
      in_doubt_ = true;
    } else {
      builder_.take(first);
    }
  }

  /// The inputs of the first row that are numbers a sample may have.
  std::vector<double> inputs_of_first() const {
    std::vector<double> inputs;
    for (std::size_t c = 0; c < first_.size(); ++c) {
      const auto number = builder_.is_input(c) ? number_in(first_[c]) : std::nullopt;
      if (number && std::isfinite(static_cast<float>(*number))) inputs.push_back(*number);
    }
    return inputs;
  }

  void read_samples() {
    std::string blank;  // where the first of the blank rows stands
    for (std::string_view line; lines_.next(line);) {
      const std::vector<std::string_view>& fields = fields_.split(line);
      if (is_blank(fields)) {
        if (blank.empty()) blank = lines_.where();
        continue;
      }
      if (!blank.empty()) {
        throw UserError(blank, "",
                        "is a blank line: needs " + std::to_string(builder_.columns()) +
                            " fields, as the first row has");
      }
      builder_.take(fields);
    }
  }

  void settle_first() {
    const FirstRowVerdict verdict =
        judge_first_row(first_, inputs_of_first(), first_[builder_.label()], builder_.table());
    if (verdict.is_header) {
      header_ = first_;
      header_reason_ = "is taken for names since " + verdict.reason;
      builder_.name_columns(header_);
    } else {
      builder_.put_first({first_.begin(), first_.end()});
    }
  }

  std::string header_text() const {
    if (options_.header != HeaderRow::detect) {
      return header_.empty() ? "no header" : "names in line 1";
    }
    return header_.empty() ? "no header (detected)" : "line 1 " + header_reason_ + " (detected)";
  }

  const std::string& path_;
  const CsvOptions& options_;
  TextLines lines_;
  Delimiter delimiter_;
  RowFields fields_;
  TableBuilder builder_;
  std::vector<std::string> first_;
  std::vector<std::string> header_;  ///< empty: there is none
  std::string header_reason_;
  bool in_doubt_ = false;
};
}  // namespace

CsvTable read_csv(const std::string& path, const CsvOptions& options) {
  return Reader(path, options).read();
}

}  // namespace minerva
