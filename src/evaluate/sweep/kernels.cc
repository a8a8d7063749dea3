#include "evaluate/sweep/kernels.h"

#include "evaluate/sweep/kernels_avx2.h"
#include "evaluate/sweep/kernels_avx512.h"
#include "evaluate/sweep/range_scalar.h"

namespace wanamaker {
namespace {

constexpr Kernels kBaseline{"baseline", range_scalar<std::uint8_t>, range_scalar<std::uint16_t>, range_scalar<std::uint32_t>, range_scalar<std::uint64_t>, population_scalar, take_populations_scalar, look_up_scalar};

}  // namespace

const Kernels& best_kernels() {
  for (const Kernels* form : {avx512_kernels(), avx2_kernels()}) if (form != nullptr) return *form;
  return kBaseline;
}

const Kernels* find_kernels(std::string_view name) {
  for (const Kernels* form : {&kBaseline, avx2_kernels(), avx512_kernels()}) if (form != nullptr && form->name == name) return form;
  return nullptr;
}

}  // namespace wanamaker
