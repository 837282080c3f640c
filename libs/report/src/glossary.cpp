#include "glossary.hpp"

#include <algorithm>
#include <cctype>

#include "minerva/report/html_table.hpp"

namespace minerva {
namespace {

bool is_letter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || (c & 0x80) != 0 || c == '_';
}

/// A part of a text; nothing: npos.
struct FoundTerm {
  std::size_t at = std::string::npos;
  std::size_t size = 0;
};

/// Where a term stands in a text as a word of its own, or its plural does.
FoundTerm place_of(const std::string& term, const std::string& text) {
  const auto ends = [&](std::size_t end) { return end >= text.size() || !is_letter(text[end]); };
  for (std::size_t at = text.find(term); at != std::string::npos; at = text.find(term, at + 1)) {
    if (at > 0 && (is_letter(text[at - 1]) || text[at - 1] == '&')) continue;
    const std::size_t end = at + term.size();
    if (ends(end)) return {at, term.size()};
    if (text[end] == 's' && ends(end + 1)) return {at, term.size() + 1};
  }
  return {};
}

std::string id_of(std::size_t index) { return "term-" + std::to_string(index); }

/// The elements whose text is searched: prose, and what columns are called.
bool is_searched(const std::string& tag) {
  return tag == "p" || tag.rfind("p ", 0) == 0 || tag == "figcaption" ||
         (tag.rfind("th ", 0) == 0 && tag.find("scope=\"col\"") != std::string::npos);
}

/// Marks the first place of each term that is not marked yet.
std::string text_with_terms(const std::string& text, std::vector<bool>& marked) {
  FoundTerm first;
  std::size_t found = 0;
  const std::vector<GlossaryTerm>& terms = glossary();
  for (std::size_t i = 0; i < terms.size(); ++i) {
    if (marked[i]) continue;
    const FoundTerm place = place_of(terms[i].term, text);
    if (place.at == std::string::npos || place.at > first.at) continue;
    // Of terms that begin at one place the longest counts.
    if (place.at == first.at && place.size <= first.size) continue;
    first = place;
    found = i;
  }
  if (first.at == std::string::npos) return text;
  marked[found] = true;
  return text.substr(0, first.at) + "<button type=\"button\" class=\"term\" aria-describedby=\"" +
         id_of(found) + "\">" + text.substr(first.at, first.size) + "</button>" +
         text_with_terms(text.substr(first.at + first.size), marked);
}

}  // namespace

const std::vector<GlossaryTerm>& glossary() {
  static const std::vector<GlossaryTerm> terms = {
      {"Bend",
       "The slowest machine on the frontier whose weight banks hold fewer words than the "
       "smallest memory macro: faster ones pay for words that they do not use."},
      {"ITN",
       "Intrinsic training noise: the standard deviation (sigma) of the error over "
       "trainings that differ in their random seed alone. The error budget is counted in "
       "it."},
      {"MAC",
       "Multiply and accumulate: one product of a weight and an activation, added to a "
       "sum."},
      {"MACs",
       "Multiply and accumulate: products of a weight and an activation, each added to a "
       "sum."},
      {"P", "The product of a weight and an activation, as it is rounded before it is added."},
      {"Pareto frontier",
       "The machines than which no other one is better in one objective and as "
       "good in all others."},
      {"ROM",
       "A memory whose content is built in for good: it needs less energy than SRAM and "
       "cannot be changed."},
      {"Razor",
       "Flip-flops that sample twice and tell, column by column, that a bit was read too "
       "late or wrongly."},
      {"SRAM",
       "A memory on the chip that can be written; its cells fail more often the lower the "
       "supply is."},
      {"W", "A weight of the network."},
      {"X", "An activation: an input of a layer."},
      {"baseline", "The machine that the design space gives before anything is optimized."},
      {"bit masking", "A faulty bit of a weight is replaced by the weight's sign bit."},
      {"bound", "The most wrong samples that the error budget allows."},
      {"closed form",
       "The cycles, events and power of a machine by formulas, without simulating "
       "it."},
      {"dynamic", "Power of what switches; it is 0 in a machine that stands still."},
      {"fault map", "Which bits of the weight memory are faulty on one chip, drawn at random."},
      {"frontier",
       "The machines than which no other one is better in one objective and as good "
       "in all others."},
      {"lane", "A part of the machine that computes one neuron at a time."},
      {"leakage", "Power that flows whether anything switches or not."},
      {"mitigation",
       "What is done about faulty bits: how they are found, and what a faulty weight "
       "reads as."},
      {"sigma",
       "The standard deviation of the error over trainings that differ in their random "
       "seed alone; as a unit of the error budget it is called ITN."},
      {"sign hardened", "The cells of the sign bit are built so that they never fail."},
      {"sign inverted",
       "A faulty sign bit is used as it is read, and copied to the other faulty "
       "bits."},
      {"sign zero", "A weight whose sign bit is faulty reads as 0."},
      {"theta", "The threshold below which an activation is taken as zero and skipped."},
      {"threshold", "Activations below it are taken as zero, and their products are skipped."},
      {"tolerable fault rate",
       "The share of faulty bits at which the mean error still is within "
       "its bound."},
      {"word masking", "A weight with a faulty bit reads as 0."},
      {"yield", "The share of chips whose error stays within its bound."},
  };
  return terms;
}

std::string with_terms_marked(const std::string& html, std::vector<bool>& used) {
  std::vector<bool> marked(glossary().size());
  // What is folded is read by those who unfold it: a term that stands first there stands first for
  // the others behind it.
  std::vector<bool> marked_in_fold;
  int folds = 0;
  const auto note = [&used](const std::vector<bool>& found) {
    for (std::size_t i = 0; i < found.size(); ++i) used[i] = used[i] || found[i];
  };
  std::string result;
  bool searched = false;
  for (std::size_t at = 0; at < html.size();) {
    if (html[at] == '<') {
      const std::size_t end = std::min(html.find('>', at), html.size() - 1);
      const std::string tag = html.substr(at + 1, end - at - 1);
      searched = is_searched(tag);
      if (tag.rfind("details", 0) == 0 && folds++ == 0) marked_in_fold = marked;
      if (tag == "/details" && --folds == 0) note(marked_in_fold);
      result += html.substr(at, end + 1 - at);
      at = end + 1;
      continue;
    }
    const std::size_t end = std::min(html.find('<', at), html.size());
    const std::string text = html.substr(at, end - at);
    result += searched ? text_with_terms(text, folds > 0 ? marked_in_fold : marked) : text;
    at = end;
  }
  note(marked);
  return result;
}

std::string glossary_list(const std::vector<bool>& used) {
  std::string list;
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (!used[i]) continue;
    const GlossaryTerm& term = glossary()[i];
    list += "<div><dt>" + html_escaped(term.term) + "</dt><dd id=\"" + id_of(i) + "\">" +
            html_escaped(term.meaning) + "</dd></div>\n";
  }
  return list.empty() ? "" : "<dl class=\"glossary\">\n" + list + "</dl>\n";
}

}  // namespace minerva
