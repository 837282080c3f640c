#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "data_files.hpp"
#include "minerva/data/load_dataset.hpp"

// What data become for a network that the user gives: inputs by fixed numbers or as they are, and
// labels that are numbers of outputs. And labels of every form without one.
namespace minerva {
namespace {
using test::expect_refused;
using Labels = std::vector<std::int32_t>;
using Words = std::vector<std::string>;

class GivenNetworkTest : public test::FilesTest {
 protected:
  DataOptions options(int outputs) const {
    DataOptions o;
    o.set = "csv";
    o.dir = folder_.string();
    o.train_file = "train.csv";
    o.validation_file = "train.csv";
    o.test_file = "test.csv";
    o.given_network = {2, outputs};
    return o;
  }
  /// A row of two inputs for each label.
  static std::string rows(const Words& labels) {
    std::string text = "x,y,kind\n";
    for (std::size_t i = 0; i < labels.size(); ++i) {
      text += std::to_string(i) + ".5," + std::to_string(2 * i) + "," + labels[i] + "\n";
    }
    return text;
  }
  Dataset load(const Words& labels, const DataOptions& o) const {
    write("train.csv", rows(labels));
    write("test.csv", rows(labels));
    return load_dataset(o);
  }
  void refuse(const Words& labels, const DataOptions& o, const std::string& where,
              const std::string& reason) const {
    write("train.csv", rows(labels));
    write("test.csv", rows(labels));
    SCOPED_TRACE(reason);
    expect_refused([&] { load_dataset(o); }, where, reason);
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
};

// ---- labels ----

TEST_F(GivenNetworkTest, TakesWholeNumbersForNumbersOfOutputs) {
  for (const Words& labels :
       {Words{"0", "2", "11", "5", "2"}, Words{"0.0", "2.0", "11.0", "5.0", "2"},
        Words{"+0", "2", "1.1e1", "05", "2.00"}}) {
    const Dataset data = load(labels, options(12));
    EXPECT_EQ(data.test.labels, (Labels{0, 2, 11, 5, 2})) << labels[1];
    EXPECT_EQ(data.classes, 12);
    ASSERT_EQ(data.class_names.size(), 12U);
    EXPECT_EQ(data.class_names[11], "11");
  }
  // A class that is missing moves no other.
  EXPECT_EQ(load({"0", "1", "3"}, options(4)).test.labels, (Labels{0, 1, 3}));
  EXPECT_EQ(load({"3", "3", "3"}, options(4)).test.labels, (Labels{3, 3, 3}));
}

TEST_F(GivenNetworkTest, SaysWhichLabelBelongsToWhichOutput) {
  const auto note_of = [&](const Words& labels, const DataOptions& o) {
    std::string all;
    for (const std::string& note : load(labels, o).notes) all += note + "\n";
    return all;
  };
  const std::string numbers = note_of({"1", "3", "1"}, options(5));
  EXPECT_NE(numbers.find("labels and their outputs: 1 -> 1 (6), 3 -> 3 (3); no sample belongs to "
                         "output 0, 2, 4"),
            std::string::npos)
      << numbers;
  EXPECT_NE(numbers.find("not scaled"), std::string::npos) << numbers;
  EXPECT_NE(numbers.find("the labels are the numbers of the outputs"), std::string::npos);
  DataOptions from_one = options(3);
  from_one.label_offset = 1;
  const std::string shifted = note_of({"1", "3", "2"}, from_one);
  EXPECT_NE(shifted.find("1 -> 0 (3), 2 -> 1 (3), 3 -> 2 (3)"), std::string::npos) << shifted;
  const std::string words = note_of({"setosa", "virginica", "setosa"}, options(2));
  EXPECT_NE(words.find("byte order"), std::string::npos) << words;
  EXPECT_NE(words.find("setosa -> 0 (6), virginica -> 1 (3)"), std::string::npos) << words;
}

TEST_F(GivenNetworkTest, RefusesNumbersThatAreNoOutput) {
  refuse(
      {"1", "2", "3"}, options(3), path("train.csv") + ":4 = '3'",
      "needs 0 to 2, the labels of the 3 outputs of the given network; the labels of the file are "
      "1 to 3: data.label_offset = 1 makes");
  refuse({"0", "1", "2", "3"}, options(3), path("train.csv") + ":5 = '3'",
         "the labels of the file are 0 to 3: data.class_order names");
  refuse({"-1", "1", "1"}, options(2), path("train.csv") + ":2 = '-1'", "data.class_order");
  refuse({"0", "1", "12"}, options(12), path("train.csv") + ":4 = '12'", "needs 0 to 11");
  DataOptions from_one = options(3);
  from_one.label_offset = 1;
  refuse({"0", "1", "2"}, from_one, path("train.csv") + ":2 = '0'", "needs 1 to 3");
  EXPECT_EQ(load({"1", "2", "3"}, from_one).test.labels, (Labels{0, 1, 2}));
  from_one.label_offset = 100;
  EXPECT_EQ(load({"100", "102", "101"}, from_one).test.labels, (Labels{0, 2, 1}));
}

TEST_F(GivenNetworkTest, RefusesWordsThatMayBeOtherOutputs) {
  refuse({"a", "b", "c"}, options(4), path("train.csv") + " = '3 classes'",
         "the given network has 4 outputs");
  refuse({"a", "b", "c"}, options(2), path("train.csv") + " = '3 classes'", "data.class_order");
  DataOptions shifted = options(3);
  shifted.label_offset = 1;
  refuse({"1", "b", "c"}, shifted, "data.label_offset = '1'", "has b");
}

TEST_F(GivenNetworkTest, TakesTheOrderOfTheClasses) {
  DataOptions o = options(3);
  o.class_order = "c, a,b";
  EXPECT_EQ(load({"a", "b", "c", "a"}, o).test.labels, (Labels{1, 2, 0, 1}));
  EXPECT_EQ(load({"a", "b", "a"}, o).class_names, (Words{"c", "a", "b"}));  // none of c
  write("order.txt", "c\na\nb\n\n");
  o.class_order = "order.txt";
  EXPECT_EQ(load({"a", "b", "c", "a"}, o).test.labels, (Labels{1, 2, 0, 1}));
  refuse({"a", "d"}, o, path("train.csv") + ":3 = 'd'", "one of the 3 classes of data.class_order");
  o.class_order = "-1,1";
  EXPECT_EQ(load({"1.0", "-1", "+1"}, o).test.labels, (Labels{1, 0, 1}));
  o.class_order = "a,b,c,d";
  refuse({"a", "b"}, o, "data.class_order = '4 classes'", "at most 3");
  o.class_order = "a,b,a";
  refuse({"a", "b"}, o, "data.class_order = 'a'", "stands twice");
  o.class_order = "a,,b";
  refuse({"a", "b"}, o, "data.class_order = 'a,,b'", "single commas");
  o.class_order = "nowhere.txt";
  refuse({"a", "b"}, o, "data.class_order = 'nowhere.txt'", "there is none of that name");
  write("order.txt", "a\n\nb\n");
  o.class_order = "order.txt";
  refuse({"a", "b"}, o, path("order.txt") + ":2", "is a blank line");
  write("order.txt", "a\n");
  refuse({"a", "b"}, o, path("order.txt"), "needs two or more");
  o.class_order = "a,b";
  o.label_offset = 1;
  refuse({"a", "b"}, o, "data.label_offset = '1'", "needs 0 beside data.class_order");
}

TEST_F(GivenNetworkTest, WithoutANetworkSortsNumbersAsNumbers) {
  DataOptions o = options(0);
  o.given_network = {};
  const Dataset floats = load({"10.0", "2.0", "1.0", "10", "2"}, o);
  EXPECT_EQ(floats.test.labels, (Labels{2, 1, 0, 2, 1}));
  EXPECT_EQ(floats.class_names, (Words{"1", "2", "10"}));
  EXPECT_EQ(load({"1.5", "10.5", "2.5"}, o).test.labels, (Labels{0, 2, 1}));
  EXPECT_EQ(load({"-0.0", "1e1", "0", "9"}, o).test.labels, (Labels{0, 2, 0, 1}));
  EXPECT_EQ(load({"10", "9", "x"}, o).test.labels, (Labels{0, 1, 2}));  // words
  EXPECT_EQ(load({"12345678901234567890", "12345678901234567891"}, o).test.labels, (Labels{0, 1}));
  o.class_order = "x,9,10";
  EXPECT_EQ(load({"10", "9", "x"}, o).test.labels, (Labels{2, 1, 0}));
  o.class_order = "";
  o.label_offset = 1;
  refuse({"1", "2"}, o, "data.label_offset = '1'", "needs a given network");
}

// ---- inputs ----

TEST_F(GivenNetworkTest, ScalesNothingUnlessAsked) {
  const Words labels = {"0", "1", "0", "1"};
  DataOptions o = options(2);
  EXPECT_EQ(load(labels, o).test.inputs.dense()(1, 3), 6.0F);
  o.scaling = InputScaling::minmax;
  EXPECT_EQ(load(labels, o).test.inputs.dense()(1, 3), 1.0F);
  o.scaling = InputScaling::set_default;
  o.given_network = {};
  EXPECT_NEAR(load(labels, o).test.inputs.dense().row(1).sum(), 0, 1e-6);  // standard
  o.set = "forest";
  EXPECT_TRUE(fits_scaling_by_default("forest"));
  EXPECT_TRUE(fits_scaling_by_default("csv"));
  EXPECT_FALSE(fits_scaling_by_default("mnist"));
  EXPECT_FALSE(fits_scaling_by_default("libsvm"));
}

TEST_F(GivenNetworkTest, SubtractsAndDividesInSinglePrecision) {
  const Words labels = {"0", "1", "0", "1"};
  DataOptions o = options(2);
  o.subtract = "3.4";
  o.divide = "2";
  EXPECT_EQ(load(labels, o).test.inputs.dense()(0, 1), (1.5F - 3.4F) / 2.0F);
  EXPECT_NE(load(labels, o).recipe.find("scaling none, inputs (x - 3.4) / 2"), std::string::npos);
  o.subtract = "";
  o.divide = "-0.3081";
  EXPECT_EQ(load(labels, o).test.inputs.dense()(0, 1), 1.5F / -0.3081F);
  // One number an input, a line each or all in one, and compressed.
  for (const std::string text : {"0.5\n4\n", "0.5, 4", "5e-1 4\n\n", "0.5\t+4\r\n"}) {
    write("mean.txt", text);
    write("scale.txt.gz", test::packed(text));
    o.subtract = "mean.txt";
    o.divide = "scale.txt.gz";
    const Eigen::MatrixXf found = load(labels, o).test.inputs.dense();
    EXPECT_EQ(found(0, 2), (2.5F - 0.5F) / 0.5F) << text;
    EXPECT_EQ(found(1, 3), (6.0F - 4.0F) / 4.0F);
  }
  EXPECT_EQ(data_files(o), (Words{path("train.csv"), path("train.csv"), path("test.csv"),
                                  path("mean.txt"), path("scale.txt.gz")}));
  const std::string checksum = load(labels, o).checksum;
  write("mean.txt", "0.25\n4\n");
  EXPECT_NE(load(labels, o).checksum, checksum);  // other numbers are other data
  write("mean.txt", "0.5\t+4\r\n");
  EXPECT_EQ(load(labels, o).checksum, checksum);
  // Without a network, too: training sees the same inputs.
  o.given_network = {};
  EXPECT_EQ(load(labels, o).train.inputs.dense()(0, 2), 4.0F);
}

TEST_F(GivenNetworkTest, ScalesPixelsAfterTheirDivisionBy255) {
  write("images", std::string("\0\0\x8\3\0\0\0\4\0\0\0\1\0\0\0\2", 16) +
                      std::string("\x00\xff\x80\x01\x33\x10\x02\x7f", 8));
  write("labels", std::string("\0\0\x8\1\0\0\0\4\0\1\0\1", 12));
  DataOptions o;
  o.set = "idx";
  o.dir = folder_.string();
  o.train_file = o.test_file = "images";
  o.train_labels_file = o.test_labels_file = "labels";
  o.subtract = "0.1307";
  o.divide = "0.3081";
  o.given_network = {2, 2};
  const Dataset data = load_dataset(o);
  EXPECT_EQ(data.test.inputs.dense()(0, 0), (0.0F - 0.1307F) / 0.3081F);
  EXPECT_EQ(data.test.inputs.dense()(1, 0), (1.0F - 0.1307F) / 0.3081F);
  EXPECT_EQ(data.test.inputs.dense()(0, 1), (128.0F / 255.0F - 0.1307F) / 0.3081F);
}

TEST_F(GivenNetworkTest, RefusesNumbersThatScaleNothingWell) {
  const Words labels = {"0", "1", "0", "1"};
  const auto refuse_keys = [&](const std::string& subtract, const std::string& divide,
                               const std::string& where, const std::string& reason) {
    DataOptions o = options(2);
    o.subtract = subtract;
    o.divide = divide;
    refuse(labels, o, where, reason);
  };
  refuse_keys("", "0", "data.divide = '0'", "not 0");
  refuse_keys("", "1e-60", "data.divide = '1e-60'", "not 0 in single precision");
  refuse_keys("nan", "", "data.subtract = 'nan'", "finite numbers");
  refuse_keys("", "inf", "data.divide = 'inf'", "finite numbers");
  refuse_keys("1e39", "", "data.subtract = '1e39'", "single precision");
  refuse_keys("mean.txt", "", "data.subtract = 'mean.txt'", "there is none of that name");
  refuse_keys("", "1e-38", "data.divide", "larger than single precision");
  write("three.txt", "1\n2\n3\n");
  refuse_keys("three.txt", "", "data.subtract", "3 numbers': needs one, or 2, one an input");
  write("empty.txt", "\n");
  refuse_keys("empty.txt", "", "data.subtract", "0 numbers");
  write("zero.txt", "1\n0\n");
  refuse_keys("", "zero.txt", path("zero.txt") + ":2 = '0'", "not 0");
  write("word.txt", "1 mean\n");
  refuse_keys("word.txt", "", path("word.txt") + ":1 = 'mean'", "finite numbers");
  DataOptions o = options(2);
  o.subtract = "1";
  o.scaling = InputScaling::standard;
  refuse(labels, o, "data.scaling = 'standard'", "needs none or default beside data.subtract = 1");
  o.scaling = InputScaling::set_default;
  o.set = "bag_of_words";
  refuse(labels, o, "data.subtract = '1'", "needs dense inputs");
  o.subtract = "";
  o.divide = "2";
  refuse(labels, o, "data.divide = '2'", "needs dense inputs");
}

TEST_F(GivenNetworkTest, SaysWhatWasHeldOut) {
  const Words labels = {"0", "1", "0", "1", "0", "1", "0", "1"};
  DataOptions o = options(2);
  EXPECT_FALSE(load(labels, o).validation_held_out);
  EXPECT_FALSE(load(labels, o).test_held_out);
  o.validation_file = "";
  EXPECT_TRUE(load(labels, o).validation_held_out);
  o.test_file = "";
  o.test_samples = 2;
  EXPECT_TRUE(load(labels, o).test_held_out);
  EXPECT_FALSE(load_dataset(DataOptions()).validation_held_out);  // digits are generated
}

TEST_F(GivenNetworkTest, HoldsOutOfFilesThatMissClasses) {
  DataOptions o = options(9);
  o.validation_file = "";
  const Dataset data = load({"1", "8", "1", "8", "1"}, o);
  EXPECT_EQ(data.validation.size(), 1);
  EXPECT_EQ(data.train.size(), 4);
  o.validation_samples = 3;
  const Labels kept = load({"1", "8", "1", "8", "1"}, o).train.labels;
  EXPECT_EQ(kept.size(), 2U);
  EXPECT_NE(kept[0], kept[1]);  // each class that there is keeps one
  o.validation_samples = 4;
  refuse({"1", "8", "1", "8", "1"}, o, "data.validation_samples = '4'", "must be 1 to 3");
}

}  // namespace
}  // namespace minerva
