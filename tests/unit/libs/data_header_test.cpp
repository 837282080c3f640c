#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "data_files.hpp"
#include "minerva/data/csv.hpp"

// Tables as people have them: headers of numbers, row numbers of pandas, blank rows at the end,
// columns to leave out, delimiters that are found.
namespace minerva {
namespace {
using Floats = std::vector<float>;
using Words = std::vector<std::string>;

class HeaderTest : public test::FilesTest {
 protected:
  CsvTable read(const std::string& bytes, const CsvOptions& options = {}) const {
    return read_csv(write("data.csv", bytes), options);
  }
  void refuse(const std::string& bytes, const std::string& where, const std::string& reason,
              const CsvOptions& options = {}) const {
    SCOPED_TRACE(bytes.substr(0, 60));
    const std::string path = write("data.csv", bytes);
    test::expect_refused([&] { read_csv(path, options); },
                         where.empty() || where[0] == ':' ? path + where : where, reason);
  }
  static CsvOptions leaving_out(const std::string& list) {
    CsvOptions options;
    options.leave_out = list;
    return options;
  }
  /// 30 rows of four inputs below a first row; the labels are one of `labels` after the other.
  static std::string flowers(const std::string& first, const Words& labels,
                             const std::string& end = "") {
    std::string text = first;
    for (int i = 0; i < 30; ++i) {
      text += std::to_string(i % 7) + ".5,3." + std::to_string(i % 5) + ",1.4," +
              std::to_string(i % 3) + ".2," + labels[static_cast<std::size_t>(i) % labels.size()] +
              "\n";
    }
    return text + end;
  }
};

TEST_F(HeaderTest, SeesAHeaderOfNumbersThatCountTheColumns) {
  const Words numbers = {"0", "1", "2"};
  const Words words = {"setosa", "versicolor", "virginica"};
  for (const std::string first : {"0,1,2,3,target\n", "1,2,3,4,class\n", "0,1,2,3,4\n",
                                  "1,2,3,4,5\n", "0.0,1.0,2.0,3.0,y\n"}) {
    for (const Words& labels : {numbers, words}) {
      SCOPED_TRACE(first + labels[0]);
      const CsvTable table = read(flowers(first, labels));
      EXPECT_EQ(table.labels.size(), 30U);
      EXPECT_EQ(table.column_names.size(), 4U);
      EXPECT_EQ(table.column_names[0], first.substr(0, first.find(',')));
      EXPECT_EQ(table.first_line, 2);
      EXPECT_NE(table.read_as.find("line 1 is taken for names since its label"), std::string::npos)
          << table.read_as;
    }
  }
  // Wavelengths above a label that is the only word.
  EXPECT_EQ(read(flowers("400.5,401,402.25,900,cultivar\n", numbers)).labels.size(), 30U);
}

TEST_F(HeaderTest, SeesNumbersThatCountWithALabelAmongTheClasses) {
  // pandas without names: 0 .. 11, the label first, as a class has it, too.
  std::string first = "0";
  std::string rows;
  for (int c = 1; c < 12; ++c) first += "," + std::to_string(c);
  for (int i = 0; i < 20; ++i) {
    rows += std::to_string(i % 4);
    for (int c = 1; c < 12; ++c) rows += "," + std::to_string((i * c) % 256);
    rows += "\n";
  }
  CsvOptions label_first;
  label_first.label_column = "first";
  EXPECT_EQ(read(first + "\n" + rows, label_first).labels.size(), 20U);
  label_first.header = HeaderRow::absent;
  EXPECT_EQ(read(first + "\n" + rows, label_first).labels.size(), 21U);
  // Few columns that count may be a sample: the user is asked.
  refuse(flowers("0,1,2,3,4\n", {"3", "4", "5"}), ":1", "needs data.header = present if");
}

TEST_F(HeaderTest, AsksWhereAHeaderAndAClassOfOneSampleAreBothLikely) {
  const Words words = {"setosa", "versicolor", "virginica"};
  refuse(flowers("5.1,3.5,1.4,0.2,species\n", words), ":1 = 'species'",
         "needs data.header = present if this row holds the names of the columns, absent if it is");
  refuse(flowers("2001,2002,2003,2004,7\n", {"0", "1", "2"}), ":1 = '7'", "data.header = present");
  CsvOptions options;
  options.header = HeaderRow::present;
  EXPECT_EQ(read(flowers("5.1,3.5,1.4,0.2,species\n", words), options).labels.size(), 30U);
  options.header = HeaderRow::absent;
  EXPECT_EQ(read(flowers("5.1,3.5,1.4,0.2,species\n", words), options).labels.size(), 31U);
}

TEST_F(HeaderTest, KeepsFirstRowsThatAreSamples) {
  EXPECT_EQ(read(flowers("5.1,3.5,1.4,0.2,setosa\n", {"setosa", "virginica"})).labels.size(), 31U);
  EXPECT_EQ(read(flowers("5.1,3.5,1.4,0.2,2\n", {"0", "1", "2"})).labels.size(), 31U);
  EXPECT_EQ(read(flowers("5.1,3.5,1.4,0.2,9\n", {"0", "1"})).labels.size(), 31U);  // a rare class
  EXPECT_EQ(read("0,1,2,7\n3,4,5,8\n6,7,8,9\n").labels.size(), 3U);  // each class once
  EXPECT_EQ(read("0,0,0\n0,1,1\n1,0,1\n1,1,0\n").labels.size(), 4U);
  const CsvTable table = read(flowers("5.1,3.5,1.4,0.2,2.0\n", {"0", "1", "2"}));
  EXPECT_EQ(table.labels.front(), "2.0");
  EXPECT_FLOAT_EQ(table.values[0], 5.1F);
  EXPECT_FLOAT_EQ(table.values[4], 0.5F);
}

TEST_F(HeaderTest, AcceptsBlankRowsAtTheEndAlone) {
  const Words labels = {"a", "b"};
  for (const std::string end : {"\n", "\n\n\n", "   \n\t\n", ",,,,\n,,,,\n", "\r\n\r\n"}) {
    EXPECT_EQ(read(flowers("", labels, end)).labels.size(), 30U);
  }
  refuse(flowers("", labels, "\n\n1,2,3,4,a\n"), ":31", "is a blank line");
  refuse(flowers("", labels, ",,,,\n1,2,3,4,a\n"), ":31", "is a blank line");
  refuse("\n1,2,a\n", ":1", "");
}

TEST_F(HeaderTest, LeavesOutRowNumbersWithoutAName) {
  for (const std::string name : {"", "\"\"", "Unnamed: 0"}) {
    for (const std::string numbers : {"0 1 2", "1 2 3", "17 4 250"}) {
      SCOPED_TRACE(name + ": " + numbers);
      std::string text = name + ",length,width,kind\n";
      const char* rows[] = {",1,2,a\n", ",3,4,b\n", ",5,6,a\n"};
      std::size_t at = 0;
      for (const char* row : rows) {
        const std::size_t end = std::min(numbers.find(' ', at), numbers.size());
        text += numbers.substr(at, end - at) + row;
        at = end + 1;
      }
      const CsvTable table = read(text);
      EXPECT_EQ(table.inputs, 2);
      EXPECT_EQ(table.column_names, (Words{"length", "width"}));
      EXPECT_EQ(table.values, (Floats{1, 2, 3, 4, 5, 6}));
      EXPECT_NE(table.read_as.find("numbers the rows"), std::string::npos) << table.read_as;
      EXPECT_EQ(read(text, leaving_out("none")).inputs, 3);
    }
  }
  // No row numbers: a value twice, a fraction, a name.
  const CsvTable twice = read(",x,kind\n1,2,a\n1,3,b\n");
  EXPECT_EQ(twice.inputs, 2);
  EXPECT_NE(twice.read_as.find("column 1 without a name is an input"), std::string::npos);
  EXPECT_EQ(read(",x,kind\n0.5,2,a\n1,3,b\n").inputs, 2);
  EXPECT_EQ(read("n,x,kind\n0,2,a\n1,3,b\n").inputs, 2);
  EXPECT_EQ(read("x,,kind\n0,2,a\n1,3,b\n").inputs, 2);
}

TEST_F(HeaderTest, LeavesOutColumnsByNameAndNumber) {
  const std::string text = "id,length,date,width,kind\nf1,1,May,2,a\nf2,3,June,4,b\n";
  for (const std::string list : {"id,date", "1,3", "date, 1", "id,3,1"}) {
    const CsvTable table = read(text, leaving_out(list));
    EXPECT_EQ(table.values, (Floats{1, 2, 3, 4})) << list;
    EXPECT_EQ(table.column_names, (Words{"length", "width"}));
    EXPECT_NE(table.read_as.find("column 3 (date) left out"), std::string::npos) << table.read_as;
  }
  EXPECT_EQ(read("f1,1,a\nf2,3,b\n", leaving_out("1")).values, (Floats{1, 3}));
  refuse(text, "data.leave_out = 'day'", "needs names of the header or numbers from 1 to 5",
         leaving_out("id,day"));
  refuse(text, "data.leave_out = '6'", "numbers from 1 to 5", leaving_out("6"));
  refuse(text, "data.leave_out = '0'", "numbers from 1 to 5", leaving_out("0"));
  refuse(text, "data.leave_out = 'kind'", "is the column of the label", leaving_out("kind"));
  refuse(text, "data.leave_out", "leaves no input", leaving_out("1,2,3,4"));
  refuse(text, "data.leave_out = 'id,,date'", "joined by commas", leaving_out("id,,date"));
  refuse("1,2,a\n3,4,b\n", "data.leave_out = 'x'", "has no header", leaving_out("x"));
}

TEST_F(HeaderTest, FindsTheDelimiter) {
  const Floats values = {5.5F, 3, 1.5F, 4, 2.5F, 6};
  const struct {
    const char* text;
    const char* delimiter;
  } cases[] = {{"5.5,3,a\n1.5,4,b\n2.5,6,a\n", "comma"},
               {"5.5, 3, a\n1.5, 4, b\n2.5, 6, a\n", "comma"},
               {"5.5;3;a\n1.5;4;b\n2.5;6;a\n", "semicolon"},
               {"5.5\t3\ta b\n1.5\t4\tb\n2.5\t6\ta b\n", "tab"},
               {"5.5 3 a\n1.5 4 b\n2.5 6 a\n", "blank"},
               {"  5.5   3\ta  \n  1.5   4\tb\n  2.5   6\ta\n\n", "blank"},
               {"5.5,3,\"a;b\"\n1.5,4,\"b;c\"\n2.5,6,\"a;d\"\n", "comma"},
               {"long name;width;kind, of all\n5.5;3;a\n1.5;4;b\n2.5;6;a\n", "semicolon"},
               {"p q kind\n5.5 3 \"a b\"\n1.5 4 \"b\"\n2.5 6 \"c d\"\n", "blank"}};
  for (const auto& each : cases) {
    SCOPED_TRACE(each.text);
    const CsvTable table = read(each.text);
    EXPECT_EQ(table.values, values);
    EXPECT_EQ(table.read_as.rfind(std::string("delimiter ") + each.delimiter + " (detected)", 0),
              0U)
        << table.read_as;
  }
  refuse("1\n2\n", ":1", "with comma, semicolon, tab or blanks between them (data.delimiter)");
  CsvOptions comma;
  comma.delimiter = Delimiter::comma;
  refuse("1;2;a\n3;4;b\n", ":1", "with comma between them (data.delimiter)", comma);
}

TEST_F(HeaderTest, ReadsLinesThatEndWithCarriageReturnAlone) {
  EXPECT_EQ(read("x,y,kind\r1,2,a\r3,4,b\r").labels, (Words{"a", "b"}));
  refuse(std::string("\xff\xfex\0,\0", 6), "", "is UTF-16: needs a text in UTF-8");
}

// ---- ARFF ----

class ArffTest : public test::FilesTest {
 protected:
  CsvTable read(const std::string& bytes, const CsvOptions& options = {}) const {
    return read_arff(write("data.arff", bytes), options);
  }
  void refuse(const std::string& bytes, const std::string& where, const std::string& reason) const {
    SCOPED_TRACE(bytes);
    const std::string path = write("data.arff", bytes);
    test::expect_refused([&] { read_arff(path, {}); }, path + where, reason);
  }
  static constexpr const char* kHeader =
      "% flowers\n@RELATION iris\n\n@attribute sepal REAL\n@ATTRIBUTE 'petal length' numeric\n"
      "@attribute \"n\" integer\n@attribute class {Iris-setosa,'Iris virginica'}\n@DATA\n";
};

TEST_F(ArffTest, ReadsAttributesAndRows) {
  const CsvTable table = read(std::string(kHeader) +
                              "5.1,3.5,1,Iris-setosa\n% between\n\n6, 2.5 ,2,'Iris virginica'\n");
  EXPECT_EQ(table.column_names, (Words{"sepal", "petal length", "n"}));
  EXPECT_EQ(table.values, (Floats{5.1F, 3.5F, 1, 6, 2.5F, 2}));
  EXPECT_EQ(table.labels, (Words{"Iris-setosa", "Iris virginica"}));
  EXPECT_EQ(table.lines, (std::vector<std::int64_t>{9, 12}));
  CsvOptions options;
  options.label_column = "n";
  options.leave_out = "class";
  const CsvTable other = read(std::string(kHeader) + "1,2,7,x\n3,4,8,y\n", options);
  EXPECT_EQ(other.labels, (Words{"7", "8"}));
  EXPECT_EQ(other.values, (Floats{1, 2, 3, 4}));
}

TEST_F(ArffTest, RefusesWhatItIsNot) {
  const std::string header = kHeader;
  refuse("1,2,a\n", ":1", "is no header of ARFF");
  refuse("@relation x\n@attribute a real\n", "", "needs @data");
  refuse("@attribute a\n@data\n", ":1", "needs @attribute NAME TYPE");
  refuse("@attribute 'a real\n@data\n", ":1", "quote");
  refuse("@attribute a real\n@attribute a real\n@data\n", ":2", "stands once");
  refuse("@attribute a real\n@data\n1\n", "", "needs a label and 1 to");
  refuse(header, "", "has no sample");
  refuse(header + "{0 5.1, 3 Iris-setosa}\n", ":9", "sparse row");
  refuse(header + "5.1,?,1,Iris-setosa\n", ":9", "column 2 (petal length) has a missing value");
  refuse(header + "5.1,3,1,?\n", ":9", "missing value");
  refuse(header + "5.1,3,1\n", ":9", "needs 4");
  refuse(header + "5.1,long,1,a\n", ":9", "column 2 (petal length) needs a finite number");
}

}  // namespace
}  // namespace minerva
