#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <numeric>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "minerva/arithmetic/random.hpp"
#include "minerva/data/idx.hpp"
#include "minerva/data/known_sets.hpp"
#include "minerva/data/load_dataset.hpp"

// The five data sets of the book, from the files that minerva data names. Counts are those of the
// data's own description and of the book (Table 4.1); vectors are recomputed here from the files
// with maps and plain loops.
namespace minerva {
namespace {

class RealData : public testing::Test {
 protected:
  void SetUp() override {
    const char* dir = std::getenv("MINERVA_DATA_DIR");
    if (dir == nullptr) GTEST_SKIP() << "MINERVA_DATA_DIR is not set: no data sets to test on";
    options_.dir = dir;
  }
  Dataset load(const std::string& set) {
    options_.set = set;
    return load_dataset(options_);
  }
  /// The lines of a set's file, by zlib alone.
  std::vector<std::string> lines_of(const std::string& set, std::size_t file) const {
    const std::string path = find_data_file(options_.dir, set, known_set(set).files.at(file));
    gzFile in = gzopen(path.c_str(), "rb");
    EXPECT_NE(in, nullptr) << path;
    std::string text;
    std::vector<char> buffer(1 << 16);
    for (int read = 1; read > 0;) {
      read = gzread(in, buffer.data(), static_cast<unsigned>(buffer.size()));
      text.append(buffer.data(), static_cast<std::size_t>(std::max(read, 0)));
    }
    gzclose(in);
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
  }

  DataOptions options_;
};

std::vector<std::int64_t> class_counts(const Samples& part, std::size_t classes) {
  std::vector<std::int64_t> counts(classes);
  for (const std::int32_t label : part.labels) ++counts.at(static_cast<std::size_t>(label));
  return counts;
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream stream(line.substr(line.find('\t')));
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

TEST_F(RealData, MnistIsReadWhole) {
  const Dataset data = load("mnist");
  EXPECT_EQ(data.train.size(), 50000);
  EXPECT_EQ(data.validation.size(), 10000);
  EXPECT_EQ(data.test.size(), 10000);
  EXPECT_EQ(data.inputs(), 784);
  const std::vector<std::int32_t> first(data.test.labels.begin(), data.test.labels.begin() + 5);
  EXPECT_EQ(first, (std::vector<std::int32_t>{7, 2, 1, 0, 4}));  // as every tutorial prints them
}

TEST_F(RealData, MnistValidationIsTheSameAsEver) {
  // The first of a permutation keyed by the split seed: networks trained before have not seen it.
  const Dataset data = load("mnist");
  const std::vector<std::uint8_t> labels =
      read_idx_labels(find_data_file(options_.dir, "mnist", known_set("mnist").files.at(1)), 10);
  std::vector<std::size_t> order(labels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  KeyedRandom random(1, Stream::data_split);
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  std::sort(order.begin(), order.begin() + 10000);
  std::sort(order.begin() + 10000, order.end());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::int32_t found = i < 10000 ? data.validation.labels[i] : data.train.labels[i - 10000];
    ASSERT_EQ(found, labels[order[i]]) << i;
  }
}

TEST_F(RealData, ForestHasItsOwnSplit) {
  options_.classes = 8;  // outputs of the book's network
  options_.scaling = InputScaling::none;
  const Dataset data = load("forest");
  EXPECT_EQ(data.inputs(), 54);
  EXPECT_EQ(data.classes, 8);
  EXPECT_EQ(data.class_names.size(), 7U);
  EXPECT_EQ(class_counts(data.train, 7), std::vector<std::int64_t>(7, 1620));
  EXPECT_EQ(class_counts(data.validation, 7), std::vector<std::int64_t>(7, 540));
  const std::vector<std::string> lines = lines_of("forest", 0);
  EXPECT_EQ(data.test.size(), static_cast<std::int64_t>(lines.size()) - 15120);
  const auto row_of = [&](const Samples& part, std::size_t sample) {
    std::string row;
    for (Eigen::Index i = 0; i < 54; ++i) {
      row += std::to_string(
                 static_cast<int>(part.inputs.dense()(i, static_cast<Eigen::Index>(sample)))) +
             ",";
    }
    return row + data.class_names[static_cast<std::size_t>(part.labels[sample])];
  };
  for (std::size_t i = 0; i < lines.size(); i += 977) {
    EXPECT_EQ(i < 11340   ? row_of(data.train, i)
              : i < 15120 ? row_of(data.validation, i - 11340)
                          : row_of(data.test, i - 15120),
              lines[i])
        << "row " << i + 1;
  }
  EXPECT_EQ(row_of(data.train, 11339), lines[11339]);
  EXPECT_EQ(row_of(data.validation, 0), lines[11340]);
  EXPECT_EQ(row_of(data.validation, 3779), lines[15119]);
  EXPECT_EQ(row_of(data.test, 0), lines[15120]);
}

TEST_F(RealData, ForestIsStandardizedByItsTrainingRows) {
  const Dataset data = load("forest");
  const std::vector<std::string> lines = lines_of("forest", 0);
  const auto column = [&](std::size_t row, int index) {
    std::istringstream fields(lines[row]);
    std::string field;
    for (int i = 0; i <= index; ++i) std::getline(fields, field, ',');
    return std::stod(field);
  };
  for (const int input : {0, 3, 9, 10, 40}) {
    double sum = 0;
    double squares = 0;
    for (std::size_t row = 0; row < 11340; ++row) sum += column(row, input);
    const double mean = sum / 11340;
    for (std::size_t row = 0; row < 11340; ++row) squares += std::pow(column(row, input) - mean, 2);
    const double deviation = std::sqrt(squares / 11340);
    for (const std::size_t row : {15120U, 20000U, 221452U}) {
      const double expected =
          input < 10 ? (column(row, input) - mean) / deviation : column(row, input);  // flags stay
      const double found = static_cast<double>(
          data.test.inputs.dense()(input, static_cast<Eigen::Index>(row - 15120)));
      EXPECT_NEAR(found, expected, 1e-6 * std::max(1.0, std::fabs(expected)));
    }
  }
}

struct TextSet {
  const char* name;
  int inputs;  // book, Table 4.1
  int classes;
  std::int64_t train, test, empty_train, empty_test;
};

void PrintTo(const TextSet& set, std::ostream* out) { *out << set.name; }

class RealText : public RealData, public testing::WithParamInterface<TextSet> {};

TEST_P(RealText, HasTheBooksInputsAndEveryDocument) {
  const TextSet& expected = GetParam();
  const Dataset data = load(expected.name);
  EXPECT_EQ(data.inputs(), expected.inputs);
  EXPECT_EQ(data.classes, expected.classes);
  EXPECT_EQ(data.train.size() + data.validation.size(), expected.train);
  EXPECT_EQ(data.validation.size(), expected.train * 15 / 100);
  EXPECT_EQ(data.test.size(), expected.test);
  EXPECT_EQ(data.train_terms.empty_documents + data.validation_terms.empty_documents,
            expected.empty_train);
  EXPECT_EQ(data.test_terms.empty_documents, expected.empty_test);
  std::map<std::string, std::int64_t> train;
  std::map<std::string, std::int64_t> test;
  for (const std::string& line : lines_of(expected.name, 0))
    ++train[line.substr(0, line.find('\t'))];
  for (const std::string& line : lines_of(expected.name, 1))
    ++test[line.substr(0, line.find('\t'))];
  const auto classes = static_cast<std::size_t>(expected.classes);
  ASSERT_EQ(train.size(), classes);
  const auto in_train = class_counts(data.train, classes);
  const auto in_validation = class_counts(data.validation, classes);
  const auto in_test = class_counts(data.test, classes);
  for (std::size_t c = 0; c < classes; ++c) {
    EXPECT_GE(in_train[c], 1) << data.class_names[c];
    EXPECT_EQ(in_train[c] + in_validation[c], train[data.class_names[c]]) << data.class_names[c];
    EXPECT_EQ(in_test[c], test[data.class_names[c]]) << data.class_names[c];
  }
}

TEST_P(RealText, DocumentsAreWhatAPlainCountGives) {
  const TextSet& expected = GetParam();
  const Dataset data = load(expected.name);
  const std::vector<std::string> train = lines_of(expected.name, 0);
  const std::vector<std::string> test = lines_of(expected.name, 1);
  const std::set<std::string> vocabulary(data.input_names.begin(), data.input_names.end());
  ASSERT_EQ(vocabulary.size(), data.input_names.size());
  EXPECT_TRUE(std::is_sorted(data.input_names.begin(), data.input_names.end()));

  // The cut: no term left out stands in more documents than one kept.
  std::map<std::string, int> whole_frequency;
  for (const std::string& line : train) {
    const auto words = words_of(line);
    for (const std::string& word : std::set<std::string>(words.begin(), words.end())) {
      ++whole_frequency[word];
    }
  }
  int least_kept = 1 << 30;
  int most_dropped = 0;
  std::string last_kept;  // in byte order, of those at the boundary
  std::string first_dropped = "\xff";
  for (const auto& [word, frequency] : whole_frequency) {
    if (vocabulary.count(word) != 0) {
      least_kept = std::min(least_kept, frequency);
    } else {
      most_dropped = std::max(most_dropped, frequency);
    }
  }
  for (const auto& [word, frequency] : whole_frequency) {
    if (vocabulary.count(word) != 0 && frequency == least_kept) last_kept = word;
    if (vocabulary.count(word) == 0 && frequency == most_dropped) {
      first_dropped = std::min(first_dropped, word);
    }
  }
  EXPECT_GE(least_kept, most_dropped);
  if (least_kept == most_dropped) {
    EXPECT_LT(last_kept, first_dropped);
  }
  EXPECT_EQ(least_kept, std::string(expected.name) == "reuters" ? 9
                        : std::string(expected.name) == "webkb" ? 8
                                                                : 3);

  // idf is of the training part: the lines of the file without the validation samples. Which those
  // are shows in the labels and counts of each sample; the order of the file is kept in both.
  std::map<std::string, int> frequency;
  const SparseInputs& inputs = data.train.inputs.sparse();
  for (Eigen::Index k = 0; k < inputs.nonZeros(); ++k) {
    ++frequency[data.input_names[static_cast<std::size_t>(inputs.innerIndexPtr()[k])]];
  }
  const double samples = static_cast<double>(data.train.size());
  std::int64_t dropped = 0;
  for (std::size_t d = 0; d < test.size(); ++d) {
    std::map<std::string, int> counts;
    for (const std::string& word : words_of(test[d])) {
      if (vocabulary.count(word) != 0) {
        ++counts[word];
      } else {
        ++dropped;
      }
    }
    std::map<std::string, double> weights;
    for (const auto& [word, count] : counts) {
      const double idf = std::log((1 + samples) / (1 + frequency[word])) + 1;
      weights[word] = (1 + std::log(count)) * idf;
    }
    std::size_t seen = 0;
    for (SparseInputs::InnerIterator x(data.test.inputs.sparse(), static_cast<Eigen::Index>(d)); x;
         ++x) {
      const std::string& word = data.input_names[static_cast<std::size_t>(x.index())];
      ASSERT_EQ(counts.count(word), 1U) << "document " << d << ", " << word;
      // Rounded once to single precision, by 2^-24 of the value at most.
      ASSERT_NEAR(static_cast<double>(x.value()), weights[word], weights[word] * 0x1.1p-24)
          << "document " << d << ", " << word;
      ++seen;
    }
    ASSERT_EQ(seen, counts.size()) << "document " << d;
  }
  EXPECT_EQ(dropped, data.test_terms.dropped);
}

TEST_P(RealText, PartsAreDisjointDocumentsInFileOrder) {
  // With plain counts a sample is its line's counts; both parts must be subsequences of the file
  // that together are all of it.
  options_.weighting = Weighting::counts;
  options_.scaling = InputScaling::none;
  const TextSet& expected = GetParam();
  const Dataset data = load(expected.name);
  const std::vector<std::string> lines = lines_of(expected.name, 0);
  std::map<std::string, std::int32_t> index;
  for (const std::string& name : data.input_names) {
    index[name] = static_cast<std::int32_t>(index.size());
  }
  const auto is_line = [&](const Samples& part, Eigen::Index sample, const std::string& line) {
    if (sample >= part.size()) return false;
    const auto label = static_cast<std::size_t>(part.labels[static_cast<std::size_t>(sample)]);
    if (data.class_names[label] != line.substr(0, line.find('\t'))) return false;
    std::map<std::int32_t, float> counts;
    for (const std::string& word : words_of(line)) {
      const auto found = index.find(word);
      if (found != index.end()) counts[found->second] += 1;
    }
    std::map<std::int32_t, float> found;
    for (SparseInputs::InnerIterator x(part.inputs.sparse(), sample); x; ++x) {
      found[static_cast<std::int32_t>(x.index())] = x.value();
    }
    return found == counts;
  };
  Eigen::Index next_train = 0;
  Eigen::Index next_validation = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (is_line(data.train, next_train, lines[i])) {
      ++next_train;
    } else {
      ASSERT_TRUE(is_line(data.validation, next_validation, lines[i])) << "line " << i + 1;
      ++next_validation;
    }
  }
  EXPECT_EQ(next_train, data.train.size());
  EXPECT_EQ(next_validation, data.validation.size());
}

INSTANTIATE_TEST_SUITE_P(Sets, RealText,
                         testing::Values(TextSet{"reuters", 2837, 52, 6532, 2568, 0, 0},
                                         TextSet{"webkb", 3418, 4, 2803, 1396, 18, 13},
                                         TextSet{"20ng", 21979, 20, 11293, 7528, 0, 1}),
                         [](const auto& set) { return std::string("Set") + set.param.name; });

TEST_F(RealData, FilesAreThoseThatTheFiguresComeFrom) {
  for (const KnownSet& set : known_sets()) {
    for (const KnownFile& file : set.files) {
      const FileInspection found = inspect_file(options_.dir, set, file);
      EXPECT_TRUE(found.state == FileState::same_file || found.state == FileState::same_content)
          << found.path << ": " << to_string(found.state);
    }
  }
}

}  // namespace
}  // namespace minerva
