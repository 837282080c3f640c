#include <gtest/gtest.h>

#include "program.hpp"

// `minerva import` and `minerva export`, and what Python makes of the exports alone.
namespace minerva::test {
namespace {

const std::string kSource = MINERVA_SOURCE_DIR;
const std::string kGolden = kSource + "/tests/golden/network.safetensors";
const std::string kSamples = kSource + "/tests/samples/networks/";
const std::string kTiny = kSource + "/tests/support/tiny.cfg";

std::string python_with(const std::string& module) {
  for (const char* python : {"python3", "/usr/bin/python3"}) {
    const std::string command = std::string(python) + " -c 'import numpy, " + module + "'";
    if (run_in("/", command).exit_code == 0) return python;
  }
  return "";
}

void expect_success(const ProgramResult& r) {
  ASSERT_EQ(r.exit_code, 0) << r.standard_output << r.standard_error;
}

/// A plan of the golden network's two layers, thresholds and scales among it.
std::string plan(const std::string& mode, const std::string& product) {
  return R"({"schema": "minerva-plan-2", "rounding": ")" + mode + R"(", "layers": [)" +
         R"({"W": [1, 6], "X": [2, 4], "P": )" + product + R"(, "theta": 4, "scale": -1},)" +
         R"({"W": [2, 6], "X": [3, 3], "P": )" + product + R"(, "theta": 3, "scale": 1}]})";
}

constexpr const char* kNarrow =
    "[2, 6]";  // rounds and saturates: products have 10 and 9 fraction bits
constexpr const char* kWide = "[7, 10]";  // holds every product

class Exported : public ::testing::TestWithParam<const char*> {
 protected:
  void evaluate(const std::string& product) {
    folder_.write("plan.json", plan(GetParam(), product));
    expect_success(
        run_minerva(folder_.path(), "eval " + kTiny + " --network " + kGolden +
                                        " --plan plan.json --eval.samples=120 --dump d"));
  }
  ProgramResult write(const std::string& options) {
    return run_minerva(folder_.path(),
                       "export --network " + kGolden + " --plan plan.json " + options);
  }
  ProgramResult python(const std::string& module, const std::string& command) {
    return run_in(folder_.path(),
                  python_with(module) + " " + kSource + "/tests/support/" + command);
  }
  TemporaryFolder folder_;
};

TEST_P(Exported, CodesAloneGiveEveryAccumulatorAndClass) {
  if (python_with("json").empty()) GTEST_SKIP() << "no Python with NumPy";
  evaluate(kNarrow);
  folder_.write("point.json",
                R"({"schema": "minerva-design-point-2", "lanes": 5, "macs_per_lane": 3,)"
                R"("weight_bandwidth": 3, "activation_bandwidth": 3, "write_ports": 1,)"
                R"("multiplier_stages": 1, "clock_period_ns": 4.0, "weight_banks": 0,)"
                R"("activation_banks": 0, "weight_bank_words": 0})");
  expect_success(write("--design point.json --format codes --to codes"));
  expect_success(python("json", "check_codes.py codes d"));
  // The check itself: one code of one neuron moved is found.
  folder_.write("move.py",
                "import numpy as n\na = dict(n.load('codes/network_codes.npz'))\n"
                "a['w1'][3, 2] += 1\nn.savez('codes/network_codes.npz', **a)\n");
  expect_success(run_in(folder_.path(), python_with("json") + " move.py"));
  EXPECT_EQ(python("json", "check_codes.py codes d").exit_code, 1);
}

TEST_P(Exported, VerilogReadsTheMemoryFilesAndComputesTheSame) {
  if (python_with("json").empty() || run_in("/", "iverilog -V").exit_code != 0) {
    GTEST_SKIP() << "no Python with NumPy, or no Icarus Verilog";
  }
  evaluate(kNarrow);
  expect_success(write("--format codes --to codes"));
  expect_success(python("json", "make_codes_bench.py codes d 12 bench"));
  expect_success(
      run_in(folder_.path(),
             "cd bench && iverilog -g2005 -Wall -o bench bench.v && vvp -n bench | diff - "
             "expected.txt"));
}

TEST_P(Exported, QonnxWithEachProductRoundedIsTheMachineToTheBit) {
  if (python_with("onnx").empty()) GTEST_SKIP() << "no Python with ONNX";
  evaluate(kNarrow);
  expect_success(write("--format qonnx --products each_product --to each.onnx"));
  expect_success(python("onnx", "check_onnx.py equal each.onnx d"));
  // Products that are summed exactly give other codes here, or this would test nothing.
  expect_success(write("--format qonnx --to sums.onnx"));
  EXPECT_EQ(python("onnx", "check_onnx.py equal sums.onnx d").exit_code, 1);
}

TEST_P(Exported, QonnxIsTheMachineWhereProductsAreWideEnough) {
  if (python_with("onnx").empty()) GTEST_SKIP() << "no Python with ONNX";
  evaluate(kWide);
  expect_success(write("--format qonnx --to sums.onnx"));
  expect_success(python("onnx", "check_onnx.py equal sums.onnx d"));
}

TEST_P(Exported, FloatModelComputesTheNetwork) {
  if (python_with("onnx").empty()) GTEST_SKIP() << "no Python with ONNX";
  evaluate(kWide);
  expect_success(write("--format onnx --to float.onnx"));
  expect_success(python("onnx", "check_onnx.py float float.onnx d"));
}

INSTANTIATE_TEST_SUITE_P(Rounding, Exported, ::testing::Values("half_up", "half_even", "truncate"),
                         [](const auto& each) { return std::string(each.param); });

/// A plan of nine layers, two of them pools: thresholds everywhere, and scales that the layers of
/// an added tensor share.
std::string plan_of_maps(const std::string& product) {
  const int scale[] = {1, 1, 0, 1, 0, 0, -1, -1, 0};
  std::string text = R"({"schema": "minerva-plan-2", "rounding": "half_up", "layers": [)";
  for (int k = 0; k < 9; ++k) {
    const bool pool = k == 1 || k == 7;
    text += std::string(k == 0 ? "" : ",") + R"({"W": [1, 4], "X": [3, 3], "P": )" + product +
            R"(, "theta": )" + (pool ? "0" : "2") + R"(, "scale": )" + std::to_string(scale[k]) +
            "}";
  }
  return text + "]}";
}

// Convolutions, fused and global pools, shortcuts with a stride and without, a depthwise layer.
TEST(ExportedMaps, QonnxIsTheMachineWhereProductsAreWideEnough) {
  const std::string python = python_with("onnx");
  if (python.empty()) GTEST_SKIP() << "no Python with ONNX";
  const TemporaryFolder folder;
  const std::string network =
      kTiny + " --training.network='28x28x1 c4k5s2p2 m2 r4 r6s2 d12k3p1 a2 10'";
  expect_success(run_minerva(folder.path(), "train " + network + " --out run"));
  const auto check = [&](const std::string& product) {
    folder.write("plan.json", plan_of_maps(product));
    expect_success(run_in(folder.path(), "rm -rf d q.onnx"));
    expect_success(run_minerva(folder.path(), "eval " + network +
                                                  " --network run/network.safetensors --plan "
                                                  "plan.json --eval.samples=60 --dump d"));
    expect_success(run_minerva(folder.path(),
                               "export --network run/network.safetensors --plan plan.json "
                               "--format qonnx --to q.onnx"));
    return run_in(folder.path(),
                  python + " " + kSource + "/tests/support/check_onnx.py equal q.onnx d");
  };
  const ProgramResult wide = check("[9, 8]");
  EXPECT_EQ(wide.exit_code, 0) << wide.standard_output << wide.standard_error;
  for (const char* tensor : {"class", "acc8", "x0", "x1", "x3", "x4", "x5", "x6", "x7", "x8"}) {
    EXPECT_NE(wide.standard_output.find(std::string(tensor) + ": 0 of"), std::string::npos)
        << tensor;
  }
  // Narrow products differ, or this would test nothing.
  EXPECT_EQ(check("[4, 5]").exit_code, 1);
  // Another program computes sums, counts and, cycle by cycle, the machine's time.
  for (const std::string machine :
       {"",
        " --design.lanes=3 --design.macs_per_lane=2 --design.weight_bandwidth=2 "
        "--design.activation_bandwidth=2 --design.write_ports=1",
        " --design.lanes=2 --design.positions_per_weight=3 --design.off_chip_words=2"}) {
    expect_success(run_in(folder.path(), "rm -rf d"));
    expect_success(run_minerva(folder.path(), "eval " + network +
                                                  " --network run/network.safetensors --plan "
                                                  "plan.json --eval.samples=5 --dump d" +
                                                  machine));
    const ProgramResult dump =
        run_in(folder.path(), python + " " + kSource + "/tests/support/check_dump.py d");
    expect_success(dump);
    EXPECT_NE(dump.standard_output.find("stall cycles of layer 8: 1 equal"), std::string::npos);
  }
  // The codes give the same sums with rounded products, too.
  expect_success(run_minerva(folder.path(),
                             "export --network run/network.safetensors --plan plan.json --format "
                             "codes --to codes"));
  const std::string check_codes = python + " " + kSource + "/tests/support/check_codes.py codes d";
  const ProgramResult codes = run_in(folder.path(), check_codes);
  expect_success(codes);
  for (const char* part : {"acc8: ", "class: ", "weight memories of layer 6: "}) {
    EXPECT_NE(codes.standard_output.find(part), std::string::npos) << part;
  }
  // So do those of a machine whose weights come from off chip, in the order in which they come.
  folder.write("stream.json",
               "{\"schema\": \"minerva-design-point-2\", \"lanes\": 2, \"macs_per_lane\": 1, "
               "\"weight_bandwidth\": 1, \"activation_bandwidth\": 1, \"write_ports\": 1, "
               "\"multiplier_stages\": 1, \"clock_period_ns\": 4.0, \"weight_banks\": 0, "
               "\"activation_banks\": 0, \"weight_bank_words\": 0, \"off_chip_words\": 3}");
  expect_success(run_minerva(folder.path(),
                             "export --network run/network.safetensors --plan plan.json --format "
                             "codes --to streamed --design stream.json"));
  const ProgramResult streamed =
      run_in(folder.path(), python + " " + kSource + "/tests/support/check_codes.py streamed d");
  expect_success(streamed);
  EXPECT_NE(streamed.standard_output.find("weight memories of layer 6: "), std::string::npos);
  folder.write("move.py",
               "import numpy as n\na = dict(n.load('codes/network_codes.npz'))\n"
               "a['w3'][3, 2] += 1\nn.savez('codes/network_codes.npz', **a)\n");
  expect_success(run_in(folder.path(), python + " move.py"));
  EXPECT_EQ(run_in(folder.path(), check_codes).exit_code, 1);
}

std::string line_of(const std::string& text, const std::string& start) {
  const std::size_t at = text.find(start);
  return at == std::string::npos ? "" : text.substr(at, text.find('\n', at) - at);
}

TEST(Import, EveryFormatComesBackToTheSameNumbersAndErrors) {
  const TemporaryFolder folder;
  const ProgramResult first = run_minerva(folder.path(), "import " + kGolden);
  expect_success(first);
  const std::string numbers = line_of(first.standard_output, "sha256");
  EXPECT_NE(numbers, "");
  const auto wrong = [&](const std::string& network) {
    const ProgramResult r = run_minerva(folder.path(), "eval " + kTiny + " --network " + network);
    EXPECT_EQ(r.exit_code, 0) << r.standard_error;
    return r.standard_output;
  };
  const std::string expected = wrong(kGolden);
  for (const std::string format : {"safetensors", "npz", "onnx"}) {
    expect_success(run_minerva(folder.path(), "export --network " + kGolden + " --format " +
                                                  format + " --to net." + format));
    const ProgramResult back = run_minerva(folder.path(), "import net." + format + " --to back");
    expect_success(back);
    EXPECT_EQ(line_of(back.standard_output, "sha256"), numbers);
    EXPECT_EQ(line_of(run_minerva(folder.path(), "import back").standard_output, "sha256"),
              numbers);
    EXPECT_EQ(wrong("net." + format), expected);
  }
}

TEST(Import, NumpyReadsWhatIsExportedAndIsRead) {
  const std::string python = python_with("json");
  if (python.empty()) GTEST_SKIP() << "no Python with NumPy";
  const TemporaryFolder folder;
  expect_success(
      run_minerva(folder.path(), "export --network " + kGolden + " --format npz --to a.npz"));
  // From version 3.0 headers to Fortran order: whatever NumPy writes.
  folder.write(
      "again.py",
      "import numpy as n\na = n.load('a.npz')\n"
      "n.savez_compressed('b.npz', **{k: n.asfortranarray(a[k].astype('>f8')) for k in a})\n"
      "assert a['w0'].shape == (784, 12) and a['b1'].shape == (10,)\n");
  expect_success(run_in(folder.path(), python + " again.py"));
  const std::string numbers =
      line_of(run_minerva(folder.path(), "import a.npz").standard_output, "sha256");
  EXPECT_EQ(line_of(run_minerva(folder.path(), "import b.npz").standard_output, "sha256"), numbers);
}

TEST(Import, QuantizedExportComesBackToEqualCodes) {
  for (const std::string rounding : {"half_up", "half_even", "truncate"}) {
    for (const std::string products : {"sums", "each_product"}) {
      const TemporaryFolder folder;
      folder.write("plan.json", plan(rounding, kNarrow));
      const auto run = [&](const std::string& arguments) {
        const ProgramResult r = run_minerva(folder.path(), arguments);
        EXPECT_EQ(r.exit_code, 0) << arguments << "\n" << r.standard_error;
        return r;
      };
      const std::string before = "--network " + kGolden + " --plan plan.json ";
      const std::string after = "--network back.safetensors --plan back.json ";
      run("export " + before + "--format qonnx --products " + products + " --to q.onnx");
      const ProgramResult alone = run("import q.onnx");
      EXPECT_NE(alone.standard_output.find("a plan (minerva import FILE --plan PLAN): layer 0 W "),
                std::string::npos)
          << alone.standard_output;
      run("import q.onnx --to back.safetensors --plan back.json");
      run("export " + before + "--format codes --to one");
      run("export " + after + "--format codes --to other");
      EXPECT_EQ(folder.read("one/network_codes.npz"), folder.read("other/network_codes.npz"));
      run("eval " + kTiny + " " + before + "--eval.samples=120 --dump d_one");
      run("eval " + kTiny + " " + after + "--eval.samples=120 --dump d_other");
      for (const char* file : {"x0", "x1", "acc0", "acc1", "class"}) {
        const std::string name = std::string("/") + file + ".npy";
        EXPECT_EQ(folder.read("d_one" + name), folder.read("d_other" + name)) << name;
      }
    }
  }
}

TEST(Import, NotesAreInJsonAndInTheLogOfEveryCommand) {
  const TemporaryFolder folder;
  const std::string assumed = "taken as fully connected layers with ReLU between them";
  const std::string network = kSamples + "keras_get_weights.npz";
  const ProgramResult json = run_minerva(folder.path(), "import " + network + " --json");
  expect_success(json);
  EXPECT_NE(json.standard_output.find(assumed), std::string::npos) << json.standard_output;
  EXPECT_NE(json.standard_output.find("\"has_plan\": false"), std::string::npos);
  const ProgramResult exported =
      run_minerva(folder.path(), "export --network " + network + " --format onnx --to n.onnx");
  expect_success(exported);
  EXPECT_NE(exported.standard_error.find(assumed), std::string::npos) << exported.standard_error;
  // The golden network as arrays alone, in a command with data.
  expect_success(
      run_minerva(folder.path(), "export --network " + kGolden + " --format npz --to g.npz"));
  for (const std::string command : {"eval ", "simulate "}) {
    const ProgramResult r = run_minerva(
        folder.path(), command + kTiny + " --network g.npz" +
                           (command == "eval " ? " --eval.samples=50" : " --simulate.samples=2"));
    expect_success(r);
    EXPECT_NE(r.standard_error.find(assumed), std::string::npos) << r.standard_error;
  }
  // This program's own file says all of itself.
  EXPECT_EQ(run_minerva(folder.path(), "import " + kGolden).standard_output.find("note"),
            std::string::npos);
}

TEST(Import, ARunComputesAgainWhenWeightsBesideTheModelChange) {
  const std::string python = python_with("onnx");
  if (python.empty()) GTEST_SKIP() << "no Python with ONNX";
  const TemporaryFolder folder;
  folder.write("plan.json", plan("half_up", kWide));
  expect_success(
      run_minerva(folder.path(), "export --network " + kGolden + " --format onnx --to n.onnx"));
  folder.write("apart.py",
               "import onnx\nm = onnx.load('n.onnx')\nonnx.save(m, 'apart.onnx', "
               "save_as_external_data=True, location='apart.onnx.data', size_threshold=100)\n");
  expect_success(run_in(folder.path(), python + " apart.py"));
  ASSERT_TRUE(folder.has("apart.onnx.data"));
  EXPECT_EQ(line_of(run_minerva(folder.path(), "import apart.onnx").standard_output, "sha256"),
            line_of(run_minerva(folder.path(), "import n.onnx").standard_output, "sha256"));
  const std::string command =
      "train " + kTiny + " --network apart.onnx --budget.sigma_percent=20 --out run";
  expect_success(run_minerva(folder.path(), command));
  const std::string network = folder.read("run/summary.json");
  folder.write("turn.py",
               "import numpy as n\na = n.fromfile('apart.onnx.data', 'f4')\n"
               "(-a).tofile('apart.onnx.data')\n");
  expect_success(run_in(folder.path(), python + " turn.py"));
  expect_success(run_minerva(folder.path(), command));
  EXPECT_NE(folder.read("run/summary.json"), network);
}

TEST(Import, RefusalsNameFileOperatorAndReason) {
  const TemporaryFolder folder;
  folder.write("text.npz", "not an archive");
  folder.write("empty.onnx", "");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"import " + kSamples + "refused_dilation.onnx --to x", "'/0/Conv', a Conv, has dilations"},
      {"import " + kSamples + "refused_training.onnx", "export the model for inference"},
      {"import text.npz", "text.npz: is no zip archive"},
      {"import empty.onnx", "empty.onnx: is no ONNX model"},
      {"import none.onnx", "none.onnx: cannot be opened"},
      {"import", "needs FILE"},
      {"import " + kGolden + " --layout sideways", "automatic"},
      {"eval " + kTiny + " --network " + kSamples + "torch_opset9.onnx", "needs 784 inputs"},
      {"export --network " + kGolden + " --to x", "needs --format"},
      {"export --network " + kGolden + " --format npz", "needs --to"},
      {"export --network " + kGolden + " --format hdf5 --to x", "hdf5"},
      {"export --network " + kGolden + " --format codes --to x", "needs a plan file"},
      {"export --network " + kGolden + " --format qonnx --to x", "needs a plan file"},
      {"export --format npz --to x", "needs the folder of a run"},
      {"export nowhere --format npz --to x", "config.resolved.cfg"},
      {"export --network " + kGolden + " --format npz --to no/folder/x", "no/folder"}};
  for (const auto& [arguments, reason] : cases) {
    const ProgramResult r = run_minerva(folder.path(), arguments);
    EXPECT_EQ(r.exit_code, 2) << arguments;
    EXPECT_NE(r.standard_error.find(reason), std::string::npos) << arguments << "\n"
                                                                << r.standard_error;
    EXPECT_EQ(r.standard_output, "") << arguments;
  }
  EXPECT_EQ(folder.names().size(), 2U);
}

TEST(Export, OfARunTakesItsFiles) {
  const TemporaryFolder folder;
  folder.write("plan.json", plan("half_up", kNarrow));
  expect_success(run_minerva(folder.path(), "quantize " + kTiny + " --network " + kGolden +
                                                " --plan plan.json --budget.sigma_percent=20 "
                                                "--out run"));
  expect_success(run_minerva(folder.path(), "export run --format codes --to codes"));
  const std::string formats = folder.read("codes/formats.json");
  EXPECT_NE(formats.find("\"theta\": 4"), std::string::npos) << formats;
  EXPECT_TRUE(folder.has("codes/network_codes.npz"));
  EXPECT_TRUE(folder.has("codes/weights_lane15_bank0.hex"));
  const ProgramResult again = run_minerva(folder.path(), "export run --format codes --to codes");
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_NE(again.standard_error.find("needs a new or an empty folder"), std::string::npos);
  const ProgramResult json =
      run_minerva(folder.path(), "export run --format qonnx --to q.onnx --json");
  EXPECT_NE(json.standard_output.find("\"schema\": \"minerva-export-1\""), std::string::npos)
      << json.standard_output << json.standard_error;
}

}  // namespace
}  // namespace minerva::test
