#pragma once

namespace minerva::test {

/// Transistors of our own making: the defaults of BSIM4 but for what is named. They need no
/// download, and describe no process.
constexpr const char* kSmallNmos =
    "* made for tests\n"
    ".model small_n nmos level=54 version=4.8 toxe=1.8n vth0=0.2 k1=0.4 k2=0 u0=0.03 vsat=1e5\n"
    "+ ndep=2e18 xj=20n nfactor=1.6 eta0=0.02 dsub=0.3 rdsw=150 cgso=1.2e-10 cgdo=1.2e-10\n";
/// It ends without a newline, as published cards do.
constexpr const char* kSmallPmos =
    ".model small_p pmos level=54 version=4.8 toxe=1.8n vth0=-0.22 k1=0.4 k2=0 u0=0.009 vsat=8e4\n"
    "+ ndep=2e18 xj=20n nfactor=1.6 eta0=0.02 dsub=0.3 rdsw=200 cgso=1.2e-10 cgdo=1.2e-10";

}  // namespace minerva::test
