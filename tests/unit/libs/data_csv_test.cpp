#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "data_files.hpp"
#include "minerva/data/csv.hpp"
#include "minerva/data/load_dataset.hpp"

namespace minerva {
namespace {
using test::expect_refused;
using test::packed;

class CsvTest : public test::FilesTest {
 protected:
  CsvTable read(const std::string& bytes, const std::string& label = "last",
                Delimiter delimiter = Delimiter::comma,
                HeaderRow header = HeaderRow::detect) const {
    return read_csv(write("data.csv", bytes), {label, delimiter, header});
  }
  void refuse(const std::string& bytes, const std::string& where, const std::string& reason,
              const std::string& label = "last", HeaderRow header = HeaderRow::detect) const {
    SCOPED_TRACE(bytes.substr(0, 60));
    const std::string path = write("data.csv", bytes);
    expect_refused(
        [&] {
          read_csv(path, {label, Delimiter::comma, header});
        },
        where.empty() || where[0] == ':' ? path + where : where, reason);
  }
};

using Floats = std::vector<float>;
using Words = std::vector<std::string>;

TEST_F(CsvTest, ReadsRowsWithAndWithoutHeader) {
  for (const std::string header : {"", "height,\"wide, so\",kind\n"}) {
    const CsvTable table = read(header + "1,-2.5,a\n3e2, +4 ,b\n");
    EXPECT_EQ(table.inputs, 2);
    EXPECT_EQ(table.values, (Floats{1, -2.5F, 300, 4}));
    EXPECT_EQ(table.labels, (Words{"a", "b"}));
    EXPECT_EQ(table.first_line, header.empty() ? 1 : 2);
    EXPECT_EQ(table.column_names, header.empty() ? Words{} : (Words{"height", "wide, so"}));
  }
}

TEST_F(CsvTest, FindsTheLabelWhereItIsSaidToBe) {
  const std::string bytes = "kind,x,y\na,1,2\nb,3,4\n";
  for (const std::string label : {"first", "1", "kind"}) {
    const CsvTable table = read(bytes, label);
    EXPECT_EQ(table.labels, (Words{"a", "b"}));
    EXPECT_EQ(table.values, (Floats{1, 2, 3, 4}));
    EXPECT_EQ(table.column_names, (Words{"x", "y"}));
  }
  const CsvTable middle = read("1,7,2\n3,8,4\n", "2");
  EXPECT_EQ(middle.labels, (Words{"7", "8"}));
  EXPECT_EQ(middle.values, (Floats{1, 2, 3, 4}));
}

TEST_F(CsvTest, ReadsOtherLineEndsDelimitersAndGzip) {
  const Floats values{1, 2, 3, 4};
  EXPECT_EQ(read("1,2,a\r\n3,4,b\r\n").values, values);
  EXPECT_EQ(read("1,2,a\r\n3,4,b\r\n").labels, (Words{"a", "b"}));
  EXPECT_EQ(read("1,2,a\n3,4,b").values, values);  // no final newline
  EXPECT_EQ(read("\xef\xbb\xbf"
                 "1,2,a\n3,4,b")
                .values,
            values);
  EXPECT_EQ(read("1;2;a\n3;4;b\n", "last", Delimiter::semicolon).values, values);
  EXPECT_EQ(read("1\t2\ta\n3\t4\tb\n", "last", Delimiter::tab).values, values);
  EXPECT_EQ(read(packed("1,2,a\n3,4,b\n")).values, values);
  EXPECT_EQ(read("1,2,\"a \"\"b\"\"\"\n").labels, (Words{"a \"b\""}));
  EXPECT_EQ(read("1,2,\xc3\xa4\xff\n").labels, (Words{"\xc3\xa4\xff"}));  // bytes as they are
}

TEST_F(CsvTest, DetectsAHeaderOnlyWhereNoFieldIsANumber) {
  EXPECT_EQ(read("a,b,kind\n1,2,x\n").labels.size(), 1U);
  EXPECT_EQ(read("1,2,kind\n1,2,x\n").labels.size(), 2U);  // the label may be a word
  EXPECT_EQ(read("1,2,kind\n1,2,x\n", "last", Delimiter::comma, HeaderRow::present).labels.size(),
            1U);
  refuse("nan,nan,kind\n1,2,x\n", ":1", "finite number");  // NaN is no name
  refuse("a,2,kind\n1,2,x\n", ":1", "column 1 needs a finite number");
  refuse("a,b,kind\n1,2,x\n", ":1", "column 1 needs", "last", HeaderRow::absent);
}

TEST_F(CsvTest, RefusesWhatIsNoNumberWithItsLine) {
  for (const std::string bad :
       {"nan", "NaN", "inf", "-inf", "1e39", "1e999", "x", "", "1x", "0x1p"}) {
    refuse("1,2,a\n3," + bad + ",b\n", ":2", "column 2 needs a finite number");
    refuse("p,q,kind\n1,2,a\n3," + bad + ",b\n", ":3", "column 2 (q) needs a finite number");
  }
  refuse("1,2,a\n3,4,\n", ":2", "label in column 3");
  refuse("1,2,a\n3,4,nan\n", ":2", "label in column 3");
}

TEST_F(CsvTest, RefusesRowsOfAnotherLength) {
  refuse("1,2,a\n3,b\n", ":2", "needs 3, as the first row has");
  refuse("1,2,a\n3,4,5,b\n", ":2", "needs 3, as the first row has");
  refuse("p,q,kind\n1,2,a\n\n3,4,b\n", ":3",
         "is a blank line: needs 3 fields, as the first row has");
  refuse("1 2 a\n", ":1", "data.delimiter");
  refuse("1,2,\"a\n", ":1", "quote");
}

TEST_F(CsvTest, RefusesFilesWithoutSamplesOrText) {
  refuse("", "", "is empty");
  refuse("p,q,kind\n", "", "no sample");
  refuse(std::string("1,2,\0a\n", 7), ":1", "control characters");
  refuse("1,2,a\n1," + std::string((1 << 22) + 1, '2') + ",a\n", ":2", "at most 4194304 bytes");
  const std::string gzip = packed("1,2,a\n3,4,b\n");
  for (std::size_t size = 3; size < gzip.size(); ++size) refuse(gzip.substr(0, size), "", "trunc");
}

TEST_F(CsvTest, RefusesHeadersThatNameNothing) {
  refuse("p,p,kind\n1,2,a\n", ":1", "column 2 needs a name that stands once");
  refuse("p,kind,kind\n1,2,a\n", ":1", "column 3 needs a name that stands once");
  refuse("p,q,kind\n1,2,a\n", "data.label_column", "name in the header", "class");
  refuse("1,2,a\n", "data.label_column", "has no header", "class");
  refuse("1,2,a\n", "data.label_column", "1 to 3", "4");
  refuse("1,2,a\n", "data.label_column", "1 to 3", "0");
}

// ---- data sets of CSV files ----

class CsvSetTest : public CsvTest {
 protected:
  DataOptions options() const {
    DataOptions options;
    options.set = "csv";
    options.dir = folder_.string();
    options.train_file = "train.csv";
    options.test_file = "test.csv";
    options.scaling = InputScaling::none;
    return options;
  }
  void refuse_set(const DataOptions& options, const std::string& where,
                  const std::string& reason) const {
    expect_refused([&] { load_dataset(options); }, where, reason);
  }
  /// 40 samples of two classes: x = 0 .. 39.
  static std::string forty_rows() {
    std::string rows = "x,kind\n";
    for (int i = 0; i < 40; ++i) rows += std::to_string(i) + (i % 4 == 0 ? ",b\n" : ",a\n");
    return rows;
  }
};

TEST_F(CsvSetTest, HoldsOutFifteenInAHundredByClass) {
  write("train.csv", forty_rows());
  write("test.csv", "x,kind\n100,b\n101,a\n");
  const Dataset data = load_dataset(options());
  EXPECT_EQ(data.class_names, (Words{"a", "b"}));
  EXPECT_EQ(data.input_names, (Words{"x"}));
  EXPECT_EQ(data.input_shape, TensorShape::vector(1));
  EXPECT_EQ(data.classes, 2);
  EXPECT_EQ(data.validation.size(), 6);  // 4.5 and 1.5 of the classes: 5 + 1
  EXPECT_EQ(data.train.size(), 34);
  EXPECT_EQ(data.test.labels, (std::vector<std::int32_t>{1, 0}));
  EXPECT_EQ(data.test.inputs.dense()(0, 0), 100);
}

TEST_F(CsvSetTest, NumbersWholeNumberClassesByValue) {
  write("train.csv", "1,10\n2,9\n3,-1\n4,10\n5,9\n6,-1\n7,10\n");
  write("test.csv", "8,9\n");
  DataOptions options = this->options();
  options.classes = 5;
  const Dataset data = load_dataset(options);
  EXPECT_EQ(data.class_names, (Words{"-1", "9", "10"}));
  EXPECT_EQ(data.classes, 5);  // spare outputs
  EXPECT_EQ(data.test.labels, (std::vector<std::int32_t>{1}));
  options.classes = 2;
  refuse_set(options, "data.classes", "at least 3");
}

TEST_F(CsvSetTest, TakesFilesOfTheirOwnForEveryPart) {
  write("train.csv", "1,a\n2,b\n3,a\n");
  write("valid.csv", "4,b\n5,a\n");
  const std::string test = write("test.csv", "6,a\n7,b\n");
  DataOptions options = this->options();
  options.validation_file = "valid.csv";
  const Dataset data = load_dataset(options);
  EXPECT_EQ(data.train.inputs.dense(), (Eigen::MatrixXf(1, 3) << 1, 2, 3).finished());
  EXPECT_EQ(data.validation.inputs.dense(), (Eigen::MatrixXf(1, 2) << 4, 5).finished());
  EXPECT_EQ(data.test.inputs.dense(), (Eigen::MatrixXf(1, 2) << 6, 7).finished());
  options.validation_samples = 1;
  options.test_samples = 1;
  options.train_samples = 2;
  EXPECT_EQ(load_dataset(options).validation.labels, (std::vector<std::int32_t>{1}));
  EXPECT_EQ(load_dataset(options).train.size(), 2);
  options.test_file = test;  // a path from here
  EXPECT_EQ(load_dataset(options).test.size(), 1);
  const auto inside = [&](const char* name) { return (folder_ / name).string(); };
  EXPECT_EQ(data_files(options), (Words{inside("train.csv"), inside("valid.csv"), test}));
  options.validation_samples = 3;
  refuse_set(options, "data.validation_samples", "at most the 2");
}

TEST_F(CsvSetTest, NamesItsFilesBeforeTheyAreRead) {
  const std::string train = write("train.csv", "no number in any line");
  DataOptions options = this->options();
  options.test_file.clear();
  options.test_samples = 1;
  EXPECT_EQ(data_files(options), Words{train});
  options.train_file = "none.csv";
  expect_refused([&] { data_files(options); }, "data.train_file", "there is none of that name");
  EXPECT_EQ(data_files(DataOptions()), Words());  // digits are generated
}

TEST_F(CsvSetTest, HoldsTestSamplesOutFirst) {
  write("train.csv", forty_rows());
  DataOptions options = this->options();
  options.test_file = "";
  refuse_set(options, "data.test_file", "data.test_samples");
  options.test_samples = 8;
  const Dataset data = load_dataset(options);
  EXPECT_EQ(data.test.size(), 8);
  EXPECT_EQ(data.validation.size(), 4);  // 15 in 100 of the 32 that are left
  EXPECT_EQ(data.train.size(), 28);
  options.validation_samples = 20;
  EXPECT_EQ(load_dataset(options).test.inputs.dense(), data.test.inputs.dense());
  options.split_seed = 2;
  EXPECT_NE(load_dataset(options).test.inputs.dense(), data.test.inputs.dense());
  options.test_samples = 39;
  refuse_set(options, "data.test_samples", "1 to 38");
}

TEST_F(CsvSetTest, RefusesClassesThatTrainingDoesNotHave) {
  write("train.csv", "x,kind\n1,a\n2,b\n3,a\n4,b\n5,a\n6,b\n7,a\n");
  const std::string test = write("test.csv", "x,kind\n1,a\n2,c\n");
  refuse_set(options(), test + ":3", "needs one of the 2 classes");
  write("test.csv", "x,kind\n1,a\n");
  const std::string valid = write("valid.csv", "x,kind\n1,d\n");
  DataOptions options = this->options();
  options.validation_file = "valid.csv";
  refuse_set(options, valid + ":2", "needs one of the 2 classes");
  const std::string train = write("train.csv", "x,kind\n1,a\n2,a\n");
  refuse_set(this->options(), train, "needs two or more");
  std::string many = "x,y\n";
  for (int i = 0; i < 4097; ++i) many += "1," + std::to_string(i) + ".5\n";
  write("train.csv", many);
  refuse_set(this->options(), train, "data.label_column");
}

TEST_F(CsvSetTest, RefusesFilesThatDoNotFitTogether) {
  write("train.csv", "x,y,kind\n1,2,a\n2,3,b\n3,4,a\n");
  const std::string test = write("test.csv", "x,kind\n1,a\n");
  refuse_set(options(), test, "needs 3, as ");
  write("test.csv", "y,x,kind\n1,2,a\n");
  refuse_set(options(), test + ":1", "needs x here");
  write("test.csv", "1,2,a\n");
  refuse_set(options(), test, "data.header");
  DataOptions missing = options();
  missing.test_file = "none.csv";
  refuse_set(missing, "data.test_file", "there is none of that name");
  missing.train_file = "";
  refuse_set(missing, "data.train_file", "needs a file");
}

TEST_F(CsvSetTest, RefusesKeysThatMeanNothingForTheSet) {
  const auto refuse_change = [&](auto change, const std::string& key, const std::string& reason) {
    DataOptions changed = options();
    change(changed);
    expect_refused([&] { check(changed); }, key, reason);
  };
  refuse_change([](auto& o) { o.weighting = Weighting::tfidf; }, "data.weighting", "csv");
  refuse_change([](auto& o) { o.vocabulary_min_df = 2; }, "data.vocabulary_min_df", "csv");
  refuse_change([](auto& o) { o.vocabulary_max_terms = 2; }, "data.vocabulary_max_terms", "csv");
  refuse_change([](auto& o) { o.scaling = InputScaling::unit; }, "data.scaling",
                "minmax or standard");
  refuse_change([](auto& o) { o.train_labels_file = "x"; }, "data.train_labels_file", "idx");
  refuse_change([](auto& o) { o.set = "forest"; }, "data.train_file", "csv");
  refuse_change([](auto& o) { o.csv.label_column = ""; }, "data.label_column", "last");
  refuse_change([](auto& o) { o.classes = -1; }, "data.classes", "0 to");
  refuse_change(
      [](auto& o) {
        o.set = "bag_of_words";
        o.csv.delimiter = Delimiter::tab;
      },
      "data.delimiter", "data.set = csv");
  refuse_change(
      [](auto& o) {
        o.set = "bag_of_words";
        o.scaling = InputScaling::standard;
      },
      "data.scaling", "max, unit or length");
}

}  // namespace
}  // namespace minerva
