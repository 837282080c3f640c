#include "minerva/circuit/lef_library.hpp"

#include <cstdlib>
#include <map>
#include <sstream>

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/data/unpacked_file.hpp"

namespace minerva::circuit {
namespace {

constexpr double kFfPerPf = 1000;

/// The words of a text without its comments; a semicolon is a word of its own.
std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    line.resize(std::min(line.find('#'), line.size()));
    std::istringstream parts(line);
    for (std::string word; parts >> word;) {
      if (word.size() > 1 && word.back() == ';') {
        words.push_back(word.substr(0, word.size() - 1));
        word = ";";
      }
      words.push_back(word);
    }
  }
  return words;
}

using Statement = std::vector<std::string>;

class LefReader {
 public:
  explicit LefReader(LefLibrary& library) : library_(library) {}

  void read(const std::string& file, const std::string& text) {
    file_ = file;
    words_ = words_of(text);
    for (at_ = 0; at_ + 1 < words_.size();) {
      const std::string& word = words_[at_];
      // "LAYER metal1 ;" inside of vias and rules is a reference and no definition.
      if (word == "LAYER" && word_at(at_ + 2) != ";") {
        layer();
      } else if (word == "MACRO") {
        macro();
      } else if (word == "MICRONS") {
        library_.units_per_um = static_cast<int>(number(word_at(at_ + 1)));
        at_ += 2;
      } else {
        ++at_;
      }
    }
  }

 private:
  const std::string& word_at(std::size_t at) const {
    static const std::string nothing;
    return at < words_.size() ? words_[at] : nothing;
  }
  double number(const std::string& word) const {
    char* end = nullptr;
    const double value = std::strtod(word.c_str(), &end);
    if (word.empty() || *end != 0) {
      throw UserError(file_, word, "needs a number in the place of this word of the LEF file");
    }
    return value;
  }
  /// The words up to the next semicolon.
  Statement statement() {
    Statement words;
    while (at_ < words_.size() && words_[at_] != ";") words.push_back(words_[at_++]);
    if (at_ < words_.size()) ++at_;
    return words;
  }
  bool at_end_of(const std::string& name) const {
    return at_ >= words_.size() || (words_[at_] == "END" && word_at(at_ + 1) == name);
  }
  void leave(const char* kind, const std::string& name) {
    if (at_ >= words_.size()) {
      throw UserError(file_, name, std::string("the file ends within this ") + kind);
    }
    at_ += 2;
  }

  void layer() {
    const std::string name = word_at(at_ + 1);
    at_ += 2;
    RoutingLayer layer;
    layer.name = name;
    bool routes = false;
    double first_pitch_um = 0, second_pitch_um = 0, area_pf = 0, edge_pf = 0;
    while (!at_end_of(name)) {
      const Statement words = statement();
      if (words.size() < 2) continue;
      if (words[0] == "TYPE") routes = words[1] == "ROUTING";
      if (words[0] == "DIRECTION") layer.horizontal = words[1] == "HORIZONTAL";
      if (words[0] == "WIDTH" && layer.width_um == 0) layer.width_um = number(words[1]);
      if (words[0] == "PITCH") {
        first_pitch_um = number(words[1]);
        second_pitch_um = words.size() > 2 ? number(words[2]) : first_pitch_um;
      }
      if (words[0] == "CAPACITANCE" && words.size() > 2) area_pf = number(words[2]);
      if (words[0] == "EDGECAPACITANCE") edge_pf = number(words[1]);
    }
    leave("LAYER", name);
    if (!routes || known_.count(name) != 0) return;
    known_.insert(name);
    // Two pitches are those of vertical and of horizontal wires.
    layer.pitch_um = layer.horizontal ? second_pitch_um : first_pitch_um;
    layer.capacitance_ff_per_um = kFfPerPf * (area_pf * layer.width_um + 2 * edge_pf);
    library_.layers.push_back(layer);
  }

  void macro() {
    const std::string name = word_at(at_ + 1);
    at_ += 2;
    std::string pin;
    double width_um = 0;
    while (!at_end_of(name)) {
      const std::string& word = words_[at_];
      if (word == "PIN") {
        pin = word_at(at_ + 1);
        at_ += 2;
      } else if (word == "OBS" || word == "PORT") {
        ++at_;
      } else if (word == "END") {
        // Of a pin it has the pin's name, of a port or an obstruction none.
        if (!pin.empty() && word_at(at_ + 1) == pin) {
          pin.clear();
          ++at_;
        }
        ++at_;
      } else {
        const Statement words = statement();
        if (words.size() < 2) continue;
        if (words[0] == "SIZE") width_um = number(words[1]);
        if (words[0] == "USE" && words[1] == "POWER") library_.power = pin;
        if (words[0] == "USE" && words[1] == "GROUND") library_.ground = pin;
      }
    }
    leave("MACRO", name);
    library_.macros.insert(name);
    if (name.rfind("FILL", 0) == 0 && (filler_um_ == 0 || width_um < filler_um_)) {
      library_.filler = name;
      filler_um_ = width_um;
    }
  }

  LefLibrary& library_;
  std::string file_;
  std::vector<std::string> words_;
  std::size_t at_ = 0;
  std::set<std::string> known_;
  double filler_um_ = 0;
};

}  // namespace

LefLibrary read_lef(const std::vector<std::string>& files) {
  expects(!files.empty(), "read_lef: no file");
  LefLibrary library;
  library.files = files;
  LefReader reader(library);
  for (const std::string& file : files) {
    const std::vector<std::uint8_t> bytes = read_unpacked(file);
    library.texts.emplace_back(bytes.begin(), bytes.end());
    reader.read(file, library.texts.back());
  }
  const std::string all = joined(files);
  const auto refuse = [&](const char* what) { throw UserError("--lef", all, what); };
  if (library.units_per_um <= 0) refuse("needs DATABASE MICRONS, the unit of lengths");
  if (library.layers.size() < 2) refuse("needs two layers of TYPE ROUTING or more");
  for (const RoutingLayer& layer : library.layers) {
    if (layer.pitch_um > 0 && layer.width_um > 0) continue;
    throw UserError("--lef", all, "needs PITCH and WIDTH of the layer " + layer.name);
  }
  if (library.macros.empty()) refuse("needs cells (MACRO)");
  return library;
}

}  // namespace minerva::circuit
