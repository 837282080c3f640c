#include "minerva/circuit/routed_wires.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <sstream>

#include "minerva/base/errors.hpp"

namespace minerva::circuit {
namespace {

class DefReader {
 public:
  DefReader(const std::string& text, const std::string& file,
            const std::vector<std::string>& layers)
      : text_(text), file_(file), layers_(layers) {}

  RoutedWires read() {
    bool in_nets = false;
    while (text_ >> word_) {
      if (word_ == "MICRONS") units_ = next_number();
      if (word_ == "DIEAREA") die();
      if (word_ == "NETS") {
        in_nets = true;
        skip_statement();
      } else if (word_ == "END") {
        text_ >> word_;
        if (word_ == "NETS") in_nets = false;
      } else if (in_nets && word_ == "-") {
        net();
      }
    }
    if (!(units_ > 0)) throw UserError(file_, "", "needs UNITS DISTANCE MICRONS");
    return std::move(wires_);
  }

 private:
  double next_number() {
    text_ >> word_;
    char* end = nullptr;
    const double value = std::strtod(word_.c_str(), &end);
    if (word_.empty() || *end != 0) {
      throw UserError(file_, word_, "needs a number in the place of this word of the DEF file");
    }
    return value;
  }
  void skip_statement() {
    while (text_ >> word_ && word_ != ";") {
    }
  }
  void die() {
    double x[2] = {0, 0}, y[2] = {0, 0};
    for (int corner = 0; corner < 2; ++corner) {
      text_ >> word_;  // (
      x[corner] = next_number();
      y[corner] = next_number();
      text_ >> word_;  // )
    }
    wires_.width_um = std::abs(x[1] - x[0]) / units_;
    wires_.height_um = std::abs(y[1] - y[0]) / units_;
  }

  /// "- NAME ( pins ) + ROUTED layer ( x y ) ( x * ) via NEW layer .. ;"
  void net() {
    std::string name;
    text_ >> name;
    bool routed = false;
    std::size_t layer = 0;
    bool has_point = false;
    double x = 0, y = 0;
    while (text_ >> word_ && word_ != ";") {
      if (word_ == "ROUTED" || word_ == "NEW") {
        routed = true;
        has_point = false;
        text_ >> word_;
        layer = layer_of(word_, name);
        continue;
      }
      if (!routed || word_ != "(") continue;
      const double new_x = coordinate(x, has_point);
      const double new_y = coordinate(y, has_point);
      while (text_ >> word_ && word_ != ")") {
      }
      if (has_point) {
        std::vector<double>& lengths = wires_.nets[name];
        lengths.resize(layers_.size());
        lengths[layer] += (std::abs(new_x - x) + std::abs(new_y - y)) / units_;
      }
      x = new_x;
      y = new_y;
      has_point = true;
    }
  }
  /// A star stands for the coordinate of the point before.
  double coordinate(double before, bool has_before) {
    text_ >> word_;
    if (word_ == "*" && has_before) return before;
    char* end = nullptr;
    const double value = std::strtod(word_.c_str(), &end);
    if (word_.empty() || *end != 0) {
      throw UserError(file_, word_, "needs a coordinate in the place of this word of the DEF file");
    }
    return value;
  }
  std::size_t layer_of(const std::string& layer, const std::string& net) const {
    const auto at = std::find(layers_.begin(), layers_.end(), layer);
    if (at == layers_.end()) {
      throw UserError(file_, net, "has a wire on '" + layer + "', which is no layer of the LEF");
    }
    return static_cast<std::size_t>(at - layers_.begin());
  }

  std::istringstream text_;
  const std::string& file_;
  const std::vector<std::string>& layers_;
  std::string word_;
  double units_ = 0;
  RoutedWires wires_;
};

}  // namespace

RoutedWires read_routed_wires(const std::string& text, const std::string& file,
                              const std::vector<std::string>& layers) {
  return DefReader(text, file, layers).read();
}

}  // namespace minerva::circuit
