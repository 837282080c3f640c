#include "layer_chain.hpp"

#include <algorithm>
#include <map>

#include "minerva/core/errors.hpp"
#include "minerva/data/named_tensors.hpp"

namespace minerva {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A name split into its text, '#' for each number, and the numbers without leading zeros.
struct NumberedName {
  std::string text;
  std::vector<std::string> numbers;
};

NumberedName split(const std::string& name) {
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
    const NumberedName a = split(links[best].name);
    const NumberedName b = split(links[each].name);
    if (a.text != b.text || a.numbers.empty() || a.numbers == b.numbers) {
      throw UserError(file, printable(links[best].name),
                      "and " + printable(links[each].name) +
                          " could both come next, and no number in their names says which: needs "
                          "names like w0, b0, w1, b1, ..");
    }
    if (lower(b, a)) best = each;
  }
  return best;
}

}  // namespace

std::vector<std::size_t> chain_order(const std::vector<ChainLink>& links, const std::string& file) {
  std::map<std::int64_t, std::vector<std::size_t>> by_inputs;
  std::map<std::int64_t, std::int64_t>
      surplus;  // layers that leave a width less those that reach it
  for (std::size_t i = 0; i < links.size(); ++i) {
    by_inputs[links[i].inputs].push_back(i);
    ++surplus[links[i].inputs];
    --surplus[links[i].outputs];
  }
  // A chain starts at the one width that is left once more than it is reached; a circle of widths
  // may start anywhere, so that all layers are candidates.
  std::vector<std::size_t> candidates;
  for (const auto& [width, count] : surplus) {
    if (count > 0)
      candidates.insert(candidates.end(), by_inputs[width].begin(), by_inputs[width].end());
  }
  if (candidates.empty()) {
    for (std::size_t i = 0; i < links.size(); ++i) candidates.push_back(i);
  }
  for (const std::size_t i : candidates) {
    const bool same = links[i].inputs == links[candidates.front()].inputs;
    if (!same && links.size() != candidates.size()) {
      throw UserError(file, "",
                      "the layers do not chain: nothing comes before " +
                          described(links[candidates.front()]) + " and " + described(links[i]));
    }
  }
  std::vector<std::size_t> order;
  while (order.size() < links.size()) {
    if (candidates.empty()) {
      throw UserError(
          file, "",
          "the layers do not chain: none takes the outputs of " + described(links[order.back()]));
    }
    const std::size_t next = first_of(candidates, links, file);
    order.push_back(next);
    auto& left = by_inputs[links[next].inputs];
    left.erase(std::find(left.begin(), left.end(), next));
    candidates = by_inputs[links[next].outputs];
  }
  return order;
}

}  // namespace minerva
