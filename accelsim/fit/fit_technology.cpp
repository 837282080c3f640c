// minerva_fit_technology CACTI.csv TECHNOLOGY.cfg
// Prints (1) the SRAM macro law fitted to CACTI-P rows and (2) the three figures that
// calibrated40.cfg changes, fitted to the power ratios of the book's MNIST steps.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <fstream>
#include <string>
#include <vector>

#include "minerva/accelsim/technology_report.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/published/figures.hpp"

namespace {

using namespace minerva;

struct Macro {
  double bits = 0, read_pj = 0, write_pj = 0, leakage_uw = 0, area_um2 = 0;
};

std::vector<Macro> read_macros(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw UserError(path, "", "needs a readable file of CACTI-P rows");
  std::vector<Macro> macros;
  for (std::string line; std::getline(file, line);) {
    double width = 0, bytes = 0, leakage_mw = 0;
    Macro macro;
    if (std::sscanf(line.c_str(), "%lf,%lf,%lf,%lf,%lf,%lf", &width, &bytes, &macro.read_pj,
                    &macro.write_pj, &leakage_mw, &macro.area_um2) != 6) {
      continue;  // comments and the header
    }
    macro.bits = bytes * 8;
    macro.leakage_uw = leakage_mw * 1000;
    macros.push_back(macro);
  }
  if (macros.size() < 3) throw UserError(path, "", "needs three rows or more");
  return macros;
}

/// Least squares of the relative errors of fixed + slope x against y.
struct Line {
  double fixed = 0, slope = 0;
};
Line fit_line(const std::vector<double>& x, const std::vector<double>& y, bool through_origin) {
  double s11 = 0, s1x = 0, sxx = 0, b1 = 0, bx = 0;
  for (std::size_t k = 0; k < x.size(); ++k) {
    const double one = 1 / y[k];
    const double relative = x[k] / y[k];
    s11 += one * one;
    s1x += one * relative;
    sxx += relative * relative;
    b1 += one;
    bx += relative;
  }
  if (through_origin) return {0, bx / sxx};
  const double determinant = s11 * sxx - s1x * s1x;
  return {(b1 * sxx - bx * s1x) / determinant, (s11 * bx - s1x * b1) / determinant};
}

void print_residual(const char* name, const Line& line, const std::vector<double>& x,
                    const std::vector<double>& y) {
  double squares = 0, low = 0, high = 0;
  for (std::size_t k = 0; k < x.size(); ++k) {
    const double error = (line.fixed + line.slope * x[k]) / y[k] - 1;
    squares += error * error;
    low = std::min(low, error);
    high = std::max(high, error);
  }
  std::printf("%s = %.6g + %.6g x, residual %.1f %% rms, %.0f to %+.0f %%\n", name, line.fixed,
              line.slope, 100 * std::sqrt(squares / static_cast<double>(x.size())), 100 * low,
              100 * high);
}

void fit_macro_law(const std::vector<Macro>& macros) {
  std::vector<double> bits, root, read, area;
  double write_to_read = 0, leakage_per_kb = 0;
  for (const Macro& macro : macros) {
    bits.push_back(macro.bits);
    root.push_back(std::sqrt(macro.bits));
    read.push_back(macro.read_pj);
    area.push_back(macro.area_um2);
    write_to_read += macro.write_pj / macro.read_pj / static_cast<double>(macros.size());
    leakage_per_kb += macro.leakage_uw / (macro.bits / 8192) / static_cast<double>(macros.size());
  }
  // A free constant comes out below zero (-0.6 pJ), which the smallest macros cannot have.
  print_residual("read pJ, x = sqrt(bits)", fit_line(root, read, true), root, read);
  print_residual("area um2, x = bits", fit_line(bits, area, false), bits, area);
  std::printf("write over read %.3f, leakage %.1f uW/KB (means)\n", write_to_read, leakage_per_kb);
}

/// The book's MNIST steps on its machine, from 16 bits to low voltage.
std::vector<MeasuredMachine> book_steps(const Technology& technology) {
  const MeasuredMachine baseline = reference_design(technology);
  const MeasuredMachine scaled = optimized_design(technology);
  MeasuredMachine pruned = scaled;
  pruned.mitigation = {};
  pruned.supply = {};
  MeasuredMachine quantized = pruned;
  quantized.thresholds.clear();
  quantized.activity = baseline.activity;
  return {baseline, quantized, pruned, scaled};
}

constexpr double kBookFactors[] = {published::kMnistQuantizationFactor.value,
                                   published::kMnistPruningFactor.value,
                                   published::kMnistFaultFactor.value};

std::vector<double> powers_mw(const Technology& technology) {
  std::vector<double> powers;
  for (const MeasuredMachine& design : book_steps(technology)) {
    powers.push_back(estimate_figures(design, design.activity, design.supply, technology).power_mw);
  }
  return powers;
}

double misfit(const Technology& technology) {
  const std::vector<double> powers = powers_mw(technology);
  double sum = 0;
  for (std::size_t k = 0; k < 3; ++k) {
    const double error = std::log(powers[k] / powers[k + 1] / kBookFactors[k]);
    sum += error * error;
  }
  return sum;
}

void print_steps(const char* title, const Technology& technology) {
  const std::vector<double> powers = powers_mw(technology);
  std::printf("%s: fixed %.3f pJ, leakage %.2f uW/KB, clock %.2f pJ/mm2: %.1f mW", title,
              technology.sram_energy_fixed_pj, technology.sram_leakage_uw_per_kb,
              technology.clock_energy_pj_per_mm2, powers[0]);
  for (std::size_t k = 0; k < 3; ++k) {
    std::printf(" -> %.1f mW (%.2fx, book %.1fx)", powers[k + 1], powers[k] / powers[k + 1],
                kBookFactors[k]);
  }
  std::printf(", total %.2fx\n", powers[0] / powers[3]);
}

/// Pattern search over the figures named, all at least 0.
Technology calibrate(Technology technology, const std::vector<double Technology::*>& figures) {
  double best = misfit(technology);
  for (double step = 8; step > 1e-4;) {
    bool moved = false;
    for (double Technology::*figure : figures) {
      for (const double sign : {1.0, -1.0}) {
        Technology candidate = technology;
        candidate.*figure = std::max(0.0, technology.*figure + sign * step);
        const double error = misfit(candidate);
        if (error >= best) continue;
        best = error;
        technology = candidate;
        moved = true;
      }
    }
    if (!moved) step /= 2;
  }
  return technology;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 3) throw UserError("minerva_fit_technology", "", "needs CACTI.csv TECHNOLOGY.cfg");
    fit_macro_law(read_macros(argv[1]));
    const Technology technology = read_technology(argv[2]);
    print_steps(technology.name.c_str(), technology);
    const auto fixed = &Technology::sram_energy_fixed_pj;
    const auto leakage = &Technology::sram_leakage_uw_per_kb;
    const auto clock = &Technology::clock_energy_pj_per_mm2;
    print_steps("two figures fitted", calibrate(technology, {fixed, leakage}));
    print_steps("three figures fitted", calibrate(technology, {fixed, leakage, clock}));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}
