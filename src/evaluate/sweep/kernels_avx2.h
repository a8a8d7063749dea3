#pragma once
// The kernels in AVX2 instructions (x86-64).

#include "evaluate/sweep/kernels.h"

namespace wanamaker {

// nullptr where this processor has none.
const Kernels* avx2_kernels();

}  // namespace wanamaker
