#pragma once

namespace minerva {

// Elementary functions from additions, multiplications and divisions alone, so that they give the
// same bits on every machine; a C library may choose another variant for each CPU.
// Relative error below 1e-13 on the ranges named.

/// e^x; 0 below -745, infinity above 709.78, NaN of NaN.
double portable_exp(double x);
/// Natural logarithm of a positive, finite x.
double portable_log(double x);
/// x^y for x > 0.
double portable_pow(double x, double y);
/// Sine and cosine (absolute error below 1e-13) for |x| < 1e5.
double portable_sin(double x);
double portable_cos(double x);

}  // namespace minerva
