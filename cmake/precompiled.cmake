# Headers of others that most sources read, parsed once instead of in every source. None of ours is among them, so a change of ours
# still compiles only what includes it. A precompiled header is good for one set of options: rooms are optimised, tests are not.
set(kHeaders <algorithm> <array> <chrono> <cstdint> <expected> <filesystem> <functional> <map> <memory> <optional> <set> <span> <string>
    <string_view> <unordered_map> <utility> <variant> <vector> <fmt/format.h> <boost/multiprecision/cpp_int.hpp>
    <boost/unordered/unordered_flat_map.hpp>)

# wanamaker_precompiled(NAME LINK HEADERS...): a target that only owns the precompiled HEADERS; LINK brings the macros its readers have.
function(wanamaker_precompiled name link)
  add_library(${name} OBJECT ${CMAKE_SOURCE_DIR}/cmake/precompiled.cc)
  target_link_libraries(${name} PRIVATE fmt::fmt ${link} wanamaker_warnings)
  target_precompile_headers(${name} PRIVATE ${ARGN})
endfunction()
wanamaker_precompiled(wanamaker_precompiled "" ${kHeaders})
wanamaker_precompiled(wanamaker_precompiled_test GTest::gmock ${kHeaders} <gmock/gmock.h> <gtest/gtest.h>)
wanamaker_unoptimised(wanamaker_precompiled_test)
