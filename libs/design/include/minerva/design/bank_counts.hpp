#pragma once
#include <cstdint>
#include <vector>

namespace minerva {

/// What a layer's inputs did in each weight bank of a lane, summed over samples.
struct BankActivity {
  std::vector<std::int64_t> kept_inputs;  ///< [bank]: kept inputs j with j mod banks = bank
};

/// Accesses of every single-port memory bank, summed over samples; defined once (docs/machine.md,
/// "Counts") and equal in every model.
struct BankAccesses {
  std::vector<std::int64_t> weight_reads;       ///< [lane * weight banks of a lane + bank]
  std::vector<std::int64_t> weight_writes;      ///< as weight_reads; of weights from off chip
  std::vector<std::int64_t> input_reads;        ///< [bank]
  std::vector<std::int64_t> activation_reads;   ///< [half * banks of a half + bank]
  std::vector<std::int64_t> activation_writes;  ///< as activation_reads
  std::vector<std::int64_t> bias_reads;         ///< [lane]
};

/// Name and member of every kind of access, in the order of tables.
struct BankAccessName {
  const char* name;
  std::vector<std::int64_t> BankAccesses::*member;
};
const std::vector<BankAccessName>& bank_access_names();

}  // namespace minerva
