#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "minerva/config/settings.hpp"
#include "minerva/flow/run_config.hpp"
#include "program.hpp"
#include "run_folder.hpp"

// The stages' declared dependencies are complete: a finished run with one key changed ends with the
// bytes of a run from scratch under that key, whichever key it is.
namespace minerva::test {
namespace {

namespace fs = std::filesystem;

const std::string kQuick = std::string(MINERVA_SOURCE_DIR) + "/tests/support/quick.cfg";

/// A run in which a key is changed, by what it has besides quick.cfg. A key needs a run that reads
/// it: `@` stands for the folder of the test's files.
enum class Setting {
  plain,
  csv,
  halving,
  nsga2,
  named,
  queued,
  bits,
  step,
  nesterov,
  rmsprop,
  faulty,
  words,
  masked,
  adopted,
  given,
  shared,
  planned,
  five_stages
};
const std::map<Setting, std::string>& settings_of_runs() {
  static const std::map<Setting, std::string> all = {
      {Setting::plain, "--dse.after_stages=true"},
      {Setting::five_stages, ""},
      {Setting::csv,
       "--data.set=csv --data.train_file=@/data.csv --data.label_column=first --data.header=absent "
       "--data.test_file=@/test.csv --sweep.topologies= --sweep.l2= --training.hidden=6,6"},
      {Setting::words,
       "--data.set=bag_of_words --data.train_file=@/words.txt --data.vocabulary_min_df=1 "
       "--sweep.topologies= --sweep.l2= --training.hidden=6,6"},
      {Setting::halving,
       "--sweep.search=halving --sweep.samples=3 --sweep.use_choice=true --training.epochs=4"},
      {Setting::nsga2,
       "--dse.search=nsga2 --dse.evaluations=5 --dse.population=4 --dse.after_stages=true"},
      {Setting::named, "--dse.baseline=named --design.macs_per_lane=2"},
      {Setting::queued, "--dse.baseline=named"},
      {Setting::bits, "--quantize.cost=bits"},
      {Setting::step, "--training.schedule=step --training.step_epochs=1 --sweep.search=none"},
      {Setting::nesterov, "--training.optimizer=nesterov --sweep.search=none"},
      {Setting::rmsprop, "--training.optimizer=rmsprop --sweep.search=none"},
      {Setting::faulty, "--training.fault_rate=0.01 --sweep.search=none"},
      {Setting::masked, "--faults.masking=word"},
      {Setting::adopted, "--sweep.topologies= --sweep.hidden_layers=1,2 --sweep.nodes=6,8"},
      {Setting::given, "--network.file=@/other/network.safetensors"},
      {Setting::shared, "--sharing.weights=shared --budget.itn=5"},
      {Setting::planned,
       "--network.file=@/other/network.safetensors --quantize.plan_file=@/other/plan.json "
       "--sharing.weights=shared --budget.itn=5"},
  };
  return all;
}

struct KeyChange {
  const char* key;
  const char* value;
  Setting in = Setting::plain;
  bool refused = false;  ///< here; then the finished run stays as it is
};

/// Another legal value of every key, in a run that reads it where there is one so small.
const std::vector<KeyChange>& key_changes() {
  static const std::vector<KeyChange> all = {
      {"run.out", "r"},  // any: the runs compared are in folders of their own
      {"run.threads", "1"},
      {"data.set", "mnist", Setting::plain, true},
      {"data.dir", "@"},
      {"data.train_file", "@/test.csv", Setting::csv, true},       // another data set
      {"data.validation_file", "@/test.csv", Setting::csv, true},  // another data set
      {"data.test_file", "@/data.csv", Setting::csv, true},        // another data set
      {"data.train_labels_file", "@/none", Setting::plain, true},
      {"data.validation_labels_file", "@/none", Setting::plain, true},
      {"data.test_labels_file", "@/none", Setting::plain, true},
      {"data.label_column", "last", Setting::csv},
      {"data.leave_out", "8", Setting::csv},
      {"data.delimiter", "semicolon", Setting::csv, true},
      {"data.header", "detect", Setting::csv},
      {"data.train_samples", "390"},
      {"data.validation_samples", "90"},
      {"data.test_samples", "90"},
      {"data.validation_from", "test", Setting::plain, true},  // no set of images
      {"data.split_seed", "2", Setting::csv},
      {"data.digits_seed", "2"},
      {"data.classes", "5", Setting::csv},
      {"data.class_order", "2,0,1", Setting::csv},
      {"data.label_offset", "1", Setting::csv, true},  // no network is given
      {"data.scaling", "standard"},
      {"data.subtract", "0.5"},
      {"data.divide", "2"},
      {"data.inputs", "used:0.9", Setting::csv},
      {"data.weighting", "binary", Setting::words},
      {"data.vocabulary_min_df", "200", Setting::words},
      {"data.vocabulary_max_terms", "9", Setting::words},
      {"network.file", "@/other/network.safetensors"},
      {"network.weights_layout", "inputs_outputs", Setting::given},
      {"network.topology", "784-8-8-10", Setting::given},
      {"training.hidden", "10,8"},
      {"training.network", "28x28x1 c2k5s3 10"},
      {"training.flip", "true"},
      {"training.shift_pixels", "1"},
      {"training.crop_pixels", "1"},
      {"training.rotate_degrees", "10"},
      {"training.stretch_percent", "10"},
      {"training.slant_percent", "10"},
      {"training.bend_pixels", "0.5"},
      {"training.optimizer", "rmsprop"},
      {"training.learning_rate", "0.012"},
      {"training.momentum", "0.8", Setting::nesterov},
      {"training.mean_decay", "0.8"},
      {"training.variance_decay", "0.99"},
      {"training.rmsprop_decay", "0.8", Setting::rmsprop},
      {"training.epsilon", "0.001"},
      {"training.clip_norm", "0.1"},
      {"training.batch_size", "12"},
      {"training.epochs", "3"},
      {"training.schedule", "constant"},
      {"training.warmup_epochs", "1"},
      {"training.step_epochs", "2", Setting::step},
      {"training.step_factor", "0.5", Setting::step},
      {"training.patience_epochs", "1"},
      {"training.l1", "0.0001"},
      {"training.l2", "0.0001"},
      {"training.activation_l1", "0.001"},
      {"training.dropout", "0.1"},
      {"training.input_dropout", "0.1"},
      {"training.initialization", "glorot"},
      {"training.initial_distribution", "uniform"},
      {"training.fault_rate", "0.01"},
      {"training.fault_format", "Q1.5", Setting::faulty},
      {"training.fault_masking", "word", Setting::faulty},
      {"training.fault_sign", "inverted", Setting::faulty},
      {"training.fault_steps", "3", Setting::faulty},
      {"training.seed", "2"},
      {"training.checkpoint_epochs", "1"},
      {"training.checkpoint_seconds", "1"},
      {"training.cache_dir", "@/trainings"},
      {"sweep.search", "none"},
      {"sweep.topologies", "784-6-6-10"},
      {"sweep.networks", "28x28x1 c2k5s3 10"},
      {"sweep.hidden_layers", "2", Setting::adopted},
      {"sweep.nodes", "7", Setting::adopted},
      {"sweep.l1", "0,1e-05"},
      {"sweep.l2", "0"},
      {"sweep.dropout", "0,0.1"},
      {"sweep.input_dropout", "0,0.1"},
      {"sweep.activation_l1", "0,0.001"},
      {"sweep.learning_rate", "0.01,0.02"},
      {"sweep.batch_size", "10,20"},
      {"sweep.samples", "2", Setting::halving},
      {"sweep.seed", "2", Setting::halving},
      {"sweep.seeds", "2"},
      {"sweep.halving_factor", "2", Setting::halving},
      {"sweep.halving_epochs", "2", Setting::halving},
      {"sweep.tolerance_percent", "50"},
      {"sweep.epochs", "1"},
      {"sweep.use_choice", "true"},
      {"noise.seeds", "4"},
      {"noise.file", "@/other/noise.json"},
      {"noise.other_recipe", "true", Setting::given},
      {"budget.sigma_percent", "5"},
      {"budget.itn", "1"},
      {"budget.share_quantize", "0.1"},
      {"budget.share_prune", "0.9"},
      {"budget.share_sharing", "0.6", Setting::shared},
      {"budget.share_faults", "0.7"},
      {"budget.tune_on", "test"},
      {"tech.file", "configs/tech/calibrated40.cfg"},
      {"dse.after_stages", "false"},
      {"dse.lanes", "1,2,8"},
      {"dse.macs_per_lane", "1"},
      {"dse.weight_bandwidth", "1"},
      {"dse.activation_bandwidth", "1"},
      {"dse.write_ports", "1"},
      {"dse.weight_banks", "2"},
      {"dse.activation_banks", "4"},
      {"dse.multiplier_stages", "3"},
      {"dse.positions_per_weight", "2"},
      {"dse.off_chip_words", "0"},  // any other needs a design by name, or minerva dse
      {"dse.read_ahead_words", "0,4"},
      {"dse.batch_size", "1,2"},
      {"dse.clock_period_ns", "4,5"},
      {"dse.constraints", "lanes <= 1"},
      {"dse.objectives", "area_mm2,energy_nj"},
      {"dse.search", "random"},
      {"dse.evaluations", "6", Setting::nsga2},
      {"dse.population", "5", Setting::nsga2},
      {"dse.seed", "2", Setting::nsga2},
      {"dse.power_budget_mw", "0.3"},
      {"dse.expected_saving", "1"},
      {"dse.area_factor", "4"},
      {"dse.baseline", "named"},
      {"dse.topology", ""},              // any other is refused in a run of all stages
      {"dse.zero_inputs_percent", "0"},  // any other needs dse.topology
      {"dse.compare_exhaustive", "true", Setting::nsga2},
      {"dse.verify_samples", "2"},
      {"design.lanes", "3", Setting::named},
      {"design.macs_per_lane", "3", Setting::named},
      {"design.weight_bandwidth", "2", Setting::named},
      {"design.activation_bandwidth", "2", Setting::named},
      {"design.write_ports", "4", Setting::named},
      {"design.multiplier_stages", "3", Setting::named},
      {"design.clock_period_ns", "5", Setting::named},
      {"design.weight_banks", "2", Setting::named},
      {"design.activation_banks", "4", Setting::named},
      {"design.weight_bank_words", "60000", Setting::named},
      {"design.positions_per_weight", "2", Setting::named},
      {"design.off_chip_words", "3", Setting::named},
      {"design.read_ahead_words", "3", Setting::queued},
      {"design.batch_size", "2", Setting::named},
      {"design.weight_storage", "rom"},
      {"design.also_for", "784-20-10"},
      {"design.programmable_for", "784-20-10"},
      {"design.file", "@/other/design_point.json", Setting::named},
      {"quantize.rounding", "half_even"},
      {"quantize.widest", "per_layer_point"},
      {"quantize.scaling", "power_of_two"},
      {"quantize.cost", "bits"},
      {"quantize.weight_bit_cost", "3", Setting::bits},
      {"quantize.activation_bit_cost", "3", Setting::bits},
      {"quantize.product_bit_cost", "3", Setting::bits},
      {"quantize.uniform_bits", "10"},
      {"quantize.start", "Q4.8"},
      {"quantize.goal_bits", "20"},
      {"quantize.per_layer_figure", "false"},
      {"quantize.curve", "false"},
      {"quantize.plan_file", "@/other/plan.json", Setting::given},
      {"prune.goal_beyond_zeros_percent", "40"},
      {"prune.goal_percent", "50"},
      {"prune.threshold_curve", "0,0.25,1"},
      {"prune.thresholds_file", "@/other/thresholds.json", Setting::given},
      {"sharing.weights", "shared"},
      {"sharing.entries", "8,3", Setting::shared},
      {"sharing.zero_entry", "false", Setting::shared},
      {"sharing.codebooks_file", "@/other/codebooks.json", Setting::planned},
      {"faults.masking", "word"},
      {"faults.sign", "inverted"},
      {"faults.detector", "parity", Setting::masked},
      {"faults.seed", "2"},
      {"faults.maps", "3"},
      {"faults.maps_max", "6"},
      {"faults.confidence", "0.9"},
      {"faults.half_width", "0"},
      {"faults.confirming_maps", "5"},
      {"faults.yield_quantile", "0.5"},
      {"faults.lowest_rate", "0.001"},
      {"faults.highest_rate", "0.1"},
      {"faults.rates_per_decade", "3"},
      {"faults.report_rates", "0.0001,0.002"},
      {"faults.counts_dir", "@"},
      {"faults.rate", "0.01"},
      {"faults.map", "1"},
      {"faults.file", "@/other/faults.json"},
      {"faults.map_file", "@/chip.csv", Setting::five_stages},
      {"faults.voltage_v", "0.5"},
      {"faults.write_map", "@/map.csv"},
      {"eval.part", "train"},
      {"eval.samples", "5"},
      {"eval.dump", "@/dump"},
      {"simulate.samples", "2"},
      {"simulate.model", "lane_processes"},
      {"simulate.csv", "@/layers.csv"},
      {"simulate.vcd", "@/w.vcd"},
      {"simulate.vcd_lanes", "1"},
      {"simulate.vcd_layer", "2"},
      {"simulate.vcd_from", "3"},
      {"simulate.vcd_cycles", "4"},
      {"simulate.trace_cycles", "3"},
      {"simulate.trace_from", "2"},
      {"finetune.weight_bits", "4"},
      {"finetune.activation_bits", "4"},
      {"finetune.product_bits", "6"},
      {"finetune.weights", "ternary"},
      {"finetune.entries", "4"},
      {"finetune.epochs", "3"},
      {"finetune.learning_rate", "0.01"},
      {"finetune.l1", "0.001"},
      {"finetune.activation_l1", "0.001"},
      {"finetune.fault_rate", "0.01"},
      {"finetune.fault_steps", "2"},
      {"finetune.theta_code", "2"},
      {"finetune.teacher", "@/other/network.safetensors"},
      {"finetune.teacher_share", "0.4"},
      {"finetune.temperature", "3"},
      {"finetune.seeds", "2"},
      {"finetune.map_file", "@/chip.csv"},
      {"finetune.voltage_v", "0.5"},
      {"codesign.topologies", "8"},
      {"codesign.inputs", "grid:2"},
      {"codesign.weight_bits", "4"},
      {"codesign.activation_bits", "4"},
      {"codesign.product_bits", "6"},
      {"codesign.most_theta_code", "2"},
      {"codesign.most_fault_rate", "0.01"},
      {"codesign.objectives", "error, area"},
      {"codesign.lanes", "8"},
      {"codesign.macs_per_lane", "2"},
      {"codesign.write_ports", "2"},
      {"codesign.clock_period_ns", "2"},
      {"codesign.start_epochs", "2"},
      {"codesign.teacher_hidden", "64"},
      {"codesign.teacher_epochs", "2"},
      {"codesign.first_epochs", "1"},
      {"codesign.halving_factor", "2"},
      {"codesign.search_maps", "2"},
      {"codesign.final_maps", "2"},
      {"codesign.most_error_percent", "20"},
      {"codesign.method", "random"},
      {"codesign.most_training_gmacs", "100"},
      {"codesign.ablation", "machine"},
      {"codesign.confirming_seeds", "1"},
      {"codesign.sequential", "@/other"},
      {"codesign.most_wrong", "3"},
      {"sram.cell", "8t"},
      {"sram.cards", "other.inc"},
      {"sram.pdk_dir", "@"},
      {"sram.pull_down_model", "n"},
      {"sram.access_model", "n"},
      {"sram.pull_up_model", "p"},
      {"sram.pull_down_width_nm", "200"},
      {"sram.access_width_nm", "130"},
      {"sram.pull_up_width_nm", "95"},
      {"sram.length_nm", "45"},
      {"sram.a_vt_nmos_mv_um", "3"},
      {"sram.a_vt_pmos_mv_um", "3"},
      {"sram.temperature_c", "85"},
      {"sram.voltages", "0.5,0.9"},
      {"sram.criterion", "static_noise"},
      {"sram.bit_line_cycle_share", "0.5"},
      {"sram.bit_line_cells", "128"},
      {"sram.bit_line_ff_per_cell", "0.4"},
      {"sram.sense_voltage_mv", "80"},
      {"sram.word_line_cells", "32"},
      {"sram.samples", "1000"},
      {"sram.seed", "2"},
      {"sram.node", "130 nm"},
      {"sram.cache_dir", "@/tables"},
  };
  return all;
}

double number_from(const char* variable, double otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::atof(text);
}

class EveryKey : public testing::Test {
 protected:
  std::string filled(std::string text) const {
    for (std::size_t at = text.find('@'); at != std::string::npos; at = text.find('@', at)) {
      text.replace(at, 1, folder_.path());
    }
    return text;
  }
  /// The options of a setting, with a key of its own or changed.
  std::string options_of(Setting setting, const KeyChange* change = nullptr) const {
    std::istringstream words(settings_of_runs().at(setting));
    std::string options;
    for (std::string word; words >> word;) {
      const bool replaced =
          change != nullptr && word.rfind("--" + std::string(change->key) + "=", 0) == 0;
      if (!replaced) options += word + " ";
    }
    if (change != nullptr && std::string(change->key) != "run.out") {
      options += "--" + std::string(change->key) + "='" + change->value + "'";
    }
    return filled(options);
  }
  /// Runs in `out` and returns the log; empty after a failure.
  std::string run(const std::string& out, const std::string& options) const {
    const ProgramResult r =
        run_minerva(folder_.path(), "run " + kQuick + " --out " + out + " " + options);
    EXPECT_EQ(r.exit_code, 0) << options << "\n" << r.standard_error;
    return r.exit_code == 0 ? r.standard_error : "";
  }
  void SetUp() override {
    std::string data;
    std::string words;
    std::mt19937 random(3);
    for (int row = 0; row < 620; ++row) {
      const int label = row % 3;
      const int parity = static_cast<int>(random() % 2);
      data += std::to_string(label);
      for (int column = 0; column < 7; ++column) {
        const int center = column < 4 ? 3 * ((label + column) % 3) : 4 * parity;
        data += "," + std::to_string(center + static_cast<int>(random() % 4));
      }
      data += "," + std::to_string(parity) + "\n";
      words += label == 0 ? "zero\t" : label == 1 ? "one\t" : "two\t";
      for (int word = 0; word < 8; ++word) {
        words +=
            std::string(1, static_cast<char>('a' + (5 * label + static_cast<int>(random() % 8)))) +
            "x ";
      }
      words += "\n";
    }
    folder_.write("words.txt", words);
    folder_.write("chip.csv",
                  "minerva-chip-map-1\naddress = network\nbits = 16\nvoltages_v = 0.6,0.5\n"
                  "voltages = at_or_below\nlayer,word,bit,voltage_v,reads\n0,17,3,0.6,inverted\n"
                  "1,2,4,0.5,1\n");
    folder_.write("data.csv", data);
    folder_.write("test.csv", data.substr(0, data.find('\n', data.size() / 4) + 1));
    ASSERT_FALSE(run("other", "--training.seed=9 --sharing.weights=shared --budget.itn=5").empty());
  }

  TemporaryFolder folder_;
};

TEST(KeyChanges, HoldEveryKeyOnce) {
  flow::RunConfig config;
  Settings& settings = config.settings();
  std::set<std::string> here;
  for (const KeyChange& change : key_changes()) {
    EXPECT_TRUE(here.insert(change.key).second) << change.key << " stands twice";
  }
  for (const SettingInfo& info : settings.table()) {
    EXPECT_EQ(here.erase(info.key), 1U) << info.key << " is never changed by this test";
  }
  EXPECT_TRUE(here.empty()) << *here.begin();
}

TEST_F(EveryKey, ChangedInAFinishedRunGivesTheBytesOfARunFromScratch) {
  const double share = number_from("MINERVA_KEY_SHARE", 0.2);
  const auto seed = static_cast<unsigned>(
      number_from("MINERVA_SEED", static_cast<double>(std::random_device()() % 1000000)));
  std::printf("MINERVA_SEED=%u MINERVA_KEY_SHARE=%g\n", seed, share);
  SCOPED_TRACE("MINERVA_SEED=" + std::to_string(seed));
  const char* only = std::getenv("MINERVA_KEY");
  std::mt19937 random(seed);
  std::map<Setting, bool> finished;
  int changed = 0;
  int unaffected = 0;
  for (const KeyChange& change : key_changes()) {
    const bool drawn = static_cast<double>(random() >> 5U) * 0x1p-27 < share;
    if (only != nullptr ? std::string(only) != change.key : !drawn) continue;
    SCOPED_TRACE(std::string(change.key) + " = " + change.value);
    const std::string base = "base" + std::to_string(static_cast<int>(change.in));
    if (!finished[change.in]) {
      if (run(base, options_of(change.in)).empty()) continue;  // reported by run
      finished[change.in] = true;
    }
    const std::string again = folder_.path() + "/again";
    fs::copy(folder_.path() + "/" + base, again, fs::copy_options::recursive);
    if (change.refused) {
      const ProgramResult r = run_minerva(
          folder_.path(), "run " + kQuick + " --out again " + options_of(change.in, &change));
      EXPECT_EQ(r.exit_code, 2) << r.standard_error;
      EXPECT_EQ(difference(results_in(folder_.path() + "/" + base), results_in(again)), "");
      fs::remove_all(again);
      continue;
    }
    const std::string log = run("again", options_of(change.in, &change));
    const std::string scratch = run("scratch", options_of(change.in, &change));
    if (!log.empty() && !scratch.empty()) {
      EXPECT_EQ(difference(results_in(folder_.path() + "/scratch"), results_in(again)), "");
      EXPECT_GE(stages_done(scratch).size(), 4U);
      const std::vector<std::string> done = stages_done(log);
      ++changed;
      unaffected += done.empty() ? 1 : 0;
      std::string names;
      for (const std::string& stage : done) names += " " + stage;
      if (share >= 1 || only != nullptr) {
        std::printf("%s = %s:%s\n", change.key, change.value, names.c_str());
        std::fflush(stdout);
      }
    }
    fs::remove_all(again);
    fs::remove_all(folder_.path() + "/scratch");
  }
  std::printf("%d keys changed, after %d of them nothing was done\n", changed, unaffected);
}

}  // namespace
}  // namespace minerva::test
