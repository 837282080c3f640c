#pragma once
#include <string>

namespace minerva {

constexpr const char* kWhatRuns =
    "the machine has layers of Conv, Gemm, MatMul, Add, Relu, MaxPool and AveragePool alone";

/// "a Gemm", "an Add".
std::string with_article(const std::string& word);

/// What the machine would need to run an operator, as the end of a message that begins with
/// kWhatRuns: "; for a Conv it would need ..". Empty for operators that are not known here.
std::string needed_for(const std::string& op_type);

}  // namespace minerva
