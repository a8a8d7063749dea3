#include <cstdio>

int main() {
  std::puts("wanamaker 0.1.0");
  return 0;
}
