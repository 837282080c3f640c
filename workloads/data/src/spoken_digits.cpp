#include "minerva/workloads/spoken_digits.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

#include "minerva/base/errors.hpp"
#include "minerva/data/unpacked_file.hpp"

namespace minerva::workloads {
namespace {

constexpr int kDigits = 10;
/// One line a digit; names of phonemes as in the CMU pronouncing dictionary.
const std::array<std::vector<std::string>, kDigits> kPronunciations{{{"Z", "IH", "R", "OW"},
                                                                     {"W", "AH", "N"},
                                                                     {"T", "UW"},
                                                                     {"TH", "R", "IY"},
                                                                     {"F", "AO", "R"},
                                                                     {"F", "AY", "V"},
                                                                     {"S", "IH", "K", "S"},
                                                                     {"S", "EH", "V", "AH", "N"},
                                                                     {"EY", "T"},
                                                                     {"N", "AY", "N"}}};

std::string existing_file(const std::string& folder, const std::string& name) {
  for (const std::string& each : {name, name + ".gz"}) {
    const std::string path = folder + "/" + each;
    std::error_code ignored;
    if (std::filesystem::is_regular_file(path, ignored)) return path;
  }
  return folder + "/" + name;  // the reader's message names it
}

std::vector<std::string> fields_of(std::string_view line) {
  std::vector<std::string> fields;
  std::size_t at = 0;
  while (true) {
    const std::size_t tab = line.find('\t', at);
    fields.emplace_back(line.substr(at, tab - at));
    if (tab == std::string_view::npos) return fields;
    at = tab + 1;
  }
}

std::int64_t whole_number(const std::string& text, const std::string& where, std::int64_t largest) {
  if (text.empty() || text.size() > 12 ||
      text.find_first_not_of("0123456789") != std::string::npos || std::stoll(text) > largest) {
    throw UserError(where, text, "needs a whole number of 0 to " + std::to_string(largest));
  }
  return std::stoll(text);
}

/// Scales all frames by mean and deviation of the training frames.
void normalise(SpokenDigits& digits) {
  std::array<double, kSpeechCoefficients> sum{};
  std::array<double, kSpeechCoefficients> squares{};
  double frames = 0;
  for (const SpokenDigit& each : digits.train) {
    frames += each.frames;
    for (std::size_t i = 0; i < each.features.size(); ++i) {
      const double value = each.features[i];
      sum[i % kSpeechCoefficients] += value;
      squares[i % kSpeechCoefficients] += value * value;
    }
  }
  for (std::vector<SpokenDigit>* part : {&digits.train, &digits.test}) {
    for (SpokenDigit& each : *part) {
      for (std::size_t i = 0; i < each.features.size(); ++i) {
        const std::size_t c = i % kSpeechCoefficients;
        const double mean = sum[c] / frames;
        const double variance = squares[c] / frames - mean * mean;
        each.features[i] =
            static_cast<float>((each.features[i] - mean) / std::sqrt(variance + 1e-8));
      }
    }
  }
}

}  // namespace

const std::vector<std::string>& digit_phonemes() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const auto& word : kPronunciations) {
      for (const std::string& phoneme : word) {
        if (std::find(all.begin(), all.end(), phoneme) == all.end()) all.push_back(phoneme);
      }
    }
    return all;
  }();
  return names;
}

std::vector<int> phonemes_of_digit(int digit) {
  expects(digit >= 0 && digit < kDigits, "a digit is 0 to 9");
  const std::vector<std::string>& names = digit_phonemes();
  std::vector<int> numbers;
  for (const std::string& phoneme : kPronunciations[static_cast<std::size_t>(digit)]) {
    numbers.push_back(
        1 + static_cast<int>(std::find(names.begin(), names.end(), phoneme) - names.begin()));
  }
  return numbers;
}

SpokenDigits read_spoken_digits(const std::string& folder) {
  const std::string pcm_path = existing_file(folder, "recordings-8khz-s16le.pcm");
  const std::vector<std::uint8_t> bytes = read_unpacked(pcm_path);
  if (bytes.size() % 2 != 0) {
    throw UserError(pcm_path, std::to_string(bytes.size()) + " bytes", "needs samples of 2 bytes");
  }
  std::vector<std::int16_t> samples(bytes.size() / 2);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] = static_cast<std::int16_t>(bytes[2 * i] | (bytes[2 * i + 1] << 8));
  }
  TextLines lines(existing_file(folder, "index.tsv"));
  std::string_view line;
  if (!lines.next(line) || line != "part\tdigit\tspeaker\tnumber\tfirst_sample\tsamples") {
    throw UserError(folder + "/index.tsv", std::string(line.substr(0, 60)),
                    "needs the heading part, digit, speaker, number, first_sample, samples with "
                    "tabs between them");
  }
  SpokenDigits digits;
  const auto largest = static_cast<std::int64_t>(samples.size());
  while (lines.next(line)) {
    const std::vector<std::string> fields = fields_of(line);
    if (fields.size() != 6 || (fields[0] != "train" && fields[0] != "test")) {
      throw UserError(lines.where(), std::string(line.substr(0, 60)),
                      "needs six fields, the first of them train or test");
    }
    SpokenDigit each;
    each.digit = static_cast<int>(whole_number(fields[1], lines.where(), kDigits - 1));
    each.speaker = fields[2];
    const std::int64_t first = whole_number(fields[4], lines.where(), largest);
    const std::int64_t count = whole_number(fields[5], lines.where(), largest - first);
    if (count < 1) throw UserError(lines.where(), fields[5], "needs at least one sample");
    each.features = mel_cepstrum(samples.data() + first, static_cast<std::size_t>(count));
    each.frames = static_cast<int>(each.features.size()) / kSpeechCoefficients;
    digits.longest_frames = std::max(digits.longest_frames, each.frames);
    (fields[0] == "train" ? digits.train : digits.test).push_back(std::move(each));
  }
  if (digits.train.empty() || digits.test.empty()) {
    throw UserError(folder + "/index.tsv", "", "needs recordings of both parts, train and test");
  }
  normalise(digits);
  return digits;
}

}  // namespace minerva::workloads
