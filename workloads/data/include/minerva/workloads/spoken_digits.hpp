#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace minerva::workloads {

/// Coefficients of a frame, as in Fathom's speech.
inline constexpr int kSpeechCoefficients = 26;
/// Phonemes of the ten digits in the order of their numbers, from 1; 0 is the blank of CTC.
const std::vector<std::string>& digit_phonemes();
/// The phonemes of a spoken digit, as numbers from 1. @param digit 0 to 9
std::vector<int> phonemes_of_digit(int digit);

struct SpokenDigit {
  int digit = 0;
  std::string speaker;
  int frames = 0;
  std::vector<float> features;  ///< frames x kSpeechCoefficients, frame after frame
};

struct SpokenDigits {
  std::vector<SpokenDigit> train;
  std::vector<SpokenDigit> test;
  int longest_frames = 0;
};

/// Mel-frequency cepstral coefficients of 8 kHz samples: windows of 25 ms (200 samples, Hamming)
/// every 10 ms, 26 triangular filters from 0 to 4 kHz on the mel scale 2595 log10(1 + f / 700),
/// logarithm of their energies, and an orthonormal discrete cosine transform. A recording shorter
/// than a window gives one frame, padded with zeros. @return frames x kSpeechCoefficients
std::vector<float> mel_cepstrum(const std::int16_t* samples, std::size_t count);

/// Reads the recordings of a folder with index.tsv (part, digit, speaker, number, first_sample,
/// samples) and recordings-8khz-s16le.pcm, which may be compressed by gzip. Each coefficient is
/// scaled to mean 0 and deviation 1 over the training frames. Throws UserError naming file and
/// line.
SpokenDigits read_spoken_digits(const std::string& folder);

}  // namespace minerva::workloads
