#pragma once
#include <string>

namespace minerva {

constexpr const char* kWhatRuns =
    "the machine has fully connected layers with ReLU alone (Gemm, MatMul, Add, Relu)";

/// "a Gemm", "an Add".
std::string with_article(const std::string& word);

/// What the machine would need to run an operator, as the end of a message that begins with
/// kWhatRuns: "; for a Conv it would need ..". Empty for operators that are not known here.
std::string needed_for(const std::string& op_type);

}  // namespace minerva
