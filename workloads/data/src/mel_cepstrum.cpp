#include <algorithm>
#include <array>
#include <cmath>
#include <complex>

#include "minerva/workloads/spoken_digits.hpp"

namespace minerva::workloads {
namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr double kSampleRateHz = 8000;
constexpr int kWindow = 200;  // 25 ms
constexpr int kHop = 80;      // 10 ms
constexpr int kTransform = 256;
constexpr int kBins = kTransform / 2 + 1;
/// Added to an energy before its logarithm, so that silence has one: assumption.
constexpr double kEnergyFloor = 1e-10;

using Spectrum = std::array<std::complex<double>, kTransform>;

/// The discrete Fourier transform in place, radix 2 (Cooley and Tukey, 1965).
void transform(Spectrum& values) {
  for (std::size_t i = 1, j = 0; i < values.size(); ++i) {
    std::size_t bit = values.size() / 2;
    for (; (j & bit) != 0; bit /= 2) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(values[i], values[j]);
  }
  for (std::size_t length = 2; length <= values.size(); length *= 2) {
    const std::complex<double> root = std::polar(1.0, -2 * kPi / static_cast<double>(length));
    for (std::size_t begin = 0; begin < values.size(); begin += length) {
      std::complex<double> factor = 1;
      for (std::size_t k = 0; k < length / 2; ++k) {
        const std::complex<double> even = values[begin + k];
        const std::complex<double> odd = values[begin + k + length / 2] * factor;
        values[begin + k] = even + odd;
        values[begin + k + length / 2] = even - odd;
        factor *= root;
      }
    }
  }
}

using Filters = std::array<std::array<double, kBins>, kSpeechCoefficients>;

Filters mel_filters() {
  const auto mel = [](double hz) { return 2595 * std::log10(1 + hz / 700); };
  const auto hertz = [](double m) { return 700 * (std::pow(10, m / 2595) - 1); };
  std::array<double, kSpeechCoefficients + 2> corners{};
  for (std::size_t i = 0; i < corners.size(); ++i) {
    corners[i] = hertz(mel(kSampleRateHz / 2) * static_cast<double>(i) /
                       static_cast<double>(corners.size() - 1));
  }
  Filters filters{};
  for (std::size_t f = 0; f < filters.size(); ++f) {
    for (std::size_t bin = 0; bin < kBins; ++bin) {
      const double hz = static_cast<double>(bin) * kSampleRateHz / kTransform;
      const double rising = (hz - corners[f]) / (corners[f + 1] - corners[f]);
      const double falling = (corners[f + 2] - hz) / (corners[f + 2] - corners[f + 1]);
      filters[f][bin] = std::max(0.0, std::min(rising, falling));
    }
  }
  return filters;
}

}  // namespace

std::vector<float> mel_cepstrum(const std::int16_t* samples, std::size_t count) {
  static const Filters filters = mel_filters();
  const std::size_t frames = count <= kWindow ? 1 : 1 + (count - kWindow) / kHop;
  std::vector<float> features;
  features.reserve(frames * kSpeechCoefficients);
  for (std::size_t frame = 0; frame < frames; ++frame) {
    Spectrum values{};
    for (std::size_t i = 0; i < kWindow; ++i) {
      const std::size_t at = frame * kHop + i;
      const double window =
          0.54 - 0.46 * std::cos(2 * kPi * static_cast<double>(i) / (kWindow - 1));
      values[i] = at < count ? window * samples[at] / 32768.0 : 0.0;
    }
    transform(values);
    std::array<double, kSpeechCoefficients> logarithms{};
    for (std::size_t f = 0; f < filters.size(); ++f) {
      double energy = 0;
      for (std::size_t bin = 0; bin < kBins; ++bin) {
        energy += filters[f][bin] * std::norm(values[bin]) / kTransform;
      }
      logarithms[f] = std::log(energy + kEnergyFloor);
    }
    for (std::size_t c = 0; c < kSpeechCoefficients; ++c) {
      double sum = 0;
      for (std::size_t f = 0; f < logarithms.size(); ++f) {
        sum += logarithms[f] * std::cos(kPi * static_cast<double>(c) *
                                        (static_cast<double>(f) + 0.5) / kSpeechCoefficients);
      }
      features.push_back(
          static_cast<float>(sum * std::sqrt((c == 0 ? 1.0 : 2.0) / kSpeechCoefficients)));
    }
  }
  return features;
}

}  // namespace minerva::workloads
