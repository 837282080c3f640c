#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "data_files.hpp"
#include "minerva/data/libsvm.hpp"
#include "minerva/data/load_dataset.hpp"

// LIBSVM files: what is read, and what their sparse rows become.
namespace minerva {
namespace {
using test::expect_refused;
using Words = std::vector<std::string>;

class LibsvmTest : public test::FilesTest {
 protected:
  LibsvmFile read(const std::string& bytes) const { return read_libsvm(write("data.txt", bytes)); }
  void refuse(const std::string& bytes, const std::string& where, const std::string& reason) const {
    SCOPED_TRACE(bytes);
    const std::string path = write("data.txt", bytes);
    expect_refused([&] { read_libsvm(path); }, path + where, reason);
  }
  DataOptions options() const {
    DataOptions o;
    o.set = "libsvm";
    o.dir = folder_.string();
    o.train_file = o.test_file = o.validation_file = "train.txt";
    return o;
  }
};

TEST_F(LibsvmTest, ReadsLabelsIndicesAndValues) {
  const LibsvmFile file =
      read("# a comment\n+1 1:0.5 3:-2e0 # and one behind\n-1 2:+4\n  0\t\n1 1:7 \r\n\n\n");
  EXPECT_EQ(file.labels, (Words{"+1", "-1", "0", "1"}));
  EXPECT_EQ(file.lines, (std::vector<std::int64_t>{2, 3, 4, 5}));
  EXPECT_EQ(file.begins, (std::vector<std::size_t>{0, 2, 3, 3, 4}));
  EXPECT_EQ(file.indices, (std::vector<std::int32_t>{1, 3, 2, 1}));
  EXPECT_EQ(file.values, (std::vector<float>{0.5F, -2, 4, 7}));
  EXPECT_EQ(file.least_index, 1);
  EXPECT_EQ(file.largest_index, 3);
  EXPECT_EQ(read(test::packed("a 5:1\n")).labels, Words{"a"});
}

TEST_F(LibsvmTest, RefusesWhatItIsNot) {
  refuse("", "", "is empty");
  refuse("# nothing\n", "", "is empty");
  refuse("1 1:2\n\n1 1:2\n", ":2", "is a blank line");
  refuse("1:2 2:3\n", ":1", "needs a label before");
  refuse("1,2 1:3\n", ":1", "several labels");
  refuse("nan 1:3\n", ":1", "finite number as label");
  refuse("1 qid:4 1:3\n", ":1", "query");
  for (const std::string pair : {"1", "x:1", "1:", "1:x", "-1:2", ":2", "1:nan", "1:1e39", "1.5:2",
                                 "1048577:1", "99999999999:1"}) {
    refuse("1 1:2\n1 " + pair + "\n", ":2 = '" + pair, "needs INDEX:VALUE");
  }
  refuse("1 2:1 2:2\n", ":1", "needs an index above the one before it, 2");
  refuse("1 1:1\n1 3:1 2:2\n", ":2", "above the one before it, 3");
}

TEST_F(LibsvmTest, MakesDenseInputsOfDenseRows) {
  write("train.txt", "1 1:1 2:2\n2 1:3\n1 2:4\n2 1:5 2:6\n");
  const Dataset data = load_dataset(options());
  ASSERT_FALSE(data.train.inputs.is_sparse());
  EXPECT_EQ(data.train.inputs.dense(),
            (Eigen::MatrixXf(2, 4) << 1, 3, 0, 5, 2, 0, 4, 6).finished());
  EXPECT_EQ(data.class_names, (Words{"1", "2"}));
  DataOptions scaled = options();
  scaled.divide = "2";
  EXPECT_EQ(load_dataset(scaled).train.inputs.dense()(1, 3), 3.0F);
  scaled.divide = "";
  scaled.scaling = InputScaling::minmax;
  EXPECT_EQ(load_dataset(scaled).train.inputs.dense()(0, 1), 0.6F);
}

TEST_F(LibsvmTest, MakesSparseInputsOfSparseRowsWithTheSameValues) {
  std::string text;
  for (int i = 0; i < 30; ++i) {
    text += std::to_string(i % 3) + " " + std::to_string(1 + i) + ":" + std::to_string(i) + ".5 " +
            std::to_string(40 + i) + ":0\n";
  }
  write("train.txt", text);
  const Dataset sparse = load_dataset(options());
  ASSERT_TRUE(sparse.train.inputs.is_sparse());
  EXPECT_EQ(sparse.train.inputs.sparse().nonZeros(), 30);  // no zero is stored
  EXPECT_EQ(sparse.inputs(), 69);
  DataOptions as_dense = options();
  as_dense.subtract = "0";
  const Dataset dense = load_dataset(as_dense);
  ASSERT_FALSE(dense.train.inputs.is_sparse());
  for (Eigen::Index s = 0; s < 30; ++s) {
    for (Eigen::Index i = 0; i < 69; ++i) {
      ASSERT_EQ(sparse.train.inputs.at(i, s), dense.train.inputs.at(i, s));
    }
  }
}

TEST_F(LibsvmTest, CountsIndicesFromZeroWhereOneIsZero) {
  write("train.txt", "0 0:1 2:3\n1 1:2\n0 2:1\n1 0:4\n");
  const Dataset data = load_dataset(options());
  EXPECT_EQ(data.inputs(), 3);
  EXPECT_EQ(data.train.inputs.at(2, 0), 3);
  EXPECT_EQ(data.train.inputs.at(1, 1), 2);
  EXPECT_NE(data.notes.front().find("indices count from 0"), std::string::npos);
}

TEST_F(LibsvmTest, HasTheInputsOfAGivenNetwork) {
  write("train.txt", "0 1:1 3:3\n1 2:2\n0 1:1\n1 3:4\n");
  write("test.txt", "1 2:5\n");
  DataOptions o = options();
  o.test_file = "test.txt";
  o.given_network = {6, 2};
  const Dataset data = load_dataset(o);
  EXPECT_EQ(data.inputs(), 6);
  EXPECT_EQ(data.test.inputs.at(1, 0), 5);
  o.given_network = {2, 2};
  expect_refused([&] { load_dataset(o); }, (folder_ / "train.txt").string() + ":1 = '3'",
                 "needs indices of 1 to 2, the 2 inputs of the given network");
  o.given_network = {};
  write("test.txt", "1 9:5\n");
  EXPECT_EQ(load_dataset(o).inputs(), 9);  // of all files
  write("test.txt", "7 1:5\n");
  expect_refused([&] { load_dataset(o); }, (folder_ / "test.txt").string() + ":1 = '7'",
                 "needs one of the 2 classes");
}

}  // namespace
}  // namespace minerva
