#pragma once
// Mutexes that Clang checks: what a mutex guards says so (WM_GUARDED_BY), and code that touches it without holding the mutex does not
// compile under -Wthread-safety. Source: Clang's thread-safety analysis, whose attributes these macros spell.

#include <condition_variable>
#include <mutex>
#include <shared_mutex>

#if defined(__clang__)
#define WM_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define WM_THREAD_ATTRIBUTE(x)
#endif
#define WM_GUARDED_BY(x) WM_THREAD_ATTRIBUTE(guarded_by(x))
#define WM_REQUIRES(...) WM_THREAD_ATTRIBUTE(requires_capability(__VA_ARGS__))
#define WM_REQUIRES_SHARED(...) WM_THREAD_ATTRIBUTE(requires_shared_capability(__VA_ARGS__))

namespace wanamaker {

class WM_THREAD_ATTRIBUTE(capability("mutex")) Mutex {
 public:
  void lock() WM_THREAD_ATTRIBUTE(acquire_capability()) { mutex_.lock(); }
  void unlock() WM_THREAD_ATTRIBUTE(release_capability()) { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

class WM_THREAD_ATTRIBUTE(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) WM_THREAD_ATTRIBUTE(acquire_capability(mutex)) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() WM_THREAD_ATTRIBUTE(release_capability()) { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

class WM_THREAD_ATTRIBUTE(capability("shared_mutex")) SharedMutex {
 public:
  void lock() WM_THREAD_ATTRIBUTE(acquire_capability()) { mutex_.lock(); }
  void unlock() WM_THREAD_ATTRIBUTE(release_capability()) { mutex_.unlock(); }
  void lock_shared() WM_THREAD_ATTRIBUTE(acquire_shared_capability()) { mutex_.lock_shared(); }
  void unlock_shared() WM_THREAD_ATTRIBUTE(release_shared_capability()) { mutex_.unlock_shared(); }

 private:
  std::shared_mutex mutex_;
};

// Holds it for writing.
class WM_THREAD_ATTRIBUTE(scoped_lockable) WriteLock {
 public:
  explicit WriteLock(SharedMutex& mutex) WM_THREAD_ATTRIBUTE(acquire_capability(mutex)) : mutex_(mutex) { mutex_.lock(); }
  ~WriteLock() WM_THREAD_ATTRIBUTE(release_capability()) { mutex_.unlock(); }
  WriteLock(const WriteLock&) = delete;
  WriteLock& operator=(const WriteLock&) = delete;

 private:
  SharedMutex& mutex_;
};

// Holds it for reading, beside other readers.
class WM_THREAD_ATTRIBUTE(scoped_lockable) ReadLock {
 public:
  explicit ReadLock(SharedMutex& mutex) WM_THREAD_ATTRIBUTE(acquire_shared_capability(mutex)) : mutex_(mutex) { mutex_.lock_shared(); }
  ~ReadLock() WM_THREAD_ATTRIBUTE(release_generic_capability()) { mutex_.unlock_shared(); }
  ReadLock(const ReadLock&) = delete;
  ReadLock& operator=(const ReadLock&) = delete;

 private:
  SharedMutex& mutex_;
};

}  // namespace wanamaker
