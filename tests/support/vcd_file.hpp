#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace minerva::test {

/// A file of value changes, as SystemC and Icarus Verilog write it.
class VcdFile {
 public:
  struct Signal {
    int bits = 0;
    std::vector<std::int64_t> times;  ///< of the changes, rising
    std::vector<std::string> values;  ///< `bits` characters of 0, 1, x or z after each

    /// After all changes at `time`; all x before the first.
    std::string at(std::int64_t time) const;
  };

  /// Names are paths of scopes below the scope `top`, joined by dots. Throws std::runtime_error
  /// for a text that is no such file.
  VcdFile(const std::string& text, const std::string& top);

  const std::map<std::string, Signal>& signals() const { return signals_; }
  /// Times of the rising edges of a signal of one bit.
  std::vector<std::int64_t> rising_edges(const std::string& name) const;

 private:
  std::map<std::string, Signal> signals_;
};

}  // namespace minerva::test
