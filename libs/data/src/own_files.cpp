#include "own_files.hpp"

#include <filesystem>
#include <string_view>

#include "field_text.hpp"
#include "fixed_scaling.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/data/unpacked_file.hpp"

namespace minerva {
namespace {

bool is_list(const std::string& order) { return order.find(',') != std::string::npos; }

}  // namespace

std::string find_own_file(const DataOptions& options, const char* key, const std::string& name) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  if (name.empty() || fs::is_regular_file(name, ignored)) return name;
  const fs::path inside = fs::path(options.dir) / name;
  if (!options.dir.empty() && fs::is_regular_file(inside, ignored)) return inside.string();
  throw UserError(key, name,
                  options.dir.empty()
                      ? "needs a file, and there is none of that name"
                      : "needs a file: there is none of that name, nor in " + options.dir);
}

std::vector<std::string> files_of_values(const DataOptions& options) {
  std::vector<std::string> files;
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty()) files.push_back(find_own_file(options, key, value));
  };
  const auto is_file = [](const std::string& value) {
    return !number_in(value) && !is_number_list(value);
  };
  if (is_file(options.subtract)) add("data.subtract", options.subtract);
  if (is_file(options.divide)) add("data.divide", options.divide);
  if (!is_list(options.class_order)) add("data.class_order", options.class_order);
  return files;
}

std::vector<std::string> class_order(const DataOptions& options) {
  const std::string& order = options.class_order;
  std::vector<std::string> classes;
  std::string where = "data.class_order";
  if (is_list(order)) {
    for (std::size_t begin = 0; begin <= order.size();) {
      const std::size_t end = std::min(order.find(',', begin), order.size());
      classes.emplace_back(trimmed(std::string_view(order).substr(begin, end - begin)));
      if (classes.back().empty()) {
        throw UserError(where, order, "needs classes joined by single commas, or a file");
      }
      begin = end + 1;
    }
    return classes;
  }
  where = find_own_file(options, "data.class_order", order);
  TextLines lines(where);
  std::string blank;
  for (std::string_view line; lines.next(line);) {
    line = trimmed(line);
    if (line.empty() && blank.empty()) blank = lines.where();
    if (line.empty()) continue;
    if (!blank.empty()) throw UserError(blank, "", "is a blank line: needs a class in each");
    classes.emplace_back(line);
  }
  if (classes.size() < 2) {
    throw UserError(where, std::to_string(classes.size()) + " classes",
                    "needs two or more, one a line in the order of the outputs");
  }
  return classes;
}

}  // namespace minerva
