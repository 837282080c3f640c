#include <sstream>

#include "minerva/base/errors.hpp"
#include "minerva/circuit/core_simulation.hpp"

namespace minerva::circuit {
namespace {

std::vector<std::string> lines_of(const std::vector<ExportedFile>& files, const std::string& name) {
  std::vector<std::string> lines;
  for (const ExportedFile& file : files) {
    if (file.name != name) continue;
    std::istringstream text(file.bytes);
    for (std::string line; std::getline(text, line);) {
      if (!line.empty()) lines.push_back(line);
    }
  }
  return lines;
}

std::vector<std::uint64_t> words_of(const std::vector<ExportedFile>& files,
                                    const std::string& name) {
  std::vector<std::uint64_t> words;
  for (const std::string& line : lines_of(files, name)) {
    words.push_back(std::stoull(line, nullptr, 16));
  }
  return words;
}

int digit_of(char digit) { return digit <= '9' ? digit - '0' : digit - 'a' + 10; }

/// So many bits of a row of hexadecimal digits, whose last digit has the lowest bits.
std::uint64_t bits_of(const std::string& row, std::int64_t low, std::int64_t count) {
  std::uint64_t word = 0;
  for (std::int64_t bit = 0; bit < count; ++bit) {
    const auto at = static_cast<std::size_t>(low + bit);
    const std::size_t digit = at / 4;
    if (digit >= row.size()) break;
    if ((digit_of(row[row.size() - 1 - digit]) >> (at % 4) & 1) != 0) {
      word |= std::uint64_t{1} << bit;
    }
  }
  return word;
}

std::uint64_t word_at(const std::vector<std::uint64_t>& words, std::int64_t row) {
  const auto at = static_cast<std::size_t>(row);
  return at < words.size() ? words[at] : 0;  // rows that no neuron uses
}

bool odd_parity(std::uint64_t word) {
  bool odd = false;
  for (; word != 0; word &= word - 1) odd = !odd;
  return odd;
}

}  // namespace

CoreMemories::CoreMemories(const std::vector<ExportedFile>& files) {
  for (const ExportedFile& file : files) {
    if (file.name == "machine_parameters.vh") parameters_ = machine_parameters(file.bytes);
  }
  const std::int64_t lanes = parameter("LANES");
  for (std::int64_t lane = 0; lane < lanes; ++lane) {
    const std::string of_lane = "_lane" + std::to_string(lane);
    for (std::int64_t bank = 0; bank < parameter("WEIGHT_BANKS"); ++bank) {
      const std::string of_bank = of_lane + "_bank" + std::to_string(bank) + ".hex";
      weights_.push_back(words_of(files, "weights" + of_bank));
      faults_.push_back(words_of(files, "faults" + of_bank));
    }
    biases_.push_back(words_of(files, "biases" + of_lane + ".hex"));
  }
  if (parameter("STREAM_WORDS") > 0) {
    off_chip_ = words_of(files, "weights_off_chip.hex");
    buffers_.assign(static_cast<std::size_t>(2 * lanes * parameter("WEIGHT_BANKS")),
                    Words(static_cast<std::size_t>(parameter("WEIGHT_WORDS"))));
  }
  input_rows_ = lines_of(files, "inputs.hex");
  inputs_.assign(static_cast<std::size_t>(parameter("INPUT_BANKS")),
                 Words(static_cast<std::size_t>(parameter("INPUT_WORDS"))));
  activations_.assign(
      static_cast<std::size_t>(parameter("REGIONS") * parameter("ACTIVATION_BANKS")),
      Words(static_cast<std::size_t>(parameter("ACTIVATION_WORDS"))));
}

std::int64_t CoreMemories::parameter(const std::string& name) const {
  const auto found = parameters_.find(name);
  if (found == parameters_.end()) throw ContractViolation("CoreMemories: no parameter " + name);
  return found->second;
}

void CoreMemories::load_sample(std::int64_t sample) {
  const std::int64_t rows = parameter("INPUT_WORDS");
  const std::int64_t bits = parameter("ACTIVATION_BITS");
  for (std::int64_t row = 0; row < rows; ++row) {
    const std::string& text = input_rows_.at(static_cast<std::size_t>(sample * rows + row));
    for (std::size_t bank = 0; bank < inputs_.size(); ++bank) {
      inputs_[bank][static_cast<std::size_t>(row)] =
          bits_of(text, static_cast<std::int64_t>(bank) * bits, bits);
    }
  }
}

CoreMemories::WeightWord CoreMemories::weight(std::int64_t lane, std::int64_t bank,
                                              std::int64_t row) const {
  const auto at = static_cast<std::size_t>(lane * parameter("WEIGHT_BANKS") + bank);
  const std::uint64_t faults = word_at(faults_[at], row);
  const std::int64_t detector = parameter("DETECTOR");
  const std::uint64_t parity = odd_parity(faults) ? 1 : 0;
  return {word_at(weights_[at], row) ^ faults, detector == 1 ? faults : detector == 2 ? parity : 0};
}

std::uint64_t CoreMemories::bias(std::int64_t lane, std::int64_t row) const {
  return word_at(biases_[static_cast<std::size_t>(lane)], row);
}

std::uint64_t CoreMemories::off_chip(std::int64_t word) const { return word_at(off_chip_, word); }

std::uint64_t& CoreMemories::buffered(std::int64_t lane, std::int64_t bank, std::int64_t row) {
  const auto at = static_cast<std::size_t>(2 * lane * parameter("WEIGHT_BANKS") + bank);
  return buffers_.at(at).at(static_cast<std::size_t>(row));
}

std::uint64_t CoreMemories::input(std::int64_t bank, std::int64_t row) const {
  return word_at(inputs_[static_cast<std::size_t>(bank)], row);
}

std::uint64_t& CoreMemories::activation(std::int64_t bank, std::int64_t row) {
  return activations_.at(static_cast<std::size_t>(bank)).at(static_cast<std::size_t>(row));
}

}  // namespace minerva::circuit
