#include <map>
#include <nlohmann/json.hpp>

#include "minerva/base/errors.hpp"
#include "minerva/circuit/netlist.hpp"

namespace minerva::circuit {
namespace {

using Json = nlohmann::json;

class Reader {
 public:
  Reader(const std::string& file, const CellLibrary& library) : file_(file), library_(library) {
    out_.file = file;
  }

  Netlist read(const Json& document) {
    const Json& module = top_module(document);
    read_ports(member(module, "ports", out_.name));
    // By name, so that the order of instances is that of no hash table.
    for (const auto& [name, cell] : member(module, "cells", out_.name).items()) {
      read_instance(name, cell);
    }
    name_nets(module);
    check_drivers();
    return std::move(out_);
  }

 private:
  [[noreturn]] void fail(const std::string& value, const std::string& allowed) const {
    throw UserError(file_, value, allowed);
  }
  const Json& member(const Json& of, const char* name, const std::string& where) const {
    const auto found = of.find(name);
    if (found == of.end() || !found->is_object()) {
      fail(where, std::string("needs '") + name + "', as Yosys' write_json makes it");
    }
    return *found;
  }

  static bool is_top(const Json& module) {
    const auto attributes = module.find("attributes");
    if (attributes == module.end() || !attributes->is_object()) return false;
    const auto top = attributes->find("top");
    return top != attributes->end();
  }
  const Json& top_module(const Json& document) {
    if (!document.is_object()) fail("", "needs a JSON object, as Yosys' write_json makes it");
    const Json& modules = member(document, "modules", "");
    const Json* found = nullptr;
    for (const auto& [name, module] : modules.items()) {
      if (!module.is_object()) fail(name, "needs a module");
      if (!is_top(module) && modules.size() > 1) continue;
      found = &module;
      out_.name = name;
    }
    if (found == nullptr) {
      fail("", "has " + std::to_string(modules.size()) +
                   " modules and none with the attribute top: name one by hierarchy -top");
    }
    return *found;
  }

  int net_of(const Json& bit, const std::string& where) {
    if (bit.is_number_integer()) {
      const auto number = bit.get<long long>();
      const auto [found, added] = numbers_.emplace(number, static_cast<int>(out_.nets.size()));
      if (added) {
        out_.nets.emplace_back();
        out_.nets.back().name = "n" + std::to_string(number);
      }
      return found->second;
    }
    const std::string text = bit.is_string() ? bit.get<std::string>() : bit.dump();
    if (text != "0" && text != "1") fail(where + " " + text, "needs a net, 0 or 1");
    int& constant = constants_[text == "1" ? 1 : 0];
    if (constant < 0) {
      constant = static_cast<int>(out_.nets.size());
      out_.nets.emplace_back();
      out_.nets.back().name = text;
      out_.nets.back().constant = text == "1" ? Net::Constant::one : Net::Constant::zero;
    }
    return constant;
  }

  void read_ports(const Json& ports) {
    for (const auto& [name, port] : ports.items()) {
      Port read;
      read.name = name;
      const auto direction = port.find("direction");
      const auto bits = port.find("bits");
      if (direction == port.end() || bits == port.end() || !bits->is_array()) {
        fail(name, "needs a port with direction and bits");
      }
      if (*direction == "output") {
        read.direction = PinDirection::output;
      } else if (*direction != "input") {
        fail(name, "needs a port that is an input or an output");
      }
      for (const Json& bit : *bits) {
        const int net = net_of(bit, "port " + name);
        Net& its = out_.nets[static_cast<std::size_t>(net)];
        (read.direction == PinDirection::input ? its.is_input : its.is_output) = true;
        read.nets.push_back(net);
      }
      out_.ports.push_back(std::move(read));
    }
  }

  /// "$flatten\\adder.$abc$7", as Yosys names a cell of a module that it flattened, is
  /// "adder.$abc$7".
  static std::string flattened_name(std::string name) {
    const std::string mark = "$flatten\\";
    for (std::size_t at = 0; (at = name.find(mark)) != std::string::npos;) {
      name.erase(at, mark.size());
    }
    return name;
  }
  void read_instance(const std::string& name, const Json& cell) {
    const auto type = cell.find("type");
    if (type == cell.end() || !type->is_string()) fail(name, "needs a cell with a type");
    Instance instance;
    instance.name = flattened_name(name);
    const auto& type_name = type->get_ref<const std::string&>();
    if (type_name.empty() || type_name[0] == '$') {
      fail(name + " " + type_name, "is no cell of a library: the netlist is not mapped to one");
    }
    instance.cell = &library_.cell(type_name);
    instance.nets.assign(instance.cell->pins.size(), -1);
    const auto number = static_cast<int>(out_.instances.size());
    for (const auto& [pin_name, bits] : member(cell, "connections", name).items()) {
      const int pin = instance.cell->pin(pin_name);
      if (pin < 0) fail(name + "." + pin_name, "the cell " + type_name + " has no such pin");
      if (!bits.is_array() || bits.size() > 1) fail(name + "." + pin_name, "needs one net");
      if (!bits.empty()) connect(instance, number, pin, bits[0]);
    }
    for (std::size_t p = 0; p < instance.nets.size(); ++p) {
      const Pin& pin = instance.cell->pins[p];
      if (pin.direction == PinDirection::input && instance.nets[p] < 0) {
        fail(name + "." + pin.name, "is an input without a net");
      }
    }
    out_.instances.push_back(std::move(instance));
  }
  void connect(Instance& instance, int number, int pin, const Json& bit) {
    const Pin& its = instance.cell->pins[static_cast<std::size_t>(pin)];
    const std::string where = instance.name + "." + its.name;
    const bool output = its.direction == PinDirection::output;
    // An output that nothing reads may be connected to an undefined bit.
    if (output && bit.is_string()) return;
    const int net = net_of(bit, where);
    instance.nets[static_cast<std::size_t>(pin)] = net;
    Net& joined = out_.nets[static_cast<std::size_t>(net)];
    if (!output) {
      if (its.direction != PinDirection::input) fail(where, "needs a pin that is input or output");
      joined.sinks.push_back({number, pin});
      return;
    }
    if (joined.driver.instance >= 0 || joined.is_input) {
      fail(where, "drives a net that has a driver: " + joined.name);
    }
    joined.driver = {number, pin};
  }

  /// Names of the module's own nets, the shortest where a net has several.
  void name_nets(const Json& module) {
    const auto names = module.find("netnames");
    if (names == module.end()) return;
    std::vector<bool> named(out_.nets.size());
    for (const auto& [name, net] : names->items()) {
      const auto bits = net.find("bits");
      if (bits == net.end() || !bits->is_array()) continue;
      for (std::size_t b = 0; b < bits->size(); ++b) {
        if (!(*bits)[b].is_number_integer()) continue;
        const auto found = numbers_.find((*bits)[b].get<long long>());
        if (found == numbers_.end()) continue;
        const auto at = static_cast<std::size_t>(found->second);
        std::string full = bits->size() == 1 ? name : name + "[" + std::to_string(b) + "]";
        if (named[at] && out_.nets[at].name.size() <= full.size()) continue;
        named[at] = true;
        out_.nets[at].name = std::move(full);
      }
    }
  }

  void check_drivers() const {
    for (const Net& net : out_.nets) {
      if (net.driver.instance >= 0 || net.is_input || net.constant != Net::Constant::none) continue;
      if (!net.sinks.empty() || net.is_output) fail(net.name, "is a net that nothing drives");
    }
  }

  const std::string& file_;
  const CellLibrary& library_;
  Netlist out_;
  std::map<long long, int> numbers_;  ///< of nets, by the number in the file
  int constants_[2] = {-1, -1};
};

}  // namespace

Netlist netlist_from_json(std::string_view text, const std::string& file,
                          const CellLibrary& library) {
  const Json document = Json::parse(text.begin(), text.end(), nullptr, false);
  if (document.is_discarded()) {
    throw UserError(file, "", "is no JSON, or is truncated; needs what Yosys' write_json makes");
  }
  return Reader(file, library).read(document);
}

}  // namespace minerva::circuit
