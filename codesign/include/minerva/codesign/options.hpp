#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/base/enum_names.hpp"
#include "minerva/base/range.hpp"
#include "minerva/sharing/options.hpp"

namespace minerva::codesign {

/// Bits of the signals of every layer.
struct SignalWidths {
  int weight_bits = 3;
  int activation_bits = 3;
  /// 0: as many as the product of two words needs, so that no product is rounded.
  int product_bits = 0;

  friend bool operator==(const SignalWidths& a, const SignalWidths& b) {
    return a.weight_bits == b.weight_bits && a.activation_bits == b.activation_bits &&
           a.product_bits == b.product_bits;
  }
};

/// How a network is trained for its hardware: what differs from section [training], whose batch,
/// optimizer, schedule, distortions and seed are used. Keys of section [finetune].
struct FineTuneOptions {
  SignalWidths widths;  ///< where no plan is given
  /// Where no plan is given, the weights of each layer.
  sharing::SharedWeights weights = sharing::SharedWeights::none;
  int entries = 8;  ///< of a codebook of shared weights
  int epochs = 10;
  double learning_rate = 1e-3;
  double l1 = 0;             ///< draws weights to exact zeros
  double activation_l1 = 0;  ///< draws activations to zeros, whose weights are then not read
  double fault_rate = 0;     ///< of each bit of a weight; 0: no faults in training
  int fault_steps = 4;       ///< steps with one fault map
  std::string map_file;      ///< the fault map of the chip that is trained for; empty: none
  double voltage_v = 0;      ///< of that chip's weight memory; one that was measured
  int theta_code = 1;        ///< threshold of every layer, as a code of its inputs
  std::string teacher;       ///< a network file; empty: the labels alone are learnt
  double teacher_share = 0.5;
  double temperature = 2;
  int seeds = 1;
};

/// What a point of the frontier is judged by, all minimised. The error is the mean number of wrong
/// validation samples over the fault maps of its voltage.
enum class Objective { error, energy, area, latency };
constexpr EnumNames<Objective, 4> enum_names(Objective) {
  return {{{Objective::error, "error"},
           {Objective::energy, "energy"},
           {Objective::area, "area"},
           {Objective::latency, "latency"}}};
}

/// How the trainings of a search are spent: in rounds of which few go on, or on candidates that are
/// drawn and trained to the end, which is what the rounds are held against.
enum class SearchMethod { halving, random };
constexpr EnumNames<SearchMethod, 2> enum_names(SearchMethod) {
  return {{{SearchMethod::halving, "halving"}, {SearchMethod::random, "random"}}};
}

/// What a search can be denied, to see what it contributes.
enum class Mechanism {
  distortions,     ///< of the training images, those of the teacher too
  teacher,         ///< outputs of a larger network
  fault_training,  ///< faulty weights in training; the supplies stay free
  activation_l1,   ///< the penalty on activations
  left_out,        ///< inputs that are never read
  narrow_words,    ///< W and X of kWideBits bits
  skipping,        ///< inputs below a threshold, whose weights are not read
  low_voltage,     ///< every supply but the nominal one
  machine,         ///< every machine but that of section [design]
};
constexpr EnumNames<Mechanism, 9> enum_names(Mechanism) {
  return {{{Mechanism::distortions, "distortions"},
           {Mechanism::teacher, "teacher"},
           {Mechanism::fault_training, "fault_training"},
           {Mechanism::activation_l1, "activation_l1"},
           {Mechanism::left_out, "left_out"},
           {Mechanism::narrow_words, "narrow_words"},
           {Mechanism::skipping, "skipping"},
           {Mechanism::low_voltage, "low_voltage"},
           {Mechanism::machine, "machine"}}};
}
/// Bits of W and X without narrow words: what the five stages settle on for MNIST.
constexpr int kWideBits = 8;

/// What the joint search may choose, and how it searches. Keys of section [codesign].
struct CodesignOptions {
  // The free parameters.
  std::string topologies = "160-128";  ///< hidden layers of the networks, separated by commas
  std::string inputs = "all";          ///< as data.inputs, separated by commas
  std::vector<int> weight_bits{3};
  std::vector<int> activation_bits{3};
  std::vector<int> product_bits{0};
  int most_theta_code = 1;  ///< thresholds tried by the local search, as codes of the inputs
  std::vector<int> lanes{16};
  std::vector<int> macs_per_lane{1};
  std::vector<int> write_ports{1};
  std::vector<double> clock_periods_ns{4};
  double most_fault_rate =
      0.06;  ///< voltages with more faulty bits are not tried; 0: nominal alone
  std::string objectives = "error, energy";

  // The search.
  SearchMethod method = SearchMethod::halving;
  /// What a random search may spend, in 1e9 MACs of forward passes over training samples.
  double most_training_gmacs = 0;
  int start_epochs = 4;            ///< of the float network that each training begins from
  std::string teacher_hidden;      ///< hidden layers of the teacher, "512-512"; empty: none
  int teacher_epochs = 16;         ///< of the teacher
  double halving_factor = 3;       ///< one of so many goes on after each round
  int first_epochs = 2;            ///< of fine-tuning in the first round
  int search_maps = 1;             ///< fault maps that a voltage is judged by in the rounds
  int final_maps = 10;             ///< the same at the end, and on the test set
  double most_error_percent = 10;  ///< points with a larger error are not of interest

  // What is done with the point of least energy within the bound.
  std::string ablation;      ///< mechanisms that are switched off in turn; empty: none
  int confirming_seeds = 0;  ///< further seeds that its network is trained with

  // What the frontier is held against.
  std::string sequential;  ///< folder of a finished run of the five stages; empty: none
  int most_wrong = -1;     ///< bound in wrong validation samples; -1: that of `sequential`, or none
};

namespace ranges {
inline constexpr Range<int> kWeightBits{2, 16};
inline constexpr Range<int> kActivationBits{2, 16};
inline constexpr Range<int> kProductBits{2, 32};
inline constexpr Range<int> kSearchEpochs{1, 10000};
inline constexpr Range<int> kThetaCode{0, 64};
inline constexpr Range<int> kSeeds{1, 1000};
inline constexpr Range<int> kMaps{1, 1000};
inline constexpr Range<double> kLearningRate{0, 100, true};
inline constexpr Range<double> kPenalty{0, 10};
inline constexpr Range<double> kFaultRate{0, 0.5};
inline constexpr Range<double> kChipVoltage{0, 10};
inline constexpr Range<double> kHalvingFactor{1, 100, true};
inline constexpr Range<double> kErrorPercent{0, 100, true};
inline constexpr Range<double> kTrainingGmacs{0, 1e12};
}  // namespace ranges

/// The objectives that a text names, separated by commas. Throws UserError naming `key` for an
/// unknown or repeated one, and for fewer than two.
std::vector<Objective> parse_objectives(const std::string& text, const std::string& key);
/// The mechanisms that a text names, separated by commas, or "all". Throws UserError naming `key`
/// for an unknown or repeated one.
std::vector<Mechanism> parse_mechanisms(const std::string& text, const std::string& key);
/// "160-128" as neurons of hidden layers. Throws UserError naming `key`.
std::vector<int> parse_hidden(const std::string& text, const std::string& key);
std::string hidden_text(const std::vector<int>& hidden);

}  // namespace minerva::codesign
