#include "evaluate/sweep/kernels_avx2.h"

#if defined(__x86_64__)

#include "evaluate/sweep/range_scalar.h"

#include <immintrin.h>

#include <limits>

namespace wanamaker {
namespace {

#define WM_AVX2 __attribute__((target("avx2,popcnt")))

WM_AVX2 __m256i load(const std::uint8_t* from) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)); }

// Sixty-four codes from `from` on: one bit each.
WM_AVX2 std::uint64_t word8(const std::uint8_t* from, __m256i least, __m256i span) {
  std::uint64_t word = 0;
  for (unsigned half = 0; half < 2; ++half) {
    const __m256i distance = _mm256_sub_epi8(load(from + half * 32), least);
    const __m256i inside = _mm256_cmpeq_epi8(_mm256_min_epu8(distance, span), distance);
    word |= static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm256_movemask_epi8(inside))) << (half * 32);
  }
  return word;
}

WM_AVX2 __m256i inside16(const std::uint8_t* from, __m256i least, __m256i span) {
  const __m256i distance = _mm256_sub_epi16(load(from), least);
  return _mm256_cmpeq_epi16(_mm256_min_epu16(distance, span), distance);
}

WM_AVX2 std::uint64_t word16(const std::uint8_t* from, __m256i least, __m256i span) {
  std::uint64_t word = 0;
  for (unsigned half = 0; half < 2; ++half) {
    const __m256i packed = _mm256_packs_epi16(inside16(from + half * 64, least, span), inside16(from + half * 64 + 32, least, span));
    const __m256i ordered = _mm256_permute4x64_epi64(packed, 0xD8);
    word |= static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm256_movemask_epi8(ordered))) << (half * 32);
  }
  return word;
}

WM_AVX2 std::uint64_t word32(const std::uint8_t* from, __m256i least, __m256i span) {
  std::uint64_t word = 0;
  for (unsigned part = 0; part < 8; ++part) {
    const __m256i distance = _mm256_sub_epi32(load(from + part * 32), least);
    const __m256i inside = _mm256_cmpeq_epi32(_mm256_min_epu32(distance, span), distance);
    word |= static_cast<std::uint64_t>(static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(inside)))) << (part * 8);
  }
  return word;
}

// There is no unsigned comparison of 64 bits: with the highest bit flipped the signed one does.
WM_AVX2 std::uint64_t word64(const std::uint8_t* from, __m256i least, __m256i span) {
  const __m256i flip = _mm256_set1_epi64x(std::numeric_limits<long long>::min());
  const __m256i limit = _mm256_xor_si256(span, flip);
  std::uint64_t outside = 0;
  for (unsigned part = 0; part < 16; ++part) {
    const __m256i distance = _mm256_xor_si256(_mm256_sub_epi64(load(from + part * 32), least), flip);
    const __m256i beyond = _mm256_cmpgt_epi64(distance, limit);
    outside |= static_cast<std::uint64_t>(static_cast<unsigned>(_mm256_movemask_pd(_mm256_castsi256_pd(beyond)))) << (part * 4);
  }
  return ~outside;
}

WM_AVX2 void range8(const std::uint8_t* codes, std::uint32_t count, std::uint8_t least, std::uint8_t span, std::uint64_t* out) {
  const __m256i from = _mm256_set1_epi8(static_cast<char>(least));
  const __m256i most = _mm256_set1_epi8(static_cast<char>(span));
  for (std::uint32_t i = 0; i < count / 64; ++i) out[i] = word8(codes + std::size_t{i} * 64, from, most);
  range_scalar(codes + count / 64 * std::size_t{64}, count % 64, least, span, out + count / 64);
}

WM_AVX2 void range16(const std::uint8_t* codes, std::uint32_t count, std::uint16_t least, std::uint16_t span, std::uint64_t* out) {
  const __m256i from = _mm256_set1_epi16(static_cast<short>(least));
  const __m256i most = _mm256_set1_epi16(static_cast<short>(span));
  for (std::uint32_t i = 0; i < count / 64; ++i) out[i] = word16(codes + std::size_t{i} * 128, from, most);
  range_scalar(codes + count / 64 * std::size_t{128}, count % 64, least, span, out + count / 64);
}

WM_AVX2 void range32(const std::uint8_t* codes, std::uint32_t count, std::uint32_t least, std::uint32_t span, std::uint64_t* out) {
  const __m256i from = _mm256_set1_epi32(static_cast<int>(least));
  const __m256i most = _mm256_set1_epi32(static_cast<int>(span));
  for (std::uint32_t i = 0; i < count / 64; ++i) out[i] = word32(codes + std::size_t{i} * 256, from, most);
  range_scalar(codes + count / 64 * std::size_t{256}, count % 64, least, span, out + count / 64);
}

WM_AVX2 void range64(const std::uint8_t* codes, std::uint32_t count, std::uint64_t least, std::uint64_t span, std::uint64_t* out) {
  const __m256i from = _mm256_set1_epi64x(static_cast<long long>(least));
  const __m256i most = _mm256_set1_epi64x(static_cast<long long>(span));
  for (std::uint32_t i = 0; i < count / 64; ++i) out[i] = word64(codes + std::size_t{i} * 512, from, most);
  range_scalar(codes + count / 64 * std::size_t{512}, count % 64, least, span, out + count / 64);
}

WM_AVX2 std::uint64_t population(const std::uint64_t* words, std::uint32_t count) {
  std::uint64_t set = 0;
  for (std::uint32_t i = 0; i < count; ++i) set += static_cast<std::uint64_t>(__builtin_popcountll(words[i]));
  return set;
}

WM_AVX2 void take_populations(std::uint64_t* words, std::uint32_t count, std::uint32_t* numbers) {
  for (std::uint32_t i = 0; i < count; ++i) {
    numbers[i] += static_cast<std::uint32_t>(__builtin_popcountll(words[i]));
    words[i] = 0;
  }
}

// Eight codes from `from` on: one bit each.
WM_AVX2 std::uint64_t looked_up(const std::uint8_t* from, __m256i offset, const int* bits) {
  const __m256i codes = _mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
  const __m256i places = _mm256_and_si256(_mm256_add_epi32(codes, offset), _mm256_set1_epi32(0xFFFF));
  const __m256i words = _mm256_i32gather_epi32(bits, _mm256_srli_epi32(places, 5), 4);
  const __m256i high = _mm256_sllv_epi32(words, _mm256_andnot_si256(places, _mm256_set1_epi32(31)));  // the bit wanted becomes the highest
  return static_cast<std::uint64_t>(static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(high))));
}

WM_AVX2 void look_up(const std::uint8_t* codes, std::uint32_t count, std::int32_t offset, const std::uint64_t* bits, std::uint64_t* out) {
  const __m256i added = _mm256_set1_epi32(offset);
  for (std::uint32_t i = 0; i < count / 64; ++i) {
    std::uint64_t word = 0;
    for (unsigned part = 0; part < 8; ++part) word |= looked_up(codes + (std::size_t{i} * 64 + part * 8) * 2, added, reinterpret_cast<const int*>(bits)) << (part * 8);
    out[i] = word;
  }
  look_up_scalar(codes + count / 64 * std::size_t{128}, count % 64, offset, bits, out + count / 64);
}

constexpr Kernels kAvx2{"avx2", range8, range16, range32, range64, population, take_populations, look_up};

}  // namespace

const Kernels* avx2_kernels() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt") ? &kAvx2 : nullptr; }

}  // namespace wanamaker

#else

namespace wanamaker {

const Kernels* avx2_kernels() { return nullptr; }

}  // namespace wanamaker

#endif
