#pragma once
// The kernels in AVX-512.

#include "evaluate/sweep/kernels.h"

namespace wanamaker {

// nullptr where the processor lacks F, BW or VPOPCNTDQ, or is of another kind.
const Kernels* avx512_kernels();

}  // namespace wanamaker
