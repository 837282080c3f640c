#include "fault_counts.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <sstream>

#include "minerva/base/checksum.hpp"
#include "minerva/base/enum_names.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/data/samples_key.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/run/logging.hpp"

namespace minerva::faultsim {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFormat = "minerva-fault-counts-1";
/// Is incremented with every change of engine or maps after which a map counts otherwise.
constexpr int kArithmeticVersion = 1;
/// No file of counts is larger: 10,000 maps at 100 rates of 14 pairs of mitigation and set.
constexpr std::size_t kLargestFile = std::size_t{1} << 28;
constexpr std::size_t kDigestDigits = 64;
constexpr const char* kNotCounted = "-";

[[noreturn]] void reject(const std::string& where, std::size_t line, const std::string& found) {
  throw UserError(where + ":" + std::to_string(line), found, "is no line of counts of fault maps");
}

template <typename Number>
std::optional<Number> number_of(const std::string& word) {
  Number value{};
  const char* end = word.data() + word.size();
  const auto read = std::from_chars(word.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return value;
}

std::string format_text(const QFormat& f) {
  return std::to_string(f.integer_bits) + "." + std::to_string(f.fraction_bits) + " ";
}

/// Maps that choose and maps that confirm have numbers far apart: a line each.
bool same_line(const FaultAnswer& a, const FaultAnswer& b) {
  return a.rate == b.rate && (a.map < kFirstConfirmingMap) == (b.map < kFirstConfirmingMap);
}

std::string lines_of(const std::vector<FaultAnswer>& answers) {
  std::string text;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const FaultAnswer& a = answers[i];
    const bool begins = i == 0 || !same_line(answers[i - 1], a);
    if (begins) {
      text += (i > 0 ? "\n" : "") + CsvCell(a.rate).text() + " " + std::to_string(a.map);
    } else {
      for (int gap = answers[i - 1].map + 1; gap < a.map; ++gap)
        text += std::string(" ") + kNotCounted;
    }
    text += std::string(a.over ? " >" : " ") + std::to_string(a.wrong);
  }
  return text.empty() ? text : text + "\n";
}

/// "content DIGEST bit zero razor validation 4000".
CountedMaps content_line(const std::vector<std::string>& words, const std::string& where,
                         std::size_t line) {
  if (words.size() != 7 || words[1].size() != kDigestDigits) reject(where, line, words.front());
  CountedMaps counted;
  counted.content = words[1];
  counted.mitigation.masking = parse_enum<Masking>(words[2], where);
  counted.mitigation.sign = parse_enum<SignPolicy>(words[3], where);
  counted.mitigation.detector = parse_enum<Detector>(words[4], where);
  counted.set = words[5];
  const auto samples = number_of<std::int64_t>(words[6]);
  if (!samples || *samples < 1) reject(where, line, words[6]);
  counted.samples = *samples;
  return counted;
}

void add_answers(CountedMaps& counted, const std::vector<std::string>& words,
                 const std::string& where, std::size_t line) {
  const double rate = number_of<double>(words.front()).value_or(-1);
  const int first = words.size() > 2 ? number_of<int>(words[1]).value_or(-1) : -1;
  if (!(rate >= 0 && rate <= kMaxFaultRate) || first < 0 || first > kFirstConfirmingMap) {
    reject(where, line, words.front());
  }
  for (std::size_t i = 2; i < words.size(); ++i) {
    if (words[i] == kNotCounted) continue;
    const bool over = words[i].front() == '>';
    constexpr std::int64_t kNoNumber = -2;
    const std::int64_t wrong =
        number_of<std::int64_t>(words[i].substr(over ? 1 : 0)).value_or(kNoNumber);
    const FaultAnswer answer{rate, first + static_cast<int>(i) - 2, wrong, over};
    const bool rises =
        counted.answers.empty() || counted.answers.back().rate < answer.rate ||
        (counted.answers.back().rate == answer.rate && counted.answers.back().map < answer.map);
    if (!rises || wrong < (over ? -1 : 0) || wrong > counted.samples - (over ? 1 : 0)) {
      reject(where, line, words[i]);
    }
    counted.answers.push_back(answer);
  }
}

}  // namespace

std::string content_of_counts(const QuantizedGraph& network, const Samples& samples,
                              std::uint64_t seed, const std::optional<FaultCriterion>& criterion) {
  Sha256 digest;
  const auto add = [&digest](const std::string& text) { digest.add(text.data(), text.size()); };
  const Mitigation& m = network.mitigation;
  add("counts of fault maps, arithmetic " + std::to_string(kArithmeticVersion) + "\nseed " +
      std::to_string(seed) + "\n" + samples_key(samples) + "\nrounding " +
      to_string(network.rounding) + "\n" + to_string(m.masking) + " " + to_string(m.sign) + " " +
      to_string(m.detector) + "\n");
  if (criterion) add(std::string("criterion ") + to_string(*criterion) + "\n");
  for (const QuantizedLayer& layer : network.layers) {
    add("layer " + std::to_string(layer.n_in) + " " + std::to_string(layer.n_out) + " " +
        format_text(layer.formats.weight) + format_text(layer.formats.activation) +
        format_text(layer.formats.product) + std::to_string(layer.formats.scale_exponent) + " " +
        std::to_string(layer.theta_code) + "\n");
    if (!layer.formats.codebook.empty()) {
      std::string entries = "codebook";
      for (const int entry : layer.formats.codebook.entries) entries += " " + std::to_string(entry);
      add(entries + "\n");
    }
    digest.add(layer.weights.data(), layer.weights.size() * sizeof layer.weights.front());
    digest.add(layer.biases.data(), layer.biases.size() * sizeof layer.biases.front());
  }
  return digest.finish();
}

std::string fault_counts_text(const std::vector<CountedMaps>& counted) {
  std::string text;
  for (const CountedMaps& c : counted) {
    text += "content " + c.content + " " + to_string(c.mitigation.masking) + " " +
            to_string(c.mitigation.sign) + " " + to_string(c.mitigation.detector) + " " + c.set +
            " " + std::to_string(c.samples) + "\n" + lines_of(c.answers);
  }
  return std::string(kFormat) + " " + sha256(text.data(), text.size()) + "\n" + text;
}

std::vector<CountedMaps> fault_counts_from_text(const std::string& text, const std::string& where) {
  const std::size_t end = text.find('\n');
  const std::string rest = end == std::string::npos ? "" : text.substr(end + 1);
  if (text.substr(0, end) != std::string(kFormat) + " " + sha256(rest.data(), rest.size())) {
    throw UserError(where, "", "is not what was written: format or checksum differ");
  }
  std::vector<CountedMaps> all;
  std::istringstream lines(rest);
  std::size_t number = 1;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    std::istringstream in(line);
    std::vector<std::string> words;
    for (std::string word; in >> word;) words.push_back(word);
    if (words.empty()) reject(where, number, line);
    if (words.front() == "content") {
      all.push_back(content_line(words, where, number));
    } else if (all.empty()) {
      reject(where, number, words.front());
    } else {
      add_answers(all.back(), words, where, number);
    }
  }
  return all;
}

void KeptCounts::read(const std::string& path) {
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return;
  try {
    for (CountedMaps& counted : fault_counts_from_text(read_file(path, kLargestFile), path)) {
      by_content_[counted.content].push_back(std::move(counted));
    }
  } catch (const UserError& error) {
    log_warning(std::string(error.what()) + "; its fault maps are counted again");
  }
}

void KeptCounts::read_folders_in(const std::string& path) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
    files.push_back((at->path() / kFile).string());
  }
  std::sort(files.begin(), files.end());
  for (const std::string& file : files) read(file);
}

const std::vector<CountedMaps>& KeptCounts::of(const std::string& content) const {
  static const std::vector<CountedMaps> none;
  const auto found = by_content_.find(content);
  return found != by_content_.end() ? found->second : none;
}

}  // namespace minerva::faultsim
