#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "minerva/data/csv.hpp"

namespace minerva {

/// Whether no field besides the label is a number and one of them is a name: such a row is a header
/// whatever stands below it.
/// @param label its column; `fields.size()`: not known.
bool has_names_alone(const std::vector<std::string_view>& fields, std::size_t label);

/// What the rows below say about a first row whose inputs are all numbers.
struct FirstRowVerdict {
  bool is_header = false;
  std::string reason;  ///< of a header, for the description
};

/// Judges a first row of numbers by the samples below it: a header of numbers counts its columns,
/// and its label is no class of the samples. Throws UserError naming the row where both are likely.
/// @param first all of its fields; @param inputs the numbers of its inputs; @param label its label.
FirstRowVerdict judge_first_row(const std::vector<std::string>& first,
                                const std::vector<double>& inputs, const std::string& label,
                                const CsvTable& below);

}  // namespace minerva
