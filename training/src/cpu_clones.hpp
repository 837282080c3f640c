#pragma once

// A loop compiled for several instruction sets, one chosen by the CPU at run time. Without fused
// operations the choice changes no bit.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)
#define MINERVA_CPU_CLONES \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MINERVA_CPU_CLONES
#endif
