#include <gtest/gtest.h>

#include <algorithm>

#include "program.hpp"

// Every mistake gets one line that names what is wrong and what is allowed, exit code 2, and leaves
// nothing behind.
namespace minerva::test {
namespace {

const std::string kTiny = std::string(MINERVA_SOURCE_DIR) + "/tests/support/tiny.cfg";

const std::string kGoldenNetwork =
    std::string(MINERVA_SOURCE_DIR) + "/tests/golden/network.safetensors";

struct BadInput {
  const char* name;
  std::string arguments;
  std::vector<std::string> said;  ///< all must stand in the message
};

void PrintTo(const BadInput& input, std::ostream* out) { *out << input.name; }

class BadInputs : public testing::TestWithParam<BadInput> {};

std::string idx_labels(int count, char label) {
  std::string bytes = {0, 0, 8, 1, 0, 0, 0, static_cast<char>(count)};
  return bytes + std::string(static_cast<std::size_t>(count), label);
}

TEST_P(BadInputs, GetsOneLineAndExitCode2) {
  const TemporaryFolder folder;
  folder.write("empty.cfg", "");
  folder.write("unknown.cfg", "[training]\nepocs = 3\n");
  folder.write("twice.cfg", "[training]\nepochs = 3\nepochs = 4\n");
  folder.write("broken.cfg", "[training\nepochs = 3\n");
  folder.write("torn/train-images-idx3-ubyte", std::string("\0\0\x08\x03\0\0", 6));
  folder.write("torn/train-labels-idx1-ubyte", idx_labels(3, 1));
  folder.write("torn/t10k-images-idx3-ubyte", "");
  folder.write("torn/t10k-labels-idx1-ubyte", "");
  folder.write("foreign/train-images-idx3-ubyte", "This is not an image file at all.");
  folder.write("foreign/train-labels-idx1-ubyte", idx_labels(3, 1));
  folder.write("foreign/t10k-images-idx3-ubyte", "");
  folder.write("foreign/t10k-labels-idx1-ubyte", "");
  folder.write("corrupt.safetensors", std::string("\x20\0\0\0\0\0\0\0{\"w0\": nonsense", 23));
  folder.write("tiny.tech", "name | value\n");
  folder.write("other_law.tech",
               "datapath_law | by_guess | law | 40 nm | none | none | assumption\n");
  folder.write("plan.json", R"({"mode":"half_up","layers":[{"W":[0,8],"X":[2,4],"P":[2,7]}]})");
  folder.write("one_layer.json",
               R"({"mode":"half_up","layers":[{"W":[2,8],"X":[2,4],"P":[2,7]}]})");
  const auto two_layers = [](const std::string& more) {
    const std::string layer = R"({"W":[2,6],"X":[4,4],"P":[4,7])" + more + "}";
    return R"({"mode":"half_up","layers":[)" + layer + "," + layer + "]}";
  };
  folder.write("scaled_far.json", two_layers(R"(,"scale":17)"));
  folder.write("theta_far.json", two_layers(R"(,"theta":129)"));
  folder.write("two_bits.json", R"({"mode":"half_up","layers":[{"W":[1,1],"X":[1,1],"P":[1,1]},)"
                                R"({"W":[1,1],"X":[1,1],"P":[1,1]}]})");
  folder.write("theta_9.json", R"({"schema":"minerva-thresholds-1","theta":[0.5,33]})");
  folder.write("a_file", "in the way");
  const std::vector<std::string> before = folder.names();

  const ProgramResult r = run_minerva(folder.path(), GetParam().arguments);
  EXPECT_EQ(r.exit_code, 2) << r.standard_output << r.standard_error;
  std::string message = r.standard_error;
  // Progress and log lines come before; the message is the last line and the only one of its kind.
  const std::size_t at = message.find("minerva: ");
  ASSERT_NE(at, std::string::npos) << message;
  message = message.substr(at);
  EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 1) << message;
  for (const std::string& word : GetParam().said) {
    EXPECT_NE(message.find(word), std::string::npos) << "'" << word << "' in " << message;
  }
  std::vector<std::string> after = folder.names();
  // A run that got as far as its directory leaves the config there and whole files alone.
  after.erase(std::remove_if(after.begin(), after.end(),
                             [](const std::string& n) { return n.rfind("out", 0) == 0; }),
              after.end());
  EXPECT_EQ(after, before);
}

TEST(FullDisk, NamesTheFileAndLeavesNothingHalfWritten) {
  const TemporaryFolder folder;
  // A limit of 8 blocks of 1,024 bytes: the network's file does not fit, the config does.
  const ProgramResult r =
      run_in(folder.path(), "ulimit -f 8; " + std::string(MINERVA_PROGRAM) + " train " + kTiny +
                                " --sweep.topologies= --out out");
  EXPECT_EQ(r.exit_code, 2) << r.standard_error;
  // What stage 1 keeps of the training comes before network.safetensors.
  EXPECT_NE(r.standard_error.find(".network"), std::string::npos) << r.standard_error;
  for (const std::string& name : folder.names()) {
    EXPECT_TRUE(name == "out" || name == "out/.lock" || name == "out/config.resolved.cfg" ||
                name == "out/trainings")
        << name;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, BadInputs,
    testing::Values(
        BadInput{"command", "tran", {"tran", "train"}},
        BadInput{"config_missing", "run nothing.cfg --out out", {"nothing.cfg"}},
        BadInput{"config_unknown_key", "run unknown.cfg --out out", {"training.epocs", "epochs"}},
        BadInput{"config_key_twice", "run twice.cfg --out out", {"training.epochs"}},
        BadInput{"config_broken", "run broken.cfg --out out", {"broken.cfg"}},
        BadInput{"option_unknown", "run empty.cfg --nose.seeds=3", {"nose.seeds"}},
        BadInput{"option_not_a_number",
                 "run empty.cfg --training.epochs=1e1",
                 {"training.epochs", "1e1"}},
        BadInput{"option_negative", "run empty.cfg --training.seed=-1", {"training.seed", "-1"}},
        BadInput{"option_out_of_range",
                 "run empty.cfg --faults.rate=0.7",
                 {"faults.rate", "0.7", "0.5"}},
        BadInput{"zero_trials", "run empty.cfg --faults.trials=0", {"faults.trials", "2"}},
        BadInput{"fewer_trials_than_a_batch",
                 "run empty.cfg --faults.trials_max=9",
                 {"faults.trials_max", "9", "faults.trials (10)"}},
        BadInput{"quantile_of_all_chips",
                 "run empty.cfg --faults.yield_quantile=1",
                 {"faults.yield_quantile", "1", "above 0 and below 1"}},
        BadInput{"quantile_negative",
                 "run empty.cfg --faults.yield_quantile=-0.1",
                 {"faults.yield_quantile", "-0.1"}},
        BadInput{"confidence_certain",
                 "run empty.cfg --faults.confidence=1",
                 {"faults.confidence", "1", "above 0 and below 1"}},
        BadInput{"confidence_of_95",
                 "run empty.cfg --faults.confidence=95",
                 {"faults.confidence", "95"}},
        BadInput{"report_rate_above_half",
                 "run empty.cfg --faults.report_rates=0.01,0.6",
                 {"faults.report_rates", "0.6", "0.5"}},
        BadInput{"fault_format_of_none",
                 "run empty.cfg --training.fault_format=fixed8",
                 {"training.fault_format", "fixed8"}},
        BadInput{"fault_rate_above_half",
                 "run empty.cfg --training.fault_rate=0.7",
                 {"training.fault_rate", "0.7", "0.5"}},
        BadInput{"warm_up_without_end",
                 "run empty.cfg --training.epochs=5 --training.warmup_epochs=5",
                 {"training.warmup_epochs", "5", "training.epochs"}},
        BadInput{"unknown_optimizer",
                 "run empty.cfg --training.optimizer=adagrad",
                 {"training.optimizer", "adagrad", "nesterov"}},
        BadInput{"batch_beyond_the_samples",
                 "train " + kTiny + " --sweep.search=none --training.batch_size=1501 --out out",
                 {"training.batch_size", "1501", "1500 training samples"}},
        BadInput{"sweep_batch_beyond_the_samples",
                 "train " + kTiny + " --sweep.batch_size=50,1501 --out out",
                 {"training.batch_size", "1501", "1500 training samples"}},
        BadInput{"random_sweep_of_no_points",
                 "train " + kTiny + " --sweep.search=random --out out",
                 {"sweep.samples", "0", "1 or more"}},
        BadInput{"sweep_layers_without_nodes",
                 "train " + kTiny + " --sweep.hidden_layers=1,2 --out out",
                 {"sweep.nodes", "sweep.hidden_layers"}},
        BadInput{"halving_without_rounds",
                 "train " + kTiny + " --sweep.search=halving --sweep.halving_epochs=2 --out out",
                 {"sweep.halving_epochs", "2", "sweep.epochs"}},
        BadInput{"sweep_penalty_out_of_range",
                 "run empty.cfg --sweep.l2=0,11",
                 {"sweep.l2", "11", "10"}},
        BadInput{"two_configs", "run empty.cfg other.cfg", {"other.cfg"}},
        BadInput{"format_without_sign", "run empty.cfg --quantize.start=Q0.8", {"Q0.8", "m >= 1"}},
        BadInput{"format_40_bits", "run empty.cfg --quantize.start=Q20.20", {"Q20.20", "16"}},
        BadInput{"shares_fall",
                 "run empty.cfg --budget.share_prune=0.1",
                 {"budget.share_prune", "budget.share_quantize"}},
        BadInput{"one_seed_no_sigma",
                 "run empty.cfg --noise.seeds=1",
                 {"noise.seeds", "budget.sigma_percent"}},
        BadInput{"parity_feeds_bits",
                 "run empty.cfg --faults.detector=parity",
                 {"faults.detector", "parity", "razor"}},
        BadInput{"no_detector",
                 "run empty.cfg --faults.detector=none",
                 {"faults.detector", "none", "razor"}},
        BadInput{"bandwidth_above_macs",
                 "run empty.cfg --design.weight_bandwidth=2",
                 {"design.weight_bandwidth", "design.macs_per_lane"}},
        BadInput{"no_lanes", "run empty.cfg --design.lanes=0", {"design.lanes", "1"}},
        BadInput{"network_corrupt",
                 "eval " + kTiny + " --network corrupt.safetensors",
                 {"corrupt.safetensors"}},
        BadInput{"data_dir_missing",
                 "run empty.cfg --data.set=mnist --data.dir=nowhere --out out",
                 {"nowhere", "data.dir"}},
        BadInput{"data_torn",
                 "run empty.cfg --data.set=mnist --data.dir=torn --out out",
                 {"train-images-idx3-ubyte"}},
        BadInput{"data_foreign",
                 "run empty.cfg --data.set=mnist --data.dir=foreign --out out",
                 {"train-images-idx3-ubyte"}},
        BadInput{"network_missing",
                 "eval " + kTiny + " --network none.safetensors",
                 {"none.safetensors"}},
        BadInput{
            "technology_missing", "run " + kTiny + " --tech.file=none.cfg --out out", {"none.cfg"}},
        BadInput{"technology_foreign",
                 "run " + kTiny + " --tech.file=tiny.tech --out out",
                 {"tiny.tech"}},
        BadInput{"tech_without_file", "tech", {"tech", "needs FILE, a technology file"}},
        BadInput{"tech_missing", "tech none.cfg", {"none.cfg"}},
        BadInput{"tech_foreign", "tech tiny.tech", {"tiny.tech:1", "name | value | unit"}},
        BadInput{"tech_other_law", "tech other_law.tech", {"by_guess", "by_period or by_width"}},
        BadInput{
            "tech_unknown_option", "tech tiny.tech --tech.rows=some", {"tech.rows", "some", "all"}},
        BadInput{"period_outside_nangate45",
                 "run " + kTiny + " --tech.file=configs/tech/nangate45.cfg " +
                     "--dse.clock_period_ns=7 --out out",
                 {"7", "1 to 6 ns", "nangate45"}},
        BadInput{"sweep_other_inputs",
                 "run " + kTiny + " --sweep.topologies=700-10 --out out",
                 {"700-10", "784"}},
        BadInput{"out_is_a_file", "run " + kTiny + " --out a_file", {"a_file"}},
        BadInput{"design_too_small",
                 "run " + kTiny + " --dse.baseline=named --design.weight_bank_words=100 --out out",
                 {"design.weight_bank_words", "784-24-16-10", "words in each bank"}},
        BadInput{"period_not_in_table",
                 "run " + kTiny + " --dse.clock_period_ns=4.5 --out out",
                 {"4.5"}},
        BadInput{"unknown_constraint",
                 "dse empty.cfg --dse.constraints='aera_mm2 <= 3'",
                 {"dse.constraints", "aera_mm2", "area_mm2", "predictions_per_s"}},
        BadInput{"constraints_too_narrow",
                 "dse empty.cfg --dse.topology=20-10 --dse.constraints='area_mm2 < 1e-6' --out out",
                 {"dse.constraints", "legal machines"}},
        BadInput{
            "one_objective", "dse empty.cfg --dse.objectives=time_us", {"dse.objectives", "2"}},
        BadInput{"range_backwards", "dse empty.cfg --dse.lanes=8..4", {"dse.lanes", "8..4"}},
        BadInput{"value_twice", "dse empty.cfg --dse.lanes=4,1..8", {"dse.lanes", "4", "once"}},
        BadInput{"topology_in_a_run",
                 "run empty.cfg --dse.topology=20-10 --out out",
                 {"dse.topology", "20-10", "run of all stages"}},
        BadInput{"compare_nothing",
                 "dse empty.cfg --dse.compare_exhaustive=true",
                 {"dse.compare_exhaustive", "dse.search"}},
        BadInput{"no_legal_machine",
                 "dse empty.cfg --dse.topology=20-10 --dse.macs_per_lane=1 "
                 "--dse.weight_bandwidth=2 --out out",
                 {"no legal machine"}},
        BadInput{"plan_impossible_format",
                 "quantize " + kTiny + " --network " + kGoldenNetwork +
                     " --budget.sigma_percent=1 --plan plan.json --out out",
                 {"plan.json", "Q0.8"}},
        BadInput{"plan_of_another_topology",
                 "quantize " + kTiny + " --network " + kGoldenNetwork +
                     " --budget.sigma_percent=1 --plan one_layer.json --out out",
                 {"one_layer.json", "1 layers", "784-12-10", "has 2"}},
        BadInput{"plan_scaled_too_far",
                 "quantize " + kTiny + " --network " + kGoldenNetwork +
                     " --budget.sigma_percent=1 --plan scaled_far.json --out out",
                 {"scaled_far.json", "scale", "17", "-16 to 16"}},
        BadInput{"plan_outside_the_budget",
                 "quantize " + kTiny + " --network " + kGoldenNetwork +
                     " --budget.sigma_percent=1 --plan two_bits.json --out out",
                 {"two_bits.json", "wrong of 500", "needs at most 83", "budget.itn"}},
        BadInput{"plan_with_a_threshold_too_far",
                 "eval " + kTiny + " --network " + kGoldenNetwork + " --plan theta_far.json",
                 {"theta_far.json", "layers[0].theta", "129", "0 to 128"}},
        BadInput{"threshold_beyond_the_format",
                 "eval " + kTiny + " --network " + kGoldenNetwork + " --thresholds theta_9.json",
                 {"theta_9.json", "layer 1", "33", "0 to 32", "Q6.10"}},
        BadInput{"uniform_17_bits",
                 "run empty.cfg --quantize.uniform_bits=17",
                 {"quantize.uniform_bits", "17", "16"}},
        BadInput{"uniform_1_bit",
                 "run empty.cfg --quantize.uniform_bits=1",
                 {"quantize.uniform_bits", "1", "2 to 16"}},
        BadInput{"uniform_and_scaled",
                 "run empty.cfg --quantize.uniform_bits=8 --quantize.scaling=power_of_two",
                 {"quantize.uniform_bits", "quantize.scaling", "power_of_two"}},
        BadInput{"uniform_2_bits_do_not_hold",
                 "quantize " + kTiny + " --network " + kGoldenNetwork +
                     " --budget.sigma_percent=1 --quantize.uniform_bits=2 --out out",
                 {"quantize.uniform_bits", "wrong samples", "error budget"}},
        BadInput{"unknown_cost", "run empty.cfg --quantize.cost=area", {"quantize.cost", "bits"}},
        BadInput{"free_bits",
                 "run empty.cfg --quantize.weight_bit_cost=0",
                 {"quantize.weight_bit_cost", "0"}},
        BadInput{"more_samples_than_there_are",
                 "eval " + kTiny + " --network " + kGoldenNetwork + " --eval.samples=501",
                 {"501", "500"}},
        BadInput{"stage_before_missing", "quantize " + kTiny + " --out out", {"network"}},
        BadInput{"report_of_nothing", "report nowhere", {"nowhere"}}),
    [](const testing::TestParamInfo<BadInput>& i) { return std::string(i.param.name); });

}  // namespace
}  // namespace minerva::test
