#include "evaluate/sweep/kernels.h"

#include "evaluate/sweep/kernels_avx2.h"
#include "evaluate/sweep/range_scalar.h"

namespace wanamaker {
namespace {

constexpr Kernels kBaseline{"baseline", range_scalar<std::uint8_t>, range_scalar<std::uint16_t>, range_scalar<std::uint32_t>, range_scalar<std::uint64_t>, population_scalar, add_populations_scalar};

}  // namespace

const Kernels& best_kernels() {
  const Kernels* avx2 = avx2_kernels();
  return avx2 != nullptr ? *avx2 : kBaseline;
}

const Kernels* find_kernels(std::string_view name) {
  if (name == kBaseline.name) return &kBaseline;
  const Kernels* avx2 = avx2_kernels();
  return avx2 != nullptr && name == avx2->name ? avx2 : nullptr;
}

}  // namespace wanamaker
