#include "minerva/faultsim/chip_map.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <string_view>

#include "minerva/arithmetic/faulty_cells.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"

namespace minerva::faultsim {
namespace {

constexpr std::string_view kFormat = "minerva-chip-map-1";
constexpr std::string_view kBlanks = " \t\r";
constexpr const char* kMemoryColumns = "lane,bank,row,bit,voltage_v,reads";
constexpr const char* kNetworkColumns = "layer,word,bit,voltage_v,reads";
// No memory of weights is larger; a file with more is no map.
constexpr std::int64_t kMostLanes = 4096;
constexpr std::int64_t kMostBanks = 4096;
constexpr std::int64_t kMostLayers = 1024;
constexpr std::int64_t kMostRows = std::int64_t{1} << 31;
constexpr double kHighestVoltage = 10;
constexpr std::size_t kMostVoltages = 1000;

template <typename Number>
std::optional<Number> number_of(std::string_view text) {
  Number value{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

/// A number in as many digits as bring it back.
std::string exact_text(double value) {
  char text[40];
  return std::string(text, std::to_chars(text, text + sizeof text, value).ptr);
}

bool is_voltage(double value) { return value > 0 && value <= kHighestVoltage; }

std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> cells;
  while (true) {
    const std::size_t comma = line.find(',');
    cells.push_back(trimmed(line.substr(0, comma), kBlanks));
    if (comma == std::string_view::npos) return cells;
    line.remove_prefix(comma + 1);
  }
}

/// The lines of a text that are neither empty nor a comment, without blanks at their ends.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}
  /// False at the end, where the line is empty.
  bool next() {
    while (!rest_.empty()) {
      const std::size_t end = rest_.find('\n');
      line_ = trimmed(rest_.substr(0, end), kBlanks);
      rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
      ++number_;
      if (!line_.empty() && line_.front() != '#') return true;
    }
    line_ = {};
    return false;
  }
  std::string_view line() const { return line_; }
  std::size_t number() const { return number_; }

 private:
  std::string_view rest_;
  std::string_view line_;
  std::size_t number_ = 0;
};

class ChipMapReader {
 public:
  ChipMapReader(const std::string& text, const std::string& file) : file_(file), lines_(text) {}

  ChipMap read() {
    if (!lines_.next() || lines_.line() != kFormat) {
      throw UserError(file_, lines_.line().empty() ? "" : std::string(lines_.line()),
                      "needs the line " + std::string(kFormat) + " first");
    }
    read_head();
    read_faults();
    check_twice();
    return std::move(map_);
  }

 private:
  std::string where() const { return file_ + ":" + std::to_string(lines_.number()); }

  void read_head() {
    while (lines_.next()) {
      const std::size_t equals = lines_.line().find('=');
      if (equals == std::string_view::npos) break;  // the names of the columns
      const std::string key(trimmed(lines_.line().substr(0, equals), kBlanks));
      const std::string value(trimmed(lines_.line().substr(equals + 1), kBlanks));
      if (!lines_of_head_.emplace(key, lines_.number()).second) {
        throw UserError(where(), key, "stands twice in the head of the map");
      }
      take(key, value);
    }
    for (const char* key : {"address", "bits", "voltages_v", "voltages"}) require(key);
    const bool memory = map_.address == MapAddress::memory;
    for (const char* key : {"lanes", "banks", "rows"}) {
      if (memory) {
        require(key);
      } else if (lines_of_head_.count(key) != 0) {
        throw UserError(file_ + ":" + std::to_string(lines_of_head_.at(key)), key,
                        "is no key of a map whose address is network");
      }
    }
    const std::string columns = memory ? kMemoryColumns : kNetworkColumns;
    if (lines_.line() != columns) {
      throw UserError(lines_.line().empty() ? file_ : where(), std::string(lines_.line()),
                      "needs the line " + columns + " before the faults");
    }
  }

  void require(const char* key) const {
    if (lines_of_head_.count(key) == 0) throw UserError(file_, key, "is missing in its head");
  }

  std::int64_t whole(const std::string& key, std::string_view value, std::int64_t low,
                     std::int64_t high) const {
    const auto number = number_of<std::int64_t>(value);
    if (!number || *number < low || *number > high) {
      throw UserError(where() + ": " + key, std::string(value),
                      "needs " + std::to_string(low) + " to " + std::to_string(high));
    }
    return *number;
  }

  void take(const std::string& key, const std::string& value) {
    const std::string at = where() + ": " + key;
    if (key == "address") {
      map_.address = parse_enum<MapAddress>(value, at);
    } else if (key == "voltages") {
      map_.voltages = parse_enum<MapVoltages>(value, at);
    } else if (key == "lanes") {
      map_.lanes = static_cast<int>(whole(key, value, 1, kMostLanes));
    } else if (key == "banks") {
      map_.banks = static_cast<int>(whole(key, value, 1, kMostBanks));
    } else if (key == "rows") {
      map_.rows = whole(key, value, 1, kMostRows);
    } else if (key == "bits") {
      map_.bits = static_cast<int>(whole(key, value, 1, kCellsPerWord));
    } else if (key == "clock_period_ns") {
      const auto period = number_of<double>(value);
      if (!period || !(*period > 0 && *period <= 1e6)) {
        throw UserError(at, value, "needs a time in ns, above 0 and up to 1e+06");
      }
      map_.clock_period_ns = *period;
    } else if (key == "conditions") {
      map_.conditions = value;
    } else if (key == "voltages_v") {
      take_voltages(value, at);
    } else {
      throw UserError(where(), key,
                      "is no key of a fault map: needs address, lanes, banks, rows, bits, "
                      "voltages_v, voltages, clock_period_ns or conditions");
    }
  }

  void take_voltages(const std::string& value, const std::string& at) {
    for (const std::string_view cell : split(value)) {
      const auto voltage = number_of<double>(cell);
      if (!voltage || !is_voltage(*voltage)) {
        throw UserError(at, std::string(cell), "needs voltages above 0 and up to 10 V");
      }
      map_.measured_v.push_back(*voltage);
    }
    if (map_.measured_v.size() > kMostVoltages) {
      throw UserError(at, std::to_string(map_.measured_v.size()) + " voltages",
                      "needs at most " + std::to_string(kMostVoltages));
    }
    std::sort(map_.measured_v.begin(), map_.measured_v.end(), std::greater<>());
    for (std::size_t k = 1; k < map_.measured_v.size(); ++k) {
      if (map_.measured_v[k - 1] - map_.measured_v[k] <= kSameVoltage) {
        throw UserError(at, number_text(map_.measured_v[k]), "stands twice among the voltages");
      }
    }
  }

  void read_faults() {
    const bool memory = map_.address == MapAddress::memory;
    const std::size_t columns = memory ? 6 : 5;
    while (lines_.next()) {
      const std::vector<std::string_view> cells = split(lines_.line());
      if (cells.size() != columns) {
        throw UserError(where(), std::string(lines_.line()),
                        std::string("needs ") + (memory ? kMemoryColumns : kNetworkColumns));
      }
      ChipFault fault;
      std::size_t at = 0;
      if (memory) {
        fault.word.unit = static_cast<int>(whole("lane", cells[at++], 0, map_.lanes - 1));
        fault.word.bank = static_cast<int>(whole("bank", cells[at++], 0, map_.banks - 1));
        fault.word.row = whole("row", cells[at++], 0, map_.rows - 1);
      } else {
        fault.word.unit = static_cast<int>(whole("layer", cells[at++], 0, kMostLayers - 1));
        fault.word.row = whole("word", cells[at++], 0, kMostRows - 1);
      }
      fault.bit = static_cast<int>(whole("bit", cells[at++], 0, map_.bits - 1));
      fault.voltage_v = voltage_of(cells[at++]);
      fault.reads = parse_enum<ReadsAs>(std::string(cells[at]), where() + ": reads");
      map_.faults.push_back(fault);
      fault_lines_.push_back(lines_.number());
    }
  }

  /// One of the measured voltages.
  double voltage_of(std::string_view cell) const {
    const std::string at = where() + ": voltage_v";
    const auto voltage = number_of<double>(cell);
    if (!voltage) throw UserError(at, std::string(cell), "needs a voltage");
    return map_.measured(*voltage, at);
  }

  /// Puts the faults in order, and refuses cells of which two lines say what they read as.
  void check_twice() {
    std::vector<std::size_t> order(map_.faults.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    const bool each_voltage = map_.voltages == MapVoltages::at;
    const auto cell = [&](std::size_t i) {
      const ChipFault& f = map_.faults[i];
      return std::make_tuple(f.word, f.bit, each_voltage ? -f.voltage_v : 0.0);
    };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return std::make_tuple(cell(a), map_.faults[a].reads) <
             std::make_tuple(cell(b), map_.faults[b].reads);
    });
    std::vector<ChipFault> sorted;
    sorted.reserve(order.size());
    for (std::size_t k = 0; k < order.size(); ++k) {
      const ChipFault& fault = map_.faults[order[k]];
      if (k > 0 && cell(order[k]) == cell(order[k - 1])) {
        const ChipFault& before = sorted.back();
        if (before.reads == fault.reads || fault.reads == ReadsAs::inverted ||
            before.reads == ReadsAs::inverted) {
          const std::size_t first = std::min(fault_lines_[order[k - 1]], fault_lines_[order[k]]);
          const std::size_t second = std::max(fault_lines_[order[k - 1]], fault_lines_[order[k]]);
          throw UserError(file_ + ":" + std::to_string(second), "bit " + std::to_string(fault.bit),
                          "is a cell of line " + std::to_string(first) +
                              ": needs one line, or one that reads 0 and one that reads 1");
        }
      }
      sorted.push_back(fault);
    }
    map_.faults = std::move(sorted);
  }

  const std::string& file_;
  Lines lines_;
  std::map<std::string, std::size_t> lines_of_head_;
  std::vector<std::size_t> fault_lines_;
  ChipMap map_;
};

}  // namespace

bool ChipMap::fails(const ChipFault& fault, double voltage_v) const {
  return voltages == MapVoltages::at ? std::abs(fault.voltage_v - voltage_v) <= kSameVoltage
                                     : fault.voltage_v >= voltage_v - kSameVoltage;
}

double ChipMap::measured(double voltage_v, const std::string& where) const {
  for (const double voltage : measured_v) {
    if (std::abs(voltage - voltage_v) <= kSameVoltage) return voltage;
  }
  std::string all;
  for (const double voltage : measured_v) all += (all.empty() ? "" : ", ") + number_text(voltage);
  throw UserError(where, number_text(voltage_v), "needs a voltage that was measured: " + all);
}

bool is_chip_map(const std::string& text) {
  Lines lines(text);
  return lines.next() && lines.line() == kFormat;
}

ChipMap chip_map_from_text(const std::string& text, const std::string& file) {
  return ChipMapReader(text, file).read();
}

std::string chip_map_text(const ChipMap& map) {
  const bool memory = map.address == MapAddress::memory;
  std::string text = std::string(kFormat) + "\naddress = " + to_string(map.address) + "\n";
  if (memory) {
    text += "lanes = " + std::to_string(map.lanes) + "\nbanks = " + std::to_string(map.banks) +
            "\nrows = " + std::to_string(map.rows) + "\n";
  }
  text += "bits = " + std::to_string(map.bits) + "\nvoltages_v = ";
  for (std::size_t k = 0; k < map.measured_v.size(); ++k) {
    text += (k == 0 ? "" : ",") + exact_text(map.measured_v[k]);
  }
  text += std::string("\nvoltages = ") + to_string(map.voltages) + "\n";
  if (map.clock_period_ns) text += "clock_period_ns = " + exact_text(*map.clock_period_ns) + "\n";
  if (!map.conditions.empty()) text += "conditions = " + map.conditions + "\n";
  text += std::string(memory ? kMemoryColumns : kNetworkColumns) + "\n";
  for (const ChipFault& f : map.faults) {
    text += std::to_string(f.word.unit) + ",";
    if (memory) text += std::to_string(f.word.bank) + ",";
    text += std::to_string(f.word.row) + "," + std::to_string(f.bit) + "," +
            exact_text(f.voltage_v) + "," + to_string(f.reads) + "\n";
  }
  return text;
}

}  // namespace minerva::faultsim
