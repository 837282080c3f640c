#include <algorithm>
#include <cmath>

#include "minerva/report/power_effects.hpp"
#include "minerva/report/summary_report.hpp"
#include "minerva/report/text_table.hpp"
#include "summary_names.hpp"

namespace minerva {

std::vector<std::string> power_part_names(const RunSummary& summary) {
  std::vector<std::string> names;
  for (const StageRow& stage : summary.stages) {
    for (const PowerPart& part : stage.power) {
      if (std::find(names.begin(), names.end(), part.name) == names.end()) {
        names.push_back(part.name);
      }
    }
  }
  return names;
}

double part_power_mw(const StageRow& stage, const std::string& part) {
  double power_mw = 0;
  for (const PowerPart& p : stage.power) {
    if (p.name == part) power_mw += p.dynamic_mw + p.leakage_mw;
  }
  return power_mw;
}

bool has_power_intervals(const RunSummary& summary) {
  return std::any_of(summary.stages.begin(), summary.stages.end(),
                     [](const StageRow& stage) { return stage.power_interval.has_value(); });
}

namespace {

bool counts_sampling(const PowerInterval& interval) {
  return std::any_of(interval.rows.begin(), interval.rows.end(),
                     [](const RowEffect& effect) { return effect.row == kSamplingOfFaultMaps; });
}

}  // namespace

std::string power_interval_text(const StageRow& stage) {
  if (!stage.power_interval) return "";
  return readable_number(stage.power_interval->low_mw) + " to " +
         readable_number(stage.power_interval->high_mw);
}

std::string factor_interval_text(const StageRow& stage) {
  if (!stage.factor_before_interval) return "";
  return fixed_text(stage.factor_before_interval->low, 2) + " to " +
         fixed_text(stage.factor_before_interval->high, 2) + "x";
}

std::optional<FactorInterval> factor_interval(const StageRow& before, const StageRow& stage) {
  if (!before.power_interval || !stage.power_interval || !(stage.power_mw > 0)) return std::nullopt;
  const auto power_of = [](const StageRow& row, const std::string& name, double RowEffect::*side) {
    for (const RowEffect& effect : row.power_interval->rows) {
      if (effect.row == name) return effect.*side;
    }
    return row.power_mw;  // the row does not move it
  };
  std::vector<std::string> names;
  for (const StageRow* row : {&before, &stage}) {
    for (const RowEffect& effect : row->power_interval->rows) {
      if (std::find(names.begin(), names.end(), effect.row) == names.end()) {
        names.push_back(effect.row);
      }
    }
  }
  const double factor = before.power_mw / stage.power_mw;
  double squares_below = 0;
  double squares_above = 0;
  for (const std::string& name : names) {
    double below = 0;
    double above = 0;
    for (double RowEffect::*side : {&RowEffect::lower_mw, &RowEffect::higher_mw}) {
      const double power_mw = power_of(stage, name, side);
      if (!(power_mw > 0)) return std::nullopt;  // a residual that leaves nothing of the power
      const double change = power_of(before, name, side) / power_mw - factor;
      below = std::max(below, -change);
      above = std::max(above, change);
    }
    squares_below += below * below;
    squares_above += above * above;
  }
  return FactorInterval{std::max(0.0, factor - std::sqrt(squares_below)),
                        factor + std::sqrt(squares_above)};
}

std::string to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::confirmed:
      return "confirmed";
    case Verdict::not_confirmed:
      return "NOT CONFIRMED";
    case Verdict::not_decided:
      break;
  }
  return "not decided";
}

Verdict verdict_of(double wrong, const std::optional<WrongInterval>& interval, double bound) {
  const double low = interval ? interval->low : wrong;
  const double high = interval ? interval->high : wrong;
  if (high <= bound) return Verdict::confirmed;
  return low > bound ? Verdict::not_confirmed : Verdict::not_decided;
}

namespace {

std::string of_set(const std::string& set, double wrong,
                   const std::optional<WrongInterval>& interval, std::int64_t samples) {
  return set + ": " + wrong_text(wrong) +
         (interval ? " (" + wrong_text(interval->low) + " to " + wrong_text(interval->high) + ")"
                   : "") +
         " wrong of " + std::to_string(samples) + ", bound ";
}

/// The bound by the sigma of test, beside the one by which the budget goes.
std::string by_test_sigma_text(const RunSummary& summary, const StageRow& last, double bound) {
  return "test, by the sigma of test (" +
         fixed_text(summary.budget.test_sigma_percent.value_or(0), 3) + " %): bound " +
         wrong_text(bound) + ": " +
         to_string(verdict_of(last.test_wrong, last.test_interval, bound));
}

std::string chips_text(const ChipShare& chips) {
  const auto percent = [](double share) { return fixed_text(100 * share, 0); };
  return "chips: " + std::to_string(chips.both) + " of " + std::to_string(chips.maps) +
         " within both bounds (" + percent(chips.both_low) + " to " + percent(chips.both_high) +
         " %), " + std::to_string(chips.validation) + " on validation, " +
         std::to_string(chips.test) + " on test";
}

}  // namespace

std::vector<SetVerdict> verdicts(const RunSummary& summary) {
  std::vector<SetVerdict> lines;
  if (summary.stages.empty()) return lines;
  const StageRow& last = summary.stages.back();
  if (last.bound_validation_wrong) {
    lines.push_back({of_set("validation", last.validation_wrong, last.validation_interval,
                            summary.network.validation_samples) +
                         wrong_text(*last.bound_validation_wrong) + ": " +
                         to_string(*last.validation_verdict()),
                     last.validation_verdict()});
  }
  if (last.bound_test_wrong) {
    const auto& by_test = last.bound_test_wrong_by_test_sigma;
    lines.push_back(
        {of_set("test", last.test_wrong, last.test_interval, summary.network.test_samples) +
             wrong_text(*last.bound_test_wrong) + (by_test ? " by the sigma of validation" : "") +
             ": " + to_string(*last.test_verdict()),
         last.test_verdict()});
    if (by_test) lines.push_back({by_test_sigma_text(summary, last, *by_test), std::nullopt});
  }
  if (last.chips) lines.push_back({chips_text(*last.chips), std::nullopt});
  return lines;
}

std::string stage_table_text(const RunSummary& summary) {
  TextTable table({"stage", "valid.\nwrong", "\n%", "test\nwrong", "\n%", "spent\nsamples",
                   "\nsigma", "power\nmW", "energy\nnJ", "predic-\ntions/s", "area\nmm2",
                   "power\nbefore/", "first\nrow/", "book\nbefore/"});
  for (const StageRow& s : summary.stages) {
    if (s.power_mw == 0) {  // a network without an accelerator
      table.add({s.name, wrong_text(s.validation_wrong), fixed_text(s.validation_error_percent, 2),
                 wrong_text(s.test_wrong), fixed_text(s.test_error_percent, 2), "", "", "", "", "",
                 "", "", "", ""});
      continue;
    }
    table.add({s.name, wrong_text(s.validation_wrong), fixed_text(s.validation_error_percent, 2),
               wrong_text(s.test_wrong), fixed_text(s.test_error_percent, 2),
               wrong_text(s.spent_samples), fixed_text(s.spent_sigmas, 2),
               readable_number(s.power_mw), readable_number(s.energy_per_prediction_nj),
               fixed_text(s.predictions_per_s, 0), readable_number(s.area_mm2),
               factor_text(s.factor_before), factor_text(s.factor_baseline),
               book_factor_text(s.book_factor)});
  }
  std::string text = table.text();
  for (const StageRow& s : summary.stages) {
    if (!s.power_interval) continue;
    text += s.name + ": uncertain, " + power_interval_text(s) +
            " mW by the residuals of the technology's rows" +
            (counts_sampling(*s.power_interval) ? " and the sampling of fault maps; " : "; ") +
            s.power_interval->deciding_row + " decides, " +
            readable_number(s.power_interval->deciding_percent, 1) + " %" +
            (s.factor_before_interval ? "; stage before / this " + factor_interval_text(s) : "") +
            "\n";
  }
  for (const StageRow& s : summary.stages) {
    if (!s.detail.empty()) text += s.name + ": " + s.detail + "\n";
  }
  for (const VariantRow& v : summary.variants) {
    text += v.name + ": " + readable_number(v.power_mw) + " mW, " + factor_text(v.over_last_stage) +
            " the last stage's" +
            (v.book_over_last_stage
                 ? " (book: " + book_factor_text(v.book_over_last_stage) + " on average)"
                 : "") +
            ", " + readable_number(v.area_mm2) + " mm2; " + v.detail + "\n";
  }
  for (const SetVerdict& line : verdicts(summary)) text += line.text + "\n";
  for (const VerificationRow& row : summary.verification) {
    text += (row.agrees ? "agrees: " : "DIFFERS: ") + row.what +
            (row.detail.empty() ? "" : " (" + row.detail + ")") + "\n";
  }
  for (const RunNote& note : summary.notes) text += "note: " + note.text + "\n";
  return text;
}

std::string float_error_text(const NetworkSummary& network) {
  const auto part = [](std::int64_t wrong, std::int64_t samples) {
    return std::to_string(wrong) + " of " + std::to_string(samples) + " wrong (" +
           fixed_text(100 * static_cast<double>(wrong) / static_cast<double>(samples), 2) + " %)";
  };
  return "float error of " + network.origin + ": validation " +
         part(network.validation_wrong, network.validation_samples) + ", test " +
         part(network.test_wrong, network.test_samples);
}

}  // namespace minerva
