#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "minerva/interchange/network_file.hpp"
#include "program.hpp"

// A network and data of one's own: the number of wrong samples is the one that plain loops over the
// network's own inputs and outputs count, or the program says what it needs to know.
namespace minerva::test {
namespace {

using Json = nlohmann::json;
using Row = std::vector<double>;

/// Samples around a centre for each class, and a network that finds the nearest centre.
struct Problem {
  int inputs;
  std::vector<Row> centres;
  std::vector<Row> samples;
  std::vector<int> classes;  ///< of the samples

  Problem(int inputs_, int count, int per_class, double spread, unsigned seed) : inputs(inputs_) {
    std::mt19937 random(seed);
    // Steps of 1/1000 of integers, so that the text of a CSV holds the numbers as they are.
    const auto uniform = [&](double low, double high) {
      return std::round((low + (high - low) * static_cast<double>(random() % 100000) / 1e5) *
                        1000) /
             1000;
    };
    for (int c = 0; c < count; ++c) {
      centres.emplace_back();
      for (int i = 0; i < inputs; ++i) centres.back().push_back(uniform(0, 8));
    }
    for (int s = 0; s < count * per_class; ++s) {
      classes.push_back(s % count);
      samples.emplace_back();
      for (int i = 0; i < inputs; ++i) {
        const double centre =
            centres[static_cast<std::size_t>(s % count)][static_cast<std::size_t>(i)];
        samples.back().push_back(std::round((centre + uniform(-spread, spread)) * 1000) / 1000);
      }
    }
  }

  /// A network of inputs u = (x - subtract) / divide, whose output `place[c]` is class c; the
  /// others of its outputs are never the largest.
  Network network(double subtract, double divide, const std::vector<int>& place,
                  int outputs) const {
    Network made;
    made.layers.resize(2);
    Eigen::MatrixXf split = Eigen::MatrixXf::Zero(2 * inputs, inputs);  // ReLU of u and of -u
    Eigen::MatrixXf nearest = Eigen::MatrixXf::Zero(outputs, 2 * inputs);
    Eigen::VectorXf biases = Eigen::VectorXf::Constant(outputs, -1000);
    for (int i = 0; i < inputs; ++i) {
      split(i, i) = 1;
      split(inputs + i, i) = -1;
    }
    for (std::size_t c = 0; c < centres.size(); ++c) {
      double square = 0;
      for (int i = 0; i < inputs; ++i) {
        const double u = (centres[c][static_cast<std::size_t>(i)] - subtract) / divide;
        nearest(place[c], i) = static_cast<float>(2 * u);
        nearest(place[c], inputs + i) = static_cast<float>(-2 * u);
        square += u * u;
      }
      biases[place[c]] = static_cast<float>(-square);
    }
    made.layers[0] = {split, Eigen::VectorXf::Zero(2 * inputs)};
    made.layers[1] = {nearest, biases};
    return made;
  }

  /// Wrong samples when the network's inputs are (x - subtract) / divide and its centres are those
  /// of inputs (x - of_subtract) / of_divide: the nearest centre in plain loops.
  int wrong(double subtract, double divide, double of_subtract, double of_divide) const {
    int count = 0;
    for (std::size_t s = 0; s < samples.size(); ++s) {
      double least = 0;
      int best = -1;
      for (std::size_t c = 0; c < centres.size(); ++c) {
        double distance = 0;
        for (std::size_t i = 0; i < static_cast<std::size_t>(inputs); ++i) {
          const double difference =
              (samples[s][i] - subtract) / divide - (centres[c][i] - of_subtract) / of_divide;
          distance += difference * difference;
        }
        if (best < 0 || distance < least) {
          least = distance;
          best = static_cast<int>(c);
        }
      }
      count += best == classes[s] ? 0 : 1;
    }
    return count;
  }

  std::string csv(const std::vector<std::string>& labels, const std::string& header = "") const {
    std::string text = header;
    for (std::size_t s = 0; s < samples.size(); ++s) {
      char number[32];
      for (const double x : samples[s]) {
        std::snprintf(number, sizeof number, "%.3f,", x);
        text += number;
      }
      text += labels[static_cast<std::size_t>(classes[s])] + "\n";
    }
    return text;
  }
};

std::vector<int> counting(int count, int first = 0) {
  std::vector<int> numbers;
  for (int k = 0; k < count; ++k) numbers.push_back(first + k);
  return numbers;
}

std::vector<std::string> labels_from(int count, int first, const std::string& end = "") {
  std::vector<std::string> labels;
  for (int k = 0; k < count; ++k) labels.push_back(std::to_string(first + k) + end);
  return labels;
}

class OwnNetwork : public ::testing::Test {
 protected:
  static std::string on(const std::string& network, const std::string& more = "") {
    return " --network " + network +
           " --data.set=csv --data.train_file=all.csv --data.validation_file=all.csv "
           "--data.test_file=all.csv " +
           more;
  }
  Json eval(const std::string& arguments) {
    const ProgramResult r = run_minerva(folder_.path(), "eval" + arguments + " --json");
    EXPECT_EQ(r.exit_code, 0) << arguments << "\n" << r.standard_error;
    log_ = r.standard_error;
    return r.exit_code == 0 ? Json::parse(r.standard_output) : Json{{"wrong_float", -1}};
  }
  void refuse(const std::string& arguments, const std::string& reason) {
    const ProgramResult r = run_minerva(folder_.path(), "eval" + arguments);
    EXPECT_EQ(r.exit_code, 2) << arguments;
    EXPECT_NE(r.standard_error.find(reason), std::string::npos) << r.standard_error;
  }
  void write_network(const std::string& name, const Network& network) {
    folder_.write(name, serialize_network(network));
  }

  TemporaryFolder folder_;
  std::string log_;
};

TEST_F(OwnNetwork, SeesTheInputsThatItWasTrainedOn) {
  const Problem flowers(4, 3, 50, 3.5, 1);
  folder_.write("all.csv", flowers.csv({"0", "1", "2"}, "a,b,c,d,y\n"));
  const struct {
    double subtract;
    double divide;
    const char* keys;
  } cases[] = {{0, 1, ""},
               {3.4, 2, "--data.subtract=3.4 --data.divide=2"},
               {0.1307, 0.3081, "--data.subtract=0.1307 --data.divide=0.3081"},
               {0.5, 0.5, "--data.subtract=0.5 --data.divide=0.5"},
               {0, 8, "--data.divide=8"},
               {4, 1, "--data.subtract=offset.txt"}};
  folder_.write("offset.txt", "4\n4\n4\n4.0\n");
  int different = 0;
  for (const auto& each : cases) {
    SCOPED_TRACE(each.keys);
    write_network("n.safetensors", flowers.network(each.subtract, each.divide, counting(3), 3));
    const int expected = flowers.wrong(each.subtract, each.divide, each.subtract, each.divide);
    EXPECT_GT(expected, 0);
    EXPECT_EQ(eval(on("n.safetensors", each.keys))["wrong_float"], expected);
    const int raw = flowers.wrong(0, 1, each.subtract, each.divide);
    EXPECT_EQ(eval(on("n.safetensors"))["wrong_float"], raw);  // nothing is scaled unasked
    different += raw != expected ? 1 : 0;
  }
  EXPECT_GE(different, 4);
  EXPECT_NE(log_.find("the network's inputs are the values of the data, not scaled"),
            std::string::npos)
      << log_;
}

TEST_F(OwnNetwork, JudgesEachLabelByItsOutput) {
  const Problem twelve(6, 12, 15, 0.4, 2);
  ASSERT_EQ(twelve.wrong(0, 1, 0, 1), 0);
  write_network("n12", twelve.network(0, 1, counting(12), 12));
  write_network("n13", twelve.network(0, 1, counting(12, 1), 13));
  const auto wrong = [&](const std::vector<std::string>& labels, const std::string& network,
                         const std::string& keys) {
    folder_.write("all.csv", twelve.csv(labels));
    return eval(on(network, keys))["wrong_float"].get<int>();
  };
  EXPECT_EQ(wrong(labels_from(12, 0), "n12", ""), 0);
  EXPECT_EQ(wrong(labels_from(12, 0, ".0"), "n12", ""), 0);
  EXPECT_EQ(wrong(labels_from(12, 1), "n13", ""), 0);
  EXPECT_EQ(wrong(labels_from(12, 1), "n12", "--data.label_offset=1"), 0);
  EXPECT_EQ(wrong(labels_from(12, 1, ".00"), "n12", "--data.label_offset=1"), 0);
  EXPECT_EQ(wrong(labels_from(12, -3), "n12", "--data.label_offset=-3"), 0);
  const std::vector<std::string> words = {"m", "n", "o", "p", "a", "b",
                                          "c", "d", "x", "y", "z", "u"};
  std::string order;
  for (const std::string& word : words) order += word + "\n";
  folder_.write("order.txt", order);
  EXPECT_EQ(wrong(words, "n12", "--data.class_order=order.txt"), 0);
  folder_.write("all.csv", twelve.csv(labels_from(12, 1)));
  refuse(on("n12"), "data.label_offset = 1");
  folder_.write("all.csv", twelve.csv(words));
  refuse(on("n13"), "needs data.class_order");
}

TEST_F(OwnNetwork, ShowsTheTableOfLabelsAndItsDoubts) {
  const Problem twelve(6, 12, 15, 0.4, 2);
  write_network("n13", twelve.network(0, 1, counting(12, 1), 13));
  folder_.write("all.csv", twelve.csv(labels_from(12, 0)));
  const Json shifted = eval(on("n13"));
  EXPECT_EQ(shifted["wrong_float"], 180);
  EXPECT_NE(log_.find("180 of 180 samples are wrong, but each label has an output of its own"),
            std::string::npos)
      << log_;
  EXPECT_NE(log_.find("1 higher"), std::string::npos) << log_;
  const Json row = {
      {"label", "3"}, {"output", 3}, {"samples", 15}, {"wrong", 15}, {"mostly_predicted", 4}};
  EXPECT_EQ(shifted["labels"][3], row);
  EXPECT_EQ(shifted["labels"].size(), 13U);
  folder_.write("all.csv", twelve.csv(labels_from(12, 1)));
  const ProgramResult text = run_minerva(folder_.path(), "eval" + on("n13"));
  EXPECT_NE(text.standard_output.find("labels and outputs of the float network"),
            std::string::npos);
  EXPECT_NE(text.standard_error.find("1 -> 1 (45), 2 -> 2 (45)"), std::string::npos)
      << text.standard_error;
  EXPECT_NE(text.standard_error.find("no sample belongs to output 0"), std::string::npos);
  folder_.write("own.cfg",
                "[data]\nset = csv\ntrain_file = all.csv\nvalidation_file = all.csv\n"
                "test_file = all.csv\n");
  const ProgramResult imported = run_minerva(folder_.path(), "import n13 --data own.cfg --json");
  ASSERT_EQ(imported.exit_code, 0) << imported.standard_error;
  const Json document = Json::parse(imported.standard_output);
  EXPECT_EQ(document["data"]["test_wrong"], 0);
  EXPECT_EQ(document["data"]["labels"][12]["output"], 12);
  EXPECT_EQ(document["data"]["notes"].empty(), false);
}

TEST_F(OwnNetwork, SaysWhichSamplesItMayHaveBeenTrainedOn) {
  const Problem twelve(6, 12, 15, 0.4, 2);
  write_network("n12", twelve.network(0, 1, counting(12), 12));
  folder_.write("all.csv", twelve.csv(labels_from(12, 0)));
  const std::string held_out =
      " --network n12 --data.set=csv --data.train_file=all.csv --data.test_samples=30";
  EXPECT_EQ(eval(held_out)["wrong_float"], 0);
  EXPECT_NE(log_.find("the test samples are held out of all.csv, which the given network "
                      "may have been trained on"),
            std::string::npos)
      << log_;
  EXPECT_NE(log_.find("no test sample is wrong: a sign"), std::string::npos) << log_;
  eval(on("n12"));
  EXPECT_EQ(log_.find("may have been trained on"), std::string::npos) << log_;
  const ProgramResult run = run_minerva(folder_.path(), "train" + held_out + " --out r --json");
  ASSERT_EQ(run.exit_code, 0) << run.standard_error;
  EXPECT_NE(run.standard_output.find("0 of 22 validation samples are wrong: a sign"),
            std::string::npos)
      << run.standard_output;
  EXPECT_NE(run.standard_output.find("labels and their outputs: 0 -> 0 (15)"), std::string::npos);
}

TEST_F(OwnNetwork, TrainedByThisProgramKeepsItsInputsAndClasses) {
  const Problem some(5, 4, 60, 2.5, 3);
  folder_.write("all.csv", some.csv(labels_from(4, 1)));  // labels from 1, numbered from 0
  const std::string config =
      " --data.set=csv --data.train_file=all.csv --data.test_samples=60 --training.hidden=6 "
      "--training.epochs=60 --training.batch_size=20 --sweep.search=none --budget.sigma_percent=1 "
      "--noise.seeds=0";
  const ProgramResult trained = run_minerva(folder_.path(), "train" + config + " --out r");
  ASSERT_EQ(trained.exit_code, 0) << trained.standard_error;
  const Json own = eval(config + " --out r");
  const Json given = eval(config + " --network r/network.safetensors");
  for (const char* number : {"wrong_float", "wrong", "divergence_nats"}) {
    EXPECT_EQ(given[number], own[number]) << number;
  }
  EXPECT_NE(log_.find("says that it was trained on these samples"), std::string::npos) << log_;
  EXPECT_EQ(log_.find("may have been trained on"), std::string::npos) << log_;
  const std::string before = folder_.read("r/network.safetensors");
  const ProgramResult itself =
      run_minerva(folder_.path(), "train" + config + " --out r --network r/network.safetensors");
  EXPECT_EQ(itself.exit_code, 2);
  EXPECT_NE(itself.standard_error.find("is the result of stage 1 in this folder"),
            std::string::npos)
      << itself.standard_error;
  EXPECT_EQ(folder_.read("r/network.safetensors"), before);
  // Elsewhere, or on other samples, nobody knows how its inputs were scaled.
  std::filesystem::copy(folder_.path() + "/r/network.safetensors", folder_.path() + "/copy");
  refuse(config + " --network copy", "no record of its run lies beside it");
  refuse(config + " --network r/network.safetensors --data.train_samples=100",
         "trained by this program on other training samples than these, as r/stages/train.json");
  const Json asked = eval(config + " --network copy --data.scaling=standard --data.label_offset=1");
  EXPECT_EQ(asked["wrong_float"], own["wrong_float"]);
  const Json raw = eval(config + " --network copy --data.scaling=none --data.label_offset=1");
  EXPECT_GT(raw["wrong_float"].get<int>(), own["wrong_float"].get<int>());
}

TEST_F(OwnNetwork, ReadsEveryFormOfFileAlike) {
  const Problem some(4, 3, 20, 5, 4);
  write_network("n", some.network(0, 1, counting(3), 3));
  const int expected = some.wrong(0, 1, 0, 1);
  EXPECT_GT(expected, 0);
  const std::vector<std::string> labels = labels_from(3, 0);
  const std::string plain = some.csv(labels);
  std::string blanks;
  std::string semicolons;
  std::string numbered = ",a,b,c,d,y\n";
  std::string libsvm;
  std::string arff = "@relation r\n";
  for (const char* name : {"a", "b", "c", "d", "y"}) {
    arff += std::string("@attribute ") + name + " numeric\n";
  }
  for (const char c : plain) blanks += c == ',' ? ' ' : c;
  for (const char c : plain) semicolons += c == ',' ? ';' : c;
  for (std::size_t s = 0, begin = 0; s < some.samples.size(); ++s) {
    const std::size_t end = plain.find('\n', begin);
    const std::string row = plain.substr(begin, end - begin);
    numbered += std::to_string(s) + "," + row + "\n";
    const std::string label = row.substr(row.rfind(',') + 1);
    std::string pairs = label;
    for (std::size_t i = 0, at = 0; i < 4; ++i) {
      const std::size_t comma = row.find(',', at);
      pairs += " " + std::to_string(i + 1) + ":" + row.substr(at, comma - at);
      at = comma + 1;
    }
    libsvm += pairs + "\n";
    begin = end + 1;
  }
  const struct {
    const char* set;
    std::string text;
    const char* keys;
  } files[] = {{"csv", plain + "\n\n", ""}, {"csv", "0,1,2,3,target\n" + plain, ""},
               {"csv", blanks, ""},         {"csv", semicolons, ""},
               {"csv", numbered, ""},       {"csv", numbered, "--data.leave_out=1"},
               {"libsvm", libsvm, ""},      {"arff", arff + "@data\n" + plain, ""}};
  for (const auto& file : files) {
    SCOPED_TRACE(file.text.substr(0, 40));
    folder_.write("all", file.text);
    const Json found =
        eval(std::string(" --network n --data.train_file=all --data.validation_file=all "
                         "--data.test_file=all --data.set=") +
             file.set + " " + file.keys);
    EXPECT_EQ(found["wrong_float"], expected);
    EXPECT_EQ(found["samples"], 60);
  }
  // A config whose lines end with CR alone.
  folder_.write("all.csv", plain);
  folder_.write("own.cfg",
                "# mine\r[data]\rset = csv\rtrain_file = all.csv\rvalidation_file = all.csv\r"
                "test_file = all.csv\r[network]\rfile = n\r");
  EXPECT_EQ(eval(" own.cfg")["wrong_float"], expected);
}

}  // namespace
}  // namespace minerva::test
