#include "minerva/accelsim/cycle_state.hpp"

namespace minerva {
namespace {

std::string range_text(const char* letter, int first, int count) {
  std::string text = letter + std::to_string(first);
  if (count > 1) text += "-" + std::to_string(first + count - 1);
  return text;
}

std::string chunk_text(const StageContent& content, bool held) {
  if (!content.valid) return "";
  return "g" + std::to_string(content.group) + " " +
         range_text("j", content.first_input, content.words) + (held ? "*" : "");
}

}  // namespace

std::vector<std::string> cycle_table_headings(int multiplier_stages) {
  std::vector<std::string> headings = {"cycle", "layer", "cause", "F1", "F2"};
  for (int k = 1; k <= multiplier_stages; ++k) headings.push_back("M" + std::to_string(k));
  headings.insert(headings.end(), {"A", "WB"});
  return headings;
}

std::vector<std::string> cycle_table_row(const CycleState& state, int lanes) {
  std::vector<std::string> row = {
      std::to_string(state.cycle), std::to_string(state.layer + 1), to_string(state.cause),
      chunk_text(state.fetch_inputs, state.held), chunk_text(state.fetch_weights, state.held)};
  for (const StageContent& stage : state.multiply) row.push_back(chunk_text(stage, state.held));
  row.push_back(state.taken_group < 0 ? "" : "g" + std::to_string(state.taken_group));
  row.push_back(state.written_group < 0
                    ? ""
                    : "g" + std::to_string(state.written_group) + " " +
                          range_text("n", state.written_group * lanes + state.first_lane_written,
                                     state.words_written));
  return row;
}

}  // namespace minerva
