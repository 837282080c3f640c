#pragma once
#include <stdexcept>
#include <string>

namespace minerva {

/// What goes to standard output: tables for people, one JSON document for programs, or nothing
/// while a part of a larger task is running.
enum class OutputForm { text, json, none };
void set_output_form(OutputForm form);
OutputForm output_form();

/// The result cannot be written to standard output, because it is closed, full, or gone.
class OutputFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Writes a part of the result as text and flushes it, if the form is text; what a terminal would
/// obey is written out (printable_lines). Throws OutputFailure.
void print_text(const std::string& text);
/// The same of a text in the manner of printf.
void print_format(const char* format, ...) __attribute__((format(printf, 1, 2)));
/// Writes the result as JSON, if the form is JSON. Throws OutputFailure.
void print_json(const std::string& document);
/// Writes the text in every form: help, completion scripts, generated pages. Throws OutputFailure.
void print_always(const std::string& text);

/// Flushes what was written by other means. Throws OutputFailure when any of it was lost.
void finish_output();

/// Makes sure that the three standard files are open, because otherwise the first files that a run
/// opens would get their numbers. Closed standard input and error are replaced by /dev/null. Throws
/// OutputFailure for a closed standard output.
void check_standard_files();

}  // namespace minerva
