#include "minerva/codesign/keys.hpp"

#include "minerva/config/settings.hpp"
#include "minerva/design/knobs.hpp"
#include "minerva/training/hardware_training.hpp"

namespace minerva::codesign {
namespace {

constexpr Range<int> kItems{1, 100};
constexpr const char* kExperiments = "docs/codesign.md";

void add_machine_keys(const KeyRows& keys, CodesignOptions& o) {
  keys.add("codesign.lanes", &o.lanes, knob(KnobName::lanes).counts, kItems, "lanes",
           "The search tries machines with these numbers of lanes.");
  keys.add("codesign.macs_per_lane", &o.macs_per_lane, knob(KnobName::macs_per_lane).counts, kItems,
           "MACs",
           "The search tries machines with these numbers of multipliers in a lane; the bandwidths "
           "of weights and activations are the same number of words a cycle.");
  keys.add("codesign.write_ports", &o.write_ports, knob(KnobName::write_ports).counts, kItems,
           "activations/cycle",
           "The search tries machines that write so many activations a cycle.");
  keys.add("codesign.clock_period_ns", &o.clock_periods_ns,
           knob(KnobName::clock_period_ns).times_ns, kItems, "ns",
           "The search tries machines with these clock periods.");
}

void add_search_keys(const KeyRows& keys, CodesignOptions& o) {
  keys.add_choice(
      "codesign.method", &o.method,
      "The search trains every candidate a little and few of them to the end (halving), or it "
      "draws candidates and trains each to the end (random), to be compared with.");
  keys.add("codesign.most_training_gmacs", &o.most_training_gmacs, ranges::kTrainingGmacs,
           "1e9 MACs",
           "A random search draws as many candidates as can be trained with this many MACs of "
           "forward passes over training samples, the teacher's included; codesign.json says what "
           "a search has spent.");
  keys.add("codesign.start_epochs", &o.start_epochs, ranges::kSearchEpochs, "epochs",
           "Each fine-tuning begins from a float network of its topology, trained by section "
           "[training] for this many epochs.");
  keys.add("codesign.teacher_hidden", &o.teacher_hidden, "no teacher",
           "The fine-tunings also learn the outputs of a float network with these hidden layers, "
           "which reads every input and is trained by section [training].");
  keys.add("codesign.teacher_epochs", &o.teacher_epochs, ranges::kSearchEpochs, "epochs",
           "The teacher is trained for this many epochs.");
  keys.add("codesign.first_epochs", &o.first_epochs, ranges::kSearchEpochs, "epochs",
           "In the first round every candidate is fine-tuned for this many epochs; in the last one "
           "those that are left have all of finetune.epochs.");
  keys.add("codesign.halving_factor", &o.halving_factor, ranges::kHalvingFactor, "1",
           "One candidate of so many goes on after each round, for as many times the epochs.");
  keys.add("codesign.search_maps", &o.search_maps, ranges::kMaps, "maps",
           "In the rounds the error at a voltage is the mean over this many fault maps.");
  keys.add("codesign.final_maps", &o.final_maps, ranges::kMaps, "maps",
           "At the end, and on the test set, the error at a voltage is the mean over this many "
           "fault maps.");
  keys.add("codesign.most_error_percent", &o.most_error_percent, ranges::kErrorPercent, "%",
           "Points with a larger validation error are left out of the frontier.");
  keys.add("codesign.ablation", &o.ablation, "no ablation",
           "The network of the point of least energy within the bound is trained and searched "
           "again without each of these mechanisms: all, or some of distortions, teacher, "
           "fault_training, activation_l1, left_out, narrow_words, skipping, low_voltage and "
           "machine, separated by commas.");
  keys.add("codesign.confirming_seeds", &o.confirming_seeds, or_zero(ranges::kSeeds), "seeds",
           "The network of that point is trained with this many further seeds, from "
           "training.seed + 1 on, and judged with the point's thresholds, supply and machine.");
  keys.add("codesign.sequential", &o.sequential, "no comparison",
           "The frontier is held against the last stage of the finished run in this folder, whose "
           "bound is the bound of the search unless codesign.most_wrong gives one.");
  keys.add("codesign.most_wrong", &o.most_wrong, Range<int>{-1, 1000000000}, "samples",
           "The bound: a point is within it with at most this many wrong validation samples; -1 "
           "takes that of codesign.sequential, and without it there is no bound.");
}

}  // namespace

void add_finetune_keys(Settings& settings, FineTuneOptions& o) {
  const KeyRows keys = settings.without_effect();
  keys.add("finetune.weight_bits", &o.widths.weight_bits, ranges::kWeightBits, "bits",
           "Where no plan is given, the formats of the weights have this many bits.", kExperiments);
  keys.add("finetune.activation_bits", &o.widths.activation_bits, ranges::kActivationBits, "bits",
           "Where no plan is given, the formats of inputs and activations have this many bits.",
           kExperiments);
  keys.add("finetune.product_bits", &o.widths.product_bits, or_zero(ranges::kProductBits), "bits",
           "Where no plan is given, the formats of the products have this many bits; 0 takes as "
           "many as the product of two words needs.",
           kExperiments);
  keys.add_choice("finetune.weights", &o.weights,
                  {sharing::SharedWeights::none, sharing::SharedWeights::shared,
                   sharing::SharedWeights::ternary, sharing::SharedWeights::binary},
                  "Where no plan is given, the weights of a layer are any codes of W (none), or "
                  "those of a codebook as in sharing.weights, which is made of the network that "
                  "the fine-tuning begins from and stays.");
  keys.add("finetune.entries", &o.entries, sharing::ranges::kEntries, "entries",
           "Codebooks of shared weights have this many entries, one of them the weight 0.");
  keys.add("finetune.epochs", &o.epochs, ranges::kSearchEpochs, "epochs",
           "The network is trained for its hardware for this many epochs.");
  keys.add("finetune.learning_rate", &o.learning_rate, ranges::kLearningRate, "1",
           "The learning rate of the fine-tuning, with the schedule of section [training].");
  keys.add("finetune.l1", &o.l1, ranges::kPenalty, "1",
           "The loss includes this factor times the sum of the magnitudes of all weights, which "
           "draws them to exact zeros.");
  keys.add("finetune.activation_l1", &o.activation_l1, ranges::kPenalty, "1",
           "The loss of each sample includes this factor times the sum of its hidden activations, "
           "which draws them to zeros, whose weights are then not read.");
  keys.add("finetune.fault_rate", &o.fault_rate, ranges::kFaultRate, "per bit",
           "The fine-tuning reads the weights from a memory in which each bit is faulty with this "
           "probability, masked as training.fault_masking and training.fault_sign say; 0 switches "
           "this off.");
  keys.add("finetune.fault_steps", &o.fault_steps, training::ranges::kStepsPerMap, "steps",
           "The fine-tuning draws a new fault map each time this many steps have passed.");
  keys.add("finetune.map_file", &o.map_file, "no chip",
           "The network is trained for the chip whose fault map is in this file, at "
           "finetune.voltage_v, in the weight memory of section [design]; finetune.fault_rate is "
           "then 0.");
  keys.add("finetune.voltage_v", &o.voltage_v, ranges::kChipVoltage, "V",
           "The weight memory of that chip has this voltage, one of those of its map.");
  keys.add("finetune.theta_code", &o.theta_code, ranges::kThetaCode, "codes",
           "Where no plan is given, inputs of a layer below this code are skipped: 1 skips zeros, "
           "which changes no result, and 0 skips nothing.");
  keys.add(
      "finetune.teacher", &o.teacher, "no teacher",
      "The fine-tuning also learns the outputs of the network in this file, of fully connected "
      "layers that read the same or the whole samples.");
  keys.add("finetune.teacher_share", &o.teacher_share, training::ranges::kTeacherShare, "1",
           "The teacher's outputs have this share of the loss, and the labels have the rest.");
  keys.add("finetune.temperature", &o.temperature, training::ranges::kTemperature, "1",
           "The teacher's outputs are learnt at this temperature.", "Hinton et al., 2015");
  keys.add("finetune.seeds", &o.seeds, ranges::kSeeds, "seeds",
           "The fine-tuning is done with this many seeds, from training.seed on; the first one's "
           "network is written, and the deviation over all is the training noise of this recipe.");
}

void add_codesign_keys(Settings& settings, CodesignOptions& o) {
  const KeyRows keys = settings.without_effect();
  keys.add("codesign.topologies", &o.topologies, "",
           "The search tries networks with these hidden layers: neurons joined by dashes, networks "
           "separated by commas.");
  keys.add("codesign.inputs", &o.inputs, "",
           "The search tries networks that read these inputs, each as data.inputs takes it, "
           "separated by commas.");
  keys.add("codesign.weight_bits", &o.weight_bits, ranges::kWeightBits, kItems, "bits",
           "The search tries weights of these widths.");
  keys.add("codesign.activation_bits", &o.activation_bits, ranges::kActivationBits, kItems, "bits",
           "The search tries inputs and activations of these widths.");
  keys.add("codesign.product_bits", &o.product_bits, or_zero(ranges::kProductBits), kItems, "bits",
           "The search tries products of these widths; 0 is as many bits as the product of two "
           "words needs.");
  keys.add("codesign.most_theta_code", &o.most_theta_code, ranges::kThetaCode, "codes",
           "The search tries thresholds up to this code in each layer.");
  keys.add(
      "codesign.most_fault_rate", &o.most_fault_rate, ranges::kFaultRate, "per bit",
      "The search tries the voltages of the technology at which at most this share of the bits "
      "is faulty; 0 keeps the nominal voltage.");
  keys.add("codesign.objectives", &o.objectives, "",
           "The frontier is that of two or more of error, energy, area and latency, separated by "
           "commas, all minimised.");
  add_machine_keys(keys, o);
  add_search_keys(keys, o);
}

}  // namespace minerva::codesign
