#pragma once

namespace minerva {

/// A number with a unit of time, energy and length, so that pJ / ns is a power and pJ + ns does not
/// compile. The base units are pJ, ns and um; a power of 1 pJ/ns is 1 mW.
template <int Energy, int Time, int Length>
struct Quantity {
  double value = 0;

  friend constexpr Quantity operator+(Quantity a, Quantity b) { return {a.value + b.value}; }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return {a.value - b.value}; }
  friend constexpr Quantity operator*(Quantity a, double f) { return {a.value * f}; }
  friend constexpr Quantity operator*(double f, Quantity a) { return {a.value * f}; }
  friend constexpr Quantity operator/(Quantity a, double f) { return {a.value / f}; }
  constexpr Quantity& operator+=(Quantity b) {
    value += b.value;
    return *this;
  }
  friend constexpr bool operator<(Quantity a, Quantity b) { return a.value < b.value; }
};

template <int E1, int T1, int L1, int E2, int T2, int L2>
constexpr Quantity<E1 + E2, T1 + T2, L1 + L2> operator*(Quantity<E1, T1, L1> a,
                                                        Quantity<E2, T2, L2> b) {
  return {a.value * b.value};
}
template <int E1, int T1, int L1, int E2, int T2, int L2>
constexpr Quantity<E1 - E2, T1 - T2, L1 - L2> operator/(Quantity<E1, T1, L1> a,
                                                        Quantity<E2, T2, L2> b) {
  return {a.value / b.value};
}

using Picojoules = Quantity<1, 0, 0>;
using Nanoseconds = Quantity<0, 1, 0>;
using Milliwatts = Quantity<1, -1, 0>;
using SquareMicrons = Quantity<0, 0, 2>;

}  // namespace minerva
