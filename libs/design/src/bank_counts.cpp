#include "minerva/design/bank_counts.hpp"

namespace minerva {

const std::vector<BankAccessName>& bank_access_names() {
  static const std::vector<BankAccessName> names = {
      {"weight_reads", &BankAccesses::weight_reads},
      {"weight_writes", &BankAccesses::weight_writes},
      {"input_reads", &BankAccesses::input_reads},
      {"activation_reads", &BankAccesses::activation_reads},
      {"activation_writes", &BankAccesses::activation_writes},
      {"bias_reads", &BankAccesses::bias_reads},
  };
  return names;
}

}  // namespace minerva
