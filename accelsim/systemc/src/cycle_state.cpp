#include "minerva/accelsim/cycle_state.hpp"

namespace minerva {
namespace {

std::string range_text(const char* letter, int first, int count) {
  std::string text = letter + std::to_string(first);
  if (count > 1) text += "-" + std::to_string(first + count - 1);
  return text;
}

std::string position_text(int position) {
  return position < 0 ? "" : "p" + std::to_string(position) + " ";
}

std::string chunk_text(const StageContent& content, bool held) {
  if (!content.valid) return "";
  const std::string group = position_text(content.position) + "g" + std::to_string(content.group);
  const std::string star = held ? "*" : "";
  switch (content.kind) {
    case ChunkKind::weighted:
      return group + " " + range_text("j", content.first_input, content.words) + star;
    case ChunkKind::added:
      return group + " " + range_text("a", content.first_input, content.words) + star;
    case ChunkKind::pooled:
      return group + " w" + std::to_string(content.first_input) + star;
  }
  return "";
}

}  // namespace

std::vector<std::string> cycle_table_headings(int multiplier_stages) {
  std::vector<std::string> headings = {"cycle", "layer", "cause", "F1", "F2"};
  for (int k = 1; k <= multiplier_stages; ++k) headings.push_back("M" + std::to_string(k));
  headings.insert(headings.end(), {"A", "WB"});
  return headings;
}

std::vector<std::string> cycle_table_row(const CycleState& state) {
  std::vector<std::string> row = {
      std::to_string(state.cycle), std::to_string(state.layer + 1), to_string(state.cause),
      chunk_text(state.fetch_inputs, state.held), chunk_text(state.fetch_weights, state.held)};
  for (const StageContent& stage : state.multiply) row.push_back(chunk_text(stage, state.held));
  row.push_back(state.taken_group < 0 ? ""
                                      : position_text(state.taken_position) + "g" +
                                            std::to_string(state.taken_group));
  row.push_back(state.written_group < 0
                    ? ""
                    : position_text(state.written_position) + "g" +
                          std::to_string(state.written_group) + " " +
                          range_text("n", state.first_channel_written + state.first_lane_written,
                                     state.words_written));
  return row;
}

}  // namespace minerva
