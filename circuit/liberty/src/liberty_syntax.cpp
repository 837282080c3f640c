#include "minerva/circuit/liberty_syntax.hpp"

#include <algorithm>
#include <cstring>

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"

namespace minerva::circuit {
namespace {

using Kind = LibertyStatement::Kind;
constexpr int kDeepestGroup = 100;  // a bound on recursion; real files have six levels

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f'; }
bool ends_word(char c) { return is_blank(c) || std::strchr("(){},:;\"\\", c) != nullptr; }

class Parser {
 public:
  Parser(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  LibertyStatement library() {
    skip_blanks();
    LibertyStatement all = statement(0);
    if (all.kind != Kind::group || all.name != "library") {
      fail(all.line, std::string(all.name), "needs library (NAME) { .. } as its first group");
    }
    skip_blanks();
    if (at_ < text_.size()) {
      fail(line_, std::string(word()), "needs an end of the file after the group library");
    }
    return all;
  }

 private:
  [[noreturn]] void fail(int line, const std::string& value, const std::string& allowed) const {
    throw UserError(file_ + ":" + std::to_string(line), value, allowed);
  }

  /// Spaces, ends of lines with and without a backslash, and comments.
  void skip_blanks() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') ++line_;
      if (is_blank(c)) {
        ++at_;
      } else if (c == '\\' && continues_line()) {
        ++at_;
      } else if (starts("/*")) {
        skip_comment();
      } else if (starts("//")) {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      } else {
        return;
      }
    }
  }
  bool starts(const char* two) const { return text_.compare(at_, 2, two) == 0; }
  /// Whether nothing but blanks is between a backslash and the end of its line.
  bool continues_line() const {
    std::size_t next = at_ + 1;
    while (next < text_.size() && is_blank(text_[next])) {
      if (text_[next] == '\n') return true;
      ++next;
    }
    return false;
  }
  void skip_comment() {
    const std::size_t end = text_.find("*/", at_ + 2);
    if (end == std::string_view::npos) {
      fail(line_, "", "the file ends inside of a comment that begins here: it is truncated");
    }
    line_ += static_cast<int>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_),
                                         text_.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
    at_ = end + 2;
  }

  std::string_view word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && !ends_word(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }
  std::string_view quoted() {
    const int begin_line = line_;
    const std::size_t begin = ++at_;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] == '"') ++at_;
      if (text_[at_] == '\n') ++line_;
      ++at_;
    }
    if (at_ >= text_.size()) {
      fail(begin_line, "", "the file ends inside of a quotation that begins here: it is truncated");
    }
    const std::string_view found = text_.substr(begin, at_ - begin);
    ++at_;
    return found;
  }

  /// The value of a simple statement: quoted, or whatever is left of the line.
  std::string_view simple_value() {
    skip_blanks();
    if (at_ < text_.size() && text_[at_] == '"') return quoted();
    const std::size_t begin = at_;
    while (at_ < text_.size() && std::strchr(";}\n", text_[at_]) == nullptr && !starts("/*")) {
      ++at_;
    }
    return trimmed(text_.substr(begin, at_ - begin), " \t\r\f");
  }

  void arguments(LibertyStatement& of) {
    ++at_;
    while (true) {
      skip_blanks();
      if (at_ >= text_.size()) fail_truncated(of);
      const char c = text_[at_];
      if (c == ')') break;
      if (c == ',') {
        ++at_;
      } else if (c == '"') {
        of.values.push_back(quoted());
      } else {
        // A colon belongs to the word here, as in pin(A[7:0]).
        const std::size_t begin = at_;
        while (at_ < text_.size() && (!ends_word(text_[at_]) || text_[at_] == ':')) ++at_;
        if (at_ == begin) fail(line_, std::string(1, c), "needs a name, a number or a text here");
        of.values.push_back(text_.substr(begin, at_ - begin));
      }
    }
    ++at_;
  }

  [[noreturn]] void fail_truncated(const LibertyStatement& open) const {
    fail(line_, "",
         "the file ends inside of '" + std::string(open.name) + "', which begins in line " +
             std::to_string(open.line) + ": it is truncated");
  }

  LibertyStatement statement(int depth) {
    if (depth > kDeepestGroup) fail(line_, "", "has more than 100 groups inside of each other");
    LibertyStatement read;
    read.line = line_;
    if (at_ < text_.size() && text_[at_] == '"') {
      read.name = quoted();
    } else {
      read.name = word();
    }
    if (read.name.empty()) {
      fail(line_, at_ < text_.size() ? std::string(1, text_[at_]) : "",
           "needs the name of an attribute or group");
    }
    skip_blanks();
    if (at_ >= text_.size()) fail_truncated(read);
    if (text_[at_] == ':') {
      ++at_;
      read.values.push_back(simple_value());
    } else if (text_[at_] == '(') {
      arguments(read);
      skip_blanks();
      read.kind = Kind::complex;
      if (at_ < text_.size() && text_[at_] == '{') {
        read.kind = Kind::group;
        ++at_;
        group_body(read, depth);
      }
    } else {
      fail(line_, std::string(read.name), "needs ':' or '(' after this name");
    }
    return read;
  }

  void group_body(LibertyStatement& group, int depth) {
    while (true) {
      skip_blanks();
      if (at_ >= text_.size()) fail_truncated(group);
      const char c = text_[at_];
      if (c == ';') {
        ++at_;
      } else if (c == '}') {
        ++at_;
        return;
      } else {
        group.statements.push_back(statement(depth + 1));
      }
    }
  }

  std::string_view text_;
  const std::string& file_;
  std::size_t at_ = 0;
  int line_ = 1;
};

}  // namespace

const LibertyStatement* LibertyStatement::find(std::string_view statement_name) const {
  for (const LibertyStatement& each : statements) {
    if (each.name == statement_name) return &each;
  }
  return nullptr;
}

LibertyStatement parse_liberty(std::string_view text, const std::string& file) {
  return Parser(text, file).library();
}

}  // namespace minerva::circuit
