#pragma once
#include <cstdint>
#include <vector>

namespace minerva {

/// The ports of a memory's banks, one a bank, for reads and writes alike: counts accesses and
/// refuses a second one in the same cycle.
class BankPorts {
 public:
  explicit BankPorts(int banks) : ports_(static_cast<std::size_t>(banks)) {}

  /// Throws ContractViolation when the bank was accessed in this cycle already. @param cycle >= 0.
  void read(std::size_t bank, std::int64_t cycle) {
    take(ports_[bank], cycle);
    ++ports_[bank].reads;
  }
  void write(std::size_t bank, std::int64_t cycle) {
    take(ports_[bank], cycle);
    ++ports_[bank].writes;
  }
  std::vector<std::int64_t> reads() const;
  std::vector<std::int64_t> writes() const;

 private:
  struct Port {
    std::int64_t last_cycle = -1;
    std::int64_t reads = 0;
    std::int64_t writes = 0;
  };
  static void take(Port& port, std::int64_t cycle) {
    if (port.last_cycle == cycle) refuse(cycle);
    port.last_cycle = cycle;
  }
  [[noreturn]] static void refuse(std::int64_t cycle);

  std::vector<Port> ports_;
};

}  // namespace minerva
