#pragma once
// How the process holds its memory. Key idea: an evaluation asks for megabytes and gives them back a millisecond later; returned to the
// system each time, clearing the pages again takes longer than the evaluation.

namespace wanamaker {

// What was freed so far goes back to the system; from now on freed memory stays with the process, up to some hundred megabytes. Calling it again changes nothing. Does nothing where the C library is
// not glibc. Source: mallopt(3).
void keep_freed_memory();

}  // namespace wanamaker
