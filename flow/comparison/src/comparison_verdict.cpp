#include "comparison_verdict.hpp"

#include <algorithm>

#include "comparison_bars.hpp"
#include "minerva/report/text_table.hpp"

namespace minerva {
namespace {

struct Finished {
  const ComparedRun* run;
  const StageRow* last;

  std::string name() const { return run->name; }
  std::string error_text() const {
    return fixed_text(last->test_error_percent, 2) + " % wrong on test";
  }
};

bool is_confirmed(const Finished& finished) {
  return finished.last->test_verdict() == Verdict::confirmed &&
         finished.last->validation_verdict() == Verdict::confirmed;
}

/// What is known of its errors against its own budget.
std::string bound_text(const Finished& finished) {
  const auto validation = finished.last->validation_verdict();
  const auto test = finished.last->test_verdict();
  if (!validation || !test) return "without a bound";
  if (is_confirmed(finished)) return "confirmed within its bounds on validation and test";
  const auto where = [](Verdict verdict) {
    return verdict == Verdict::confirmed     ? "within its bound"
           : verdict == Verdict::not_decided ? "not decided against its bound"
                                             : "outside of its bound";
  };
  return std::string(where(*validation)) + " on validation and " + where(*test) + " on test";
}

template <typename Less>
const Finished& least(const std::vector<Finished>& all, const Less& value) {
  return *std::min_element(all.begin(), all.end(), [&](const Finished& a, const Finished& b) {
    return value(a) < value(b);
  });
}

std::string power_sentence(const std::vector<Finished>& all, const Finished& best,
                           const std::string& among) {
  double most_mw = 0;
  for (const Finished& each : all) most_mw = std::max(most_mw, each.last->power_mw);
  const std::string factor = fixed_text(most_mw / best.last->power_mw, 2);
  return among + ", " + best.name() +
         " takes the least power: " + readable_number(best.last->power_mw) + " mW, " + factor +
         " times less than the run that takes most, at " + best.error_text() + ", " +
         bound_text(best) + ".";
}

/// Of runs that answer the same question: the same samples.
std::string verdict_on_same_data(const std::vector<Finished>& all) {
  const auto power = [](const Finished& f) { return f.last->power_mw; };
  const Finished& frugal = least(all, power);
  const std::string count = std::to_string(all.size());
  std::string text = power_sentence(all, frugal, "Of " + count + " finished runs");
  std::vector<Finished> confirmed;
  std::copy_if(all.begin(), all.end(), std::back_inserter(confirmed), is_confirmed);
  if (confirmed.empty()) {
    text += " None is confirmed within its bounds on both sets.";
  } else if (!is_confirmed(frugal)) {
    const Finished& best = least(confirmed, power);
    text += " Of the " + std::to_string(confirmed.size()) +
            " that are confirmed within their bounds on both sets, it is " + best.name() +
            " with " + readable_number(best.last->power_mw) + " mW at " + best.error_text() + ".";
  }
  const Finished& exact = least(all, [](const Finished& f) { return f.last->test_error_percent; });
  if (exact.run != frugal.run) {
    text += " The least error on test has " + exact.name() + ": " +
            fixed_text(exact.last->test_error_percent, 2) + " % at " +
            readable_number(exact.last->power_mw) + " mW.";
  }
  return text;
}

std::string verdict_on_several_data(const std::vector<Finished>& all) {
  const auto factor = [](const Finished& f) { return whole_factor(f.run->summary).value_or(0); };
  const Finished& most = least(all, [&](const Finished& f) { return -factor(f); });
  if (!(factor(most) > 0)) return "";
  return "The runs are on different data; of their " + std::to_string(all.size()) +
         " machines, that of " + most.name() +
         " was brought down furthest from its baseline: " + fixed_text(factor(most), 2) +
         " times less power, " + readable_number(most.last->power_mw) + " mW at " +
         most.error_text() + ", " + bound_text(most) + ".";
}

}  // namespace

std::string comparison_verdict(const std::vector<ComparedRun>& runs) {
  std::vector<Finished> finished;
  bool same = true;
  for (const ComparedRun& run : runs) {
    if (run.summary.stages.empty() || !(run.summary.stages.back().power_mw > 0)) continue;
    finished.push_back({&run, &run.summary.stages.back()});
    same = same && run.summary.provenance.data_sha256 ==
                       finished.front().run->summary.provenance.data_sha256;
  }
  if (finished.size() < 2) return "";
  return same ? verdict_on_same_data(finished) : verdict_on_several_data(finished);
}

}  // namespace minerva
