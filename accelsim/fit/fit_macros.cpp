// minerva_fit_macros --from-node NM [--to-node NM --to-voltage V] LIBERTY...
// Fits the laws of SRAM macros (read energy, area, write energy, leakage, access time) to the
// Liberty files of a foundry's macros and prints them as rows of a technology file, scaled to
// another node and supply where that is asked for.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/circuit/liberty_syntax.hpp"
#include "minerva/data/unpacked_file.hpp"

namespace {

using namespace minerva;
using circuit::LibertyStatement;

struct Macro {
  std::string name;
  double words = 0, bits = 0, voltage_v = 0;
  double read_pj = 0, write_pj = 0, leakage_uw = 0, area_um2 = 0, access_ns = 0;
};

double number_of(const LibertyStatement& statement, const std::string& file) {
  try {
    return std::stod(std::string(trimmed(statement.value())));
  } catch (const std::logic_error&) {
    throw UserError(file, std::string(statement.name), "needs a number");
  }
}

/// Every group of a name, at any depth.
void for_groups(const LibertyStatement& in, std::string_view name,
                const std::function<void(const LibertyStatement&)>& visit) {
  for (const LibertyStatement& each : in.statements) {
    if (each.kind != LibertyStatement::Kind::group) continue;
    if (each.name == name) visit(each);
    for_groups(each, name, visit);
  }
}

double required(const LibertyStatement& group, std::string_view name, const std::string& file) {
  const LibertyStatement* found = group.find(name);
  if (found == nullptr) throw UserError(file, std::string(name), "is missing");
  return number_of(*found, file);
}

std::string without_blanks(std::string_view text) {
  std::string kept;
  for (const char each : text) {
    if (each != ' ' && each != '\t') kept += each;
  }
  return kept;
}

/// Energy at the rising clock under a condition; IHP's macros write "A_MEN & !A_WEN & A_REN".
double clock_energy_pj(const LibertyStatement& cell, const std::string& condition,
                       const std::string& file) {
  std::optional<double> found;
  for_groups(cell, "pin", [&](const LibertyStatement& pin) {
    if (pin.value() != "A_CLK") return;
    for_groups(pin, "internal_power", [&](const LibertyStatement& power) {
      const LibertyStatement* when = power.find("when");
      const LibertyStatement* rise = power.find("rise_power");
      if (when == nullptr || rise == nullptr) return;
      if (without_blanks(when->value()) == condition) found = required(*rise, "values", file);
    });
  });
  if (!found) throw UserError(file, condition, "needs internal_power of A_CLK on this condition");
  return *found;
}

/// The longest delay from the clock to an output, at the middle of its table (transition, load).
double access_time_ns(const LibertyStatement& cell, const std::string& file) {
  double longest = 0;
  for_groups(cell, "cell_rise", [&](const LibertyStatement& table) {
    const LibertyStatement* values = table.find("values");
    if (values == nullptr || values->values.empty()) return;
    const std::string_view row = values->values[values->values.size() / 2];
    std::vector<double> numbers;
    for (std::size_t from = 0; from <= row.size();) {
      const std::size_t end = std::min(row.find(',', from), row.size());
      numbers.push_back(std::stod(std::string(row.substr(from, end - from))));
      from = end + 1;
    }
    longest = std::max(longest, numbers[numbers.size() / 2]);
  });
  if (longest <= 0) throw UserError(file, "cell_rise", "is missing: no access time");
  return longest;
}

Macro read_macro(const std::string& file) {
  const std::vector<std::uint8_t> bytes = read_unpacked(file);
  const std::string text(bytes.begin(), bytes.end());
  const LibertyStatement library = circuit::parse_liberty(text, file);
  const LibertyStatement* cell = library.find("cell");
  if (cell == nullptr) throw UserError(file, "", "has no cell");
  const LibertyStatement* memory = cell->find("memory");
  if (memory == nullptr) throw UserError(file, "memory", "is missing: the cell is no memory");
  Macro macro;
  macro.name = std::string(cell->value());
  macro.words = std::exp2(required(*memory, "address_width", file));
  macro.bits = required(*memory, "word_width", file);
  macro.voltage_v = required(library, "nom_voltage", file);
  macro.read_pj = clock_energy_pj(*cell, "A_MEN&!A_WEN&A_REN", file);
  macro.write_pj = clock_energy_pj(*cell, "A_MEN&A_WEN&!A_REN", file);
  macro.leakage_uw = required(*cell, "cell_leakage_power", file) * 1e-3;  // the unit is nW
  macro.area_um2 = required(*cell, "area", file);
  macro.access_ns = access_time_ns(*cell, file);
  return macro;
}

/// Least squares of the relative errors of sum c_i x_i against y. A coefficient that comes out
/// below zero is left out, the lowest first, since no part of a macro takes less than nothing.
struct Fit {
  std::vector<double> c;
  double rms = 0, low = 0, high = 0;  ///< relative errors
};
using Terms = std::vector<std::vector<double>>;  ///< by term, by macro

std::vector<double> solved(const Terms& terms, const std::vector<double>& y,
                           const std::vector<bool>& used) {
  std::vector<std::size_t> of;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    if (used[i]) of.push_back(i);
  }
  const std::size_t n = of.size();
  std::vector<std::vector<double>> a(n, std::vector<double>(n + 1, 0));
  for (std::size_t m = 0; m < y.size(); ++m) {
    for (std::size_t i = 0; i < n; ++i) {
      const double x = terms[of[i]][m] / y[m];
      for (std::size_t j = 0; j < n; ++j) a[i][j] += x * terms[of[j]][m] / y[m];
      a[i][n] += x;
    }
  }
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k + 1; i < n; ++i) {
      if (std::abs(a[i][k]) > std::abs(a[pivot][k])) pivot = i;
    }
    std::swap(a[k], a[pivot]);
    for (std::size_t i = 0; i < n; ++i) {
      if (i == k) continue;
      const double factor = a[i][k] / a[k][k];
      for (std::size_t j = k; j <= n; ++j) a[i][j] -= factor * a[k][j];
    }
  }
  std::vector<double> c(terms.size(), 0);
  for (std::size_t k = 0; k < n; ++k) c[of[k]] = a[k][n] / a[k][k];
  return c;
}

Fit fitted(const Terms& terms, const std::vector<double>& y) {
  std::vector<bool> used(terms.size(), true);
  Fit fit;
  for (;;) {
    fit.c = solved(terms, y, used);
    const auto lowest = std::min_element(fit.c.begin(), fit.c.end());
    if (*lowest >= 0) break;
    used[static_cast<std::size_t>(lowest - fit.c.begin())] = false;
  }
  double squares = 0;
  for (std::size_t m = 0; m < y.size(); ++m) {
    double value = 0;
    for (std::size_t i = 0; i < terms.size(); ++i) value += fit.c[i] * terms[i][m];
    const double error = value / y[m] - 1;
    squares += error * error;
    fit.low = std::min(fit.low, error);
    fit.high = std::max(fit.high, error);
  }
  fit.rms = std::sqrt(squares / static_cast<double>(y.size()));
  return fit;
}

/// From the node of the macros to another one.
struct Scaling {
  double from_nm = 0, to_nm = 0, from_v = 0, to_v = 0;
  bool asked = false;

  double length() const { return asked ? to_nm / from_nm : 1; }
  /// Capacitances go with the length, and energies with the square of the supply besides.
  double energy() const { return asked ? length() * to_v * to_v / from_v / from_v : 1; }
  double area() const { return length() * length(); }
};

class Rows {
 public:
  Rows(std::string node, std::string source, const Scaling& scaling)
      : node_(std::move(node)), source_(std::move(source)), scaling_(scaling) {}

  void law(const char* name, const char* word, const std::string& conditions) const {
    print(name, word, "law", conditions, "assumption", "");
  }
  /// A figure that is scaled is used outside of the process in which it was measured.
  void figure(const char* name, double value, const char* unit, const std::string& conditions,
              double residual_percent) const {
    const std::string how = !scaling_.asked
                                ? conditions
                                : conditions + "; from " + number_text(scaling_.from_nm) +
                                      " nm and " + number_text(scaling_.from_v) + " V";
    print(name, number_text(value, 4), unit, how, scaling_.asked ? "extrapolated" : "derived",
          residual_percent > 0 ? "residual " + number_text(residual_percent, 3) + " %" : "");
  }

 private:
  void print(const char* name, const std::string& value, const char* unit,
             const std::string& conditions, const char* kind, const std::string& quality) const {
    std::printf("%s | %s | %s | %s | %s | %s | %s%s%s\n", name, value.c_str(), unit, node_.c_str(),
                conditions.c_str(), source_.c_str(), kind, quality.empty() ? "" : " | ",
                quality.c_str());
  }

  std::string node_, source_;
  Scaling scaling_;
};

std::string residual_text(const Fit& fit, std::size_t macros) {
  char text[120];
  std::snprintf(text, sizeof text,
                "least squares through %zu macros, residual %.1f %% rms, %.0f to %+.0f %%", macros,
                100 * fit.rms, 100 * fit.low, 100 * fit.high);
  return text;
}

struct Options {
  Scaling scaling;
  std::string source = "IHP SG13G2 SRAM macros, typical corner (IHP-GmbH/IHP-Open-PDK)";
  std::vector<std::string> files;
};

Options options_of(int argc, char** argv) {
  Options options;
  for (int k = 1; k < argc; ++k) {
    const std::string word = argv[k];
    if (word.rfind("--", 0) != 0) {
      options.files.push_back(word);
      continue;
    }
    double* value = word == "--from-node"    ? &options.scaling.from_nm
                    : word == "--to-node"    ? &options.scaling.to_nm
                    : word == "--to-voltage" ? &options.scaling.to_v
                                             : nullptr;
    if (value == nullptr || k + 1 == argc) {
      throw UserError(word, "", "needs --from-node NM, --to-node NM or --to-voltage V");
    }
    *value = std::stod(argv[++k]);
    if (!(*value > 0)) throw UserError(word, argv[k], "needs a number above 0");
  }
  if (options.files.size() < 5) {
    throw UserError("minerva_fit_macros", "", "needs the Liberty files of five macros or more");
  }
  if (options.scaling.from_nm == 0) throw UserError("--from-node", "", "is missing");
  options.scaling.asked = options.scaling.to_nm > 0 || options.scaling.to_v > 0;
  if (options.scaling.asked && (options.scaling.to_nm == 0 || options.scaling.to_v == 0)) {
    throw UserError("minerva_fit_macros", "", "needs --to-node and --to-voltage together");
  }
  return options;
}

void print_rows(const std::vector<Macro>& macros, Options options) {
  Scaling& scaling = options.scaling;
  scaling.from_v = macros.front().voltage_v;
  const double node_nm = scaling.asked ? scaling.to_nm : scaling.from_nm;
  Terms four(4), two(2);
  std::vector<double> read, area, access;
  double write_to_read = 0, write_low = 1e9, write_high = 0, leakage_per_kb = 0;
  double words_min = 1e9, words_max = 0, bits_min = 1e9, bits_max = 0;
  for (const Macro& macro : macros) {
    if (macro.voltage_v != scaling.from_v) {
      throw UserError(
          macro.name, number_text(macro.voltage_v) + " V",
          "needs the supply of the other macros, " + number_text(scaling.from_v) + " V");
    }
    const std::array<double, 4> x = {1, macro.bits, macro.words, macro.words * macro.bits};
    for (std::size_t i = 0; i < 4; ++i) four[i].push_back(x[i]);
    two[0].push_back(1);
    two[1].push_back(std::log2(macro.words));
    read.push_back(macro.read_pj);
    area.push_back(macro.area_um2);
    access.push_back(macro.access_ns);
    const double ratio = macro.write_pj / macro.read_pj;
    const auto count = static_cast<double>(macros.size());
    write_to_read += ratio / count;
    write_low = std::min(write_low, ratio);
    write_high = std::max(write_high, ratio);
    leakage_per_kb += macro.leakage_uw / (macro.words * macro.bits / 8192) / count;
    words_min = std::min(words_min, macro.words);
    words_max = std::max(words_max, macro.words);
    bits_min = std::min(bits_min, macro.bits);
    bits_max = std::max(bits_max, macro.bits);
  }
  const Rows rows(number_text(node_nm) + " nm", options.source, scaling);
  const Fit energy = fitted(four, read);
  const std::string of_energy =
      residual_text(energy, macros.size()) +
      (scaling.asked ? "; scaled with length x V^2, which is not in the residual" : "");
  rows.law("sram_law", "linear_in_words_and_bits",
           "fixed + bit x bits + word x words + word_bit x words x bits");
  const char* const names[] = {"fixed", "bit", "word", "word_bit"};
  for (std::size_t i = 0; i < 4; ++i) {
    rows.figure(("sram_read_" + std::string(names[i])).c_str(), energy.c[i] * scaling.energy(),
                "pJ", of_energy, 100 * energy.rms);
  }
  const Fit size = fitted(four, area);
  const std::string of_size =
      residual_text(size, macros.size()) +
      (scaling.asked ? "; scaled with length^2, which is not in the residual" : "");
  for (std::size_t i = 0; i < 4; ++i) {
    rows.figure(("sram_macro_area_" + std::string(names[i])).c_str(), size.c[i] * scaling.area(),
                "um2", of_size, 100 * size.rms);
  }
  char range[80];
  std::snprintf(range, sizeof range, "mean of the macros, %.2f to %.2f", write_low, write_high);
  rows.figure("sram_write_to_read", write_to_read, "1", range, 0);
  if (!scaling.asked) {
    rows.figure("sram_leakage", leakage_per_kb, "uW/KB", "the same for every bit", 0);
  }
  const Fit time = fitted(two, access);
  const std::string of_time = residual_text(time, macros.size()) +
                              ", at the middle of the tables' transitions and loads" +
                              (scaling.asked ? "; scaled with length" : "");
  rows.figure("sram_access_fixed", time.c[0] * scaling.length(), "ns", of_time, 0);
  rows.figure("sram_access_doubling", time.c[1] * scaling.length(), "ns", of_time, 100 * time.rms);
  rows.figure("sram_words_min", words_min, "words", "smallest macro; a smaller bank pays for it",
              0);
  rows.figure("sram_words_max", words_max, "words",
              "largest macro; a larger bank is built from equal macros", 0);
  rows.figure("sram_width_max", bits_max, "bits", "widest word of the macros", 0);
  std::printf(
      "sram_width_min | 2 | bits | %s nm | narrower than the macros of %s bits | "
      "assumption: law extended to 2 bits | assumption\n",
      number_text(node_nm).c_str(), number_text(bits_min).c_str());
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Options options = options_of(argc, argv);
    std::vector<Macro> macros;
    for (const std::string& file : options.files) macros.push_back(read_macro(file));
    print_rows(macros, options);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}
