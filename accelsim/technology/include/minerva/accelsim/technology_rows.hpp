#pragma once
#include <string>
#include <vector>

#include "minerva/base/enum_names.hpp"

namespace minerva {

/// What a figure rests on, from the strongest to the weakest: printed in a public source; computed
/// from printed or measured figures; chosen without a source; fitted to the results of a paper, so
/// that agreement with it is no evidence.
enum class FigureKind { published, derived, assumption, calibrated };
constexpr std::size_t kFigureKinds = 4;
/// The word of the file: "public" for published.
constexpr EnumNames<FigureKind, 4> enum_names(FigureKind) {
  return {{{FigureKind::published, "public"},
           {FigureKind::derived, "derived"},
           {FigureKind::assumption, "assumption"},
           {FigureKind::calibrated, "calibrated"}}};
}

/// One line of a technology file: name | value | unit | node | conditions | source | kind.
struct FigureRow {
  std::string where;          ///< "file:line", for messages
  std::string name;           ///< without the index
  std::vector<double> index;  ///< "name[x]" and "name[axb]": a row of a table
  double value = 0;           ///< 0 for a law, whose value is a word
  std::string value_text;
  std::string unit;
  std::string node;
  std::string conditions;
  std::string source;
  FigureKind kind = FigureKind::published;

  /// The row chooses a law by name (its own name ends in "_law") and has no number.
  bool is_law() const;
  /// "name[x]" with the index in its shortest form.
  std::string key() const;
};

/// Throws UserError for a file that cannot be read and lines that are not of this form.
std::vector<FigureRow> read_figure_rows(const std::string& path);

}  // namespace minerva
