#pragma once
#include <optional>
#include <string>
#include <vector>

#include "minerva/report/run_summary.hpp"
#include "minerva/report/stage_report.hpp"

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

/// What a stage adds to the summary of a run.
struct StagePart {
  std::optional<std::string> title;       ///< of the run, by a stage that works alone
  std::optional<NetworkSummary> network;  ///< of the stage that settles the network
  std::vector<StageRow> rows;
  std::vector<VariantRow> variants;
  std::vector<VerificationRow> verification;
  std::vector<RunNote> notes;
  std::string section;  ///< JSON text of its section; empty: it has none
};

/// A finished stage: what was asked, the files that it wrote, and its part of the summary.
struct StageRecord {
  std::string stage;  ///< the stage's id
  StageQuestion question;
  std::vector<RecordedFile> files;
  StagePart part;
};

/// stages/NAME.json, schema "minerva-stage-5", with its checksum.
std::string stage_record_to_json(const StageRecord& record);
/// The record that stage_record_to_json wrote; the report of its stage checks the section.
/// UserError names `file` and what is wrong.
StageRecord stage_record_from_json(const std::string& text, const std::string& file,
                                   const std::vector<StageReport>& reports);

/// Adds the part of a stage to a summary. Its rows, variants, verification and notes follow those
/// that are there; its network takes the place of the one that is there.
void add_part(RunSummary& summary, const std::string& stage, const StagePart& part);

}  // namespace minerva
