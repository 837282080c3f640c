#pragma once

namespace minerva {

// Elementary functions that use additions, multiplications and divisions alone, so that they give
// the same bits on every machine. (A C library may choose a different variant for each CPU.) Their
// relative error is below 1e-13 on the ranges named, unless a function says otherwise.

/// e^x. The result is 0 for x below -745, infinity for x above 709.78, and NaN for NaN.
double portable_exp(double x);
/// The natural logarithm of a positive, finite x.
double portable_log(double x);
/// x^y for x > 0.
double portable_pow(double x, double y);
/// Sine and cosine (absolute error below 1e-13) for |x| < 1e5.
double portable_sin(double x);
double portable_cos(double x);

}  // namespace minerva
