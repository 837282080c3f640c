#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "program.hpp"

// minerva data: what it lists, what it says of a set of one's own, and mistakes on one line.
namespace minerva::test {
namespace {

class DataCommand : public testing::Test {
 protected:
  /// Runs the program without the environment's folder.
  ProgramResult run(const std::string& arguments) const {
    return run_in(folder_.path(), "env -u MINERVA_DATA_DIR " MINERVA_PROGRAM " " + arguments);
  }
  void expect_lines(const std::string& text, const std::vector<std::string>& parts) const {
    for (const std::string& part : parts) {
      EXPECT_NE(text.find(part), std::string::npos) << "missing: " << part << "\nin:\n" << text;
    }
  }
  void refuse(const std::string& arguments, const std::vector<std::string>& parts) const {
    SCOPED_TRACE(arguments);
    const ProgramResult result = run(arguments);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.standard_output, "");
    expect_lines(result.standard_error, parts);
    const std::string& message = result.standard_error;
    EXPECT_EQ(message.find('\n'), message.size() - 1) << message;
  }

  TemporaryFolder folder_;
};

TEST_F(DataCommand, ListsTheSetsAndWhereToGetThem) {
  const ProgramResult result = run("data");
  ASSERT_EQ(result.exit_code, 0) << result.standard_error;
  expect_lines(result.standard_output,
               {"mnist", "forest", "reuters", "webkb", "20ng", "21979", "MINERVA_DATA_DIR",
                "archive.ics.uci.edu", "ana.cachopo.org", "yann.lecun.com",
                "needs  r52-train-stemmed.txt.gz", "Blackard"});
}

TEST_F(DataCommand, SaysWhetherFilesAreThoseKnown) {
  folder_.write("r52-train-stemmed.txt", "earn\tprofit\n");
  const ProgramResult result = run("data --data.dir=.");
  ASSERT_EQ(result.exit_code, 0) << result.standard_error;
  expect_lines(result.standard_output,
               {"r52-train-stemmed.txt: 12 bytes, WARNING: not the file",
                "r52-test-stemmed.txt.gz: not found", "covtype-221453.data.gz: not found"});
}

TEST_F(DataCommand, SaysWhatAnOwnSetHolds) {
  folder_.write("train.txt", "art\tpaint oil\nart\tpaint\nball\tgoal\nball\tgoal goal\nball\t\n");
  folder_.write("test.txt", "art\tpaint new\nball\t\n");
  folder_.write("own.cfg",
                "[data]\nset = bag_of_words\ntrain_file = train.txt\ntest_file = test.txt\n"
                "validation_samples = 1\nweighting = counts\nscaling = none\nclasses = 4\n");
  for (const std::string& way :
       {std::string("data own.cfg"),
        std::string("data bag_of_words --data.train_file=train.txt --data.test_file=test.txt "
                    "--data.validation_samples=1 --data.weighting=counts --data.scaling=none "
                    "--data.classes=4")}) {
    const ProgramResult result = run(way);
    ASSERT_EQ(result.exit_code, 0) << result.standard_error;
    expect_lines(result.standard_output, {"bag_of_words: 3 inputs, 2 classes, 4 outputs",
                                          "4 + 1 + 2 samples", "weighting counts", "scaling none"});
    const std::string& text = result.standard_output;
    const std::size_t at = text.find("\ntest ");
    ASSERT_NE(at, std::string::npos) << text;
    std::vector<std::string> cells;
    std::string row = text.substr(at + 1, text.find('\n', at + 1) - at - 1) + " ";
    for (std::size_t begin = 0; begin < row.size();) {
      const std::size_t end = row.find(' ', begin);
      if (end > begin) cells.push_back(row.substr(begin, end - begin));
      begin = end + 1;
    }
    // samples, nonzeros a sample, fewest, most, all zero, least, largest, empty, kept, dropped
    EXPECT_EQ(cells, (std::vector<std::string>{"test", "2", "0.50", "0", "1", "1", "0", "1", "1",
                                               "1", "1"}));
  }
}

TEST_F(DataCommand, RefusesInOneLine) {
  folder_.write("train.csv", "x,y,kind\n1,2,a\n2,nan,b\n");
  folder_.write("short.csv", "x,y,kind\n1,2,a\n2,b\n");
  folder_.write("good.csv", "x,y,kind\n1,2,a\n2,3,b\n3,4,a\n4,5,b\n");
  folder_.write("other.csv", "x,y,kind\n1,2,a\n2,3,c\n");
  folder_.write("few.csv", "1,a\n2,b\n");
  folder_.write("text.txt", "a\tx\nb\ty\na\tz\n");
  refuse("data cifar", {"cifar", "mnist", "bag_of_words", "config file"});
  refuse("data forest", {"data.dir", "MINERVA_DATA_DIR"});
  refuse("data forest --data.dir=nowhere", {"nowhere", "covtype-221453.data.gz", "uci.edu"});
  refuse("data --data.set=own", {"data.set", "own", "csv"});
  refuse("data mnist webkb", {"webkb", "takes SET|CONFIG alone"});
  const std::string csv = "data csv --data.test_file=good.csv --data.train_file=";
  refuse(csv + "train.csv", {"train.csv:3", "nan", "column 2 (y)", "finite number"});
  refuse(csv + "short.csv", {"short.csv:3", "2 fields", "needs 3"});
  refuse(csv + "good.csv --data.label_column=class", {"data.label_column", "class", "good.csv"});
  refuse(csv + "good.csv --data.weighting=binary", {"data.weighting", "binary", "csv"});
  refuse("data csv --data.train_file=few.csv --data.test_file=few.csv",
         {"few.csv", "2 samples", "data.validation_samples", "too few"});
  refuse("data csv --data.train_file=good.csv --data.test_file=other.csv",
         {"other.csv:3", "'c'", "2 classes", "good.csv"});
  refuse(
      "data bag_of_words --data.train_file=text.txt --data.test_file=text.txt "
      "--data.vocabulary_min_df=4",
      {"data.vocabulary_min_df", "'4'", "at most 3"});
}

}  // namespace
}  // namespace minerva::test
