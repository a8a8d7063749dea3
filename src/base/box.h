#pragma once
// Box<T>: one T on the heap with value semantics, so that trees of definitions can be copied and compared by value.
// Never empty, except after being moved from.

#include <memory>
#include <utility>

namespace wanamaker {

template <typename T>
class Box {
 public:
  Box(T value);  // implicit: a node is written where a box is wanted
  Box(const Box& other);
  Box(Box&& other) noexcept;
  Box& operator=(const Box& other);
  Box& operator=(Box&& other) noexcept;
  ~Box();

  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  T* operator->() { return value_.get(); }
  const T* operator->() const { return value_.get(); }
  friend bool operator==(const Box& a, const Box& b) { return *a == *b; }

 private:
  std::unique_ptr<T> value_;
};

// Out of the class, so that T may be incomplete where a Box<T> is a member.
template <typename T>
Box<T>::Box(T value) : value_(std::make_unique<T>(std::move(value))) {}
template <typename T>
Box<T>::Box(const Box& other) : value_(std::make_unique<T>(*other.value_)) {}
template <typename T>
Box<T>::Box(Box&& other) noexcept : value_(std::move(other.value_)) {}
template <typename T>
Box<T>& Box<T>::operator=(const Box& other) {
  value_ = std::make_unique<T>(*other.value_);
  return *this;
}
template <typename T>
Box<T>& Box<T>::operator=(Box&& other) noexcept {
  value_ = std::move(other.value_);
  return *this;
}
template <typename T>
Box<T>::~Box() {}

}  // namespace wanamaker
