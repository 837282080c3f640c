#pragma once
#include <string>
#include <vector>

#include "minerva/report/run_summary.hpp"

namespace minerva {

/// One thing that a stage's result depends on: the value of a key or a number, or a digest that
/// stands for the content of a file or of an earlier result.
struct QuestionPart {
  std::string name;
  std::string value;
  bool is_digest = false;

  bool operator==(const QuestionPart& other) const {
    return name == other.name && value == other.value && is_digest == other.is_digest;
  }
};
/// All that it depends on. Equal questions have equal answers.
using StageQuestion = std::vector<QuestionPart>;

/// What has changed, for a log: "quantize.rounding is truncate, was half_up; the network is
/// another". Three parts at most are named. Empty: nothing.
std::string question_difference(const StageQuestion& before, const StageQuestion& now);

struct RecordedFile {
  std::string name;
  std::string sha256;
};

/// A finished stage: what was asked, the files that it wrote, and its part of the summary.
struct StageRecord {
  std::string stage;
  StageQuestion question;
  std::vector<RecordedFile> files;
  RunSummary part;  ///< members of other stages are as in an empty summary
};

/// stages/NAME.json, schema "minerva-stage-1".
std::string stage_record_to_json(const StageRecord& record);
/// UserError names `file` and what is wrong.
StageRecord stage_record_from_json(const std::string& text, const std::string& file);

/// The parts of a run in one summary, stage after stage: lists follow each other; of anything else
/// the last part that fills it counts.
RunSummary joined_summary(const std::vector<const RunSummary*>& parts);

}  // namespace minerva
