#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace minerva::circuit {

/// One statement of a Liberty file. The texts point into the bytes that were parsed.
struct LibertyStatement {
  enum class Kind {
    simple,   ///< name : value ;
    complex,  ///< name (value, value) ;
    group     ///< name (value, value) { statements }
  };
  Kind kind = Kind::simple;
  std::string_view name;
  std::vector<std::string_view> values;  ///< without quotation marks; one for a simple statement
  int line = 0;                          ///< of the name, from 1
  std::vector<LibertyStatement> statements;  ///< of a group

  /// The first value, or an empty text.
  std::string_view value() const { return values.empty() ? std::string_view() : values.front(); }
  /// The first statement of that name in a group; nullptr when there is none.
  const LibertyStatement* find(std::string_view statement_name) const;
};

/// The group `library` of a file, as it is written. Reads what real files contain besides the
/// grammar: missing semicolons after a value that ends its line, semicolons after a brace, quoted
/// numbers and names, and lines that continue after a backslash, also inside of quotation marks.
/// @param text must outlive the result; @param file names it in messages. Throws UserError naming
/// file and line for a text that is truncated, is no Liberty, or has anything behind the library.
LibertyStatement parse_liberty(std::string_view text, const std::string& file);

}  // namespace minerva::circuit
