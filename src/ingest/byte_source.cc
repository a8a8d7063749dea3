#include "ingest/byte_source.h"

#include "base/check.h"

#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <vector>

namespace wanamaker {
namespace {

class PlainFile : public ByteSource {
 public:
  PlainFile(std::string path, std::ifstream stream, std::uint64_t size) : path_(std::move(path)), stream_(std::move(stream)), size_(size) {}

  Result<std::size_t> read(char* buffer, std::size_t size) override {
    stream_.read(buffer, static_cast<std::streamsize>(size));
    if (stream_.bad()) return fail({.code = ErrorCode::failure, .message = "the file cannot be read to its end", .where = path_});
    const auto count = static_cast<std::size_t>(stream_.gcount());
    read_ += count;
    return count;
  }
  std::uint64_t bytes_read() const override { return read_; }
  std::uint64_t bytes_total() const override { return size_; }
  bool is_gzip() const override { return false; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  std::ifstream stream_;
  std::uint64_t size_;
  std::uint64_t read_ = 0;
};

class GzipFile : public ByteSource {
 public:
  explicit GzipFile(std::unique_ptr<PlainFile> file) : file_(std::move(file)), input_(256 * 1024) {
    CHECK(inflateInit2(&stream_, 15 + 16) == Z_OK, "zlib starts with a gzip window of 32 KiB");
  }
  GzipFile(const GzipFile&) = delete;
  GzipFile& operator=(const GzipFile&) = delete;
  ~GzipFile() override { inflateEnd(&stream_); }

  Result<std::size_t> read(char* buffer, std::size_t size) override {
    stream_.next_out = reinterpret_cast<Bytef*>(buffer);
    stream_.avail_out = static_cast<uInt>(size);
    while (stream_.avail_out == size) {
      if (stream_.avail_in == 0) {
        WM_TRY(const std::size_t count, file_->read(input_.data(), input_.size()));
        if (count == 0) {
          if (between_members_) return std::size_t{0};
          return broken("the gzip file ends before its content does", "it was probably cut in transfer: fetch it again");
        }
        stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
        stream_.avail_in = static_cast<uInt>(count);
      }
      if (between_members_) {
        if (*stream_.next_in != 0x1F) return std::size_t{0};  // padding after the last member, as gzip -d ignores it
        CHECK(inflateReset(&stream_) == Z_OK, "zlib restarts for the next member");
        between_members_ = false;
      }
      const int status = inflate(&stream_, Z_NO_FLUSH);
      if (status == Z_STREAM_END) between_members_ = true;
      else if (status != Z_OK && status != Z_BUF_ERROR) return broken("the gzip file is damaged", "test it with gzip -t and fetch it again");
    }
    return size - stream_.avail_out;
  }
  std::uint64_t bytes_read() const override { return file_->bytes_read(); }
  std::uint64_t bytes_total() const override { return file_->bytes_total(); }
  bool is_gzip() const override { return true; }

 private:
  std::unexpected<Error> broken(std::string message, std::string hint) const {
    return fail({.code = ErrorCode::invalid, .message = std::move(message), .hint = std::move(hint), .where = file_->path()});
  }

  std::unique_ptr<PlainFile> file_;
  std::vector<char> input_;
  z_stream stream_{};
  bool between_members_ = false;
};

}  // namespace

Result<std::unique_ptr<ByteSource>> ByteSource::open(const std::string& path) {
  std::error_code status;
  if (std::filesystem::is_directory(path, status)) {
    return fail({.code = ErrorCode::invalid, .message = "this is a directory; a CSV or NDJSON file was expected",
                 .hint = "name one file; import several one after another", .where = path});
  }
  if (!std::filesystem::exists(path, status)) {
    return fail({.code = ErrorCode::not_found, .message = "there is no such file", .hint = "check the spelling and the current directory", .where = path});
  }
  const std::uint64_t size = std::filesystem::file_size(path, status);
  if (status) return fail({.code = ErrorCode::invalid, .message = "this is not a regular file", .hint = "save the data to a file first: it is read twice", .where = path});
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return fail({.code = ErrorCode::failure, .message = "the file cannot be opened for reading", .hint = "check its permissions", .where = path});
  std::array<char, 2> magic{};
  stream.read(magic.data(), magic.size());
  const bool is_gzip = stream.gcount() == 2 && magic[0] == '\x1F' && magic[1] == '\x8B';
  stream.clear();
  stream.seekg(0);
  auto file = std::make_unique<PlainFile>(path, std::move(stream), size);
  if (is_gzip) return std::make_unique<GzipFile>(std::move(file));
  return file;
}

}  // namespace wanamaker
