#pragma once
#include <string>
#include <utility>
#include <vector>

#include "minerva/config/settings.hpp"

namespace minerva::flow {

/// A key that a sweep of runs varies, and its values as a resolved config writes them.
struct SweptKey {
  std::string key;
  std::vector<std::string> values;
};

/// The values of "KEY=V1,V2" (--over). Where the text holds a semicolon, semicolons separate the
/// values, a last one may end the text, and commas belong to values; a key whose values are lists
/// needs semicolons. Throws UserError for an unknown key, one that changes no result, a value that
/// the key does not take, and one that stands twice.
SweptKey parse_over(const std::string& over);

/// One run of a sweep.
struct Combination {
  std::string name;  ///< of its folder: "quantize.rounding=half_up+tech.file=public40"
  std::vector<std::pair<std::string, std::string>> values;  ///< key and value
};

/// Every combination, the last key fastest; keys in the order of the registry, whatever the order
/// they are given in. Names are made of letters, digits and "._=+-", are all different, and depend
/// on the keys and values alone. Throws UserError for a key given twice and for more than
/// kMostCombinations.
std::vector<Combination> combinations(std::vector<SweptKey> keys);
constexpr std::size_t kMostCombinations = 10000;

}  // namespace minerva::flow
