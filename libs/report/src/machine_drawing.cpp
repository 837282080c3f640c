#include "machine_drawing.hpp"

#include <algorithm>
#include <cmath>

#include "minerva/report/html_table.hpp"
#include "minerva/report/text_table.hpp"
#include "summary_names.hpp"

namespace minerva {
namespace {

// Sizes in the units of the drawing, which are CSS pixels where it is not scaled.
constexpr double kLine = 16;        // from one line of text to the next
constexpr double kPad = 9;          // from a box to its text
constexpr double kGap = 14;         // between boxes
constexpr double kLetter = 6.6;     // mean width of a letter of the page's font at 12.5 pixels
constexpr double kLanesBehind = 5;  // by which each lane stands out behind the one before it

std::string number(double value) { return fixed_text(value, value == std::floor(value) ? 0 : 1); }

std::string count_of(int count, const std::string& one, const std::string& many) {
  return count_text(count) + " " + (count == 1 ? one : many);
}

/// Words in lines of at most `width`.
std::vector<std::string> wrapped(const std::string& text, double width) {
  const auto most = static_cast<std::size_t>(width / kLetter);
  std::vector<std::string> lines;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::string word = text.substr(begin, end - begin);
    if (!lines.empty() && display_width(lines.back()) + 1 + display_width(word) <= most) {
      lines.back() += " " + word;
    } else {
      lines.push_back(word);
    }
    begin = end + 1;
  }
  return lines;
}

/// A part of the machine: what it is called, what it consists of, and the parts of the power that
/// are spent in it.
struct Block {
  std::string title;
  std::vector<std::string> facts;
  std::vector<std::string> power_parts;
};

struct Place {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;

  double right() const { return x + width; }
  double bottom() const { return y + height; }
  double middle_x() const { return x + width / 2; }
  double middle_y() const { return y + height / 2; }
};

class Drawing {
 public:
  explicit Drawing(const StageRow& row) : row_(row) {}

  double height_of(const Block& block, double width) const {
    double lines = 1 + (block.power_parts.empty() ? 0 : 1);
    for (const std::string& fact : block.facts) {
      lines += static_cast<double>(wrapped(fact, width - 2 * kPad).size());
    }
    return lines * kLine + 2 * kPad - 3;
  }

  /// A box with its text; it is the darker, the more of the power is spent in it.
  Place box(const Block& block, double x, double y, double width) {
    const Place place{x, y, width, height_of(block, width)};
    double power_mw = 0;
    for (const std::string& part : block.power_parts) power_mw += part_power_mw(row_, part);
    const double share = row_.power_mw > 0 ? power_mw / row_.power_mw : 0;
    svg_ += rectangle(place, "fill-opacity=\"" + fixed_text(0.06 + 0.44 * share, 2) + "\"");
    double at = y + kPad + 9;
    text(x + kPad, at, block.title, "name");
    for (const std::string& fact : block.facts) {
      for (const std::string& line : wrapped(fact, width - 2 * kPad)) {
        text(x + kPad, at += kLine, line, "");
      }
    }
    if (!block.power_parts.empty()) {
      text(x + kPad, at += kLine,
           readable_number(power_mw) + " mW, " + fixed_text(100 * share, 0) + " %", "power");
    }
    return place;
  }

  /// The outline of a lane and of those that stand behind it.
  void lanes(const Place& place, int lanes) {
    for (int behind = std::min(lanes - 1, 3); behind >= 0; --behind) {
      const double by = kLanesBehind * behind;
      svg_ += rectangle({place.x + by, place.y - by, place.width, place.height}, "class=\"lane\"");
    }
  }

  void text(double x, double y, const std::string& words, const std::string& style) {
    svg_ += "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\"" +
            (style.empty() ? "" : " class=\"" + style + "\"") + ">" + html_escaped(words) +
            "</text>\n";
  }

  /// A line through points, with a head at its end.
  void arrow(const std::vector<std::pair<double, double>>& points) {
    std::string path;
    for (const auto& [x, y] : points) {
      path += (path.empty() ? "M" : "L") + number(x) + " " + number(y);
    }
    const auto& [x, y] = points.back();
    const auto& [from_x, from_y] = points[points.size() - 2];
    const double dx = x > from_x ? 1 : x < from_x ? -1 : 0;
    const double dy = y > from_y ? 1 : y < from_y ? -1 : 0;
    const auto corner = [&, x = x, y = y](double side) {
      return "L" + number(x - 7 * dx + 4 * side * dy) + " " + number(y - 7 * dy + 4 * side * dx);
    };
    svg_ += "<path class=\"wire\" d=\"" + path + "\"/>\n<path class=\"head\" d=\"M" + number(x) +
            " " + number(y) + corner(1) + corner(-1) + "Z\"/>\n";
  }

  /// The whole drawing, with a text for those who do not see it.
  std::string svg(double width, double height, const std::string& style,
                  const std::string& alternative) const {
    return "<svg class=\"machine " + style + "\" viewBox=\"0 0 " + number(width) + " " +
           number(height) + "\" role=\"img\" aria-label=\"" + html_escaped(alternative) + "\">\n" +
           svg_ + "</svg>\n";
  }

 private:
  static std::string rectangle(const Place& place, const std::string& attributes) {
    return "<rect x=\"" + number(place.x) + "\" y=\"" + number(place.y) + "\" width=\"" +
           number(place.width) + "\" height=\"" + number(place.height) + "\" rx=\"5\" " +
           attributes + "/>\n";
  }

  const StageRow& row_;
  std::string svg_;
};

const DescribedMemory* memory_of(const MachineDescription& machine, const std::string& name) {
  for (const DescribedMemory& memory : machine.memories) {
    if (memory.name == name) return &memory;
  }
  return nullptr;
}

/// What a memory consists of; `copies` says of what there are several: "regions".
std::vector<std::string> memory_facts(const DescribedMemory& memory, const std::string& copies) {
  const std::string banks = count_of(memory.banks_per_copy, "bank", "banks");
  return {(memory.copies > 1 && !copies.empty()
               ? count_text(memory.copies) + " " + copies + " of " + banks
               : banks) +
              " of " + count_text(memory.words) + " x " + std::to_string(memory.word_bits) +
              " bits",
          readable_number(memory.kibibytes()) + " KiB at " + number_text(memory.voltage_v) + " V"};
}

std::string masking_text(const Mitigation& mitigation) {
  std::string text = std::string(to_string(mitigation.masking)) + " masking";
  if (mitigation.masking == Masking::bit) {
    text += std::string(", sign ") + to_string(mitigation.sign);
  }
  return text + ", faults found by " + to_string(mitigation.detector);
}

/// The machine in the blocks that are drawn.
struct Blocks {
  Block inputs;
  Block activations;
  Block fetch;
  std::vector<Block> lane;
  Block write_back;
  Block clock;
};

Blocks blocks_of(const StageRow& row) {
  const MachineDescription& m = *row.machine;
  Blocks blocks;
  if (const DescribedMemory* memory = memory_of(m, "inputs")) {
    blocks.inputs = {"Input memory", memory_facts(*memory, ""), {"input memory"}};
  }
  if (const DescribedMemory* memory = memory_of(m, "activations")) {
    blocks.activations = {
        "Activation memory", memory_facts(*memory, "regions"), {"activation SRAM"}};
  }
  blocks.fetch = {"F1: fetch",
                  {count_of(m.input_words_per_cycle, "word", "words") + " of " +
                   std::to_string(m.activation_bits) + " bits a cycle, to all lanes"},
                  {}};
  if (m.batch_size > 1) {
    blocks.fetch.facts.push_back("batches of " + std::to_string(m.batch_size) + " predictions");
  }
  if (m.read_ahead_words > 0) {
    blocks.fetch.facts.push_back("queues kept words, " +
                                 count_of(m.read_ahead_words, "place", "places"));
  }
  if (m.skips_inputs) {
    blocks.fetch.facts.push_back("skips inputs below the layer's threshold");
    blocks.fetch.power_parts = {"comparators"};
  }
  if (const DescribedMemory* memory = memory_of(m, "weights")) {
    const bool rom = m.weight_storage == WeightStorage::rom;
    const bool off_chip = m.off_chip_words > 0;
    Block weights{rom        ? "F2: weight ROM"
                  : off_chip ? "F2: weight buffer"
                             : "F2: weight SRAM",
                  memory_facts(*memory, ""),
                  {"weight SRAM"}};
    weights.facts.back() += ", all lanes";
    if (off_chip) {
      weights.facts.push_back("filled from off chip, " +
                              count_of(m.off_chip_words, "word", "words") + " a cycle");
    }
    weights.facts.push_back(count_of(m.weight_words_per_cycle, "word", "words") + " a cycle");
    if (m.fault_rate > 0) {
      weights.facts.push_back("one bit in " + readable_number(1 / m.fault_rate) + " is faulty");
    }
    blocks.lane.push_back(weights);
  }
  if (m.mitigation.masking != Masking::none) {
    blocks.lane.push_back({"Masks", {masking_text(m.mitigation)}, {"fault protection"}});
  }
  Block multiply{
      m.macs_per_lane == 1 ? "M: multiplier and accumulator" : "M: multipliers and accumulator",
      {count_text(m.macs_per_lane) + " x (" + std::to_string(m.weight_bits) + " x " +
           std::to_string(m.activation_bits) + " bits, rounded to " +
           std::to_string(m.product_bits) + ") in " +
           count_of(m.multiplier_stages, "stage", "stages"),
       m.positions_per_weight > 1
           ? count_text(m.positions_per_weight) + " accumulators of " +
                 std::to_string(m.accumulator_bits) + " bits, one weight read for all"
           : std::to_string(m.accumulator_bits) + " bits of accumulator"},
      {"datapath"}};
  blocks.lane.push_back(multiply);
  Block activate{"A: bias, ReLU, rounding", {}, {"bias store"}};
  if (const DescribedMemory* memory = memory_of(m, "biases")) {
    activate.facts.push_back(count_text(memory->words) + " biases of " +
                             std::to_string(memory->word_bits) + " bits a lane");
  }
  activate.facts.push_back("results of " + std::to_string(m.activation_bits) + " bits");
  blocks.lane.push_back(activate);
  blocks.write_back = {
      "WB: write back", {count_of(m.write_ports, "word", "words") + " a cycle"}, {}};
  blocks.clock = {"Clock and registers",
                  {readable_number(1000 / m.clock_period_ns) + " MHz (" +
                   number_text(m.clock_period_ns) + " ns)"},
                  {"clock network", "registers"}};
  return blocks;
}

std::string lanes_title(const MachineDescription& machine) {
  return machine.lanes == 1 ? "One lane" : count_text(machine.lanes) + " lanes, each with";
}

/// The boxes of a lane below each other within its outline; returns the outline.
Place draw_lane(Drawing& drawing, const Blocks& blocks, const MachineDescription& machine, double x,
                double y, double width) {
  const double inner = width - 2 * kGap;
  double height = kLine + 2 * kPad;
  for (const Block& block : blocks.lane) height += drawing.height_of(block, inner) + kGap;
  const Place frame{x, y, width, height};
  drawing.lanes(frame, machine.lanes);
  drawing.text(x + kGap, y + kPad + 11, lanes_title(machine), "name");
  double at = y + kLine + 2 * kPad;
  const Place* before = nullptr;
  Place last;
  for (const Block& block : blocks.lane) {
    const Place box = drawing.box(block, x + kGap, at, inner);
    if (before != nullptr) {
      drawing.arrow({{last.middle_x(), last.bottom()}, {box.middle_x(), box.y}});
    }
    last = box;
    before = &last;
    at = box.bottom() + kGap;
  }
  return frame;
}

std::string wide(const StageRow& row, const Blocks& blocks, const std::string& alternative) {
  Drawing drawing(row);
  constexpr double kTop = 22;
  constexpr double kSide = 236;    // of the columns beside the lanes
  constexpr double kSpace = 44;    // between columns
  constexpr double kWidth = 1000;  // of the whole drawing
  const double lane_width = kWidth - 2 * kSide - 2 * kSpace - 24;
  const Place lane = draw_lane(drawing, blocks, *row.machine, kSide + kSpace, kTop, lane_width);
  const Place inputs = drawing.box(blocks.inputs, 2, kTop, kSide - 4);
  const double fetch_height = drawing.height_of(blocks.fetch, kSide - 4);
  const double activations_height = drawing.height_of(blocks.activations, kSide - 4);
  const double bottom =
      std::max(lane.bottom(), inputs.bottom() + fetch_height + activations_height + 4 * kGap);
  const double activations_y = bottom - activations_height;
  const double fetch_y = (inputs.bottom() + activations_y - fetch_height) / 2;
  const Place fetch = drawing.box(blocks.fetch, 2, fetch_y, kSide - 4);
  const Place activations = drawing.box(blocks.activations, 2, activations_y, kSide - 4);
  drawing.arrow({{inputs.middle_x(), inputs.bottom()}, {inputs.middle_x(), fetch.y}});
  drawing.arrow({{fetch.middle_x(), activations.y}, {fetch.middle_x(), fetch.bottom()}});
  drawing.arrow({{fetch.right(), fetch.middle_y()}, {lane.x, fetch.middle_y()}});
  const double right_x = kWidth - kSide + 2;
  const Place clock = drawing.box(blocks.clock, right_x, kTop, kSide - 4);
  const double write_height = drawing.height_of(blocks.write_back, kSide - 4);
  const double write_y = std::max(clock.bottom() + kGap, lane.bottom() - write_height - 2 * kGap);
  const Place write = drawing.box(blocks.write_back, right_x, write_y, kSide - 4);
  drawing.arrow({{lane.right(), write.middle_y()}, {write.x, write.middle_y()}});
  const double below = std::max(bottom, write.bottom()) + 20;
  drawing.arrow({{write.middle_x(), write.bottom()},
                 {write.middle_x(), below},
                 {activations.middle_x(), below},
                 {activations.middle_x(), activations.bottom()}});
  return drawing.svg(kWidth, below + 4, "wide", alternative);
}

std::string narrow(const StageRow& row, const Blocks& blocks, const std::string& alternative) {
  Drawing drawing(row);
  constexpr double kWidth = 344;
  double at = 2;
  Place last;
  const auto below = [&](const Block& block) {
    const Place place = drawing.box(block, 2, at, kWidth - 4);
    at = place.bottom() + kGap;
    last = place;
  };
  below(blocks.inputs);
  below(blocks.activations);
  const double reads_from = last.bottom();
  below(blocks.fetch);
  drawing.arrow({{kWidth / 2, reads_from}, {kWidth / 2, last.y}});
  const double fetched_at = last.bottom();
  const double behind = kLanesBehind * std::min(row.machine->lanes - 1, 3);
  const Place lane =
      draw_lane(drawing, blocks, *row.machine, 2, at + behind + 4, kWidth - 4 - behind);
  drawing.arrow({{kWidth / 2, fetched_at}, {kWidth / 2, lane.y}});
  at = lane.bottom() + kGap;
  Block write_back = blocks.write_back;
  write_back.facts.push_back("into the activation memory");
  below(write_back);
  drawing.arrow({{kWidth / 2, lane.bottom()}, {kWidth / 2, last.y}});
  below(blocks.clock);
  return drawing.svg(kWidth, last.bottom() + 2, "narrow", alternative);
}

}  // namespace

std::string machine_sentence(const MachineDescription& m) {
  std::string text = count_of(m.lanes, "lane", "lanes") + " of " +
                     count_of(m.macs_per_lane, "multiplier", "multipliers") + " at " +
                     readable_number(1000 / m.clock_period_ns) + " MHz, weights of " +
                     std::to_string(m.weight_bits) + " bits";
  if (const DescribedMemory* memory = memory_of(m, "weights")) {
    text += " in " + readable_number(memory->kibibytes()) + " KiB of " +
            (m.weight_storage == WeightStorage::rom ? "ROM" : "SRAM") + " at " +
            number_text(memory->voltage_v) + " V";
  }
  return text;
}

std::string machine_drawing(const StageRow& row) {
  if (!row.machine) return "";
  const Blocks blocks = blocks_of(row);
  const std::string alternative = "Drawing of the machine: " + machine_sentence(*row.machine) +
                                  "; the parts' powers are in the table of power by part.";
  return "<div class=\"machines\">\n" + wide(row, blocks, alternative) +
         narrow(row, blocks, alternative) + "</div>\n";
}

}  // namespace minerva
