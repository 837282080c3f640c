#include "minerva/run/output.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "minerva/base/text.hpp"
#include "minerva/run/logging.hpp"

namespace minerva {
namespace {

OutputForm form = OutputForm::text;

void write_all(const std::string& text) {
  end_progress_line();
  errno = 0;
  const bool whole = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (whole && std::fflush(stdout) == 0) return;
  throw OutputFailure(std::string("cannot write to standard output: ") + std::strerror(errno));
}

}  // namespace

void set_output_form(OutputForm asked) { form = asked; }
OutputForm output_form() { return form; }

void print_text(const std::string& text) {
  if (form == OutputForm::text) write_all(printable_lines(text));
}

void print_format(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  va_list again;
  va_copy(again, arguments);
  const int length = std::vsnprintf(nullptr, 0, format, arguments);
  va_end(arguments);
  std::string text(static_cast<std::size_t>(std::max(length, 0)), '\0');
  std::vsnprintf(text.data(), text.size() + 1, format, again);
  va_end(again);
  print_text(text);
}

void print_json(const std::string& document) {
  if (form != OutputForm::json) return;
  write_all(document.empty() || document.back() != '\n' ? document + "\n" : document);
}

void print_always(const std::string& text) { write_all(text); }

void finish_output() {
  errno = 0;
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return;
  throw OutputFailure(std::string("cannot write to standard output: ") +
                      (errno != 0 ? std::strerror(errno) : "an earlier write failed"));
}

void check_standard_files() {
  for (const int file : {STDIN_FILENO, STDERR_FILENO}) {
    // open takes the lowest free number, which is this one: those below it are open by now.
    if (::fcntl(file, F_GETFD) != -1) continue;
    if (file == STDERR_FILENO && ::fcntl(STDOUT_FILENO, F_GETFD) == -1) break;
    if (::open("/dev/null", O_RDWR) != file) throw OutputFailure("cannot open /dev/null");
  }
  if (::fcntl(STDOUT_FILENO, F_GETFD) == -1) throw OutputFailure("standard output is closed");
}

}  // namespace minerva
