#include "evaluate/sweep/kernels_avx512.h"

#if defined(__x86_64__)

#include "evaluate/sweep/range_scalar.h"

#include <immintrin.h>

#include <array>
#include <numeric>

namespace wanamaker {
namespace {

#define WM_AVX512 __attribute__((target("avx512f,avx512bw,avx512vpopcntdq,popcnt")))

// A mask's bits, 0 behind them. The empty assembly takes the mask to a general register first: without it GCC 12.2 keeps masks on the stack where
// registers are short (ThreadSanitizer's calls), writes 4 bytes there and reads 8.
WM_AVX512 std::uint64_t bits_of(std::uint32_t mask) {
  asm("" : "+r"(mask));
  return mask;
}

WM_AVX512 __m512i load(const std::uint8_t* from) { return _mm512_loadu_si512(from); }

WM_AVX512 void range8(const std::uint8_t* codes, std::uint32_t count, std::uint8_t least, std::uint8_t span, std::uint64_t* out) {
  const __m512i from = _mm512_set1_epi8(static_cast<char>(least));
  const __m512i most = _mm512_set1_epi8(static_cast<char>(span));
  for (std::uint32_t i = 0; i < count / 64; ++i) out[i] = _mm512_cmple_epu8_mask(_mm512_sub_epi8(load(codes + std::size_t{i} * 64), from), most);
  range_scalar(codes + count / 64 * std::size_t{64}, count % 64, least, span, out + count / 64);
}

WM_AVX512 void range16(const std::uint8_t* codes, std::uint32_t count, std::uint16_t least, std::uint16_t span, std::uint64_t* out) {
  const __m512i from = _mm512_set1_epi16(static_cast<short>(least));
  const __m512i most = _mm512_set1_epi16(static_cast<short>(span));
  for (std::uint32_t i = 0; i < count / 64; ++i) {
    std::uint64_t word = 0;
    for (unsigned part = 0; part < 2; ++part) {
      word |= bits_of(_mm512_cmple_epu16_mask(_mm512_sub_epi16(load(codes + std::size_t{i} * 128 + part * 64), from), most)) << (part * 32);
    }
    out[i] = word;
  }
  range_scalar(codes + count / 64 * std::size_t{128}, count % 64, least, span, out + count / 64);
}

WM_AVX512 void range32(const std::uint8_t* codes, std::uint32_t count, std::uint32_t least, std::uint32_t span, std::uint64_t* out) {
  const __m512i from = _mm512_set1_epi32(static_cast<int>(least));
  const __m512i most = _mm512_set1_epi32(static_cast<int>(span));
  for (std::uint32_t i = 0; i < count / 64; ++i) {
    std::uint64_t word = 0;
    for (unsigned part = 0; part < 4; ++part) {
      word |= bits_of(_mm512_cmple_epu32_mask(_mm512_sub_epi32(load(codes + std::size_t{i} * 256 + part * 64), from), most)) << (part * 16);
    }
    out[i] = word;
  }
  range_scalar(codes + count / 64 * std::size_t{256}, count % 64, least, span, out + count / 64);
}

WM_AVX512 void range64(const std::uint8_t* codes, std::uint32_t count, std::uint64_t least, std::uint64_t span, std::uint64_t* out) {
  const __m512i from = _mm512_set1_epi64(static_cast<long long>(least));
  const __m512i most = _mm512_set1_epi64(static_cast<long long>(span));
  for (std::uint32_t i = 0; i < count / 64; ++i) {
    std::uint64_t word = 0;
    for (unsigned part = 0; part < 8; ++part) {
      word |= bits_of(_mm512_cmple_epu64_mask(_mm512_sub_epi64(load(codes + std::size_t{i} * 512 + part * 64), from), most)) << (part * 8);
    }
    out[i] = word;
  }
  range_scalar(codes + count / 64 * std::size_t{512}, count % 64, least, span, out + count / 64);
}

WM_AVX512 std::uint64_t population(const std::uint64_t* words, std::uint32_t count) {
  __m512i sums = _mm512_setzero_si512();
  std::uint32_t i = 0;
  for (; i + 8 <= count; i += 8) sums = _mm512_add_epi64(sums, _mm512_popcnt_epi64(_mm512_loadu_si512(words + i)));
  std::array<std::uint64_t, 8> parts;
  _mm512_storeu_si512(parts.data(), sums);
  std::uint64_t set = std::accumulate(parts.begin(), parts.end(), std::uint64_t{0});
  for (; i < count; ++i) set += static_cast<std::uint64_t>(__builtin_popcountll(words[i]));
  return set;
}

WM_AVX512 void take_populations(std::uint64_t* words, std::uint32_t count, std::uint32_t* numbers) {
  std::uint32_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const __m512i eight = _mm512_loadu_si512(words + i);
    if (_mm512_test_epi64_mask(eight, eight) == 0) continue;
    auto* const beside = reinterpret_cast<__m256i*>(numbers + i);
    _mm256_storeu_si256(beside, _mm256_add_epi32(_mm256_loadu_si256(beside), _mm512_cvtepi64_epi32(_mm512_popcnt_epi64(eight))));
    _mm512_storeu_si512(words + i, _mm512_setzero_si512());
  }
  take_populations_scalar(words + i, count - i, numbers + i);
}

WM_AVX512 void look_up(const std::uint8_t* codes, std::uint32_t count, std::int32_t offset, const std::uint64_t* bits, std::uint64_t* out) {
  const __m512i added = _mm512_set1_epi32(offset);
  const __m512i within = _mm512_set1_epi32(0xFFFF);
  const __m512i one = _mm512_set1_epi32(1);
  for (std::uint32_t i = 0; i < count / 64; ++i) {
    std::uint64_t word = 0;
    for (unsigned part = 0; part < 4; ++part) {
      const auto* from = reinterpret_cast<const __m256i*>(codes + (std::size_t{i} * 64 + part * 16) * 2);
      const __m512i places = _mm512_and_si512(_mm512_add_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256(from)), added), within);
      const __m512i words = _mm512_i32gather_epi32(_mm512_srli_epi32(places, 5), bits, 4);
      const __m512i wanted = _mm512_sllv_epi32(one, _mm512_and_si512(places, _mm512_set1_epi32(31)));
      word |= bits_of(_mm512_test_epi32_mask(words, wanted)) << (part * 16);
    }
    out[i] = word;
  }
  look_up_scalar(codes + count / 64 * std::size_t{128}, count % 64, offset, bits, out + count / 64);
}

constexpr Kernels kAvx512{"avx512", range8, range16, range32, range64, population, take_populations, look_up};

}  // namespace

const Kernels* avx512_kernels() {
  const bool has_all = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vpopcntdq") && __builtin_cpu_supports("popcnt");
  return has_all ? &kAvx512 : nullptr;
}

}  // namespace wanamaker

#else

namespace wanamaker {

const Kernels* avx512_kernels() { return nullptr; }

}  // namespace wanamaker

#endif
