#include "run_labels.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "comparison_tables.hpp"
#include "minerva/base/text.hpp"

namespace minerva {
namespace {

struct KeyAndValue {
  std::string key;
  std::string value;
};

/// The parts of a sweep's folder name; none for another name.
std::vector<KeyAndValue> parts_of(const std::string& name) {
  std::vector<KeyAndValue> parts;
  for (std::size_t at = 0; at <= name.size();) {
    const std::size_t end = std::min(name.find('+', at), name.size());
    const std::string part = name.substr(at, end - at);
    const std::size_t equals = part.find('=');
    if (equals == std::string::npos || part.find('.') > equals) return {};
    parts.push_back({part.substr(0, equals), part.substr(equals + 1)});
    at = end + 1;
  }
  return parts;
}

std::string without_section(const std::string& key) { return key.substr(key.find('.') + 1); }

}  // namespace

std::vector<ComparedRun> with_labels(std::vector<ComparedRun> runs) {
  std::vector<std::vector<KeyAndValue>> names;
  for (const ComparedRun& run : runs) names.push_back(parts_of(run.name));
  const std::vector<KeyAndValue>& first = names.front();
  std::vector<std::size_t> different;
  for (std::size_t p = 0; p < first.size(); ++p) {
    bool differs = false;
    for (const std::vector<KeyAndValue>& name : names) {
      if (name.size() != first.size() || name[p].key != first[p].key) return runs;
      differs = differs || name[p].value != first[p].value;
    }
    if (differs) different.push_back(p);
  }
  if (different.empty()) return runs;
  std::vector<std::string> labels;
  for (const std::vector<KeyAndValue>& name : names) {
    std::string label;
    for (const std::size_t p : different) {
      label += (label.empty() ? "" : ", ") + without_section(name[p].key) + "=" + name[p].value;
    }
    labels.push_back(label);
  }
  if (std::set<std::string>(labels.begin(), labels.end()).size() != labels.size()) return runs;
  for (std::size_t i = 0; i < runs.size(); ++i) runs[i].name = labels[i];
  return runs;
}

std::optional<std::pair<std::string, std::vector<double>>> swept_number(
    const std::vector<ComparedRun>& runs) {
  const std::vector<ConfigDifference> differences = config_differences(runs);
  if (differences.size() != 1) return std::nullopt;
  std::vector<double> values;
  for (const std::string& text : differences.front().values) {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != '\0') return std::nullopt;
    values.push_back(value);
  }
  return std::make_pair(differences.front().key, values);
}

}  // namespace minerva
