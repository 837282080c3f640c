#include "minerva/codesign/options.hpp"

#include <algorithm>

#include "minerva/base/errors.hpp"
#include "minerva/config/setting_text.hpp"
#include "minerva/training/options.hpp"

namespace minerva::codesign {

std::vector<Objective> parse_objectives(const std::string& text, const std::string& key) {
  std::vector<Objective> objectives;
  for (const std::string& word : split_list(text, key)) {
    const auto objective = parse_enum<Objective>(word, key);
    if (std::find(objectives.begin(), objectives.end(), objective) != objectives.end()) {
      throw UserError(key, text, "needs each objective once");
    }
    objectives.push_back(objective);
  }
  if (objectives.size() < 2) {
    throw UserError(key, text, "needs two or more of error, energy, area, latency");
  }
  return objectives;
}

std::vector<Mechanism> parse_mechanisms(const std::string& text, const std::string& key) {
  std::vector<Mechanism> mechanisms;
  if (text == "all") {
    for (const auto& [mechanism, name] : enum_names(Mechanism{})) mechanisms.push_back(mechanism);
    return mechanisms;
  }
  for (const std::string& word : split_list(text, key)) {
    const auto mechanism = parse_enum<Mechanism>(word, key);
    if (std::find(mechanisms.begin(), mechanisms.end(), mechanism) != mechanisms.end()) {
      throw UserError(key, text, "needs each mechanism once");
    }
    mechanisms.push_back(mechanism);
  }
  return mechanisms;
}

std::vector<int> parse_hidden(const std::string& text, const std::string& key) {
  std::vector<int> hidden;
  std::string digits;
  for (const char c : text + "-") {
    if (c != '-') {
      digits += c;
      continue;
    }
    const bool number = !digits.empty() && digits.size() <= 7 &&
                        digits.find_first_not_of("0123456789") == std::string::npos;
    const int neurons = number ? std::stoi(digits) : 0;
    if (neurons < 1 || neurons > kMaxLayerWidth ||
        hidden.size() >= static_cast<std::size_t>(kMaxLayers) - 1) {
      throw UserError(
          key, text,
          "needs the neurons of hidden layers joined by dashes, such as 160-128, 1 to " +
              std::to_string(kMaxLayerWidth) + " each");
    }
    hidden.push_back(neurons);
    digits.clear();
  }
  return hidden;
}

std::string hidden_text(const std::vector<int>& hidden) {
  std::string text;
  for (const int neurons : hidden) text += (text.empty() ? "" : "-") + std::to_string(neurons);
  return text;
}

}  // namespace minerva::codesign
