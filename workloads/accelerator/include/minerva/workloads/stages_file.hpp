#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/workloads/lane_stages.hpp"
#include "minerva/workloads/named_table.hpp"

namespace minerva::workloads {

/// A workload that went through the stages: all five with its own measure as the budget's quantity
/// (autoenc, deepq), or the stages 2 to 4 with the output error of its exported layers.
struct StagesResult {
  std::string workload;
  std::string variant;
  bool small = false;
  std::string measure;  ///< "half squared error of an image"
  bool higher_is_better = false;
  std::string network;
  std::string technology;
  std::int64_t trained_steps = 0;
  std::int64_t tuned_samples = 0;  ///< predictions or episodes behind each number
  std::int64_t test_samples = 0;
  std::vector<double> of_seeds;  ///< the measure of each training on the tuned set, the first is
                                 ///< run; empty where the budget is no training noise
  double sigma = 0;              ///< their sample deviation: one iso-training noise
  double bound = 0;              ///< what the measure may become on the tuned set
  std::vector<StagedRow> rows;   ///< their errors are values of the measure
  /// Of the workload's inference on the CPU, the share of time in the exported layers.
  double share_of_inference_time = 0;
  std::vector<std::string> left_out;  ///< what the exported layers leave out, a sentence each
};

/// stages.json, schema minerva-fathom-stages-2, and back. Throws UserError naming `file` and the
/// JSON path.
std::string stages_json(const StagesResult& result);
StagesResult stages_from_json(const std::string& text, const std::string& file);
/// A table of the stages, and a line that says what the bound is.
NamedTable stages_table(const StagesResult& result);
std::string stages_sentence(const StagesResult& result);

}  // namespace minerva::workloads
