#include "verilog_text.hpp"

#include <algorithm>

namespace minerva {
int number_of_rounding(Rounding rounding) {
  switch (rounding) {
    case Rounding::half_up:
      return 0;
    case Rounding::half_even:
      return 1;
    case Rounding::truncate:
      return 2;
  }
  return 0;
}

int number_of_masking(Masking masking) {
  return masking == Masking::none ? 0 : masking == Masking::word ? 1 : 2;
}

int number_of_detector(Detector detector) {
  return detector == Detector::none ? 0 : detector == Detector::razor ? 1 : 2;
}

void Parameters::add(const std::string& name, std::int64_t value, const std::string& comment) {
  std::string line = "  localparam " + name + " = " + std::to_string(value) + ";";
  if (!comment.empty()) {
    if (line.size() < 44) line.resize(44, ' ');
    line += "// " + comment;
  }
  text_ += line + "\n";
}

void settle_shifts(const std::vector<int>& shifts, RoundingSettings& settings) {
  for (const int shift : shifts) settings.shift = std::max(settings.shift, shift);
  for (const int shift : shifts) {
    settings.align.push_back(settings.shift - shift);
    settings.align_most = std::max(settings.align_most, settings.align.back());
  }
}

std::int64_t the_same(const std::vector<std::int64_t>& values) {
  const bool equal =
      std::all_of(values.begin(), values.end(), [&](auto v) { return v == values.front(); });
  return equal ? values.front() : 0;
}

std::vector<std::int64_t> widened(const std::vector<int>& values) {
  return {values.begin(), values.end()};
}

void add_rounding(Parameters& p, const std::string& signal, const RoundingSettings& settings) {
  p.add(signal + "_SHIFT", settings.shift, "to the right, less the align of the layer");
  p.add(signal + "_ALIGN_MOST", settings.align_most);
  p.add(signal + "_ALIGN_BITS", bits_to_count(settings.align_most));
}

void add_memory(Parameters& p, const std::string& name, const MemoryArray& memory) {
  p.add(name + "_WORDS", std::max<std::int64_t>(memory.words, 1), "of a bank");
  p.add(name + "_ROW_BITS", address_bits(memory.words));
}

std::int64_t largest_stored(const LayerFormats& formats) {
  return (std::int64_t{1} << (formats.stored_weight_bits() - 1)) - 1;
}

std::string choice(const std::string& name, int bits, const std::vector<std::int64_t>& values) {
  const auto literal = [&](std::int64_t value) {
    std::uint64_t word = static_cast<std::uint64_t>(value);
    if (bits < 64) word &= (std::uint64_t{1} << bits) - 1;
    return std::to_string(bits) + "'d" + std::to_string(word);
  };
  const bool all_equal =
      std::all_of(values.begin(), values.end(), [&](auto v) { return v == values.front(); });
  std::string text = "  assign " + name + " =";
  if (all_equal) {
    text += " " + literal(values.front()) + ";\n";
  } else {
    text += "\n";
    for (std::size_t k = 0; k + 1 < values.size(); ++k) {
      text += "    layer == " + std::to_string(k) + " ? " + literal(values[k]) + " :\n";
    }
    text += "    " + literal(values.back()) + ";\n";
  }
  return text;
}

}  // namespace minerva
