#pragma once

// Numbers that others have published and that the program prints beside its own, each with its
// source. This is the only place where they stand: code that shows or fits to such a number takes
// it from here. "Book" is Reagen, Adolf, Whatmough, Wei and Brooks, "Deep Learning for Computer
// Architects", 2017, chapter 4. A mean is over the book's five data sets (book_workloads.hpp).

namespace minerva::published {

/// One number of somebody else's.
struct Figure {
  double value;
  const char* unit;  ///< "1" for ratios
  const char* what;
  const char* source;
};

// Power of the whole accelerator before a stage over that after it.
inline constexpr Figure kMnistQuantizationFactor{
    1.6, "1", "power before / after quantization, MNIST", "book, Sec. 4.4.1"};
inline constexpr Figure kMnistPruningFactor{1.9, "1", "power before / after pruning, MNIST",
                                            "book, Sec. 4.4.2"};
inline constexpr Figure kMnistFaultFactor{2.5, "1", "power before / after low voltage, MNIST",
                                          "book, Sec. 4.4.3"};
inline constexpr Figure kMeanQuantizationFactor{1.5, "1", "power before / after quantization, mean",
                                                "book, Sec. 4.4.1"};
inline constexpr Figure kMeanPruningFactor{2.0, "1", "power before / after pruning, mean",
                                           "book, Sec. 4.4.2"};
inline constexpr Figure kMeanFaultFactor{2.7, "1", "power before / after low voltage, mean",
                                         "book, Sec. 4.4.3"};
inline constexpr Figure kMeanWholeFactor{8.1, "1", "power before / after all three stages, mean",
                                         "book, Sec. 4.5"};

// The finished accelerator with its weights kept in another way.
inline constexpr Figure kMeanRomFactor{1.9, "1", "power of SRAM weights / of ROM weights, mean",
                                       "book, Sec. 4.5"};
inline constexpr Figure kMeanProgrammableRatio{
    1.4, "1", "power of the programmable design / of the designs for one network, mean",
    "book, Sec. 4.5"};

// The datapath for MNIST: W, X and P, of which the integer bits include the sign.
inline constexpr Figure kMnistWeightIntegerBits{2, "bits", "integer bits of W, MNIST",
                                                "book, Sec. 4.4.1"};
inline constexpr Figure kMnistWeightFractionBits{6, "bits", "fraction bits of W, MNIST",
                                                 "book, Sec. 4.4.1"};
inline constexpr Figure kMnistActivationIntegerBits{2, "bits", "integer bits of X, MNIST",
                                                    "book, Sec. 4.4.1"};
inline constexpr Figure kMnistActivationFractionBits{4, "bits", "fraction bits of X, MNIST",
                                                     "book, Sec. 4.4.1"};
inline constexpr Figure kMnistProductIntegerBits{2, "bits", "integer bits of P, MNIST",
                                                 "book, Sec. 4.4.1"};
inline constexpr Figure kMnistProductFractionBits{7, "bits", "fraction bits of P, MNIST",
                                                  "book, Sec. 4.4.1"};

inline constexpr Figure kMnistThreshold{1.05, "1", "pruning threshold, MNIST", "book, Sec. 4.4.2"};
inline constexpr Figure kMnistSkippedPercent{75, "%", "MACs and weight reads skipped, about, MNIST",
                                             "book, Sec. 4.4.2"};

// Fault rates of a bit that the network for MNIST tolerates. Bit masking tolerates 44 times the
// rate of word masking, which tolerates an order of magnitude more than none.
inline constexpr Figure kMnistRateWithoutMasking{
    1e-4, "per bit", "tolerated without masking, MNIST", "book, Sec. 4.4.3"};
inline constexpr Figure kMnistRateWithWordMasking{
    4.4e-2 / 44, "per bit", "tolerated with word masking, MNIST", "book, Sec. 4.4.3"};
inline constexpr Figure kMnistRateWithBitMasking{
    4.4e-2, "per bit", "tolerated with bit masking, MNIST", "book, Sec. 4.4.3"};

inline constexpr Figure kTrainingNoiseRuns{
    50, "trainings", "trainings behind the training noise of a data set", "book, Sec. 4.1.1"};

}  // namespace minerva::published
