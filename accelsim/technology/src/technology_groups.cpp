#include "technology_groups.hpp"

#include <algorithm>
#include <map>

#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

/// The figures of a file by name, and the first row of each.
class Groups {
 public:
  Groups(const std::vector<FigureRow>& rows, DatapathForm form)
      : specs_(figures_of(form)), laws_(laws_of(form)) {
    for (const FigureRow& row : rows) first_.emplace(row.name, &row);
  }

  /// Names of its figures and laws, in their order.
  std::vector<std::string> names(FigureGroup group) const {
    std::vector<std::string> names;
    for (const FigureSpec& spec : specs_) {
      if (spec.group == group) {
        names.push_back(spec.index == FigureIndex::none ? spec.name
                                                        : std::string(spec.name) + "[..]");
      }
    }
    for (const LawSpec& law : laws_) {
      if (law.group == group) names.push_back(law.name);
    }
    return names;
  }

  /// Its first row in the file; null: the file has none.
  const FigureRow* found(FigureGroup group) const {
    for (const std::string& name : names(group)) {
      const auto at = first_.find(name.substr(0, name.find('[')));
      if (at != first_.end()) return at->second;
    }
    return nullptr;
  }

  const FigureRow* found(const std::string& name) const {
    const auto at = first_.find(name.substr(0, name.find('[')));
    return at == first_.end() ? nullptr : at->second;
  }

 private:
  std::vector<FigureSpec> specs_;
  std::vector<LawSpec> laws_;
  std::map<std::string, const FigureRow*> first_;
};

}  // namespace

std::bitset<kFigureGroups> groups_of(const std::vector<FigureRow>& rows, DatapathForm form) {
  const Groups groups(rows, form);
  std::bitset<kFigureGroups> found;
  for (std::size_t g = 0; g < kFigureGroups; ++g) {
    found[g] = groups.found(static_cast<FigureGroup>(g)) != nullptr;
  }
  return found;
}

void check_groups(const std::vector<FigureRow>& rows, DatapathForm form, const std::string& path) {
  const Groups groups(rows, form);
  for (const GroupChoice& choice : kGroupChoices) {
    const FigureRow* first = groups.found(choice.first);
    const FigureRow* second = groups.found(choice.second);
    if (first != nullptr && second != nullptr) {
      throw UserError(second->where, second->key(),
                      "stands beside " + first->key() +
                          ", which pays for the same: a file has one or the other");
    }
    if (first == nullptr && second == nullptr && !choice.optional) {
      throw UserError(path, groups.names(choice.first).front(), "is missing");
    }
  }
  for (std::size_t g = 0; g < kFigureGroups; ++g) {
    const auto group = static_cast<FigureGroup>(g);
    const FigureRow* has = groups.found(group);
    if (has == nullptr || group == FigureGroup::required) continue;
    for (const std::string& name : groups.names(group)) {
      if (groups.found(name) != nullptr) continue;
      throw UserError(
          path, name,
          "is missing: it stands with " + has->key() + " (" + has->where + ") or not at all");
    }
  }
  for (const GroupNeed& need : kGroupNeeds) {
    const FigureRow* has = groups.found(need.group);
    if (has == nullptr || groups.found(need.needs) != nullptr) continue;
    throw UserError(
        has->where, has->key(),
        "needs the rows " + groups.names(need.needs).front() + " and what stands with it");
  }
  const FigureRow* linear = groups.found(FigureGroup::sram_linear);
  if (has_linear_sram_law(rows) == (linear != nullptr)) return;
  if (linear != nullptr) {
    throw UserError(linear->where, linear->key(),
                    "needs the row sram_law = linear_in_words_and_bits");
  }
  const FigureRow& law = *groups.found("sram_law");
  throw UserError(law.where + ": sram_law", law.value_text,
                  "needs sram_read_fixed and the rows that stand with it");
}

}  // namespace minerva
