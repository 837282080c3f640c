#include "named_tensors/layer_chain.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "minerva/base/errors.hpp"
#include "minerva/interchange/named_tensors.hpp"

namespace minerva {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

NumberedName numbered_name(const std::string& name) {
  NumberedName out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (!is_digit(name[i])) {
      out.text += name[i];
      continue;
    }
    std::size_t end = i;
    while (end < name.size() && is_digit(name[end])) ++end;
    while (i + 1 < end && name[i] == '0') ++i;
    out.text += '#';
    out.numbers.push_back(name.substr(i, end - i));
    i = end - 1;
  }
  return out;
}

/// Digits without leading zeros compare as numbers by length, then by text.
bool lower(const NumberedName& a, const NumberedName& b) {
  return std::lexicographical_compare(a.numbers.begin(), a.numbers.end(), b.numbers.begin(),
                                      b.numbers.end(),
                                      [](const std::string& x, const std::string& y) {
                                        return x.size() != y.size() ? x.size() < y.size() : x < y;
                                      });
}

namespace {

std::string described(const ChainLink& link) {
  return printable(link.name) + " (" + std::to_string(link.inputs) + " to " +
         std::to_string(link.outputs) + ")";
}

/// The one of `candidates` that comes first by its numbers.
std::size_t first_of(const std::vector<std::size_t>& candidates,
                     const std::vector<ChainLink>& links, const std::string& file) {
  std::size_t best = candidates.front();
  for (const std::size_t each : candidates) {
    if (each == best) continue;
    const NumberedName a = numbered_name(links[best].name);
    const NumberedName b = numbered_name(links[each].name);
    if (a.text != b.text || a.numbers.empty() || a.numbers == b.numbers) {
      throw UserError(file, printable(links[best].name),
                      "it and " + printable(links[each].name) +
                          " could both come next, and no number in their names says which: needs "
                          "names like w0, b0, w1, b1, ..");
    }
    if (lower(b, a)) best = each;
  }
  return best;
}

/// Whether all layers of `left` can follow each other when the first takes `width` inputs: an Euler
/// path through the widths. At every width as many layers arrive as leave, but for the first and
/// the last, and every layer hangs together with the first width.
bool can_follow(const std::vector<ChainLink>& links, const std::vector<std::size_t>& left,
                std::int64_t width) {
  std::map<std::int64_t, int> leaving;  // less those that arrive
  leaving[width] = -1;
  std::set<std::int64_t> reached = {width};
  for (std::size_t round = 0; round < left.size(); ++round) {
    for (const std::size_t i : left) {
      if (reached.count(links[i].inputs) != 0) reached.insert(links[i].outputs);
      if (reached.count(links[i].outputs) != 0) reached.insert(links[i].inputs);
    }
  }
  for (const std::size_t i : left) {
    if (reached.count(links[i].inputs) == 0) return false;
    ++leaving[links[i].inputs];
    --leaving[links[i].outputs];
  }
  int ends = 0;
  for (const auto& [each, count] : leaving) {
    if (count > 0 || count < -1) return false;
    ends += count == -1 ? 1 : 0;
  }
  return ends == 1;
}

[[noreturn]] void refuse_chain(const std::vector<ChainLink>& links, const std::string& file) {
  constexpr std::size_t kShown = 8;
  std::string all;
  for (std::size_t i = 0; i < links.size() && i < kShown; ++i) {
    all += (i == 0 ? "" : ", ") + described(links[i]);
  }
  throw UserError(file, "",
                  "the layers do not chain: " + all + (links.size() > kShown ? ", .." : ""));
}

}  // namespace

std::vector<std::size_t> chain_order(const std::vector<ChainLink>& links, const std::string& file) {
  std::vector<std::size_t> left;
  for (std::size_t i = 0; i < links.size(); ++i) left.push_back(i);
  std::vector<std::size_t> order;
  while (!left.empty()) {
    std::vector<std::size_t> candidates;
    for (const std::size_t i : left) {
      if (!order.empty() && links[i].inputs != links[order.back()].outputs) continue;
      std::vector<std::size_t> others;
      std::copy_if(left.begin(), left.end(), std::back_inserter(others),
                   [i](std::size_t other) { return other != i; });
      if (can_follow(links, others, links[i].outputs)) candidates.push_back(i);
    }
    if (candidates.empty()) refuse_chain(links, file);
    order.push_back(first_of(candidates, links, file));
    left.erase(std::find(left.begin(), left.end(), order.back()));
  }
  return order;
}

}  // namespace minerva
