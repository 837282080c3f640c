#pragma once
#include <stdexcept>
#include <string>

namespace minerva {

/// What standard output holds: tables for people, one JSON document for programs, or nothing while
/// a part of a larger task is under way.
enum class OutputForm { text, json, none };
void set_output_form(OutputForm form);
OutputForm output_form();

/// Standard output cannot take the result: closed, full, or gone.
class OutputFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Writes a part of the result as text and flushes it; does nothing where JSON was asked for.
/// Throws OutputFailure.
void print_text(const std::string& text);
/// Writes the result as JSON; does nothing where text was asked for. Throws OutputFailure.
void print_json(const std::string& document);
/// Writes whatever the form is: help, completion scripts, generated pages. Throws OutputFailure.
void print_always(const std::string& text);

/// Flushes what was written by other means; throws OutputFailure for anything that got lost.
void finish_output();

/// Makes sure that the three standard files are open, so that no file of a run takes their place:
/// standard input and error are replaced by /dev/null where they are closed. Throws OutputFailure
/// for a closed standard output.
void check_standard_files();

}  // namespace minerva
