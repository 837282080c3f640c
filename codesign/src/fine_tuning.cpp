#include "minerva/codesign/fine_tuning.hpp"

#include "minerva/training/hardware_training.hpp"
#include "minerva/training/trained_topology.hpp"

namespace minerva::codesign {

training::TrainingOptions fine_tuning(const training::TrainingOptions& base,
                                      const FineTuneOptions& options, const FineTuningTask& task) {
  training::TrainingOptions training = base;
  training::take_layers(task.start->graph, training);
  training.epochs = options.epochs;
  training.warmup_epochs = 0;
  training.patience_epochs = 0;
  training.learning_rate = options.learning_rate;
  training.regularization.dropout_fraction = 0;
  training.regularization.input_dropout_fraction = 0;
  training.regularization.l1 = options.l1;
  training.regularization.l2 = 0;
  training.regularization.activation_l1 = options.activation_l1;
  training.faults.rate = options.fault_rate;
  training.faults.steps_per_map = options.fault_steps;
  auto hardware = std::make_shared<training::HardwareTraining>();
  hardware->plan = task.plan;
  hardware->thresholds = task.thresholds;
  hardware->known_faults = task.known_faults;
  hardware->start = task.start;
  hardware->teacher = task.teacher;
  hardware->teacher_share = options.teacher_share;
  hardware->temperature = options.temperature;
  training.hardware = hardware;
  return training;
}

}  // namespace minerva::codesign
