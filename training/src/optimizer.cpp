#include "minerva/training/optimizer.hpp"

namespace minerva::training {

Descent descent_of(const TrainingOptions& options, double learning_rate, std::uint64_t step) {
  Descent descent;
  descent.rate = static_cast<float>(learning_rate);
  descent.first_decay = static_cast<float>(options.momentum);
  switch (options.optimizer) {
    case Optimizer::sgd:
      descent.rule = DescentRule::momentum;
      break;
    case Optimizer::nesterov:
      descent.rule = DescentRule::nesterov;
      break;
    case Optimizer::rmsprop:
      descent.rule = DescentRule::rmsprop;
      descent.second_decay = static_cast<float>(options.rmsprop_decay);
      descent.epsilon = static_cast<float>(options.epsilon);
      break;
    case Optimizer::adam:
      descent = adam_descent(learning_rate, step,
                             {options.mean_decay, options.variance_decay, options.epsilon});
      break;
  }
  descent.largest_gradient_norm = options.clip_norm;
  return descent;
}

bool keeps_first(Optimizer optimizer) { return optimizer != Optimizer::rmsprop; }
bool keeps_second(Optimizer optimizer) {
  return optimizer == Optimizer::adam || optimizer == Optimizer::rmsprop;
}

}  // namespace minerva::training
