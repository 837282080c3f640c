#pragma once
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "circuit_data.hpp"
#include "minerva/circuit/cell_library.hpp"
#include "minerva/circuit/netlist.hpp"

namespace minerva::test {

/// Our own small library, whose numbers are sums of powers of two.
inline const circuit::CellLibrary& small_library() {
  static const circuit::CellLibrary read =
      circuit::read_cell_library(std::string(MINERVA_SOURCE_DIR) + "/tests/samples/small.lib");
  return read;
}

/// Writes a netlist as Yosys' write_json does.
class NetlistText {
 public:
  NetlistText() {
    module_ = {{"attributes", {{"top", "1"}}},
               {"ports", nlohmann::json::object()},
               {"cells", nlohmann::json::object()},
               {"netnames", nlohmann::json::object()}};
  }
  void input(const std::string& name, const std::vector<int>& bits) { port(name, "input", bits); }
  void output(const std::string& name, const std::vector<int>& bits) { port(name, "output", bits); }
  /// A cell with a net for each named pin.
  void cell(const std::string& name, const std::string& type,
            const std::vector<std::pair<std::string, nlohmann::json>>& pins) {
    nlohmann::json connections = nlohmann::json::object();
    for (const auto& [pin, net] : pins) connections[pin] = nlohmann::json::array({net});
    module_["cells"][name] = {{"type", type}, {"connections", connections}};
  }
  std::string text() const { return nlohmann::json{{"modules", {{"case", module_}}}}.dump(); }
  circuit::Netlist read(const circuit::CellLibrary& library = small_library()) const {
    return circuit::netlist_from_json(text(), "case.json", library);
  }

 private:
  void port(const std::string& name, const char* direction, const std::vector<int>& bits) {
    module_["ports"][name] = {{"direction", direction}, {"bits", bits}};
    module_["netnames"][name] = {{"bits", bits}};
  }
  nlohmann::json module_;
};

}  // namespace minerva::test
