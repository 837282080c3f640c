#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <vector>

#include "data_files.hpp"
#include "minerva/data/bag_of_words.hpp"
#include "minerva/data/load_dataset.hpp"

namespace minerva {
namespace {
using test::expect_refused;
using test::packed;
using Words = std::vector<std::string>;

class DocumentsTest : public test::FilesTest {
 protected:
  Documents read(const std::string& bytes) const { return read_documents(write("text", bytes)); }
  static std::vector<std::size_t> all_of(const Documents& documents) {
    std::vector<std::size_t> places(documents.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    return places;
  }
  static Words cut(const Documents& documents, int min_df, int max_terms) {
    return choose_vocabulary(documents, all_of(documents), min_df, max_terms).terms;
  }
  void refuse(const std::string& bytes, const std::string& place, const std::string& reason) const {
    SCOPED_TRACE(bytes.substr(0, 60));
    const std::string path = write("text", bytes);
    expect_refused([&] { read_documents(path); }, path + place, reason);
  }
};

TEST_F(DocumentsTest, ReadsClassesAndTerms) {
  const std::string text = "sport\tball  goal ball \nart\t\nart\tpaint\tball\n";
  for (const std::string& bytes :
       {text, packed(text), text.substr(0, text.size() - 1), "\xef\xbb\xbf" + text,
        std::string("sport\tball goal ball\r\nart\t\r\nart\tpaint ball\r\n")}) {
    const Documents documents = read(bytes);
    EXPECT_EQ(documents.labels, (Words{"sport", "art", "art"}));
    EXPECT_EQ(documents.terms, (Words{"ball", "goal", "paint"}));
    EXPECT_EQ(documents.occurrences, (std::vector<std::int32_t>{0, 1, 0, 2, 0}));
    EXPECT_EQ(documents.begins, (std::vector<std::size_t>{0, 3, 3, 5}));
  }
  EXPECT_EQ(read("a\t\xc3\xa4 \xff\n").terms, (Words{"\xc3\xa4", "\xff"}));  // bytes as they are
}

TEST_F(DocumentsTest, RefusesOtherFiles) {
  refuse("", "", "is empty");
  refuse("a\tx\nb x\n", ":2", "a TAB");
  refuse("a\tx\n\nb\ty\n", ":2", "a TAB");
  refuse("a\tx\n\ty\n", ":2", "needs a class");
  refuse("a\t\nb\t \n", "", "all are empty");
  refuse(std::string("a\tx\nb\t\1\n"), ":2", "control characters");
  refuse("a\tx\nb\t" + std::string((1 << 22) + 1, 'y') + "\n", ":2", "at most 4194304 bytes");
  const std::string gzip = packed("a\tx y z\nb\ty z\n");
  for (std::size_t size = 3; size < gzip.size(); ++size) refuse(gzip.substr(0, size), "", "trunc");
}

TEST_F(DocumentsTest, CutsByDocumentFrequency) {
  // df: x 3 (5 occurrences), y 2, b 1, a 1, Z 1
  const Documents documents = read("a\tx x x y\nb\tx b a\na\ty x Z\n");
  EXPECT_EQ(cut(documents, 1, 0), (Words{"Z", "a", "b", "x", "y"}));  // byte order
  EXPECT_EQ(cut(documents, 2, 0), (Words{"x", "y"}));
  EXPECT_EQ(cut(documents, 3, 0), (Words{"x"}));
  EXPECT_EQ(cut(documents, 1, 3), (Words{"Z", "x", "y"}));  // ties: Z before a before b
  EXPECT_EQ(cut(documents, 1, 4), (Words{"Z", "a", "x", "y"}));
  EXPECT_EQ(cut(documents, 2, 4), (Words{"x", "y"}));
  EXPECT_EQ(choose_vocabulary(documents, {1}, 1, 0).terms, (Words{"a", "b", "x"}));
  const Documents sparse = read("a\tx\nb\ty\na\tz\n");
  expect_refused([&] { cut(sparse, 2, 0); }, "data.vocabulary_min_df",
                 "leaves no term: needs at most 1");
  expect_refused([&] { cut(sparse, 4, 0); }, "data.vocabulary_min_df", "needs at most 3");
}

TEST_F(DocumentsTest, CountsTermsAndWhatIsDropped) {
  const Documents documents = read("a\tx x y q\nb\t\na\tq q\nb\ty z x y\n");
  const Vocabulary vocabulary = choose_vocabulary(read("a\tz x\nb\ty\n"), {0, 1}, 1, 0);
  ASSERT_EQ(vocabulary.terms, (Words{"x", "y", "z"}));
  TermCounts counts;
  const SparseInputs inputs = count_terms(documents, all_of(documents), vocabulary, counts);
  const Eigen::MatrixXf expected =
      (Eigen::MatrixXf(3, 4) << 2, 0, 0, 1, 1, 0, 0, 2, 0, 0, 0, 1).finished();
  EXPECT_EQ(Eigen::MatrixXf(inputs), expected);
  EXPECT_EQ(inputs.nonZeros(), 5);
  EXPECT_TRUE(inputs.isCompressed());
  EXPECT_EQ(counts.kept, 7);
  EXPECT_EQ(counts.dropped, 3);
  EXPECT_EQ(counts.empty_documents, 1);
  EXPECT_EQ(counts.zero_samples, 2);
}

// ---- data sets of documents ----

class DocumentSetTest : public DocumentsTest {
 protected:
  DataOptions options() const {
    DataOptions options;
    options.set = "bag_of_words";
    options.train_file = (folder_ / "train").string();
    options.test_file = (folder_ / "test").string();
    options.weighting = Weighting::counts;
    options.scaling = InputScaling::none;
    options.validation_samples = 2;
    return options;
  }
};

TEST_F(DocumentSetTest, KeepsEmptyDocumentsAndDropsUnknownTerms) {
  write("train", "a\tx\na\tx y\nb\ty\nb\ty z\nb\t\n");
  write("test", "a\tx new new\nb\t\nb\tnew\n");
  const Dataset data = load_dataset(options());
  EXPECT_EQ(data.train.size(), 3);
  EXPECT_EQ(data.validation.size(), 2);
  EXPECT_EQ(data.inputs(), 3);
  EXPECT_EQ(data.input_shape, TensorShape::vector(3));
  EXPECT_EQ(data.input_names, (Words{"x", "y", "z"}));  // of train and validation together
  EXPECT_TRUE(data.train.inputs.is_sparse());
  EXPECT_EQ(data.test.size(), 3);
  EXPECT_EQ(data.test.labels, (std::vector<std::int32_t>{0, 1, 1}));
  EXPECT_EQ(data.test.inputs.at(0, 0), 1);
  EXPECT_EQ(data.test.inputs.sparse().nonZeros(), 1);
  EXPECT_EQ(data.test_terms.dropped, 3);
  EXPECT_EQ(data.test_terms.kept, 1);
  EXPECT_EQ(data.test_terms.empty_documents, 1);
  EXPECT_EQ(data.test_terms.zero_samples, 2);
  EXPECT_EQ(data.train_terms.kept + data.validation_terms.kept, 6);
  EXPECT_EQ(data.train_terms.empty_documents + data.validation_terms.empty_documents, 1);
}

TEST_F(DocumentSetTest, TakesNoTermFromHeldOutTestDocuments) {
  // Every document has a term of its own, so the vocabulary says which documents it comes from.
  std::string text;
  for (int i = 0; i < 30; ++i) {
    text += std::string(i % 2 == 0 ? "a" : "b") + "\tboth t" + std::to_string(i) + "\n";
  }
  write("train", text);
  DataOptions options = this->options();
  options.test_file = "";
  options.test_samples = 10;
  const Dataset data = load_dataset(options);
  EXPECT_EQ(data.inputs(), 1 + 20);
  EXPECT_EQ(data.test_terms.kept, 10);     // "both"
  EXPECT_EQ(data.test_terms.dropped, 10);  // its own
  EXPECT_EQ(data.validation_terms.dropped, 0);
}

TEST_F(DocumentSetTest, RefusesClassesAndCutsThatCannotBe) {
  write("train", "a\tx\na\tx y\nb\ty\nb\ty z\n");
  const std::string test = write("test", "a\tx\nc\tx\n");
  expect_refused([&] { load_dataset(options()); }, test + ":2", "needs one of the 2 classes");
  write("test", "a\tx\n");
  DataOptions options = this->options();
  options.vocabulary_min_df = 4;
  expect_refused([&] { load_dataset(options); }, "data.vocabulary_min_df", "leaves no term");
  options.vocabulary_min_df = 5;
  expect_refused([&] { load_dataset(options); }, "data.vocabulary_min_df", "needs at most 4");
  options.vocabulary_min_df = 3;
  options.vocabulary_max_terms = 1;
  EXPECT_EQ(load_dataset(options).input_names, (Words{"y"}));
  options.validation_samples = 3;
  expect_refused([&] { load_dataset(options); }, "data.validation_samples", "1 to 2");
}

}  // namespace
}  // namespace minerva
